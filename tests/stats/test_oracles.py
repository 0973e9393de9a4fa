"""Every class against the same statistic in pure Python, and against its definition."""

from __future__ import annotations

import random

import pytest

from tests.stats.cases import CASES, Case, Params
from tests.stats.closeness import assert_close, bound
from tests.stats.streams import LENGTH, Row

VARIANTS = [(case, params) for case in CASES for params in case.params]
DEFINED = [(case, params) for case, params in VARIANTS if case.definition]


@pytest.mark.parametrize(("case", "params"), VARIANTS)
def test_agrees_with_the_oracle_after_every_value(case: Case, params: Params) -> None:
    assert len(case.streams) >= 5
    for rows in case.streams.values():
        stat, oracle = case.make(params), case.oracle(**params)
        for n, row in enumerate(rows, start=1):
            stat.update(*row)
            oracle.update(*row)
            assert_close(stat.get(), oracle.get(), bound(case, rows[:n]))


@pytest.mark.parametrize(("case", "params"), DEFINED)
def test_agrees_with_the_definition(case: Case, params: Params) -> None:
    for rows in case.streams.values():
        stat = case.make(params)
        for n, row in enumerate(rows, start=1):
            stat.update(*row)
            if n <= 6 or n in (30, LENGTH):
                assert_close(stat.get(), defined(case, params, rows[:n]), bound(case, rows[:n]))


def defined(case: Case, params: Params, rows: list[Row]) -> float:
    """Return the value by definition for the rows, or for those in the window."""
    assert case.definition
    others = {name: value for name, value in params.items() if name != "window_size"}
    seen = rows[-params["window_size"] :] if case.rolling else rows
    return case.definition(*zip(*seen, strict=True), **others)


@pytest.mark.parametrize(("case", "params"), DEFINED)
def test_agrees_with_the_definition_at_the_ends_of_the_range(case: Case, params: Params) -> None:
    rng = random.Random(31)
    for unit in (1e308, 1e300, 1e155, 1e-155, 1e-300, 1e-320, 5e-324):
        rows = [tuple(unit * rng.uniform(-1, 1) for _ in case.short[0]) for _ in range(40)]
        stat = case.make(params)
        for n, row in enumerate(rows, start=1):
            stat.update(*row)
            expected = defined(case, params, rows[:n])
            # Below the normal numbers, every step rounds to a multiple of the smallest one.
            error = 1e-9 * abs(expected) + (1e-12 if case.degree == 0 else 1e-321)
            assert_close(stat.get(), expected, error)


@pytest.mark.parametrize("case", CASES)
def test_no_value_and_one_value(case: Case) -> None:
    assert_close(case.make().get(), case.empty)
    for params in case.params:
        stat, oracle = case.make(params), case.oracle(**params)
        assert_close(stat.get(), oracle.get())
        stat.update(*case.short[0])
        oracle.update(*case.short[0])
        assert_close(stat.get(), oracle.get())
