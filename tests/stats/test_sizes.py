"""`sys.getsizeof` returns the size of what an object itself holds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from river import stats, utils
from tests.observers import OBSERVERS, Observer

GROWING: dict[str, Callable[[int], Any]] = {
    "RollingQuantile": lambda size: stats.RollingQuantile(0.5, size),
    "RollingMax": lambda size: stats.RollingMax(size),
    "Shift": lambda size: stats.Shift(size),
    "Rolling(Mean)": lambda size: utils.Rolling(stats.Mean, size),
    "Rolling(Quantile)": lambda size: utils.Rolling(stats.Quantile, size),
}


@pytest.mark.parametrize("name", GROWING)
def test_a_window_has_eight_bytes_a_value_and_not_many_more(name: str) -> None:
    stat = GROWING[name](10_000)
    empty = sys.getsizeof(stat)
    assert empty < 1_500
    # Falling, so that a window of maxima keeps all values.
    stat.update_many([float(x) for x in range(10_000, 0, -1)])
    assert 79_000 < sys.getsizeof(stat) - empty <= 400_000


@pytest.mark.parametrize("row", OBSERVERS, ids=repr)
def test_what_an_object_holds_is_in_its_size(row: Observer) -> None:
    stat = row.make(10_000)
    empty, stored = sys.getsizeof(stat), len(stat.to_bytes())
    assert empty >= object.__sizeof__(stat)
    for i in range(300):
        stat.update(*row.rows[i % len(row.rows)], **row.named(i))
    # It grows like its stored state, whose first bytes are those of the object itself.
    assert sys.getsizeof(stat) - empty > 0.4 * (len(stat.to_bytes()) - stored) - 128


GROUPED: dict[str, Callable[[], Any]] = {
    "of numbers": lambda: utils.GroupBy(stats.Var),
    "of windows": lambda: utils.GroupBy(utils.Rolling, stats.Max, window_size=3),
    "of values": lambda: utils.GroupBy(stats.Mode),
    "of summaries": lambda: utils.GroupBy(utils.Summary, mean=stats.Mean(), var=stats.Var()),
}


@pytest.mark.parametrize("name", GROUPED)
def test_groups_are_as_large_as_there_are_keys(name: str) -> None:
    groups = GROUPED[name]()
    empty = sys.getsizeof(groups)
    sizes = []
    for start in (0, 1_000):
        groups.update_many(list(range(start, start + 1_000)), [1.0] * 1_000)
        sizes.append(sys.getsizeof(groups) - empty)
    assert 30_000 < sizes[0] < 600_000
    assert 1.5 * sizes[0] < sizes[1] < 2.5 * sizes[0]


@pytest.mark.parametrize("make", [stats.Mean, stats.Kurtosis, lambda: stats.Var(ddof=0)])
def test_what_is_constant_stays_so(make: Callable[[], Any]) -> None:
    stat = make()
    before = sys.getsizeof(stat)
    assert object.__sizeof__(stat) <= before < 1_000
    stat.update_many(range(10_000))
    assert sys.getsizeof(stat) == before


def test_values_count_as_references_or_as_their_bytes() -> None:
    mode = stats.Mode(k=-1)
    mode.update_many([f"value number {i}" for i in range(1_000)])
    assert sys.getsizeof(mode) > 8_000
    assert sys.getsizeof(stats.Mean() | stats.Var()) < 1_000


def test_an_object_without_a_kernel_has_a_size() -> None:
    assert sys.getsizeof(stats.Mean.__new__(stats.Mean)) > 0
