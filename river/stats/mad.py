from __future__ import annotations

from . import base
from ._rust_stats import RsMAD
from .quantile import Quantile

__all__ = ["MAD"]


class MAD(RsMAD, base.Univariate[float]):
    """Median absolute deviation, estimated: the median of the distances from the median.

    Both medians are estimated with the P² algorithm: a value first moves the median of the values,
    then its distance from that median moves the median of the distances. Earlier distances are not
    recomputed when the median moves, so the result is close, but not equal, to that over all values
    at once. `update` and `get` are O(1), memory is constant.

    Attributes
    ----------
    median
        The median of the values: a new `Quantile`.
    q
        The probability of both quantiles, 0.5.

    Returns
    -------
    `get` returns a float, None if nothing has been seen.

    Notes
    -----
    Rounding changes the estimate by less than 1e-14 of the largest magnitude, where magnitudes are
    from 1e-300 to 1e300. Once a NaN has been seen, the deviation stays NaN. An infinity has the
    distance 0 from itself.

    Examples
    --------
    >>> from river import stats

    >>> mad = stats.MAD()
    >>> for x in [4, 2, 5, 3, 0, 4]:
    ...     mad.update(x)
    ...     print(mad.get())
    0.0
    2.0
    1.0
    1.0
    1.0
    1.0
    >>> mad.median
    Quantile: 3.

    References
    ----------
    [^1]: R. Jain and I. Chlamtac, "The P² algorithm for dynamic calculation of quantiles and
    histograms without storing observations", Communications of the ACM 28 (1985), 1076-1085.

    """

    def __init__(self) -> None:
        super().__init__()


# It is a quantile, that of the distances, although its state differs.
Quantile.register(MAD)
