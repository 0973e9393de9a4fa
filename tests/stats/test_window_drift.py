"""Windows do not drift: after millions of updates they are what they would be if new."""

from __future__ import annotations

import math
import os
from fractions import Fraction

import numpy as np
import pytest

from river import stats, utils

#: Ten million updates take minutes; the short run has the same bursts, more closely together.
UPDATES = 10_000_000 if os.environ.get("RIVER_TESTS") == "slow" else 200_000
OFFSET = 1e9


def exact(values: np.ndarray) -> tuple[float, float]:
    """Return mean and sample variance, rounded once."""
    fractions = [Fraction(float(x)) for x in values]
    mean = sum(fractions) / len(fractions)
    squares = sum((x - mean) ** 2 for x in fractions)
    return float(mean), float(squares / (len(fractions) - 1))


@pytest.mark.parametrize("size", [2, 3, 100, 1_000])
def test_offset_and_a_burst(size: int) -> None:
    rng = np.random.default_rng(size)
    mean, var = utils.Rolling(stats.Mean, size), utils.Rolling(stats.Var, size)
    sem, kurtosis = utils.Rolling(stats.SEM, size), utils.Rolling(stats.Kurtosis, size)
    values = OFFSET + rng.standard_normal(UPDATES)
    values[UPDATES // 2 : UPDATES // 2 + 10] = 1e17 * rng.standard_normal(10)
    for n, x in enumerate(values.tolist(), start=1):
        for window in (mean, var, sem, kurtosis):
            window.update(x)
        if n % (UPDATES // 7) == 0 or n == UPDATES // 2 + 10 + size:
            kept = values[max(0, n - size) : n]
            right_mean, right_var = exact(kept)
            assert abs(mean.get() - right_mean) <= 1e-15 * abs(right_mean)
            assert abs(var.get() - right_var) <= 1e-11 * right_var
            assert abs(sem.get() - math.sqrt(right_var / size)) <= 1e-11 * sem.get()
            fresh = stats.Kurtosis()
            for x in kept.tolist():
                fresh.update(x)
            assert abs(kurtosis.get() - fresh.get()) <= 1e-6 * (1 + abs(fresh.get()))


def test_a_large_window_over_a_burst() -> None:
    size, rng = 20_000, np.random.default_rng(0)
    var, mean = utils.Rolling(stats.Var, size), utils.Rolling(stats.Mean, size)
    timed = utils.TimeRolling(stats.Var, size)
    values = OFFSET + rng.standard_normal(70_000)
    values[10_000] = 1e17
    for t, x in enumerate(values.tolist()):
        var.update(x)
        mean.update(x)
        timed.update(x, t=t)
    right_mean, right_var = exact(values[-size:])
    assert abs(mean.get() - right_mean) <= 1e-15 * right_mean
    for window in (var, timed):
        assert abs(window.get() - right_var) <= 1e-11 * right_var
