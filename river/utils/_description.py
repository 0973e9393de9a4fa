"""The summary that `Summary.describe` makes, of a column whose type is not known beforehand."""

from __future__ import annotations

import collections
import copy
import datetime as dt
import decimal
import functools
import math
import numbers
from collections.abc import Iterator
from typing import Any

import numpy as np

from river import sketch, stats
from river.stats._rust_stats import summary_table

from . import checkpoint
from ._own_summary import OwnSummary
from .group_by import GroupBy, params_of
from .summary import Summary

__all__ = ["KINDS", "MOST", "QUARTILES", "Description", "read"]

#: Up to this many distinct values are counted. Beyond, it is only known that there are more.
MOST = 10_000
KINDS = ("number", "time", "category", "other")
QUARTILES = {"25%": 0.25, "50%": 0.5, "75%": 0.75}
#: How many rows of a column are counted at once, which bounds the memory that the counts take.
_BLOCK = 1 << 16
#: The attributes that calls change.
_STATE = ("_kind", "_held", "_counts", "_low", "_high", "_seen", "_skipped")


@functools.cache
def _empty_numbers() -> Summary:
    """Return an empty summary of numbers, which is quick to copy."""
    return Summary(
        mean=stats.Mean(),
        std=stats.Std(),
        min=stats.Min(),
        max=stats.Max(),
        skew=stats.Skew(),
        kurtosis=stats.Kurtosis(),
        quartiles=sketch.TDigest(list(QUARTILES.values()), 200),
        skipna=True,
    )


