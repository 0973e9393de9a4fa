"""Statistics that follow the rows of a file, for `river run` and `river plot`."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import click

from river import utils

from .errors import DataError
from .expressions import Statistic, read
from .rows import Rows, time

__all__ = ["Runner"]

Pick = Callable[[Any], Any]
"""Finds a column in a row."""


class Runner:
    """Statistics, the columns that they see, and the handling of rows that cannot be read."""

    def __init__(
        self,
        expressions: tuple[str, ...],
        columns: tuple[str, ...],
        t: str | None,
        skip: bool,
        by: str | None = None,
    ) -> None:
        self.statistics = [read(text) for text in expressions]
        self.columns, self.time, self.skip, self.by = columns, t, skip, by
        self.skipped = 0
        #: The time of the newest row, or its index if there are no times.
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
        """Yield each row with the values after it; rows that cannot be read are counted, or raise an error."""
        picks = [rows.pick(column) for column in self.columns]
        pick_time = rows.pick(self.time) if self.time else None
        used = [*picks, *([pick_time] if pick_time else [])]
        keys = [rows.pick(self.by)] if self.by else []
        kept = [self._kept(statistic) for statistic in self.statistics]
        pairs = zip(self.statistics, kept, strict=True)
        updates = [self._update(statistic, seen.update, keys, picks) for statistic, seen in pairs]
        gets = [self._get(seen, keys) for seen in kept]
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
                        break  # a missing value leaves every value unchanged
                else:
                    self.now = time(pick_time(row)) if pick_time else place
                    for update in updates:
                        update(row)
                values = [get(row) for get in gets]
            except (TypeError, ValueError) as error:
                self._refuse(rows, place, error)
            else:
                yield row, values

    def _refuse(self, rows: Rows, place: int, error: Exception) -> None:
        if not self.skip:
            raise DataError(f"{rows.source.path}, row {place}: {error}") from error
        self.skipped += 1

    def _kept(self, statistic: Statistic) -> Any:
        """Return the statistic, or the groups of it."""
        if self.by is None:
            return statistic.object
        try:
            return utils.GroupBy(statistic.object)
        except (TypeError, ValueError) as error:
            raise click.UsageError(f"{statistic.label}: {error}") from error

    def _update(
        self, statistic: Statistic, update: Callable[..., object], keys: list[Pick], picks: list[Pick]
    ) -> Callable[[Any], object]:
        picks = picks[: statistic.variables]
        convert: Callable[[Any], Any] = (lambda value: value) if statistic.of_objects else float
        if statistic.of_times:
            return lambda row: update(*(key(row) for key in keys), t=self.now)
        if statistic.timed:
            return lambda row: update(*(key(row) for key in keys), *(convert(pick(row)) for pick in picks), t=self.now)
        if not keys and len(picks) == 1:
            (only,) = picks
            return lambda row: update(convert(only(row)))
        return lambda row: update(*(key(row) for key in keys), *(convert(pick(row)) for pick in picks))

    def _get(self, kept: Any, keys: list[Pick]) -> Callable[[Any], Any]:
        """Return a function that gets the value, which is that of a row's group if there are groups."""
        if not keys:
            return lambda row: kept.get()
        ((key,), empty) = keys, kept.empty().get()
        return lambda row: kept.get(key(row)) if key(row) in kept else empty
