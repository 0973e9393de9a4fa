"""Quantiles of streams that drift: an estimate that fades, one that does not, and an exact window."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks import jobs
from benchmarks.engine import Contestant, Engine
from benchmarks.tables import Bar, Table, figure, raw, timing
from river import stats

LENGTH = 200_000
FADING, WINDOW = 0.01, 500
LEVEL, TREND, SEASON, PERIOD = 1_000.0, 1e-4, 3.0, 20_000
QUANTILES = (0.5, 0.9)
CONTESTANTS = {
    "EWQuantile": f"stats.EWQuantile({{q}}, {FADING})",
    "Quantile": "stats.Quantile({q})",
    "RollingQuantile": f"stats.RollingQuantile({{q}}, {WINDOW})",
}


def locations() -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield streams by name: the location that is added to the noise."""
    i = np.arange(LENGTH)
    yield "no drift", np.zeros(LENGTH)
    yield "level up", np.where(i < LENGTH // 2, 0.0, LEVEL)
    yield "level down", np.where(i < LENGTH // 2, 0.0, -LEVEL)
    yield "trend", TREND * i
    yield "season", SEASON * np.sin(2 * np.pi * i / PERIOD)


def errors(q: float, location: NDArray[np.float64]) -> dict[str, float]:
    """Return each contestant's mean distance from the quantile of the distribution, over the second half."""
    noise = np.random.default_rng(42).standard_normal(LENGTH)
    exact = location + statistics.NormalDist().inv_cdf(q)
    made = {
        "EWQuantile": stats.EWQuantile(q, FADING),
        "Quantile": stats.Quantile(q),
        "RollingQuantile": stats.RollingQuantile(q, WINDOW),
    }
    return {
        name: float(np.mean(np.abs(stat.accumulate(location + noise) - exact)[LENGTH // 2 :]))
        for name, stat in made.items()
    }


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="drift",
        title="Quantiles that drift",
        about="The mean distance from the quantile of the distribution over the second "
        f"{LENGTH // 2:,} of {LENGTH:,} normal values of deviation 1: without drift; with a level that jumps by "
        f"{LEVEL:,.0f}, up or down, at the first of them; with a trend of 1 in {1 / TREND:,.0f} values; and with a "
        f"season of ±{SEASON:g} in {PERIOD:,}. `EWQuantile` has a fading factor of {FADING}, and `RollingQuantile` a "
        f"window of {WINDOW}. Last, an update in a Python loop.",
        header=["", *CONTESTANTS],
    )
    for name, location in locations():
        for q in QUANTILES:
            found = errors(q, location)
            table.add(f"{name}, quantile at {q}", map(figure, found.values()), errors=found)
            if name != "no drift":
                table.bars.append(Bar(f"EWQuantile, {name} at {q}", found["EWQuantile"], "under", found["Quantile"]))
    loops = {name: Contestant("this", jobs.Loop(make=make.format(q=0.5))) for name, make in CONTESTANTS.items()}
    samples = engine.measure(loops)
    table.add("an update", map(timing, samples.values()), samples=raw(samples))
    return [table]
