"""Any statistic over a sliding window, by count; and types for annotations of windows."""

from __future__ import annotations

import collections
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, Protocol, Self, TypeVar, overload, runtime_checkable

from river.stats import base
from river.stats._rust_stats import RsRolling, adopt_window, nulls_as_none

from . import _strategies as engines
from ._factory import check_least, checked_nulls, checked_size, is_ours, refuse_panes
from ._own import OwnSliding
from ._window import BaseRolling, Windowed
from .time_rolling import TimeRolling

__all__ = ["BaseRolling", "Rollable", "Rolling", "TimeRolling"]

_T = TypeVar("_T")

Nulls = Literal["skip", "slot"]


@runtime_checkable
class Rollable(Protocol):
    """What can be updated and reverted; for annotations and `isinstance`."""

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Update with an observation."""

    def revert(self, *args: Any, **kwargs: Any) -> None:
        """Revert an observation."""


class Rolling(Windowed, RsRolling, BaseRolling[_T]):
    """A statistic over the newest observations.

    At any time its value is that of a statistic that has seen only these, in their order:
    observations that have left the window leave no trace, even if they were large, infinite or NaN.
    The estimates `Quantile`, `IQR` and `MAD` are exact in a window.

    Statistics that can be merged are merged, never subtracted: every update is O(1), not just
    amortised. Order statistics take O(log window_size), and the few others iterate over the window
    when their value is requested.

    Parameters
    ----------
    cls
        The class of the statistic; or any class with `update` and `revert`, or with `update` and
        `+=`. `window_size` and `min_samples` are those of the window: a parameter of the statistic
        with the same name is passed through a `functools.partial`, as in
        `functools.partial(stats.RollingMax, window_size=3)`. Passing an object is deprecated.
    window_size
        How many observations the window holds, at least 1.
    min_samples
        How many observations it takes for there to be a value; before, `get` returns None.
    panes
        For a sketch, which has no exact window: into how many parts the window is divided, at least 1. The oldest part
        is evicted as a whole, so that the value is that of `window_size` observations plus less than one part. `update`
        is O(1) amortised, memory is that of `panes` + 1 sketches, and `get` is a merge of two.
    nulls
        How missing values are treated. With "skip", a null in a column is ignored, and None is a TypeError, unless the
        statistic takes it as a value. With "slot", both occupy a slot in the window without contributing to the value:
        `window_size` is then a number of rows, and `min_samples` is what `min_periods` is in pandas. A pair is missing
        if one of its values is, and a row of weight 0 occupies a slot, too.
    skipna
        With "slot", whether NaN is a missing value. In any other window, `SkipNaN` leaves it out.
    **kwargs
        Parameters of the statistic.

    Returns
    -------
    `get` returns what `get` of the statistic returns, None while there are fewer than `min_samples`
    observations in the window.

    Raises
    ------
    ValueError
        If `window_size` is below 1, or the class cannot be used in a window; if a sketch is given without `panes`, or a
        class whose windows are exact with `panes`. If `nulls` is "slot" for a statistic that uses times, such as
        `Rate`; groups, summaries and links of such a window raise it too, since they leave out missing values before
        the window sees them.

    Notes
    -----
    Attributes and methods that a window lacks are those of the statistic. Attributes that are set on an object of a
    subclass of a statistic of this package persist, unless the subclass overrides `update`, `get` or `revert`; those in
    `__slots__` do not.

    A call that fails leaves the window unchanged. For a class with `revert`, it is not known how far a method got
    before it failed: the window continues with a new object that is fed what is in the window, O(window_size), so that
    anything else the object kept is lost. If that fails too, the window continues with the object as it is.

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

    If values are missing, a window can count rows:

    >>> mean = utils.Rolling(stats.Mean, window_size=3, min_samples=2, nulls="slot")
    >>> for x in [1, None, 3, None, None]:
    ...     mean.update(x)
    ...     print(mean.get(), end=" ")
    None None 2.0 None None

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
        nulls: Nulls = "skip",
        skipna: bool = False,
        **kwargs: Any,
    ) -> None: ...
    @overload
    def __init__(
        self,
        cls: _T,
        window_size: int,
        *,
        min_samples: int | None = None,
        panes: int | None = None,
        nulls: Nulls = "skip",
        skipna: bool = False,
    ) -> None: ...
    def __init__(
        self,
        cls: Any,
        window_size: int,
        *,
        min_samples: int | None = None,
        panes: int | None = None,
        nulls: Nulls = "skip",
        skipna: bool = False,
        **kwargs: Any,
    ) -> None:
        size = checked_size(window_size)
        check_least(min_samples, size)
        slots = checked_nulls(nulls, skipna)
        recipe, obj = self._read(cls, kwargs, "window_size")
        self._make(obj, size, min_samples or 0, panes, slots, skipna)
        self._begin(recipe, min_samples)

    @property
    def name(self) -> str:
        """The name of the statistic, with the size of its window."""
        return self._name_with(str(self.window_size))

    @property
    def nulls(self) -> Nulls:
        """How missing values are treated: "skip", or "slot" if they occupy slots in the window."""
        return "slot" if self._slots()[0] else "skip"

    @property
    def skipna(self) -> bool:
        """Whether NaN is a missing value."""
        skipna: bool = self._slots()[1]
        return skipna

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return an empty window with the same parameters."""
        recipe = self._recipe
        native = self._plain is Rolling and self._is_made() and is_ours(recipe.cls)
        if new_params or include_attributes or not native:
            return super().clone(new_params, include_attributes)
        # Models clone a window for each key: the parameters of this one have already been read and checked.
        clone = type(self).__new__(type(self))
        clone._make(self._empty(recipe.cls), self.window_size, self._min_samples(), self.panes, *self._slots())
        clone._attributes = None
        clone._begin(recipe, self._min_samples_given)
        return clone

    def _window_params(self) -> dict[str, Any]:
        slots, skipna = self._slots()
        nulls = {**({"nulls": "slot"} if slots else {}), **({"skipna": True} if skipna else {})}
        return {"window_size": self.window_size, "min_samples": self.min_samples, **self._panes_params(), **nulls}


class OwnRolling(OwnSliding, Rolling[Any]):
    """A window of the newest observations over a class written in Python."""

    def __init__(
        self,
        cls: Any,
        window_size: int,
        *,
        min_samples: int | None = None,
        panes: int | None = None,
        nulls: Nulls = "skip",
        skipna: bool = False,
        **kwargs: Any,
    ) -> None:
        refuse_panes(panes)
        size = checked_size(window_size)
        check_least(min_samples, size)
        slots = checked_nulls(nulls, skipna)
        recipe, engine = self._read(cls, kwargs, "window_size")
        self._prepare()
        self._engine, self._window_size, self._nulls = engine, size, (slots, skipna)
        #: The arguments of the updates that are in the window; None in the slots of those that are missing.
        self._kept: collections.deque[engines.Observation | None] = collections.deque(maxlen=min(size, sys.maxsize))
        self._begin(recipe, min_samples)

    @property
    def window_size(self) -> int:
        """How many observations the window holds."""
        return self._window_size

    def __len__(self) -> int:
        return len(self._kept) - self._kept.count(None) if self._slots()[0] else len(self._kept)

    def _slots(self) -> tuple[bool, bool]:
        # Missing from pickles written before there were such windows.
        nulls: tuple[bool, bool] = vars(self).get("_nulls", (False, False))
        return nulls

    def _seen(self) -> Iterator[engines.Observation]:
        return _present(self._kept)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Update the window with one observation, as the statistic takes it."""
        with self._lock:
            window, engine = self._kept, self._engine
            new = None if self._is_missing(args) else (args, kwargs)
            old = window[0] if len(window) == self._window_size else None
            kept = _present(itertools.islice(window, 1, None))
            try:
                if old is None:
                    if new is not None:
                        engine.enter(new)
                elif new is None:
                    engine.leave([old], kept)
                else:
                    engine.slide(old, new, kept)
            except BaseException:
                engine.restore(self._seen())
                raise
            window.append(new)

    def _is_missing(self, args: tuple[Any, ...]) -> bool:
        slots, skipna = self._slots()
        return slots and any(arg is None or (skipna and arg != arg) for arg in args)

    def update_many(self, *columns: Any, **named: Any) -> None:
        """Update with many observations, as one `update` per row would; with all of them or, on an error, none."""
        super().update_many(*self._filled(columns), **named)

    def accumulate(self, *columns: Any, **named: Any) -> Any:
        """Update with many observations and return the value of `get` after each."""
        return super().accumulate(*self._filled(columns), **named)

    def _filled(self, columns: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return columns in which None is a null, so that it occupies a slot."""
        return tuple(map(nulls_as_none, columns)) if self._slots()[0] else columns

    def _part(self) -> None:
        super()._part()
        self._kept = self._kept.copy()


def _present(slots: Iterable[engines.Observation | None]) -> Iterator[engines.Observation]:
    return (slot for slot in slots if slot is not None)


Rolling._own = OwnRolling
adopt_window(Rolling)
