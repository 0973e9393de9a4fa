"""Statistics in DataFusion: as SQL functions, and over the record batches of a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from river import stats

from ._protocol import Aggregation, batch_reader, dump, load, mergeable, skipping, width

__all__ = ["aggregate", "udaf"]


def udaf(
    statistic: Any,
    name: str,
    *,
    input_types: Sequence[Any] | None = None,
    return_type: Any = None,
    skipna: bool = False,
) -> Any:
    """Make an aggregate function of a statistic, for SQL and for data frames.

    DataFusion makes a Python object for each group in each partition, and calls it for each batch. This is suitable for
    up to some hundred groups; for more, use `aggregate` with `by`.

    Parameters
    ----------
    statistic
        A template, which is not modified.
    name
        The name of the function in SQL.
    input_types
        The types of the columns, as pyarrow types; float64 each by default.
    return_type
        The type of the value; by default float64, or a list of these for several quantiles.
    skipna
        Whether NaN is left out, as null always is.

    Returns
    -------
    A `datafusion.AggregateUDF`, to be passed to `SessionContext.register_udaf`, and to be called with columns. The
    function returns null where `get` returns None, and a list of nulls for several quantiles.

    Raises
    ------
    TypeError
        If the statistic has no merge, or depends on the order of its observations.

    Examples
    --------
    >>> import datafusion
    >>> from river import stats
    >>> from river.integrations import datafusion as river_datafusion

    >>> ctx = datafusion.SessionContext()
    >>> ctx.register_udaf(river_datafusion.udaf(stats.GeometricMean(), name="geomean"))
    >>> _ = ctx.from_pydict({"x": [1.0, 2.0, 4.0]}, name="t")
    >>> ctx.sql("SELECT geomean(x) AS mean FROM t").to_pydict()
    {'mean': [2.0]}

    """
    import datafusion
    import pyarrow as pa

    template = mergeable(statistic, "DataFusion")
    types = input_types
    if types is None:
        types = [pa.float64()] * (2 if isinstance(template, stats.base.Bivariate) else 1)
    several = None if return_type else width(template, len(types))
    returned = return_type or (pa.float64() if several is None else pa.list_(pa.float64()))
    # DataFusion cannot read a null of a list type.
    none = None if several is None else [None] * several
    if skipna:
        template = skipping(template)

    # If the engine is not installed, its class has no type.
    class Accumulator(datafusion.Accumulator):  # type: ignore[misc]
        """The statistic of one group in one partition."""

        def __init__(self) -> None:
            self._statistic = template.clone()

        def update(self, *columns: Any) -> None:
            self._statistic.update_many(*columns)

        def state(self) -> list[Any]:
            return [pa.scalar(dump(self._statistic), pa.binary())]

        def merge(self, states: list[Any]) -> None:
            for state in states[0]:
                self._statistic += load(template, state.as_py())

        def evaluate(self) -> Any:
            value = self._statistic.get()
            return pa.scalar(none if value is None else value, returned)

    return datafusion.udaf(Accumulator, list(types), returned, [pa.binary()], "immutable", name)


def aggregate(frame: Any, statistics: Mapping[Any, Any], by: Any = None, *, skipna: bool = False) -> dict[Any, Any]:
    """Compute statistics of what a query returns, batch by batch, with its partitions in threads.

    Parameters
    ----------
    frame
        A `datafusion.DataFrame`, of which the columns that are needed are read.
    statistics
        A statistic for each column, or tuple of columns: `{"x": stats.Var(), ("x", "y"): stats.Cov()}`. They are
        templates, which are not modified.
    by
        The column of the keys, or a tuple of such columns, to compute a statistic for each key.
    skipna
        Whether NaN and None are left out and counted. Each statistic is then wrapped in a `utils.SkipNaN`, while a
        summary stays one: their `n_skipped` says how many there were, or with `by`, that of the `utils.GroupBy`. For
        pairs, a row is left out if one of its values is missing.

    Returns
    -------
    The statistics by their columns; with `by`, a `utils.GroupBy` for each.

    Raises
    ------
    TypeError
        If a statistic has no merge, or depends on the order of its observations; if a column is not what its statistic
        needs. The message names it.

    Examples
    --------
    >>> import datafusion
    >>> from river import stats
    >>> from river.integrations import datafusion as river_datafusion

    >>> ctx = datafusion.SessionContext()
    >>> frame = ctx.from_pydict({"x": [1.0, 2.0, 6.0]})
    >>> river_datafusion.aggregate(frame, {"x": stats.Mean()})
    {'x': Mean: 3.}

    """
    from datafusion import column

    plan = Aggregation(statistics, "DataFusion", by, skipna)
    streams = frame.select(*(column(f'"{name}"') for name in plan.columns)).execute_stream_partitioned()
    with ThreadPoolExecutor(len(streams)) as threads:
        result: dict[Any, Any] = plan.result(threads.map(lambda stream: plan.part(_batches(stream)), streams))
    return result


def _batches(stream: Any) -> Iterator[Any]:
    for batch in stream:
        yield batch_reader(batch.to_pyarrow())
