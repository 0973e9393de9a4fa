from __future__ import annotations

from collections.abc import Hashable

from . import base
from ._rust_stats import RsMode, RsRollingMode

__all__ = ["Mode", "RollingMode"]


class Mode(RsMode, base.Univariate[Hashable]):
    """Mode: the most frequent value.

    Among equally frequent values it is the one that was seen first. Any hashable value will do; two
    values are the same if they are the same key of a `dict`. `get` is O(1). `update` is O(1) unless
    a value overtakes others on its way to the top: the frequencies are kept in a heap, so it is
    never more than O(log k).

    Parameters
    ----------
    k
        How many distinct values are counted: the first `k` that are seen, at least 1. Others are
        ignored. With -1 all are counted, and memory grows with their number.

    Attributes
    ----------
    counts
        How often each counted value was seen: a read-only mapping in the order in which values were
        first seen, a live view that follows later updates. It is equal to a dict of the same
        counts; a value that is not counted has a count of 0. A look-up is O(1).

    Returns
    -------
    `get` returns one of the values seen, None if nothing has been seen. `most_common(k)` returns
    the `k` most frequent values with their counts, or all, as `collections.Counter` does.

    Raises
    ------
    ValueError
        If `k` is neither -1 nor at least 1.
    TypeError
        If a value is not hashable.

    Notes
    -----
    As in a `dict`, 1, 1.0 and True are one value, represented by the one that came first. A NaN
    does not equal any other, so two NaNs are one value only if they are the same object.

    A value is kept alive as long as it is counted. `to_bytes` stores None, bool, int, float, str,
    bytes and tuples of these; pickle stores whatever can be pickled.

    `+` and `+=` merge the statistics of two streams, `-` and `-=` subtract that of a part; all of
    them raise a ValueError once values have been ignored, since the counts of those are not known.

    Examples
    --------
    >>> from river import stats

    >>> X = ["sunny", "cloudy", "cloudy", "rainy", "rainy", "rainy"]
    >>> mode = stats.Mode(k=2)
    >>> for x in X:
    ...     mode.update(x)
    ...     print(mode.get())
    sunny
    sunny
    cloudy
    cloudy
    cloudy
    cloudy

    >>> mode = stats.Mode(k=-1)
    >>> for x in X:
    ...     mode.update(x)
    ...     print(mode.get())
    sunny
    sunny
    cloudy
    cloudy
    cloudy
    rainy
    >>> mode.most_common(2)
    [('rainy', 3), ('cloudy', 2)]

    `counts` is a live view:

    >>> counts = mode.counts
    >>> mode.update("sunny")
    >>> counts["sunny"], counts["foggy"]
    (2, 0)

    """

    def __init__(self, k: int = 25) -> None:
        super().__init__(k)

    @property
    def name(self) -> str:
        return "mode"


class RollingMode(RsRollingMode, base.RollingUnivariate[Hashable]):
    """Mode of the newest values.

    Among equally frequent values it is the one that has been in the window longest without a break.
    Any hashable value will do; two values are the same if they are the same key of a `dict`. `get`
    is O(1), `update` at most O(log window_size). Memory grows and shrinks with what is in the
    window.

    Parameters
    ----------
    window_size
        The number of newest values in the window, at least 1.

    Attributes
    ----------
    counts
        How often each value is in the window: a read-only mapping, like that of `Mode`.
    window
        The values in the window, oldest first, as a `collections.deque`. It is built anew at each
        access.

    Returns
    -------
    `get` returns one of the values in the window, None if nothing has been seen. `most_common(k)`
    returns the `k` most frequent with their counts, or all.

    Raises
    ------
    ValueError
        If `window_size` is below 1.
    TypeError
        If a value is not hashable.

    Notes
    -----
    As in a `dict`, 1, 1.0 and True are one value, represented by the one that came first. A NaN
    does not equal any other, so two NaNs are one value only if they are the same object.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it: the window
    then holds the newest values of both. A value that was in both windows counts as having been in
    them without a break.

    `to_bytes` stores values that are None, bool, int, float, str, bytes or tuples of these; pickle
    stores whatever can be pickled.

    Examples
    --------
    >>> from river import stats

    >>> X = ["sunny", "sunny", "sunny", "rainy", "rainy", "rainy", "rainy"]
    >>> mode = stats.RollingMode(window_size=2)
    >>> for x in X:
    ...     mode.update(x)
    ...     print(mode.get())
    sunny
    sunny
    sunny
    sunny
    rainy
    rainy
    rainy

    >>> mode = stats.RollingMode(window_size=5)
    >>> for x in X:
    ...     mode.update(x)
    ...     print(mode.get())
    sunny
    sunny
    sunny
    sunny
    sunny
    rainy
    rainy

    """

    def __init__(self, window_size: int) -> None:
        super().__init__(window_size)
