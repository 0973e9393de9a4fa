"""Statistics by key, beside the data frame libraries, on one thread each."""

from __future__ import annotations

from benchmarks.batch import Row, add
from benchmarks.engine import Engine
from benchmarks.tables import Table

LENGTH = 10_000_000

#: How many distinct keys the columns of keys have.
DISTINCT = 100_000


def _rows(key: str, strings: bool = False) -> dict[str, tuple[str, str, str]]:
    """Return a statement here, in polars and in pandas for each statistic."""
    column = f"{key}P" if strings else key
    return {
        name: (
            f"utils.GroupBy(stats.{cls}).update_many({key}, X)",
            f"pl.DataFrame({{'k': {column}, 'x': X}}).group_by('k').agg(pl.col('x').{method}())",
            f"XS.groupby({key}).{method}()",
        )
        for name, cls, method in (("Mean", "Mean", "mean"), ("Var", "Var", "var"))
    }


def rows() -> dict[str, Row]:
    """Return the rows of the table."""
    found = {}
    for key, label in (("KEYS", "ints"), ("WIDEKEYS", "ints far apart")):
        for name, (ours, polars, pandas) in _rows(key).items():
            limits = {"polars": 0.7, "pandas": 0.8} if key == "KEYS" else {}
            found[f"{name} by {label}"] = Row(ours, {"polars": polars, "pandas": pandas}, limits, length=LENGTH)
    labels = f"LABELS{DISTINCT}"
    ours, polars, _ = _rows(labels, strings=True)["Mean"]
    found["Mean by strings"] = Row(ours, {"polars": polars}, {"polars": 0.8}, length=LENGTH)
    return found


def measure(engine: Engine) -> list[Table]:
    table = Table(
        key="groups",
        title="Statistics by key",
        about=f"{LENGTH:,} float64 with one of {DISTINCT:,} keys each, in no order: nanoseconds a row, here and in "
        "each peer, on one thread.",
        header=["", "this", "peers", "this / peer"],
    )
    for name, row in rows().items():
        add(engine, table, name, row)
    return [table]
