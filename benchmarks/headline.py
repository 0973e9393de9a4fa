"""The nine statistics of the headline table: whole runs compared with pure Python and river 0.26.1."""

from __future__ import annotations

from benchmarks import jobs
from benchmarks.engine import Contestant, Engine, Sample, ratio
from benchmarks.tables import Bar, Table, factor, figure, raw, timing

RUN = 1_000_000
WINDOW, ROLLING_RUN = 1_000_000, 2_000_000
#: Constructor, and how many times as much as `abs(x)` an update may cost.
RUNNING = {
    "Quantile": ("Quantile(0.5)", 2.0),
    "PeakToPeak": ("PeakToPeak()", 1.6),
    "EWMean": ("EWMean(0.5)", 1.6),
    "EWVar": ("EWVar(0.5)", 1.6),
    "IQR": ("IQR(0.25, 0.75)", 2.0),
    "Kurtosis": ("Kurtosis()", 1.6),
    "Skew": ("Skew()", 1.6),
}
ROLLING = {
    "RollingQuantile": f"RollingQuantile(0.5, {WINDOW})",
    "RollingIQR": f"RollingIQR({WINDOW})",
}


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="headline",
        title="Nine statistics, value by value",
        about=f"Processor time of `s.update(x)` in a Python loop, the loop included: {RUN:,} updates of the running "
        f"statistics, {ROLLING_RUN:,} of the rolling ones with a window of {WINDOW:,}. Last column: "
        "the same loop over `abs(x)`, the floor of any call from Python.",
        header=["", "pure Python", "river 0.26.1", "this", "pure Python / this", "river / this", "this / abs(x)"],
    )
    for name, (constructor, limit) in RUNNING.items():
        samples = engine.measure(_running(constructor))
        if _add(table, name, samples, RUN):
            measured = ratio(samples["this"], samples["abs"])
            table.bars.append(Bar(f"{name}.update / abs(x)", measured, "at most", limit))
    for name, constructor in ROLLING.items():
        samples = engine.measure(_rolling(engine, constructor))
        if _add(table, name, samples, ROLLING_RUN) and name == "RollingQuantile":
            measured = samples["this"].median
            seconds = measured * ROLLING_RUN / 1e9 if measured else None
            what = f"{name}, {ROLLING_RUN:,} updates"
            table.bars.append(Bar(what, seconds, "under", 2.5, "s"))
    if any("~" in cell for row in table.rows for cell in row):
        table.notes.append(
            "`~`: part of the run was timed and the rest counted as the same; of the rolling runs "
            "at three points, growing and full. `--full` times whole runs."
        )
    return [table]


def _running(constructor: str) -> dict[str, Contestant]:
    ours = jobs.Loop(make=f"stats.{constructor}", run=RUN)
    return {
        "this": Contestant("this", ours),
        "abs": Contestant("this", jobs.Loop(body="abs(x)", run=RUN)),
        "river": Contestant("river", ours),
        "python": Contestant("this", jobs.Loop(make=f"oracles.{constructor}", run=RUN)),
    }


def _rolling(engine: Engine, constructor: str) -> dict[str, Contestant]:
    def run(make: str) -> jobs.Loop | jobs.SampledRun:
        if engine.full:
            return jobs.Loop(make=make, calls=ROLLING_RUN, run=ROLLING_RUN)
        return jobs.SampledRun(make, WINDOW, ROLLING_RUN)

    ours = jobs.Loop(make=f"stats.{constructor}", calls=ROLLING_RUN, run=ROLLING_RUN)
    return {
        "this": Contestant("this", ours, whole=True),
        "abs": Contestant("this", jobs.Loop(body="abs(x)", calls=ROLLING_RUN, run=ROLLING_RUN)),
        "river": Contestant("river", run(f"stats.{constructor}")),
        "python": Contestant("this", run(f"oracles.{constructor}")),
    }


def _add(table: Table, name: str, samples: dict[str, Sample], run: int) -> bool:
    """Add a row; return whether the statistic is there."""
    this = samples["this"]
    if this.median is None:
        table.not_built(name, this.reason)
        return False
    per_river = ratio(samples["river"], this)
    per_abs = ratio(this, samples["abs"])
    cells = [
        timing(samples["python"], run),
        timing(samples["river"], run),
        timing(this, run),
        factor(ratio(samples["python"], this)),
        factor(per_river),
        figure(per_abs) if per_abs else "",
    ]
    table.add(name, cells, updates=run, ns_per_update=raw(samples))
    table.bars.append(Bar(f"{name}: river 0.26.1 / this", per_river, "at least", 2.2))
    return True
