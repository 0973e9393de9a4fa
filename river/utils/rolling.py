"""Any statistic over a sliding window, by count or by time."""

from __future__ import annotations

import collections
import copy
import datetime as dt
import inspect
import operator
import sys
from collections.abc import Callable, Iterable, Sized
from typing import Any, Self

from river.stats import _engines as engines
from river.stats import base
from river.stats._rust_stats import RsRolling, RsSpan, RsTimeRolling
from river.stats._window import Window, class_for, length_of, plain_length

__all__ = ["Rolling", "TimeRolling"]


class Rolling(RsRolling, Window):
    """A statistic over the newest observations.

    At any moment its value is that of a statistic that has seen these alone, in their order:
    what has left the window leaves no trace, be it large, infinite or NaN. The estimates
    `Quantile`, `IQR` and `MAD` are exact in a window.

    Statistics that can be merged are, never subtracted: an update is O(1), without exception. Order
    statistics take O(log window_size), and the few others go through the window when they are
    asked for their value.

    Parameters
    ----------
    cls
        The class of the statistic; or any class with `update` and `revert`, or with `update` and
        `+=`. A `functools.partial` of it where a parameter is called as one of these is, as in
        `functools.partial(stats.RollingMax, window_size=3)`. An object is deprecated.
    window_size
        How many observations are looked at, at least 1.
    min_samples
        How many observations it takes for there to be a value; before, `get` returns None.
    **kwargs
        Parameters of the statistic.

    Returns
    -------
    `get` returns what it returns of the statistic, None while there are fewer than `min_samples`
    observations in the window.

    Raises
    ------
    ValueError
        If `window_size` is below 1, or the class cannot be rolled.

    Examples
    --------
    >>> from river import stats, utils

    >>> mean = utils.Rolling(stats.Mean, window_size=3)
    >>> for x in [1, float("inf"), 2, 3, 4, 5, 6]:
    ...     mean.update(x)
    ...     print(mean.get())
    1.0
    inf
    inf
    inf
    3.0
    4.0
    5.0

    Parameters of the statistic are passed by name, weights as to the statistic itself:

    >>> var = utils.Rolling(stats.Var, window_size=2, ddof=0)
    >>> var.update(1.0, w=2)
    >>> var.update(4.0)
    >>> var.get()
    2.0
    >>> var.name
    'rollingvar_2'

    References
    ----------
    [^1]: K. Tangwongsan, M. Hirzel and S. Schneider, "In-order sliding-window aggregation in
    worst-case constant time", The VLDB Journal 30 (2021), 933-957.

    """

    _public = "Rolling"

    def __new__(cls, /, *args: Any, **kwargs: Any) -> Self:
        statistic = args[0] if args else kwargs.get("cls")
        if statistic is not None:
            cls = class_for(cls, statistic, base.RollingUnivariate)
        return super().__new__(cls)

    def __init__(self, cls: Any, window_size: int, *, min_samples: int | None = None, **kwargs: Any) -> None:
        obj = self._prepare(cls, min_samples, kwargs, "window_size")
        self._window_size = operator.index(window_size)
        if self._window_size < 1:
            raise ValueError(f"window_size must be an integer >= 1, got {window_size}")
        if min_samples is not None and min_samples > window_size:
            raise ValueError(
                f"min_samples must be at most window_size, got {min_samples} with a window_size of {window_size}"
            )
        self._engine = None
        timed = engines.is_timed(obj)
        if engines.is_own(obj) and not timed:
            obj._roll(self, self._window_size, min_samples or 0)
        else:
            given = not inspect.isclass(cls)
            self._engine = engines.engine(self._make, obj, given, timed)
            #: The arguments of the updates that are in the window.
            self._kept: collections.deque[engines.Observation] = collections.deque(
                maxlen=min(self._window_size, sys.maxsize)
            )

    @property
    def window_size(self) -> int:
        """How many observations are looked at."""
        return self._window_size

    @property
    def name(self) -> str:
        """The name of the statistic, with the size of its window."""
        return self._name_with(str(self.window_size))

    @property
    def window(self) -> Sized:
        """Something as long as the window, which is all that can be asked of it."""
        return self

    def __len__(self) -> int:
        return self._len() if self._engine is None else len(self._kept)

    def _seen(self) -> Iterable[engines.Observation]:
        return self._kept

    def _update(self, *args: Any, **kwargs: Any) -> None:
        new, window = (args, kwargs), self._kept
        assert self._engine is not None
        if len(window) < self._window_size:
            self._engine.enter(new)
        else:
            kept = iter(window)
            self._engine.slide(next(kept), new, kept)
        window.append(new)

    def _window_params(self) -> dict[str, Any]:
        return {"window_size": self.window_size, "min_samples": self.min_samples}

    def _part(self) -> None:
        self._kept = self._kept.copy()

    def _own_state(self) -> tuple[Any, ...]:
        return self._window_size, tuple((args, tuple(kwargs.items())) for args, kwargs in self._kept)

    @staticmethod
    def _own_window(state: Any) -> tuple[dict[str, Any], Callable[[Any], None]]:
        window_size, kept = state

        def fill(window: Any) -> None:
            for args, kwargs in kept:
                window.update(*args, **dict(kwargs))

        return {"window_size": window_size}, fill

    def _fill(self, obj: Any, data: bytes) -> None:
        obj._roll(self, 1, 0, data)

    def _read_back(self) -> None:
        self._window_size = self._reach()[0]


