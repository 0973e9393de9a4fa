"""Windows over classes written in Python, whose methods they call."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from typing import Any, Self

from river.stats._rust_stats import accumulate_rows, rebuild, update_rows

from . import _strategies as engines
from ._factory import NOT_IN_WINDOW, Recipe, is_plain


class Own:
    """Mutual exclusion: the thread that calls a window may re-enter it, others wait."""

    _recipe: Recipe
    _lock: threading.RLock

    def _prepare(self) -> None:
        vars(self).setdefault("_lock", threading.RLock())

    def update_many(self, *columns: Any, **named: Any) -> None:
        """Update with many observations, as one `update` per row would; with all of them or, on an error, none."""
        with self._lock:
            update_rows(self, *columns, **named)

    def accumulate(self, *columns: Any, **named: Any) -> Any:
        """Update with many observations and return the value of `get` after each."""
        with self._lock:
            return accumulate_rows(self, *columns, **named)

    def to_bytes(self) -> bytes:
        """Raise a TypeError: only pickle can store objects of any class."""
        raise TypeError(f"to_bytes cannot store a window over {self._recipe.cls.__name__}; pickle can")

    def __reduce_ex__(self, protocol: Any) -> Any:
        return rebuild, (type(self),), self.__getstate__()

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._prepare()
        vars(self).update(state)

    def __copy__(self) -> Self:
        new = type(self).__new__(type(self))
        with self._lock:
            new.__setstate__(self.__getstate__())
            new._part()
        return new

    def _part(self) -> None:
        """Copy what this window shares with the one that it was copied from."""
        raise NotImplementedError

    def _kernel_snapshot(self) -> Self:
        return copy.copy(self)

    def _restore_kernel(self, snapshot: Self) -> None:
        self.__setstate__(snapshot.__getstate__())


class OwnSliding(Own):
    """A sliding window that tells an engine what enters and leaves."""

    _engine: engines.Engine

    def _read(self, statistic: Any, kwargs: dict[str, Any], parameter: str) -> tuple[Recipe, engines.Engine]:
        window: Any = self
        recipe: Recipe = window._checked(statistic, kwargs)
        given = recipe.cls is type(statistic)
        own = given and not is_plain(recipe.cls)
        obj = statistic if own else recipe.make()
        engine = engines.engine(recipe.make, obj, given)
        if given:
            if not own:
                use = NOT_IN_WINDOW
            elif obj is engine.obj:
                use = "it is updated itself, and what it has seen stays in its value"
            else:
                use = "it is not updated, and copies of it are, with what it has seen in each"
            window._warn(recipe, use, parameter)
        return recipe, engine

    @property
    def obj(self) -> Any:
        """A statistic that has seen what is in the window."""
        with self._lock:
            return self._engine.statistic(self._seen())

    def _merge(self, other: Self) -> None:
        raise TypeError(f"a window over {self._recipe.cls.__name__}, which is written in Python, cannot be merged")

    @property
    def panes(self) -> None:
        """None, as the window is exact."""

    @property
    def n(self) -> Any:
        """The `n` of the statistic, or how many observations are in the window."""
        return getattr(self.obj, "n", len(self))

    def __len__(self) -> int:
        raise NotImplementedError

    def __repr__(self) -> str:
        return repr(self.obj)

    def _seen(self) -> Iterator[engines.Observation]:
        """Go through the observations in the window."""
        raise NotImplementedError

    def get(self) -> Any:
        """Return the value over the window; None if fewer than `min_samples` observations are in it."""
        window: Any = self
        with self._lock:
            return None if len(self) < (window.min_samples or 0) else self._engine.value(self._seen())

    def _part(self) -> None:
        self._engine = copy.copy(self._engine)
