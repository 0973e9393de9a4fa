"""Brackets in a chain of links change nothing: whatever their shape, it is the chain without them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from river import stats, utils
from tests.stats.closeness import assert_same


class EveryOther(stats.base.Univariate[float]):
    """A statistic in Python that has a value after every other update."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def update(self, x: float) -> None:
        self.seen.append(x)

    def get(self) -> float | None:
        return float(self.seen[-1]) if self.seen and len(self.seen) % 2 == 0 else None

    @property
    def n(self) -> int:
        return len(self.seen)


SIDES: list[Callable[[], Any]] = [
    lambda: stats.Shift(1),
    lambda: stats.Shift(2, fill_value=0.5),
    lambda: stats.FirstDifference(),
    lambda: stats.Sum(),
    lambda: stats.EWMean(0.5),
    lambda: stats.RollingMax(2),
    lambda: stats.Quantile(0.5),
    lambda: stats.Count(),
    lambda: utils.Rolling(stats.Mean, 2, min_samples=2),
    EveryOther,
]
#: Those that a link calls natively, so that columns pass as arrays.
NATIVE = SIDES[:7]

VALUES = st.lists(st.sampled_from([-1.0, 0.0, 0.25, 2.0, 3.5, math.nan]), min_size=1, max_size=12)


def bracketed(data: st.DataObject, sides: Sequence[Any]) -> Any:
    """Return a link of the sides, in brackets of a shape that hypothesis draws."""
    if len(sides) == 1:
        return sides[0]
    cut = data.draw(st.integers(1, len(sides) - 1))
    return stats.Link(bracketed(data, sides[:cut]), bracketed(data, sides[cut:]))


def step(sides: Sequence[Any], x: Any) -> None:
    """Update the sides one after the other, as far as there are values."""
    for side in sides:
        side.update(x)
        x = side.get()
        if x is None:
            return


def assert_same_sides(actual: Sequence[Any], expected: Sequence[Any]) -> None:
    for left, right in zip(actual, expected, strict=True):
        assert_same(left.get(), right.get())
        assert getattr(left, "n", None) == getattr(right, "n", None)


@given(data=st.data(), makes=st.lists(st.sampled_from(SIDES), min_size=2, max_size=6), xs=VALUES)
def test_updates_are_those_of_the_sides_in_sequence(data: st.DataObject, makes: list[Any], xs: list[float]) -> None:
    sides, flat = [make() for make in makes], [make() for make in makes]
    link = bracketed(data, sides)
    for x in xs:
        link.update(x)
        step(flat, x)
        assert_same_sides(sides, flat)
        assert_same(link.get(), flat[-1].get())
        assert link.n == flat[-1].n


@given(data=st.data(), kinds=st.sampled_from([SIDES, NATIVE]), xs=VALUES, cut=st.integers(0, 12))
def test_columns_are_updates(data: st.DataObject, kinds: list[Any], xs: list[float], cut: int) -> None:
    makes = data.draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=5))
    sides, flat = [make() for make in makes], [make() for make in makes]
    link = bracketed(data, sides)
    link.update_many(xs[:cut])
    found = link.accumulate(np.array(xs[cut:]))
    for x in xs[:cut]:
        step(flat, x)
    for x, value in zip(xs[cut:], found.tolist(), strict=True):
        step(flat, x)
        expected = flat[-1].get()
        assert_same(value, math.nan if expected is None else expected)
    assert_same_sides(sides, flat)


@given(data=st.data(), makes=st.lists(st.sampled_from(NATIVE), min_size=2, max_size=5), xs=VALUES)
def test_states_keep_the_brackets(data: st.DataObject, makes: list[Any], xs: list[float]) -> None:
    link = bracketed(data, [make() for make in makes])
    link.update_many(xs)
    again = stats.Link.from_bytes(link.to_bytes())
    for x in (1.0, 2.0, 3.0):
        link.update(x)
        again.update(x)
    assert again.to_bytes() == link.to_bytes()
    assert again.name == link.name


def test_a_none_inside_an_inner_link_reaches_nothing_after_it() -> None:
    inner = stats.Shift(1) | (stats.Shift(1) | stats.Sum()) | stats.Mean()
    flat = stats.Shift(1) | stats.Shift(1) | stats.Sum() | stats.Mean()
    right = stats.Shift(1) | ((stats.Shift(1) | stats.Sum()) | stats.Mean())
    for x in (4.0, 2.0, 1.0):
        for link in (inner, flat, right):
            link.update(x)
        assert inner.n == flat.n == right.n
    assert (flat.get(), flat.n) == (inner.get(), inner.n) == (right.get(), right.n) == (4.0, 1.0)


class Doubling(stats.Link):
    def update(self, x: Any) -> None:
        super().update(2 * x)


def test_a_link_with_methods_of_its_own_is_asked_for_its_value() -> None:
    link = stats.Shift(0) | Doubling(stats.Shift(1), stats.Sum()) | stats.Count()
    for x in (1.0, 2.0):
        link.update(x)
    # Sum is 0 before anything reaches it.
    assert (link.left.right.get(), link.get()) == (2.0, 2)


@pytest.mark.parametrize("again", [False, True])
def test_sides_that_are_there_twice_see_each_value_that_reaches_them(again: bool) -> None:
    mean = stats.Mean()
    pair = stats.Link(mean, mean)
    link = pair | pair if again else pair
    link.update(3.0)
    assert mean.n == (4 if again else 2)


def test_a_link_that_is_made_anew_inside_another_is_seen() -> None:
    inner = stats.Shift(1) | stats.Sum()
    outer = stats.Shift(0) | inner
    inner.__init__(stats.Shift(0), stats.Mean())  # type: ignore[misc]
    for x in (1.0, 3.0):
        outer.update(x)
    assert outer.get() == inner.get() == 2.0
    assert [type(side) for side in itertools.chain((inner.left, inner.right))] == [stats.Shift, stats.Mean]
