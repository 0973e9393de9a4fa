from __future__ import annotations

from . import base
from ._rust_stats import RsLast

__all__ = ["Last"]


class Last(RsLast, base.Univariate[float | None]):
    """The newest value.

    It shows the latest state of a stream, in a `utils.Summary` or for each key of a
    `utils.GroupBy`. `update` and `get` are O(1).

    Returns
    -------
    `get` returns a float, None if nothing has been seen.

    Notes
    -----
    The value is exact. It is NaN while the newest value is.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it: the value
    is that of the right side, unless it has seen nothing.

    Examples
    --------
    >>> from river import stats, utils

    >>> last = stats.Last()
    >>> for x in [3, 5, 4]:
    ...     last.update(x)
    >>> last.get()
    4.0

    >>> newest = utils.GroupBy(stats.Last)
    >>> newest.update_many(["a", "b", "a"], [1.0, 2.0, 3.0])
    >>> newest.get()
    {'a': 3.0, 'b': 2.0}

    """

    def __init__(self) -> None:
        super().__init__()
