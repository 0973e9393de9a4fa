"""River's own models on these statistics, compared with river itself."""

from __future__ import annotations

import dataclasses

from benchmarks import jobs, peers
from benchmarks.engine import Contestant, Engine, ratio
from benchmarks.tables import Bar, Table, factor, raw, timing

CALLS = 2_000
#: Sizes for the rolling quantiles, so that the windows of all groups are full.
WINDOW, GROUPS = 5_000, 5


@dataclasses.dataclass(frozen=True)
class Row:
    """A model, and what it does with each row."""

    constructor: str
    body: str
    stream: str
    #: How many times as long river itself has to take at least.
    least_factor: float = 1.0
    fill: int = 1_000
    feed: str = ""


AGG = "s.learn_one(x); s.transform_one(x)"
ROWS = {
    "HoeffdingTreeClassifier": Row("tree.HoeffdingTreeClassifier()", "s.learn_one(x, y)", "rows"),
    "GaussianNB": Row("naive_bayes.GaussianNB()", "s.predict_one(x); s.learn_one(x, y)", "rows"),
    "StandardScaler": Row("preprocessing.StandardScaler()", "s.learn_one(x); s.transform_one(x)", "rows"),
    "Agg, rolling mean": Row(
        "feature_extraction.Agg(on='amount', by='customer', how=utils.Rolling(stats.Mean, 100))", AGG, "orders", 1.5
    ),
    f"Agg, rolling quantile of {WINDOW:,}": Row(
        f"feature_extraction.Agg(on='amount', by='customer', how=stats.RollingQuantile(0.5, {WINDOW}))",
        AGG,
        "orders",
        1.5,
        fill=2 * GROUPS * WINDOW,
        feed="s.learn_one(x)",
    ),
}


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="models",
        title="River's own models",
        about="Processor time of one row in a Python loop: of models of river 0.26.1 as it comes, and with these "
        "statistics laid over it by `python -m river.overlay`.",
        header=["", "river 0.26.1", "with these statistics", "river / with these"],
    )
    engine.interpreters["overlaid"] = peers.overlaid_interpreter()
    for name, row in ROWS.items():
        _add(engine, table, name, row)
    return [table]


def _add(engine: Engine, table: Table, name: str, row: Row) -> None:
    loop = jobs.Loop(row.body, row.constructor, row.stream, calls=CALLS, fill=row.fill, feed=row.feed or row.body)
    contestants = {"this": Contestant("overlaid", loop), "river": Contestant("river", loop)}
    samples = engine.measure(contestants)
    this, river = samples["this"], samples["river"]
    if this.median is None:
        table.not_built(name, this.reason)
        return
    gain = ratio(river, this)
    table.add(name, [timing(river), timing(this), factor(gain)], ns=raw(samples))
    table.bars.append(Bar(f"{name}: river 0.26.1 / with these", gain, "at least", row.least_factor))
