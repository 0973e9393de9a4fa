"""Whole columns through links."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from river import stats
from tests.stats.cases import OF_NUMBERS, Case, feed
from tests.stats.closeness import assert_same
from tests.stats.columns import looped

pa = pytest.importorskip("pyarrow")


class Largest(stats.base.Univariate[float]):
    """A statistic in Python that refuses numbers below zero."""

    def __init__(self) -> None:
        self.largest = -math.inf

    def update(self, x: float) -> None:
        if x < 0:
            raise ValueError(f"below zero: {x}")
        self.largest = max(self.largest, x)

    def get(self) -> float:
        return self.largest


LINKS: dict[str, Callable[[], stats.Link]] = {
    "two": lambda: stats.Shift(3) | stats.Max(),
    "what passes nothing on": lambda: stats.FirstDifference() | stats.Quantile(0.3),
    "three": lambda: stats.Shift(2) | stats.FirstDifference() | stats.EWMean(0.3),
    "three, nested right": lambda: stats.Shift(2) | (stats.FirstDifference() | stats.EWMean(0.3)),
    "NaN passes": lambda: stats.EWMean(0.5) | stats.RollingMax(3),
    "objects at the end": lambda: stats.RollingMin(4) | stats.Mode(),
    "objects first": lambda: stats.Mode() | stats.Count(),
    "Python": lambda: stats.AbsMax() | Largest(),
    "the same twice": lambda: (lambda stat: stats.Link(stat, stat))(stats.EWMean(0.5)),
}


def values(length: int = 200) -> list[float]:
    rng = random.Random(4)
    return [math.nan if rng.random() < 0.01 else rng.gauss(0, 1) for _ in range(length)]


@pytest.mark.parametrize("make", LINKS.values(), ids=LINKS)
def test_a_column_is_the_loop(make: Callable[[], stats.Link]) -> None:
    xs = values()
    for cut in (0, 1, 5, 200):
        many, steps, loop = (feed(make(), [(x,) for x in xs[:cut]]) for _ in range(3))
        many.update_many(np.array(xs[cut:]))
        found = steps.accumulate(xs[cut:])
        for actual, expected in zip(found.tolist(), looped(loop, [(x,) for x in xs[cut:]]), strict=True):
            assert_same(actual, expected)
        for stat in (many, steps):
            assert_same(stat.get(), loop.get())
            assert_same(stat.left.get(), loop.left.get())
            assert getattr(stat.right, "n", 0) == getattr(loop.right, "n", 0)


@pytest.mark.parametrize("case", OF_NUMBERS)
def test_any_statistic_on_the_left(case: Case) -> None:
    for params in case.params:
        many, loop = (stats.Link(case.make(params), stats.Quantile(0.5)) for _ in range(2))
        many.update_many([x for (x,) in case.short])
        feed(loop, case.short)
        assert_same(many.get(), loop.get())
        assert many.right.n == loop.right.n


def test_missing_values_leave_the_value_what_it_was() -> None:
    link = stats.Shift(1) | stats.Max()
    assert link.accumulate(pa.array([None, 1.0, None, 3.0, 2.0])).tolist() == [-math.inf] * 3 + [1.0, 3.0]
    mode = stats.Mode() | stats.Count()
    mode.update_many(pa.array(["a", None, "b"]))
    assert mode.get() == 2


def test_nan_stands_for_none_among_objects() -> None:
    counts = (stats.Count() | stats.Shift(1)).accumulate([5.0, 5.0, 5.0])
    assert counts.dtype == object
    assert_same(counts.tolist(), [math.nan, 1, 2])


def test_iterators_are_lazy() -> None:
    link = stats.Shift(1) | stats.Max()
    steps = link.accumulate(iter([1.0, 2.0, 3.0]))
    assert link.left.get() is None
    assert [next(steps), next(steps)] == [-math.inf, 1.0]


@pytest.mark.parametrize("wrong", [[1.0, 2.0, "a"], "abc", np.ones((2, 2))])
def test_what_the_left_side_refuses_changes_nothing(wrong: Any) -> None:
    for make in LINKS.values():
        link = make()
        if isinstance(link.left, stats.Mode):
            continue
        first = link.left
        while isinstance(first, stats.Link):
            first = first.left
        if isinstance(first, stats.Shift) and isinstance(wrong, list):
            # It takes any objects.
            continue
        for method in (link.update_many, link.accumulate):
            with pytest.raises((TypeError, ValueError)):
                method(wrong)
        assert_same(link.get(), make().get())
        assert_same(link.left.get(), make().left.get())


def test_what_the_right_side_refuses_changes_neither() -> None:
    link = stats.Min() | Largest()
    link.update(5.0)
    before = link.left.to_bytes()
    with pytest.raises(ValueError, match=r"X\[2\] below zero: -3.0"):
        link.update_many([4.0, 3.0, -3.0])
    assert link.get() == 5.0
    assert link.left.to_bytes() == before


def test_objects_stay_the_same() -> None:
    class Key:
        pass

    keys = [Key(), Key()]
    link = stats.Mode() | stats.Mode()
    link.update_many([keys[0], keys[1], keys[1]])
    assert link.left.get() is keys[1]
    assert link.get() is keys[0]
