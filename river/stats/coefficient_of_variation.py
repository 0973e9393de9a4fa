from __future__ import annotations

from . import base
from ._rust_stats import RsCoefficientOfVariation

__all__ = ["CoefficientOfVariation"]


class CoefficientOfVariation(RsCoefficientOfVariation, base.Univariate[float]):
    """Coefficient of variation.

    The standard deviation divided by the absolute value of the mean. `update` and `get` are O(1).

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
    `get` returns a float, None if nothing has been seen, 0 where `n` is not above `ddof`. If the
    mean is 0 it is inf, as in SciPy's `variation`, or NaN if the deviation is 0 too.

    Raises
    ------
    ValueError
        If `ddof` is negative, if a weight is NaN or infinite, or if more weight is reverted than
        there is; nothing is changed then.

    Notes
    -----
    The relative error is below 1e-14 unless the values cancel in the mean, for any magnitudes from
    5e-324 to 1e308. Once a NaN or an infinity has been seen, it stays NaN.

    Examples
    --------
    >>> from river import stats

    >>> variation = stats.CoefficientOfVariation()
    >>> for x in [3, 5, 4, 7, 10, 12]:
    ...     variation.update(x)
    ...     print(round(variation.get(), 6))
    0.0
    0.353553
    0.25
    0.359542
    0.478429
    0.518773

    References
    ----------
    [^1]: D. H. D. West, "Updating mean and variance estimates: an improved method",
    Communications of the ACM 22 (1979), 532-535.
    [^2]: T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance:
    analysis and recommendations", The American Statistician 37 (1983), 242-247.

    """

    def __init__(self, ddof: int = 1) -> None:
        super().__init__(ddof)
