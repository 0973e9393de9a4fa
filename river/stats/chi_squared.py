from __future__ import annotations

from . import base
from ._rust_stats import RsChiSquared

__all__ = ["ChiSquared"]


class ChiSquared(RsChiSquared, base.Bivariate[float]):
    """Pearson's chi-squared statistic of two categorical variables.

    It is the sum of `(observed - expected)² / expected` over the cells of their contingency table.
    The larger it is, the less the two variables are independent; `p_value` says how much. Any
    hashable values will do; two values are one where a `dict` takes them for one key.

    `update` and `revert` are O(1). `get` and `p_value` are linear in the number of different pairs
    that were seen.

    Parameters
    ----------
    correction
        Whether, of a table of two values each, every observed count is brought nearer to the expected
        one by a half at most: Yates' correction for continuity, as SciPy's `chi2_contingency` has it.

    Attributes
    ----------
    counts
        How often each pair was seen: for each `x` a `collections.Counter` of `y`. It is made anew
        at each access, as are the next two.
    x_totals
        How often each `x` was seen, as a `collections.Counter`.
    y_totals
        How often each `y` was seen, as a `collections.Counter`.
    n
        How many pairs were seen.
    degrees_of_freedom
        One less than there are different `x`, times one less than there are different `y`; 0 where
        there is none of one of them.
    p_value
        The probability of a value at least as large if the variables are independent: the upper
        tail of the chi-squared distribution. 1 without degrees of freedom.

    Returns
    -------
    `get` returns a float, 0 where nothing has been seen.

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

    As in a `dict`, 1, 1.0 and True are one value, and the one that came first stands for all. A NaN
    is equal to no other, so two NaNs are one value only if they are the same object.

    `to_bytes` holds values of None, bool, int, float, str, bytes and tuples of these; pickle holds
    whatever can be pickled.

    `+` and `+=` merge two tables, `-` and `-=` remove a part of one.

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
