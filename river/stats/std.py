from __future__ import annotations

from . import base
from ._rust_stats import RsStd

__all__ = ["Std"]


class Std(RsStd, base.Univariate[float]):
    """Standard deviation.

    The root of the variance, in the unit of the values. `update` and `get` are O(1).

    `update(x, w=1.0)` takes a frequency weight: `x` counts as `w` values. A weight of 0 changes
    nothing. `revert(x, w=1.0)` reverts a value by subtraction: digits that a far larger value has
    rounded away are not recovered. `+` and `+=` merge the statistics of two streams, `-` and `-=`
    undo that. `n` is the total weight, a float.

    Parameters
    ----------
    ddof
        Delta degrees of freedom, 0 or more: the divisor of the variance is `n - ddof`, where `n` is
        the total weight.

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
    n : float
        The total weight.

    Notes
    -----
    The relative error is below 1e-14, even on data with an offset of 1e9 and unit noise, and it
    does not grow with the number of values; magnitudes from 1e-300 to 1e300 lose no precision. Once
    a NaN or an infinity has been seen, the standard deviation stays NaN, as in NumPy.

    Examples
    --------
    >>> from river import stats

    >>> std = stats.Std()
    >>> for x in [3, 5, 4, 7, 10, 12]:
    ...     std.update(x)
    ...     print(round(std.get(), 6))
    0.0
    1.414214
    1.0
    1.707825
    2.774887
    3.544949

    >>> other = stats.Std()
    >>> other.update(8, w=3)
    >>> round((std + other).get(), 6)
    2.862594

    References
    ----------
    [^1]: D. H. D. West, "Updating mean and variance estimates: an improved method",
    Communications of the ACM 22 (1979), 532-535.
    [^2]: T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance:
    analysis and recommendations", The American Statistician 37 (1983), 242-247.

    """

    def __init__(self, ddof: int = 1) -> None:
        super().__init__(ddof)
