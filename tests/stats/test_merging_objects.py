"""Merging statistics of two streams of hashable values."""

from __future__ import annotations

import copy
import gc
import math
import operator
import random
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests import oracles
from tests.stats.cases import feed
from tests.stats.closeness import assert_close


class Named:
    """A key whose hashes collide and whose comparison runs Python code."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __hash__(self) -> int:
        return hash(self.name) % 3

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and other.name == self.name


def rows(values: str) -> Iterator[tuple[Any, ...]]:
    return ((Named(value),) for value in values)


def pairs(values: str) -> Iterator[tuple[Any, ...]]:
    return ((Named(x), Named(y)) for x, y in zip(values, values[::-1], strict=True))


CASES = [
    (stats.Mode, {"k": -1}, rows),
    (stats.Entropy, {}, rows),
    (stats.Entropy, {"fading_factor": 0.9}, rows),
    (stats.ChiSquared, {}, pairs),
    (stats.KullbackLeibler, {}, pairs),
]
UNMERGE = [row for row in CASES if "fading_factor" not in row[1]]


@pytest.mark.parametrize(("cls", "params", "observations"), CASES)
def test_equal_objects_are_one_value(cls: Any, params: dict[str, Any], observations: Any) -> None:
    stream = "abracadabra" * 3
    for k in range(len(stream)):
        seen = list(observations(stream))
        left, right, whole = (feed(cls(**params), part) for part in (seen[:k], seen[k:], seen))
        merged = left + right
        left += right
        for stat in (merged, left):
            assert stat.n == whole.n
            expected = whole.get()
            if isinstance(expected, Named):
                assert stat.get() == expected
            else:
                assert_close(stat.get(), expected, 1e-12)


def test_the_first_of_equal_objects_stands_for_all() -> None:
    early, late = Named("x"), Named("x")
    merged = feed(stats.Mode(), [(early,)]) + feed(stats.Mode(), [(late,)])
    assert merged.get() is early
    assert (stats.Mode() + feed(stats.Mode(), [(late,)])).get() is late
    nan = math.nan
    both = feed(stats.Mode(), [(nan,)]) + feed(stats.Mode(), [(nan,), (float("nan"),)])
    assert sorted(both.counts.values()) == [1, 2]


@given(st.lists(st.integers(0, 5), max_size=30), st.lists(st.integers(0, 5), max_size=30), st.integers(1, 8))
def test_the_mode_of_two_streams(left: list[int], right: list[int], k: int) -> None:
    oracle = oracles.Mode(k)
    streams = [left, right]
    parts = [feed(stats.Mode(k), [(x,) for x in stream]) for stream in streams]
    left_out = any(len(set(stream)) > k for stream in streams)
    if left_out and all(streams):
        with pytest.raises(ValueError, match="HeavyHitters"):
            parts[0] + parts[1]
        with pytest.raises(ValueError, match="HeavyHitters"):
            parts[0] - parts[1]
        return
    merged = parts[0] + parts[1]
    for x in left + right:
        oracle.update(x)
    assert merged.n == len(left + right)
    assert merged.get() == oracle.get()
    assert list(merged.counts.items()) == list(oracle.counts.items())
    for x in [*right, 7]:
        merged.update(x)
        oracle.update(x)
        assert merged.get() == oracle.get()


@pytest.mark.parametrize("fading_factor", [0.999, 0.9, 0.3, 1e-3])
def test_faded_entropy_forgets_what_a_longer_stream_forgets(fading_factor: float) -> None:
    rng = random.Random(3)
    values = [rng.randrange(40 if i % 400 < 200 else 2) for i in range(1_200)]
    whole = feed(stats.Entropy(fading_factor), [(x,) for x in values])
    for k in (0, 1, 5, 600, 1_150, 1_199, 1_200):
        left, right = (feed(stats.Entropy(fading_factor), [(x,) for x in part]) for part in (values[:k], values[k:]))
        for merged in (left + right, stats.Entropy(fading_factor) + (left + right)):
            assert merged.n == whole.n
            assert_close(merged.get(), whole.get(), 1e-12)
            assert {x: w for x, w in merged.counter.items() if w > 1e-15} == pytest.approx(
                {x: w for x, w in whole.counter.items() if w > 1e-15}, rel=1e-10
            )
            reread = stats.Entropy.from_bytes(merged.to_bytes())
            for x in values[:50]:
                reread.update(x)
            assert_close(reread.get(), feed(copy.deepcopy(whole), [(x,) for x in values[:50]]).get(), 1e-12)


def test_what_has_faded_cannot_be_subtracted() -> None:
    left, right = (feed(stats.Entropy(0.9), [("a",), ("b",)]) for _ in range(2))
    with pytest.raises(ValueError, match="fade"):
        left - right
    assert (left - stats.Entropy(0.9)).get() == left.get()
    with pytest.raises(ValueError, match=r"fading_factor .* 1\.0 and 0\.9"):
        stats.Entropy() + right


@pytest.mark.parametrize(("cls", "params", "observations"), UNMERGE)
def test_a_part_can_be_taken_out_again(cls: Any, params: dict[str, Any], observations: Any) -> None:
    stream = "abracadabra"
    for k in range(len(stream) + 1):
        seen = list(observations(stream))
        left, right = feed(cls(**params), seen[:k]), feed(cls(**params), seen[k:])
        rest = (left + right) - right
        assert rest.n == left.n
        assert rest.get() == left.get()
        rest -= left
        assert rest.n == 0
        assert rest.get() == cls(**params).get()
        if right.n:
            before = copy.deepcopy(left)
            with pytest.raises(ValueError, match="not among those seen"):
                left -= feed(right + left, observations("x"))
            assert left.n == before.n
            assert left.get() == before.get()


def test_a_statistic_minus_itself_is_empty() -> None:
    for cls, params, observations in UNMERGE:
        stat: Any = feed(cls(**params), list(observations("abcabb")))
        stat -= stat
        assert (stat.n, stat.get()) == (0, cls(**params).get())


class Failing(Named):
    """A key whose comparison may fail."""

    fails = False

    __hash__ = Named.__hash__

    def __eq__(self, other: object) -> bool:
        if Failing.fails:
            raise RuntimeError("no comparison")
        return super().__eq__(other)


@pytest.mark.parametrize("operation", [operator.iadd, operator.isub])
def test_a_comparison_that_fails_changes_nothing(operation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = (feed(stats.Mode(), [(1,), (Failing("x"),), (Failing("y"),)]) for _ in range(2))
    before = left.n, sorted(left.counts.values())
    monkeypatch.setattr(Failing, "fails", True)
    with pytest.raises(RuntimeError, match="no comparison"):
        operation(left, right)
    monkeypatch.undo()
    assert (left.n, sorted(left.counts.values())) == before


def test_a_comparison_may_use_the_statistics() -> None:
    left, right = stats.Mode(), stats.Mode()

    class Meddling(Named):
        __hash__ = Named.__hash__

        def __eq__(self, other: object) -> bool:
            left.update("meddled")
            right.update("meddled")
            return super().__eq__(other)

    for stat in (left, right):
        stat.update(Meddling("x"))
    left += right
    assert left.n == sum(left.counts.values())
    assert left.counts[next(iter(left.counts))] == 2


def test_no_object_is_held_too_long_or_too_short() -> None:
    key = Named("k")
    held = weakref.ref(key)
    left, right = feed(stats.Entropy(0.5), [(key,)]), feed(stats.Entropy(0.5), [(key,)])
    count = sys.getrefcount(key)
    merged = left + right
    assert sys.getrefcount(key) == count + 1
    del key, left, right
    merged += feed(stats.Entropy(0.5), [("other",)] * 200)
    gc.collect()
    assert held() is None
    assert merged.get() == 0


def test_objects_of_shift_are_the_ones_that_came() -> None:
    first, second, third = Named("a"), Named("b"), Named("c")
    left, right = feed(stats.Shift(1), [(first,), (second,)]), feed(stats.Shift(1), [(third,)])
    merged = left + right
    assert merged.get() is second
    assert (right + left).get() is first
    left += left
    assert (left.get(), left.n) == (first, 4)


def test_fill_values_have_to_be_equal() -> None:
    nan = math.nan
    for fill in (nan, "a", Named("a")):
        left, right = (feed(stats.Shift(3, fill_value=fill), [(1,)]) for _ in range(2))
        assert (left + right).get() is fill
    assert (feed(stats.Shift(2, Named("a")), [(1,)]) + feed(stats.Shift(2, Named("a")), [(1,)])).n == 2
    with pytest.raises(ValueError, match="fill_value must be the same in both statistics, got 'a' and None"):
        feed(stats.Shift(2, "a"), [(1,)]) + feed(stats.Shift(2), [(1,)])
    assert (stats.Shift(2, "a") + feed(stats.Shift(2), [(1,)])).get() == "a"


def test_an_empty_shift_takes_a_longer_one() -> None:
    longer = feed(stats.Shift(4), [(i,) for i in range(9)])
    shorter = stats.Shift(1) + longer
    assert (shorter.get(), shorter.amount, shorter.n) == (7, 1, 9)
    with pytest.raises(ValueError, match="amount must be the same in both statistics, got 4 and 1"):
        stats.Shift(4) + shorter
    assert (stats.Shift(4) + feed(stats.Shift(1), [(1,), (2,)])).n == 2
