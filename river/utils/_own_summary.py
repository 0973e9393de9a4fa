"""Summaries of statistics that are not all in Rust: a dict of objects, whose methods are called.

These are statistics of hashable values, windows, links, and classes written in Python.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from typing import Any, Self

from river import stats
from river.stats._rust_stats import group_rows, summary_table

from . import checkpoint
from ._factory import has_kernels, once, parted, size_of
from .summary import Summary

__all__ = ["OwnSummary", "own_class", "read"]

#: The attributes that calls change.
_STATE = ("_held", "_seen", "_skipped")


class OwnSummary(Summary):
    """Statistics in a dict.

    Copies of them are updated, and replace them once all are done. For a single observation the last one needs no copy,
    since its own `update` changes all or nothing; so those that are not in Rust come last.
    """

    def _make(self, names: list[str], statistics: list[Any], skipna: bool) -> None:
        self._skipna, self._lock = skipna, threading.RLock()
        self._templates: dict[str, Any] = dict(zip(names, statistics, strict=True))
        self._held: dict[str, Any] = {name: _new(template) for name, template in self._templates.items()}
        self._order = sorted(names, key=lambda name: not has_kernels(self._templates[name]))
        self._seen: float = 0.0
        self._skipped = 0

    @property
    def n(self) -> float:
        """How many observations there were; their total weight if `w` was given."""
        return self._seen

    @property
    def skipna(self) -> bool:
        """Whether observations that are NaN or None are left out."""
        return self._skipna

    @property
    def n_skipped(self) -> int:
        """How many observations were left out, since they are NaN or None."""
        return self._skipped

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Update with one observation, as each of the statistics takes it."""
        with self._lock:
            if self._skipna and any(arg is None or arg != arg for arg in args):
                self._skipped += 1
                return
            *others, last = self._order
            copies = {name: parted(self._held[name]) for name in others}
            for statistic in copies.values():
                statistic.update(*args, **kwargs)
            self._held[last].update(*args, **kwargs)
            self._held.update(copies)
            self._seen += kwargs.get("w", 1.0)

    def update_many(self, *columns: Any, **named: Any) -> None:
        """Update with many observations, as one `update` per row would; with all of them or, on an error, none."""
        columns = tuple(map(_column, columns))
        named = {name: _column(column) for name, column in named.items()}
        first = next(iter((*columns, *named.values())), None)
        if first is None:
            raise TypeError("the column X is missing")
        _, rows = group_rows([None] * len(first), columns, named)
        missing = (lambda arg: arg is None or arg != arg) if self._skipna else (lambda _: False)
        kept = [row for row in rows if row is not None and not any(map(missing, row[0]))]
        with self._lock:
            held = {name: parted(statistic) for name, statistic in self._held.items()}
            for statistic in held.values():
                if hasattr(statistic, "update_many") and len(kept) == len(rows):
                    statistic.update_many(*columns, **named)
                else:
                    for args, kwargs in kept:
                        statistic.update(*args, **kwargs)
            self._held = held
            self._seen += sum(kwargs.get("w", 1.0) for _, kwargs in kept)
            self._skipped += (len(rows) - len(kept)) * self._skipna

    def get(self) -> Any:
        """Return the value of each statistic by its name."""
        with self._lock:
            return {name: statistic.get() for name, statistic in self._held.items()}

    def keys(self) -> list[str]:
        """Return a list of the names."""
        return list(self._held)

    def _statistic(self, name: str, empty: bool) -> Any:
        with self._lock:
            return _new(self._templates[name]) if empty else parted(self._held[name])

    def _merge(self, other: Any) -> None:
        with other._lock:
            peer, seen, skipped = {name: other[name] for name in other}, other._seen, other._skipped
        with self._lock:
            self._held = {name: statistic + peer[name] for name, statistic in self._held.items()}
            self._seen += seen
            self._skipped += skipped

    def _arrow(self) -> Any:
        return summary_table(OwnSummary.get(self))

    def __sizeof__(self) -> int:
        with self._lock:
            own: int = super().__sizeof__()
            return own + size_of(self._held)

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            state = {name: value for name, value in vars(self).items() if name != "_lock"}
            # Copies, since the originals may change before they are pickled.
            return state | {"_held": {name: parted(statistic) for name, statistic in state["_held"].items()}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.RLock())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _bare, (type(self).__bases__[0] if "_made" in vars(type(self)) else Summary,), self.__getstate__()

    def __copy__(self) -> Self:
        new = type(self).__new__(type(self))
        new.__setstate__(self.__getstate__())
        return new

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        new = type(self).__new__(type(self))
        memo[id(self)] = new
        new.__setstate__(copy.deepcopy(self.__getstate__(), memo))
        return new

    def _kernel_snapshot(self) -> Self:
        return copy.copy(self)

    def _restore_kernel(self, snapshot: Self) -> None:
        self.__setstate__(snapshot.__getstate__())

    def to_bytes(self) -> bytes:
        """Return the summary as bytes that `from_bytes` reads.

        Raises
        ------
        TypeError
            If a statistic is of a type that `utils.save` does not store. Pickle stores any.

        """
        with self._lock:
            state = {name: getattr(self, name) for name in _STATE}
            return checkpoint.packed({"templates": self._templates, "skipna": self._skipna, "state": state})


def read(cls: type[Summary], data: bytes) -> Any:
    """Return the summary that `to_bytes` wrote."""
    try:
        content = checkpoint.unpacked(data)
        if "description" in content:
            from . import _description

            return _description.read(content)
        templates, skipna, state = content["templates"], content["skipna"], content["state"]
        summary = Summary(skipna=skipna, **templates)
        if (
            not isinstance(summary, OwnSummary)
            or state.keys() != set(_STATE)
            or {name: type(statistic) for name, statistic in state["_held"].items()}
            != {name: type(statistic) for name, statistic in templates.items()}
            or not (
                isinstance(skipna, bool) and isinstance(state["_seen"], float) and isinstance(state["_skipped"], int)
            )
        ):
            raise ValueError("its statistics are invalid")
    except checkpoint.UNREADABLE as error:
        raise ValueError(f"not a valid state of Summary: {error}") from error
    vars(summary).update(state)
    if cls is not Summary:
        summary.__class__ = own_class(cls)
    return summary


def _column(column: Any) -> Any:
    """Return a column that several statistics can read, one after the other."""
    return list(column) if isinstance(column, Iterator) else column


def _new(template: Any) -> Any:
    return template.clone() if isinstance(template, stats.base.Statistic) else copy.deepcopy(template)


@once
def own_class(cls: type[Summary]) -> type[OwnSummary]:
    """Return the class of summaries in a dict that behaves like a class of summaries."""
    if cls is Summary:
        return OwnSummary
    if issubclass(cls, OwnSummary):
        own: type[OwnSummary] = cls
        return own
    names = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__, "_made": True}
    made: type[OwnSummary] = type(cls.__name__, (cls, OwnSummary), names)  # pyright: ignore[reportGeneralTypeIssues]
    return made


def _bare(cls: type[Summary]) -> OwnSummary:
    """Return an object without a state, for pickle and `copy`."""
    own: Any = own_class(cls)
    bare: OwnSummary = own.__new__(own)
    return bare


#: To users there is only one class.
OwnSummary.__module__, OwnSummary.__qualname__, OwnSummary.__name__ = Summary.__module__, "Summary", "Summary"
