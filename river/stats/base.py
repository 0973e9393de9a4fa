"""What statistics have in common."""

from __future__ import annotations

import abc
from typing import Any, Generic, TypeVar

from river import base

__all__ = ["Bivariate", "RollingUnivariate", "Statistic", "Univariate"]

_T = TypeVar("_T")


class Statistic(abc.ABC, base.Base, Generic[_T]):
    """A value that is kept up to date over a stream."""

    #: How a value is shown: thousands are set apart, six decimals.
    _fmt = ",.6f"

    @abc.abstractmethod
    def get(self) -> _T | None:
        """Return the current value."""

    def get_or(self, default: Any) -> Any:
        """Return the current value, or the default where nothing has been seen yet.

        Parameters
        ----------
        default
            What to return while `n` is 0, or while `get` returns None.

        Examples
        --------
        >>> from river import stats

        >>> kurtosis = stats.Kurtosis()
        >>> kurtosis.get()
        -3.0
        >>> kurtosis.get_or("no data")
        'no data'

        """
        if not getattr(self, "n", 1):
            return default
        value = self.get()
        return default if value is None else value

    def __repr__(self) -> str:
        value = self.get()
        if isinstance(value, (int, float)):
            return f"{type(self).__name__}: {format(value, self._fmt).rstrip('0')}"
        return f"{type(self).__name__}: {value!r}"

    def __str__(self) -> str:
        return repr(self)

    def __gt__(self, other: Statistic[_T]) -> bool:
        return bool(self.get() > other.get())  # type: ignore[operator]

    def __lt__(self, other: Statistic[_T]) -> bool:
        return bool(self.get() < other.get())  # type: ignore[operator]


class Univariate(Statistic[_T]):
    """A statistic of one variable."""

    @abc.abstractmethod
    def update(self, x: Any) -> None:
        """Take one value in."""

    @property
    def name(self) -> str:
        """The name of the statistic, as it appears in features."""
        return type(self).__name__.lower()


class RollingUnivariate(Univariate[_T]):
    """A statistic of one variable over the newest values."""

    @property
    @abc.abstractmethod
    def window_size(self) -> int:
        """How many of the newest values are looked at."""

    @property
    def name(self) -> str:
        """The name of the statistic, with the size of its window."""
        return f"{super().name}_{self.window_size}"


class Bivariate(Statistic[_T]):
    """A statistic of two variables."""

    @abc.abstractmethod
    def update(self, x: Any, y: Any) -> None:
        """Take one pair of values in."""

    @property
    def name(self) -> str:
        """The name of the statistic, as it appears in features."""
        return type(self).__name__.lower()
