"""Every class of river.stats: an update, the construction of an object, its size in memory."""

from __future__ import annotations

import dataclasses
import inspect

from benchmarks import jobs
from benchmarks.engine import Contestant, Engine, ratio
from benchmarks.tables import NONE, Bar, Table, factor, raw, timing
from river import stats

CALLS, RUN = 20_000, 200_000
OBJECTS = 50_000


@dataclasses.dataclass(frozen=True)
class Row:
    """A class as it is constructed and fed."""

    constructor: str
    stream: str = "normal"
    body: str = "s.update(x)"
    #: If river 0.26.1 has the class: how many times faster than there an update has to be at least.
    least_factor: float | None = 2.2
    #: How many objects the constructor makes.
    objects: int = 1


PAIR = "s.update(x, y)"
#: The streams that classes are fed, by what `update` takes.
STREAMS = {"x": "normal", "x, y": "pairs", "t": "timed"}
ROWS = {
    "AbsMax": Row("stats.AbsMax()"),
    "AutoCorr": Row("stats.AutoCorr(1)"),
    "BayesianMean": Row("stats.BayesianMean(0.0, 10.0)"),
    "ChiSquared": Row("stats.ChiSquared()", "labelled pairs", PAIR),
    "Count": Row("stats.Count()"),
    "Cov": Row("stats.Cov()", "pairs", PAIR),
    "Entropy": Row("stats.Entropy()", "labels", least_factor=5.0),
    "EWCov": Row("stats.EWCov(0.5)", "pairs", PAIR),
    "EWMean": Row("stats.EWMean(0.5)"),
    "EWVar": Row("stats.EWVar(0.5)"),
    "IQR": Row("stats.IQR(0.25, 0.75)"),
    "KolmogorovSmirnov": Row("stats.KolmogorovSmirnov()", "pairs", PAIR),
    "Kurtosis": Row("stats.Kurtosis()"),
    "Link": Row("stats.Shift(1) | stats.Mean()", objects=3),
    "MAD": Row("stats.MAD()"),
    "Max": Row("stats.Max()"),
    "Mean": Row("stats.Mean()", least_factor=5.0),
    "Min": Row("stats.Min()"),
    "Mode": Row("stats.Mode()", "labels"),
    "PeakToPeak": Row("stats.PeakToPeak()"),
    "PearsonCorr": Row("stats.PearsonCorr()", "pairs", PAIR),
    "Quantile": Row("stats.Quantile(0.5)"),
    "RollingAbsMax": Row("stats.RollingAbsMax(100)"),
    "RollingIQR": Row("stats.RollingIQR(100)"),
    "RollingMax": Row("stats.RollingMax(100)"),
    "RollingMin": Row("stats.RollingMin(100)"),
    "RollingMode": Row("stats.RollingMode(100)", "labels"),
    "RollingPeakToPeak": Row("stats.RollingPeakToPeak(100)"),
    "RollingQuantile": Row("stats.RollingQuantile(0.5, 100)"),
    "SEM": Row("stats.SEM()"),
    "Shift": Row("stats.Shift(1)"),
    "Skew": Row("stats.Skew()"),
    "Sum": Row("stats.Sum()"),
    "Var": Row("stats.Var()", least_factor=5.0),
    "Mean, revert": Row("stats.Mean()", body="s.update(x); s.revert(x)"),
    "Mean, weighted": Row("stats.Mean()", body="s.update(x, 2.0)"),
    "Var, weighted": Row("stats.Var()", body="s.update(x, 2.0)"),
    "CountDistinct": Row("stats.CountDistinct()", "labels", least_factor=None),
    "Moment": Row("stats.Moment(4)", least_factor=None),
    "RollingRank": Row("stats.RollingRank(100)", least_factor=None),
    "GeometricMean": Row("stats.GeometricMean()", "uniform", least_factor=None),
    "HarmonicMean": Row("stats.HarmonicMean()", "uniform", least_factor=None),
    "EWMean, irregular times": Row("stats.EWMean(halflife=10.0)", "timed", "s.update(x, t=t)", least_factor=None),
}
# River has none of the other classes, which are fed what their `update` takes.
for _name in sorted(set(stats.__all__) - set(ROWS) - {"base"}):
    _self, *_parameters = inspect.signature(getattr(stats, _name).update).parameters.values()
    _given = ", ".join(parameter.name for parameter in _parameters if parameter.default is parameter.empty)
    ROWS[_name] = Row(f"stats.{_name}()", STREAMS[_given], f"s.update({_given})", least_factor=None)
#: Bytes that one object may add.
SIZES = {"Mean": 200.0, "Var": 200.0}
#: Nanoseconds that the construction of one object may take.
CONSTRUCTION = 400.0


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="classes",
        title="Every class",
        about="Processor time of one update in a Python loop, the loop included; how many times as long river's call "
        "takes, the empty loop subtracted from both; the construction of one object, and the memory that one of "
        f"{OBJECTS:,} of them takes.",
        header=["", "river 0.26.1", "this", "a call: river / this", "construction", "bytes"],
    )
    for name, row in ROWS.items():
        _add(engine, table, name, row)
    _mode(engine, table)
    return [table]


def _add(engine: Engine, table: Table, name: str, row: Row) -> None:
    loop = jobs.Loop(row.body, row.constructor, row.stream, calls=CALLS, run=RUN)
    made = jobs.Loop(row.constructor, calls=CALLS)
    contestants = {
        "this": Contestant("this", loop),
        "construction": Contestant("this", made),
        "loop": Contestant("this", dataclasses.replace(loop, body="pass", make="")),
    }
    if row.least_factor:
        contestants["river"] = Contestant("river", loop)
    samples = engine.measure(contestants, engine.budget / 4)
    this, construction = samples["this"], samples["construction"]
    if this.median is None:
        table.not_built(name, this.reason)
        return
    size = engine.run("this", jobs.Footprint(row.constructor, OBJECTS), alone=True).get("bytes")
    river = samples.get("river")
    gain = ratio(river, this, less=samples["loop"]) if river else None
    cells = [timing(river), timing(this), factor(gain), timing(construction)]
    table.add(name, [*cells, f"{size:.0f}" if size else NONE], ns=raw(samples), bytes=size)
    if row.least_factor:
        table.bars.append(Bar(f"{name}, a call: river 0.26.1 / this", gain, "at least", row.least_factor))
    if row.body in ("s.update(x)", PAIR, "s.update(t)"):
        what = f"{name}, construction"
        table.bars.append(Bar(what, construction.median, "under", row.objects * CONSTRUCTION, "ns"))
    if name in SIZES:
        table.bars.append(Bar(f"{name}, memory", size, "under", SIZES[name], "bytes"))


def _mode(engine: Engine, table: Table) -> None:
    """Time `Mode.get` among many distinct values."""
    name = "Mode.get, 10,000 distinct values"
    loop = jobs.Loop(body="s.get()", make="stats.Mode(-1)", stream="distinct", fill=10_000, calls=CALLS)
    samples = engine.measure({"this": Contestant("this", loop), "river": Contestant("river", loop)}, engine.budget / 4)
    this = samples["this"]
    if this.median is None:
        table.not_built(name, this.reason)
        return
    gain = ratio(samples["river"], this)
    cells = [timing(samples["river"]), timing(this), factor(gain), "", ""]
    table.add(name, cells, ns=raw(samples))
    table.bars.append(Bar(name, this.median, "under", 1_000.0, "ns"))
