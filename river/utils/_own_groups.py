"""Groups of statistics that are not stored side by side in Rust: a dict of objects, whose methods are called.

These are statistics of hashable values, windows over those, links, and classes written in Python.
"""

from __future__ import annotations

import collections
import copy
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, Self

from river import stats
from river.stats._rust_stats import group_key, group_rows, group_table

from . import checkpoint
from ._factory import length_of, once, parted, size_of
from ._group_times import SCALES, as_array, looks_at_times, time_on
from .group_by import GroupBy
from .summary import Summary

__all__ = ["OwnGroupBy", "own_class", "read"]

#: The attributes that refused batches restore, and that bytes hold.
_STATE = ("_held", "_heard", "_now", "_scale", "_skipped", "_evicted")


class OwnGroupBy(GroupBy[Any]):
    """Groups in a dict.

    A batch updates copies of statistics, so that the originals can be restored if it fails.
    """

    def _make(self, statistic: Any, max_groups: Any, idle_after: Any, in_seconds: bool, skipna: bool) -> None:
        # The limits are read, and refused, like those of groups in Rust.
        super()._make(stats.Count(), max_groups, idle_after, in_seconds, skipna)
        self._limited: tuple[int | None, int | None, bool, bool] = super()._limits()
        self._lock, self._passes_time = threading.RLock(), looks_at_times(statistic)
        #: The statistics by key; and what the clock showed at the last update of each, the oldest first.
        self._held: dict[Any, Any] = {}
        self._heard: collections.OrderedDict[Any, int] = collections.OrderedDict()
        #: The latest time, in nanoseconds, and on which of the scales times are.
        self._now: int | None = None
        self._scale: int | None = None
        self._skipped = self._evicted = 0

    def _limits(self) -> tuple[int | None, int | None, bool, bool]:
        return self._limited

    def _set_tells(self, tells: bool) -> None:
        """Do nothing: `_tell` itself checks whether there is an `on_evict`."""

    @property
    def n_skipped(self) -> int:
        """How many observations were left out, since they are NaN or None."""
        return self._skipped

    @property
    def n_evicted(self) -> int:
        """How many groups were evicted."""
        return self._evicted

    def update(self, key: Any, *args: Any, **kwargs: Any) -> None:
        """Update the group of a key with one observation, as the statistic takes it."""
        evicted: list[tuple[Any, Any]] = []
        key = group_key(key)
        with self._lock:
            self._update(key, args, kwargs, evicted)
        self._tell_all(evicted)

    def _update(self, key: Any, args: tuple[Any, ...], kwargs: dict[str, Any], evicted: list[tuple[Any, Any]]) -> None:
        most, idle_after, _, skipna = self._limited
        if skipna and any(arg is None or arg != arg for arg in args):
            self._skipped += 1
            return
        now, t = self._now, kwargs.get("t")
        scale, time = self._scale, 0
        if idle_after is not None:
            if t is None:
                raise TypeError("t is missing: idle_after needs the time of each observation")
            scale, time = time_on(self._scale, t)
            now = time if now is None else max(now, time)
            if not self._passes_time:
                kwargs = {name: value for name, value in kwargs.items() if name != "t"}
        statistic = self._held.get(key)
        if statistic is None or (self._now is not None and self._is_silent(key, now)):
            statistic = None
        found = self._new_group() if statistic is None else statistic
        found.update(*args, **kwargs)
        if idle_after is not None:
            self._start(time)
            self._now, self._scale = now, scale
        if statistic is not None:
            self._touch(key)
        self._evict_silent(evicted)
        if statistic is None:
            while most is not None and len(self._held) >= most:
                self._evict(next(iter(self._heard)), evicted)
            self._held[key] = found
            self._touch(key)

    def _new_group(self) -> Any:
        template: Any = self._template
        return template.clone() if isinstance(template, stats.base.Statistic) else copy.deepcopy(template)

    def _touch(self, key: Any) -> None:
        if self._limited[:2] != (None, None):
            self._heard[key] = 0 if self._now is None else self._now
            self._heard.move_to_end(key)

    def _start(self, time: int) -> None:
        """Let groups that exist before the first time be idle from then on."""
        if self._now is None:
            self._heard.update(dict.fromkeys(self._heard, time))

    def _is_silent(self, key: Any, now: int | None) -> bool:
        idle_after = self._limited[1]
        return idle_after is not None and now is not None and now - self._heard[key] > idle_after

    def _evict_silent(self, evicted: list[tuple[Any, Any]]) -> None:
        while self._heard and self._is_silent(oldest := next(iter(self._heard)), self._now):
            self._evict(oldest, evicted)

    def _evict(self, key: Any, evicted: list[tuple[Any, Any]]) -> None:
        del self._heard[key]
        evicted.append((key, self._held.pop(key)))
        self._evicted += 1

    def _tell_all(self, evicted: list[tuple[Any, Any]]) -> None:
        """Call `on_evict` for all groups that were evicted, and raise the first exception."""
        first: BaseException | None = None
        for key, statistic in evicted:
            try:
                self._tell(key, statistic)
            except BaseException as error:
                first = first or error
        if first is not None:
            raise first

    def advance(self, t: Any) -> None:
        """Advance the clock, so that groups that have been idle for too long are evicted."""
        evicted: list[tuple[Any, Any]] = []
        if self._limited[1] is None:
            raise TypeError("without idle_after there is no clock to advance")
        with self._lock:
            self._scale, time = time_on(self._scale, t)
            self._start(time)
            self._now = time if self._now is None else max(self._now, time)
            self._evict_silent(evicted)
        self._tell_all(evicted)

    def update_many(self, keys: Any, *columns: Any, **named: Any) -> None:
        """Update with many observations, as one `update` per row would; with all of them or, on an error, none."""
        self._many(keys, columns, named, None)

    def accumulate(self, keys: Any, *columns: Any, before: bool = False, **named: Any) -> Any:
        """Update with many observations and return the value of the group of each after it, or before it."""
        values: list[Any] = []
        empty = self._new_group().get()

        def read(key: Any) -> None:
            values.append(self._held[key].get() if key in self._held else empty)

        self._many(keys, columns, named, (read, before))
        return as_array(values)

    def _many(
        self,
        keys: Any,
        columns: tuple[Any, ...],
        named: dict[str, Any],
        values: tuple[Callable[[Any], None], bool] | None,
    ) -> None:
        labels, rows = group_rows(keys, columns, {name: column for name, column in named.items() if column is not None})
        template: Any = self._template
        if isinstance(template, Summary) and template.skipna:
            # It counts what is missing.
            rows = [((None,) * len(columns), {}) if row is None else row for row in rows]
        evicted: list[tuple[Any, Any]] = []
        with self._lock:
            saved = {name: copy.copy(getattr(self, name)) for name in _STATE}
            copied = set()
            index = 0
            try:
                for key, row in zip(labels, rows, strict=True):
                    if values is not None and values[1]:
                        values[0](key)
                    if row is None:
                        self._skipped += self._limited[3]
                    else:
                        if key not in copied and key in self._held:
                            self._held[key] = parted(self._held[key])
                        copied.add(key)
                        args, kwargs = row
                        self._update(key, args, kwargs, evicted)
                    if values is not None and not values[1]:
                        values[0](key)
                    index += 1
            except BaseException as error:
                vars(self).update(saved)
                error.add_note(f"in the row {index}")
                raise
        self._tell_all(evicted)

    def get(self, *key: Any) -> Any:
        """Return the value of a group, or of each by its key."""
        if len(key) > 1:
            raise TypeError(f"get takes one key at most, got {len(key)}")
        with self._lock:
            if key:
                return self._held[group_key(key[0])].get()
            return {key: statistic.get() for key, statistic in self._held.items()}

    def get_many(self, keys: Any) -> Any:
        """Return the value of the group of each key of a column, that of an empty statistic if there is none."""
        labels, _ = group_rows(keys, (), {})
        empty = self._new_group().get()
        with self._lock:
            return as_array([self._held[key].get() if key in self._held else empty for key in labels])

    def __getitem__(self, key: Any) -> Any:
        with self._lock:
            return parted(self._held[group_key(key)])

    def __contains__(self, key: Any) -> bool:
        with self._lock:
            return group_key(key) in self._held

    def __len__(self) -> int:
        return len(self._held)

    def keys(self) -> list[Any]:
        """Return a list of the keys."""
        with self._lock:
            return list(self._held)

    def __iter__(self) -> Any:
        return iter(self.keys())

    def items(self) -> list[tuple[Any, Any]]:
        """Return a list of the keys, each with a copy of its statistic."""
        with self._lock:
            return [(key, parted(statistic)) for key, statistic in self._held.items()]

    def pop(self, key: Any, /, *default: Any) -> Any:
        """Remove a group and return its statistic; a default, or else a KeyError, if there is none."""
        if len(default) > 1:
            raise TypeError(f"pop takes one default at most, got {len(default)}")
        key = group_key(key)
        with self._lock:
            if key in self._held:
                self._heard.pop(key, None)
                return self._held.pop(key)
        if default:
            return default[0]
        raise KeyError(key)

    def _put(self, key: Any, statistic: Any) -> None:
        key, most = group_key(key), self._limited[0]
        evicted: list[tuple[Any, Any]] = []
        with self._lock:
            while key not in self._held and most is not None and len(self._held) >= most:
                self._evict(next(iter(self._heard)), evicted)
            self._held[key] = parted(statistic)
            if key not in self._heard:
                self._touch(key)
        self._tell_all(evicted)

    def _merge(self, other: Any) -> None:
        evicted: list[tuple[Any, Any]] = []
        with other._lock:
            peer = {name: copy.copy(getattr(other, name)) for name in _STATE}
            peer["_held"] = dict(other.items())
        with self._lock:
            if self._scale is not None and peer["_scale"] is not None:
                time_on(self._scale, SCALES[peer["_scale"]])
            merged = {key: self._held[key] + own if key in self._held else own for key, own in peer["_held"].items()}
            self._held.update(merged)
            for key in peer["_heard"] or merged:
                before = self._heard.get(key)
                self._touch(key)
                if self._limited[1] is not None:
                    time = peer["_heard"].get(key, self._heard[key])
                    self._heard[key] = time if before is None else max(before, time)
            if peer["_now"] is not None:
                self._now = peer["_now"] if self._now is None else max(self._now, peer["_now"])
                self._scale = peer["_scale"] if self._scale is None else self._scale
                self._heard = collections.OrderedDict(sorted(self._heard.items(), key=lambda item: item[1]))
            self._skipped += peer["_skipped"]
            self._evicted += peer["_evicted"]
            self._evict_silent(evicted)
            most = self._limited[0]
            while most is not None and len(self._held) > most:
                self._evict(next(iter(self._heard)), evicted)
        self._tell_all(evicted)

    def _arrow(self, name: str) -> Any:
        with self._lock:
            keys, values = list(self._held), [statistic.get() for statistic in self._held.values()]
        return group_table(name, keys, values)

    def __sizeof__(self) -> int:
        with self._lock:
            own: int = super().__sizeof__()
            return own + size_of(self._held) + sys.getsizeof(self._heard)

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            state = {name: value for name, value in vars(self).items() if name != "_lock"}
            # Copies, since the originals may change before they are pickled.
            return state | {"_held": dict(self.items()), "_heard": self._heard.copy()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.RLock())
        self._held = _by_key(self._held.items())
        self._heard = collections.OrderedDict(_by_key(self._heard.items()))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _bare, (type(self).__bases__[0] if "_made" in vars(type(self)) else GroupBy,), self.__getstate__()

    def __copy__(self) -> Self:
        new = type(self).__new__(type(self))
        new.__setstate__(self.__getstate__())
        return new

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        new = type(self).__new__(type(self))
        memo[id(self)] = new
        new.__setstate__(copy.deepcopy(self.__getstate__(), memo))
        return new

    def to_bytes(self) -> bytes:
        """Return the groups as bytes that `from_bytes` reads.

        Raises
        ------
        TypeError
            If a key or a statistic is of a type that `utils.save` does not store. Pickle stores any.

        """
        with self._lock:
            held = {name: getattr(self, name) for name in _STATE} | {"_heard": list(self._heard.items())}
            limits = list(self._limited)
            return checkpoint.packed({"template": self._template, "limits": limits, "state": held})


