"""Random columns, cut in two anywhere, have the same effect as the loop over `update`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.cases import NUMERIC, Case, feed
from tests.stats.closeness import assert_same
from tests.stats.columns import SUMMED, assert_value

#: Numbers of all sizes for which fourth powers can be summed, whole numbers, and special values.
NUMBERS = (
    st.floats(-1e60, 1e60, allow_subnormal=False)
    | st.integers(-5, 5).map(float)
    | st.sampled_from([0.0, -0.0, math.nan, math.inf, -math.inf])
)


@pytest.mark.parametrize("case", NUMERIC)
@given(st.data())
def test_any_split_of_any_numbers(case: Case, data: st.DataObject) -> None:
    width = len(case.short[0])
    numbers = NUMBERS if case.cls not in SUMMED else st.integers(-1000, 1000).map(lambda x: x / 8) | NUMBERS
    rows: list[tuple[Any, ...]] = data.draw(st.lists(st.tuples(*[numbers] * width), max_size=60))
    cut = data.draw(st.integers(0, len(rows)))
    params = data.draw(st.sampled_from(case.params))
    stat, loop = case.make(params), feed(case.make(params), rows)
    first, second = (np.array(part, float).reshape(len(part), width) for part in (rows[:cut], rows[cut:]))
    stat.update_many(*first.T)
    stat.accumulate(*second.T)
    assert stat.n == loop.n
    if case.cls not in SUMMED:
        assert_same(stat.get(), loop.get())
        return
    finite = all(math.isfinite(x) for row in rows for x in row)
    if not finite:
        # What is not finite stays so, whatever the order.
        assert (stat.get() is None) == (loop.get() is None)
        if isinstance(loop.get(), float) and not math.isfinite(loop.get()):
            assert_same(stat.get(), loop.get())
        return
    if all(abs(x) <= 125 for row in rows for x in row):
        assert_value(case, stat.get(), loop.get())
