from __future__ import annotations

from . import base
from ._rust_stats import RsCount

__all__ = ["Count"]


class Count(RsCount, base.Univariate[int]):
    """Number of observations, whatever they are.

    `update` and `get` are O(1). The observations are neither kept nor looked at, so they need not
    be hashable, and None counts too.

    Returns
    -------
    `get` returns an int, 0 if nothing has been seen.

    Notes
    -----
    The value is exact.

    `+` and `+=` merge two counts, `-` and `-=` subtract one.

    Examples
    --------
    >>> from river import stats

    >>> count = stats.Count()
    >>> for x in ["a", None, [1, 2]]:
    ...     count.update(x)
    >>> count.update()
    >>> count.get()
    4

    """

    def __init__(self) -> None:
        super().__init__()
