from __future__ import annotations

from . import base
from ._rust_stats import RsEWMean

__all__ = ["EWMean"]


class EWMean(RsEWMean, base.Univariate[float]):
    """Exponentially weighted mean.

    The newest value weighs `fading_factor`, each older one `1 - fading_factor` times the one after
    it; the first value seen is the first mean. An update and a look at the value are O(1).

    Parameters
    ----------
    fading_factor
        The weight of the newest value, between 0 and 1. The closer to 1, the faster old values are
        forgotten. `alpha` is another word for it.

    Returns
    -------
    `get` returns a float, 0 where nothing has been seen.

    Raises
    ------
    ValueError
        If `fading_factor` is outside 0 to 1.

    Notes
    -----
    NaN once seen, the mean stays NaN. On data with an offset of 1e9 and unit noise the relative
    error is below 1e-14.

    Examples
    --------
    >>> from river import stats

    >>> mean = stats.EWMean(fading_factor=0.5)
    >>> for x in [1, 3, 5, 4, 6, 8, 7, 9, 11]:
    ...     mean.update(x)
    ...     print(mean.get())
    1.0
    2.0
    3.5
    3.75
    4.875
    6.4375
    6.71875
    7.859375
    9.4296875

    References
    ----------
    [^1]: T. Finch, "Incremental calculation of weighted mean and variance", University of
    Cambridge (2009), section 9.

    """

    def __init__(self, fading_factor: float = 0.5) -> None:
        super().__init__(fading_factor)

    @property
    def name(self) -> str:
        return f"ewm_{self.fading_factor}"
