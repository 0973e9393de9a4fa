"""Tests specific to Skew and Kurtosis."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats

from river import stats
from tests.oracles import definitions

# np.random.seed(42); np.random.normal(size=10)
VALUES = (
    *(0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254),
    *(-0.23415337472333597, -0.23413695694918055, 1.5792128155073915, 0.7674347291529088),
    *(-0.4694743859349521, 0.5425600435859647),
)
PINNED = {
    (stats.Kurtosis, False): (
        *(-3.0, -2.0, -1.5, 1.4130027920707047, 0.15367976585756438, 0.46142633246812653),
        *(-1.620647789230658, -1.3540178492487054, -1.2310268787102745, -0.9490372374384453),
    ),
    (stats.Kurtosis, True): (
        *(-3.0, -2.0, -1.5, -1.011599627723906, -0.9615800585356089, -0.6989395431537853),
        *(-1.4252699121794408, -1.311437071070812, -1.246289111322894, -1.082283689864171),
    ),
    (stats.Skew, False): (
        *(0.0, 0.0, -1.4802398132849872, 0.5127437186677888, 0.7803466510704751),
        *(1.056115628922055, 0.5057840774320389, 0.3478402420400934, 0.4536710660918703),
        0.41230701974932277,
    ),
    (stats.Skew, True): (
        *(0.0, 0.0, -0.6043053732501439, 0.2960327239981376, 0.5234724473423674),
        *(0.7712778043924866, 0.39022088752624845, 0.278892645224261, 0.3742595351386406),
        0.34768780738236965,
    ),
}
SCIPY: dict[Any, Callable[..., float]] = {stats.Kurtosis: scipy.stats.kurtosis, stats.Skew: scipy.stats.skew}
DEFINITIONS = {stats.Kurtosis: definitions.kurtosis, stats.Skew: definitions.skew}

Moment = stats.Kurtosis | stats.Skew

by_class = pytest.mark.parametrize("cls", [stats.Kurtosis, stats.Skew])
by_bias = pytest.mark.parametrize("bias", [False, True])


@by_class
@by_bias
def test_the_published_results(cls: type[Moment], bias: bool) -> None:
    stat = cls(bias)
    for x, expected in zip(VALUES, PINNED[cls, bias], strict=True):
        stat.update(x)
        assert stat.get() == pytest.approx(expected, rel=1e-13, abs=1e-13)


@by_class
@by_bias
def test_agrees_with_scipy(cls: type[Moment], bias: bool) -> None:
    rng = random.Random(11)
    for draw in (rng.random, lambda: rng.gauss(0, 1), lambda: rng.paretovariate(1.5)):
        values = [draw() for _ in range(200)]
        stat = cls(bias)
        for n, x in enumerate(values, start=1):
            stat.update(x)
            if n >= 2:
                expected = SCIPY[cls](np.array(values[:n]), bias=bias)
                assert stat.get() == pytest.approx(expected, rel=1e-11, abs=1e-11)


@by_class
@by_bias
def test_a_constant_series_has_no_moments_once_there_are_enough_values(cls: type[Moment], bias: bool) -> None:
    stat = cls(bias)
    conventional = {stats.Kurtosis: [-3.0] * 3, stats.Skew: [0.0] * 2}[cls]
    results = []
    for _ in range(10):
        stat.update(0.1)
        results.append(stat.get())
    assert results[: len(conventional)] == conventional
    assert all(math.isnan(x) for x in results[len(conventional) :])
    stat.update(0.2)
    assert math.isfinite(stat.get())


@by_class
@by_bias
@pytest.mark.parametrize(("scale", "offset"), [(1, 1e9), (1e-9, 1), (1e-6, -1e5), (1e7, 1e16), (1, 2**40)])
def test_an_offset_costs_no_digits(cls: type[Moment], bias: bool, scale: float, offset: float) -> None:
    rng = random.Random(17)
    values = [offset + scale * rng.expovariate(1) for _ in range(500)]
    stat = cls(bias)
    for x in values:
        stat.update(x)
    assert stat.get() == pytest.approx(DEFINITIONS[cls](values, bias), rel=1e-11)


@by_class
@by_bias
@pytest.mark.parametrize("scale", [1e300, 1e150, 1e77, 1e-77, 1e-150, 1e-300, 1e-310])
def test_the_unit_makes_no_difference(cls: type[Moment], bias: bool, scale: float) -> None:
    rng = random.Random(19)
    values = [scale * rng.gauss(0, 1) for _ in range(200)]
    stat = cls(bias)
    for x in values:
        stat.update(x)
    assert stat.get() == pytest.approx(DEFINITIONS[cls](values, bias), rel=1e-11)


@by_class
@by_bias
def test_values_of_very_different_magnitudes(cls: type[Moment], bias: bool) -> None:
    for values in (
        [1e-300, 1e300, 2e300, -1e300, 1.0, 5e-324],
        [0.0, 0.0, 1e-200, 3e-200, 1e200, -4e200],
        [1e200, -1e200, 1e-200, 2e-200, 1.0, 3.0],
        [5e-324, 1e-323, 0.0, 1.5e-323, 1e-300, 1e-310],
        [1.7e308, -1.7e308, 1.7e308, 1.6e308, -1e308, 0.0],
    ):
        stat = cls(bias)
        for n, x in enumerate(values, start=1):
            stat.update(x)
            expected = DEFINITIONS[cls](values[:n], bias)
            assert stat.get() == pytest.approx(expected, rel=1e-9, abs=1e-9), values[:n]


@pytest.mark.slow
@by_class
@by_bias
def test_a_million_values_with_an_offset(cls: type[Moment], bias: bool) -> None:
    values = 1e9 + np.random.default_rng(29).exponential(size=1_000_000)
    stat = cls(bias)
    for x in values.tolist():
        stat.update(x)
    # The values less the offset are exact, and central moments do not see it.
    expected = SCIPY[cls](values - 1e9, bias=bias)
    assert stat.get() == pytest.approx(expected, rel=1e-10)


@by_class
def test_an_infinity_has_no_deviation(cls: type[Moment]) -> None:
    for x in (math.inf, -math.inf):
        stat = cls()
        for value in (1, 2, x, 4, 5, 6):
            stat.update(value)
        assert math.isnan(stat.get())
    first = cls()
    first.update(math.inf)
    assert math.isnan(first.get())


@by_class
def test_mirrored_values(cls: type[Moment]) -> None:
    rng = random.Random(23)
    stat, mirrored = cls(), cls()
    for _ in range(100):
        x = rng.expovariate(1)
        stat.update(x)
        mirrored.update(-x)
    sign = -1 if cls is stats.Skew else 1
    assert mirrored.get() == sign * stat.get()
