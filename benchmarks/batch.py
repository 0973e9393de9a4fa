"""Whole columns at once, compared with the data frame libraries."""

from __future__ import annotations

import dataclasses

from benchmarks import jobs, streams
from benchmarks.engine import Contestant, Engine, ratio
from benchmarks.tables import NONE, Bar, Table, figure, raw, timing

LENGTH = 1_000_000


@dataclasses.dataclass(frozen=True)
class Row:
    """A statement for this package, and those for its peers.

    The limits are of the time here over the time of a peer, or of the best of several. The keys of
    `limits` are names of `peers`, joined by `|`.
    """

    ours: str
    peers: dict[str, str]
    limits: dict[str, float]
    #: Nanoseconds a value that it may take.
    nanoseconds: float | None = None
    length: int = LENGTH


def _numpy(statement: str, limit: float) -> tuple[dict[str, str], dict[str, float]]:
    return {"numpy": statement}, {"numpy": limit}


def _polars(statement: str, limit: float) -> tuple[dict[str, str], dict[str, float]]:
    return {"polars": statement}, {"polars": limit}


ROWS: dict[str, Row] = {
    "Sum": Row("stats.Sum().update_many(X)", *_numpy("np.sum(X)", 1.0)),
    "Mean": Row("stats.Mean().update_many(X)", *_numpy("np.mean(X)", 1.0)),
    "Min": Row("stats.Min().update_many(X)", *_numpy("np.min(X)", 1.0)),
    "Max": Row("stats.Max().update_many(X)", *_numpy("np.max(X)", 1.0)),
    "PeakToPeak": Row("stats.PeakToPeak().update_many(X)", *_numpy("np.ptp(X)", 1.0)),
    "Var": Row("stats.Var().update_many(X)", *_numpy("np.var(X)", 0.6)),
    "Std": Row("stats.Std().update_many(X)", *_numpy("np.std(X)", 0.6)),
    "SEM": Row("stats.SEM().update_many(X)", *_numpy("np.var(X)", 0.6)),
    "Skew": Row("stats.Skew().update_many(X)", *_polars("XP.skew()", 1.0)),
    "Kurtosis": Row("stats.Kurtosis().update_many(X)", *_polars("XP.kurtosis()", 1.0)),
    "Summary of mean, var, skew, kurtosis, min, max": Row(
        "utils.Summary(mean=stats.Mean(), var=stats.Var(), skew=stats.Skew(), kurtosis=stats.Kurtosis(), "
        "min=stats.Min(), max=stats.Max()).update_many(X)",
        {"this, Kurtosis alone": "stats.Kurtosis().update_many(X)"},
        {"this, Kurtosis alone": 1.5},
    ),
    "Cov": Row("stats.Cov().update_many(X, Y)", *_numpy("np.cov(X, Y)", 0.6)),
    "PearsonCorr": Row("stats.PearsonCorr().update_many(X, Y)", *_numpy("np.cov(X, Y)", 0.6)),
    "EWMean, accumulate": Row(
        "stats.EWMean(0.5).accumulate(X)",
        {"polars": "XP.ewm_mean(alpha=0.5, adjust=False)", "pandas": "XS.ewm(alpha=0.5, adjust=False).mean()"},
        {"polars": 0.5},
    ),
    "EWVar, accumulate": Row(
        "stats.EWVar(0.5).accumulate(X)",
        {"polars": "XP.ewm_var(alpha=0.5, adjust=False)", "pandas": "XS.ewm(alpha=0.5, adjust=False).var()"},
        {"polars": 0.25},
    ),
    "Quantile": Row("stats.Quantile(0.5).update_many(X)", {"numpy": "np.quantile(X, 0.5)"}, {}, nanoseconds=8.0),
}
_MEDIAN = {
    "bottleneck": "bn.move_median(X, {w}, min_count=1)",
    "polars": "XP.rolling_median({w}, min_samples=1)",
}
_QUANTILE = {
    "polars": "XP.rolling_quantile(0.9, 'linear', window_size={w}, min_samples=1)",
}
_WINDOWED = {
    "Rolling median": Row("stats.RollingQuantile(0.5, {w}).accumulate(X)", _MEDIAN, {"bottleneck|polars": 0.8}),
    "Rolling quantile": Row("stats.RollingQuantile(0.9, {w}).accumulate(X)", _QUANTILE, {"polars": 0.8}),
    "Three rolling quantiles": Row(
        "stats.RollingQuantile([0.25, 0.5, 0.75], {w}).accumulate(X)",
        {"this, one": "stats.RollingQuantile(0.5, {w}).accumulate(X)"},
        {"this, one": 1.5},
    ),
    "Rolling max": Row(
        "stats.RollingMax({w}).accumulate(X)",
        {
            "bottleneck": "bn.move_max(X, {w}, min_count=1)",
            "polars": "XP.rolling_max({w}, min_samples=1)",
        },
        {"bottleneck": 0.5},
    ),
    "Rolling var": Row(
        "utils.Rolling(stats.Var, {w}).accumulate(X)",
        {
            "bottleneck": "bn.move_var(X, {w}, min_count=1, ddof=1)",
            "pandas": "XS.rolling({w}, min_periods=1).var()",
        },
        {"bottleneck": 2.5, "pandas": 0.4},
    ),
    "Rolling skew": Row(
        "utils.Rolling(stats.Skew, {w}).accumulate(X)",
        {"pandas": "XS.rolling({w}, min_periods=1).skew()"},
        {"pandas": 0.4},
    ),
    "Rolling kurtosis": Row(
        "utils.Rolling(stats.Kurtosis, {w}).accumulate(X)",
        {"pandas": "XS.rolling({w}, min_periods=1).kurt()"},
        {"pandas": 0.4},
    ),
}
_WINDOWS = (100, 10_000, 100_000, 1_000_000)
#: What reading a column costs, whatever library holds it, compared with the same call on a NumPy array.
_INPUTS = {"Arrow": "XA", "polars": "XP"}


