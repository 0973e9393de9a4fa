"""Merge many statistics into one."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, TypeVar

__all__ = ["merge"]

T = TypeVar("T")


def merge(statistics: Iterable[T]) -> T:
    """Merge statistics in order into a new one.

    The result is that of one statistic that has seen all their streams, one after the other. They
    are merged from the left, each in O(1) for statistics of constant size, and in time linear in
    its own state for others, such as those that count values.

    Parameters
    ----------
    statistics
        Statistics of one class with the same parameters, which stay as they are; a generator is
        consumed one by one, so that the parts need not be in memory together.

    Returns
    -------
    A new statistic. If the class has attributes other than those of the statistic, they are copies
    of those of the first.

    Raises
    ------
    TypeError
        If one of them is not a statistic, of another class than the first, or of a class that has
        no exact merge; the message has its index.
    ValueError
        If there are none; if parameters differ, or one of them cannot be merged exactly after what
        was seen before: the message has its index.

    Examples
    --------
    >>> from river import stats, utils

    >>> parts = []
    >>> for day in ([1, 2], [3], [4, 5, 6]):
    ...     parts.append(stats.Var())
    ...     for x in day:
    ...         parts[-1].update(x)
    >>> total = utils.merge(parts)
    >>> total.get(), total.n
    (3.5, 6.0)

    """
    merged: Any = None
    index, is_copy = -1, False
    for index, statistic in enumerate(statistics):
        if not hasattr(statistic, "update") or isinstance(statistic, type):
            raise TypeError(f"statistics[{index}] is no statistic, got {statistic!r}")
        try:
            if index == 0:
                merged = statistic
            elif is_copy:
                merged += statistic
            else:
                # The result of `+` holds the objects that were seen, whereas a deep copy would hold copies of them.
                merged, is_copy = merged + statistic, True
        except (TypeError, ValueError) as error:
            raise type(error)(f"statistics[{index}]: {error}") from error
    if index < 0:
        raise ValueError("statistics must have at least one, got none")
    result: T = merged if is_copy else copy.deepcopy(merged)
    return result
