"""Tests specific to EWQuantile: that it follows, and how close it is."""

from __future__ import annotations

import itertools
import math
import random
import statistics
import sys
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from river import stats, utils
from tests import oracles
from tests.oracles import faded
from tests.stats.bounds import Bound, Sample, followed_one, followed_range, value

LENGTH = 60_000
FADING = 0.02


def offset(q: float) -> float:
    """Return the quantile of normal values of deviation 1."""
    return statistics.NormalDist().inv_cdf(q)


def distances(stat: object, q: float, location: np.ndarray, seed: int) -> np.ndarray:
    """Return how far from the quantile a statistic is after each value."""
    noise = np.random.default_rng(seed).standard_normal(len(location))
    return np.abs(stat.accumulate(location + noise) - location - offset(q))  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("q", "spread"), [(0.5, 0.081), (0.9, 0.065), (0.1, 0.065), (0.99, 0.05)])
def test_scatters_as_a_window_does_where_nothing_drifts(q: float, spread: float, seed: int) -> None:
    rest = distances(stats.EWQuantile(q, FADING), q, np.zeros(LENGTH), seed)[LENGTH // 3 :]
    assert spread / 1.8 < math.sqrt(np.mean(rest**2)) < spread * 1.8
    window = math.ceil(1.2 / (q * (1 - q) * FADING))
    exact = distances(stats.RollingQuantile(q, window), q, np.zeros(LENGTH), seed)[LENGTH // 3 :]
    assert 0.6 < math.sqrt(np.mean(rest**2) / np.mean(exact**2)) < 1.6


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("q", "level", "arrives"),
    [(0.5, 1_000, 18), (0.5, -1_000, 18), (0.9, 1_000, 10), (0.1, -1_000, 10), (0.9, -1_000, 130), (0.5, 10, 5)],
)
def test_arrives_at_a_new_level(q: float, level: float, arrives: float, seed: int) -> None:
    location = np.where(np.arange(LENGTH) < LENGTH // 2, 0.0, level)
    late = distances(stats.EWQuantile(q, FADING), q, location, seed)[LENGTH // 2 :]
    # The last point at which it is farther away than it ever is by chance.
    arrived = np.flatnonzero(late > 1)[-1] * FADING
    assert arrives / 2 < arrived < arrives * 2
    markers = distances(stats.Quantile(q), q, location, seed)[LENGTH // 2 :]
    assert np.mean(late) < np.mean(markers) / 4


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("drift", "q", "near"),
    [("trend", 0.5, 0.067), ("trend", 0.9, 0.08), ("season", 0.5, 0.14), ("season", 0.9, 0.27), ("season", 0.1, 0.27)],
)
def test_follows_trends_and_seasons(drift: str, q: float, near: float, seed: int) -> None:
    i = np.arange(LENGTH)
    location = 2e-4 * i if drift == "trend" else 5 * np.sin(2 * np.pi * i / 20_000)
    rest = distances(stats.EWQuantile(q, FADING), q, location, seed)[LENGTH // 3 :]
    markers = distances(stats.Quantile(q), q, location, seed)[LENGTH // 3 :]
    assert np.mean(rest) < 2 * near
    assert np.mean(rest) < np.mean(markers) / 5


def test_a_value_far_away_moves_it_by_no_more_than_the_others_are_apart() -> None:
    values = np.random.default_rng(5).standard_normal(10_000)
    for far in (10.0, 1e6, -1e300):
        median = stats.EWQuantile(0.5, FADING)
        median.update_many(values)
        before = median.get()
        median.update(far)
        assert 0 < abs(median.get() - before) < 1
        if far == 1e6:
            median.update_many(values)
            assert median.get() == pytest.approx(before, abs=0.3)


@pytest.mark.parametrize("seed", range(3))
def test_several_never_cross(seed: int) -> None:
    rng = random.Random(seed)
    qs = [0.9, 0.45, 0.5, 0.55, 0.1]
    several = stats.EWQuantile(q=qs, fading_factor=0.3)
    single = [stats.EWQuantile(q, 0.3) for q in qs]
    crossed = 0
    for i in range(3_000):
        x = rng.gauss(0, 1) + 20 * (i // 200 % 2)
        for stat in (several, *single):
            stat.update(x)
        values = several.get()
        assert values[4] <= values[1] <= values[2] <= values[3] <= values[0]
        alone = [stat.get() for stat in single]
        assert sorted(values) == sorted(alone)
        crossed += values != alone
    assert crossed > 10


def test_several_are_a_list_and_columns_of_them_an_array() -> None:
    qs = [0.25, 0.75]
    assert stats.EWQuantile(qs).get() is None
    loop, column = stats.EWQuantile(q=qs, fading_factor=0.1), stats.EWQuantile(q=qs, fading_factor=0.1)
    values = [float(x) for x in (3, 1, 4, 1, 5, 9, 2, 6)]
    expected = []
    for x in values:
        loop.update(x)
        expected.append(loop.get())
    found = column.accumulate(values)
    assert found.tolist() == expected
    assert found.shape == (8, 2)
    assert column.get() == expected[-1]
    assert stats.EWQuantile.from_bytes(column.to_bytes()).get() == expected[-1]
    assert stats.EWQuantile([0.5]).q == (0.5,)
    window = utils.Rolling(stats.EWQuantile, 3, q=qs, fading_factor=0.1)
    window.update_many(values)
    last = stats.EWQuantile(q=qs, fading_factor=0.1)
    last.update_many(values[-3:])
    assert window.get() == last.get()


UNITS: dict[str, Callable[[random.Random], float]] = {
    "noise": lambda rng: rng.gauss(0, 1),
    "far from 0": lambda rng: -1e9 + rng.gauss(0, 1),
    "huge": lambda rng: sys.float_info.max * rng.uniform(-1, 1),
    "ends": lambda rng: rng.choice((sys.float_info.max, -sys.float_info.max, 0.0)),
    "tiny": lambda rng: rng.uniform(-1, 1) * 1e-300,
    "subnormal": lambda rng: rng.uniform(-1, 1) * 1e-320,
    "few": lambda rng: float(rng.randint(0, 2)),
    "all": lambda rng: rng.choice((-1, 1)) * 10 ** rng.uniform(-300, 300),
}


@pytest.mark.parametrize("name", UNITS)
def test_is_the_oracle_to_the_last_bit(name: str) -> None:
    rng = random.Random(name)
    for q, fading_factor in itertools.product((0.5, 0.01, 0.9, [0.9, 0.2]), (0.01, 0.5, 0.999)):
        stat, oracle = (cls(q, fading_factor) for cls in (stats.EWQuantile, oracles.EWQuantile))
        for _ in range(400):
            x = UNITS[name](rng)
            stat.update(x)
            oracle.update(x)
            assert stat.get() == oracle.get()
        assert np.isfinite(stat.get()).all()


def test_a_shift_or_a_factor_of_all_values_is_one_of_the_estimate() -> None:
    values = np.random.default_rng(11).integers(-1_000, 1_000, 5_000) / 64
    for q in (0.5, 0.05):
        made = [stats.EWQuantile(q, FADING) for _ in range(3)]
        mirrored = stats.EWQuantile(1 - q, FADING)
        for stat, column in zip(made, (values, values + 2.0**20, values * 2.0**500), strict=True):
            stat.update_many(column)
        mirrored.update_many(-values)
        found, shifted, scaled = (stat.get() for stat in made)
        assert shifted - 2.0**20 == pytest.approx(found, abs=2e-10)
        assert scaled == found * 2.0**500
        # 1 - 0.95 is not 0.05 to the last bit.
        assert mirrored.get() == pytest.approx(-found, rel=1e-12)


def test_infinities_before_and_between_finite_values() -> None:
    median = stats.EWQuantile(0.5, 0.1)
    for x, expected in ((math.inf, math.inf), (-math.inf, math.inf), (3.0, 3.0), (math.inf, 3.0)):
        median.update(x)
        assert median.get() == expected
    median.update_many([1.0, 4.0, 2.0])
    for _ in range(1_000):
        median.update(-math.inf)
    assert -5 < median.get() < 2
    median.update_many([7.0] * 1_000)
    assert median.get() == pytest.approx(7, abs=1e-3)


def test_comes_back_from_a_value_that_most_were_equal_to() -> None:
    rng = random.Random(13)
    median = stats.EWQuantile(0.5, FADING)
    median.update_many([float(rng.random() < 0.2) for _ in range(100_000)])
    assert abs(median.get()) < 1e-9
    median.update_many([1.0] * 4_000)
    assert median.get() == pytest.approx(1, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(("q", "fading_factor"), [(0.5, 0.1), (0.9, 0.02), (0.99, 0.002)])
def test_rounding_does_not_add_up(q: float, fading_factor: float) -> None:
    # 10 million values stay as far within the bound; in exact arithmetic these take seconds.
    values = [1e9 + x for x in np.random.default_rng(17).standard_normal(50_000).tolist()]
    params = {"q": q, "fading_factor": fading_factor}
    stat = stats.EWQuantile(**params)
    stat.update_many(values)
    exact = faded.ew_quantile(values, **params)
    bound = Bound(faded.ew_quantile, {"3e-16": value, "1e-15": followed_range, "1e-322": followed_one})
    assert abs(Fraction(stat.get()) - Fraction(exact)) <= bound.allowed(Sample([values], params), exact)


@pytest.mark.parametrize("value", [0, 1, -0.1, 1.5, math.nan, math.inf])
def test_probabilities_and_fading_factors_are_between_0_and_1(value: float) -> None:
    for params in ({"q": value}, {"q": [0.5, value]}, {"fading_factor": value}):
        (name,) = params
        with pytest.raises(ValueError, match=rf"^{name} must be above 0 and below 1, got "):
            stats.EWQuantile(**params)
    with pytest.raises(ValueError, match=r"^q must be at least one probability"):
        stats.EWQuantile(q=[])
