"""What models do with a statistic besides updating it: they read its parts, clone, copy and pickle it."""

from __future__ import annotations

import dataclasses

from benchmarks import jobs
from benchmarks.engine import Contestant, Engine, ratio
from benchmarks.tables import NONE, Bar, Table, figure, raw, timing

CALLS, FILL = 5_000, 200
MANY = 1_000_000


@dataclasses.dataclass(frozen=True)
class Row:
    """A statement about an object that has seen a stream."""

    constructor: str
    body: str
    stream: str = "normal"
    feed: str = "s.update(x)"
    #: How long it may take relative to river 0.26.1, in the same loop.
    most: float | None = None
    #: How many nanoseconds it may take.
    limit: float | None = None


def _read(constructor: str, body: str, stream: str = "normal", feed: str = "s.update(x)") -> Row:
    return Row(constructor, body, stream, feed, most=1.2)


ROWS = {
    "Quantile.q": _read("stats.Quantile(0.5)", "s.q"),
    "RollingQuantile.window_size": _read("stats.RollingQuantile(0.5, 100)", "s.window_size"),
    "EWMean.fading_factor": _read("stats.EWMean(0.5)", "s.fading_factor"),
    "Var.ddof": _read("stats.Var()", "s.ddof"),
    "Mean.n": _read("stats.Mean()", "s.n"),
    "Var.n": _read("stats.Var()", "s.n"),
    "Max.max": _read("stats.Max()", "s.max"),
    "Cov.cov": _read("stats.Cov()", "s.cov", "pairs", "s.update(x, y)"),
    "Var.mean.get()": _read("stats.Var()", "s.mean.get()"),
    "Mode.counts": _read("stats.Mode()", "s.counts", "labels"),
    "Rolling.n": Row("utils.Rolling(stats.Mean, 100)", "s.n", most=1.2, limit=100.0),
    "Rolling.window_size": _read("utils.Rolling(stats.Mean, 100)", "s.window_size"),
    "Mean.clone()": Row("stats.Mean()", "s.clone()", limit=1_000.0),
    "EWMean.clone()": Row("stats.EWMean(0.5)", "s.clone()", limit=1_000.0),
    "Mode.clone()": Row("stats.Mode()", "s.clone()", "labels", limit=1_000.0),
    "Rolling.clone()": Row("utils.Rolling(stats.Mean, 100)", "s.clone()"),
    "Mean, copy.copy": Row("stats.Mean()", "copy.copy(s)", limit=500.0),
    "Mean, copy.deepcopy": Row("stats.Mean()", "copy.deepcopy(s)", limit=1_500.0),
    "Var, copy.deepcopy": Row("stats.Var()", "copy.deepcopy(s)", limit=1_500.0),
    "Mean, pickled and loaded": Row("stats.Mean()", "pickle.loads(pickle.dumps(s, 5))", limit=3_500.0),
    "Var, pickled and loaded": Row("stats.Var()", "pickle.loads(pickle.dumps(s, 5))", limit=3_500.0),
    "EWMean._get_params()": Row("stats.EWMean(0.5)", "s._get_params()", most=1.0),
    "Var + Var": Row("stats.Var()", "s + s", most=1.0),
    "Mean.name": Row("stats.Mean()", "s.name", most=1.05),
    "repr(Mean)": Row("stats.Mean()", "repr(s)", most=1.05),
    "isinstance": Row("stats.Mean()", "isinstance(s, stats.base.Statistic)", most=1.05),
}

#: The size in bytes of the pickle of an object that has seen three values.
SIZE = jobs.Value(((1.0, 2.5, 4.0),), "stats.Mean()", "len(pickle.dumps(s, 5))")
SIZE_LIMIT = 130.0

#: A list of many, made, pickled and loaded.
LIST = jobs.Batch(f"pickle.loads(pickle.dumps([stats.Mean() for _ in range({MANY})], 5))", MANY, least_ns=1)
LIST_LIMIT = 2.0


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="objects",
        title="Parts, clones, copies and pickles",
        about="Processor time of a statement in a Python loop, the loop included, of an object that has seen "
        f"{FILL} values. CPython reads what river has set in `__init__` as fast as anything can be read, and it finds "
        "parameters here in the same way; what is computed when it is asked for is a call. Pickles are of protocol 5.",
        header=["", "river 0.26.1", "this", "this / river"],
    )
    for name, row in ROWS.items():
        _add(engine, table, name, row)
    _pickles(engine, table)
    return [table]


def _add(engine: Engine, table: Table, name: str, row: Row) -> None:
    loop = jobs.Loop(row.body, row.constructor, row.stream, calls=CALLS, fill=FILL, feed=row.feed)
    samples = engine.measure({"this": Contestant("this", loop), "river": Contestant("river", loop)}, engine.budget / 4)
    this, river = samples["this"], samples["river"]
    if this.median is None:
        table.not_built(name, this.reason)
        return
    part = ratio(this, river)
    table.add(name, [timing(river), timing(this), figure(part) if part else NONE], ns=raw(samples))
    if row.most:
        table.bars.append(Bar(f"{name}, this / river 0.26.1", part, "at most", row.most))
    if row.limit:
        table.bars.append(Bar(name, this.median, "under", row.limit, "ns"))


def _pickles(engine: Engine, table: Table) -> None:
    sizes = {side: engine.run(side, SIZE).get("value") for side in ("river", "this")}
    if this := sizes["this"]:
        river = sizes["river"]
        cells = [f"{size:.0f} bytes" if size else NONE for size in (river, this)]
        table.add("Mean, pickled", [*cells, figure(this / river) if river else NONE], bytes=sizes)
        table.bars.append(Bar("Mean, pickled", this, "under", SIZE_LIMIT, "bytes"))
    contestants = {side: Contestant(side, LIST) for side in ("this", "river")}
    samples = engine.measure(contestants, engine.budget / 4)
    if (median := samples["this"].median) is not None:
        name = f"{MANY:,} of Mean, made, pickled and loaded"
        part = ratio(samples["this"], samples["river"])
        cells = [timing(samples["river"], MANY), timing(samples["this"], MANY)]
        table.add(name, [*cells, figure(part) if part else NONE], ns=raw(samples))
        table.bars.append(Bar(name, median * MANY / 1e9, "under", LIST_LIMIT, "s"))
