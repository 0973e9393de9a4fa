"""The accessor `river` of polars: `series.river`, `frame.river` and `expr.river`."""

from __future__ import annotations

import functools
from typing import Any

import polars as pl

from river.utils import Summary

from ._frames import FrameAccessor, accumulated, described, value, value_columns
from ._protocol import width

__all__ = ["RiverExpr", "RiverFrame", "RiverSeries"]


@pl.api.register_series_namespace("river")
class RiverSeries:
    """`series.river`: a statistic of a series."""

    def __init__(self, series: pl.Series) -> None:
        self._series = series

    def get(self, statistic: Any, *others: Any, t: Any = None, skipna: bool = False) -> Any:
        """Return the value of a statistic over the series.

        Parameters
        ----------
        statistic
            A template, which is not modified.
        *others
            The other columns that it takes, such as a second one for `stats.Cov`.
        t
            The times, for statistics that need them, such as `utils.TimeRolling`.
        skipna
            Whether NaN is left out, as null always is; for several columns, the whole row is.

        Examples
        --------
        >>> import polars as pl
        >>> import river.integrations.polars
        >>> from river import stats

        >>> pl.Series([1.0, 2.0, 6.0]).river.get(stats.Var())
        7.0

        """
        return value(statistic, (self._series, *others), t, skipna)

    def accumulate(self, statistic: Any, *others: Any, t: Any = None) -> pl.Series:
        """Return the value of a statistic after each element, as a series of the same name.

        Parameters
        ----------
        statistic, *others, t
            As for `get`.

        Examples
        --------
        >>> import polars as pl
        >>> import river.integrations.polars
        >>> from river import stats, utils

        >>> pl.Series([1.0, 2.0, 6.0]).river.accumulate(utils.Rolling(stats.Mean, 2)).to_list()
        [1.0, 1.5, 4.0]

        """
        return pl.Series(self._series.name, accumulated(statistic, (self._series, *others), t))

    def describe(self) -> Summary:
        """Return a summary of the series, made by `utils.Summary.describe`.

        Examples
        --------
        >>> import polars as pl
        >>> import river.integrations.polars

        >>> pl.Series(["a", None, "b", "a"]).river.describe().get()
        {'n': 3, 'missing': 1, 'distinct': 2, 'top': 'a', 'freq': 2}

        """
        return described(self._series)


@pl.api.register_expr_namespace("river")
class RiverExpr:
    """`expr.river`: a statistic of an expression, in `select`, `with_columns`, `group_by().agg`, `over`, and lazily."""

    def __init__(self, expr: pl.Expr) -> None:
        self._expr = expr

    def get(
        self, statistic: Any, *others: Any, t: Any = None, return_dtype: Any = None, skipna: bool = False
    ) -> pl.Expr:
        """Return the value of a statistic over the expression, one for each group in `group_by().agg`.

        Parameters
        ----------
        statistic
            A template, which is not modified.
        *others
            The other columns that it takes, names or expressions.
        t
            The column of times, for statistics that need them.
        return_dtype
            The type of the value: `Float64` by default, or a list of these for several quantiles.
        skipna
            Whether NaN is left out, as null always is; for several columns, the whole row is.

        Examples
        --------
        >>> import polars as pl
        >>> import river.integrations.polars
        >>> from river import stats

        >>> frame = pl.LazyFrame({"k": ["a", "b", "a"], "x": [1.0, 2.0, 3.0]})
        >>> frame.group_by("k").agg(pl.col("x").river.get(stats.Var())).sort("k").collect().rows()
        [('a', 2.0), ('b', 0.0)]

        """
        dtype = return_dtype or _dtype(statistic, others)

        def of(columns: list[pl.Series]) -> Any:
            return pl.Series([value(statistic, *_split(columns, t), skipna)], dtype=dtype)

        return self._mapped(of, others, t, dtype, returns_scalar=True)

    def accumulate(self, statistic: Any, *others: Any, t: Any = None, return_dtype: Any = None) -> pl.Expr:
        """Return the value of a statistic after each element.

        Parameters
        ----------
        statistic, *others, t, return_dtype
            As for `get`.

        Examples
        --------
        >>> import polars as pl
        >>> import river.integrations.polars
        >>> from river import stats

        >>> frame = pl.DataFrame({"k": ["a", "b", "a"], "x": [1.0, 2.0, 3.0]})
        >>> frame.select(pl.col("x").river.accumulate(stats.Sum()).over("k"))["x"].to_list()
        [1.0, 2.0, 4.0]

        """
        dtype = return_dtype or _dtype(statistic, others)

        def of(columns: list[pl.Series]) -> Any:
            return pl.Series(accumulated(statistic, *_split(columns, t)), dtype=dtype)

        return self._mapped(of, others, t, dtype, returns_scalar=False)

    def _mapped(self, function: Any, others: Any, t: Any, dtype: Any, *, returns_scalar: bool) -> pl.Expr:
        columns = [self._expr, *others] if t is None else [self._expr, *others, t]
        return pl.map_batches(columns, function, return_dtype=dtype, returns_scalar=returns_scalar)


def _dtype(statistic: Any, others: Any) -> Any:
    """Return the type of the value of a statistic of numbers."""
    return pl.Float64 if width(statistic, 1 + len(others)) is None else pl.List(pl.Float64)


def _split(columns: list[pl.Series], t: Any) -> tuple[list[pl.Series], Any]:
    """Separate the times from the columns that they follow."""
    return (columns, None) if t is None else (columns[:-1], columns[-1])


@pl.api.register_dataframe_namespace("river")
class RiverFrame(FrameAccessor):
    """`frame.river`: statistics of the columns of a frame. For a lazy frame, use `expr.river`."""

    def _made(self, columns: dict[Any, Any]) -> pl.DataFrame:
        return pl.DataFrame(columns)

    def _joined(self, groups: dict[Any, Any], keys: list[Any]) -> pl.DataFrame:
        frames = []
        for name, of_key in groups.items():
            frame = pl.DataFrame(of_key)
            frame.columns = [*keys, *value_columns(name, of_key, frame.columns[len(keys) :])]
            frames.append(frame)
        return functools.reduce(
            lambda left, right: left.join(right, on=keys, how="full", coalesce=True, nulls_equal=True), frames
        )
