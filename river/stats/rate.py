from __future__ import annotations

from . import base
from ._rust_stats import RsRate

__all__ = ["Rate"]


class Rate(RsRate, base.Univariate[float]):  # pyright: ignore[reportIncompatibleMethodOverride] - it sees times
    """Events a second, from their timestamps.

    The number of intervals between the events, divided by the time that they span. `update(t)`
    takes the time of an event: a datetime, a NumPy datetime64 or a pandas Timestamp, or a number of
    seconds (or a timedelta) from any start. Datetimes count to the nanosecond. The events may come
    in any order. `update` and `get` are O(1).

    Returns
    -------
    `get` returns a float: 0 where fewer than two events have been seen, inf if all of several
    events were at the same time.

    Raises
    ------
    TypeError
        By `update`, if datetimes with a time zone, datetimes without one, and numbers are mixed.
    ValueError
        By `update`, if a time is NaN, infinite or NaT.

    Notes
    -----
    The relative error is below 5e-16, as long as the time between the events is in range.

    Examples
    --------
    >>> from river import stats

    >>> rate = stats.Rate()
    >>> for t in [10.0, 10.5, 12.0]:
    ...     rate.update(t)
    ...     print(rate.get())
    0.0
    2.0
    1.0

    >>> import datetime

    >>> rate = stats.Rate()
    >>> for minute in range(3):
    ...     rate.update(datetime.datetime(2024, 3, 1, 12, minute))
    >>> rate.get() * 60
    1.0

    """

    def __init__(self) -> None:
        super().__init__()
