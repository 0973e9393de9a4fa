from __future__ import annotations

from typing import Any

from . import base
from ._rust_stats import RsShift

__all__ = ["Shift"]


class Shift(RsShift, base.Univariate[Any]):
    """An earlier value.

    Linked to another statistic, it makes that one lag behind: a statistic of a target must not see
    the value that it is used to predict. Values may be any objects. `update` and `get` are O(1);
    memory is that of the values held, plus 8 bytes for each.

    Parameters
    ----------
    amount
        How many updates ago the value was seen, at least 0.
    fill_value
        What `get` returns while too few values have been seen.

    Attributes
    ----------
    buffer
        The newest values, at most `amount` + 1 of them, oldest first: a new deque.

    Returns
    -------
    `get` returns the very object that `update` was called with, and `fill_value` until `amount` + 1
    values have been seen.

    Raises
    ------
    ValueError
        If `amount` is below 0.

    Notes
    -----
    The value is exact. A NaN or None is passed on like any other value, and leaves no trace.

    Only the values that are still held after a column become Python objects: built-in ones, if the
    column is an array. `accumulate` returns an array of floats if all values are numbers, and
    otherwise one of objects. Windows over the class hold only numbers.

    `to_bytes` stores None, bool, int, float, str, bytes and tuples of these; pickle stores whatever
    can be pickled.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it.

    Examples
    --------
    >>> from river import stats

    >>> shift = stats.Shift(2, fill_value=0)
    >>> for x in [3, 5.5, 4, 6]:
    ...     shift.update(x)
    ...     print(shift.get())
    0
    0
    3
    5.5

    >>> shift = stats.Shift(1)
    >>> for x in ["sunny", "cloudy", "rainy"]:
    ...     shift.update(x)
    ...     print(shift.get())
    None
    sunny
    cloudy

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

    def __init__(self, amount: int = 1, fill_value: Any = None) -> None:
        super().__init__(amount, fill_value)

    @property
    def name(self) -> str:
        return f"shift_{self.amount}"
