from __future__ import annotations

from . import base
from ._rust_stats import RsGeometricMean

__all__ = ["GeometricMean"]


class GeometricMean(RsGeometricMean, base.Univariate[float]):
    """Geometric mean.

    The n-th root of the product of n positive numbers, computed from a compensated sum of
    logarithms. `update` and `get` are O(1).

    `update(x, w=1.0)` takes a frequency weight: `x` counts as `w` values. A weight of 0 changes
    nothing. `revert(x, w=1.0)` reverts a value. `+` and `+=` merge the statistics of two streams,
    `-` and `-=` undo that. `n` is the total weight, a float.

    Returns
    -------
    `get` returns a float, None if nothing has been seen, 0 where there is a zero among the values, and NaN where there
    is a negative one.

    Raises
    ------
    ValueError
        If a weight is NaN or infinite, or if more weight is reverted than there is;
        nothing is changed then.

    Notes
    -----
    Binary exponents are summed separately from the logarithms, so that the relative error is below 2e-15 for any
    magnitudes from 5e-324 to 1e308. Once a NaN has been seen, it stays NaN. An infinity makes it inf, or NaN together
    with a zero.

    Examples
    --------
    >>> from river import stats

    >>> mean = stats.GeometricMean()
    >>> for x in [1, 4, 2, 8]:
    ...     mean.update(x)
    ...     print(round(mean.get(), 6))
    1.0
    2.0
    2.0
    2.828427

    References
    ----------
    [^1]: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
    ZAMM 54 (1974), 39-51.

    """

    def __init__(self) -> None:
        super().__init__()