class Description(OwnSummary):
    """The summary that `Summary.describe` makes; the docstring there says what it holds.

    A column is first described separately and then merged, so that a refused column changes nothing.
    """

    def __init__(self, kind: str | None = None) -> None:
        if kind is not None and kind not in KINDS:
            raise ValueError(f"kind must be None or one of {', '.join(KINDS)}, got {kind!r}")
        self._make([], [], True)
        self._seen = 0
        self._asked = kind
        self._low: Any = None
        self._high: Any = None
        #: How often each value was seen, in order of first occurrence; None if there are too many.
        self._counts: dict[Any, int] | None = {}
        self._begin(kind)

    def _begin(self, kind: str | None) -> None:
        self._kind = kind
        self._held = {"numbers": copy.copy(_empty_numbers())} if kind == "number" else {}
        if kind == "other":
            self._counts = None

    def update(self, x: Any) -> None:
        """Update with one value; None and NaN are counted as missing."""
        with self._lock:
            if self._kind is None:
                self.update_many([x])
            elif _is_missing(x):
                self._note(0, 1)
            elif self._kind == "number":
                self._held["numbers"].update(x)
                self._note(1, 0)
                self._count({_number(x): 1})
            else:
                if self._kind == "time":
                    x = _time(x)
                    self._low, self._high = _least(self._low, x), _largest(self._high, x)
                if self._kind != "other":
                    self._count({x.item() if isinstance(x, np.generic) else x: 1})
                self._note(1, 0)

    def update_many(self, column: Any) -> None:
        """Update with many values, as one `update` per row would; with all of them or, on an error, none."""
        # These become a list: groups would take a tuple for several columns, and numbers allow no None among objects.
        dtype = getattr(column, "dtype", None)
        is_of_objects = isinstance(dtype, np.dtype) and dtype.kind == "O"
        if isinstance(column, tuple) or is_of_objects or not hasattr(column, "__getitem__"):
            column = list(column)
        with self._lock:
            part = Description(self._kind)
            if self._counts is None:
                part._counts = None
            for block in _blocks(column):
                part._add(block)
            self._join(vars(part))

    def _add(self, block: Any) -> None:
        """Add some rows; after an error, this object is not used any more."""
        if self._kind is None:
            kind = _kind_of(block)
            if kind is None:
                self._note(0, len(block))
                return
            self._begin(kind)
        if self._kind == "time":
            self._add_times(_times(block), len(block))
        elif self._kind == "number":
            summary = self._held["numbers"]
            n, skipped = summary.n, summary.n_skipped
            if isinstance(block, list):
                block = [None if _is_missing(x) else x for x in block]
            summary.update_many(block)
            self._note(int(summary.n - n), summary.n_skipped - skipped)
            if self._counts is not None:
                self._count({_number(x): count for x, count in _counted(block).items()})
        elif self._counts is None:
            missing = _missing(block)
            self._note(len(block) - missing, missing)
        else:
            counts = _counted(block)
            seen = sum(counts.values())
            self._note(seen, len(block) - seen)
            self._count(counts)

    def _add_times(self, times: Any, rows: int) -> None:
        self._note(len(times), rows - len(times))
        if not len(times):
            return
        is_array = isinstance(times, np.ndarray)
        low, high = (times.min().item(), times.max().item()) if is_array else (min(times), max(times))
        self._low, self._high = _least(self._low, low), _largest(self._high, high)
        if self._counts is not None:
            self._count(collections.Counter(times.tolist() if is_array else times))

    def _note(self, seen: int, missing: int) -> None:
        self._seen += seen
        self._skipped += missing

    def _count(self, counts: dict[Any, int]) -> None:
        if self._counts is None:
            return
        for value, count in counts.items():
            self._counts[value] = self._counts.get(value, 0) + count
        if len(self._counts) > MOST:
            self._counts = None

    def get(self) -> dict[str, Any]:
        """Return what is known by its name; None for what is undefined."""
        with self._lock:
            found: dict[str, Any] = {"n": self._seen, "missing": self._skipped}
            if self._kind == "number":
                found |= self._of_numbers()
            elif self._kind == "time":
                found |= {"min": self._low, "max": self._high}
            if self._kind != "other":
                counts = self._counts or {}
                top = max(counts, key=counts.__getitem__, default=None)
                found["distinct"] = None if self._counts is None else len(counts)
                found["top"], found["freq"] = top, counts.get(top)
            return found

    def _of_numbers(self) -> dict[str, Any]:
        summary = self._held["numbers"]
        known = {name: summary[name].get_or(None) for name in summary}
        quartiles = known.pop("quartiles") or [None] * len(QUARTILES)
        if self._counts:
            quartiles = [_quantile(self._counts, q) for q in QUARTILES.values()]
        known |= dict(zip(QUARTILES, quartiles, strict=True))
        return {name: known[name] for name in ("mean", "std", "min", *QUARTILES, "max", "skew", "kurtosis")}

    def keys(self) -> list[str]:
        """Return a list of the names."""
        return list(self.get())

    def _statistic(self, name: str, empty: bool) -> Any:
        with self._lock:
            if "numbers" not in self._held or name not in self.keys():
                raise KeyError(name)
            return self._held["numbers"]._statistic(name, empty)

    def _get_params(self) -> dict[str, Any]:
        return {"kind": self._asked}

    def _check_peer(self, other: Summary) -> None:
        if not isinstance(other, Description):
            raise TypeError(f"a summary of Summary.describe cannot be merged with one of {', '.join(other)}")
        if None not in (self._kind, other._kind) and self._kind != other._kind:
            raise ValueError(f"kind must be the same in both, got {self._kind} and {other._kind}")

    def _merge(self, other: Any) -> None:
        peer = other.__getstate__()
        with self._lock:
            self._join(peer)

    def _join(self, peer: dict[str, Any]) -> None:
        """Add what another one knows, of the same kind."""
        low, high = _least(self._low, peer["_low"]), _largest(self._high, peer["_high"])
        if self._kind is None and peer["_kind"] is not None:
            self._begin(peer["_kind"])
        for name, summary in peer["_held"].items():
            self._held[name]._merge(summary)
        self._low, self._high = low, high
        if peer["_counts"] is None:
            self._counts = None
        else:
            self._count(peer["_counts"])
        self._note(peer["_seen"], peer["_skipped"])

    def _arrow(self) -> Any:
        return summary_table({name: _in_arrow(value) for name, value in self.get().items()})

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            held = {name: copy.copy(summary) for name, summary in self._held.items()}
            counts = None if self._counts is None else dict(self._counts)
            return super().__getstate__() | {"_held": held, "_counts": counts}

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _bare, (), self.__getstate__()

    def to_bytes(self) -> bytes:
        """Return the summary as bytes that `from_bytes` reads.

        Raises
        ------
        TypeError
            If a value is of a type that `utils.save` does not store. Pickle stores any.

        """
        state = {name: value for name, value in self.__getstate__().items() if name in _STATE}
        if state["_kind"] == "time":
            state |= {name: None if state[name] is None else state[name].isoformat() for name in ("_low", "_high")}
            if state["_counts"] is not None:
                state["_counts"] = {time.isoformat(): count for time, count in state["_counts"].items()}
        return checkpoint.packed({"description": state, "kind": self._asked})


def read(content: dict[str, Any]) -> Description:
    """Return the summary that `to_bytes` has packed."""
    description, state = Description(content["kind"]), content["description"]
    if state.keys() != set(_STATE) or state["_kind"] not in (None, *KINDS):
        raise ValueError("its parts are invalid")
    description._begin(state["_kind"])
    counts, held = state["_counts"], state["_held"]
    if state["_kind"] == "time":
        state |= {name: None if state[name] is None else _read_time(state[name]) for name in ("_low", "_high")}
        counts = None if counts is None else {_read_time(time): count for time, count in counts.items()}
        state["_counts"] = counts
    if (
        held.keys() != description._held.keys()
        or any(params_of(summary) != params_of(_empty_numbers()) for summary in held.values())
        or not all(isinstance(state[name], int) and state[name] >= 0 for name in ("_seen", "_skipped"))
        or (counts is not None and (len(counts) > MOST or sum(counts.values()) != state["_seen"]))
        or (counts and not all(isinstance(count, int) and count > 0 for count in counts.values()))
        or (counts and state["_kind"] == "number" and not all(type(key) in (int, float) for key in counts))
    ):
        raise ValueError("its parts do not fit each other")
    vars(description).update(state)
    return description


