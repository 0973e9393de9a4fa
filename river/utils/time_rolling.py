"""Any statistic over a sliding window by time."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, overload

from river.stats import base
from river.stats._rust_stats import RsSpan, RsStep, RsTimeRolling, adopt_window

from . import _strategies as engines
from ._factory import check_least, checked_length, is_number, length_of, refuse_panes, shown
from ._own import OwnSliding
from ._window import BaseRolling, Windowed

__all__ = ["TimeRolling"]

_T = TypeVar("_T")


class TimeRolling(Windowed, RsTimeRolling, BaseRolling[_T]):
    """A statistic over the observations of the most recent period.

    The window ends at the latest time seen, whether it came with an observation or with `advance`.
    A late observation is inserted where it belongs in time; one that is already outside the window
    is dropped and counted in `n_late`.

    An observation in order is O(1) amortised, a late one O(log n). Order statistics take O(log n)
    either way, and the few statistics that iterate over the window take O(n) when their value is
    requested.

    Parameters
    ----------
    cls
        The class of the statistic; or any class with `update` and `revert`, or with `update` and
        `+=`. `period`, `closed` and `min_samples` are those of the window: a parameter of the
        statistic with the same name is passed through a `functools.partial`, as in
        `functools.partial(Own, closed=True)`. Passing an object instead of a class is deprecated.
    period
        How far back the window reaches: a timedelta, a positive number of seconds, or a string as
        in pandas, such as "5s" or "1h30min".
    closed
        Which ends of the window belong to it: "right", "left", "both" or "neither". If the right
        end does not, an observation counts as soon as a later time is seen.
    min_samples
        How many observations it takes for there to be a value; before, `get` returns None.
    panes
        For a sketch, which has no exact window: into how many parts the period is divided, at least 1. They begin at
        multiples of their length, and the oldest is evicted as a whole, so that the value is that of `period` plus less
        than one part. `closed` must be "right" then.
    **kwargs
        Parameters of the statistic.

    Returns
    -------
    `get` returns what `get` of the statistic returns, None while there are fewer than `min_samples`
    observations in the window.

    Raises
    ------
    ValueError
        If `period` is not positive, or a string that is not a duration, if `closed` is none of the
        four words, or if the class cannot be used in a window; if a sketch is given without
        `panes`, or a class whose windows are exact with `panes`.
    TypeError
        If `t` is not a time: a datetime, a date, a NumPy datetime64, a pandas Timestamp or a number of seconds. Times
        with a time zone, times without one, and numbers cannot be mixed. Times are resolved to the nanosecond.

    Notes
    -----
    Attributes, and calls that fail, behave as in `Rolling`.

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

    A late observation, one that is too late, and a clock that advances:

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
    _kinds = (base.Univariate, base.Bivariate)

    #: How far back the window reaches.
    period: dt.timedelta | float
    #: Which of its ends belong to the window.
    closed: str

    @overload
    def __init__(
        self,
        cls: Callable[..., _T],
        period: dt.timedelta | float | str,
        *,
        closed: str = "right",
        min_samples: int | None = None,
        panes: int | None = None,
        **kwargs: Any,
    ) -> None: ...
    @overload
    def __init__(
        self,
        cls: _T,
        period: dt.timedelta | float | str,
        *,
        closed: str = "right",
        min_samples: int | None = None,
        panes: int | None = None,
    ) -> None: ...
    def __init__(
        self,
        cls: Any,
        period: dt.timedelta | float | str,
        *,
        closed: str = "right",
        min_samples: int | None = None,
        panes: int | None = None,
        **kwargs: Any,
    ) -> None:
        check_least(min_samples)
        length = checked_length("period", period)
        recipe, obj = self._read(cls, kwargs, "period")
        self._make(obj, length, is_number(length), closed, min_samples or 0, panes)
        self._begin(recipe, min_samples)
        self.period, self.closed = length, closed

    @property
    def name(self) -> str:
        """The name of the statistic, with the period and, unless it is the right, the closed end."""
        side = "" if self.closed == "right" else f"_{self.closed}"
        return self._name_with(shown(self.period) + side)

    @property
    def n_late(self) -> int:
        """How many observations came when they were already outside the window."""
        late: int = self._late()
        return late

    def advance(self, t: Any) -> None:
        """Advance the end of the window, so that observations outside it are evicted.

        Parameters
        ----------
        t
            The time, as in `update`. One that is not later than the latest seen changes nothing.

        """
        self._advance(t)

    def _window_params(self) -> dict[str, Any]:
        own = {"period": self.period, "closed": self.closed, "min_samples": self.min_samples}
        return {**own, **self._panes_params()}

    def _read_back(self) -> None:
        _, nanoseconds, _, in_seconds, self.closed, _ = self._bounds()
        self.period = length_of(nanoseconds, in_seconds)


class OwnTimeRolling(OwnSliding, TimeRolling[Any]):
    """A window by time over a class written in Python."""

    def __init__(
        self,
        cls: Any,
        period: dt.timedelta | float | str,
        *,
        closed: str = "right",
        min_samples: int | None = None,
        panes: int | None = None,
        **kwargs: Any,
    ) -> None:
        refuse_panes(panes)
        check_least(min_samples)
        length = checked_length("period", period)
        recipe, engine = self._read(cls, kwargs, "period")
        self._prepare()
        self._span, self._arrivals, self._engine = RsSpan(length, closed), 0, engine
        #: The arguments of the updates, in order of arrival.
        self._events: dict[int, engines.Observation] = {}
        self._begin(recipe, min_samples)
        self.period, self.closed, self._timed = length, closed, engines.is_timed(recipe.make())

    @property
    def n_late(self) -> int:
        """How many observations came when they were already outside the window."""
        late: int = self._span.n_late
        return late

    def __len__(self) -> int:
        return len(self._span)

    def advance(self, t: Any) -> None:
        """Advance the end of the window, so that observations outside it are evicted."""
        with self._lock:
            self._go(self._span.judge(t))

    def _seen(self) -> Iterator[engines.Observation]:
        for arrival in self._span.events():
            yield self._events[arrival]

    def update(self, *args: Any, t: Any, **kwargs: Any) -> None:
        """Update the window with one observation, as the statistic takes it, and its time."""
        with self._lock:
            if self._timed:
                kwargs["t"] = t
            step = self._span.judge(t)
            if step.place == "pending":
                # Refuses what cannot be an observation before the window changes.
                self._recipe.make().update(*args, **kwargs)
            self._go(step, (args, kwargs))

    def _go(self, step: RsStep, new: engines.Observation | None = None) -> None:
        engine = self._engine
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

    def _part(self) -> None:
        super()._part()
        self._span, self._events = copy.copy(self._span), dict(self._events)


TimeRolling._own = OwnTimeRolling
adopt_window(TimeRolling)
