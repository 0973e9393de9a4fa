"""Files row by row, as they come: by the csv module and json, or from pyarrow's batches."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from .errors import DataError
from .files import Source

__all__ = ["Rows", "Writer", "number", "time"]


class Rows:
    """The rows of a file as dictionaries, with the names of its columns."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.rows: Iterator[dict[str, Any]]
        if source.format in ("csv", "tsv"):
            reader = csv.DictReader(source.text(), delimiter="\t" if source.format == "tsv" else ",", restval="")
            self.names = list(reader.fieldnames or ())
            self.rows = iter(reader)
        elif source.format == "jsonl":
            self.names = []
            self.rows = map(json.loads, filter(str.strip, source.text()))
        else:
            from .batches import batches

            found = batches(source, (), (), None, lambda raw: raw)
            first = next(found, None)
            self.names = [] if first is None else list(first.schema.names)
            self.rows = (row for batch in ([] if first is None else [first]) for row in batch.to_pylist())
            self.rows = _chained(self.rows, found)

    def check(self, columns: tuple[str, ...]) -> None:
        """Raise an error for a column that is not there."""
        for column in columns:
            if self.names and column not in self.names:
                known = ", ".join(self.names)
                raise DataError(f"{self.source.path}: there is no column {column}; there are {known}")


def _chained(rows: Iterator[dict[str, Any]], batches: Iterator[Any]) -> Iterator[dict[str, Any]]:
    yield from rows
    for batch in batches:
        yield from batch.to_pylist()


class Writer:
    """Writes rows with further columns, in the format that they came in; tables of other formats as CSV."""

    def __init__(self, rows: Rows, labels: list[str], unbuffered: bool) -> None:
        self.labels, self.flush = labels, unbuffered or sys.stdout.isatty()
        self.write: Callable[[dict[str, Any]], object]
        if rows.source.format == "jsonl":
            self.write = self._json
        else:
            delimiter = "\t" if rows.source.format == "tsv" else ","
            writer = csv.DictWriter(
                sys.stdout, [*rows.names, *labels], delimiter=delimiter, lineterminator="\n", extrasaction="ignore"
            )
            writer.writeheader()
            self.write = writer.writerow
        self._flush()

    def __call__(self, row: dict[str, Any], values: list[Any]) -> None:
        self.write(row | dict(zip(self.labels, values, strict=True)))
        self._flush()

    def _json(self, row: dict[str, Any]) -> None:
        print(json.dumps(row, ensure_ascii=False, default=str))

    def _flush(self) -> None:
        if self.flush:
            sys.stdout.flush()


def number(value: Any) -> float:
    """Return a value of a row as a number."""
    return float(value)


def time(value: Any) -> Any:
    """Return a time: a number of seconds, or a date and time as ISO 8601 writes it, perhaps with slashes."""
    if isinstance(value, dt.datetime):
        return value
    try:
        return float(value)
    except ValueError:
        return dt.datetime.fromisoformat(value.strip().replace("/", "-"))
