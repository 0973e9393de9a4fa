"""Statistics that follow the rows of a file, for `river run` and `river plot`."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import click

from .errors import DataError
from .expressions import Statistic, read
from .rows import Rows, time

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

    def follow(self, rows: Rows) -> Iterator[tuple[Any, list[Any]]]:
        """Yield each row with the values after it; rows that cannot be read are counted, or an error."""
        picks = [rows.pick(column) for column in self.columns]
        pick_time = rows.pick(self.time) if self.time else None
        used = [*picks, *([pick_time] if pick_time else [])]
        updates = [self._update(statistic, picks) for statistic in self.statistics]
        gets = [statistic.object.get for statistic in self.statistics]
        for place in itertools.count(1):
            try:
                row = next(rows.rows)
            except StopIteration:
                return
            except (csv.Error, json.JSONDecodeError) as error:
                self._refuse(rows, place, error)
                continue
            try:
                rows.check(row)
                for pick in used:
                    if pick(row) in (None, ""):
                        break  # a missing value leaves every value what it was
                else:
                    self.now = time(pick_time(row)) if pick_time else place
                    for update in updates:
                        update(row)
            except (TypeError, ValueError) as error:
                self._refuse(rows, place, error)
            else:
                yield row, [get() for get in gets]

    def _refuse(self, rows: Rows, place: int, error: Exception) -> None:
        if not self.skip:
            raise DataError(f"{rows.source.path}, row {place}: {error}") from error
        self.skipped += 1

    def _update(self, statistic: Statistic, picks: list[Callable[[Any], Any]]) -> Callable[[Any], object]:
        update, picks = statistic.object.update, picks[: statistic.variables]
        convert: Callable[[Any], Any] = (lambda value: value) if statistic.of_objects else float
        if statistic.of_times:
            return lambda row: update(self.now)
        if statistic.timed:
            return lambda row: update(*(convert(pick(row)) for pick in picks), t=self.now)
        if len(picks) == 1:
            (only,) = picks
            return lambda row: update(convert(only(row)))
        return lambda row: update(*(convert(pick(row)) for pick in picks))
