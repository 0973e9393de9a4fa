"""The accessor `river` of pandas: `series.river` and `frame.river`."""

from __future__ import annotations

from typing import Any

import pandas as pd

from river.utils import Summary

from ._frames import FrameAccessor, accumulated, described, value, value_columns

__all__ = ["RiverFrame", "RiverSeries"]


@pd.api.extensions.register_series_accessor("river")
class RiverSeries:
    """`series.river`: a statistic of a series."""

    def __init__(self, series: pd.Series[Any]) -> None:
        self._series = series

    def get(self, statistic: Any, *others: Any, t: Any = None, skipna: bool = False) -> Any:
        """Return the value of a statistic over the series.

        Parameters
        ----------
        statistic
            A template, which is not modified.
        *others
            The other columns that it takes, such as a second one for `stats.Cov`. Rows are not matched by their index.
        t
            The times, for statistics that need them, such as `utils.TimeRolling`; by default an index of times.
        skipna
            Whether NaN and None are left out; for several columns, the whole row is.

        Examples
        --------
        >>> import pandas as pd
        >>> import river.integrations.pandas
        >>> from river import stats

        >>> pd.Series([1.0, 2.0, 6.0]).river.get(stats.Var())
        7.0

        """
        return value(statistic, (self._series, *others), _times(self._series, t), skipna)

    def accumulate(self, statistic: Any, *others: Any, t: Any = None) -> pd.Series[Any]:
        """Return the value of a statistic after each element, as a series of the same index and name.

        Parameters
        ----------
        statistic, *others, t
            As for `get`.

        Examples
        --------
        >>> import pandas as pd
        >>> import river.integrations.pandas
        >>> from river import stats, utils

        >>> s = pd.Series([1.0, 2.0, 6.0], index=["a", "b", "c"], name="x")
        >>> s.river.accumulate(utils.Rolling(stats.Mean, 2))
        a    1.0
        b    1.5
        c    4.0
        Name: x, dtype: float64

        """
        values = accumulated(statistic, (self._series, *others), _times(self._series, t))
        return pd.Series(values, index=self._series.index, name=self._series.name)

    def describe(self) -> Summary:
        """Return a summary of the series, made by `utils.Summary.describe`.

        Examples
        --------
        >>> import pandas as pd
        >>> import river.integrations.pandas

        >>> pd.Series(["a", None, "b", "a"]).river.describe().get()
        {'n': 3, 'missing': 1, 'distinct': 2, 'top': 'a', 'freq': 2}

        """
        return described(self._series)


@pd.api.extensions.register_dataframe_accessor("river")
class RiverFrame(FrameAccessor):
    """`frame.river`: statistics of the columns of a frame. Times are in the index, or in a named column."""

    def _times(self, t: Any) -> Any:
        return _times(self._frame, super()._times(t))

    def _made(self, columns: dict[Any, Any]) -> pd.DataFrame:
        return pd.DataFrame(columns, index=self._frame.index)

    def _joined(self, groups: dict[Any, Any], keys: list[Any]) -> pd.DataFrame:
        frames = []
        for name, of_key in groups.items():
            frame = pd.DataFrame.from_arrow(of_key)
            frame.columns = [*keys, *value_columns(name, of_key, frame.columns[len(keys) :])]
            frames.append(frame.set_index(keys))
        return pd.concat(frames, axis="columns")


def _times(rows: Any, t: Any) -> Any:
    """Return the times, which are those of the index unless others are given."""
    is_timed = isinstance(rows.index, (pd.DatetimeIndex, pd.TimedeltaIndex))
    return rows.index if t is None and is_timed else t
