"""Taking observations back, and statistics of two streams."""

from __future__ import annotations

import copy
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests.stats.cases import CASES, NUMERIC, Case, Params, feed
from tests.stats.closeness import assert_close, assert_same, bound
from tests.stats.streams import Row

REVERT = [(case, params) for case in NUMERIC if {"revert", "weighted"} <= case.abilities for params in case.params]
MERGE = [(case, params) for case in CASES if "merge" in case.abilities for params in case.params]
UNMERGE = [(case, params) for case, params in MERGE if hasattr(case.cls, "__sub__")]

# One-pass errors of what was there before remain in what is left.
SLACK = 100


def assert_merges_anywhere(case: Case, params: Params, rows: list[Row]) -> None:
    """Assert that the parts before and after any point of a stream make the whole."""
    whole = case.fed(rows, params)
    for k in range(len(rows) + 1):
        left, right = case.fed(rows[:k], params), case.fed(rows[k:], params)
        states = left.to_bytes(), right.to_bytes()
        both = left + right
        assert type(both) is case.cls
        assert (left.to_bytes(), right.to_bytes()) == states
        assert both.n == whole.n
        assert_close(both.get(), whole.get(), SLACK * bound(case, rows))
        left += right
        assert left.to_bytes() == both.to_bytes()


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_a_stream_can_be_split_anywhere(case: Case, params: Params) -> None:
    for rows in case.streams.values():
        assert_merges_anywhere(case, params, rows[:25])


@pytest.mark.parametrize(("case", "params"), MERGE)
@pytest.mark.parametrize("unit", [1e300, 1e-300])
def test_magnitudes_merge(case: Case, params: Params, unit: float) -> None:
    if case.degree > 1:
        unit = math.sqrt(unit)
    rows = [tuple(unit * x for x in row) for row in case.streams["skewed"][:12]]
    assert_merges_anywhere(case, params, rows)
    mixed = [*rows[:4], *case.streams["skewed"][:4], *rows[4:8]]
    for k in range(len(mixed) + 1):
        merged = case.fed(mixed[:k], params) + case.fed(mixed[k:], params)
        assert_close(merged.get(), case.fed(mixed, params).get(), relative=1e-11)


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_empty_and_empty_is_empty(case: Case, params: Params) -> None:
    stat = case.make(params)
    stat += case.make(params)
    assert stat.to_bytes() == case.make(params).to_bytes()
    assert (case.make(params) + case.make(params)).get() == case.empty


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_a_statistic_merges_with_itself(case: Case, params: Params) -> None:
    stat = case.fed(None, params)
    stat += stat
    assert stat.n == 2 * len(case.short)
    assert_close(stat.get(), case.fed(case.short * 2, params).get(), SLACK * bound(case, case.short))


@pytest.mark.parametrize(("case", "params"), UNMERGE)
def test_a_part_can_be_taken_out_again(case: Case, params: Params) -> None:
    for name in ("random", "skewed", "constant", "offset"):
        rows = case.streams[name][:25]
        for k in range(len(rows) + 1):
            left, right = case.fed(rows[:k], params), case.fed(rows[k:], params)
            rest = (left + right) - right
            assert rest.n == left.n
            if k == 0:
                assert rest.to_bytes() == case.make(params).to_bytes()
            if name != "random" or case.name not in ("GeometricMean", "HarmonicMean", "CoefficientOfVariation"):
                assert_close(rest.get(), left.get(), 1e4 * bound(case, rows))


@pytest.mark.parametrize(("case", "params"), UNMERGE)
def test_taking_out_more_than_was_taken_in_leaves_nothing(case: Case, params: Params) -> None:
    few, many = case.fed(case.short[:3], params), case.fed(None, params)
    empty = case.make(params).get()
    assert (few - many).get() == empty
    few -= many
    assert few.get() == empty
    assert few.n == 0


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_other_classes_do_not_merge(case: Case, params: Params) -> None:
    stat = case.fed(None, params)
    before = stat.to_bytes()
    for other in (1, None, stats.Quantile()):
        with pytest.raises(TypeError):
            stat + other
        with pytest.raises(TypeError):
            stat += other
        assert case.cls.__add__(stat, other) is NotImplemented
    assert stat.to_bytes() == before


@pytest.mark.parametrize(("case", "params"), MERGE)
def test_a_sum_is_a_copy_of_the_left_operand(case: Case, params: Params) -> None:
    class Tagged(case.cls):  # type: ignore[misc]
        pass

    left, right = Tagged(**params), case.fed(None, params)
    left.tags = ["a"]
    both: Any = left + right
    assert type(both) is Tagged
    assert both.tags == ["a"]
    assert both.tags is not left.tags
    assert type(right + left) is case.cls


@pytest.mark.parametrize(("case", "params"), REVERT)
def test_reverting_undoes_updating(case: Case, params: Params) -> None:
    for name in ("skewed", "constant", "offset", "whole"):
        rows = case.streams[name][:25]
        for k in range(len(rows) + 1):
            stat = case.fed(rows, params)
            for row in rows[k:]:
                stat.revert(*row)
            expected = case.fed(rows[:k], params)
            assert stat.n == expected.n
            if k == 0:
                assert stat.to_bytes() == case.make(params).to_bytes()
            if name != "whole" or case.name != "CoefficientOfVariation":
                assert_close(stat.get(), expected.get(), 1e4 * bound(case, rows))


@pytest.mark.parametrize(("case", "params"), REVERT)
def test_reverting_past_empty_is_refused_and_changes_nothing(case: Case, params: Params) -> None:
    stat = case.make(params)
    for seen in ([], [case.short[0]]):
        feed(stat, seen)
        before = stat.to_bytes()
        with pytest.raises(ValueError, match="take back"):
            stat.revert(*case.short[0], 1.5)
        assert stat.to_bytes() == before
    stat.revert(*case.short[0])
    assert stat.to_bytes() == case.make(params).to_bytes()
    with pytest.raises(ValueError, match="take back"):
        stat.revert(*case.short[0])


@pytest.mark.parametrize("case", [case for case, params in REVERT if params is case.params[0]])
@given(data=st.data())
def test_all_weights_taken_back_in_any_order_leave_nothing(case: Case, data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=20))
    rows = [(*row, w) for row, w in zip(case.streams["skewed"], weights, strict=False)]
    stat = case.fed(rows)
    for row in data.draw(st.permutations(rows)):
        stat.revert(*row)
    assert stat.to_bytes() == case.make().to_bytes()


def test_a_variance_is_never_negative_whatever_is_taken_back() -> None:
    rng = random.Random(59)
    for _ in range(200):
        values = [1e9 + rng.gauss(0, 1e-3) for _ in range(20)]
        var, sem, pearson = stats.Var(), stats.SEM(), stats.PearsonCorr()
        for x in values:
            var.update(x)
            sem.update(x)
            pearson.update(x, -x)
        for x in values[:-1]:
            var.revert(x)
            sem.revert(x)
            pearson.revert(x, -x)
            assert var.get() >= 0
            assert sem.get() >= 0
            assert -1 <= pearson.get() <= 1


def test_copies_and_clones_go_their_own_way() -> None:
    mean = stats.Mean()
    mean.update(3)
    clone = mean.clone(include_attributes=True)
    assert_same(clone.get(), 3.0)
    clone.update(5)
    assert mean.n == 1
    assert mean.clone().n == 0
    assert copy.deepcopy(mean).n == 1
