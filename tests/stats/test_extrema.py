"""Tests specific to minima, maxima and ranges."""

from __future__ import annotations

import copy
import math
import pickle
import random
from typing import Any

import numpy as np
import pytest

from river import stats
from tests import oracles
from tests.stats.cases import CASES, Case, feed
from tests.stats.closeness import assert_same

EXTREMA = [case for case in CASES if case.name in ("AbsMax", "Max", "Min", "PeakToPeak")]
WINDOWS = [case for case in CASES if case.name in ("RollingAbsMax", "RollingMax", "RollingMin", "RollingPeakToPeak")]


def test_the_smallest_int8_has_an_absolute_value() -> None:
    for stat in (stats.AbsMax(), stats.RollingAbsMax(2)):
        stat.update(np.int8(-128))
        assert_same(stat.get(), 128.0)


def test_the_value_has_the_name_of_the_statistic_too() -> None:
    for name in ("min", "max"):
        stat = feed(getattr(stats, name.title())(), [(3,), (1,), (2,)])
        assert getattr(stat, name) == stat.get() == {"min": 1.0, "max": 3.0}[name]
    assert feed(stats.AbsMax(), [(3,), (-4,)]).abs_max == 4.0


@pytest.mark.parametrize("case", EXTREMA)
def test_merging_at_every_split_is_the_whole(case: Case) -> None:
    for rows in case.streams.values():
        rows = rows[:20]
        for k in range(len(rows) + 1):
            left, right, whole = case.fed(rows[:k]), case.fed(rows[k:]), case.fed(rows)
            assert (left + right).to_bytes() == whole.to_bytes()
            left += right
            assert left.to_bytes() == whole.to_bytes()


def test_a_nan_on_either_side_survives_a_merge() -> None:
    for case in EXTREMA:
        with_nan, without = case.fed([(1.0,), (math.nan,)]), case.fed()
        assert math.isnan((with_nan + without).get())
        assert math.isnan((without + with_nan).get())


def test_a_window_forgets_what_it_has_lost() -> None:
    stat = feed(stats.RollingMax(3), [(x,) for x in (5, math.nan, 1, 2, 3, 4)])
    assert_same(stat.get(), 4.0)


@pytest.mark.parametrize("case", WINDOWS)
@pytest.mark.parametrize("size", [1, 2, 600, 5_000])
def test_agrees_with_the_window_itself(case: Case, size: int) -> None:
    # Long falls fill many chunks with candidates; a rise evicts them at once.
    rng = random.Random(size)
    values: list[float] = []
    for _ in range(4):
        values += [-float(i) for i in range(size)]
        values += rng.choices((math.inf, -math.inf, 0.0, 1.0, 7.5, -7.5), k=size)
        values += [float(i) for i in range(size)]
    stat = case.make({"window_size": size})
    for n, x in enumerate(values, start=1):
        stat.update(x)
        if n % 499 == 0 or size < 10:
            window = np.array(values[max(0, n - size) : n])
            with np.errstate(invalid="ignore"):
                expected = {
                    "RollingAbsMax": np.abs(window).max(),
                    "RollingMax": window.max(),
                    "RollingMin": window.min(),
                    "RollingPeakToPeak": np.ptp(window),
                }[case.name]
            assert_same(stat.get(), float(expected))


def test_the_window_shows_its_values_in_order_of_size() -> None:
    rows = [(x,) for x in (5.0, -3.0, math.nan, 4.0, 1.0)]
    for cls, expected in (
        (stats.RollingMax, [-3.0, 1.0, 4.0, math.nan]),
        (stats.RollingMin, [-3.0, 1.0, 4.0, math.nan]),
        (stats.RollingAbsMax, [1.0, 3.0, 4.0, math.nan]),
    ):
        stat = feed(cls(4), rows)
        assert repr(stat.window) == repr(expected)
        assert stat.window is not stat.window
        assert cls(4).window == []


def test_the_parts_of_a_rolling_range_are_statistics() -> None:
    stat = feed(stats.RollingPeakToPeak(3), [(x,) for x in (9, 1, -4, 3)])
    assert type(stat.max) is stats.RollingMax
    assert type(stat.min) is stats.RollingMin
    assert (stat.max.get(), stat.min.get(), stat.max.window_size) == (3.0, -4.0, 3)
    part = stat.max
    part.update(100)
    assert stat.get() == 7.0


def extrema(values: list[float]) -> Any:
    return feed(stats.Extrema(), [(x,) for x in values])


def test_extrema_agree_with_numpy() -> None:
    rng = random.Random(3)
    for pool in ([1.0, 2.0, 3.0], [0.5, -0.5, math.inf, -math.inf], [1.0, math.nan, 0.0]):
        for n in range(1, 30):
            values = rng.choices(pool, k=n)
            found = extrema(values).get()
            expected = (min(values), max(values), int(np.argmin(values)), int(np.argmax(values)))
            if any(math.isnan(x) for x in values):
                expected = (math.nan, math.nan, *expected[2:])
            assert repr(tuple(found)) == repr(expected)
            assert [type(x) for x in found] == [float, float, int, int]


def test_extrema_agree_with_the_oracle() -> None:
    for rows in CASES[0].streams.values():
        stat, oracle = stats.Extrema(), oracles.Extrema()
        assert stat.get() is None
        for row in rows:
            stat.update(*row)
            oracle.update(*row)
            assert stat.get() == oracle.get()
        assert stat.n == len(rows)


def test_merged_extrema_keep_their_positions() -> None:
    values = [3.0, -1.0, 7.0, 7.0, -1.0, math.nan, 9.0]
    for n in range(len(values) + 1):
        for k in range(n + 1):
            merged = extrema(values[:k]) + extrema(values[k:n])
            assert merged.to_bytes() == extrema(values[:n]).to_bytes()


def test_extrema_are_an_object_like_any_other() -> None:
    stat = extrema([3.0, -1.0])
    for again in (copy.copy(stat), copy.deepcopy(stat), pickle.loads(pickle.dumps(stat))):
        assert again.get() == stat.get() == (-1.0, 3.0, 1, 0)
        again.update(5)
        assert stat.n == 2
    assert stats.Extrema.from_bytes(stat.to_bytes()).get() == stat.get()
    assert repr(stat) == "Extrema: Extremes(min=-1.0, max=3.0, argmin=1, argmax=0)"
    assert stat.name == "extrema"
    assert stat.clone().get() is None
    assert stat.get_or(1) == stat.get()
    assert stat.clone().get_or(1) == 1
    for wrong in (None, "a", [1.0]):
        with pytest.raises(TypeError):
            stat.update(wrong)
    data = stat.to_bytes()
    for i in range(len(data)):
        with pytest.raises(ValueError, match="Extrema"):
            stats.Extrema.from_bytes(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :])
