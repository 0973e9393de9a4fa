"""What the accessors of data frames have in common."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from typing import Any

from river import utils

from ._protocol import Templates, as_columns, as_template, label, naming, skipping, times


def value(statistic: Any, columns: Sequence[Any], t: Any = None, skipna: bool = False) -> Any:
    """Return the value of a statistic that has seen these columns, leaving out NaN and None if `skipna`."""
    seen = skipping(as_template(statistic)) if skipna else as_template(statistic)
    with naming(_name(columns)):
        seen.update_many(*columns, **times(seen, t))
    return seen.get()


def accumulated(statistic: Any, columns: Sequence[Any], t: Any = None) -> Any:
    """Return the values of a statistic after each row of these columns, as a list if they are not one number each."""
    seen = as_template(statistic)
    with naming(_name(columns)):
        values = seen.accumulate(*columns, **times(seen, t))
    return values.tolist() if values.dtype == object or values.ndim > 1 else values


def value_columns(name: Any, of_key: Any, columns: Sequence[str]) -> list[Any]:
    """Return names for the columns of the values of groups, which as an Arrow table are named by their statistic."""
    prefix = f"{of_key._value_name}_"
    return [name] if len(columns) == 1 else [f"{name}_{column.removeprefix(prefix)}" for column in columns]


def described(column: Any) -> utils.Summary:
    """Return the summary of a column, by `utils.Summary.describe`."""
    summary = utils.Summary.describe()
    with naming(_name((column,))):
        summary.update_many(column)
    return summary


def _name(columns: Sequence[Any]) -> Any:
    names = tuple(getattr(column, "name", None) for column in columns)
    return names[0] if len(names) == 1 else names


class FrameAccessor(abc.ABC):
    """Statistics of the columns of a data frame."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def _times(self, t: Any) -> Any:
        return None if t is None else self._frame[t]

    def get(self, statistics: Mapping[Any, Any], *, t: Any = None, skipna: bool = False) -> dict[Any, Any]:
        """Return the value of a statistic of each column.

        Parameters
        ----------
        statistics
            A statistic for each column, or tuple of columns: `{"x": stats.Var(), ("x", "y"): stats.Cov()}`. They are
            templates, which are not modified.
        t
            The column of times, for statistics that need them, such as `utils.TimeRolling`.
        skipna
            Whether NaN and None are left out; for pairs, the whole row is.

        """
        t = self._times(t)
        templates = Templates(statistics).fresh()
        return {name: value(statistic, self._columns(name), t, skipna) for name, statistic in templates.items()}

    def accumulate(self, statistics: Mapping[Any, Any], *, t: Any = None) -> Any:
        """Return the values of a statistic of each column after each row, as a frame.

        Parameters
        ----------
        statistics, t
            As for `get`. The result of a tuple of columns is named by its parts, as in `x_y`.

        """
        t = self._times(t)
        templates = Templates(statistics).fresh()
        return self._made(
            {label(name): accumulated(statistic, self._columns(name), t) for name, statistic in templates.items()}
        )

    def group_by(self, by: Any, statistics: Mapping[Any, Any], *, t: Any = None, skipna: bool = False) -> Any:
        """Return the value of a statistic of each column for each key, as a frame with a row per key.

        A value of several parts has a column for each: `x_0` and `x_1` for two quantiles of `x`, `x_min` and so on for
        `stats.Extrema`, and `x_mean` for a statistic `mean` of a `utils.Summary`.

        Parameters
        ----------
        by
            The column of the keys, or a tuple of such columns.
        statistics, t, skipna
            As for `get`.

        """
        templates = Templates(statistics, by, skipna)
        groups = templates.fresh()
        templates.update(groups, self._frame.__getitem__, self._times(t))
        return self._joined({label(name): of_key for name, of_key in groups.items()}, list(as_columns(by)))

    def describe(self, columns: Sequence[Any] | None = None) -> dict[Any, utils.Summary]:
        """Return a dict from the name of each column to a summary made by `utils.Summary.describe`.

        A summary says how many values there are and how many are missing and, for numbers, their moments and quartiles.
        It can be updated with the next frame, and merged with those of other frames.

        Parameters
        ----------
        columns
            The names of the columns; all by default.

        """
        names = self._frame.columns if columns is None else columns
        return {name: described(self._frame[name]) for name in names}

    def _columns(self, name: Any) -> list[Any]:
        return [self._frame[column] for column in as_columns(name)]

    @abc.abstractmethod
    def _joined(self, groups: dict[Any, Any], keys: list[Any]) -> Any:
        """Return a frame of groups, which may differ in their keys."""

    @abc.abstractmethod
    def _made(self, columns: dict[Any, Any]) -> Any:
        """Return a frame of these columns, with rows like those of this one."""
