"""`update_many` and `accumulate` have the same effect as the loop over `update`."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.stats.cases import CASES, NUMERIC, ROLLING, Case, feed
from tests.stats.closeness import assert_close, assert_same, is_nan
from tests.stats.columns import assert_value, columns, looped

LENGTHS = (0, 1, 2, 15, 16, 17, 63, 64, 65, 2_047, 2_048, 2_049, 5_000)


def numbers(length: int, seed: int = 3) -> list[float]:
    rng = random.Random(seed)
    return [rng.gauss(2, 1) for _ in range(length)]


def arguments(case: Case, values: list[float]) -> list[Any]:
    return [values] if case.kind == "number" else [values, [x * 0.5 + math.sin(i) for i, x in enumerate(values)]]


@pytest.mark.parametrize("case", CASES)
def test_update_many_is_the_loop(case: Case) -> None:
    for params in case.params:
        for rows in case.streams.values():
            for cut in (0, 1, 50):
                stat, loop = case.fed(rows[:cut], params), case.fed(rows, params)
                stat.update_many(*columns(rows[cut:]))
                scale = max((abs(x) for row in rows for x in row), default=1.0) if "object" not in case.kind else 1.0
                assert_value(case, stat.get(), loop.get(), scale)
                assert stat.n == loop.n


@pytest.mark.parametrize("case", CASES)
def test_accumulate_is_the_loop(case: Case) -> None:
    for params in case.params:
        for rows in case.streams.values():
            stat, loop = case.fed(rows[:7], params), case.fed(rows[:7], params)
            values = stat.accumulate(*columns(rows[7:]))
            assert isinstance(values, np.ndarray)
            for actual, expected in zip(values.tolist(), looped(loop, rows[7:]), strict=True):
                if "object" in case.kind:
                    # None may be a value here.
                    assert actual == expected or (actual is None and math.isnan(expected))
                else:
                    assert_same(actual, expected)
            if "object" not in case.kind:
                assert stat.to_bytes() == loop.to_bytes()


@pytest.mark.parametrize("case", NUMERIC)
def test_any_length(case: Case) -> None:
    for length in LENGTHS:
        given = arguments(case, [abs(x) + 0.1 for x in numbers(length)])
        stat, loop = case.make(), feed(case.make(), zip(*given, strict=True))
        stat.update_many(*map(np.array, given))
        assert_value(case, stat.get(), loop.get())
        assert stat.n == loop.n


@pytest.mark.parametrize("case", ROLLING)
def test_windows_of_any_size_to_the_last_bit(case: Case) -> None:
    rng = random.Random(5)
    special = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, 2.5]
    for size in (1, 2, 12, 13, 64, 100, 499, 500, 501, 3_000):
        for values in (
            numbers(1_000),
            [rng.choice(special) for _ in range(1_000)],
            [*numbers(300), math.nan, *numbers(700)],
        ):
            params = {**case.params[0], "window_size": size}
            stat, loop = case.fed([(x,) for x in values[:100]], params), case.fed([(x,) for x in values[:100]], params)
            actual = stat.accumulate(np.array(values[100:]))
            for a, b in zip(actual.tolist(), looped(loop, [(x,) for x in values[100:]]), strict=True):
                assert_same(a, b)
            assert stat.to_bytes() == loop.to_bytes()
            many = case.fed([(x,) for x in values[:100]], params)
            many.update_many(np.array(values[100:]))
            assert many.to_bytes() == loop.to_bytes()
            feed(many, [(0.5,), (0.25,)])
            assert_same(many.get(), feed(loop, [(0.5,), (0.25,)]).get())


@pytest.mark.parametrize("case", NUMERIC)
@pytest.mark.parametrize("special", [math.nan, math.inf, -math.inf, 1e300, 1e-300, 5e-324])
def test_special_values_are_those_of_the_loop(case: Case, special: float) -> None:
    for index in (0, 1, 70, 2_500, 4_999):
        values = [abs(x) + 0.1 for x in numbers(5_000)]
        values[index] = special
        given = arguments(case, values)
        stat, loop = case.make(), feed(case.make(), zip(*given, strict=True))
        stat.update_many(*map(np.array, given))
        if is_nan(loop.get()):
            assert_same(stat.get(), loop.get())
        else:
            assert_close(stat.get(), loop.get(), 0.0 if math.isfinite(special) else 1e-12, relative=1e-12)


def test_sums_lose_nothing() -> None:
    total = stats.Sum()
    total.update_many([1e16, 1.0, -1e16])
    assert total.get() == 1.0
    values = [x * 10.0 ** (i % 40 - 20) for i, x in enumerate(numbers(10_000))]
    total = stats.Sum()
    total.update_many(values)
    assert total.get() == math.fsum(values)


def test_an_offset_costs_no_digits() -> None:
    noise = np.array(numbers(20_000))
    values = noise + 1e9
    var, kurtosis = stats.Var(), stats.Kurtosis()
    var.update_many(values)
    kurtosis.update_many(values)
    assert var.get() == pytest.approx(np.var(values - 1e9, ddof=1), rel=1e-13)
    assert kurtosis.get() == pytest.approx(feed(stats.Kurtosis(), [(x,) for x in values]).get(), rel=1e-11)


def test_equal_values_have_no_variance() -> None:
    for x in (0.1, 1e9 + 0.1, 1e-5):
        var, skew = stats.Var(), stats.Skew()
        var.update_many([x] * 5_000)
        skew.update_many([x] * 5_000)
        assert var.get() == 0.0
        assert math.isnan(skew.get())


def test_weights_are_those_of_the_loop() -> None:
    values, weights = numbers(500), [float(i % 4) for i in range(500)]
    for cls in (stats.Mean, stats.Var, stats.SEM, stats.Sum):
        stat, loop = cls(), cls()
        found = stat.accumulate(values, weights)
        for x, w, value in zip(values, weights, found, strict=True):
            loop.update(x, w)
            assert value == loop.get() or (math.isnan(value) and loop.get() is None)
        assert stat.to_bytes() == loop.to_bytes()
    cov, loop = stats.Cov(), stats.Cov()
    cov.update_many(values, values[::-1], w=weights)
    feed(loop, zip(values, values[::-1], weights, strict=True))
    assert cov.to_bytes() == loop.to_bytes()


def test_times() -> None:
    values, times = [1.0, 2.0, 4.0], [0.0, 1.5, 2.0]
    stat, loop = stats.EWMean(halflife=2.0), stats.EWMean(halflife=2.0)
    found = stat.accumulate(values, times)
    for x, t, value in zip(values, times, found, strict=True):
        loop.update(x, t)
        assert value == loop.get()
    rate = stats.Rate()
    rate.update_many(times)
    assert rate.get() == feed(stats.Rate(), [(t,) for t in times]).get()
    with pytest.raises(ValueError, match=r"t\[1\]"):
        stat.update_many([1.0, 2.0], [5.0, 4.0])
    assert stat.to_bytes() == loop.to_bytes()


@pytest.mark.parametrize("cls", [stats.Mean, stats.Var, stats.Kurtosis, stats.EWMean, stats.Quantile, stats.Max])
def test_windows_of_any_statistic(cls: type[Any]) -> None:
    values = numbers(200)
    for size in (2, 7, 500):
        stat, loop = utils.Rolling(cls, size, min_samples=2), utils.Rolling(cls, size, min_samples=2)
        found = stat.accumulate(values)
        for actual, expected in zip(found.tolist(), looped(loop, [(x,) for x in values]), strict=True):
            assert actual == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)
        timed = utils.TimeRolling(cls, size)
        assert_same(timed.accumulate(values, t=range(200)).tolist()[-1], utils_loop(cls, size, values))


def utils_loop(cls: type[Any], size: int, values: list[float]) -> Any:
    stat = utils.TimeRolling(cls, size)
    for t, x in enumerate(values):
        stat.update(x, t=t)
    return stat.get()


def test_iterators_are_lazy() -> None:
    mean = stats.Mean()
    steps = mean.accumulate(iter([1, 2, "a"]))
    assert mean.n == 0
    assert next(steps) == 1.0
    assert next(steps) == 1.5
    assert mean.n == 2
    with pytest.raises(TypeError):
        next(steps)
    assert mean.n == 2
    assert list(stats.RollingMax(2).accumulate(x for x in (3, 1, 2))) == [3.0, 3.0, 2.0]
    assert list(stats.Cov().accumulate(iter([1, 2]), iter([1, 3]))) == [0.0, 1.0]


def test_objects() -> None:
    mode = stats.Mode()
    values = mode.accumulate(["a", "b", "b"])
    assert values.dtype == object
    assert values.tolist() == ["a", "a", "b"]
    assert mode.get() == "b"
