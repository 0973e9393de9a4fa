"""Any statistic over the observations of the last while."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import operator
from collections.abc import Callable, Iterator
from typing import Any, Self, TypeVar, overload

from river.stats import base
from river.stats._rust_stats import RsSpan, RsStep, RsTimeRolling

from . import _strategies as engines
from ._factory import check_least
from ._window import BaseRolling, class_for, length_of, plain_length

__all__ = ["TimeRolling"]

_T = TypeVar("_T")


class TimeRolling(RsTimeRolling, BaseRolling[_T]):
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
        `+=`. `period`, `closed` and `min_samples` are those of the window: a parameter of the
        statistic of such a name is passed by a `functools.partial`, as in
        `functools.partial(Own, closed=True)`. An object instead of a class is deprecated.
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

    Notes
    -----
    Attributes, and calls that fail, are as for `Rolling`.

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
    _univariate = base.Univariate

    def __new__(cls, /, *args: Any, **kwargs: Any) -> Self:
        statistic = args[0] if args else kwargs.get("cls")
        if statistic is not None:
            cls = class_for(cls, statistic, cls._univariate)
        return super().__new__(cls)

    @overload
    def __init__(
        self,
        cls: Callable[..., _T],
        period: dt.timedelta | float,
        *,
        closed: str = "right",
        min_samples: int | None = None,
        **kwargs: Any,
    ) -> None: ...
    @overload
    def __init__(
        self,
        cls: _T,
        period: dt.timedelta | float,
        *,
        closed: str = "right",
        min_samples: int | None = None,
    ) -> None: ...
    def __init__(
        self,
        cls: Any,
        period: dt.timedelta | float,
        *,
        closed: str = "right",
        min_samples: int | None = None,
        **kwargs: Any,
    ) -> None:
        check_least(min_samples)
        recipe, obj, engine = self._read(cls, kwargs, "period")
        if engine is None:
            obj._roll_in_time(self, period, closed, min_samples or 0)
        else:
            self._span, self._arrivals = RsSpan(period, closed), 0
            #: The arguments of the updates, by the order of their arrival.
            self._events: dict[int, engines.Observation] = {}
        self._begin(recipe, obj, engine, min_samples)
        self.period, self.closed, self._timed = period, closed, engines.is_timed(obj)

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
            self._alone(lambda: self._go(self._span.judge(t)))

    def _seen(self) -> Iterator[engines.Observation]:
        for arrival in self._span.events():
            yield self._events[arrival]

    def _update(self, *args: Any, t: Any, **kwargs: Any) -> None:
        if self._timed:
            kwargs["t"] = t
        step = self._span.judge(t)
        if step.place == "pending":
            # Refuses what cannot be an observation before the window has changed.
            self._recipe.make().update(*args, **kwargs)
        self._go(step, (args, kwargs))

    def _go(self, step: RsStep, new: engines.Observation | None = None) -> None:
        engine = self._engine
        assert engine is not None
        waited, leaving = ([self._events[arrival] for arrival in some] for some in (step.entering, step.leaving))
        coming = new if step.place in ("now", "late") else None
        kept = itertools.islice(itertools.chain(self._seen(), waited, [coming] if coming else []), len(leaving), None)
        try:
            engine.turn(waited, leaving, coming, kept, step.place == "late")
        except BaseException:
            engine.restore(self._seen())
            raise
        for arrival in (*step.leaving, *step.dropped):
            del self._events[arrival]
        if new is None:
            self._span.go(step)
            return
        self._span.go(step, self._arrivals)
        if step.place != "over":
            self._events[self._arrivals] = new
        self._arrivals += 1

    def _window_params(self) -> dict[str, Any]:
        return {"period": self.period, "closed": self.closed, "min_samples": self.min_samples}

    def _part(self) -> None:
        self._span, self._events = copy.copy(self._span), dict(self._events)

    def _own_state(self) -> tuple[Any, ...]:
        events = [(arrival, args, tuple(kwargs.items())) for arrival, (args, kwargs) in self._events.items()]
        return plain_length(self.period), self.closed, self._span.__getstate__(), self._arrivals, tuple(events)

    @staticmethod
    def _own_window(state: Any) -> tuple[dict[str, Any], Callable[[Any], None]]:
        period, closed, span, arrivals, events = state

        def fill(window: Any) -> None:
            reach = window._span.reach
            window._span.__setstate__(span)
            window._events = {arrival: (args, dict(kwargs)) for arrival, args, kwargs in events}
            window._arrivals = operator.index(arrivals)
            inside, waiting = window._span.events(), window._span.pending()
            if window._span.reach != reach:
                raise ValueError("its span is that of another window")
            if sorted(window._events) != sorted(inside + waiting):
                raise ValueError("its events are not those of the span")
            if not max(window._events, default=-1) < window._arrivals < 1 << 62:
                raise ValueError("its events are not those that arrived")
            for arrival in inside:
                window._engine.enter(window._events[arrival])
            for arrival in waiting:
                args, kwargs = window._events[arrival]
                window._recipe.make().update(*args, **kwargs)

        return {"period": length_of(period), "closed": closed}, fill

    def _fill(self, obj: Any, data: bytes) -> None:
        obj._roll_in_time(self, 1, "right", 0, data)

    def _read_back(self) -> None:
        nanoseconds, self.closed = self._reach()
        microseconds, rest = divmod(nanoseconds, 1000)
        # A timedelta counts whole microseconds, and less than 3e12 years of them.
        is_delta = not rest and microseconds <= dt.timedelta.max // dt.timedelta(microseconds=1)
        self.period = dt.timedelta(microseconds=microseconds) if is_delta else nanoseconds / 10**9
        self._timed = False
