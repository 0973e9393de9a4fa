"""The distance of two samples, against SciPy and the definition, ties, NaN and revert included."""

from __future__ import annotations

import math

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests.oracles import KolmogorovSmirnov
from tests.stats.cases import feed

# SciPy's p-value, which is not asked for, divides by zero now and then.
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
    # The two samples need not be reverted in the pairs that they came in.
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


def test_the_threshold_of_the_test() -> None:
    ca = stats.KolmogorovSmirnov._ca(p_value=0.05)
    assert ca == pytest.approx(math.sqrt(math.log(20) / 2))
    same = feed(stats.KolmogorovSmirnov(), [(float(i), float(i)) for i in range(100)])
    moved = feed(stats.KolmogorovSmirnov(), [(float(i), i + 50.0) for i in range(100)])
    assert same._test_ks_threshold(ca) is False
    assert moved._test_ks_threshold(ca) is True
