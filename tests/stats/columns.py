"""Columns for the tests of `update_many` and `accumulate`."""

from __future__ import annotations

import math
from typing import Any

from tests.stats.cases import CASES, Case, feed
from tests.stats.closeness import assert_same
from tests.stats.streams import Row

#: Classes whose sums and moments are accumulated in another order over columns.
SUMMED = frozenset(
    case.cls
    for case in CASES
    if case.tolerance and ("weighted" in case.abilities or case.name in ("Kurtosis", "Skew", "ZScore"))
)


def columns(rows: list[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def looped(stat: Any, rows: list[Row]) -> list[Any]:
    """Return the value after each update, None as NaN."""
    values = []
    for row in rows:
        feed(stat, [row])
        values.append(math.nan if stat.get() is None else stat.get())
    return values


def assert_value(case: Case, actual: Any, expected: Any, scale: float = 1.0) -> None:
    """Assert what `update_many` promises: the loop's value, to 1e-12 where it is a sum or a moment."""
    if case.cls not in SUMMED or not isinstance(expected, float) or not math.isfinite(expected):
        assert_same(actual, expected)
    else:
        assert abs(actual - expected) <= 1e-12 * max(abs(expected), scale), f"{actual!r} instead of {expected!r}"
