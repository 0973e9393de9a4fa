from __future__ import annotations

from . import base
from ._rust_stats import RsRollingRank

__all__ = ["RollingRank"]


class RollingRank(RsRollingRank, base.RollingUnivariate[float]):
    """Rank of the newest value among the newest values.

    The smallest value has rank 1, and equal values have the mean of their ranks, as in pandas'
    `rolling(...).rank()`. `update` and `get` are O(log window_size). Memory grows and shrinks with
    what is in the window.

    Parameters
    ----------
    window_size
        The number of newest values in the window, at least 1.
    pct
        Whether the rank is divided by the number of values in the window, so that 1 is the largest.

    Returns
    -------
    `get` returns a float, None if nothing has been seen.

    Raises
    ------
    ValueError
        If `window_size` is below 1.

    Notes
    -----
    The rank is exact, and with `pct` rounded once. It is NaN while a NaN is in the window.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it.

    Examples
    --------
    >>> from river import stats

    >>> rank = stats.RollingRank(window_size=3)
    >>> for x in [5, 7, 6, 6, 1]:
    ...     rank.update(x)
    ...     print(rank.get())
    1.0
    2.0
    2.0
    1.5
    1.0

    """

    def __init__(self, window_size: int, pct: bool = False) -> None:
        super().__init__(window_size, pct)
