from __future__ import annotations

import math

from . import base
from ._rust_stats import RsKolmogorovSmirnov

__all__ = ["KolmogorovSmirnov"]


class KolmogorovSmirnov(RsKolmogorovSmirnov, base.Bivariate[float]):
    """Kolmogorov-Smirnov statistic: the distance between the distributions of two samples.

    It is the largest difference between the two empirical distribution functions. Each update adds
    one value to each sample, `revert` removes one from each. Both are O(log n), where n is the
    number of distinct values, `get` is O(1), and memory is linear in n.

    `update_x(x)` and `update_y(y)` add a value to one sample alone, `revert_x` and `revert_y`
    remove one, so that the samples may differ in size; then `get` is O(n). These are separate
    methods, since None is not accepted in place of a value of one sample: a missing value in a
    column of `update_many` skips the whole pair, as in every class of pairs.

    Parameters
    ----------
    statistic
        "ks" for the largest difference in either direction; "kuiper" for the largest difference in
        one direction plus the largest in the other, which is as sensitive at the tails as it is at
        the median.

    Attributes
    ----------
    n_samples
        How many pairs were seen; where the samples differ in size, how many values are in the larger
        one. `n` is the same.
    n_x, n_y
        How many values are in the first sample, and in the second.
    p_value
        The probability of a distance at least as large if both samples come from one continuous
        distribution, SciPy's `ks_2samp(method="exact")`. None for Kuiper's distance, 1 where one of
        the samples is empty. It takes O(√n), and where the samples differ in size,
        O(`n_x` · `n_y` · distance): about a second where both have 100,000 values and the distance
        is 0.01. Other threads run meanwhile.
    treap
        The distinct values in ascending order, each with how often it is in the first and in the
        second sample; None if nothing has been seen. NaNs are not among them. A new list at each
        access.

    Returns
    -------
    `get` returns a float, 0 where one of the samples is empty.

    Raises
    ------
    ValueError
        If `statistic` is neither "ks" nor "kuiper", or if `revert` is given a value that is not in
        its sample.

    Notes
    -----
    The value is exact: differences are counted in whole numbers, and equal values count as equal,
    within a sample and across the two. It is NaN while a NaN is in one of the samples.

    The relative error of `p_value` is below 1e-12, and where the samples differ in size, below
    4e-16 times `n_x + n_y`. In that case only the value is rounded, three times.

    `+` and `+=` merge two pairs of samples, `-` and `-=` remove the values of one pair from the other.

    Examples
    --------
    >>> from river import stats

    >>> ks = stats.KolmogorovSmirnov(statistic="ks")
    >>> for x, y in zip([1, 1, 2, 2, 3, 3, 4, 4], [1, 1, 1, 1, 2, 2, 2, 2]):
    ...     ks.update(x, y)
    >>> ks
    KolmogorovSmirnov: 0.5
    >>> ks.n_samples
    8
    >>> round(ks.p_value, 6)
    0.282673

    >>> ks.revert(4, 2)
    >>> ks
    KolmogorovSmirnov: 0.428571

    >>> for x in [5, 6, 7]:
    ...     ks.update_x(x)
    >>> ks.n_x, ks.n_y, round(ks.get(), 6), round(ks.p_value, 6)
    (10, 7, 0.6, 0.071575)

    References
    ----------
    [^1]: D. M. dos Reis et al., "Fast unsupervised online drift detection using incremental
    Kolmogorov-Smirnov test", Proceedings of KDD 2016, 1545-1554.
    [^2]: N. H. Kuiper, "Tests concerning random points on a circle", Proceedings of the Koninklijke
    Nederlandse Akademie van Wetenschappen A 63 (1960), 38-47.

    """

    def __init__(self, statistic: str = "ks") -> None:
        super().__init__(statistic)

    @staticmethod
    def _ca(p_value: float) -> float:
        """Return the critical factor at a significance level."""
        return math.sqrt(-0.5 * math.log(p_value))

    def _test_ks_threshold(self, ca: float) -> bool:
        """Return whether the samples differ too much to come from one distribution."""
        n, m = self.n_x, self.n_y
        return bool(self.get() > ca * math.sqrt((n + m) / (n * m)))


class _Node:
    """A node of the tree in which river keeps the samples, until the pickle that it comes from is read."""


# What river up to 0.23 called it.
Treap = _Node
