"""Tests specific to PeakToPeak."""

from __future__ import annotations

import math

import pytest

from river import stats


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((math.inf,), math.nan),
        ((-math.inf,), math.nan),
        ((math.inf, math.inf), math.nan),
        ((math.inf, 5.0), math.inf),
        ((5.0, -math.inf), math.inf),
        ((math.inf, -math.inf), math.inf),
        ((1.7e308, -1.7e308), math.inf),
        ((5e-324, 0.0), 5e-324),
        ((-0.0, 0.0), 0.0),
    ],
)
def test_extremes(values: tuple[float, ...], expected: float) -> None:
    stat = stats.PeakToPeak()
    for x in values:
        stat.update(x)
    assert repr(stat.get()) == repr(expected)
