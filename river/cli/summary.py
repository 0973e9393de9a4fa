"""What `river describe` knows of the columns of a file, in one pass and bounded memory, and how it is saved."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import itertools
import math
from typing import Any

import numpy as np
import pyarrow as pa

from river import utils
from river.utils._description import QUARTILES

from .histogram import Histogram

__all__ = ["Column", "Groups", "Table", "restored"]

_VERSION = 1
#: Categories that JSON and states can represent.
_PLAIN = (pa.types.is_boolean, pa.types.is_string, pa.types.is_large_string)


def _kind(type: Any) -> str | None:
    """Return the kind of a column's summary; None if the first values decide."""
    if pa.types.is_integer(type) or pa.types.is_floating(type) or pa.types.is_decimal(type):
        return "number"
    if pa.types.is_date(type) or pa.types.is_timestamp(type):
        return "time"
    if pa.types.is_null(type):
        return None
    return "other" if pa.types.is_nested(type) else "category"


class Column:
    """A column: what `utils.Summary.describe` says of it, its type and, of numbers, a histogram."""

    def __init__(self, type: str, summary: Any) -> None:
        self.type, self.summary, self.histogram = type, summary, Histogram()

    def add(self, column: Any) -> None:
        """Add the values of an Arrow column."""
        kind = _kind(column.type)
        if kind == "category" and not any(check(column.type) for check in _PLAIN):
            column = pa.array([None if x is None else str(x) for x in column.to_pylist()], pa.string())
        self.summary.update_many(column)
        if self.type == "null":
            self.type = str(column.type)
        if kind == "number":
            self.histogram.add(np.asarray(column.drop_null().cast(pa.float64(), safe=False)))

    def describe(self) -> dict[str, Any]:
        """Return what is known, by name; None if it is undefined."""
        found = {"type": self.type} | {name: _written(value) for name, value in self.summary.get().items()}
        if "mean" in found:
            if found["distinct"] is None:
                found["estimated"] = list(QUARTILES)
            found["histogram"] = self.histogram.sparkline()
        return found

    def state(self) -> dict[str, Any]:
        """Return what `restore` continues from, in a form for JSON."""
        summary = base64.b64encode(self.summary.to_bytes()).decode()
        return {"type": self.type, "summary": summary, "histogram": self.histogram.state()}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Column:
        column = cls(str(state["type"]), utils.Summary.from_bytes(base64.b64decode(state["summary"])))
        column.histogram = Histogram.restore(state["histogram"])
        return column


def _written(value: Any) -> Any:
    """Return a value in a form for JSON: infinities and times as text, and None where a statistic is not defined."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return str(value) if isinstance(value, dt.date) else value


class Table:
    """The columns of a file, or of several with the same columns."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns: dict[str, Column] = {}

    def add(self, batch: Any) -> None:
        """Add a batch."""
        columns = {
            name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        }
        for name, column in columns.items():
            if name not in self.columns:
                self.columns[name] = Column(str(column.type), utils.Summary.describe(_kind(column.type)))
                self.columns[name].add(pa.nulls(self.rows))
        for name, known in self.columns.items():
            try:
                known.add(columns[name] if name in columns else pa.nulls(len(batch)))
            except (TypeError, ValueError) as error:
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


class Groups:
    """A table for each value of a column, in the order in which these were first seen.

    Parameters
    ----------
    by
        The column. What is missing in it is the group "".
    most
        How many groups there may be.

    """

    def __init__(self, by: str, most: int) -> None:
        self.by, self.most = by, most
        self.tables: dict[str, Table] = {}

    @property
    def rows(self) -> int:
        """How many rows there are in all groups."""
        return sum(table.rows for table in self.tables.values())

    def add(self, batch: Any) -> None:
        """Add a batch; raise a ValueError before there would be too many groups."""
        if self.by not in batch.schema.names:
            raise ValueError(f"there is no column {self.by}")
        column = batch.column(self.by)
        if pa.types.is_nested(column.type):
            raise ValueError(f"column {self.by}: {column.type} is no type of keys")
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode(null_encoding="encode")
        codes = np.asarray(column.indices.fill_null(-1))
        keys = {
            code: _key(column.dictionary[code].as_py() if code >= 0 else None) for code in np.unique(codes).tolist()
        }
        if len(self.tables.keys() | keys.values()) > self.most:
            raise ValueError(
                f"column {self.by}: there are more than {self.most:,} groups; --max-groups allows for more"
            )
        order = np.argsort(codes, kind="stable")
        rows = batch.drop_columns([self.by]).take(pa.array(order))
        ends = np.flatnonzero(np.diff(codes[order])) + 1
        for start, end in itertools.pairwise([0, *ends.tolist(), len(batch)]):
            if start < end:
                key = keys[int(codes[order[start]])]
                self.tables.setdefault(key, Table()).add(rows.slice(start, end - start))

    def describe(self) -> dict[str, Any]:
        groups = {key: table.describe() for key, table in self.tables.items()}
        return {"rows": self.rows, "by": self.by, "groups": groups}

    def state(self) -> dict[str, Any]:
        groups = {key: table.state() for key, table in self.tables.items()}
        return {"river describe": _VERSION, "by": self.by, "groups": groups}


def _key(value: Any) -> str:
    """Return a key as the text that JSON has for it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def restored(state: Any, by: str | None, most: int) -> Table | Groups:
    """Return the table or groups of a saved state, or raise a ValueError."""
    saved = state.get("by") if isinstance(state, dict) else None
    if by is None and saved is None:
        return Table.restore(state)
    if by != saved:
        raise ValueError(f"it was saved {'without --by' if saved is None else f'with --by {saved}'}")
    assert by is not None
    groups = Groups(by, most)
    if not isinstance(state.get("groups"), dict):
        raise ValueError("not a state that river describe has saved")
    groups.tables = {str(key): Table.restore(table) for key, table in state["groups"].items()}
    return groups
