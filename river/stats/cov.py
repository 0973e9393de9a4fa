from __future__ import annotations

from . import base
from ._rust_stats import RsCov

__all__ = ["Cov"]


class Cov(RsCov, base.Bivariate[float]):
    """Covariance.

    The sum of products of deviations from both means, divided by `n - ddof`. `update` and `get` are O(1).

    `update(x, y, w=1.0)` takes a frequency weight: the pair counts as `w` pairs. A weight of 0
    changes nothing. `revert(x, y, w=1.0)` reverts a pair by subtraction: digits that a far larger
    value has rounded away are not recovered. `+` and `+=` merge the statistics of two streams, `-`
    and `-=` undo that. `n` is the total weight, a float.

    Parameters
    ----------
    ddof
        Delta degrees of freedom, 0 or more: the divisor is `n - ddof`, where `n` is the total
        weight.

    Returns
    -------
    `get` returns a float, 0 where `n` is not above `ddof`.

    Raises
    ------
    ValueError
        If `ddof` is negative, if a weight is NaN or infinite, or if more weight is reverted than
        there is; nothing is changed then.

    Attributes
    ----------
    mean_x : Mean
        The mean of the first variable at the time of access: a copy, which does not follow later
        updates.
    mean_y : Mean
        That of the second.
    cov : float
        The value that `get` returns.
    n : float
        The total weight.

    Notes
    -----
    The error is below 1e-14 of the product of both standard deviations, even on data with an offset
    of 1e9 and unit noise, and it does not grow with the number of pairs; magnitudes from 1e-300 to
    1e300 lose no precision as long as the covariance itself is in range. Once a NaN or an infinity
    has been seen, it stays NaN.

    Examples
    --------
    >>> from river import stats

    >>> cov = stats.Cov()
    >>> for x, y in zip([-2.1, -1, 4.3], [3, 1.1, 0.12]):
    ...     cov.update(x, y)
    ...     print(round(cov.get(), 6))
    0.0
    -1.045
    -4.286

    >>> cov.revert(4.3, 0.12)
    >>> round(cov.get(), 6)
    -1.045

    References
    ----------
    [^1]: T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance:
    analysis and recommendations", The American Statistician 37 (1983), 242-247.
    [^2]: E. Schubert and M. Gertz, "Numerically stable parallel computation of (co-)variance", SSDBM
    2018.

    """

    def __init__(self, ddof: int = 1) -> None:
        super().__init__(ddof)
