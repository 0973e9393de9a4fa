"""Statistics that NumPy, SciPy and pandas have too, compared with these, and what they do where these have no value."""

from __future__ import annotations

import functools
import math
import pickle
import random
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from river import stats, utils

rng = random.Random(41)
XS = [1e6 + rng.gauss(0, 3) for _ in range(200)]
YS = [2.5 * x - 7 + rng.gauss(0, 4) for x in XS]


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-7)


def assert_line(line: Any, xs: list[float], ys: list[float]) -> None:
    expected = scipy.stats.linregress(xs, ys)
    assert (line.get(), line.slope) == (close(expected.slope),) * 2
    assert line.intercept == close(expected.intercept)
    assert line.r2 == close(expected.rvalue**2)
    assert line.slope_stderr == close(expected.stderr)
    assert line.intercept_stderr == close(expected.intercept_stderr)


def test_a_line_is_that_of_scipy_in_windows_too() -> None:
    line, window = stats.Regression(), utils.Rolling(stats.Regression, 30)
    for row in zip(XS, YS, strict=True):
        line.update(*row)
        window.update(*row)
    assert_line(line, XS, YS)
    assert_line(window, XS[-30:], YS[-30:])


def test_a_weight_counts_as_so_many_points() -> None:
    weighted, repeated = stats.Regression(), stats.Regression()
    for i, (x, y) in enumerate(zip(XS, YS, strict=True)):
        weighted.update(x, y, w=1 + i % 3)
        for _ in range(1 + i % 3):
            repeated.update(x, y)
    assert weighted.n == repeated.n
    for part in ("slope", "intercept", "r2", "slope_stderr", "intercept_stderr"):
        assert getattr(weighted, part) == close(getattr(repeated, part))


def test_there_is_no_line_through_points_above_each_other() -> None:
    line = stats.Regression()
    for y in (1, 2, 3):
        line.update(5, y)
        parts = (line.get(), line.slope, line.intercept, line.r2, line.slope_stderr, line.intercept_stderr)
        assert parts == (None,) * 6
    line.update(6, 2)
    line.revert(5, 1)
    line.revert(5, 3)
    assert (line.get(), line.intercept, line.r2, line.slope_stderr) == (0.0, 2.0, 0.0, None)


@pytest.mark.parametrize("order", range(1, 9))
def test_moments_are_those_of_scipy(order: int) -> None:
    values = np.array(XS[:50]) - 1e6
    central, raw = stats.Moment(8), stats.Moment(order, central=False)
    central.update_many(values)
    raw.update_many(values)
    assert central.moments[order - 1] == pytest.approx(scipy.stats.moment(values, order), rel=1e-9, abs=1e-9)
    assert raw.get() == close(np.mean(values**order))
    assert raw.get() == raw.moments[-1]


@pytest.mark.parametrize("ddof", [0, 1])
def test_scores_are_those_of_scipy(ddof: int) -> None:
    score, window = stats.ZScore(ddof), utils.Rolling(stats.ZScore, 20, ddof=ddof)
    for n, x in enumerate(XS, start=1):
        score.update(x)
        window.update(x)
        if n > 2:
            assert score.get() == close(scipy.stats.zscore(XS[:n], ddof=ddof)[-1])
            assert window.get() == close(scipy.stats.zscore(XS[max(n - 20, 0) : n], ddof=ddof)[-1])


def test_changes_and_products_are_those_of_pandas_and_numpy() -> None:
    prices = pd.Series([x - 1e6 + 20 for x in XS])
    changes = stats.PercentChange().accumulate(prices)
    np.testing.assert_allclose(changes, prices.pct_change(), rtol=1e-12, atol=1e-15)
    growth = stats.Product()
    growth.update_many(1 + changes[1:])
    assert growth.get() == close(prices.iloc[-1] / prices.iloc[0])
    for values in ([], [0.0, -3.0], [math.inf, 0.0], [-0.0, 2.0], [1e300, 1e300], [-math.inf, 2.0]):
        product = stats.Product()
        product.update_many(values)
        with np.errstate(all="ignore"):
            expected = np.prod(values)
        np.testing.assert_equal(product.get(), expected)
        assert math.copysign(1, product.get()) == math.copysign(1, expected) or math.isnan(expected)


def test_the_drawdown_is_that_of_the_running_maximum() -> None:
    prices = pd.Series([x - 1e6 + 20 for x in XS])
    drawdown = stats.MaxDrawdown()
    drawdown.update_many(prices)
    assert drawdown.get() == close(-(prices / prices.cummax() - 1).min())


def test_distinct_values_are_those_of_pandas() -> None:
    labels = pd.Series(["a", "b", "a", "c", "b", "d"] * 5)
    distinct = stats.CountDistinct()
    counts = distinct.accumulate(labels)
    assert counts.dtype == np.int64
    assert list(counts) == [labels[: i + 1].nunique() for i in range(len(labels))]
    assert distinct.get() == labels.nunique() == 4
    assert type(distinct.get()) is int
    distinct.revert("c")
    assert distinct.get() == 4
    window = utils.Rolling(stats.CountDistinct, 3)
    assert list(window.accumulate(labels)) == [labels[max(i - 2, 0) : i + 1].nunique() for i in range(len(labels))]
    late = utils.Rolling(stats.CountDistinct, 3, min_samples=2)
    np.testing.assert_equal(late.accumulate(labels[:3]), [math.nan, 2.0, 2.0])


