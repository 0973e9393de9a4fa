"""Files row by row, as they come: by the csv module and json, or from pyarrow's batches."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import operator
import sys
from collections.abc import Callable, Iterator
from typing import Any

from .errors import DataError
from .files import Source

__all__ = ["Rows", "Writer", "time"]


class Rows:
    """The rows of a file: lists where it has a header, dictionaries where each row names its values."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names: list[str] = []
        if source.format in ("csv", "tsv"):
            lines = filter(None, csv.reader(source.text(), delimiter=self.delimiter))
            self.names = next(lines, [])
            self.rows: Iterator[Any] = lines
        elif source.format == "jsonl":
            self.rows = map(json.loads, filter(str.strip, source.text()))
        else:
            from .batches import batches

            found = batches(source, (), (), None, lambda raw: raw)
            first = next(found, None)
            self.names = [] if first is None else list(first.schema.names)
            every = itertools.chain([] if first is None else [first], found)
            self.rows = (list(row) for batch in every for row in zip(*batch.to_pydict().values(), strict=True))

    @property
    def delimiter(self) -> str:
        return "\t" if self.source.format == "tsv" else ","

    def pick(self, column: str) -> Callable[[Any], Any]:
        """Return a function that finds a column in a row, or raise an error if there is none."""
        if self.source.format == "jsonl":
            return lambda row: row.get(column)
        if column not in self.names:
            raise DataError(f"{self.source.path}: there is no column {column}; there are {', '.join(self.names)}")
        return operator.itemgetter(self.names.index(column))

    def check(self, row: Any) -> None:
        """Raise a ValueError if a row is not one of this file."""
        if self.source.format == "jsonl":
            if not isinstance(row, dict):
                raise ValueError(f"expected an object, got {row!r}")
        elif len(row) != len(self.names):
            raise ValueError(f"expected {len(self.names)} columns, got {len(row)}")


class Writer:
    """Writes rows with additional columns, in the format that they came in; tables of other formats as CSV."""

    def __init__(self, rows: Rows, labels: list[str], unbuffered: bool) -> None:
        self.flush = unbuffered or sys.stdout.isatty()
        self.labels = labels
        self.lines = None
        if rows.source.format != "jsonl":
            self.lines = csv.writer(sys.stdout, delimiter=rows.delimiter, lineterminator="\n")
            self(rows.names, labels)

    def __call__(self, row: Any, values: list[Any]) -> None:
        if self.lines is not None:
            self.lines.writerow([*row, *values])
        else:
            print(json.dumps(row | dict(zip(self.labels, values, strict=True)), ensure_ascii=False, default=str))
        if self.flush:
            sys.stdout.flush()


def time(value: Any) -> Any:
    """Return a time: a number of seconds, or a date and time as ISO 8601 writes it, perhaps with slashes."""
    if isinstance(value, dt.datetime):
        return value
    try:
        return float(value)
    except ValueError:
        return dt.datetime.fromisoformat(value.strip().replace("/", "-"))
