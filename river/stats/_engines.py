"""How windows are kept over classes that have none in Rust.

An engine is told of each observation, a pair of positional and keyword arguments, that comes into
the window or leaves it, and makes an object that has seen those in the window.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from . import base

Observation = tuple[tuple[Any, ...], dict[str, Any]]
Make = Callable[[], Any]


def parted(obj: Any) -> Any:
    """Return a copy that shares nothing that changes."""
    own = type(obj).__module__.startswith("river.stats.") and not isinstance(obj, base.Link)
    return copy.copy(obj) if own else copy.deepcopy(obj)


class Reverting:
    """Keep one object, which takes back what leaves the window."""

    def __init__(self, obj: Any, method: str) -> None:
        self.obj = obj
        self.method = method

    def enter(self, new: Observation, late: bool = False) -> None:
        self.obj.update(*new[0], **new[1])

    def leave(self, olds: list[Observation], kept: Iterable[Observation]) -> None:
        revert = getattr(self.obj, self.method)
        for args, kwargs in olds:
            revert(*args, **kwargs)

    def slide(self, old: Observation, new: Observation, kept: Iterator[Observation]) -> None:
        self.leave([old], kept)
        try:
            self.enter(new)
        except BaseException:
            self.enter(old)
            raise

    def statistic(self, seen: Iterable[Observation]) -> Any:
        return self.obj

    def value(self, seen: Iterable[Observation]) -> Any:
        return self.obj.get()

    def __copy__(self) -> Reverting:
        return type(self)(parted(self.obj), self.method)


class Ranking(Reverting):
    """Keep the mode of all values, which is that of the first `k` unless more of them differ.

    Of equally frequent values it is the one that has been in the window longest without a break.
    """

    def __init__(self, make: Make, obj: Any = None, counts: dict[Any, int] | None = None) -> None:
        self.make = make
        self.k: int = make().k
        super().__init__(type(make())(k=-1) if obj is None else obj, "_revert")
        self.counts = counts or {}

    def enter(self, new: Observation, late: bool = False) -> None:
        super().enter(new)
        x = _only(*new[0], **new[1])
        self.counts[x] = self.counts.get(x, 0) + 1

    def leave(self, olds: list[Observation], kept: Iterable[Observation]) -> None:
        super().leave(olds, kept)
        for args, kwargs in olds:
            x = _only(*args, **kwargs)
            self.counts[x] -= 1
            if not self.counts[x]:
                del self.counts[x]

    def statistic(self, seen: Iterable[Observation]) -> Any:
        if self.k == -1:
            return self.obj
        obj = self.make()
        for args, kwargs in seen:
            obj.update(*args, **kwargs)
        return obj

    def value(self, seen: Iterable[Observation]) -> Any:
        return self.obj.get() if self.k == -1 or len(self.counts) <= self.k else self.statistic(seen).get()

    def __copy__(self) -> Ranking:
        return type(self)(self.make, copy.copy(self.obj), dict(self.counts))


def _only(x: Any) -> Any:
    return x


class Replaying:
    """Feed the window to a new object whenever one is asked for, if anything has left since."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.obj = make()
        self.stale = False

    def enter(self, new: Observation, late: bool = False) -> None:
        # A stale object is still good for refusing what cannot be an observation.
        self.obj.update(*new[0], **new[1])
        self.stale |= late

    def leave(self, olds: list[Observation], kept: Iterable[Observation]) -> None:
        self.stale |= bool(olds)

    def slide(self, old: Observation, new: Observation, kept: Iterator[Observation]) -> None:
        self.enter(new)
        self.leave([old], kept)

    def statistic(self, seen: Iterable[Observation]) -> Any:
        if self.stale:
            obj = self.make()
            for args, kwargs in seen:
                obj.update(*args, **kwargs)
            self.obj, self.stale = obj, False
        return self.obj

    def value(self, seen: Iterable[Observation]) -> Any:
        return self.statistic(seen).get()

    def __copy__(self) -> Replaying:
        new = type(self)(self.make)
        new.obj, new.stale = parted(self.obj), self.stale
        return new


