"""Statistics of Spark's data frames, and statistics that live in its streams."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from river import stats, utils

from ._protocol import Aggregation, Read, Templates, as_columns, dump, label, width

__all__ = ["aggregate", "aggregate_by", "as_stateful"]

STATES = "states array<binary>"
#: How many rows there are in a record batch made here.
ROWS = 10_000


def aggregate(frame: Any, statistics: Mapping[Any, Any], by: Any = None, *, skipna: bool = False) -> dict[Any, Any]:
    """Compute statistics of a data frame in its partitions, and merge them as a tree.

    Only the bytes of its statistics leave a partition. They are merged by tasks, as many as the square root of
    `spark.sql.shuffle.partitions`, and the driver merges the results of these.

    Parameters
    ----------
    frame
        A `pyspark.sql.DataFrame`, of which the columns that are needed are read as Arrow.
    statistics
        A statistic for each column, or tuple of columns: `{"x": stats.Var(), ("x", "y"): stats.Cov()}`. They are
        templates, which are not modified. User-defined classes are pickled, so workers have to be able to import them.
    by
        The column of the keys, or a tuple of such columns, to compute a statistic for each key.
    skipna
        Whether NaN and None are left out and counted. Each statistic is then wrapped in a `utils.SkipNaN`, while a
        summary stays one: their `n_skipped` says how many there were, or with `by`, that of the `utils.GroupBy`. For
        pairs, a row is left out if one of its values is missing.

    Returns
    -------
    The statistics by their columns; with `by`, a `utils.GroupBy` for each, in the memory of the driver. This computes
    the data frame.

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
    plan = Aggregation(statistics, "Spark", by, skipna)

    def part(batches: Iterable[Any]) -> Iterator[Any]:
        yield _as_batch(plan.part(_reader(batch, plan.columns) for batch in batches))

    def merge(batches: Iterable[Any]) -> Iterator[Any]:
        yield _as_batch(plan.merged(_states(batches)))

    width = math.isqrt(int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions")))
    parts = _selected(frame, plan.columns).mapInArrow(part, STATES)
    merged = parts.repartition(max(1, width)).mapInArrow(merge, STATES)
    result: dict[Any, Any] = plan.result([bytes(state) for state in row.states] for row in merged.collect())
    return result


def aggregate_by(
    frame: Any,
    by: str | tuple[str, ...],
    statistics: Mapping[Any, Any],
    *,
    types: Mapping[Any, str] | None = None,
    skipna: bool = False,
) -> Any:
    """Compute statistics of each key, as a data frame: for more keys than the driver has memory for.

    Each partition has groups of its own, whose states are shuffled by key and merged.

    Parameters
    ----------
    frame
        A `pyspark.sql.DataFrame`.
    by
        The column of the keys, or a tuple of such columns.
    statistics
        A statistic for each column, or tuple of columns. They are templates, which are not modified.
    types
        The types of values in the result, unless they are a number or several: `{"x": "string"}`.
    skipna
        Whether NaN and None are left out and counted, in a column of its own for each statistic. For pairs, a row is
        left out if one of its values is missing. A key whose values are all missing has a row too.

    Returns
    -------
    A lazily computed data frame: a row for each key, with a column for the value of each statistic, and one for its
    state, to be read by `from_bytes`. For `x` they are `x` and `x_state`, for a tuple of columns `x_y` and `x_y_state`.
    With `skipna`, the columns `x_n_skipped` and `x_y_n_skipped` say how many were left out.

    Raises
    ------
    TypeError
        If a statistic has no merge, or depends on the order of its observations.
    pyspark.errors.PythonException
        When it is computed, if a column is not what its statistic needs. The message names it.

    Examples
    --------
    >>> from pyspark.sql import SparkSession
    >>> from river import stats
    >>> from river.integrations import spark as river_spark

    >>> session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", False).getOrCreate()
    >>> frame = session.range(5).selectExpr("id", "id % 2 AS odd")
    >>> river_spark.aggregate_by(frame, "odd", {"id": stats.Mean()}).select("odd", "id").sort("odd").collect()
    [Row(odd=0, id=2.0), Row(odd=1, id=2.0)]

    """
    plan, groups = Aggregation(statistics, "Spark"), Aggregation(statistics, "Spark", by, skipna)
    keys, names = as_columns(by), list(statistics)
    key_fields = [f"c{i} {_type_of(frame, key)}" for i, key in enumerate(keys)]
    state_fields = [f"s{i} binary" for i in range(len(names))]
    value_fields = [f"v{i} {_type_of_value(name, statistics[name], types)}" for i, name in enumerate(names)]
    count_fields = [f"n{i} bigint" for i in range(len(names))] if skipna else []
    partial = ", ".join(key_fields + state_fields + count_fields)
    whole = ", ".join(key_fields + value_fields + state_fields + count_fields)
    timezone = frame.sparkSession.conf.get("spark.sql.session.timeZone")
    partial_schema, whole_schema = _arrow_schema(partial, timezone), _arrow_schema(whole, timezone)

    def part(batches: Iterable[Any]) -> Iterator[Any]:
        # The groups know how many they have left out in total, but not for which key.
        skipped: dict[Any, Any] = {name: utils.GroupBy(stats.Count()) for name in names} if skipna else {}
        readers = (_reader(batch, groups.columns) for batch in batches)
        seen = groups.seen(_counting_missing(readers, by, skipped))
        empty = plan.part([])
        # If all of its values in a column are missing, a key has no group there.
        columns = list(zip(seen.values(), empty, strict=True))
        rows = (
            (
                *as_columns(key),
                *(dump(of_key[key]) if key in of_key else none for of_key, none in columns),
                *(of_key.get(key) if key in of_key else 0 for of_key in skipped.values()),
            )
            for key in dict.fromkeys(itertools.chain(*seen.values(), *skipped.values()))
        )
        yield from _as_batches(rows, partial_schema)

    def merge(batches: Iterable[Any]) -> Iterator[Any]:
        parts: dict[Any, list[Any]] = {}
        for batch in batches:
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                # All NaN are one key.
                key = tuple(math.nan if value != value else value for value in row[: len(keys)])
                parts.setdefault(key, []).append(row[len(keys) :])
        merged = (
            (
                key,
                plan.result(row[: len(names)] for row in rows).values(),
                map(sum, zip(*(row[len(names) :] for row in rows), strict=True)),
            )
            for key, rows in parts.items()
        )
        rows = (
            (*key, *(each.get() for each in of_key), *map(dump, of_key), *skipped) for key, of_key, skipped in merged
        )
        yield from _as_batches(rows, whole_schema)

    parts = _selected(frame, groups.columns).mapInArrow(part, partial)
    found = parts.repartition(*(f"c{i}" for i in range(len(keys)))).mapInArrow(merge, whole)
    labels = [(f"c{i}", key) for i, key in enumerate(keys)]
    for i, name in enumerate(names):
        labels += [(f"v{i}", label(name)), (f"s{i}", f"{label(name)}_state")]
        labels += [(f"n{i}", f"{label(name)}_n_skipped")] if skipna else []
    return found.selectExpr(*(f"{column} AS {_quoted(named)}" for column, named in labels))


def as_stateful(
    stream: Any,
    by: str,
    statistics: Mapping[Any, Any],
    *,
    t: str | None = None,
    types: Mapping[Any, str] | None = None,
    skipna: bool = False,
) -> Any:
    """Keep statistics of each key of a stream, with their state stored by Spark: an operator for Structured Streaming.

    A query that is restarted from its checkpoint continues from the stored bytes of its statistics. The rows of a key
    come in one order, so statistics that depend on order may be used here: exponentially weighted ones, windows, links.

    Parameters
    ----------
    stream
        A streaming data frame. `spark.sql.streaming.stateStore.providerClass` has to be that of RocksDB.
    by
        The column of the keys.
    statistics
        A statistic for each column, or tuple of columns. They are templates, which are not modified.
    t
        The column of the times. The rows of a micro-batch are sorted by it, and statistics that need times, such as
        `utils.TimeRolling`, see them. Without it, the order is the one in which Spark hands out the rows.
    types
        The types of values in the result, unless they are a number or several: `{"x": "string"}`.
    skipna
        Whether NaN and None are left out and counted, by a `utils.SkipNaN` of each statistic.

    Returns
    -------
    A streaming data frame, to be written in the mode `update`: after each micro-batch a row for each of its keys, with
    the key and the value of each statistic. A tuple of columns is named by its parts: `x_y`.

    Raises
    ------
    ValueError
        If a statistic is of the column of the keys itself.

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
    import pyarrow as pa
    from pyspark.sql import Row
    from pyspark.sql.streaming import StatefulProcessor

    templates = Templates(statistics, skipna=skipna)
    kept = list(dict.fromkeys([by, *templates.columns, *([t] if t else ())]))
    found = Row(by, *map(label, templates.names))
    if by in found[1:]:
        raise ValueError(f"the column of the keys cannot have a statistic too, got {by!r}")
    fields = [f"{_quoted(by)} {_type_of(stream, by)}"]
    types_of = {name: _type_of_value(name, statistics[name], types) for name in templates.names}
    fields += [f"{_quoted(label(name))} {kind}" for name, kind in types_of.items()]

    # If the engine is not installed, its class has no type.
    class Statistics(StatefulProcessor):  # type: ignore[misc]
        """The statistics of one key after another."""

        def init(self, handle: Any) -> None:
            self._state = handle.getValueState("statistics", STATES)

        def handleInputRows(self, key: tuple[Any], rows: Iterable[Any], timerValues: Any) -> Iterator[Any]:
            state = self._state.get()
            current = templates.fresh() if state is None else templates.loaded(map(bytes, state[0]))
            batch = list(rows) if t is None else sorted(rows, key=lambda row: row[kept.index(t)])
            # In an Arrow column, None is missing.
            columns = dict(zip(kept, map(pa.array, zip(*batch, strict=True)), strict=True))
            templates.update(current, columns.__getitem__, None if t is None else columns[t])
            self._state.update((templates.dumped(current),))
            yield found(key[0], *(statistic.get() for statistic in current.values()))

        def close(self) -> None:
            pass

    keyed = _selected(stream, kept).groupBy("c0")
    return keyed.transformWithState(Statistics(), ", ".join(fields), "Update", "None")


def _quoted(name: str) -> str:
    """Return the name of a column, quoted so that a dot is just a dot."""
    return "`" + name.replace("`", "``") + "`"


def _selected(frame: Any, columns: list[str]) -> Any:
    """Return these columns under names of our own: Spark's Python functions cannot read one with a dot in its name."""
    return frame.selectExpr(*(f"{_quoted(name)} AS c{i}" for i, name in enumerate(columns)))


def _type_of(frame: Any, column: str) -> str:
    return str(frame.schema[column].dataType.simpleString())


def _type_of_value(name: Any, statistic: Any, types: Mapping[Any, str] | None) -> str:
    if types and name in types:
        return types[name]
    return "double" if width(statistic, len(as_columns(name))) is None else "array<double>"


def _arrow_schema(fields: str, timezone: str) -> Any:
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import StructType

    return to_arrow_schema(StructType.fromDDL(fields), timezone=timezone)


def _as_batches(rows: Iterator[tuple[Any, ...]], schema: Any) -> Iterator[Any]:
    """Return rows as record batches."""
    import pyarrow as pa

    while some := list(itertools.islice(rows, ROWS)):
        yield pa.RecordBatch.from_pylist([dict(zip(schema.names, row, strict=True)) for row in some], schema)


def _counting_missing(readers: Iterable[Read], by: Any, counts: Mapping[Any, Any]) -> Iterator[Read]:
    """Yield the readers of batches, having counted for each key the rows with a missing value."""
    import pyarrow.compute as pc

    for read in readers:
        for name, groups in counts.items():
            nulls = (pc.is_null(read(column), nan_is_null=True) for column in as_columns(name))
            missing = functools.reduce(pc.or_, nulls)
            keys = [read(key).filter(missing) for key in as_columns(by)]
            groups.update_many(tuple(keys) if isinstance(by, tuple) else keys[0], missing.filter(missing))
        yield read


def _reader(batch: Any, columns: list[str]) -> Any:
    return lambda name: batch.column(columns.index(name))


def _as_batch(states: list[bytes]) -> Any:
    import pyarrow as pa

    return pa.record_batch({"states": pa.array([states], pa.list_(pa.binary()))})


def _states(batches: Iterable[Any]) -> Iterator[list[bytes]]:
    for batch in batches:
        yield from batch.column("states").to_pylist()
