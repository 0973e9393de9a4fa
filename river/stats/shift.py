from __future__ import annotations

from . import base
from ._rust_stats import RsShift

__all__ = ["Shift"]


class Shift(RsShift, base.Univariate[float]):
    """An earlier value.

    Linked to another statistic, it lets that one lag behind: a statistic of a target must not see
    the value that it is to predict. An update and a look at the value are O(1); memory is 8 bytes
    for each value that is held.

    Parameters
    ----------
    amount
        How many updates ago the value was seen, at least 0.
    fill_value
        What `get` returns while too few values have been seen.

    Attributes
    ----------
    buffer
        The newest values, up to `amount` and one of them, the oldest first: a new deque.

    Returns
    -------
    `get` returns a float, and `fill_value` until `amount` and one values have been seen.

    Raises
    ------
    ValueError
        If `amount` is below 0.

    Notes
    -----
    The value is exact. A NaN is passed on like any other value, and then gone.

    Examples
    --------
    >>> from river import stats

    >>> shift = stats.Shift(2, fill_value=0.0)
    >>> for x in [3, 5, 4, 6]:
    ...     shift.update(x)
    ...     print(shift.get())
    0.0
    0.0
    3.0
    5.0

    The largest value before the newest one:

    >>> stat = stats.Shift(1) | stats.Max()
    >>> for x in range(5):
    ...     stat.update(x)
    ...     print(stat.get())
    -inf
    0.0
    1.0
    2.0
    3.0

    """

    def __init__(self, amount: int = 1, fill_value: float | None = None) -> None:
        super().__init__(amount, fill_value)

    @property
    def name(self) -> str:
        return f"shift_{self.amount}"