class Merging:
    """Keep the sum of the newer observations, and those of the older ones up to where they end.

    The sums are made with `+=`, two for an observation on average. S. Tangwongsan, M. Hirzel and
    S. Schneider, "Low-latency sliding-window aggregation in worst-case constant time", DEBS 2017,
    describe this as the two-stacks algorithm.
    """

    def __init__(self, make: Make) -> None:
        self.make = make
        self.older: list[Any] = []
        self.newer = make()
        self.cached: Any = None
        self.stale = False

    def one(self, observation: Observation) -> Any:
        obj = self.make()
        obj.update(*observation[0], **observation[1])
        return obj

    def enter(self, new: Observation, late: bool = False) -> None:
        self.newer += self.one(new)
        self.cached = None
        self.stale |= late

    def leave(self, olds: list[Observation], kept: Iterable[Observation]) -> None:
        if not olds:
            return
        self.cached = None
        if len(olds) <= len(self.older) and not self.stale:
            del self.older[-len(olds) :]
        else:
            self.turn(kept)

    def turn(self, seen: Iterable[Observation]) -> None:
        older: list[Any] = []
        for observation in reversed(list(seen)):
            obj = self.one(observation)
            if older:
                obj += older[-1]
            older.append(obj)
        self.older, self.newer, self.stale = older, self.make(), False

    def slide(self, old: Observation, new: Observation, kept: Iterator[Observation]) -> None:
        one = self.one(new)
        self.leave([old], kept)
        self.newer += one

    def statistic(self, seen: Iterable[Observation]) -> Any:
        if self.stale:
            self.turn(seen)
        if self.cached is None:
            self.cached = copy.deepcopy(self.older[-1]) if self.older else self.make()
            self.cached += self.newer
        return self.cached

    def value(self, seen: Iterable[Observation]) -> Any:
        return self.statistic(seen).get()

    def __copy__(self) -> Merging:
        new = type(self)(self.make)
        # Only the newest of them is ever changed.
        new.older, new.newer, new.stale = list(self.older), copy.deepcopy(self.newer), self.stale
        return new


Engine = Reverting | Replaying | Merging


def engine(make: Make, obj: Any, given: bool, timed: bool) -> Engine:
    """Return the engine for a class, of which `obj` is an object.

    Parameters
    ----------
    make
        Makes an object that has seen nothing.
    obj
        An object, whose methods say what is possible.
    given
        Whether this object itself is to be used.
    timed
        Whether it looks at the times of its observations, so that none can be taken back.

    """
    if not timed and callable(getattr(obj, "revert", None)):
        return Reverting(obj, "revert")
    if type(obj).__name__ == "Mode" and _is_plain(obj):
        return Ranking(make)
    if _forgets(obj):
        return Reverting(obj, "_revert")
    if not given and not timed and "__iadd__" in dir(type(obj)):
        return Merging(make)
    if isinstance(obj, base.Statistic):
        return Replaying(make)
    raise ValueError(
        f"a window needs a class with update and revert, or with update and +=, or a statistic; "
        f"{type(obj).__name__} is none of them"
    )


def _is_plain(obj: Any) -> bool:
    """Tell whether the methods of the object are those of a class of `river.stats`."""
    owner = next((cls for cls in type(obj).__mro__ if cls.__module__.startswith("river.stats.")), None)
    return owner is not None and all(
        inspect.getattr_static(type(obj), name, None) is inspect.getattr_static(owner, name, None)
        for name in ("update", "get", "revert")
    )


def is_own(obj: Any) -> bool:
    """Tell whether the Rust window of a class computes what the methods of the object would."""
    return hasattr(obj, "_roll") and _is_plain(obj)


def _forgets(obj: Any) -> bool:
    """Tell whether a statistic gives the value of a new one after its oldest value was taken back.

    An `Entropy` does unless its values fade out of what it knows.
    """
    return type(obj).__name__ in ("Count", "Entropy") and _is_plain(obj) and getattr(obj, "fading_factor", 1.0) == 1.0


def is_timed(obj: Any) -> bool:
    """Tell whether a statistic looks at the times of its observations."""
    return isinstance(obj, base.Statistic) and (
        type(obj).__name__ == "Rate" or getattr(obj, "halflife", None) is not None
    )
