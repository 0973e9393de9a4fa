"""Columns in windows: accurate where data are hostile, and the loop's values everywhere."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.stats.test_window_drift import exact

MOMENTS = [(stats.Var, {}), (stats.SEM, {"ddof": 0}), (stats.Skew, {"bias": True}), (stats.Kurtosis, {})]
LENGTH = 3_000


def noise(seed: int = 0, length: int = LENGTH) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(length)


def streams() -> dict[str, np.ndarray]:
    burst = 1e9 + noise(1)
    burst[1_200:1_205] = 1e17 * noise(2, 5)
    gaps = noise(3)
    gaps[[90, 700, 701, 2_999]] = [math.nan, math.inf, -math.inf, math.nan]
    stretches = np.where(np.arange(LENGTH) % 400 < 170, 0.1, noise(4))
    return {
        "noise": noise(),
        "offset": 1e9 + noise(),
        "burst": burst,
        "not finite": gaps,
        "stretches of equal values": stretches,
        "walk": np.cumsum(noise()),
        "large": 1e300 * noise(),
        "small": 1e-300 * noise(),
        "subnormal": 5e-324 * np.random.default_rng(0).integers(0, 2**40, LENGTH),
        "integers": np.random.default_rng(0).integers(0, 3, LENGTH).astype(float),
    }


@pytest.mark.parametrize("name", streams())
@pytest.mark.parametrize(("cls", "params"), MOMENTS)
def test_moments_are_those_of_the_loop(name: str, cls: type[Any], params: dict[str, Any]) -> None:
    values = streams()[name]
    # Skewness and kurtosis can be near 0 although their terms are not.
    least = 1.0 if cls in (stats.Skew, stats.Kurtosis) else 0.0
    # A mean of subnormal numbers has as few digits as they have, here and in the loop.
    error = 1e-10 if name == "subnormal" else 1e-12
    for size in (2, 40, 41, 100, 2_500):
        for before in (0, 1_000):
            column, loop = utils.Rolling(cls, size, **params), utils.Rolling(cls, size, **params)
            for x in values[:before].tolist():
                column.update(x)
                loop.update(x)
            found = column.accumulate(values[before:])
            for index, x in enumerate(values[before:].tolist()):
                loop.update(x)
                expected = loop.get()
                if math.isnan(expected):
                    assert math.isnan(found[index])
                else:
                    assert found[index] == pytest.approx(expected, rel=error, abs=error * least)
            for x in noise(9, 60).tolist():
                column.update(x)
                loop.update(x)
            assert column.get() == pytest.approx(loop.get(), rel=error, abs=error * least, nan_ok=True)


@pytest.mark.parametrize("size", [3, 33, 100, 1_000])
def test_variance_to_the_last_digits(size: int) -> None:
    for values in (streams()["offset"], streams()["burst"]):
        found = utils.Rolling(stats.Var, size).accumulate(values)
        for index in range(size, LENGTH, 397):
            _, right = exact(values[index + 1 - size : index + 1])
            assert found[index] == pytest.approx(right, rel=1e-12)


def test_the_state_is_that_of_a_window_and_goes_on() -> None:
    values = noise(5)
    for cls, params in MOMENTS:
        for size in (1, 2, 5, 100, 2_999, 3_000, 5_000):
            column, loop = utils.Rolling(cls, size, **params), utils.Rolling(cls, size, **params)
            column.update_many(values)
            for x in values.tolist():
                loop.update(x)
            copy = utils.Rolling.from_bytes(column.to_bytes())
            for x in noise(6, 300).tolist():
                for window in (column, copy, loop):
                    window.update(x)
            assert column.get() == copy.get() == pytest.approx(loop.get(), rel=1e-11, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("size", [2_000, 5_000, 20_000])
def test_order_statistics_of_large_windows_to_the_last_bit(size: int) -> None:
    rng = np.random.default_rng(7)
    for values in (
        rng.standard_normal(12_000),
        1e9 + rng.standard_normal(12_000),
        rng.integers(-3, 3, 12_000) * -0.5,
        np.arange(12_000.0)[::-1],
    ):
        column, loop = stats.RollingQuantile(0.7, size), stats.RollingQuantile(0.7, size)
        found = column.accumulate(values)
        for index, x in enumerate(values.tolist()):
            loop.update(x)
            assert found[index] == loop.get()
            assert math.copysign(1, found[index]) == math.copysign(1, loop.get())
        assert column.to_bytes() == loop.to_bytes()
