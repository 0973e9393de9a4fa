from __future__ import annotations

from . import base
from ._rust_stats import RsPearsonCorr

__all__ = ["PearsonCorr"]


class PearsonCorr(RsPearsonCorr, base.Bivariate[float]):
    """Pearson's correlation.

    The covariance of two variables, divided by the product of their standard deviations. `update` and `get` are O(1).

    `update(x, y, w=1.0)` takes a frequency weight: the pair counts as `w` pairs. A weight of 0
    changes nothing. `revert(x, y, w=1.0)` reverts a pair by subtraction: digits that a far larger
    value has rounded away are not recovered. `+` and `+=` merge the statistics of two streams, `-`
    and `-=` undo that. `n` is the total weight, a float.

    Parameters
    ----------
    ddof
        Delta degrees of freedom of the parts, 0 or more. It cancels in the correlation.

    Returns
    -------
    `get` returns a float between -1 and 1; 0 if nothing has been seen or one variable is constant.

    Raises
    ------
    ValueError
        If `ddof` is negative, if a weight is NaN or infinite, or if more weight is reverted than
        there is; nothing is changed then.

    Attributes
    ----------
    var_x : Var
        The variance of the first variable at the time of access: a copy, which does not follow
        later updates.
    var_y : Var
        That of the second.
    cov_xy : Cov
        The covariance of both.
    n : float
        The total weight.

    Notes
    -----
    The error is below 1e-14, even on data with an offset of 1e9 and unit noise; magnitudes from
    1e-300 to 1e300 lose no precision, whatever those of the other variable are. Once a NaN or an
    infinity has been seen, the correlation stays NaN.

    Examples
    --------
    >>> from river import stats

    >>> pearson = stats.PearsonCorr()
    >>> for x, y in zip([0, 0, 0, 1, 1, 1, 1], [0, 1, 2, 3, 4, 5, 6]):
    ...     pearson.update(x, y)
    ...     print(round(pearson.get(), 6))
    0.0
    0.0
    0.0
    0.774597
    0.866025
    0.87831
    0.866025

    References
    ----------
    [^1]: T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance:
    analysis and recommendations", The American Statistician 37 (1983), 242-247.
    [^2]: E. Schubert and M. Gertz, "Numerically stable parallel computation of (co-)variance", SSDBM
    2018.

    """

    def __init__(self, ddof: int = 1) -> None:
        super().__init__(ddof)
