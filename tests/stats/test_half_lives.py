"""Exponentially weighted statistics by half-lives, with timestamps and adjusted weights."""

from __future__ import annotations

import datetime as dt
import math
import pickle
import random
from typing import Any

import pandas as pd
import pytest

from river import stats
from tests import oracles

CLASSES = (stats.EWMean, stats.EWVar, stats.EWCov)
ALL = (*CLASSES, stats.EWStd, stats.EWCorr)
ORACLES = (oracles.TimedEWMean, oracles.TimedEWVar, oracles.TimedEWCov)
START = dt.datetime(2024, 3, 1)


def data(n: int = 300) -> tuple[list[float], list[float], list[float]]:
    rng = random.Random(17)
    times = [0.0]
    while len(times) < n:
        times.append(times[-1] + rng.choice((0.0, 1e-6, rng.expovariate(1), rng.expovariate(0.01))))
    return times, [rng.gauss(3, 2) for _ in times], [rng.gauss(-1, 5) for _ in times]


def width(cls: Any) -> int:
    return 2 if cls in (stats.EWCov, stats.EWCorr) else 1


@pytest.mark.parametrize("adjust", [False, True])
@pytest.mark.parametrize("timed", [False, True])
@pytest.mark.parametrize(("cls", "oracle_cls"), list(zip(CLASSES, ORACLES, strict=True)))
def test_agrees_with_the_sum_over_all_weights(cls: Any, oracle_cls: Any, timed: bool, adjust: bool) -> None:
    times, *columns = data(200)
    for halflife in (0.3, 5.0, 1e4):
        stat, oracle = cls(halflife=halflife, adjust=adjust), oracle_cls(halflife, adjust)
        assert stat.get() == 0.0
        for t, row in zip(times, zip(*columns[: width(cls)], strict=True), strict=True):
            stat.update(*row, t if timed else None)
            oracle.update(*row, t if timed else None)
            assert stat.get() == pytest.approx(oracle.get(), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("adjust", [False, True])
@pytest.mark.parametrize("timed", [False, True])
def test_deviations_and_correlations_are_made_of_variances(timed: bool, adjust: bool) -> None:
    times, xs, ys = data(200)
    for halflife in (0.3, 5.0, 1e4):
        std, corr = (cls(halflife=halflife, adjust=adjust) for cls in (stats.EWStd, stats.EWCorr))
        var_x, var_y = (stats.EWVar(halflife=halflife, adjust=adjust) for _ in range(2))
        cov = stats.EWCov(halflife=halflife, adjust=adjust)
        for x, y, t in zip(xs, ys, times if timed else [None] * len(times), strict=True):
            std.update(x, t)
            corr.update(x, y, t)
            var_x.update(x, t)
            var_y.update(y, t)
            cov.update(x, y, t)
            assert std.get() == math.sqrt(var_x.get())
            product = math.sqrt(var_x.get()) * math.sqrt(var_y.get())
            assert corr.get() == (min(max(cov.get() / product, -1.0), 1.0) if product else 0.0)


@pytest.mark.parametrize("adjust", [False, True])
def test_the_mean_agrees_with_pandas_at_irregular_times(adjust: bool) -> None:
    times, values, _ = data()
    index = pd.to_datetime([START + dt.timedelta(seconds=t) for t in times])
    halflife = dt.timedelta(seconds=2.5)
    expected = pd.Series(values).ewm(halflife=halflife, times=index, adjust=adjust).mean()
    stat = stats.EWMean(halflife=halflife, adjust=adjust)
    for t, x, mean in zip(index, values, expected, strict=True):
        stat.update(x, t=t)
        assert stat.get() == pytest.approx(mean, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("adjust", [False, True])
@pytest.mark.parametrize("fading", [{"alpha": 0.3}, {"halflife": 4.0}])
def test_agrees_with_pandas_at_regular_times(adjust: bool, fading: dict[str, float]) -> None:
    _, xs, ys = data()
    window = pd.Series(xs).ewm(**fading, adjust=adjust)
    expected = (window.mean(), window.var(bias=True), window.cov(pd.Series(ys), bias=True))
    made = [cls(**fading, adjust=adjust) for cls in CLASSES]
    for i, row in enumerate(zip(xs, ys, strict=True)):
        for stat, column in zip(made, expected, strict=True):
            stat.update(*row[: width(type(stat))])
            assert stat.get() == pytest.approx(column[i], rel=1e-12, abs=1e-12)


def test_a_covariance_does_not_cancel() -> None:
    cov, shifted = stats.EWCov(0.1), stats.EWCov(0.1)
    for i in range(1_000):
        x, y = float(i % 2), float(i % 3)
        cov.update(x, y)
        shifted.update(1e8 + x, 1e8 + y)
    assert shifted.get() == pytest.approx(cov.get(), rel=1e-13)


@pytest.mark.parametrize("cls", ALL)
def test_fading_is_given_in_one_word(cls: Any) -> None:
    both = ({"alpha": 0.5}, {"halflife": 1.0}, {"fading_factor": 0.5})
    for i, first in enumerate(both):
        for second in both[:i]:
            with pytest.raises(TypeError, match="only one of"):
                cls(**first, **second)
    with pytest.raises(TypeError, match="only one of"):
        cls(0.5, halflife=1.0)
    for wrong in (0.0, -1.0, math.nan, math.inf, dt.timedelta(0)):
        with pytest.raises(ValueError, match="halflife must be positive"):
            cls(halflife=wrong)
    with pytest.raises(ValueError, match=r"^halflife must be"):
        cls(halflife="soon")
    assert cls().halflife is None


@pytest.mark.parametrize("cls", ALL)
def test_a_halflife_says_what_a_second_fades(cls: Any) -> None:
    stat = cls(halflife=dt.timedelta(minutes=1))
    assert stat.halflife == 60.0
    assert stat.alpha == stat.fading_factor == pytest.approx(1 - 0.5 ** (1 / 60), rel=1e-14)
    assert stat.name.endswith("_halflife_60.0")
    assert cls(0.3, adjust=True).name.endswith("_0.3_adjusted")


@pytest.mark.parametrize("cls", ALL)
def test_clones_keep_or_change_how_values_fade(cls: Any) -> None:
    row = (1.0,) * width(cls)
    stat = cls(halflife=3.0, adjust=True)
    stat.update(*row, t=START)
    clone = stat.clone()
    assert (clone.halflife, clone.adjust, clone.n) == (3.0, True, 0)
    assert clone.to_bytes() == cls(halflife=3.0, adjust=True).to_bytes()
    for new in ({"alpha": 0.2}, {"fading_factor": 0.2}):
        assert stat.clone(new).to_bytes() == cls(0.2, adjust=True).to_bytes()
    assert cls(0.2).clone({"halflife": 2.0}).to_bytes() == cls(halflife=2.0).to_bytes()
    assert cls(0.2).clone({"adjust": True}).to_bytes() == cls(0.2, adjust=True).to_bytes()


@pytest.mark.parametrize("cls", ALL)
def test_a_refused_time_changes_nothing(cls: Any) -> None:
    row = (1.0,) * width(cls)
    stat = cls(halflife=3.0)
    stat.update(*row, t=10.0)
    before = stat.to_bytes()
    for error, t in ((ValueError, 9.0), (ValueError, math.nan), (TypeError, START), (TypeError, "now")):
        with pytest.raises(error):
            stat.update(*row, t=t)
    with pytest.raises(TypeError):
        stat.update(*(None for _ in row), t=11.0)
    with pytest.raises(TypeError, match="halflife"):
        cls(0.5).update(*row, t=1.0)
    assert stat.to_bytes() == before


@pytest.mark.parametrize("cls", ALL)
def test_a_pickle_goes_on_in_time(cls: Any) -> None:
    for start in (0.0, START, START.replace(tzinfo=dt.UTC)):
        stat = cls(halflife=3.0, adjust=True)
        for i in range(5):
            step = i if start == 0.0 else dt.timedelta(seconds=i)
            again = pickle.loads(pickle.dumps(stat))
            for other in (stat, again):
                other.update(*[float(i * i)] * width(cls), t=start + step)  # type: ignore[operator]
            assert again.to_bytes() == stat.to_bytes()
        data = stat.to_bytes()
        for i in range(len(data)):
            with pytest.raises(ValueError, match=cls.__name__):
                cls.from_bytes(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :])
