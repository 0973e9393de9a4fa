"""Counts, weights and windows that are larger than any stream makes them, from states that were prepared."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.stats.cases import CASES, Case
from tests.stats.test_hostile_state import sealed

#: From here on, a double rounds a number of observations.
LARGE = 2**53
FED = 11


def count(n: int) -> bytes:
    return struct.pack("<Q", n)


def with_count(stat: Any, n: int) -> Any:
    """Return an object that has seen `n` observations, made from one that has seen `FED`."""
    content = stat.to_bytes()[:-4]
    return type(stat).from_bytes(sealed(content.replace(count(FED), count(n))))


#: Those that keep a count, and nothing derived from it.
COUNTED = [
    case
    for case in CASES
    if not case.rolling
    and case.name not in ("KLL", "Quantile", "TDigest")  # which keep other counts as well
    and case.fed(case.short[:FED]).to_bytes().count(count(FED)) == 1
    and "object" not in case.kind
]


@pytest.mark.parametrize("case", COUNTED)
def test_counts_go_on_where_doubles_round_them(case: Case) -> None:
    fed = case.fed(case.short[:FED])
    for beyond in (2**63, 2**64 - 1):
        with pytest.raises(ValueError, match="not a valid state"):
            with_count(fed, beyond)
    for begin in (LARGE - 1, 2**62):
        stat = with_count(fed, begin)
        for k in range(1, 6):
            stat.update(*case.short[0])
            assert abs(stat.n - (begin + k)) <= 2 * begin / LARGE
            assert type(stat).from_bytes(stat.to_bytes()).n == stat.n
        assert all(math.isfinite(value) for value in np.atleast_1d(stat.get()))


def test_there_are_such_classes() -> None:
    assert {case.name for case in COUNTED} >= {"Max", "Min", "Kurtosis", "EWMean", "Rate"}


@pytest.mark.parametrize("case", [case for case in COUNTED if "merge" in case.abilities])
def test_more_than_half_as_many_are_not_merged(case: Case) -> None:
    half = with_count(case.fed(case.short[:FED]), LARGE // 2 - 1)
    before = half.to_bytes()
    with pytest.raises(ValueError, match="n must be at most 4503599627370496"):
        half += half
    assert half.to_bytes() == before


@pytest.mark.parametrize("size", [2**32 + 1, 2**40, 2**64 - 1])
def test_a_window_takes_what_it_holds_and_no_more(size: int) -> None:
    for window in (utils.Rolling(stats.Var, size), utils.Rolling(stats.Quantile, size), stats.RollingMax(size)):
        window.update_many([1.0, 3.0])
        assert window.window_size == size
        assert len(window.to_bytes()) < 1_000
        window.update(2.0)
        assert window.get() in (1.0, 2.0, 3.0)
    with pytest.raises(ValueError, match=r"window_size .*18446744073709551616"):
        utils.Rolling(stats.Var, 2**64)


def test_ten_million_late_events_are_counted() -> None:
    window = utils.TimeRolling(stats.Mean, 10)
    window.update(1.0, t=1e6)
    late = np.zeros(10_000_000)
    window.update_many(late, t=late)
    assert (window.n_late, len(window), window.get()) == (10_000_000, 1, 1.0)
