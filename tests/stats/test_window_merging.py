"""Merging windows: one has then seen the stream of the other after its own."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import pickle
import random
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.stats.cases import Case, feed
from tests.stats.closeness import assert_close, bound
from tests.stats.streams import Row
from tests.stats.windowed import CASES_IN_WINDOWS

CLOSED = ("right", "left", "both", "neither")


def rows_of(case: Case) -> list[Row]:
    return list(itertools.islice(itertools.cycle(case.short), 60))


@pytest.mark.parametrize("case", CASES_IN_WINDOWS)
def test_by_count_the_parts_make_the_whole(case: Case) -> None:
    rng = random.Random(3)
    rows = rows_of(case)
    for size in (1, 4, 50):
        whole = feed(utils.Rolling(case.cls, window_size=size, **case.params[0]), rows)
        i, j = sorted(rng.choices(range(len(rows) + 1), k=2))
        parts = [
            feed(utils.Rolling(case.cls, window_size=size, **case.params[0]), part)
            for part in (rows[:i], rows[i:j], rows[j:])
        ]
        before = [part.get() for part in parts]
        merged = utils.merge(parts)
        check(case, rows, merged, whole)
        right = parts[1] + parts[2]
        check(case, rows, parts[0] + right, whole)
        assert repr([part.get() for part in parts]) == repr(before)
        for row in rows[:7]:
            whole.update(*row)
            merged.update(*row)
        check(case, rows, merged, whole)


def check(case: Case, rows: list[Row], merged: Any, whole: Any) -> None:
    assert len(merged) == len(whole)
    assert_close(merged.get(), whole.get(), bound(case, rows), relative=1e-12)


def test_a_window_that_only_counts_merges_at_once() -> None:
    window = utils.Rolling(stats.Count, 10**12)
    window.update()
    for _ in range(41):
        window += window
    assert len(window) == 10**12


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize("case", [case for case in CASES_IN_WINDOWS if case.kind != "time"])
def test_by_time_the_parts_make_the_whole(case: Case, closed: str) -> None:
    rng = random.Random(closed)
    rows = rows_of(case)
    events = [(row, second / 2 - rng.choice((0, 0, 1, 40))) for second, row in enumerate(rows)]

    def window(events: list[Any]) -> Any:
        made: Any = utils.TimeRolling(case.cls, 6.0, closed=closed, **case.params[0])
        for row, t in events:
            made.update(*row, t=t)
        return made

    at = rng.randrange(len(events))
    left, right, whole = window(events[:at]), window(events[at:]), window(events)
    left += right
    check(case, rows, left, whole)
    for made in (left, whole):
        made.advance(31.25)
    check(case, rows, left, whole)


@pytest.mark.parametrize(
    ("zero", "second"),
    [
        (dt.datetime(2024, 3, 1, 12), dt.timedelta(seconds=1)),
        (dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC), dt.timedelta(seconds=1)),
        (1.7e9, 1.0),
    ],
)
def test_times_of_events(zero: Any, second: Any) -> None:
    left, right = (utils.TimeRolling(stats.Sum, dt.timedelta(seconds=10)) for _ in range(2))
    left.update(1.0, t=zero)
    left.update(2.0, t=zero + 6 * second)
    right.update(4.0, t=zero + 8 * second)
    right.advance(zero + 12 * second)
    left += right
    assert left.get() == 6.0
    left.advance(zero + 15.9 * second)
    assert left.get() == 6.0
    left.advance(zero + 16.1 * second)
    assert left.get() == 4.0


def test_late_events_are_counted() -> None:
    left, right = (utils.TimeRolling(stats.Count, 5.0) for _ in range(2))
    for t in (20.0, 3.0):
        left.update(t=t)
    for t in (30.0, 1.0, 2.0):
        right.update(t=t)
    left += right
    assert (left.get(), left.n_late) == (1, 3)


def test_merged_with_itself() -> None:
    window = feed(utils.Rolling(stats.Sum, window_size=5), [(1.0,), (2.0,), (3.0,)])
    window += window
    assert (window.get(), len(window)) == (2.0 + 3.0 + 1.0 + 2.0 + 3.0, 5)
    words = feed(utils.Rolling(stats.Mode, window_size=5), [("a",), ("b",), ("b",)])
    words += words
    assert words.get() == "b"
    assert len(words) == 5


def test_an_empty_window_changes_nothing() -> None:
    filled = feed(utils.Rolling(stats.Var, window_size=3, ddof=0), [(1.0,), (2.0,)])
    value = filled.get()
    filled += utils.Rolling(stats.Var, window_size=9)
    assert (filled.get(), filled.window_size) == (value, 3)
    empty = utils.Rolling(stats.Var, window_size=3, ddof=0)
    empty += filled
    assert empty.get() == value


@pytest.mark.parametrize(
    ("left", "right", "error", "match"),
    [
        (utils.Rolling(stats.Var, 3), utils.Rolling(stats.Var, 4), ValueError, "window_size .* 3 and 4"),
        (utils.Rolling(stats.Var, 3), utils.Rolling(stats.Var, 3, ddof=0), ValueError, "ddof"),
        (utils.Rolling(stats.Var, 3), utils.Rolling(stats.Mean, 3), ValueError, "cls"),
        (
            utils.Rolling(stats.Var, 3),
            utils.Rolling(stats.Var, 3, min_samples=2),
            ValueError,
            "min_samples .* None and 2",
        ),
    ],
)
def test_parameters_have_to_agree(left: Any, right: Any, error: type[Exception], match: str) -> None:
    left, right = copy.deepcopy((left, right))
    for window in (left, right):
        window.update(1.0)
    before = pickle.dumps(left)
    with pytest.raises(error, match=match):
        left += right
    with pytest.raises(error, match=match):
        left + right
    assert pickle.dumps(left) == before


def test_what_cannot_be_merged() -> None:
    rolling = utils.Rolling(stats.Mean, 3)
    with pytest.raises(TypeError, match="unsupported operand"):
        rolling + utils.TimeRolling(stats.Mean, 3.0)
    with pytest.raises(TypeError, match="unsupported operand"):
        rolling + stats.Mean()
    with pytest.raises(TypeError, match="same in both windows"):
        rolling + utils.Rolling(stats.Sum, 3)

    class Own(stats.base.Univariate[float]):
        def update(self, x: float) -> None: ...
        def get(self) -> float:
            return 0.0

    with pytest.raises(TypeError, match="Own, which is written in Python"):
        utils.Rolling(Own, 3) + utils.Rolling(Own, 3)
    with pytest.raises(TypeError, match="unsupported operand"):
        utils.TumblingWindow(stats.Mean, 3) + utils.TumblingWindow(stats.Mean, 3)
    naive, aware = (utils.TimeRolling(stats.Mean, 3.0) for _ in range(2))
    naive.update(1.0, t=dt.datetime(2024, 3, 1))
    aware.update(1.0, t=dt.datetime(2024, 3, 1, tzinfo=dt.UTC))
    with pytest.raises((TypeError, ValueError)):
        naive += aware
    assert naive.get() == 1.0


def test_a_half_life_looks_at_the_times() -> None:
    def window(events: list[tuple[float, float]]) -> Any:
        made: Any = utils.Rolling(stats.EWMean, window_size=3, halflife=2.0)
        for x, t in events:
            made.update(x, t=t)
        return made

    events = [(1.0, 0.0), (5.0, 3.0), (2.0, 4.5), (8.0, 9.0)]
    merged = window(events[:2]) + window(events[2:])
    assert_close(merged.get(), window(events).get(), relative=1e-14)
    with pytest.raises(ValueError, match="t"):
        window(events[2:]) + window(events[:2])


def test_windows_in_groups() -> None:
    keys, x = np.array([1, 2, 1, 2, 1, 3]), np.arange(6.0)
    whole, left, right = (utils.GroupBy(utils.Rolling, stats.Mean, window_size=2) for _ in range(3))
    whole.update_many(keys, x)
    left.update_many(keys[:3], x[:3])
    right.update_many(keys[3:], x[3:])
    left += right
    assert left.get() == whole.get()
    assert copy.copy(left).get() == whole.get()
