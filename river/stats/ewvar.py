from __future__ import annotations

from . import base
from ._rust_stats import RsEWVar

__all__ = ["EWVar"]


class EWVar(RsEWVar, base.Univariate[float]):
    """Exponentially weighted variance.

    The mean of the squared distances from the exponentially weighted mean, with the same weights.
    It is computed from distances alone, never as a difference of large numbers, so that it is
    neither negative nor lost in the rounding of an offset. An update and a look at the value are
    O(1).

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
    NaN or an infinity once seen, the variance stays NaN. On data with an offset of 1e9 and unit
    noise the relative error is below 1e-6, that of the mean's rounding to a double.

    Examples
    --------
    >>> from river import stats

    >>> var = stats.EWVar(fading_factor=0.5)
    >>> for x in [1, 3, 5, 4, 6, 8, 7, 9, 11]:
    ...     var.update(x)
    ...     print(round(var.get(), 6))
    0.0
    1.0
    2.75
    1.4375
    1.984375
    3.433594
    1.795898
    2.198975
    3.565369

    References
    ----------
    [^1]: T. Finch, "Incremental calculation of weighted mean and variance", University of
    Cambridge (2009), section 9.

    """

    def __init__(self, fading_factor: float = 0.5) -> None:
        super().__init__(fading_factor)

    @property
    def name(self) -> str:
        return f"ewv_{self.fading_factor}"
