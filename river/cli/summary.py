"""What `river describe` knows of a column, in one pass and bounded memory, and how it is saved."""

from __future__ import annotations

import base64
import binascii
import math
from typing import Any

import numpy as np
import pyarrow as pa

from river import stats

from .histogram import Histogram

__all__ = ["Column", "Table"]

#: Distinct values are counted exactly up to so many. Beyond, it is only known that there are more.
MOST = 10_000
_VERSION = 1
QUARTILES = (0.25, 0.5, 0.75)


def _made() -> dict[str, Any]:
    return {
        "mean": stats.Mean(),
        "std": stats.Std(),
        "min": stats.Min(),
        **{f"{q:.0%}": stats.Quantile(q) for q in QUARTILES},
        "max": stats.Max(),
        "skew": stats.Skew(),
        "kurtosis": stats.Kurtosis(),
    }


def _kind(type: Any) -> str:
    if pa.types.is_integer(type) or pa.types.is_floating(type) or pa.types.is_decimal(type):
        return "number"
    return "other" if pa.types.is_nested(type) else "category"


class Column:
    """A column: numbers have moments and quantiles, all have counts."""

    def __init__(self, kind: str, type: str) -> None:
        self.kind, self.type = kind, type
        self.n = self.missing = 0
        self.statistics = _made() if kind == "number" else {}
        self.histogram = Histogram()
        #: How often each value was there; None where there are too many.
        self.counts: dict[Any, int] | None = None if kind == "other" else {}

    def add(self, column: Any) -> None:
        """Add the values of an Arrow column. Nulls and NaN are missing."""
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        length, values = len(column), column.drop_null()
        if self.kind == "number":
            if _kind(values.type) != "number":
                raise ValueError(f"numbers before, {values.type} now")
            array = np.asarray(values.cast(pa.float64(), safe=False))
            if np.isnan(array).any():
                keep = ~np.isnan(array)
                array, values = array[keep], values.filter(pa.array(keep))
            for statistic in self.statistics.values():
                statistic.update_many(array)
            self.histogram.add(array)
        elif _kind(values.type) == "number":
            values = values.cast(pa.string())
        self.n += len(values)
        self.missing += length - len(values)
        self._count(values)

    def _count(self, values: Any) -> None:
        if self.counts is None:
            return
        counted = values.value_counts()
        if len(counted) <= MOST:
            for value, count in zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True):
                key = value if isinstance(value, int | float | str) else str(value)
                self.counts[key] = self.counts.get(key, 0) + count
        if len(counted) > MOST or len(self.counts) > MOST:
            self.counts = None

    def describe(self) -> dict[str, Any]:
        """Return what is known, by name; None where there is nothing to say."""
        found: dict[str, Any] = {"type": self.type, "n": self.n, "missing": self.missing}
        for name, statistic in self.statistics.items():
            value = statistic.get_or(None)
            found[name] = _written(value)
        if self.kind == "number" and self.counts:
            found |= {f"{q:.0%}": _written(_quantile(self.counts, q)) for q in QUARTILES}
        elif self.kind == "number" and self.n:
            found["estimated"] = [f"{q:.0%}" for q in QUARTILES]
        if self.kind != "other":
            top = max(self.counts.items(), key=lambda item: item[1]) if self.counts else (None, None)
            found["distinct"] = None if self.counts is None else len(self.counts)
            found["top"], found["freq"] = _written(top[0]), top[1]
        if self.kind == "number":
            found["histogram"] = self.histogram.sparkline()
        return found

    def state(self) -> dict[str, Any]:
        """Return what `restore` goes on from, as JSON has it."""
        return {
            "kind": self.kind,
            "type": self.type,
            "n": self.n,
            "missing": self.missing,
            "statistics": {
                name: base64.b64encode(statistic.to_bytes()).decode() for name, statistic in self.statistics.items()
            },
            "histogram": self.histogram.state(),
            "counts": None if self.counts is None else list(self.counts.items()),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Column:
        column = cls(str(state["kind"]), str(state["type"]))
        column.n, column.missing = int(state["n"]), int(state["missing"])
        for name, statistic in column.statistics.items():
            column.statistics[name] = type(statistic).from_bytes(base64.b64decode(state["statistics"][name]))
        column.histogram = Histogram.restore(state["histogram"])
        counts = state["counts"]
        column.counts = None if counts is None else {value: int(count) for value, count in counts}
        return column


def _written(value: Any) -> Any:
    """Return a value as JSON has it: an infinity as text, and None where a statistic is not defined."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value


def _quantile(counts: dict[Any, int], q: float) -> float:
    """Return the quantile of values of which it is known how often each was there, interpolated as NumPy does."""
    values = sorted(counts)
    ends = np.cumsum([counts[value] for value in values])
    place = (ends[-1] - 1) * q
    low, high = (float(values[np.searchsorted(ends, at, side="right")]) for at in (math.floor(place), math.ceil(place)))
    return low if low == high else low + (high - low) * (place - math.floor(place))


class Table:
    """The columns of a file, or of several with the same columns."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns: dict[str, Column] = {}

    def add(self, batch: Any) -> None:
        """Add a batch."""
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if name not in self.columns:
                type = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
                self.columns[name] = Column(_kind(type), str(type))
                self.columns[name].missing = self.rows
        for name, known in self.columns.items():
            if name not in batch.schema.names:
                known.missing += len(batch)
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            try:
                self.columns[name].add(column)
            except ValueError as error:
                raise ValueError(f"column {name}: {error}") from error
        self.rows += len(batch)

    def describe(self) -> dict[str, Any]:
        return {"rows": self.rows, "columns": {name: column.describe() for name, column in self.columns.items()}}

    def state(self) -> dict[str, Any]:
        columns = {name: column.state() for name, column in self.columns.items()}
        return {"river describe": _VERSION, "rows": self.rows, "columns": columns}

    @classmethod
    def restore(cls, state: Any) -> Table:
        """Return the table of a saved state, or raise a ValueError."""
        table = cls()
        try:
            if state["river describe"] != _VERSION:
                raise ValueError(f"written by another version, {state['river describe']}")
            table.rows = int(state["rows"])
            table.columns = {str(name): Column.restore(column) for name, column in state["columns"].items()}
        except (AttributeError, KeyError, IndexError, TypeError, binascii.Error) as error:
            raise ValueError("not a state that river describe has saved") from error
        return table
