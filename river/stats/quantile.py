from __future__ import annotations

from . import base
from ._rust_stats import RsQuantile, RsRollingQuantile

__all__ = ["Quantile", "RollingQuantile"]


class Quantile(RsQuantile, base.Univariate[float]):
    """Quantile, estimated with the P² algorithm.

    Five markers follow the distribution; no values are kept beyond the first five, up to which
    the result is an order statistic. An update and a look at the value are O(1), memory is
    constant.

    Parameters
    ----------
    q
        The probability whose quantile is estimated, between 0 and 1: at these, it is the smallest and
        the largest value, exactly.

    Returns
    -------
    `get` returns a float, None where nothing has been seen.

    Raises
    ------
    ValueError
        If `q` is outside 0 to 1.

    Notes
    -----
    Rounding changes the estimate by less than 1e-14 of the largest magnitude, where magnitudes are
    from 1e-300 to 1e300. NaN once seen, the quantile stays NaN. Infinities take part as the largest
    and smallest values; the markers between stay finite.

    Two estimates have no exact merge; those of `RollingQuantile` have.

    Examples
    --------
    >>> from river import stats

    >>> quantile = stats.Quantile(0.99)
    >>> for x in [5, 0, 0, 0, 0, 0, 0, 0]:
    ...     quantile.update(x)
    ...     print(round(quantile.get(), 6))
    5.0
    5.0
    5.0
    5.0
    5.0
    0.0
    0.277778
    0.827546

    References
    ----------
    [^1]: R. Jain and I. Chlamtac, "The P² algorithm for dynamic calculation of quantiles and
    histograms without storing observations", Communications of the ACM 28 (1985), 1076-1085.

    """

    def __init__(self, q: float = 0.5) -> None:
        super().__init__(q)


class RollingQuantile(RsRollingQuantile, base.RollingUnivariate[float]):
    """Quantile of the newest values, exact.

    The window is kept in order, so an update is O(log window_size) and so is a look at the value.
    Memory is up to 24 bytes for each value in the window; a large window that is not full takes
    little.

    Parameters
    ----------
    q
        The probability, between 0 and 1. Between two order statistics the value is interpolated
        linearly, as NumPy does.
    window_size
        How many of the newest values are looked at, at least 1.

    Returns
    -------
    `get` returns a float, None where nothing has been seen.

    Raises
    ------
    ValueError
        If `q` is outside 0 to 1, or `window_size` below 1.

    Notes
    -----
    The error is below 1e-15 of the largest magnitude in the window. The value is NaN while a NaN is
    in the window.

    `+` and `+=` merge the statistic of a stream with that of the one after it: the newest
    values of both.

    Examples
    --------
    >>> from river import stats

    >>> median = stats.RollingQuantile(q=0.5, window_size=101)
    >>> for x in range(1001):
    ...     median.update(x)
    ...     if x % 200 == 0:
    ...         print(median.get())
    0.0
    150.0
    350.0
    550.0
    750.0
    950.0

    References
    ----------
    [^1]: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American
    Statistician 50 (1996), 361-365, definition 7.

    """

    def __init__(self, q: float, window_size: int) -> None:
        super().__init__(q, window_size)

    @property
    def window_size_value(self) -> int:
        """The same as `window_size`."""
        return self.window_size
