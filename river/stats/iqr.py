from __future__ import annotations

from . import base
from ._rust_stats import RsIQR, RsRollingIQR

__all__ = ["IQR", "RollingIQR"]


class IQR(RsIQR, base.Univariate[float]):
    """Interquartile range, estimated: the difference of two quantiles of the P² algorithm.

    `update` and `get` are O(1), memory is constant.

    Parameters
    ----------
    q_inf
        The lower probability, at least 0 and below `q_sup`.
    q_sup
        The upper probability, above `q_inf` and at most 1.

    Returns
    -------
    `get` returns a float, None if nothing has been seen.

    Raises
    ------
    ValueError
        If a probability is outside 0 to 1, or `q_inf` is not below `q_sup`.

    Notes
    -----
    Rounding changes the estimate by less than 1e-14 of the largest magnitude, where magnitudes are
    from 1e-300 to 1e300. Once a NaN has been seen, the range stays NaN.

    Two estimates have no exact merge; `RollingIQR` has one.

    Examples
    --------
    >>> from river import stats

    >>> iqr = stats.IQR(q_inf=0.25, q_sup=0.75)
    >>> for x in range(1001):
    ...     iqr.update(x)
    ...     if x % 200 == 0:
    ...         print(iqr.get())
    0.0
    100.0
    200.0
    300.0
    400.0
    500.0

    References
    ----------
    [^1]: R. Jain and I. Chlamtac, "The P² algorithm for dynamic calculation of quantiles and
    histograms without storing observations", Communications of the ACM 28 (1985), 1076-1085.

    """

    def __init__(self, q_inf: float = 0.25, q_sup: float = 0.75) -> None:
        super().__init__(q_inf, q_sup)

    @property
    def name(self) -> str:
        return f"{type(self).__name__}_{self.q_inf}_{self.q_sup}"


class RollingIQR(RsRollingIQR, base.RollingUnivariate[float]):
    """Interquartile range of the newest values, exact.

    The window is kept in order, so `update` and `get` are O(log window_size). Memory is up to 24
    bytes for each value in the window; a large window that is not full takes little.

    Parameters
    ----------
    window_size
        The number of newest values in the window, at least 1.
    q_inf
        The lower probability, at least 0 and below `q_sup`.
    q_sup
        The upper probability, above `q_inf` and at most 1.

    Returns
    -------
    `get` returns a float, None if nothing has been seen.

    Raises
    ------
    ValueError
        If a probability is outside 0 to 1, `q_inf` is not below `q_sup`, or `window_size` is below
        1.

    Notes
    -----
    The error is below 1e-15 of the largest magnitude in the window. The value is NaN while a NaN is
    in the window.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it: the window
    then holds the newest values of both.

    Examples
    --------
    >>> from river import stats

    >>> iqr = stats.RollingIQR(window_size=101, q_inf=0.25, q_sup=0.75)
    >>> for x in range(1001):
    ...     iqr.update(x)
    ...     if x % 200 == 0:
    ...         print(iqr.get())
    0.0
    50.0
    50.0
    50.0
    50.0
    50.0

    References
    ----------
    [^1]: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American
    Statistician 50 (1996), 361-365, definition 7.

    """

    def __init__(self, window_size: int, q_inf: float = 0.25, q_sup: float = 0.75) -> None:
        super().__init__(window_size, q_inf, q_sup)

    @property
    def window_size_value(self) -> int:
        """The same as `window_size`."""
        return self.window_size