def rows() -> dict[str, Row]:
    found = dict(ROWS)
    for name, row in _WINDOWED.items():
        # The order statistics are measured at every size, the others are the same at each.
        for window in _WINDOWS if "quantile" in row.ours.lower() else _WINDOWS[:3:2]:
            found[f"{name}, {window:,}"] = dataclasses.replace(
                row,
                ours=row.ours.format(w=window),
                peers={peer: body.format(w=window) for peer, body in row.peers.items()},
                # Twice the window, so that it is full for half of the column.
                length=max(LENGTH, 2 * window),
            )
    for distinct in streams.DISTINCT:
        counts = _polars(f"LABELS{distinct}P.value_counts()", 1.0)
        for name, make in (("Mode", "stats.Mode(-1)"), ("Entropy", "stats.Entropy()")):
            found[f"{name} of strings, {distinct:,} distinct"] = Row(f"{make}.update_many(LABELS{distinct})", *counts)
        twice = _polars(f"(LABELS{distinct}P.value_counts(), LABELS{distinct}P.value_counts())", 1.0)
        pairs = f"stats.KullbackLeibler().update_many(LABELS{distinct}, LABELS{distinct})"
        found[f"KullbackLeibler of strings, {distinct:,} distinct"] = Row(pairs, *twice)
    for library, column in _INPUTS.items():
        for name in ("Sum", "Max", "Var", "Quantile"):
            ours = ROWS[name].ours
            found[f"{name}, {library} column"] = Row(
                ours.replace("X", column), {"this, NumPy": ours}, {"this, NumPy": 1.1}
            )
    return found


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="batch",
        title="Whole columns",
        about=f"A column of {LENGTH:,} float64 (2,000,000 at a window of 1,000,000), or strings: "
        "nanoseconds a value, here and in each peer.",
        header=["", "this", "peers", "this / peer"],
    )
    for name, row in rows().items():
        add(engine, table, name, row)
    return [table]


def add(engine: Engine, table: Table, name: str, row: Row) -> None:
    """Measure a row and its peers."""
    contestants = {"this": Contestant("this", jobs.Batch(row.ours, row.length))}
    for peer, body in row.peers.items():
        contestants[peer] = Contestant("this", jobs.Batch(body, row.length))
    samples = engine.measure(contestants, engine.budget / 4)
    this = samples["this"]
    if this.median is None:
        table.not_built(name, this.reason)
        return
    ratios = {peer: ratio(this, samples[peer]) for peer in row.peers}
    table.add(
        name,
        [
            timing(this),
            ", ".join(f"{peer} {timing(samples[peer])}" for peer in row.peers),
            ", ".join(figure(found) if found else NONE for found in ratios.values()),
        ],
        values=row.length,
        ns=raw(samples),
    )
    for peers, limit in row.limits.items():
        named = [found for peer in peers.split("|") if (found := ratios[peer]) is not None]
        # The best peer is the one with the largest ratio.
        measured = max(named, default=None)
        what = f"{name}: this / {peers.replace('|', ' or ')}"
        table.bars.append(Bar(what, measured, "at most", limit))
    if row.nanoseconds:
        table.bars.append(Bar(name, this.median, "at most", row.nanoseconds, "ns a value"))
