from __future__ import annotations

from . import base
from ._rust_stats import RsFirst

__all__ = ["First"]


class First(RsFirst, base.Univariate[float | None]):
    """The first value.

    In a window it is the oldest value that is still in it; in groups, the first value of each.
    `update` and `get` are O(1).

    Returns
    -------
    `get` returns a float, None if nothing has been seen.

    Notes
    -----
    The value is exact. It is NaN if the first value is.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it: the value
    is that of the left side, unless it has seen nothing.

    Examples
    --------
    >>> from river import stats, utils

    >>> first = stats.First()
    >>> for x in [3, 5, 4]:
    ...     first.update(x)
    >>> first.get()
    3.0

    The oldest value of a window:

    >>> oldest = utils.Rolling(stats.First, window_size=2)
    >>> for x in [3, 5, 4]:
    ...     oldest.update(x)
    >>> oldest.get()
    5.0

    """

    def __init__(self) -> None:
        super().__init__()
