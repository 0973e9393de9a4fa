from __future__ import annotations

from . import base
from ._rust_stats import RsChiSquared

__all__ = ["ChiSquared"]


class ChiSquared(RsChiSquared, base.Bivariate[float]):
    """Pearson's chi-squared statistic of two categorical variables.

    It is the sum of `(observed - expected)² / expected` over the cells of their contingency table.
    The larger it is, the stronger the evidence that the variables are not independent; `p_value`
    quantifies it. Any hashable values will do; two values are the same if they are the same key of
    a `dict`.

    `update` and `revert` are O(1). `get` and `p_value` are linear in the number of different pairs
    that were seen.

    Parameters
    ----------
    correction
        Whether, in a 2×2 table, every observed count is moved towards the expected one by at most a
        half: Yates' correction for continuity, as in SciPy's `chi2_contingency`.

    Attributes
    ----------
    counts
        How often each pair was seen: for each `x` a `collections.Counter` of `y`. It is built anew
        at each access, as are the next two.
    x_totals
        How often each `x` was seen, as a `collections.Counter`.
    y_totals
        How often each `y` was seen, as a `collections.Counter`.
    n
        How many pairs were seen.
    degrees_of_freedom
        The number of different `x` minus 1, times the number of different `y` minus 1; 0 if nothing
        has been seen.
    p_value
        The probability of a value at least as large if the variables are independent: the upper
        tail of the chi-squared distribution. 1 without degrees of freedom.

    Returns
    -------
    `get` returns a float, 0 if nothing has been seen.

    Raises
    ------
    ValueError
        If `revert` is given a pair that is not among those seen.
    TypeError
        If a value is not hashable.

    Notes
    -----
    The relative error of the value is below 1e-15, that of `p_value` below 1e-12 for the same
    value. SciPy is not needed.

    As in a `dict`, 1, 1.0 and True are one value, represented by the one that came first. A NaN
    does not equal any other, so two NaNs are one value only if they are the same object.

    `to_bytes` stores values that are None, bool, int, float, str, bytes or tuples of these; pickle
    stores whatever can be pickled.

    `+` and `+=` merge two tables, `-` and `-=` subtract a part of one.

    Examples
    --------
    >>> from river import stats

    >>> chi2 = stats.ChiSquared()
    >>> for x, y in [("A", 0), ("A", 0), ("B", 1), ("B", 1)]:
    ...     chi2.update(x, y)
    >>> round(chi2.get(), 3)
    4.0
    >>> chi2.degrees_of_freedom
    1
    >>> round(chi2.p_value, 6)
    0.0455

    >>> chi2.update("A", 1)
    >>> round(chi2.get(), 6)
    2.222222
    >>> chi2.revert("A", 1)
    >>> round(chi2.get(), 3)
    4.0

    References
    ----------
    [^1]: K. Pearson, "On the criterion that a given system of deviations from the probable in the
    case of a correlated system of variables is such that it can be reasonably supposed to have
    arisen from random sampling", Philosophical Magazine 50 (1900), 157-175.
    [^2]: F. Yates, "Contingency tables involving small numbers and the χ² test", Supplement to the
    Journal of the Royal Statistical Society 1 (1934), 217-235.

    """

    def __init__(self, correction: bool = False) -> None:
        super().__init__(correction)

    @property
    def name(self) -> str:
        return "chi_squared"
