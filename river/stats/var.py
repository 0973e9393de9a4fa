from __future__ import annotations

from . import base
from ._rust_stats import RsVar

__all__ = ["Var"]


class Var(RsVar, base.Univariate[float]):
    """Variance.

    The sum of squared deviations from the mean, divided by `n - ddof`, by Welford's and West's
    recurrence with a mean kept as two floats and a compensated sum. `update` and `get` are O(1).

    `update(x, w=1.0)` takes a frequency weight: `x` counts as `w` values. A weight of 0 changes
    nothing. `revert(x, w=1.0)` reverts a value by subtraction: digits that a far larger value has
    rounded away are not recovered. `+` and `+=` merge the statistics of two streams, `-` and `-=`
    undo that. `n` is the total weight, a float.

    Parameters
    ----------
    ddof
        Delta degrees of freedom, 0 or more: the divisor is `n - ddof`, where `n` is the total weight.

    Returns
    -------
    `get` returns a float, 0 where `n` is not above `ddof`. It is never negative.

    Raises
    ------
    ValueError
        If `ddof` is negative, if a weight is NaN or infinite, or if more weight is reverted than
        there is; nothing is changed then.

    Attributes
    ----------
    mean : Mean
        The mean of the same values at the time of access: a copy, which does not follow later
        updates.
    n : float
        The total weight.

    Notes
    -----
    The relative error is below 1e-14, even on data with an offset of 1e9 and unit noise, and it
    does not grow with the number of values; magnitudes from 1e-300 to 1e300 lose no precision as
    long as the variance itself is in range. Once a NaN or an infinity has been seen, the variance
    stays NaN, as in NumPy.

    Examples
    --------
    >>> from river import stats

    >>> var = stats.Var()
    >>> for x in [3, 5, 4, 7, 10, 12]:
    ...     var.update(x)
    ...     print(round(var.get(), 6))
    0.0
    2.0
    1.0
    2.916667
    7.7
    12.566667

    >>> var.mean
    Mean: 6.833333
    >>> other = stats.Var()
    >>> other.update(8, w=3)
    >>> round((var + other).get(), 6)
    8.194444

    References
    ----------
    [^1]: D. H. D. West, "Updating mean and variance estimates: an improved method",
    Communications of the ACM 22 (1979), 532-535.
    [^2]: T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance:
    analysis and recommendations", The American Statistician 37 (1983), 242-247.

    """

    def __init__(self, ddof: int = 1) -> None:
        super().__init__(ddof)
