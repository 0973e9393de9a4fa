"""Statistics by key, compared with the data frame libraries, on one thread each."""

from __future__ import annotations

from benchmarks.batch import Row, add
from benchmarks.engine import Engine
from benchmarks.tables import Table

LENGTH = 10_000_000

#: How many distinct keys the columns of keys have.
DISTINCT = 100_000


#: A DuckDB query over Arrow columns, with an Arrow result.
_DUCKDB = (
    "duckdb.from_arrow(pa.table({{'k': pa.array({key}), 'x': pa.array(X)}}), "
    "connection=duckdb.connect(config={{'threads': 1}})).aggregate('k, {function}(x)').arrow()"
)


def _rows(key: str, strings: bool = False) -> dict[str, tuple[str, dict[str, str]]]:
    """Return a statement for this package and those for its peers, for each statistic."""
    column = f"{key}P" if strings else key
    found = {}
    for name, method, function in (("Mean", "mean", "avg"), ("Var", "var", "var_samp")):
        peers = {
            "polars": f"pl.DataFrame({{'k': {column}, 'x': X}}).group_by('k').agg(pl.col('x').{method}())",
            "DuckDB": _DUCKDB.format(key=key, function=function),
        }
        if not strings:
            peers["pandas"] = f"XS.groupby({key}).{method}()"
        found[name] = (f"utils.GroupBy(stats.{name}).update_many({key}, X)", peers)
    return found


def rows() -> dict[str, Row]:
    """Return the rows of the table."""
    found = {}
    for key, label in (("KEYS", "ints"), ("WIDEKEYS", "ints far apart")):
        for name, (ours, peers) in _rows(key).items():
            limits = {"polars": 0.7, "pandas": 0.8} if key == "KEYS" else {}
            found[f"{name} by {label}"] = Row(ours, peers, limits, length=LENGTH)
    ours, peers = _rows(f"LABELS{DISTINCT}", strings=True)["Mean"]
    found["Mean by strings"] = Row(ours, peers, {"polars": 0.8}, length=LENGTH)
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
