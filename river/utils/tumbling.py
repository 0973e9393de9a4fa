"""Any statistic over consecutive windows that do not overlap."""

from __future__ import annotations

import copy
import datetime as dt
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from river.stats import base
from river.stats._rust_stats import RsTumbler, RsTumblingWindow, adopt_window

from . import _strategies as engines
from ._factory import (
    Recipe,
    check_least,
    check_statistic,
    checked_length,
    checked_size,
    is_number,
    length_of,
    parted,
    shown,
    unwrapped,
)
from ._own import Own
from ._window import Windowed

__all__ = ["TumblingWindow"]

_T = TypeVar("_T")


class TumblingWindow(Windowed, RsTumblingWindow, base.Statistic[Any], Generic[_T]):
    """A statistic that starts anew with each window; every observation belongs to exactly one window.

    A window by count closes with its last observation. A window by time starts at a multiple of
    `period`, excludes its end, and closes when a time at or after its end is seen; empty windows
    are skipped. `update` returns the statistic of the window that has just closed. An update costs
    the same as one of the statistic.

    Parameters
    ----------
    cls
        The class of the statistic, or any class with an `update`. `window_size`, `period`, `offset`
        and `min_samples` are those of the windows: a parameter of the statistic with the same name
        is passed through a `functools.partial`, as in
        `functools.partial(stats.RollingMax, window_size=3)`.
    window_size
        How many observations a window takes, at least 1.
    period
        How long a window is: a timedelta, a positive number of seconds, or a string as in pandas,
        such as "5s" or "1h30min". Either this or `window_size` must be given.
    min_samples
        How many observations it takes for a closed window to have a value.
    offset
        Where windows by time start, in the same unit: 0 is the start of 1970, or the number 0.
    **kwargs
        Parameters of the statistic.

    Returns
    -------
    `update` returns a statistic, or None if no window closes; `get` returns the value of the last
    closed window, None if there is none or it had fewer than `min_samples` observations.

    Raises
    ------
    ValueError
        If not exactly one of `window_size` and `period` is given, or it is not positive.
    TypeError
        If `t` is missing although the windows are by time, or is not a time; see `TimeRolling`.

    Notes
    -----
    An update that fails leaves the windows unchanged. If a user-defined `update` fails after it has
    changed its object, that change stays until the window closes.

    Examples
    --------
    >>> import datetime as dt
    >>> from river import stats, utils

    >>> mean = utils.TumblingWindow(stats.Mean, window_size=2)
    >>> for x in [1, 2, 3, 4, 5]:
    ...     if closed := mean.update(x):
    ...         print(closed)
    Mean: 1.5
    Mean: 3.5
    >>> mean.get(), mean.open
    (3.5, Mean: 5.)

    >>> peak = utils.TumblingWindow(stats.Max, period=dt.timedelta(hours=1))
    >>> peak.update(20, t=dt.datetime(2024, 5, 1, 12, 10))
    >>> peak.update(25, t=dt.datetime(2024, 5, 1, 12, 50))
    >>> peak.update(21, t=dt.datetime(2024, 5, 1, 14, 5))
    Max: 25.
    >>> peak.advance(dt.datetime(2024, 5, 1, 15))
    Max: 21.

    """

    _public = "TumblingWindow"

    #: How many observations a window takes, None if windows are by time.
    window_size: int | None
    #: How long a window is, None if windows are by count.
    period: dt.timedelta | float | None
    #: Where windows by time start.
    offset: dt.timedelta | float

    if TYPE_CHECKING:
        # The method of the class in Rust, with a return type that follows from the statistic.
        def update(self, *args: Any, **kwargs: Any) -> _T | None: ...

    def __init__(
        self,
        cls: Callable[..., _T],
        window_size: int | None = None,
        period: dt.timedelta | float | str | None = None,
        *,
        offset: dt.timedelta | float | str = 0.0,
        min_samples: int | None = None,
        **kwargs: Any,
    ) -> None:
        window_size = checked_ends(cls, window_size, period, min_samples)
        reach = None if period is None else checked_length("period", period)
        begins = checked_length("offset", offset)
        recipe = Recipe(cls, kwargs, "TumblingWindow")
        check_statistic(recipe, vars(self).get("_recipe"))
        self._make(recipe.make(), window_size, reach, is_number(reach), begins, min_samples or 0)
        self._begin(recipe, min_samples)
        self.window_size, self.period, self.offset = window_size, reach, begins

    @property
    def open(self) -> _T:
        """The statistic of the window that is open."""
        found: _T = self._current(self._recipe.cls)
        return found

    @property
    def closed(self) -> _T | None:
        """The statistic of the window that closed last, None if there is none."""
        found: _T | None = self._closed(self._recipe.cls)
        return found

    def advance(self, t: Any) -> _T | None:
        """Advance the clock, so that the open window closes if it has ended.

        Parameters
        ----------
        t
            The time. One before the open window changes nothing.

        Returns
        -------
        The statistic of the window that has closed, None if none has.

        """
        closed: _T | None = self._advance(t)
        return closed

    @property
    def n(self) -> int:
        """How many observations are in the open window."""
        n: int = self._len()
        return n

    def get_or(self, default: Any) -> Any:
        """Return the value of the window that closed last, or the default."""
        value = self.get()
        return default if value is None else value

    @property
    def n_late(self) -> int:
        """How many observations came after their window had closed."""
        late: int = self._late()
        return late

    @property
    def name(self) -> str:
        """The name of the statistic, with the length of the windows."""
        return f"tumbling{self._recipe.name}_{self.window_size if self.period is None else shown(self.period)}"

    def _window_params(self) -> dict[str, Any]:
        own = ("window_size", "period", "offset", "min_samples")
        return {name: getattr(self, name) for name in own}

    def _read_back(self) -> None:
        self.window_size, period, offset, in_seconds, _, _ = self._bounds()
        self.period = None if period is None else length_of(period, in_seconds)
        self.offset = length_of(offset, in_seconds or not offset)

    def __repr__(self) -> str:
        closed = self.closed
        return repr(closed) if closed is not None else f"{self._recipe.cls.__name__}: None"


