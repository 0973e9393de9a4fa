"""What statistics have in common."""

from __future__ import annotations

import abc
import copy
import math
from collections.abc import Iterator
from typing import Any, Generic, Self, TypeVar, overload

from river import base

from ._rust_stats import RsLink

__all__ = ["Bivariate", "Link", "RollingUnivariate", "Statistic", "Univariate"]

_T = TypeVar("_T")
_LeftT = TypeVar("_LeftT")
_RightT = TypeVar("_RightT")


class View:
    """An attribute that shows a part of the state, unless the instance has an attribute of the same name."""

    def __init__(self, shown: Any) -> None:
        self._shown = shown
        self.__doc__ = shown.__doc__

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        # Without `__set__`, an attribute of the instance takes precedence.
        return self if instance is None else self._shown.__get__(instance, owner)


class Statistic(abc.ABC, base.Base, Generic[_T]):
    """A value that is kept up to date over a stream."""

    #: How a value is formatted: with thousands separators and six decimals.
    _fmt = ",.6f"

    @abc.abstractmethod
    def get(self) -> _T | None:
        """Return the current value."""

    def get_or(self, default: Any) -> Any:
        """Return the current value, or the default if nothing has been seen yet.

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

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return a new object with the same parameters, which has seen no data.

        Parameters
        ----------
        new_params
            Parameters to use instead of the object's own.
        include_attributes
            Whether the clone continues from the state of the object, as a copy does. A state that
            was reached with other parameters is not carried over: with `new_params`, only instance
            attributes other than the state are.

        """
        if include_attributes and not new_params:
            return copy.deepcopy(self)
        return super().clone(new_params, include_attributes)

    def __repr__(self) -> str:
        try:
            value = self.get()
        except NotImplementedError:
            # A subclass without a `get` can be shown all the same, as in river.
            value = None
        if isinstance(value, float):
            return f"{type(self).__name__}: {format(value, self._fmt).rstrip('0')}"
        return f"{type(self).__name__}: {value}"

    def __str__(self) -> str:
        return repr(self)

    def __gt__(self, other: Any) -> bool:
        if not isinstance(other, Statistic):
            return NotImplemented
        value: Any = self.get()
        return bool(value > other.get())

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, Statistic):
            return NotImplemented
        value: Any = self.get()
        return bool(value < other.get())


def _accumulate(statistic: Any, rows: Iterator[tuple[Any, ...]], lazy: bool) -> Any:
    def values() -> Iterator[Any]:
        for row in rows:
            statistic.update(*row)
            value = statistic.get()
            yield math.nan if value is None else value

    if lazy:
        return values()
    import numpy as np

    found = list(values())
    if all(isinstance(value, (int, float)) for value in found):
        return np.array(found, float)
    array = np.empty(len(found), object)
    array[:] = found
    return array


class Univariate(Statistic[_T]):
    """A statistic of one variable."""

    @abc.abstractmethod
    def update(self, x: Any) -> None:
        """Update with one value."""

    def update_many(self, X: Any) -> None:
        """Update with many values, as one `update` per value would.

        Statistics computed in Rust read whole columns at the speed of the hardware, and let other
        threads run meanwhile.

        Parameters
        ----------
        X
            A column of numbers: a NumPy array, a pandas Series, anything with Arrow's PyCapsule
            interface or the buffer protocol, or any iterable; for statistics of hashable values, a
            column of strings or any other values. Missing values (masked ones, Arrow's nulls) are
            skipped; NaN is not missing. If `update` takes a weight or a time, a column of them can
            follow, as `w` or `t`, in which none may be missing.

        Raises
        ------
        TypeError
            If the column, or one of its values, is not numeric; nothing is changed then.
        ValueError
            If the column has more than one dimension, or columns differ in length.

        Notes
        -----
        P², exponentially weighted and order statistics equal those of the loop to the last bit;
        sums and moments, which are accumulated in parallel lanes, agree to a relative 1e-12.

        Examples
        --------
        >>> from river import stats

        >>> mean = stats.Mean()
        >>> mean.update_many([1, 2, 6])
        >>> mean.get()
        3.0

        """
        for x in X:
            self.update(x)

    def accumulate(self, X: Any) -> Any:
        """Update with many values and return the value after each.

        Parameters
        ----------
        X
            As for `update_many`.

        Returns
        -------
        A NumPy array as long as the column, with NaN where `get` returns None; an array of objects
        if the values are not numbers. After a missing value the result is unchanged. If `X` is an
        iterator, an iterator that updates with one value at each step.

        Examples
        --------
        >>> from river import stats

        >>> stats.Max().accumulate([3, 1, 4, 1, 5])
        array([3., 3., 4., 4., 5.])
        >>> next(stats.Max().accumulate(iter([3, 1])))
        3.0

        """
        return _accumulate(self, zip(X, strict=True), isinstance(X, Iterator))

    @property
    def name(self) -> str:
        """The name of the statistic, as it appears in features."""
        return type(self).__name__.lower()

    @overload
    def __or__(self, other: Statistic[_RightT]) -> Link[_T, _RightT]: ...
    @overload
    def __or__(self, other: Any) -> Link[_T, Any]: ...
    def __or__(self, other: Any) -> Link[_T, Any]:
        """Return a link that feeds `other` with the values of this statistic."""
        try:
            return Link(self, other)
        except TypeError:
            return NotImplemented


