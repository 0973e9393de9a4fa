from __future__ import annotations

from . import base
from ._rust_stats import RsKurtosis

__all__ = ["Kurtosis"]


class Kurtosis(RsKurtosis, base.Univariate[float]):
    """Excess kurtosis.

    The fourth central moment over the square of the second, minus 3: 0 for a normal distribution.
    It is computed from running sums of powers of deviations. `update` and `get` are O(1).

    Parameters
    ----------
    bias
        Whether the plain moments are used. If not, the value is corrected for the bias of a sample
        as soon as there are more than three values.

    Returns
    -------
    `get` returns a float. It is -3 if at most one value has been seen, and if up to three values
    are all equal; with more values that are all equal it is NaN, as in SciPy.

    Notes
    -----
    The error is below 1e-14 of 1 plus the magnitude of the kurtosis, even on data with an offset of
    1e9 and unit noise, and it does not grow with the number of values; magnitudes from 1e-300 to
    1e300 lose no precision. Once a NaN or an infinity has been seen, the kurtosis stays NaN.

    Examples
    --------
    >>> from river import stats

    >>> kurtosis = stats.Kurtosis()
    >>> for x in [3, 5, 4, 7, 10, 12]:
    ...     kurtosis.update(x)
    ...     print(round(kurtosis.get(), 6))
    -3.0
    -2.0
    -1.5
    0.342857
    0.12987
    -1.352785

    References
    ----------
    [^1]: P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and
    arbitrary-order statistical moments", SAND2008-6212 (2008).
    [^2]: D. N. Joanes and C. A. Gill, "Comparing measures of sample skewness and kurtosis", The
    Statistician 47 (1998), 183-189.

    """

    def __init__(self, bias: bool = False) -> None:
        super().__init__(bias)
