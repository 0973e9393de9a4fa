from __future__ import annotations

from . import base
from ._rust_stats import RsBayesianMean, RsMean

__all__ = ["BayesianMean", "Mean"]


class Mean(RsMean, base.Univariate[float]):
    """Mean.

    It is a compensated sum over the total weight. `update` and `get` are O(1).

    `update(x, w=1.0)` takes a frequency weight: `x` counts as `w` values. A weight of 0 changes
    nothing. `revert(x, w=1.0)` reverts a value. `+` and `+=` merge the statistics of two streams,
    `-` and `-=` undo that. `n` is the total weight, a float.

    Returns
    -------
    `get` returns a float, 0 if nothing has been seen.

    Raises
    ------
    ValueError
        If a weight is NaN or infinite, or if more weight is reverted than there is;
        nothing is changed then.

    Notes
    -----
    The sum carries twice the digits of a float: the error is below 3e-16 of the mean plus 1e-31 of
    the sum of magnitudes, which matters only where values cancel. Magnitudes from 5e-324 to 1e308
    and sums beyond the largest float lose no precision. Once a NaN has been seen, the mean stays
    NaN; infinities follow IEEE 754, as in NumPy.

    Examples
    --------
    >>> from river import stats

    >>> mean = stats.Mean()
    >>> for x in [-5, -3, -1, 1, 3, 5]:
    ...     mean.update(x)
    ...     print(mean.get())
    -5.0
    -4.0
    -3.0
    -2.0
    -1.0
    0.0

    Two streams make one mean, and values can be reverted:

    >>> left, right = stats.Mean(), stats.Mean()
    >>> left.update(1)
    >>> right.update(4, w=2)
    >>> (left + right).get()
    3.0
    >>> right.revert(4)
    >>> (left + right).get()
    2.5

    References
    ----------
    [^1]: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
    ZAMM 54 (1974), 39-51.

    """

    def __init__(self) -> None:
        super().__init__()


class BayesianMean(RsBayesianMean, base.Univariate[float]):
    """Mean that starts from a prior.

    It is the mean of the values seen and of `prior_weight` further ones that all equal `prior`.
    `update` and `get` are O(1).

    `update(x, w=1.0)` takes a frequency weight: `x` counts as `w` values. A weight of 0 changes
    nothing. `revert(x, w=1.0)` reverts a value. `+` and `+=` merge the statistics of two streams,
    `-` and `-=` undo that. `n` is the total weight, a float.

    Parameters
    ----------
    prior
        What the mean is taken to be before anything is seen; a finite number.
    prior_weight
        How many values the prior counts as; a finite number of at least 0.

    Returns
    -------
    `get` returns a float, `prior` if nothing has been seen.

    Raises
    ------
    ValueError
        If `prior` is not finite or `prior_weight` is negative or not finite; if a weight is
        NaN or infinite, or if more weight is reverted than there is; nothing is changed then.

    Notes
    -----
    The error is below 3e-16 of the mean plus 1e-31 of the sum of magnitudes, as with `Mean`. Once a
    NaN has been seen, the mean stays NaN; infinities follow IEEE 754.

    Examples
    --------
    >>> from river import stats

    >>> mean = stats.BayesianMean(prior=3, prior_weight=2)
    >>> mean.get()
    3.0
    >>> for x in [5, 5, 4]:
    ...     mean.update(x)
    ...     print(round(mean.get(), 6))
    3.666667
    4.0
    4.0

    References
    ----------
    [^1]: A. Gelman et al., "Bayesian Data Analysis", third edition (2013), section 2.5: the posterior
    mean of a normal distribution with known variance.

    """

    def __init__(self, prior: float, prior_weight: float) -> None:
        super().__init__(prior, prior_weight)

    @property
    def name(self) -> str:
        return "bayes_mean"
