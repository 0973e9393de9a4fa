"""Statistics as aggregations of Ray Data."""

from __future__ import annotations

from typing import Any

from ._protocol import Aggregation, as_columns

__all__ = ["aggregate_fn"]


def aggregate_fn(
    statistic: Any,
    on: str | tuple[str, ...],
    *,
    name: str | None = None,
    as_bytes: bool = False,
    skipna: bool = False,
) -> Any:
    """Make an aggregation of a statistic, for `Dataset.aggregate` and `GroupedData.aggregate`.

    Parameters
    ----------
    statistic
        A template, which is not modified.
    on
        The column, or the columns that the statistic takes.
    name
        What the result is called; by default `var(x)` for the variance of `x`.
    as_bytes
        Whether the result is the state, for `from_bytes`, instead of the value.
    skipna
        Whether NaN and None are left out and counted, by a `utils.SkipNaN` of the statistic. A state is then one of a
        `utils.SkipNaN`, whose `n_skipped` says how many there were.

    Returns
    -------
    A `ray.data.aggregate.AggregateFnV2`; over several columns an `AggregateFn`, for which Ray reads all columns.

    Raises
    ------
    TypeError
        If the statistic has no merge, or depends on the order of its observations.
    ray.exceptions.RayTaskError
        By the aggregation, if a column is not what the statistic needs. The message names it.

    Examples
    --------
    >>> from river import stats
    >>> from river.integrations import ray as river_ray

    >>> var = river_ray.aggregate_fn(stats.Var(), on="x")
    >>> var.name
    'var(x)'
    >>> ray.data.from_items([{"x": 1.0}, {"x": 2.0}, {"x": 6.0}]).aggregate(var)  # doctest: +SKIP
    {'var(x)': 7.0}

    """
    from ray.data.aggregate import AggregateFn, AggregateFnV2

    plan = Aggregation({on: statistic}, "Ray", skipna=skipna)
    [empty] = plan.part([])

    # If the engine is not installed, its class has no type.
    class Statistic(AggregateFnV2):  # type: ignore[misc]
        """Blocks become states, which are merged."""

        def aggregate_block(self, block: Any) -> bytes:
            [state] = plan.part([block.__getitem__])
            return state

        def combine(self, current_accumulator: bytes, new: bytes) -> bytes:
            [state] = plan.merged([[current_accumulator], [new]])
            return state

        def finalize(self, accumulator: bytes) -> Any:
            return accumulator if as_bytes else plan.result([[accumulator]])[on].get()

    columns = as_columns(on)
    label = name or f"{statistic.name}({', '.join(columns)})"
    made = Statistic(label, lambda: empty, on=columns[0], ignore_nulls=False)
    if len(columns) == 1:
        return made
    # Ray reads no more than the one column that an AggregateFnV2 names, but all of them for an AggregateFn.
    return AggregateFn(
        init=lambda key: empty,
        accumulate_block=lambda accumulator, block: made.aggregate_block(block),
        merge=made.combine,
        finalize=made.finalize,
        name=label,
    )
