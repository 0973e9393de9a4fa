from __future__ import annotations

from . import base
from ._rust_stats import RsZScore

__all__ = ["ZScore"]


class ZScore(RsZScore, base.Univariate[float]):
    """Standard score of the newest value: its distance from the mean in standard deviations.

    The mean and the deviation include the newest value, as in SciPy's `zscore`. `update` and `get`
    are O(1).

    Parameters
    ----------
    ddof
        Delta degrees of freedom, 0 or more: the divisor of the variance is `n - ddof`, where `n` is
        the number of values.

    Returns
    -------
    `get` returns a float, None if nothing has been seen. It is 0 where all values are equal, where
    SciPy has NaN, and where `n` is not above `ddof`.

    Raises
    ------
    ValueError
        If `ddof` is negative.

    Notes
    -----
    The error is below 1e-14 of 1 plus the magnitude of the score, even on data with an offset of
    1e9 and unit noise; magnitudes from 1e-300 to 1e300 lose no precision. Once a NaN or an infinity
    has been seen, the score stays NaN.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it.

    Examples
    --------
    >>> from river import stats

    >>> score = stats.ZScore()
    >>> for x in [4, 6, 5, 9]:
    ...     score.update(x)
    ...     print(round(score.get(), 6))
    0.0
    1.0
    0.0
    1.603567

    In a window it tells how unusual the newest value is among the last:

    >>> from river import utils
    >>> score = utils.Rolling(stats.ZScore, window_size=3)
    >>> for x in [4, 6, 5, 9]:
    ...     score.update(x)
    >>> round(score.get(), 6)
    1.372813

    """

    def __init__(self, ddof: int = 0) -> None:
        super().__init__(ddof)
