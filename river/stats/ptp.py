from __future__ import annotations

from . import base
from ._rust_stats import RsPeakToPeak

__all__ = ["PeakToPeak"]


class PeakToPeak(RsPeakToPeak, base.Univariate[float]):
    """Peak to peak: the largest minus the smallest value.

    An update and a look at the value are O(1).

    Returns
    -------
    `get` returns a float, 0 where nothing has been seen. It is exact.

    Notes
    -----
    NaN once seen, the value stays NaN. With infinities it is what IEEE 754 says of their
    difference: one infinity among finite values gives inf, an infinity alone NaN, as in NumPy.

    Examples
    --------
    >>> from river import stats

    >>> ptp = stats.PeakToPeak()
    >>> for x in [1, -4, 3, -2, 2, 4]:
    ...     ptp.update(x)
    ...     print(ptp.get())
    0.0
    5.0
    7.0
    7.0
    7.0
    8.0

    """

    def __init__(self) -> None:
        super().__init__()

    @property
    def name(self) -> str:
        return "ptp"
