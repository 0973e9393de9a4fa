from __future__ import annotations

from . import base
from ._rust_stats import RsMaxDrawdown

__all__ = ["MaxDrawdown"]


class MaxDrawdown(RsMaxDrawdown, base.Univariate[float]):
    """Largest drawdown: the deepest fall of values from an earlier peak, as a share of that peak.

    It applies to prices, or to the value of an account. A value below 0 counts as 0, a total loss.
    `update` and `get` are O(1).

    Returns
    -------
    `get` returns a float between 0 and 1, 0 if nothing has been seen or nothing has fallen.

    Notes
    -----
    The relative error is below 3e-16. Once a NaN or an infinity has been seen, it stays NaN.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it.

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
