from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from . import base
from ._rust_stats import RsQuantile, RsRollingQuantile

__all__ = ["Quantile", "RollingQuantile"]

if TYPE_CHECKING:
    # Before Python 3.13, only type checkers know defaults of type variables.
    from typing_extensions import TypeVar

    _T = TypeVar("_T", default=float)
else:
    from typing import TypeVar

    _T = TypeVar("_T")

Interpolation = Literal["linear", "lower", "higher", "nearest", "midpoint"]


class Quantile(RsQuantile, base.Univariate[_T]):
    """Quantile, or several at once, estimated with the P² algorithm.

    Five markers follow the distribution, and no values are kept beyond the first five; up to the
    fifth, the result is an order statistic. `update` and `get` are O(1), memory is constant. Each
    of several quantiles has its own markers.

    Parameters
    ----------
    q
        The probability whose quantile is estimated, between 0 and 1, or a sequence of probabilities. At 0 and 1, the
        quantile is exactly the smallest and the largest value.
    interpolation
        How a quantile between two values of a sliding window is computed, like the `method` of `numpy.quantile`:
        "linear", "lower", "higher", "nearest" or "midpoint". It applies in `utils.Rolling` and `utils.TimeRolling`,
        whose quantiles are exact. The P² estimate does not use it.

    Returns
    -------
    `get` returns a float, or a list in the order of `q` if that is a sequence; None if nothing has been seen.

    Raises
    ------
    ValueError
        If `q` is outside 0 to 1 or empty, or `interpolation` none of these.

    Notes
    -----
    Several quantiles are estimated independently of each other and can cross. So they are sorted when they are read,
    and each probability gets the value of the same rank: a larger probability never has a smaller value.

    Rounding changes the estimate by less than 1e-14 of the largest magnitude, where magnitudes are
    from 1e-300 to 1e300. Once a NaN has been seen, the quantile stays NaN. Infinities count as the
    largest and smallest values; the markers between stay finite.

    Two estimates have no exact merge; `RollingQuantile` has one.

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

    Several at once:

    >>> quartiles = stats.Quantile([0.25, 0.5, 0.75])
    >>> quartiles.accumulate([5.0, 1.0, 3.0])
    array([[5., 5., 5.],
           [1., 5., 5.],
           [1., 3., 5.]])
    >>> quartiles.get()
    [1.0, 3.0, 5.0]

    References
    ----------
    [^1]: R. Jain and I. Chlamtac, "The P² algorithm for dynamic calculation of quantiles and
    histograms without storing observations", Communications of the ACM 28 (1985), 1076-1085.

    """

    @overload
    def __init__(self: Quantile[float], q: float = 0.5, interpolation: Interpolation = "linear") -> None: ...
    @overload
    def __init__(self: Quantile[list[float]], q: Sequence[float], interpolation: Interpolation = "linear") -> None: ...
    @overload
    def __init__(self: Quantile[Any], q: Any, interpolation: Interpolation = "linear") -> None: ...
    def __init__(self, q: Any = 0.5, interpolation: Interpolation = "linear") -> None:
        super().__init__(q, interpolation)

    if TYPE_CHECKING:

        def get(self) -> _T | None: ...


class RollingQuantile(RsRollingQuantile, base.RollingUnivariate[_T]):
    """Quantile, or several at once, of the newest values, exact.

    The window is kept in order, so `update` and `get` are O(log window_size), once for each
    quantile. Memory is up to 24 bytes for each value in the window, however many quantiles there
    are; a large window that is not full takes little.

    Parameters
    ----------
    q
        The probability, between 0 and 1, or a sequence of probabilities.
    window_size
        The number of newest values in the window, at least 1.
    interpolation
        How a quantile between two values is computed, like the `method` of `numpy.quantile`: "linear" interpolates,
        "lower" takes the lower value, "higher" the higher one, "nearest" the nearer one or, half-way, the one whose
        index is even, and "midpoint" the mean of both.

    Returns
    -------
    `get` returns a float, or a list in the order of `q` if that is a sequence; None if nothing has been seen.

    Raises
    ------
    ValueError
        If `q` is outside 0 to 1 or empty, `window_size` below 1, or `interpolation` none of these.

    Notes
    -----
    The error is below 1e-15 of the largest magnitude in the window. The value is NaN while a NaN is
    in the window.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it: the window
    then holds the newest values of both.

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

    >>> ends = stats.RollingQuantile(q=[0.1, 0.9], window_size=101, interpolation="lower")
    >>> ends.update_many(range(1001))
    >>> ends.get()
    [910.0, 990.0]

    References
    ----------
    [^1]: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American
    Statistician 50 (1996), 361-365, definition 7.

    """

    @overload
    def __init__(
        self: RollingQuantile[float], q: float, window_size: int, interpolation: Interpolation = "linear"
    ) -> None: ...
    @overload
    def __init__(
        self: RollingQuantile[list[float]],
        q: Sequence[float],
        window_size: int,
        interpolation: Interpolation = "linear",
    ) -> None: ...
    @overload
    def __init__(
        self: RollingQuantile[Any], q: Any, window_size: int, interpolation: Interpolation = "linear"
    ) -> None: ...
    def __init__(self, q: Any, window_size: int, interpolation: Interpolation = "linear") -> None:
        super().__init__(q, window_size, interpolation)

    if TYPE_CHECKING:

        def get(self) -> _T | None: ...

    @property
    def window_size_value(self) -> int:
        """The same as `window_size`."""
        return self.window_size
