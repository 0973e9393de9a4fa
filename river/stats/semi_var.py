from __future__ import annotations

from . import base
from ._rust_stats import RsSemiVar

__all__ = ["SemiVar"]


class SemiVar(RsSemiVar, base.Univariate[float]):
    """Semivariance: the mean squared shortfall of values below a target.

    A value at or above the target counts as a shortfall of 0. For the returns of an investment and
    the required return as the target, its root is the downside deviation of the Sortino ratio.
    `update` and `get` are O(1).

    `update(x, w=1.0)` takes a frequency weight: `x` counts as `w` values. A weight of 0 changes
    nothing. `revert(x, w=1.0)` reverts an update. `+` and `+=` merge the statistics of two streams
    with the same target, `-` and `-=` undo that. `n` is the total weight, a float.

    Parameters
    ----------
    target
        What values are compared with, a finite number.

    Returns
    -------
    `get` returns a float, 0 if nothing has been seen. It is never negative.

    Raises
    ------
    ValueError
        If `target` is not finite, if a weight is NaN or infinite, or if more weight is reverted
        than there is; nothing is changed then.

    Attributes
    ----------
    n : float
        The total weight.

    Notes
    -----
    The relative error is below 1e-15, and it does not grow with the number of values; for subnormal
    values, 5e-324 is added. Plus infinity counts as a shortfall of 0, and minus infinity makes it
    infinite. Once a NaN has been seen, it stays NaN.

    Examples
    --------
    >>> from river import stats

    >>> semi = stats.SemiVar(target=0.0)
    >>> for x in [2, -1, 3, -3]:
    ...     semi.update(x)
    >>> semi.get()
    2.5

    References
    ----------
    [^1]: P. C. Fishburn, "Mean-risk analysis with risk associated with below-target returns",
    American Economic Review 67 (1977), 116-126.

    """

    def __init__(self, target: float = 0.0) -> None:
        super().__init__(target)
