"""Properties that hold for every stream hypothesis can think of."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.cases import CASES, NUMERIC, UNIVARIATE, Case, feed
from tests.stats.closeness import assert_close, assert_same, bound, scaled
from tests.stats.streams import Kind, Row

# Magnitudes whose fourth powers stay in range, so that the oracles lose nothing to overflow.
MODERATE = st.floats(min_value=1e-3, max_value=1e6).flatmap(lambda x: st.sampled_from((x, -x)))
NUMBERS = st.one_of(st.just(0.0), st.integers(-5, 5).map(float), MODERATE)
ANYTHING = st.floats(allow_nan=True, allow_infinity=True)
OBJECTS = st.one_of(st.integers(-3, 3), st.sampled_from("abc"), st.none(), st.booleans())

ROWS: dict[Kind, st.SearchStrategy[Row]] = {
    "number": st.tuples(NUMBERS),
    "pair": st.tuples(NUMBERS, NUMBERS),
    "time": st.tuples(st.floats(-1e15, 1e15)),
    "object": st.tuples(OBJECTS),
    "object pair": st.tuples(OBJECTS, OBJECTS),
}
HOSTILE_ROWS: dict[Kind, st.SearchStrategy[Row]] = {
    **ROWS,
    "number": st.tuples(ANYTHING),
    "pair": st.tuples(ANYTHING, ANYTHING),
}


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_agrees_with_the_oracle(case: Case, data: st.DataObject) -> None:
    params = data.draw(st.sampled_from(case.params))
    rows = data.draw(st.lists(ROWS[case.kind], min_size=1, max_size=60))
    stat, oracle = case.fed(rows, params), feed(case.oracle(**params), rows)
    assert_close(stat.get(), oracle.get(), bound(case, rows))


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_every_state_that_a_stream_can_lead_to_can_be_stored(case: Case, data: st.DataObject) -> None:
    params = data.draw(st.sampled_from(case.params))
    rows = data.draw(st.lists(HOSTILE_ROWS[case.kind], max_size=60))
    more = data.draw(st.lists(HOSTILE_ROWS[case.kind], max_size=10))
    stat = case.fed(rows, params)
    loaded = case.cls.from_bytes(stat.to_bytes())
    pickled = pickle.loads(pickle.dumps(stat))
    for row in [*more, case.short[0]]:
        for other in (stat, loaded, pickled):
            other.update(*row)
        assert_same(loaded.get(), stat.get())
        assert_same(pickled.get(), stat.get())


#: A product is in a power of the unit, and a target has a unit too.
SCALING = [case for case in NUMERIC if case.name not in ("Product", "SemiVar")]


@pytest.mark.parametrize("case", SCALING)
@given(data=st.data())
def test_scaling_by_a_power_of_two_scales_the_result(case: Case, data: st.DataObject) -> None:
    params = data.draw(st.sampled_from(case.params))
    rows = data.draw(st.lists(ROWS[case.kind], min_size=1, max_size=40))
    scale = 2.0 ** data.draw(st.integers(-60, 60))
    result = case.fed(rows, params).get()
    in_other_unit = case.fed([tuple(scale * x for x in row) for row in rows], params).get()
    # Buckets are not the same after scaling by a power of two.
    assert_close(in_other_unit, scaled(result, scale**case.degree), relative=1e-13 + 2.1 * case.tolerance * case.panes)


@pytest.mark.parametrize("case", [case for case in UNIVARIATE if case.within])
@given(data=st.data())
def test_stays_within_its_limits(case: Case, data: st.DataObject) -> None:
    assert case.within
    params = data.draw(st.sampled_from(case.params))
    rows = data.draw(st.lists(ROWS[case.kind], min_size=1, max_size=60))
    stat: Any = case.make(params)
    for n, row in enumerate(rows, start=1):
        stat.update(*row)
        low, high = case.within([x for (x,) in rows[:n]])
        rounding = bound(case, rows[:n])
        assert low - rounding <= stat.get() <= high + rounding