def checked_ends(cls: Any, window_size: Any, period: Any, min_samples: Any) -> int | None:
    """Return the number of observations in a window, if there is one."""
    if (window_size is None) == (period is None):
        raise ValueError(f"either window_size or period must be given, got {window_size} and {period}")
    size = None if window_size is None else checked_size(window_size)
    check_least(min_samples, size)
    if not inspect.isclass(unwrapped(cls)):
        raise ValueError(f"utils.TumblingWindow needs a class with an update, got {cls!r}")
    return size


class OwnTumblingWindow(Own, TumblingWindow[Any]):
    """Consecutive windows over a class written in Python."""

    open: Any = None
    closed: Any = None

    def __init__(
        self,
        cls: Any,
        window_size: int | None = None,
        period: dt.timedelta | float | str | None = None,
        *,
        offset: dt.timedelta | float | str = 0.0,
        min_samples: int | None = None,
        **kwargs: Any,
    ) -> None:
        window_size = checked_ends(cls, window_size, period, min_samples)
        reach = None if period is None else checked_length("period", period)
        begins = checked_length("offset", offset)
        recipe = Recipe(cls, kwargs, "TumblingWindow")
        opened = recipe.make()
        self._tumbler = None if reach is None else RsTumbler(reach, begins)
        self._prepare()
        self._begin(recipe, min_samples)
        self.window_size, self.period, self.offset = window_size, reach, begins
        self.open, self.closed, self._timed = opened, None, engines.is_timed(opened)
        self._seen = self._seen_closed = 0

    def update(self, *args: Any, t: Any = None, **kwargs: Any) -> Any:
        """Update the windows with one observation, as the statistic takes it, and its time."""
        with self._lock:
            return self._update(args, kwargs, t)

    def _update(self, args: tuple[Any, ...], kwargs: dict[str, Any], t: Any) -> Any:
        if t is not None and self._timed:
            kwargs["t"] = t
        if self._tumbler is None:
            if t is not None and not self._timed:
                raise TypeError("update takes no t here: the windows are by count")
            fresh = self._recipe.make() if self._seen + 1 == self.window_size else None
            self.open.update(*args, **kwargs)
            self._seen += 1
            return None if fresh is None else self._close(fresh)
        if t is None:
            raise TypeError("update is missing t, the time of the observation")
        place = self._tumbler.judge(t)
        if place < 0:
            self._tumbler.advance(t)
            return None
        if place == 0 or not self._seen:
            self.open.update(*args, **kwargs)
            self._tumbler.advance(t)
            self._seen += 1
            return None
        fresh = self._recipe.make()
        fresh.update(*args, **kwargs)
        self._tumbler.advance(t)
        closed = self._close(fresh)
        self._seen = 1
        return closed

    def advance(self, t: Any) -> Any:
        """Advance the clock, so that the open window closes if it has ended."""
        if self._tumbler is None:
            raise TypeError("windows by count have no clock")
        with self._lock:
            place = self._tumbler.judge(t)
            if place < 0:
                return None
            fresh = self._recipe.make() if place > 0 and self._seen else None
            self._tumbler.advance(t)
            return None if fresh is None else self._close(fresh)

    def _close(self, fresh: Any) -> Any:
        self.closed, self._seen_closed = self.open, self._seen
        self.open, self._seen = fresh, 0
        return self.closed

    def get(self) -> Any:
        """Return the value of the window that closed last, None if there is none."""
        with self._lock:
            if self.closed is None or self._seen_closed < (self.min_samples or 0):
                return None
            return self.closed.get()

    @property
    def n(self) -> int:
        """How many observations are in the open window."""
        return self._seen

    @property
    def n_late(self) -> int:
        """How many observations came after their window had closed."""
        return 0 if self._tumbler is None else self._tumbler.n_late

    def _part(self) -> None:
        self.open, self._tumbler = parted(self.open), copy.copy(self._tumbler)


TumblingWindow._own = OwnTumblingWindow
adopt_window(TumblingWindow)
