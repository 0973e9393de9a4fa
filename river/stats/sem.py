from __future__ import annotations

from . import base
from ._rust_stats import RsSEM
from .var import Var

__all__ = ["SEM"]


class SEM(RsSEM, base.Univariate[float]):
    """Standard error of the mean.

    The square root of the ratio of the variance to the total weight. `update` and `get` are O(1).

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
    `get` returns a float, None if nothing has been seen, and 0 where `n` is not above `ddof`.

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
    The relative error is below 1e-14, even on data with an offset of 1e9 and unit noise; magnitudes
    from 1e-300 to 1e300 lose no precision. Once a NaN or an infinity has been seen, it stays NaN.
    An SEM counts as a `Var` for `isinstance`, since it has everything that a `Var` has.

    Examples
    --------
    >>> from river import stats

    >>> sem = stats.SEM()
    >>> for x in [3, 5, 4, 7, 10, 12]:
    ...     sem.update(x)
    ...     print(round(sem.get(), 6))
    0.0
    1.0
    0.57735
    0.853913
    1.240967
    1.44722

    References
    ----------
    [^1]: D. H. D. West, "Updating mean and variance estimates: an improved method",
    Communications of the ACM 22 (1979), 532-535.
    [^2]: T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance:
    analysis and recommendations", The American Statistician 37 (1983), 242-247.

    """

    def __init__(self, ddof: int = 1) -> None:
        super().__init__(ddof)


Var.register(SEM)