def _by_key(items: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Return a dict in which NaN is the object that stands for all NaN; the one that was read equals nothing."""
    return {group_key(key): value for key, value in items}


def read(cls: type[GroupBy[Any]], data: bytes) -> Any:
    """Return the groups that `to_bytes` wrote."""
    try:
        content = checkpoint.unpacked(data)
        most, idle_after, in_seconds, skipna = content["limits"]
        state = content["state"]
        period = None if idle_after is None else length_of(idle_after, in_seconds)
        groups = cls(content["template"], max_groups=most, idle_after=period, skipna=skipna)
        state["_held"] = _by_key(state["_held"].items())
        state["_heard"] = collections.OrderedDict(_by_key(state["_heard"]))
        kinds = {type(statistic) for statistic in state["_held"].values()}
        limited = dict.fromkeys(state["_held"]) if (most, idle_after) != (None, None) else {}
        if (
            not isinstance(groups, OwnGroupBy)
            or kinds - {type(content["template"])}
            or set(_STATE) != state.keys()
            or limited.keys() != state["_heard"].keys()
        ):
            raise ValueError("its groups are invalid")
    except checkpoint.UNREADABLE as error:
        raise ValueError(f"not a valid state of GroupBy: {error}") from error
    vars(groups).update(state)
    return groups


@once
def own_class(cls: type[GroupBy[Any]]) -> type[OwnGroupBy]:
    """Return the class of groups in a dict that behaves like a class of groups."""
    if cls is GroupBy:
        return OwnGroupBy
    if issubclass(cls, OwnGroupBy):
        own: type[OwnGroupBy] = cls
        return own
    names = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__, "_made": True}
    made: type[OwnGroupBy] = type(cls.__name__, (cls, OwnGroupBy), names)  # pyright: ignore[reportGeneralTypeIssues]
    return made


def _bare(cls: type[GroupBy[Any]]) -> OwnGroupBy:
    """Return an object without a state, for pickle and `copy`."""
    own: Any = own_class(cls)
    bare: OwnGroupBy = own.__new__(own)
    return bare


#: To users there is only one class.
OwnGroupBy.__module__, OwnGroupBy.__qualname__, OwnGroupBy.__name__ = GroupBy.__module__, "GroupBy", "GroupBy"
