from __future__ import annotations

from . import base
from ._rust_stats import RsSkew

__all__ = ["Skew"]


class Skew(RsSkew, base.Univariate[float]):
    """Skewness.

    The third central moment over the second to the power of 1.5: 0 for a symmetric distribution,
    positive where the longer tail is on the right. It is computed from running sums of powers of
    deviations. `update` and `get` are O(1).

    Parameters
    ----------
    bias
        Whether the plain moments are used. If not, the value is corrected for the bias of a sample
        as soon as there are more than two values.

    Returns
    -------
    `get` returns a float. It is 0 if at most one value has been seen, and if two values are equal;
    with more values that are all equal it is NaN, as in SciPy.

    Notes
    -----
    The error is below 1e-14 of 1 plus the magnitude of the skewness, even on data with an offset of
    1e9 and unit noise, and it does not grow with the number of values; magnitudes from 1e-300 to
    1e300 lose no precision. Once a NaN or an infinity has been seen, the skewness stays NaN.

    Examples
    --------
    >>> from river import stats

    >>> skew = stats.Skew()
    >>> for x in [3, 5, 4, 7, 10, 12]:
    ...     skew.update(x)
    ...     print(round(skew.get(), 6))
    0.0
    0.0
    0.0
    0.752837
    0.926679
    0.568672

    References
    ----------
    [^1]: P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and
    arbitrary-order statistical moments", SAND2008-6212 (2008).
    [^2]: D. N. Joanes and C. A. Gill, "Comparing measures of sample skewness and kurtosis", The
    Statistician 47 (1998), 183-189.

    """

    def __init__(self, bias: bool = False) -> None:
        super().__init__(bias)

    @property
    def name(self) -> str:
        return "skew"