def _read_time(text: str) -> Any:
    return dt.date.fromisoformat(text) if len(text) == len("2026-01-01") else dt.datetime.fromisoformat(text)


def _bare() -> Description:
    """Return an object without a state, for pickle."""
    return Description.__new__(Description)


def _blocks(column: Any) -> Iterator[Any]:
    """Yield the rows of a column, some at a time."""
    rows = getattr(column, "iloc", column)
    for start in range(0, len(column), _BLOCK):
        yield rows[start : start + _BLOCK]


def _kind_of(block: Any) -> str | None:
    """Return the kind of some rows, by their type or the first of their values; None if all are missing."""
    known = {"M": "time", "b": "category", "i": "number", "u": "number", "f": "number"}
    kind = known.get(getattr(getattr(block, "dtype", None), "kind", ""))
    if kind is not None:
        return kind
    # Creating an object from each of Arrow's times takes microseconds.
    if hasattr(block, "__array__") and np.asarray(block[:1]).dtype.kind == "M":
        return "time"
    for x in block:
        value = x.as_py() if hasattr(x, "as_py") else x
        if not _is_missing(value):
            return _kind_of_value(value)
    return None


def _kind_of_value(x: Any) -> str:
    if isinstance(x, (bool, np.bool_)):
        return "category"
    if isinstance(x, (numbers.Real, decimal.Decimal)):
        return "number"
    if isinstance(x, (dt.date, np.datetime64)):
        return "time"
    try:
        hash(x)
    except TypeError:
        return "other"
    return "category"


def _is_missing(x: Any) -> bool:
    """Tell whether a value is None, NaN, or pandas' NaT or NA."""
    try:
        return x is None or bool(x != x)
    except (TypeError, ValueError):
        # NA is neither equal nor unequal to itself; nor is an array, which is a value.
        return type(x).__name__ == "NAType"


def _counted(block: Any) -> dict[Any, int]:
    """Return how often each value is among some rows, without those that are missing."""
    groups: GroupBy[stats.Count] = GroupBy(stats.Count)
    groups.update_many(block, block)
    return {x: count for x, count in groups.get().items() if not _is_missing(x)}


def _missing(block: Any) -> int:
    """Return how many of some rows are missing."""
    if isinstance(block, (list, tuple, np.ndarray)):
        return sum(map(_is_missing, block))
    count = stats.Count()
    count.update_many(block)
    return len(block) - count.get()


def _times(block: Any) -> Any:
    """Return those of some rows that are not missing, as dates or as datetimes in UTC without a time zone."""
    array = np.asarray(block) if hasattr(block, "__array__") else None
    if array is None or array.dtype.kind != "M":
        return [_time(x) for x in block if not _is_missing(x)]
    if np.datetime_data(array.dtype)[0] in ("ns", "ps", "fs", "as"):
        array = array.astype("M8[us]")
    return array[~np.isnat(array)]


def _time(x: Any) -> Any:
    """Return a date or a time as an object of the standard library, to the microsecond."""
    if isinstance(x, np.datetime64):
        return _times(np.array([x]))[0].item()
    if isinstance(x, dt.datetime):
        # A subclass, such as pandas' Timestamp, may hold more.
        plain = dt.datetime.combine(x.date(), x.timetz())
        return plain if plain.tzinfo is None else plain.astimezone(dt.UTC).replace(tzinfo=None)
    if isinstance(x, dt.date):
        return x
    raise TypeError(f"x must be a date or a time, got {x!r} ({type(x).__name__})")


def _number(x: Any) -> int | float:
    return x if type(x) is int or type(x) is float else float(x)


def _in_arrow(x: Any) -> Any:
    """Return a value that Arrow has a column for: others, such as times, as text."""
    if type(x) is int and x.bit_length() >= 64:
        return float(x)
    return x if x is None or isinstance(x, (bool, int, float, str, bytes)) else str(x)


def _least(one: Any, other: Any) -> Any:
    return min((x for x in (one, other) if x is not None), default=None)


def _largest(one: Any, other: Any) -> Any:
    return max((x for x in (one, other) if x is not None), default=None)


def _quantile(counts: dict[Any, int], q: float) -> float:
    """Return the quantile of values, given how often each was seen, interpolated as NumPy does."""
    values = sorted(counts)
    ends = np.cumsum([counts[value] for value in values])
    at = (ends[-1] - 1) * q
    low, high = (float(values[np.searchsorted(ends, i, side="right")]) for i in (math.floor(at), math.ceil(at)))
    return low if low == high else low + (high - low) * float(at - math.floor(at))


#: To users there is only one class.
Description.__module__, Description.__qualname__, Description.__name__ = Summary.__module__, "Summary", "Summary"
