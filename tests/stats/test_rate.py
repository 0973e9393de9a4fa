"""Tests specific to Rate, and what every statistic accepts as a point in time."""

from __future__ import annotations

import copy
import datetime as dt
import math
import pickle
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from river import stats
from tests import oracles

START = dt.datetime(2024, 3, 1, 12)
SECOND = dt.timedelta(seconds=1)


def rate(*times: Any) -> Any:
    stat = stats.Rate()
    for t in times:
        stat.update(t)
    return stat


def test_agrees_with_the_oracle_in_any_order() -> None:
    rng = random.Random(8)
    stat, oracle = stats.Rate(), oracles.Rate()
    for n in range(1, 200):
        t = rng.uniform(-1e6, 1e6)
        stat.update(t)
        oracle.update(t)
        assert stat.get() == oracle.get()
        assert stat.n == n


def test_empty_single_and_simultaneous_events() -> None:
    assert rate().get() == rate(5).get() == 0.0
    assert rate(5, 5).get() == math.inf
    assert rate().get_or(None) is None


UTC = dt.UTC
EAST = dt.timezone(dt.timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("times", "seconds"),
    [
        ((1, 3.5), 2.5),
        ((True, 3), 2.0),
        ((np.int32(1), np.float32(3.5)), 2.5),
        ((0 * SECOND, 1.5 * SECOND), 1.5),
        ((np.timedelta64(0, "ms"), np.timedelta64(1_500, "ms")), 1.5),
        ((START, START + dt.timedelta(microseconds=1)), 1e-6),
        ((dt.datetime.min, dt.datetime.max), (dt.datetime.max - dt.datetime.min).total_seconds()),
        ((START.replace(tzinfo=UTC), START.replace(tzinfo=EAST) + dt.timedelta(hours=6)), 1800.0),
        ((pd.Timestamp(START), pd.Timestamp(START) + pd.Timedelta(7, "ns")), 7e-9),
        ((pd.Timestamp(START), START + SECOND), 1.0),
        ((np.datetime64("2024-03-01"), np.datetime64("2024-03-01T00:00:00.000000003")), 3e-9),
        ((np.datetime64("2024-03-01"), START), 43200.0),
        ((np.datetime64("-9000", "Y"), np.datetime64("9000", "Y")), 18_000 * 365.2425 * 86_400),
    ],
)
def test_everything_that_tells_the_time(times: tuple[Any, Any], seconds: float) -> None:
    assert rate(*times).get() == pytest.approx(1 / seconds, rel=1e-15)


KINDS = (1.0, START, START.replace(tzinfo=UTC))


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
def test_kinds_of_times_are_never_mixed(first: Any, second: Any) -> None:
    stat = rate(first)
    before = stat.to_bytes()
    if first is second:
        stat.update(second)
        assert stat.n == 2
        return
    with pytest.raises(TypeError, match="t must be"):
        stat.update(second)
    with pytest.raises(TypeError, match="t must be"):
        stat += rate(second)
    assert stat.to_bytes() == before


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf, pd.NaT, np.datetime64("NaT", "s")])
def test_no_time_is_a_value_error(wrong: Any) -> None:
    stat = rate()
    with pytest.raises(ValueError, match="t must be a point in time"):
        stat.update(wrong)
    assert stat.to_bytes() == rate().to_bytes()


@pytest.mark.parametrize("wrong", [None, "2024-03-01", dt.date(2024, 3, 1), [1.0], object()])
def test_what_is_no_time_is_a_type_error(wrong: Any) -> None:
    stat = rate(1.0)
    before = stat.to_bytes()
    with pytest.raises(TypeError):
        stat.update(wrong)
    assert stat.to_bytes() == before


def test_merging_at_every_split_is_the_whole() -> None:
    times = [3.0, -1.0, 8.0, 2.0]
    for k in range(5):
        assert (rate(*times[:k]) + rate(*times[k:])).to_bytes() == rate(*times).to_bytes()


def test_is_an_object_like_any_other() -> None:
    for kind in KINDS:
        stat = rate(kind, kind)
        for again in (copy.copy(stat), copy.deepcopy(stat), pickle.loads(pickle.dumps(stat))):
            assert again.to_bytes() == stat.to_bytes()
            again.update(kind)
            assert (again.n, stat.n) == (3, 2)
        data = stat.to_bytes()
        for i in range(len(data)):
            with pytest.raises(ValueError, match="Rate"):
                stats.Rate.from_bytes(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :])
    assert repr(rate(0, 2)) == "Rate: 0.5"
    assert rate(0, 2).clone().n == 0
    assert rate(0).name == "rate"
    by_name = stats.Rate()
    by_name.update(t=1.0)
    assert by_name.n == 1
