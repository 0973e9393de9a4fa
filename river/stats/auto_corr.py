from __future__ import annotations

from . import base
from ._rust_stats import RsAutoCorr

__all__ = ["AutoCorr"]


class AutoCorr(RsAutoCorr, base.Univariate[float]):
    """Autocorrelation.

    Pearson's correlation of each value with the one `lag` values before it. `update` and `get` are
    O(1); the newest `lag` values are kept.

    Parameters
    ----------
    lag
        How many values before to correlate with, at least 1.

    Returns
    -------
    `get` returns a float between -1 and 1; 0 before there are two pairs, and where one side of the
    pairs is constant.

    Raises
    ------
    ValueError
        If `lag` is less than 1.

    Attributes
    ----------
    window : collections.deque
        A snapshot of the newest values, at most `lag`, oldest first.
    pearson : PearsonCorr
        The correlation of the pairs.
    n : int
        How many values were seen.

    Notes
    -----
    The error is below 1e-14, as with `PearsonCorr`. Once a NaN or an infinity has been in a pair,
    it stays NaN.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it; for this,
    the first `lag` values are kept too.

    Examples
    --------
    >>> from river import stats

    >>> correlation = stats.AutoCorr(lag=1)
    >>> for x in [0.25, 0.5, 0.2, -0.05]:
    ...     correlation.update(x)
    ...     print(round(correlation.get(), 6))
    0.0
    0.0
    -1.0
    0.103553

    >>> correlation = stats.AutoCorr(lag=2)
    >>> for x in [0.25, 0.5, 0.2, -0.05]:
    ...     correlation.update(x)
    ...     print(round(correlation.get(), 6))
    0.0
    0.0
    0.0
    -1.0

    >>> correlation = stats.AutoCorr(lag=1)
    >>> for x in [1, 0, 0, 0]:
    ...     correlation.update(x)
    ...     print(correlation.get())
    0.0
    0.0
    0.0
    0.0

    References
    ----------
    [^1]: G. E. P. Box, G. M. Jenkins, G. C. Reinsel and G. M. Ljung, "Time Series Analysis", fifth edition
    (2015), section 2.1.

    """

    def __init__(self, lag: int) -> None:
        super().__init__(lag)

    @property
    def name(self) -> str:
        return f"autocorr_{self.lag}"
