"""NaN and the infinities: results follow IEEE and NumPy, and windows forget."""

from __future__ import annotations

import math
import pickle
import sys

import pytest

from tests.stats.cases import NUMERIC, NUMERIC_ROLLING, Case, feed
from tests.stats.closeness import assert_same, is_nan, parts
from tests.stats.streams import Row

CUMULATIVE = [case for case in NUMERIC if not case.rolling and case.lasting_nan]
HOSTILE = (math.nan, math.inf, -math.inf, sys.float_info.max, -(2.0**1023), 5e-324, -0.0)


def with_value(case: Case, x: float, position: int = 0) -> Row:
    """Return a row with `x` in one position and an ordinary number in the others."""
    row = case.short[0]
    return (*row[:position], x, *row[position + 1 :])


@pytest.mark.parametrize("case", CUMULATIVE)
def test_after_a_nan_the_result_is_nan_for_good(case: Case) -> None:
    for params in case.params:
        for position in range(len(case.short[0])):
            for k in range(len(case.short)):
                stat = case.fed(case.short[:k], params)
                stat.update(*with_value(case, math.nan, position))
                for row in (*case.short, with_value(case, math.inf)):
                    assert is_nan(stat.get())
                    stat.update(*row)
                assert is_nan(pickle.loads(pickle.dumps(stat)).get())


@pytest.mark.parametrize("case", NUMERIC_ROLLING)
def test_a_window_with_a_nan_is_nan_and_later_as_if_it_had_never_been(case: Case) -> None:
    for params in case.params:
        size = min(params["window_size"], 40)
        params = {**params, "window_size": size}
        for k in range(4):
            rows = [*case.short[:k], with_value(case, math.nan), *case.short * 4]
            stat = case.make(params)
            for n, row in enumerate(rows, start=1):
                stat.update(*row)
                window = rows[max(0, n - size) : n]
                if any(math.isnan(x) for row in window for x in row):
                    assert math.isnan(stat.get())
                else:
                    assert_same(stat.get(), case.fed(window, params).get())


@pytest.mark.parametrize("case", NUMERIC_ROLLING)
def test_a_window_that_lost_its_infinities_is_finite_and_right(case: Case) -> None:
    for params in case.params:
        size = min(params["window_size"], 40)
        params = {**params, "window_size": size}
        for burst in ((math.inf,), (-math.inf,), (math.inf, -math.inf), (-math.inf, math.nan)):
            stat = feed(case.fed(None, params), [with_value(case, x) for x in burst])
            result = stat.get()
            assert type(result) is float
            rows = (case.short * 3)[:size]
            feed(stat, rows)
            assert math.isfinite(stat.get())
            assert_same(stat.get(), case.fed(rows, params).get())


@pytest.mark.parametrize("case", NUMERIC)
def test_no_value_is_too_strange_to_update_read_copy_and_pickle(case: Case) -> None:
    for params in case.params:
        for k in (0, 1, 2, 5, 6, len(case.short)):
            for first in HOSTILE:
                for second in HOSTILE:
                    stat = case.fed(case.short[:k], params)
                    for x in (first, second, second, 1.0, first, 2.0, 3.0):
                        stat.update(*with_value(case, x))
                        assert stat.get() is None or tuple(map(type, parts(stat.get()))) == case.results
                        assert repr(stat)
                        loaded = pickle.loads(pickle.dumps(stat))
                        assert_same(loaded.get(), stat.get())
                        assert loaded.to_bytes() == stat.to_bytes()
