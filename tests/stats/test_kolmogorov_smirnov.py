"""The distance of two samples, against SciPy and the definition, ties, NaN and revert included."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests.oracles import KolmogorovSmirnov
from tests.stats.cases import feed

# SciPy's p-value, which is not used, sometimes divides by zero.
pytestmark = pytest.mark.filterwarnings("ignore:divide by zero")

FEW = st.sampled_from([-math.inf, -1.5, -0.0, 0.0, 1.0, 2.0, 1e300, math.inf])
PAIRS = st.lists(st.tuples(FEW, FEW) | st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)), min_size=1)
Pairs = list[tuple[float, float]]


@given(PAIRS)
def test_agrees_with_scipy_whatever_the_ties(pairs: Pairs) -> None:
    stat = stats.KolmogorovSmirnov()
    for n, pair in enumerate(pairs, start=1):
        stat.update(*pair)
        xs, ys = zip(*pairs[:n], strict=True)
        assert stat.get() == pytest.approx(scipy.stats.ks_2samp(xs, ys, method="asymp").statistic, abs=1e-15)


@given(PAIRS)
def test_kuiper_is_the_sum_of_both_one_sided_distances(pairs: Pairs) -> None:
    xs, ys = zip(*pairs, strict=True)
    stat = feed(stats.KolmogorovSmirnov("kuiper"), pairs)
    sides = [scipy.stats.ks_2samp(xs, ys, alternative=side, method="asymp").statistic for side in ("less", "greater")]
    assert stat.get() == pytest.approx(sum(sides), abs=1e-15)


@given(PAIRS, st.sampled_from(["ks", "kuiper"]), st.randoms(use_true_random=False))
def test_taking_back_in_any_order(pairs: Pairs, statistic: str, rng: object) -> None:
    stat, oracle = feed(stats.KolmogorovSmirnov(statistic), pairs), feed(KolmogorovSmirnov(statistic), pairs)
    xs, ys = (list(values) for values in zip(*pairs, strict=True))
    # Values need not be reverted in the pairs in which they came.
    rng.shuffle(xs)  # type: ignore[attr-defined]
    rng.shuffle(ys)  # type: ignore[attr-defined]
    for pair in zip(xs, ys, strict=True):
        stat.revert(*pair)
        oracle.revert(*pair)
        assert stat.get() == oracle.get()
    assert stat.treap is None


@pytest.mark.parametrize("distinct", [3, 1_000, 1 << 40])
def test_a_sliding_window_over_thousands(distinct: int) -> None:
    pairs = [(float(i * 7919 % distinct), float(i * i % distinct)) for i in range(6_000)]
    stat = stats.KolmogorovSmirnov()
    for i, pair in enumerate(pairs):
        stat.update(*pair)
        if i >= 2_000:
            stat.revert(*pairs[i - 2_000])
        if i % 500 == 499:
            window = pairs[max(0, i - 1_999) : i + 1]
            expected = scipy.stats.ks_2samp(*zip(*window, strict=True), method="asymp").statistic
            assert stat.get() == pytest.approx(expected, abs=1e-14)
            assert type(stat).from_bytes(stat.to_bytes()).get() == stat.get()


def test_what_is_in_neither_sample_cannot_be_taken_back() -> None:
    stat = feed(stats.KolmogorovSmirnov(), [(1.0, 2.0), (3.0, 4.0), (5.0, math.nan)])
    before = stat.to_bytes()
    for pair in ((1.0, 1.0), (2.0, 2.0), (9.0, 2.0), (math.nan, 2.0), (3.0, 3.0), (-1.0, math.nan)):
        with pytest.raises(ValueError, match="revert"):
            stat.revert(*pair)
        assert stat.to_bytes() == before


def test_nan_lasts_until_the_last_one_is_taken_back() -> None:
    pairs = [(1.0, 2.0), (2.0, 5.0), (4.0, 4.0)]
    stat = feed(stats.KolmogorovSmirnov(), [*pairs, (math.nan, 7.0), (8.0, math.nan)])
    expected = feed(stats.KolmogorovSmirnov(), pairs).get()
    assert math.isnan(stat.get())
    stat.revert(math.nan, 7.0)
    assert math.isnan(stat.get())
    stat.revert(8.0, math.nan)
    assert stat.get() == expected


def test_memory_follows_the_distinct_values() -> None:
    stat = feed(stats.KolmogorovSmirnov(), [(float(i % 5), float(i % 7)) for i in range(10_000)])
    assert stat.n == stat.n_samples == 10_000
    assert stat.treap == [(float(v), 2_000 * (v < 5), 10_000 // 7 + (v < 4)) for v in range(7)]
    assert len(stat.to_bytes()) < 500


ONE_SIDED = st.lists(FEW | st.floats(allow_nan=False), min_size=1, max_size=40)


def of_samples(xs: Iterable[float], ys: Iterable[float], statistic: str = "ks") -> stats.KolmogorovSmirnov:
    stat = stats.KolmogorovSmirnov(statistic)
    for x in xs:
        stat.update_x(x)
    for y in ys:
        stat.update_y(y)
    return stat


@given(ONE_SIDED, ONE_SIDED, st.sampled_from(["ks", "kuiper"]))
def test_samples_may_differ_in_size(xs: list[float], ys: list[float], statistic: str) -> None:
    stat, oracle = of_samples(xs, ys, statistic), KolmogorovSmirnov(statistic)
    oracle.xs, oracle.ys = sorted(xs), sorted(ys)
    assert (stat.n_x, stat.n_y, stat.n) == (len(xs), len(ys), max(len(xs), len(ys)))
    assert stat.get() == pytest.approx(oracle.get(), rel=4e-16)
    assert type(stat).from_bytes(stat.to_bytes()).to_bytes() == stat.to_bytes()
    for x in xs:
        stat.revert_x(x)
    assert (stat.n_x, stat.get(), stat.p_value) == (0, 0.0, 1.0 if statistic == "ks" else None)
    for y in ys:
        stat.revert_y(y)
    assert stat.to_bytes() == stats.KolmogorovSmirnov(statistic).to_bytes()


@pytest.mark.parametrize("sizes", [(1, 2), (3, 40), (40, 3), (30, 20), (64, 63), (150, 1_000), (999, 1_000)])
@pytest.mark.parametrize("distance", [0.0, 0.1, 0.5, 2.0])
def test_the_p_value_of_unequal_samples_is_scipys(sizes: tuple[int, int], distance: float) -> None:
    rng = random.Random(4)
    xs, ys = ([rng.gauss(i * distance, 1) for _ in range(n)] for i, n in enumerate(sizes))
    expected = scipy.stats.ks_2samp(xs, ys, method="exact")
    stat = of_samples(xs, ys)
    assert stat.get() == pytest.approx(expected.statistic, rel=1e-15)
    assert stat.p_value == pytest.approx(expected.pvalue, rel=1e-10)
    assert 0 <= stat.p_value <= 1


def test_unequal_samples_are_merged_and_removed() -> None:
    left, right = of_samples([1.0, 2.0, math.nan], [3.0]), of_samples([0.5], [2.5, 7.0, 8.0])
    both = left + right
    assert (both.n_x, both.n_y) == (4, 4)
    assert math.isnan(both.get())
    assert math.isnan(both.p_value or 0.0)
    assert (both - left).to_bytes() == right.to_bytes()
    left.revert_x(math.nan)
    assert (left + right).get() == of_samples([1.0, 2.0, 0.5], [3.0, 2.5, 7.0, 8.0]).get() == 1.0
    with pytest.raises(ValueError, match="revert"):
        left.revert_x(math.nan)
    with pytest.raises(ValueError, match="revert"):
        left.revert_y(1.0)
    with pytest.raises(ValueError, match="revert"):
        left.revert(1.0, 1.0)
    assert (left.n_x, left.n_y) == (2, 1)
    for method in (left.update_x, left.update_y, left.revert_x, left.revert_y):
        with pytest.raises(TypeError, match=r"^[xy] must be a number, got None"):
            method(None)  # type: ignore[arg-type]


def test_small_probabilities_keep_their_digits() -> None:
    # All paths but two are closer: those along the edges of the grid.
    stat = of_samples(range(60), range(100, 190))
    assert stat.get() == 1.0
    assert stat.p_value == pytest.approx(2 / math.comb(150, 60), rel=1e-13)


def test_the_threshold_of_the_test() -> None:
    ca = stats.KolmogorovSmirnov._ca(p_value=0.05)
    assert ca == pytest.approx(math.sqrt(math.log(20) / 2))
    same = feed(stats.KolmogorovSmirnov(), [(float(i), float(i)) for i in range(100)])
    moved = feed(stats.KolmogorovSmirnov(), [(float(i), i + 50.0) for i in range(100)])
    assert same._test_ks_threshold(ca) is False
    assert moved._test_ks_threshold(ca) is True
