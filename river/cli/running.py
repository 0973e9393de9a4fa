"""Statistics that follow the rows of a file, for `river run` and `river plot`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from .errors import DataError
from .expressions import Statistic, read
from .rows import Rows, number, time

__all__ = ["Runner"]


class Runner:
    """Statistics, the columns that they see, and what is done with a row that cannot be read."""

    def __init__(self, expressions: tuple[str, ...], columns: tuple[str, ...], t: str | None, skip: bool) -> None:
        self.statistics = [read(text) for text in expressions]
        self.columns, self.time, self.skip = columns, t, skip
        self.skipped = 0
        #: The time of the newest row, or its place where there are no times.
        self.now: Any = None
        for statistic in self.statistics:
            self._check(statistic)
        labels = [statistic.label for statistic in self.statistics]
        if twice := {label for label in labels if labels.count(label) > 1}:
            raise click.UsageError(f"{', '.join(twice)} is there twice; name one, as in name={twice.pop()}")
        self.labels = labels

    def _check(self, statistic: Statistic) -> None:
        if (statistic.timed or statistic.of_times) and self.time is None:
            raise click.UsageError(f"{statistic.label} needs times: name their column by --time")
        if statistic.variables > len(self.columns):
            needed = "two columns: give --column twice" if statistic.variables == 2 else "a column: name it by --column"
            raise click.UsageError(f"{statistic.label} needs {needed}")

    def follow(self, rows: Rows) -> Iterator[tuple[dict[str, Any], list[Any]]]:
        """Yield each row with the values after it; rows that cannot be read are counted, or an error."""
        used = (*self.columns, *([self.time] if self.time else []))
        rows.check(used)
        updates = [self._update(statistic) for statistic in self.statistics]
        found = iter(rows.rows)
        place = 0
        while True:
            place += 1
            try:
                row = next(found)
                # A missing value leaves every value what it was.
                if all(row.get(name) not in (None, "") for name in used):
                    self.now = time(row[self.time]) if self.time else place
                    for update in updates:
                        update(row)
            except StopIteration:
                return
            except (TypeError, ValueError) as error:
                if not self.skip:
                    raise DataError(f"{rows.source.path}, row {place}: {error}") from error
                self.skipped += 1
                continue
            yield row, [statistic.object.get() for statistic in self.statistics]

    def _update(self, statistic: Statistic) -> Callable[[dict[str, Any]], object]:
        update, columns = statistic.object.update, self.columns[: statistic.variables]
        convert: Callable[[Any], Any] = (lambda value: value) if statistic.of_objects else number
        if statistic.of_times:
            return lambda row: update(self.now)
        if statistic.timed:
            return lambda row: update(*(convert(row[name]) for name in columns), t=self.now)
        if len(columns) == 1:
            (column,) = columns
            return lambda row: update(convert(row[column]))
        return lambda row: update(*(convert(row[name]) for name in columns))