class TimeRolling(RsTimeRolling, Window):
    """A statistic over the observations of the last while.

    The window ends at the latest time seen, whether it came with an observation or with `advance`.
    An observation that comes late is put where it belongs; one that is outside the window already
    is dropped and counted.

    An observation in order is O(1) amortised, a late one O(log n). Order statistics take O(log n)
    either way, and the few statistics that go through the window take O(n) when they are asked
    for their value.

    Parameters
    ----------
    cls
        The class of the statistic; or any class with `update` and `revert`, or with `update` and
        `+=`. An object instead of a class is deprecated.
    period
        How far back the window reaches: a timedelta, or a positive number of seconds.
    closed
        Which ends of the window belong to it: "right", "left", "both" or "neither". While the right
        end does not, an observation counts as soon as a later time is seen.
    min_samples
        How many observations it takes for there to be a value; before, `get` returns None.
    **kwargs
        Parameters of the statistic.

    Returns
    -------
    `get` returns what it returns of the statistic, None while there are fewer than `min_samples`
    observations in the window.

    Raises
    ------
    ValueError
        If `period` is not positive, `closed` is none of the four words, or the class cannot be
        rolled.
    TypeError
        If a time is none: `t` is a datetime, a NumPy datetime64, a pandas Timestamp or a number of
        seconds, and times with a time zone, without, and numbers are never mixed. A nanosecond is
        the shortest time that makes a difference.

    Examples
    --------
    >>> import datetime as dt
    >>> from river import stats, utils

    >>> X = {
    ...     dt.datetime(2019, 1, 1): 1,
    ...     dt.datetime(2019, 1, 2): 5,
    ...     dt.datetime(2019, 1, 3): 9,
    ...     dt.datetime(2019, 1, 4): 13,
    ... }
    >>> mean = utils.TimeRolling(stats.Mean, period=dt.timedelta(days=3))
    >>> for t, x in X.items():
    ...     mean.update(x, t=t)
    ...     print(mean.get())
    1.0
    3.0
    5.0
    9.0

    A late observation, one that is too late, and a clock that goes on:

    >>> mean.update(15, t=dt.datetime(2019, 1, 2, 12))
    >>> mean.get()
    10.5
    >>> mean.update(100, t=dt.datetime(2019, 1, 1))
    >>> mean.n_late
    1
    >>> mean.advance(dt.datetime(2019, 1, 6))
    >>> mean.get()
    13.0

    """

    _public = "TimeRolling"

    def __new__(cls, /, *args: Any, **kwargs: Any) -> Self:
        statistic = args[0] if args else kwargs.get("cls")
        if statistic is not None:
            cls = class_for(cls, statistic, base.Univariate)
        return super().__new__(cls)

    def __init__(
        self,
        cls: Any,
        period: dt.timedelta | float,
        *,
        closed: str = "right",
        min_samples: int | None = None,
        **kwargs: Any,
    ) -> None:
        obj = self._prepare(cls, min_samples, kwargs, "period")
        self.period = period
        self.closed = closed
        self._engine = None
        self._timed = engines.is_timed(obj)
        if engines.is_own(obj) and not self._timed:
            obj._roll_in_time(self, period, closed, min_samples or 0)
        else:
            self._span = RsSpan(period, closed)
            self._events: dict[int, engines.Observation] = {}
            self._arrivals = 0
            given = not inspect.isclass(cls)
            self._engine = engines.engine(self._make, obj, given, self._timed)

    @property
    def name(self) -> str:
        """The name of the statistic, with the period and, unless it is the right, the closed end."""
        period = self.period
        seconds = period.total_seconds() if isinstance(period, dt.timedelta) else float(period)
        side = "" if self.closed == "right" else f"_{self.closed}"
        return self._name_with(f"{seconds:.15g}s{side}")

    @property
    def n_late(self) -> int:
        """How many observations came when they were already outside the window."""
        return self._late() if self._engine is None else self._span.n_late

    def __len__(self) -> int:
        return self._len() if self._engine is None else len(self._span)

    def advance(self, t: Any) -> None:
        """Move the end of the window, so that what is outside then leaves.

        Parameters
        ----------
        t
            The time, as in `update`. One that is not later than the latest seen changes nothing.

        """
        if self._engine is None:
            self._advance(t)
        else:
            self._alone(lambda: self._turn(*self._span.advance(t)))

    def _seen(self) -> Iterable[engines.Observation]:
        return [self._events[arrival] for arrival in self._span.events()]

    def _update(self, *args: Any, t: Any, **kwargs: Any) -> None:
        assert self._engine is not None
        if self._timed:
            kwargs["t"] = t
        new: engines.Observation = (args, kwargs)
        place = self._span.judge(t)
        if place == "now":
            self._engine.enter(new)
        elif place == "late":
            self._engine.enter(new, late=True)
        elif place == "pending":
            # Refuses what cannot be an observation before the window has changed.
            self._make().update(*args, **kwargs)
        arrival = self._arrivals
        self._arrivals += 1
        if place != "over":
            self._events[arrival] = new
        entering, leaving = self._span.update(t, arrival)
        self._turn([other for other in entering if other != arrival], leaving)

    def _turn(self, entering: list[int], leaving: list[int]) -> None:
        assert self._engine is not None
        for arrival in entering:
            self._engine.enter(self._events[arrival], late=True)
        self._engine.leave([self._events.pop(arrival) for arrival in leaving], self._seen())

    def _window_params(self) -> dict[str, Any]:
        return {"period": self.period, "closed": self.closed, "min_samples": self.min_samples}

    def _part(self) -> None:
        self._span, self._events = copy.copy(self._span), dict(self._events)

    def _own_state(self) -> tuple[Any, ...]:
        events = [(arrival, args, tuple(kwargs.items())) for arrival, (args, kwargs) in self._events.items()]
        return plain_length(self.period), self.closed, self._span.__reduce__()[2], self._arrivals, tuple(events)

    @staticmethod
    def _own_window(state: Any) -> tuple[dict[str, Any], Callable[[Any], None]]:
        period, closed, span, arrivals, events = state

        def fill(window: Any) -> None:
            window._span.__setstate__(span)
            window._events = {arrival: (args, dict(kwargs)) for arrival, args, kwargs in events}
            window._arrivals = max([operator.index(arrivals), *(arrival + 1 for arrival in window._events)])
            for arrival in window._span.events():
                window._engine.enter(window._events[arrival])

        return {"period": length_of(period), "closed": closed}, fill

    def _fill(self, obj: Any, data: bytes) -> None:
        obj._roll_in_time(self, 1, "right", 0, data)

    def _read_back(self) -> None:
        nanoseconds, self.closed = self._reach()
        self.period = dt.timedelta(microseconds=nanoseconds / 1000)
        self._timed = False
