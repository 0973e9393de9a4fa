from __future__ import annotations

from . import base
from ._rust_stats import RsHarmonicMean

__all__ = ["HarmonicMean"]


class HarmonicMean(RsHarmonicMean, base.Univariate[float]):
    """Harmonic mean.

    The number of values divided by the sum of their reciprocals. `update` and `get` are O(1).

    `update(x, w=1.0)` takes a frequency weight: `x` counts as `w` values. A weight of 0 changes
    nothing. `revert(x, w=1.0)` reverts a value. `+` and `+=` merge the statistics of two streams,
    `-` and `-=` undo that. `n` is the total weight, a float.

    Returns
    -------
    `get` returns a float, None if nothing has been seen, 0 where there is a zero among the values,
    and NaN where there is a negative one.

    Raises
    ------
    ValueError
        If a weight is NaN or infinite, or if more weight is reverted than there is;
        nothing is changed then.

    Notes
    -----
    The sum is compensated: the relative error is below 1e-15 for any magnitudes from 5e-324 to
    1e308. Once a NaN has been seen, it stays NaN. The reciprocal of an infinity is 0.

    Examples
    --------
    >>> from river import stats

    >>> mean = stats.HarmonicMean()
    >>> for x in [60, 30, 20]:
    ...     mean.update(x)
    ...     print(round(mean.get(), 6))
    60.0
    40.0
    30.0

    References
    ----------
    [^1]: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
    ZAMM 54 (1974), 39-51.

    """

    def __init__(self) -> None:
        super().__init__()
