from __future__ import annotations

from . import base
from ._rust_stats import RsPeakToPeak, RsRollingPeakToPeak

__all__ = ["PeakToPeak", "RollingPeakToPeak"]


class PeakToPeak(RsPeakToPeak, base.Univariate[float]):
    """Peak to peak: the largest minus the smallest value.

    `update` and `get` are O(1).

    Returns
    -------
    `get` returns a float, 0 if nothing has been seen. It is exact.

    Notes
    -----
    The value is exact, rounded once. Once a NaN has been seen, it stays NaN. With infinities it is
    what IEEE 754 says of their difference: one infinity among finite values gives inf, an infinity
    alone NaN, as in NumPy.

    Examples
    --------
    >>> from river import stats

    >>> ptp = stats.PeakToPeak()
    >>> for x in [1, -4, 3, -2, 2, 4]:
    ...     ptp.update(x)
    ...     print(ptp.get())
    0.0
    5.0
    7.0
    7.0
    7.0
    8.0

    """

    def __init__(self) -> None:
        super().__init__()

    @property
    def name(self) -> str:
        return "ptp"


class RollingPeakToPeak(RsRollingPeakToPeak, base.RollingUnivariate[float]):
    """Peak to peak of the newest values: the largest minus the smallest of them.

    `update` is O(1) amortised, `get` O(1). Memory is 8 bytes for each value in the window, and up
    to 8 more for each that can still become the largest or the smallest.

    Parameters
    ----------
    window_size
        The number of newest values in the window, at least 1.

    Attributes
    ----------
    max
        The largest of the newest values: a new `RollingMax`.
    min
        The smallest of the newest values: a new `RollingMin`.

    Returns
    -------
    `get` returns a float, None if nothing has been seen. It is one rounded subtraction.

    Raises
    ------
    ValueError
        If `window_size` is below 1.

    Notes
    -----
    The value is exact, rounded once. It is NaN while a NaN is in the window, or nothing but
    infinities of one sign.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it: the window
    then holds the newest values of both.

    Examples
    --------
    >>> from river import stats

    >>> ptp = stats.RollingPeakToPeak(window_size=2)
    >>> for x in [1, -4, 3, -2, 2, 1]:
    ...     ptp.update(x)
    ...     print(ptp.get())
    0.0
    5.0
    7.0
    5.0
    4.0
    1.0

    References
    ----------
    [^1]: D. Lemire, "Streaming maximum-minimum filter using no more than three comparisons per
    element", Nordic Journal of Computing 13 (2006), 328-339.

    """

    def __init__(self, window_size: int) -> None:
        super().__init__(window_size)
