from __future__ import annotations

from . import base
from ._rust_stats import RsRegression

__all__ = ["Regression"]


class Regression(RsRegression, base.Bivariate[float]):
    """Least-squares line of one variable on another.

    The slope, the intercept and their standard errors are those of SciPy's `linregress(x, y)`.
    `update` and `get` are O(1).

    `update(x, y, w=1.0)` takes a frequency weight: the pair counts as `w` pairs. A weight of 0
    changes nothing. `revert(x, y, w=1.0)` reverts a pair by subtraction: digits that a far larger
    value has rounded away are not recovered. `+` and `+=` merge the statistics of two streams, `-`
    and `-=` undo that. `n` is the total weight, a float.

    Returns
    -------
    `get` returns the slope, a float; None unless there are at least two different `x`.

    Raises
    ------
    ValueError
        If a weight is NaN or infinite, or if more weight is reverted than there is; nothing is
        changed then.

    Attributes
    ----------
    slope : float or None
        The change in `y` when `x` rises by 1, as `get` returns it.
    intercept : float or None
        The value of `y` on the line where `x` is 0.
    r2 : float or None
        The share of the variance of `y` that the line explains, 0 where `y` is constant.
    slope_stderr : float or None
        The standard error of the slope; None up to a total weight of 2.
    intercept_stderr : float or None
        That of the intercept.
    n : float
        The total weight.

    Notes
    -----
    The error of the slope is below 1e-14 of the ratio of both standard deviations, even on data
    with an offset of 1e9 and unit noise; magnitudes from 1e-300 to 1e300 lose no precision. The
    standard errors lose digits as `r2` approaches 1. Once a NaN or an infinity has been seen, all
    stay NaN.

    Examples
    --------
    >>> from river import stats

    >>> line = stats.Regression()
    >>> for x, y in [(0, 1), (1, 3), (2, 4), (3, 8)]:
    ...     line.update(x, y)
    >>> round(line.get(), 6), round(line.intercept, 6)
    (2.2, 0.7)
    >>> round(line.r2, 6), round(line.slope_stderr, 6)
    (0.930769, 0.424264)

    References
    ----------
    [^1]: N. R. Draper and H. Smith, "Applied Regression Analysis", 3rd edition, Wiley 1998.
    [^2]: E. Schubert and M. Gertz, "Numerically stable parallel computation of (co-)variance", SSDBM
    2018.

    """

    def __init__(self) -> None:
        super().__init__()
