"""`sys.getsizeof` tells what an object holds itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from river import stats, utils

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
    # Falling, so that a window of maxima keeps all.
    stat.update_many([float(x) for x in range(10_000, 0, -1)])
    assert 79_000 < sys.getsizeof(stat) - empty <= 400_000


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
