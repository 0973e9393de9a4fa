"""Statistics of Dask's bags, arrays and data frames."""

from __future__ import annotations

from typing import Any

from ._protocol import Aggregation

__all__ = ["aggregate"]


def aggregate(collection: Any, statistics: Any, by: Any = None, *, skipna: bool = False, split_every: int = 16) -> Any:
    """Compute statistics of a collection in its partitions, and merge them as a tree.

    Only the bytes of its statistics leave a partition: some dozens of bytes for moments, and the state of each other
    class. A partition that is computed again, for instance after its worker has died, counts once.

    Parameters
    ----------
    collection
        A `dask.dataframe`, a `dask.bag` of records or of values, or a `dask.array` of one dimension, or of two, whose
        columns are named by numbers.
    statistics
        A statistic for each column, or tuple of columns: `{"x": stats.Var(), ("x", "y"): stats.Cov()}`. For a bag of
        values, an array of one dimension or a Series, a single statistic. They are templates, which are not modified.
        User-defined classes are pickled, so workers have to be able to import them.
    by
        The column of the keys, or a tuple of such columns, to compute a statistic for each key.
    skipna
        Whether NaN and None are left out and counted. Each statistic is then wrapped in a `utils.SkipNaN`, while a
        summary stays one: their `n_skipped` says how many there were, or with `by`, that of the `utils.GroupBy`. For
        pairs, a row is left out if one of its values is missing.
    split_every
        How many parts are merged at once.

    Returns
    -------
    A lazy value, as made by `dask.delayed`. Its `compute()` returns the statistics by their columns, or the single
    statistic; with `by`, a `utils.GroupBy` for each column.

    Raises
    ------
    TypeError
        If a statistic has no merge, or depends on the order of its observations; by `compute()`, if a column is not
        what its statistic needs. The message names it.

    Examples
    --------
    >>> import dask.bag
    >>> from river import stats
    >>> from river.integrations import dask as river_dask

    >>> bag = dask.bag.from_sequence([1.0, 2.0, 4.0, 9.0], npartitions=2)
    >>> river_dask.aggregate(bag, stats.Mean()).compute(scheduler="sync")
    Mean: 4.

    """
    import dask

    if split_every < 2:
        raise ValueError(f"split_every must be at least 2, got {split_every}")
    plan = Aggregation(statistics, "Dask", by, skipna)
    part = dask.delayed(_part)
    merged = dask.delayed(plan.merged)
    parts = [part(plan, chunk) for chunk in _chunks(collection, plan.columns)]
    while len(parts) > split_every:
        parts = [merged(parts[i : i + split_every]) for i in range(0, len(parts), split_every)]
    return dask.delayed(plan.result)(parts)


def _chunks(collection: Any, columns: list[Any]) -> list[Any]:
    """Return the partitions, each a delayed value, of the columns that are needed."""
    if not hasattr(collection, "to_delayed"):
        raise TypeError(f"collection must be a bag, an array or a data frame of Dask, got {type(collection).__name__}")
    if hasattr(collection, "chunks"):
        if collection.ndim == 2:
            collection = collection.rechunk({1: -1})
        return list(collection.to_delayed().ravel())
    if hasattr(collection, "columns") and columns != [None]:
        collection = collection[columns]
    return list(collection.to_delayed())


def _part(plan: Aggregation, chunk: Any) -> list[bytes]:
    """Return the states of a partition."""
    if not hasattr(chunk, "ndim"):
        records = list(chunk)
        return plan.part([lambda name: records if name is None else [record[name] for record in records]])
    return plan.part([lambda name: chunk if name is None else chunk[:, name] if _is_array(chunk) else chunk[name]])


def _is_array(chunk: Any) -> bool:
    return not hasattr(chunk, "iloc")
