"""Any statistic over a sliding window, by count; and what annotations of windows need."""

from __future__ import annotations

import collections
import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar, overload, runtime_checkable

from river.stats import base
from river.stats._rust_stats import RsRolling, adopt_window

from . import _strategies as engines
from ._factory import check_least, checked_size, refuse_panes
from ._own import OwnSliding
from ._window import BaseRolling, Windowed
from .time_rolling import TimeRolling

__all__ = ["BaseRolling", "Rollable", "Rolling", "TimeRolling"]

_T = TypeVar("_T")


@runtime_checkable
class Rollable(Protocol):
    """What can be updated and reverted; for annotations and `isinstance`."""

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Update with an observation."""

    def revert(self, *args: Any, **kwargs: Any) -> None:
        """Revert an observation."""


class Rolling(Windowed, RsRolling, BaseRolling[_T]):
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
        `+=`. `window_size` and `min_samples` are those of the window: a parameter of the statistic
        of such a name is passed by a `functools.partial`, as in
        `functools.partial(stats.RollingMax, window_size=3)`. An object is deprecated.
    window_size
        How many observations are looked at, at least 1.
    min_samples
        How many observations it takes for there to be a value; before, `get` returns None.
    panes
        For a sketch, of which no exact window is known: into how many parts the window is cut, at least
        1. The oldest part leaves as a whole, so that the value is that of `window_size` observations and less
        than a part more. An update is O(1) amortised, memory that of `panes` + 1 sketches, and a look at the
        value is a merge of two.
    **kwargs
        Parameters of the statistic.

    Returns
    -------
    `get` returns what it returns of the statistic, None while there are fewer than `min_samples`
    observations in the window.

    Raises
    ------
    ValueError
        If `window_size` is below 1, or the class cannot be rolled; without `panes` for a sketch, and with it
        for a class whose windows are exact.

    Notes
    -----
    An attribute or method that a window has not is that of the statistic. Attributes that are set on an
    object of a subclass of a statistic of this package stay, unless it changes `update`, `get` or
    `revert`; those in `__slots__` do not.

    A call that fails leaves the window what it was. Of a class with `revert`, how far a method got
    before it failed is not known: the window goes on with a new object that sees what is in the
    window, O(window_size), so that what the object kept beyond that is lost. Where that fails too, it goes on with
    the object as it is.

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

    Sketches are kept in parts:

    >>> from river import sketch
    >>> median = utils.Rolling(sketch.KLL, window_size=100, panes=10)
    >>> median.update_many(range(1000))
    >>> median.get()
    949.0

    References
    ----------
    [^1]: K. Tangwongsan, M. Hirzel and S. Schneider, "In-order sliding-window aggregation in
    worst-case constant time", The VLDB Journal 30 (2021), 933-957.

    """

    _public = "Rolling"
    _kinds = (base.RollingUnivariate, base.Bivariate)

    @overload
    def __init__(
        self,
        cls: Callable[..., _T],
        window_size: int,
        *,
        min_samples: int | None = None,
        panes: int | None = None,
        **kwargs: Any,
    ) -> None: ...
    @overload
    def __init__(
        self, cls: _T, window_size: int, *, min_samples: int | None = None, panes: int | None = None
    ) -> None: ...
    def __init__(
        self,
        cls: Any,
        window_size: int,
        *,
        min_samples: int | None = None,
        panes: int | None = None,
        **kwargs: Any,
    ) -> None:
        size = checked_size(window_size)
        check_least(min_samples, size)
        recipe, obj = self._read(cls, kwargs, "window_size")
        self._make(obj, size, min_samples or 0, panes)
        self._begin(recipe, min_samples)

    @property
    def name(self) -> str:
        """The name of the statistic, with the size of its window."""
        return self._name_with(str(self.window_size))

    def _window_params(self) -> dict[str, Any]:
        return {"window_size": self.window_size, "min_samples": self.min_samples, **self._panes_params()}


class OwnRolling(OwnSliding, Rolling[Any]):
    """A window of the newest observations over a class written in Python."""

    def __init__(
        self,
        cls: Any,
        window_size: int,
        *,
        min_samples: int | None = None,
        panes: int | None = None,
        **kwargs: Any,
    ) -> None:
        refuse_panes(panes)
        size = checked_size(window_size)
        check_least(min_samples, size)
        recipe, engine = self._read(cls, kwargs, "window_size")
        self._prepare()
        self._engine, self._window_size = engine, size
        #: The arguments of the updates that are in the window.
        self._kept: collections.deque[engines.Observation] = collections.deque(maxlen=min(size, sys.maxsize))
        self._begin(recipe, min_samples)

    @property
    def window_size(self) -> int:
        """How many observations are looked at."""
        return self._window_size

    def __len__(self) -> int:
        return len(self._kept)

    def _seen(self) -> Iterator[engines.Observation]:
        return iter(self._kept)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Update the window with one observation, as the statistic takes it."""
        with self._lock:
            new, window, engine = (args, kwargs), self._kept, self._engine
            try:
                if len(window) < self._window_size:
                    engine.enter(new)
                else:
                    engine.slide(window[0], new, itertools.islice(window, 1, None))
            except BaseException:
                engine.restore(window)
                raise
            window.append(new)

    def _part(self) -> None:
        super()._part()
        self._kept = self._kept.copy()


Rolling._own = OwnRolling
adopt_window(Rolling)
