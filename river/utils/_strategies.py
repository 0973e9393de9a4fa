"""How windows are kept over classes written in Python.

An engine is told of each observation, a pair of positional and keyword arguments, that enters or
leaves the window, and provides an object that has seen those in the window.
"""

from __future__ import annotations

import abc
import contextlib
import copy
from collections.abc import Callable, Iterable
from typing import Any

from river.stats import base, mode

from ._factory import parted

Observation = tuple[tuple[Any, ...], dict[str, Any]]
#: Oldest first; can be iterated over once.
Observations = Iterable[Observation]
Make = Callable[[], Any]


def replayed(make: Make, seen: Observations) -> Any:
    """Return an object that has seen these observations."""
    obj = make()
    for args, kwargs in seen:
        obj.update(*args, **kwargs)
    return obj


class Engine(abc.ABC):
    """The interface of all engines.

    `enter`, `leave`, `slide` and `turn` run methods of the statistic, which may fail at any point.
    The caller then calls `restore`.
    """

    def __init__(self, make: Make, obj: Any) -> None:
        self.make = make
        self.obj = obj

    def enter(self, new: Observation, late: bool = False) -> None:
        """Update with an observation, which is older than others if it is late."""
        self.obj.update(*new[0], **new[1])

    @abc.abstractmethod
    def leave(self, olds: list[Observation], kept: Observations) -> None:
        """Evict the oldest observations; the others are kept."""

    def slide(self, old: Observation, new: Observation, kept: Observations) -> None:
        """Evict the oldest observation and update with a new one; keep those between."""
        self.leave([old], kept)
        self.enter(new)

    def turn(
        self,
        waited: list[Observation],
        leaving: list[Observation],
        new: Observation | None,
        kept: Observations,
        late: bool,
    ) -> None:
        """Advance the clock: update with what has waited for that and with what is new, and evict the oldest."""
        for other in waited:
            self.enter(other)
        if new is not None:
            self.enter(new, late)
        if leaving:
            self.leave(leaving, kept)

    @abc.abstractmethod
    def restore(self, seen: Observations) -> None:
        """Undo what was done before a failure, if necessary; these observations are in the window."""

    def statistic(self, seen: Observations) -> Any:
        """Return an object that has seen what is in the window."""
        return self.obj

    def value(self, seen: Observations) -> Any:
        """Return the value of such an object."""
        return self.statistic(seen).get()

    @abc.abstractmethod
    def __copy__(self) -> Engine: ...


class Reverting(Engine):
    """Keep one object of a user-defined class, which reverts what leaves the window."""

    def leave(self, olds: list[Observation], kept: Observations) -> None:
        for args, kwargs in olds:
            self.obj.revert(*args, **kwargs)

    def restore(self, seen: Observations) -> None:
        # How far an update got before it failed is not known. If not even a new object accepts the observations, the
        # current one is the best there is.
        with contextlib.suppress(Exception):
            self.obj = replayed(self.make, seen)

    def __copy__(self) -> Reverting:
        return type(self)(self.make, parted(self.obj))


class Replaying(Engine):
    """Feed the window to a new object whenever one is requested, if anything has left since."""

    def __init__(self, make: Make, obj: Any = None) -> None:
        super().__init__(make, make() if obj is None else obj)
        self.stale = False

    def enter(self, new: Observation, late: bool = False) -> None:
        # A stale object can still refuse what cannot be an observation.
        super().enter(new)
        self.stale |= late

    def leave(self, olds: list[Observation], kept: Observations) -> None:
        self.stale = True

    def slide(self, old: Observation, new: Observation, kept: Observations) -> None:
        self.enter(new)
        self.leave([old], kept)

    def restore(self, seen: Observations) -> None:
        self.stale = True

    def statistic(self, seen: Observations) -> Any:
        if self.stale:
            self.obj, self.stale = replayed(self.make, seen), False
        return self.obj

    def __copy__(self) -> Replaying:
        new = type(self)(self.make, parted(self.obj))
        new.stale = self.stale
        return new


class Merging(Engine):
    """Keep the sum of the newer observations, and the suffix sums of the older ones.

    The sums are made with `+=`, two per observation on average. S. Tangwongsan, M. Hirzel and S.
    Schneider, "Low-latency sliding-window aggregation in worst-case constant time", DEBS 2017,
    describe this as the two-stacks algorithm.
    """

    def __init__(self, make: Make, obj: Any = None) -> None:
        #: `obj` is the sum of the newer observations.
        super().__init__(make, make() if obj is None else obj)
        self.older: list[Any] = []
        self.cached: Any = None
        self.stale = False

    def enter(self, new: Observation, late: bool = False) -> None:
        self.add(replayed(self.make, [new]))
        self.stale |= late

    def add(self, one: Any) -> None:
        self.cached = None
        self.obj += one

    def leave(self, olds: list[Observation], kept: Observations) -> None:
        self.cached = None
        if len(olds) <= len(self.older) and not self.stale:
            del self.older[-len(olds) :]
        else:
            self.renew(kept)

    def slide(self, old: Observation, new: Observation, kept: Observations) -> None:
        one = replayed(self.make, [new])
        self.leave([old], kept)
        self.add(one)

    def renew(self, seen: Observations) -> None:
        """Rebuild all sums, so that the sum of newer observations is empty."""
        older: list[Any] = []
        for observation in reversed(list(seen)):
            obj = replayed(self.make, [observation])
            if older:
                obj += older[-1]
            older.append(obj)
        self.older, self.obj, self.cached, self.stale = older, self.make(), None, False

    def restore(self, seen: Observations) -> None:
        # Stale sums are rebuilt at the next access, if they cannot be now.
        self.stale = True
        with contextlib.suppress(Exception):
            self.renew(seen)

    def statistic(self, seen: Observations) -> Any:
        if self.stale:
            self.renew(seen)
        if self.cached is None:
            whole = copy.deepcopy(self.older[-1]) if self.older else self.make()
            whole += self.obj
            self.cached = whole
        return self.cached

    def __copy__(self) -> Merging:
        # Only the sum of the newer observations is ever changed.
        new = type(self)(self.make, copy.deepcopy(self.obj))
        new.older, new.stale = list(self.older), self.stale
        return new


def engine(make: Make, obj: Any, given: bool) -> Engine:
    """Return the engine for a class, of which `obj` is an object.

    Parameters
    ----------
    make
        A function that makes an object that has seen nothing.
    obj
        An object, whose methods determine what is possible.
    given
        Whether this object itself is to be used.

    """
    timed = is_timed(obj)
    if not timed and callable(getattr(obj, "revert", None)):
        return Reverting(make, obj)
    # Values that a Mode has ignored because of its `k` cannot be merged.
    merges = "__iadd__" in dir(type(obj)) and not isinstance(obj, mode.Mode)
    if not given and not timed and merges:
        return Merging(make)
    if isinstance(obj, base.Statistic):
        return Replaying(make)
    raise ValueError(
        f"a window needs a class with update and revert, or with update and +=, or a statistic; "
        f"{type(obj).__name__} is none of them"
    )


def is_timed(obj: Any) -> bool:
    """Tell whether a statistic uses the times of its observations, so that none can be reverted."""
    return isinstance(obj, base.Statistic) and (
        type(obj).__name__ == "Rate" or getattr(obj, "halflife", None) is not None
    )
