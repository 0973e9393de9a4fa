from __future__ import annotations

from . import base
from ._rust_stats import RsMaxDrawdown

__all__ = ["MaxDrawdown"]


class MaxDrawdown(RsMaxDrawdown, base.Univariate[float]):
    """Largest drawdown: how far values have fallen from the largest one before, as a share of it.

    Of prices, or of what an account is worth. A value below 0 counts as 0: there, all is lost.
    `update` and `get` are O(1).

    Returns
    -------
    `get` returns a float between 0 and 1, 0 where nothing has been seen or nothing has fallen.

    Notes
    -----
    The relative error is below 3e-16. NaN or an infinity once seen, it stays NaN.

    `+` and `+=` merge the statistic of a stream with that of the one after it.

    Examples
    --------
    >>> from river import stats

    >>> drawdown = stats.MaxDrawdown()
    >>> for x in [100, 120, 90, 130, 117]:
    ...     drawdown.update(x)
    ...     print(drawdown.get())
    0.0
    0.0
    0.25
    0.25
    0.25

    References
    ----------
    [^1]: M. Magdon-Ismail and A. F. Atiya, "Maximum drawdown", Risk 17 (2004), 99-102.

    """

    def __init__(self) -> None:
        super().__init__()
