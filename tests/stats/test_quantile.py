"""Tests specific to Quantile and IQR: the estimate of P²."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from river import stats


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        (0.99, [5, 5, 5, 5, 5, 0, 0.27777777777777773, 0.8275462962962963]),
        (0.01, [5, 0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_the_first_values(q: float, expected: list[float]) -> None:
    quantile = stats.Quantile(q)
    for x, result in zip((5, 0, 0, 0, 0, 0, 0, 0), expected, strict=True):
        quantile.update(x)
        assert quantile.get() == result


def test_the_example_of_jain_and_chlamtac() -> None:
    # Table I of the paper, whose heights are rounded to two digits; the last estimate is 4.44.
    values = (
        *(0.02, 0.15, 0.74, 3.39, 0.83, 22.37, 10.15, 15.43, 38.62, 15.92),
        *(34.60, 10.28, 1.47, 0.40, 0.05, 11.39, 0.27, 0.42, 0.09, 11.37),
    )
    estimates = []
    quantile = stats.Quantile(0.5)
    for x in values:
        quantile.update(x)
        estimates.append(quantile.get())
    assert estimates[5:] == pytest.approx(
        [0.74, 0.74, 2.18, 4.75, 4.75, 9.28, 9.28, 9.28, 9.28, 6.30, 6.30, 6.30, 6.30, 4.44, 4.44],
        abs=0.01,
    )


@pytest.mark.parametrize("q", [0.01, 0.25, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("distribution", ["gauss", "expovariate", "uniform"])
def test_is_near_the_quantile_of_many_values(q: float, distribution: str) -> None:
    rng = random.Random(42)
    draw = {
        "gauss": lambda: rng.gauss(0, 1),
        "expovariate": lambda: rng.expovariate(1),
        "uniform": rng.random,
    }[distribution]
    values = [draw() for _ in range(50_000)]
    quantile = stats.Quantile(q)
    for x in values:
        quantile.update(x)
    estimate = quantile.get()
    # The estimate is judged by the share of values below it, as quantiles are.
    assert estimate is not None
    assert float(np.mean(np.array(values) <= estimate)) == pytest.approx(q, abs=0.004)


def test_the_interquartile_range_is_the_difference_of_its_quantiles() -> None:
    rng = random.Random(1)
    iqr, low, high = stats.IQR(0.1, 0.7), stats.Quantile(0.1), stats.Quantile(0.7)
    for _ in range(1_000):
        x = rng.lognormvariate(0, 1)
        for stat in (iqr, low, high):
            stat.update(x)
        assert iqr.get() == high.get_or(math.nan) - low.get_or(math.nan)


def test_a_marker_is_never_carried_off_by_infinities() -> None:
    quantile = stats.Quantile(0.5)
    for x in (1.0, 2.0, 3.0, math.inf, -math.inf, *range(100)):
        quantile.update(x)
    estimate = quantile.get()
    assert estimate is not None
    assert 0 <= estimate <= 99
