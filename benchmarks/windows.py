"""Sliding windows: `update` and `get` for each value, compared with river and rolling columns."""

from __future__ import annotations

import dataclasses

from benchmarks import jobs
from benchmarks.engine import Contestant, Engine, ratio
from benchmarks.tables import NONE, Bar, Table, duration, factor, figure, raw, timing

CALLS = 20_000
#: From here on a window kept as one sorted array is laid out at once.
SPREAD = 100_000
LIBRARIES = ("pandas", "bottleneck", "polars")


@dataclasses.dataclass(frozen=True)
class Statistic:
    """A windowed statistic; `{w}` stands for the window size."""

    make: str
    windows: tuple[int, ...] = (100, 10_000, 1_000_000)
    pandas: str = ""
    bottleneck: str = ""
    polars: str = ""
    stream: str = "normal"
    feed: str = "s.update(x)"
    in_river: bool = True
    #: Windows at which pandas takes many seconds, and is measured only with `--full`.
    slow_in_pandas: tuple[int, ...] = ()
    #: By window: nanoseconds it stays under, and how many times faster than river 0.26.1 it is.
    limits: dict[int, float] = dataclasses.field(default_factory=dict)
    factors: dict[int, float] = dataclasses.field(default_factory=dict)


_120 = dict.fromkeys((100, 10_000, 1_000_000), 120.0)
STATISTICS = {
    "Mean": Statistic(
        "utils.Rolling(stats.Mean, {w})",
        pandas="XS.rolling({w}, min_periods=1).mean()",
        bottleneck="bn.move_mean(X, {w}, min_count=1)",
        polars="XP.rolling_mean({w}, min_samples=1)",
        factors={100: 8.0},
    ),
    "Var": Statistic(
        "utils.Rolling(stats.Var, {w})",
        pandas="XS.rolling({w}, min_periods=1).var()",
        bottleneck="bn.move_var(X, {w}, min_count=1, ddof=1)",
        polars="XP.rolling_var({w}, min_samples=1)",
        limits=_120,
    ),
    "Cov": Statistic(
        "utils.Rolling(stats.Cov, {w})",
        pandas="XS.rolling({w}, min_periods=1).cov(YS)",
        polars="XYP.select(pl.rolling_cov('x', 'y', window_size={w}, min_samples=1))",
        stream="pairs",
        feed="s.update(x, y)",
        limits=_120,
    ),
    "Kurtosis": Statistic(
        "utils.Rolling(stats.Kurtosis, {w})",
        pandas="XS.rolling({w}, min_periods=1).kurt()",
        polars="XP.rolling_kurtosis({w}, min_samples=1)",
        in_river=False,
        limits=_120,
    ),
    "Max": Statistic(
        "stats.RollingMax({w})",
        windows=(100, 10_000, 100_000, 1_000_000),
        pandas="XS.rolling({w}, min_periods=1).max()",
        bottleneck="bn.move_max(X, {w}, min_count=1)",
        polars="XP.rolling_max({w}, min_samples=1)",
        factors={100_000: 200.0},
    ),
    "Quantile": Statistic(
        "stats.RollingQuantile(0.5, {w})",
        windows=(100, 1_000, 10_000, 1_000_000),
        pandas="XS.rolling({w}, min_periods=1).median()",
        bottleneck="bn.move_median(X, {w}, min_count=1)",
        polars="XP.rolling_median({w}, min_samples=1)",
        limits={1_000: 350.0, 1_000_000: 700.0},
        factors={1_000_000: 150.0},
        slow_in_pandas=(1_000_000,),
    ),
    "Mean over a period": Statistic(
        "utils.TimeRolling(stats.Mean, dt.timedelta(seconds={w}))",
        windows=(100, 100_000),
        pandas="XT.rolling('{w}s').mean()",
        polars="XTP.select(pl.col('x').rolling_mean_by('t', '{w}s'))",
        stream="timed",
        feed="s.update(x, t=t)",
        factors={100_000: 1_000.0},
    ),
}


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="windows",
        title="Sliding windows",
        about="Time for each value at a full window: `update` and `get`, the Python loop included, "
        "here and in river 0.26.1, in processor time; pandas, bottleneck and polars roll over a whole "
        "column, by the clock.",
        header=["", "window", "river 0.26.1", "this", "river / this", *LIBRARIES],
    )
    for name, statistic in STATISTICS.items():
        for window in statistic.windows:
            _add(engine, table, name, statistic, window)
    if not engine.full:
        table.notes.append("pandas' median of a million takes many seconds: `--full` runs it.")
    return [table, _latency(engine), _memory(engine)]


