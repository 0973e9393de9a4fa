"""RollingQuantile and RollingIQR against NumPy, on windows of every size."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests.oracles.rolling_quantile import interpolate

LARGEST = 70


def whole(rng: random.Random) -> float:
    return float(rng.randint(-4, 4))


def normal(rng: random.Random) -> float:
    return rng.gauss(1e6, 1.0)


def unfinished(rng: random.Random) -> float:
    return rng.choice((1.0, 2.0, 3.5, -0.0, 0.0, math.inf, -math.inf, math.nan))


def mostly_finite(rng: random.Random) -> float:
    return rng.choice((math.inf, -math.inf, math.nan)) if rng.random() < 0.02 else rng.random()


def expected_quantile(window: Sequence[float], q: float) -> float:
    """Return what NumPy says; among infinities, where it may say NaN, what IEEE arithmetic says."""
    if any(map(math.isnan, window)):
        return math.nan
    if any(map(math.isinf, window)):
        return interpolate(sorted(window), q)
    return float(np.quantile(window, q))


def expected_iqr(window: Sequence[float], q_inf: float, q_sup: float) -> float:
    return expected_quantile(window, q_sup) - expected_quantile(window, q_inf)


def assert_near(actual: float | None, expected: float, window: Sequence[float]) -> None:
    assert actual is not None
    if math.isnan(expected) or math.isinf(expected):
        assert repr(actual) == repr(expected), window
    else:
        finite = [abs(x) for x in window if math.isfinite(x)]
        assert abs(actual - expected) <= 4e-16 * max(finite), window


@pytest.mark.parametrize("draw", [whole, normal, unfinished, mostly_finite])
def test_every_window_size(draw: object) -> None:
    assert callable(draw)
    rng = random.Random(7)
    nan = infinite = finite = 0
    for size in range(1, LARGEST):
        q, q_inf, q_sup = rng.random(), 0.5 * rng.random(), 0.5 + 0.5 * rng.random()
        quantile, iqr = stats.RollingQuantile(q, size), stats.RollingIQR(size, q_inf, q_sup)
        values = [draw(rng) for _ in range(2 * size + 10)]
        for n, x in enumerate(values, start=1):
            quantile.update(x)
            iqr.update(x)
            if n % 3 == 0 or n >= len(values) - 2:
                window = values[max(0, n - size) : n]
                result = expected_quantile(window, q)
                assert_near(quantile.get(), result, window)
                assert_near(iqr.get(), expected_iqr(window, q_inf, q_sup), window)
                nan += math.isnan(result)
                infinite += math.isinf(result)
                finite += math.isfinite(result)
    if draw in (unfinished, mostly_finite):
        assert min(nan, infinite, finite) > 20
    else:
        assert nan == infinite == 0


@pytest.mark.parametrize("order", ["random", "rising", "falling", "sawtooth", "two values"])
@pytest.mark.parametrize("size", [128, 1_000, 5_000])
def test_large_windows(order: str, size: int) -> None:
    rng = random.Random(size)
    count = 3 * size
    values: list[float] = {
        "random": [rng.random() for _ in range(count)],
        "rising": [float(i) for i in range(count)],
        "falling": [float(-i) for i in range(count)],
        "sawtooth": [float(i % 997) for i in range(count)],
        "two values": [float(rng.random() < 0.3) for _ in range(count)],
    }[order]
    quantiles = {q: stats.RollingQuantile(q, size) for q in (0.0, 0.01, 0.25, 0.5, 0.9, 1.0)}
    for n, x in enumerate(values, start=1):
        for quantile in quantiles.values():
            quantile.update(x)
        if n % (size // 4) == 1:
            window = values[max(0, n - size) : n]
            for q, quantile in quantiles.items():
                assert_near(quantile.get(), float(np.quantile(window, q)), window)


@given(
    values=st.lists(st.floats(-1e100, 1e100) | st.integers(-3, 3).map(float), min_size=1),
    size=st.integers(1, 40),
    q=st.floats(0, 1),
)
def test_any_window(values: list[float], size: int, q: float) -> None:
    quantile = stats.RollingQuantile(q, size)
    for n, x in enumerate(values, start=1):
        quantile.update(x)
        window = values[max(0, n - size) : n]
        assert_near(quantile.get(), float(np.quantile(window, q)), window)


def test_the_ends_of_the_range_are_the_extremes() -> None:
    rng = random.Random(3)
    low, high = stats.RollingQuantile(0, 9), stats.RollingQuantile(1, 9)
    values = [rng.uniform(-1e308, 1e308) for _ in range(300)]
    for n, x in enumerate(values, start=1):
        low.update(x)
        high.update(x)
        window = values[max(0, n - 9) : n]
        assert low.get() == min(window)
        assert high.get() == max(window)