class Link(RsLink, Univariate[_T], Generic[_LeftT, _T]):
    """Two statistics in sequence: the second sees the values of the first.

    Links are made by `left | right`. Each update is passed to `left`, and what `left.get()` then
    returns is passed to `right`, unless it is None. In a longer chain, nothing to the right of a
    None is updated, however the chain is bracketed: `a | (b | c) | d` is `a | b | c | d`. A link
    costs what its sides cost; between two classes of this package no Python code runs, and whole
    columns pass from left to right as arrays. Methods that are set on such a class, or on one of
    its objects, after the link was made are not seen by the link.

    If `right` refuses a value, `update` raises its error, and `left` stays updated. If a value of a
    whole column is refused, `update_many` and `accumulate` restore what the sides held before. This
    works if each side is a statistic or window of this package, or an object of a Python class
    whose attributes can be copied. If one of the sides is something else, such as a subclass of
    `list` or an object that holds a lock, neither is restored: the sides have then seen the values
    before the refused one, as after a loop.

    While a column passes through, other updates of the link wait. Updates of a side alone do not;
    they are lost if the column is refused.

    Parameters
    ----------
    left
        The statistic that sees the values.
    right
        The statistic that sees the values of `left`.

    Returns
    -------
    `get` returns the value of `right`; `n` is the number of values that reached it.

    Raises
    ------
    TypeError
        If `left` or `right` is not a statistic.
    ValueError
        If the link is a side of itself, directly or inside another link.

    Examples
    --------
    >>> from river import stats

    >>> stat = stats.Shift(1) | stats.FirstDifference() | stats.Max()
    >>> stat.name
    'max_of_firstdifference_of_shift_1'

    `Shift` has nothing to pass on at first, and `FirstDifference` needs two values:

    >>> for x in [5, 3, 7, 8, 0]:
    ...     stat.update(x)
    ...     print(stat.get(), stat.n)
    -inf 0
    -inf 0
    -2.0 1
    4.0 2
    4.0 3

    """

    def __init__(self, left: Any, right: Any) -> None:
        super().__init__(left, right)

    # Long chains are common, and recursion would need a deep stack for them.
    @property
    def name(self) -> str:
        names, pending = [], [self.left, self.right]
        while pending:
            side = pending.pop()
            if getattr(type(side), "name", None) is Link.name:
                pending += (side.left, side.right)
            else:
                names.append(side.name)
        return "_of_".join(names)

    def __repr__(self) -> str:
        right: Any = self.right
        own: Any = Link.__repr__
        while type(right).__repr__ is own:
            right = right.right
        return repr(right)


class RollingUnivariate(Univariate[_T]):
    """A statistic of one variable over the newest values."""

    @property
    @abc.abstractmethod
    def window_size(self) -> int:
        """How many of the newest values are in the window."""

    @property
    def name(self) -> str:
        """The name of the statistic, with the size of its window."""
        return f"{super().name}_{self.window_size}"


class Bivariate(Statistic[_T]):
    """A statistic of two variables."""

    @abc.abstractmethod
    def update(self, x: Any, y: Any) -> None:
        """Update with one pair of values."""

    def update_many(self, X: Any, Y: Any) -> None:
        """Update with many pairs of values, as one `update` per pair would.

        Parameters
        ----------
        X, Y
            Columns of the same length, as for `Univariate.update_many`. If one of them has a
            missing value, the pair is skipped.

        """
        for x, y in zip(X, Y, strict=True):
            self.update(x, y)

    def accumulate(self, X: Any, Y: Any) -> Any:
        """Update with many pairs of values and return the value after each.

        Parameters
        ----------
        X, Y
            As for `update_many`.

        Returns
        -------
        As for `Univariate.accumulate`.

        """
        return _accumulate(self, zip(X, Y, strict=True), isinstance(X, Iterator) or isinstance(Y, Iterator))

    @property
    def name(self) -> str:
        """The name of the statistic, as it appears in features."""
        return type(self).__name__.lower()
