from __future__ import annotations

from . import base
from ._rust_stats import RsAbsMax, RsMax, RsRollingAbsMax, RsRollingMax

__all__ = ["AbsMax", "Max", "RollingAbsMax", "RollingMax"]


class Max(RsMax, base.Univariate[float]):
    """Largest value.

    `update` and `get` are O(1).

    Attributes
    ----------
    max
        The value, as `get` returns it.

    Returns
    -------
    `get` returns a float, -inf if nothing has been seen. It is exact.

    Notes
    -----
    The value is exact. Once a NaN has been seen, it stays NaN, as in NumPy.

    Examples
    --------
    >>> from river import stats

    >>> maximum = stats.Max()
    >>> for x in [1, -4, 3, -2, 5, -6]:
    ...     maximum.update(x)
    ...     print(maximum.get())
    1.0
    1.0
    3.0
    3.0
    5.0
    5.0

    """

    def __init__(self) -> None:
        super().__init__()


class AbsMax(RsAbsMax, base.Univariate[float]):
    """Largest absolute value.

    `update` and `get` are O(1).

    Attributes
    ----------
    abs_max
        The value, as `get` returns it.

    Returns
    -------
    `get` returns a float, 0 if nothing has been seen. It is exact.

    Notes
    -----
    The value is exact. Once a NaN has been seen, it stays NaN. Integers become floats before their
    sign is dropped, so -128 as an eight-bit integer counts as 128.

    Examples
    --------
    >>> from river import stats

    >>> abs_max = stats.AbsMax()
    >>> for x in [1, -4, 3, -2, 5, -6]:
    ...     abs_max.update(x)
    ...     print(abs_max.get())
    1.0
    4.0
    4.0
    4.0
    5.0
    6.0

    """

    def __init__(self) -> None:
        super().__init__()


class RollingMax(RsRollingMax, base.RollingUnivariate[float]):
    """Largest of the newest values.

    `update` is O(1) amortised, `get` O(1). Memory is 8 bytes for each value in the window, and up
    to 8 more for each that can still become the largest.

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

    >>> rolling_max = stats.RollingMax(window_size=2)
    >>> for x in [1, -4, 3, -2, 2, 1]:
    ...     rolling_max.update(x)
    ...     print(rolling_max.get())
    1.0
    1.0
    3.0
    3.0
    2.0
    2.0

    References
    ----------
    [^1]: D. Lemire, "Streaming maximum-minimum filter using no more than three comparisons per
    element", Nordic Journal of Computing 13 (2006), 328-339.

    """

    def __init__(self, window_size: int) -> None:
        super().__init__(window_size)


class RollingAbsMax(RsRollingAbsMax, base.RollingUnivariate[float]):
    """Largest absolute value among the newest values.

    `update` is O(1) amortised, `get` O(1). Memory is 8 bytes for each value in the window, and up
    to 8 more for each that can still become the largest.

    Parameters
    ----------
    window_size
        The number of newest values in the window, at least 1.

    Attributes
    ----------
    window
        The absolute values in the window, the smallest first and NaN last: a new list.

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

    >>> rolling_absmax = stats.RollingAbsMax(window_size=2)
    >>> for x in [1, -4, 3, -2, 2, 1]:
    ...     rolling_absmax.update(x)
    ...     print(rolling_absmax.get())
    1.0
    4.0
    4.0
    3.0
    2.0
    2.0

    References
    ----------
    [^1]: D. Lemire, "Streaming maximum-minimum filter using no more than three comparisons per
    element", Nordic Journal of Computing 13 (2006), 328-339.

    """

    def __init__(self, window_size: int) -> None:
        super().__init__(window_size)
