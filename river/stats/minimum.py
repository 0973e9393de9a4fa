from __future__ import annotations

from . import base
from ._rust_stats import RsMin, RsRollingMin

__all__ = ["Min", "RollingMin"]


class Min(RsMin, base.Univariate[float]):
    """Smallest value.

    `update` and `get` are O(1).

    Attributes
    ----------
    min
        The value, as `get` returns it.

    Returns
    -------
    `get` returns a float, inf if nothing has been seen. It is exact.

    Notes
    -----
    The value is exact. Once a NaN has been seen, it stays NaN, as in NumPy.

    Examples
    --------
    >>> from river import stats

    >>> minimum = stats.Min()
    >>> for x in [1, -4, 3, -2, 5, -6]:
    ...     minimum.update(x)
    ...     print(minimum.get())
    1.0
    -4.0
    -4.0
    -4.0
    -4.0
    -6.0

    """

    def __init__(self) -> None:
        super().__init__()


class RollingMin(RsRollingMin, base.RollingUnivariate[float]):
    """Smallest of the newest values.

    `update` is O(1) amortised, `get` O(1). Memory is 8 bytes for each value in the window, and up
    to 8 more for each that can still become the smallest.

    Parameters
    ----------
    window_size
        The number of newest values in the window, at least 1.

    Attributes
    ----------
    window
        The values in the window, the smallest first and NaN last: a new list.

    Returns
    -------
    `get` returns a float, None if nothing has been seen. It is exact.

    Raises
    ------
    ValueError
        If `window_size` is below 1.

    Notes
    -----
    The value is exact, and NaN while a NaN is in the window.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it: the window
    then holds the newest values of both.

    Examples
    --------
    >>> from river import stats

    >>> rolling_min = stats.RollingMin(2)
    >>> for x in [1, -4, 3, -2, 2, 1]:
    ...     rolling_min.update(x)
    ...     print(rolling_min.get())
    1.0
    -4.0
    -4.0
    -2.0
    -2.0
    1.0

    References
    ----------
    [^1]: D. Lemire, "Streaming maximum-minimum filter using no more than three comparisons per
    element", Nordic Journal of Computing 13 (2006), 328-339.

    """

    def __init__(self, window_size: int) -> None:
        super().__init__(window_size)
