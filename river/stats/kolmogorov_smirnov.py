from __future__ import annotations

import math

from . import base
from ._rust_stats import RsKolmogorovSmirnov

__all__ = ["KolmogorovSmirnov"]


class KolmogorovSmirnov(RsKolmogorovSmirnov, base.Bivariate[float]):
    """Kolmogorov-Smirnov statistic: the distance of the distributions of two samples.

    It is the largest difference of the two empirical distribution functions. Each update adds one
    value to either sample, `revert` removes one of either. Both are O(log n), where n is the
    number of distinct values, a look at the value is O(1), and memory is linear in n.

    Parameters
    ----------
    statistic
        "ks" for the largest difference, whichever way; "kuiper" for the largest difference one way
        plus the largest the other way, which is as sensitive at the tails as it is at the median.

    Attributes
    ----------
    n_samples
        How many pairs were seen.
    p_value
        The probability of a distance at least as large if both samples are of one continuous
        distribution, SciPy's `ks_2samp(method="exact")`. None for Kuiper's distance. It takes
        O(√n).
    treap
        The distinct values in ascending order, each with how often it is in the first and in the
        second sample; None where nothing has been seen. NaNs are not among them. A new list at
        each access.

    Returns
    -------
    `get` returns a float, 0 where nothing has been seen.

    Raises
    ------
    ValueError
        If `statistic` is neither "ks" nor "kuiper", or if `revert` is given a value that is not in
        its sample.

    Notes
    -----
    The value is exact: differences are counted in whole numbers, and equal values count as equal,
    within a sample and across the two. It is NaN while a NaN is in one of the samples.

    The relative error of `p_value` is below 1e-12.

    `+` and `+=` merge two pairs of samples, `-` and `-=` remove what is in them.

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
        """Return whether the samples differ too much to be of one distribution."""
        # (n + m) / (n m) with two samples of the same size.
        return bool(self.get() > ca * math.sqrt(2 / self.n_samples))


class _Node:
    """A node of the tree in which river keeps the samples, until the pickle that it comes from is read."""


# What river up to 0.23 called it.
Treap = _Node
