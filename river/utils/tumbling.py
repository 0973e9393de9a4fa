"""Any statistic over windows that follow each other."""

from __future__ import annotations

import copy
import datetime as dt
import inspect
import operator
from typing import Any

from river.stats import _engines as engines
from river.stats import base
from river.stats._rust_stats import RsTumbler

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
        The class of the statistic, or any class with an `update`.
    window_size
        How many observations a window takes, at least 1.
    period
        How long a window is: a timedelta, or a positive number of seconds. Either this or
        `window_size` must be given.
    offset
        Where windows by time start, in the same unit: 0 is the start of 1970, or of the numbers.
    **kwargs
        Parameters of the statistic.

    Returns
    -------
    `update` returns a statistic, or None while no window closes; `get` returns the value of the
    last closed window, None where there is none.

    Raises
    ------
    ValueError
        If not exactly one of `window_size` and `period` is given, or it is not positive.
    TypeError
        If `t` is missing where the windows are by time, or is none; see `TimeRolling`.

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
        **kwargs: Any,
    ) -> None:
        if (window_size is None) == (period is None):
            raise ValueError(f"either window_size or period must be given, got {window_size} and {period}")
        if window_size is not None and operator.index(window_size) < 1:
            raise ValueError(f"window_size must be an integer >= 1, got {window_size}")
        if not inspect.isclass(cls) or not hasattr(cls, "update"):
            raise ValueError(f"utils.TumblingWindow needs a class with an update, got {cls!r}")
        self.cls = cls
        self.window_size = window_size
        self.period = period
        self.offset = offset
        self._kwargs = kwargs
        #: The statistic of the window that is open.
        self.open: Any = cls(**kwargs)
        self._timed = engines.is_timed(self.open)
        #: The statistic of the window that has closed last.
        self.closed: Any = None
        self._seen = 0
        self._tumbler = None if period is None else RsTumbler(period, offset)

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
        if t is not None and self._timed:
            kwargs["t"] = t
        if self._tumbler is None:
            if t is not None and not self._timed:
                raise TypeError("update takes no t here: the windows are by count")
            self.open.update(*args, **kwargs)
            self._seen += 1
            return self._close() if self._seen == self.window_size else None
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
        fresh: Any = self.cls(**self._kwargs)
        fresh.update(*args, **kwargs)
        self._tumbler.advance(t)
        closed = self._close()
        self.open, self._seen = fresh, 1
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
        place = self._tumbler.judge(t)
        if place < 0:
            return None
        self._tumbler.advance(t)
        return self._close() if place > 0 and self._seen else None

    def _close(self) -> Any:
        self.closed, self.open, self._seen = self.open, self.cls(**self._kwargs), 0
        return self.closed

    def get(self) -> Any:
        """Return the value of the window that has closed last, None where there is none."""
        return None if self.closed is None else self.closed.get()

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
        name = getattr(self.open, "name", self.cls.__name__.lower())
        if self.period is None:
            return f"tumbling{name}_{self.window_size}"
        length = self.period
        seconds = length.total_seconds() if isinstance(length, dt.timedelta) else float(length)
        return f"tumbling{name}_{seconds:.15g}s"

    def _get_params(self) -> dict[str, Any]:
        own = ("cls", "window_size", "period", "offset")
        return {name: getattr(self, name) for name in own} | self._kwargs

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> TumblingWindow:
        """Return windows with the same parameters, of which none has begun."""
        params = {name: copy.deepcopy(value) for name, value in self._get_params().items()}
        clone = type(self)(**params | (new_params or {}))
        if include_attributes:
            for name, value in vars(self).items():
                if name not in vars(clone):
                    setattr(clone, name, copy.deepcopy(value))
        return clone

    def __repr__(self) -> str:
        return repr(self.closed) if self.closed is not None else f"{self.cls.__name__}: None"