@pytest.mark.parametrize("adjust", [False, True])
@pytest.mark.parametrize("word", [{"span": 9}, {"com": 4.0}, {"alpha": 0.2}])
def test_fading_deviations_and_correlations_are_those_of_pandas(word: dict[str, Any], adjust: bool) -> None:
    x, y = pd.Series(XS) - 1e6, pd.Series(YS) - 2.5e6
    window = x.ewm(**word, adjust=adjust)
    std, corr = stats.EWStd(**word, adjust=adjust), stats.EWCorr(**word, adjust=adjust)
    assert std.fading_factor == corr.fading_factor == 0.2
    np.testing.assert_allclose(std.accumulate(x), window.std(bias=True), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(corr.accumulate(x, y)[2:], window.corr(y)[2:], rtol=1e-7)
    assert abs(corr.get()) <= 1


def test_a_mean_of_zero_makes_the_variation_infinite_as_in_scipy() -> None:
    for values in ([1.0, -1.0], [-1e300, 1e300], [0.0, 0.0], [0.0]):
        variation = stats.CoefficientOfVariation(ddof=0)
        variation.update_many(values)
        with np.errstate(all="ignore"):
            np.testing.assert_equal(variation.get(), abs(scipy.stats.variation(values)))
        window = utils.Rolling(stats.CoefficientOfVariation, len(values), ddof=0)
        window.update_many([7.0, *values])
        np.testing.assert_equal(window.get(), variation.get())


def test_the_most_common_values_are_those_of_a_counter() -> None:
    labels = [rng.choice("abcdefgh") for _ in range(100)] + ["z"]
    for mode, counter in (
        (stats.Mode(k=-1), Counter(labels)),
        (stats.RollingMode(20), Counter(labels[-20:])),
        (utils.Rolling(functools.partial(stats.Mode, k=-1), 20), Counter(labels[-20:])),
    ):
        mode.update_many(labels)
        ranked = sorted(counter.items(), key=lambda item: -item[1])
        assert [count for _, count in mode.most_common()] == [count for _, count in ranked]
        assert dict(mode.most_common()) == counter
        assert mode.most_common(3) == mode.most_common()[:3]
        assert mode.most_common(1)[0][0] == mode.get()
        assert mode.most_common(0) == []
        with pytest.raises(ValueError, match=r"^k must be an integer >= 0, got -1$"):
            mode.most_common(-1)
        with pytest.raises(TypeError, match=r"^k must be an integer, got 'a'"):
            mode.most_common("a")
    few = stats.Mode(k=2)
    few.update_many(["a", "b", "c", "b"])
    assert few.most_common() == [("b", 2), ("a", 1)]


@pytest.mark.parametrize("pct", [False, True])
def test_ranks_are_those_of_pandas(pct: bool) -> None:
    values = pd.Series([float(rng.randint(0, 9)) for _ in range(500)])
    for size in (1, 7, 100):
        ranks = stats.RollingRank(size, pct).accumulate(values)
        np.testing.assert_allclose(ranks, values.rolling(size, min_periods=1).rank(pct=pct), rtol=1e-15)


@pytest.mark.parametrize("n", [1, 2, 5, 40, 700])
def test_p_values_of_two_samples_are_those_of_scipy(n: int) -> None:
    for shift in (0.0, 0.5, 3.0):
        ks, kuiper = stats.KolmogorovSmirnov(), stats.KolmogorovSmirnov("kuiper")
        assert (ks.p_value, kuiper.p_value) == (1.0, None)
        xs, ys = [rng.random() for _ in range(n)], [shift + rng.random() for _ in range(n)]
        ks.update_many(xs, ys)
        kuiper.update_many(xs, ys)
        expected = scipy.stats.ks_2samp(xs, ys, method="exact")
        assert ks.get() == pytest.approx(expected.statistic, rel=1e-15)
        assert ks.p_value == pytest.approx(expected.pvalue, rel=1e-10)
        assert kuiper.p_value is None
        ks.update(math.nan, 1.0)
        assert ks.p_value is not None
        assert math.isnan(ks.p_value)


@pytest.mark.parametrize("q", [0.0, 1.0])
def test_the_outermost_quantiles_are_the_extremes(q: float) -> None:
    quantile, window = stats.Quantile(q), utils.Rolling(stats.Quantile, 3, q=q)
    extreme = max if q else min
    for n, x in enumerate(XS, start=1):
        quantile.update(x)
        window.update(x)
        assert quantile.get() == extreme(XS[:n])
        assert window.get() == extreme(XS[max(n - 3, 0) : n])
    spread = utils.Rolling(stats.IQR, 3, q_inf=0, q_sup=1)
    spread.update_many(XS)
    assert spread.get() == max(XS[-3:]) - min(XS[-3:])


@pytest.mark.parametrize("table", [[[10, 6], [6, 10]], [[1, 0], [0, 1]], [[8, 8], [8, 8]], [[9, 1], [2, 7], [3, 3]]])
def test_the_correction_for_continuity_is_that_of_scipy(table: list[list[int]]) -> None:
    rows = [(x, y) for x, counts in enumerate(table) for y, count in enumerate(counts) for _ in range(count)]
    for correction in (False, True):
        chi2 = stats.ChiSquared(correction)
        window = utils.Rolling(stats.ChiSquared, len(rows), correction=correction)
        for row in [(0, 0), *rows]:
            window.update(*row)
        for row in rows:
            chi2.update(*row)
        expected = scipy.stats.chi2_contingency(table, correction=correction)
        for stat in (chi2, window, pickle.loads(pickle.dumps(chi2)), stats.ChiSquared.from_bytes(chi2.to_bytes())):
            assert stat.get() == pytest.approx(expected.statistic, rel=1e-14, abs=1e-14)
            assert stat.p_value == pytest.approx(expected.pvalue, rel=1e-12)
            assert (stat.degrees_of_freedom, stat.correction) == (expected.dof, correction)
    other = stats.ChiSquared()
    other += chi2.clone()
    other.update(*rows[0])
    with pytest.raises(ValueError, match="correction must be the same"):
        other += chi2
