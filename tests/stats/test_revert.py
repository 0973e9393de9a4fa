"""Reverting observations."""

from __future__ import annotations

import copy
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests.stats.cases import NUMERIC, Case, Params, feed
from tests.stats.closeness import assert_close, assert_same, bound

REVERT = [(case, params) for case in NUMERIC if {"revert", "weighted"} <= case.abilities for params in case.params]


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
        with pytest.raises(ValueError, match="cannot revert"):
            stat.revert(*case.short[0], 1.5)
        assert stat.to_bytes() == before
    stat.revert(*case.short[0])
    assert stat.to_bytes() == case.make(params).to_bytes()
    with pytest.raises(ValueError, match="cannot revert"):
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