def _add(engine: Engine, table: Table, name: str, statistic: Statistic, window: int) -> None:
    loop = jobs.Loop(
        body=f"{statistic.feed}; s.get()",
        make=statistic.make.format(w=window),
        stream=statistic.stream,
        calls=CALLS,
        fill=window,
        feed=statistic.feed,
    )
    contestants = {"this": Contestant("this", loop)}
    if statistic.in_river:
        patience = 600.0 if engine.full else 5.0
        theirs = dataclasses.replace(loop, spread="Rolling(" not in loop.make and window >= SPREAD, patience=patience)
        contestants["river"] = Contestant("river", theirs)
    length = max(1_000_000, 2 * window)
    for library in LIBRARIES:
        if library == "pandas" and window in statistic.slow_in_pandas and not engine.full:
            continue
        if body := getattr(statistic, library).format(w=window):
            contestants[library] = Contestant("this", jobs.Batch(body, length))
    samples = engine.measure(contestants, engine.budget / 2)
    label = f"{name}, {window:,}"
    this = samples["this"]
    if this.median is None:
        table.not_built(label, this.reason)
        return
    river = samples.get("river")
    gain = ratio(river, this) if river else None
    columns = [timing(samples.get(library)) for library in LIBRARIES]
    cells = [f"{window:,}", timing(river), timing(this), factor(gain), *columns]
    table.add(name, cells, window=window, ns=raw(samples))
    if window in statistic.factors:
        limit = statistic.factors[window]
        table.bars.append(Bar(f"{label}: river 0.26.1 / this", gain, "at least", limit))
    if window in statistic.limits:
        limit = statistic.limits[window]
        table.bars.append(Bar(label, this.median, "under", limit, "ns"))


WINDOW = 1_000_000
LARGE = {
    "Rolling(Mean)": f"utils.Rolling(stats.Mean, {WINDOW})",
    "Rolling(Var)": f"utils.Rolling(stats.Var, {WINDOW})",
    "RollingMax": f"stats.RollingMax({WINDOW})",
    "RollingQuantile": f"stats.RollingQuantile(0.5, {WINDOW})",
}


def _latency(engine: Engine) -> Table:
    calls = 10_000_000 if engine.full else 1_000_000
    marks = [*(f"p{p:g}" for p in jobs.PERCENTILES), "max"]
    table = Table(
        key="latency",
        title="Single updates",
        about=f"Each of {calls:,} updates of a full window of {WINDOW:,} timed by itself, reading "
        "the clock included: the least of three runs over the same stream, update by update, so "
        "that what the operating system adds to one run is left out. Last column: the longest "
        "update of all runs, with it.",
        header=["this", *marks, "of all runs"],
    )
    for name, make in LARGE.items():
        reply = engine.run("this", jobs.Latency(make, WINDOW, calls), alone=True)
        found = reply.get("latency")
        if found is None:
            table.not_built(name, str(next(iter(reply.values()))))
            continue
        shown = [duration(found[mark]) for mark in marks]
        table.add(name, [*shown, duration(found["max of all runs"])], ns=found)
        what = f"{name}, longest of {calls:,} updates"
        table.bars.append(Bar(what, found["max"] / 1e3, "under", 50.0, "µs"))
    return table


#: A window, the values it is fed, and the bytes per value that it may take.
MEMORY = {
    "Rolling(Mean)": (LARGE["Rolling(Mean)"], 24.0),
    "Rolling(Var)": (LARGE["Rolling(Var)"], 32.0),
    "RollingMax": (LARGE["RollingMax"], 24.0),
    "RollingQuantile": (LARGE["RollingQuantile"], 24.0),
    "RollingQuantile of 10¹¹": ("stats.RollingQuantile(0.5, 10**11)", 24.0),
}


def _memory(engine: Engine) -> Table:
    table = Table(
        key="memory",
        title="Memory of a window",
        about=f"Resident memory that a window fed {WINDOW:,} values adds, by value.",
        header=["this", "bytes a value"],
    )
    for name, (make, limit) in MEMORY.items():
        reply = engine.run("this", jobs.Footprint(make, fill=WINDOW), alone=True)
        if "bytes" not in reply:
            table.not_built(name, str(next(iter(reply.values()))))
            continue
        size = reply["bytes"] / WINDOW
        table.add(name, [figure(size) if size else NONE], bytes_a_value=size)
        table.bars.append(Bar(f"{name}, memory", size, "at most", limit, "bytes a value"))
    return table
