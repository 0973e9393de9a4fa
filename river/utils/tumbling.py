"""Any statistic over windows that follow each other."""

from __future__ import annotations

import copy
import datetime as dt
import inspect
import operator
import sys
import threading
from typing import Any, Self

from river.stats import base
from river.stats._rust_stats import RsTumbler, accumulate_rows, seal, unseal, update_rows

from . import _strategies as engines
from ._factory import Recipe, check_least, checked_size, public_class, unwrapped
from ._window import UNREADABLE, length_of, plain_length

__all__ = ["TumblingWindow"]


class TumblingWindow(base.Statistic[Any]):
    """A statistic that starts anew with each window; every observation belongs to one window.

    A window by count closes with its last observation. One by time is the period from a multiple of
    `period` on, its end excluded, and closes when a time at or after its end is seen; windows in
    which nothing happened are left out. `update` returns the statistic of the window that has just
    closed. An update costs what it costs the statistic.

    Parameters
    ----------
    cls
        The class of the statistic, or any class with an `update`. `window_size`, `period`, `offset`
        and `min_samples` are those of the windows: a parameter of the statistic of such a name is
        passed by a `functools.partial`, as in `functools.partial(stats.RollingMax, window_size=3)`.
    window_size
        How many observations a window takes, at least 1.
    period
        How long a window is: a timedelta, or a positive number of seconds. Either this or
        `window_size` must be given.
    min_samples
        How many observations it takes for a closed window to have a value.
    offset
        Where windows by time start, in the same unit: 0 is the start of 1970, or of the numbers.
    **kwargs
        Parameters of the statistic.

    Returns
    -------
    `update` returns a statistic, or None while no window closes; `get` returns the value of the
    last closed window, None where there is none or it had fewer than `min_samples` observations.

    Raises
    ------
    ValueError
        If not exactly one of `window_size` and `period` is given, or it is not positive.
    TypeError
        If `t` is missing where the windows are by time, or is none; see `TimeRolling`.

    Notes
    -----
    An update that fails leaves the windows what they were. Where an `update` of one's own fails
    after it has changed its object, that change stays until the window closes.

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

    def __init__(
        self,
        cls: Any,
        window_size: int | None = None,
        period: dt.timedelta | float | None = None,
        *,
        offset: dt.timedelta | float = 0.0,
        min_samples: int | None = None,
        **kwargs: Any,
    ) -> None:
        if (window_size is None) == (period is None):
            raise ValueError(f"either window_size or period must be given, got {window_size} and {period}")
        if window_size is not None:
            window_size = checked_size(window_size)
        check_least(min_samples, window_size)
        if not inspect.isclass(unwrapped(cls)):
            raise ValueError(f"utils.TumblingWindow needs a class with an update, got {cls!r}")
        recipe = Recipe(cls, kwargs, "TumblingWindow")
        opened = recipe.make()
        self._tumbler = None if period is None else RsTumbler(period, offset)
        self._recipe = recipe
        self.window_size = window_size
        self.period = period
        self.offset = offset
        self.min_samples = min_samples
        #: The statistic of the window that is open.
        self.open: Any = opened
        self._timed = engines.is_timed(opened)
        #: The statistic of the window that has closed last.
        self.closed: Any = None
        self._seen = self._seen_closed = 0
        # The same thread comes back to it: a batch is taken in by a copy, observation by observation.
        self._lock = threading.RLock()

    @property
    def cls(self) -> Any:
        """The class of the statistic."""
        return self._recipe.statistic

    def update(self, *args: Any, t: Any = None, **kwargs: Any) -> Any:
        """Take one observation in.

        Parameters
        ----------
        *args
        **kwargs
            The observation, as the statistic takes it.
        t
            Its time, where the windows are by time. One before the open window is dropped and
            counted.

        Returns
        -------
        The statistic of the window that has closed, None if none has.

        """
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
            raise TypeError("update misses t, the time of the observation")
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
        """Move the clock, so that the open window closes if it has ended.

        Parameters
        ----------
        t
            The time. One before the open window changes nothing.

        Returns
        -------
        The statistic of the window that has closed, None if none has.

        """
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
        """Return the value of the window that has closed last, None where there is none."""
        with self._lock:
            if self.closed is None or self._seen_closed < (self.min_samples or 0):
                return None
            return self.closed.get()

    def update_many(self, *columns: Any, t: Any = None, **named: Any) -> None:
        """Take many observations in, as one `update` each would; all of them or, on an error, none.

        Parameters
        ----------
        *columns
        **named
            Columns as the statistic's `update_many` takes them.
        t
            A column of times, where the windows are by time.

        """
        with self._lock:
            update_rows(self, *columns, **named, **({} if t is None else {"t": t}))

    def accumulate(self, *columns: Any, t: Any = None, **named: Any) -> Any:
        """Take many observations in and return the value of `get` after each.

        Parameters
        ----------
        *columns
        **named
            Columns as the statistic's `accumulate` takes them.
        t
            A column of times, where the windows are by time.

        Returns
        -------
        A NumPy array as long as the column, NaN where `get` returns None; or an iterator, if a
        column is one.

        """
        with self._lock:
            return accumulate_rows(self, *columns, **named, **({} if t is None else {"t": t}))

    @property
    def n(self) -> int:
        """How many observations are in the open window."""
        return self._seen

    def get_or(self, default: Any) -> Any:
        """Return the value of the window that has closed last, or the default."""
        value = self.get()
        return default if value is None else value

    @property
    def n_late(self) -> int:
        """How many observations came after their window had closed."""
        return 0 if self._tumbler is None else self._tumbler.n_late

    @property
    def name(self) -> str:
        """The name of the statistic, with the length of the windows."""
        name = self._recipe.name
        if self.period is None:
            return f"tumbling{name}_{self.window_size}"
        length = self.period
        seconds = length.total_seconds() if isinstance(length, dt.timedelta) else float(length)
        return f"tumbling{name}_{seconds:.15g}s"

    def _get_params(self) -> dict[str, Any]:
        own = ("cls", "window_size", "period", "offset", "min_samples")
        return {name: getattr(self, name) for name in own} | self._recipe.passed

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> TumblingWindow:
        """Return windows with the same parameters, of which none has begun."""
        params = {name: copy.deepcopy(value) for name, value in self._get_params().items()}
        clone = type(self)(**params | (new_params or {}))
        if include_attributes:
            for name, value in vars(self).items():
                if name not in vars(clone):
                    setattr(clone, name, copy.deepcopy(value))
        return clone

    def __copy__(self) -> TumblingWindow:
        # Two of them share nothing that changes.
        new = type(self).__new__(type(self))
        apart = {"open": engines.parted(self.open), "_tumbler": copy.copy(self._tumbler)}
        new.__setstate__(self.__getstate__() | apart)
        return new

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).setdefault("_lock", threading.RLock())
        vars(self).update(state)

    def to_bytes(self) -> bytes:
        """Return parameters and state as bytes that `from_bytes` reads.

        Raises
        ------
        TypeError
            If the statistic has no `to_bytes` or is not of this package. Pickle holds any.

        """
        statistic = self._recipe.public_name
        if statistic is None:
            raise TypeError(f"to_bytes holds no windows of {self._recipe.cls.__name__}: pickle does")
        with self._lock:
            closed = None if self.closed is None else self.closed.to_bytes()
            clock = None if self._tumbler is None else self._tumbler.__getstate__()
            counts = (self._seen, self._seen_closed)
            own = (self.window_size, plain_length(self.period), plain_length(self.offset), self.min_samples)
            return seal("TumblingWindow", (statistic, own, self.open.to_bytes(), closed, clock, counts))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the windows that `to_bytes` made the bytes of.

        Raises
        ------
        ValueError
            If the bytes were changed or cut off, or are those of something else.

        """
        state = unseal("TumblingWindow", data)
        try:
            name, (window_size, period, offset, min_samples), opened, closed, clock, counts = state
            statistic: Any = public_class(name)
            opened = statistic.from_bytes(opened)
            lengths = {"period": length_of(period), "offset": length_of(offset)}
            new = cls(statistic, window_size, **lengths, min_samples=min_samples, **opened._get_params())
            new.open, new.closed = opened, None if closed is None else statistic.from_bytes(closed)
            new._seen, new._seen_closed = (operator.index(count) for count in counts)
            if new._tumbler is not None:
                lengths_given = new._tumbler.lengths
                new._tumbler.__setstate__(clock)
                if new._tumbler.lengths != lengths_given:
                    raise ValueError("its clock is that of other windows")
            if not (0 <= new._seen < (window_size or sys.maxsize) and new._seen_closed >= 0):
                raise ValueError("a window of more observations than it takes")
        except UNREADABLE as error:
            raise ValueError(f"not a valid state of TumblingWindow: {error}") from error
        return new

    def __repr__(self) -> str:
        return repr(self.closed) if self.closed is not None else f"{self._recipe.cls.__name__}: None"
