"""The chi-squared statistic and its p-value, against SciPy and whole numbers."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests.processes import run_code
from tests.stats.cases import feed

Pairs = list[tuple[int, int]]
PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1)


def exact(pairs: Pairs) -> Fraction:
    n, observed = len(pairs), Counter(pairs)
    xs, ys = Counter(x for x, _ in pairs), Counter(y for _, y in pairs)
    expected = {(x, y): Fraction(xs[x] * ys[y], n) for x in xs for y in ys}
    return sum(((observed[cell] - e) ** 2 / e for cell, e in expected.items()), Fraction())


@given(PAIRS)
def test_is_right_to_the_last_digits(pairs: Pairs) -> None:
    stat = stats.ChiSquared()
    for n, pair in enumerate(pairs, start=1):
        stat.update(*pair)
        expected = exact(pairs[:n])
        assert abs(Fraction(stat.get()) - expected) <= Fraction(1, 10**14) * expected


@given(PAIRS)
def test_agrees_with_scipy(pairs: Pairs) -> None:
    stat = feed(stats.ChiSquared(), pairs)
    table = scipy.stats.contingency.crosstab(*zip(*pairs, strict=True)).count
    result = scipy.stats.chi2_contingency(table, correction=False)
    assert stat.get() == pytest.approx(result.statistic, rel=1e-12, abs=1e-12)
    assert stat.degrees_of_freedom == result.dof
    assert stat.p_value == pytest.approx(result.pvalue, rel=1e-9)


@given(PAIRS, st.randoms(use_true_random=False))
def test_taking_back_in_any_order_leaves_no_trace(pairs: Pairs, rng: object) -> None:
    stat = feed(stats.ChiSquared(), pairs)
    order = pairs.copy()
    rng.shuffle(order)  # type: ignore[attr-defined]
    for k, pair in enumerate(order, start=1):
        stat.revert(*pair)
        rest = order[k:]
        assert stat.n == len(rest)
        assert stat.get() == pytest.approx(float(exact(rest)) if rest else 0.0, rel=1e-13)
        assert stat.x_totals == Counter(x for x, _ in rest)
        assert stat.y_totals == Counter(y for _, y in rest)
    assert stat.counts == {}


def test_a_pair_that_was_not_seen_cannot_be_taken_back() -> None:
    stat = feed(stats.ChiSquared(), [("a", 1), ("b", 2)])
    before = stat.to_bytes()
    for pair in (("a", 2), ("b", 1), ("c", 1), ("a", 3), (1, "a")):
        with pytest.raises(ValueError, match="revert"):
            stat.revert(*pair)
        assert stat.to_bytes() == before


def test_the_attributes_show_the_table() -> None:
    pairs = [("b", 1), ("a", 1), ("b", 2), ("b", 1)]
    stat = feed(stats.ChiSquared(), pairs)
    assert stat.counts == {"b": {1: 2, 2: 1}, "a": {1: 1}}
    assert stat.counts["unknown"] == Counter()
    assert stat.counts["b"]["unknown"] == 0
    assert list(stat.x_totals.items()) == [("b", 3), ("a", 1)]
    assert list(stat.y_totals.items()) == [(1, 3), (2, 1)]
    assert stat.n == 4


def test_degrees_of_freedom_and_p_value_without_a_table() -> None:
    stat = stats.ChiSquared()
    for pair in ((1, 1), (1, 2), (1, 3)):
        assert (stat.get(), stat.degrees_of_freedom, stat.p_value) == (0.0, 0, 1.0)
        stat.update(*pair)


def test_independent_variables_give_exactly_zero() -> None:
    stat = feed(stats.ChiSquared(), [(x, y) for x in range(7) for y in range(11)] * 13)
    assert (stat.get(), stat.p_value, stat.degrees_of_freedom) == (0.0, 1.0, 60)


def with_value(rows: int, columns: int, repeats: int, seed: int) -> stats.ChiSquared:
    """Return the statistic of random pairs, the more dependent the fewer the repeats."""
    rng = np.random.default_rng(seed)
    stat = stats.ChiSquared()
    for i in range(rows * columns * repeats):
        stat.update(i % rows, int(rng.integers(columns)) if i % 3 else i % rows % columns)
    return stat


SHAPES = [(2, 2), (2, 3), (2, 4), (3, 3), (2, 17), (4, 12), (12, 12), (40, 50)]


@pytest.mark.parametrize(("rows", "columns"), SHAPES)
@pytest.mark.parametrize("repeats", [1, 3, 12])
def test_p_value_agrees_with_scipy_and_with_many_digits(rows: int, columns: int, repeats: int) -> None:
    stat = with_value(rows, columns, repeats, seed=rows * columns + repeats)
    value, degrees = stat.get(), stat.degrees_of_freedom
    with mpmath.workdps(60):
        exact = mpmath.gammainc(mpmath.mpf(degrees) / 2, mpmath.mpf(value) / 2, regularized=True)
        assert abs(stat.p_value - exact) <= 1e-12 * exact + 1e-300
    assert stat.p_value == pytest.approx(float(scipy.stats.chi2.sf(value, degrees)), rel=1e-12, abs=1e-300)


def test_a_p_value_far_out_in_the_tail_is_as_exact() -> None:
    for k in (2, 5, 20):
        stat = feed(stats.ChiSquared(), [(x, x) for x in range(k)] * 30)
        assert stat.get() == pytest.approx(30 * k * (k - 1), rel=1e-14)
        with mpmath.workdps(60):
            exact = mpmath.gammainc(mpmath.mpf((k - 1) ** 2) / 2, mpmath.mpf(stat.get()) / 2, regularized=True)
            assert stat.p_value == pytest.approx(float(exact), rel=1e-12)
        assert 0 <= stat.p_value < 1e-12


def test_p_value_needs_no_scipy() -> None:
    code = """
import sys
from river import stats
stat = stats.ChiSquared()
for x, y in [("A", 0), ("A", 0), ("B", 1), ("B", 1)]:
    stat.update(x, y)
print(round(stat.p_value, 6), "scipy" in sys.modules)
"""
    assert run_code(code).split() == ["0.0455", "False"]
