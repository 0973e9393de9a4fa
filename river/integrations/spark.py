"""Statistics of Spark's data frames, and statistics that live in its streams."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._protocol import Aggregation, Templates

__all__ = ["aggregate", "as_stateful"]

STATES = "states array<binary>"


def aggregate(frame: Any, statistics: Mapping[Any, Any]) -> dict[Any, Any]:
    """Compute statistics of a data frame in its partitions, and merge them as a tree.

    What leaves a partition are the bytes of its statistics. Some tasks merge them, as many as the square root of
    `spark.sql.shuffle.partitions`, and the driver merges what these return.

    Parameters
    ----------
    frame
        A `pyspark.sql.DataFrame`, of which the columns that are needed are read as Arrow.
    statistics
        A statistic for each column, or tuple of columns: `{"x": stats.Var(), ("x", "y"): stats.Cov()}`. They are
        templates, which stay as they are. Classes of your own are pickled, so workers have to be able to import them.

    Returns
    -------
    The statistics by their columns. The data frame is computed for it.

    Raises
    ------
    TypeError
        If a statistic has no merge, or depends on the order of its observations.
    pyspark.errors.PythonException
        If a column is not what its statistic needs. The message names it.

    Examples
    --------
    >>> from pyspark.sql import SparkSession
    >>> from river import stats
    >>> from river.integrations import spark as river_spark

    >>> session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", False).getOrCreate()
    >>> frame = session.range(5)
    >>> river_spark.aggregate(frame, {"id": stats.Mean()})
    {'id': Mean: 2.}

    """
    plan = Aggregation(statistics, "Spark")

    def part(batches: Iterable[Any]) -> Iterator[Any]:
        yield _as_batch(plan.part(_reader(batch, plan.columns) for batch in batches))

    def merge(batches: Iterable[Any]) -> Iterator[Any]:
        yield _as_batch(plan.merged(_states(batches)))

    width = math.isqrt(int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions")))
    parts = _selected(frame, plan.columns).mapInArrow(part, STATES)
    merged = parts.repartition(max(1, width)).mapInArrow(merge, STATES)
    result: dict[Any, Any] = plan.result([bytes(state) for state in row.states] for row in merged.collect())
    return result


def as_stateful(
    stream: Any,
    by: str,
    statistics: Mapping[Any, Any],
    *,
    t: str | None = None,
    types: Mapping[Any, str] | None = None,
) -> Any:
    """Keep statistics of each key of a stream, whose state Spark stores: the operator for Structured Streaming.

    A query that is started again from its checkpoint goes on from the bytes of its statistics. The rows of a key come
    in one order, so what depends on it may be used here: exponentially weighted statistics, windows, links.

    Parameters
    ----------
    stream
        A streaming data frame. `spark.sql.streaming.stateStore.providerClass` has to be that of RocksDB.
    by
        The column of the keys.
    statistics
        A statistic for each column, or tuple of columns. They are templates, which stay as they are.
    t
        The column of the times. The rows of a micro-batch are sorted by it, and statistics that need times, such as
        `utils.TimeRolling`, see them. Without it, the order is the one in which Spark hands out the rows.
    types
        The types of values in the result, where they are not numbers: `{"x": "string"}`.

    Returns
    -------
    A streaming data frame, to be written in the mode `update`: after each micro-batch a row for each of its keys, with
    the key and the value of each statistic. A tuple of columns is named by its parts: `x_y`.

    Examples
    --------
    >>> from pyspark.sql import SparkSession
    >>> from river import stats
    >>> from river.integrations import spark as river_spark

    >>> session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", False).getOrCreate()
    >>> stream = session.readStream.format("rate").load().selectExpr("value % 3 AS sensor", "1.0 * value AS x")
    >>> means = river_spark.as_stateful(stream, "sensor", {"x": stats.EWMean(0.1)})
    >>> means.columns
    ['sensor', 'x']

    """
    from pyspark.sql import Row
    from pyspark.sql.streaming import StatefulProcessor

    templates = Templates(statistics)
    kept = list(dict.fromkeys([by, *templates.columns, *([t] if t else ())]))
    labels = {name: "_".join(name) if isinstance(name, tuple) else name for name in templates.names}
    given = types or {}
    fields = [f"{_quoted(labels[name])} {given.get(name, 'double')}" for name in templates.names]

    class Statistics(StatefulProcessor):  # type: ignore[misc]
        """The statistics of one key after another."""

        def init(self, handle: Any) -> None:
            self._state = handle.getValueState("statistics", STATES)

        def handleInputRows(self, key: tuple[Any], rows: Iterable[Any], timerValues: Any) -> Iterator[Any]:
            state = self._state.get()
            current = templates.fresh() if state is None else templates.loaded(map(bytes, state[0]))
            # A tuple a column; the rows of one key are few.
            batch = list(rows) if t is None else sorted(rows, key=lambda row: row[kept.index(t)])
            columns = dict(zip(kept, zip(*batch, strict=True), strict=True))
            templates.update(current, columns.__getitem__, t)
            self._state.update((templates.dumped(current),))
            yield Row(**{by: key[0]}, **{labels[name]: statistic.get() for name, statistic in current.items()})

        def close(self) -> None:
            pass

    fields.insert(0, f"{_quoted(by)} {stream.schema[by].dataType.simpleString()}")
    keyed = _selected(stream, kept).groupBy("c0")
    return keyed.transformWithState(Statistics(), ", ".join(fields), "Update", "None")


def _quoted(name: str) -> str:
    """Return the name of a column, in which a dot is a dot."""
    return "`" + name.replace("`", "``") + "`"


def _selected(frame: Any, columns: list[str]) -> Any:
    """Return these columns by names of ours: Spark's functions in Python cannot read one with a dot in its name."""
    return frame.selectExpr(*(f"{_quoted(name)} AS c{i}" for i, name in enumerate(columns)))


def _reader(batch: Any, columns: list[str]) -> Any:
    return lambda name: batch.column(columns.index(name))


def _as_batch(states: list[bytes]) -> Any:
    import pyarrow as pa

    return pa.record_batch({"states": pa.array([states], pa.list_(pa.binary()))})


def _states(batches: Iterable[Any]) -> Iterator[list[bytes]]:
    for batch in batches:
        yield from batch.column("states").to_pylist()
