"""Windows of any size against what NumPy computes of each window, and pandas of the column."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats, utils
from tests.stats.cases import Case
from tests.stats.windowed import CASES_IN_WINDOWS

NUMBERS = st.floats(-1e3, 1e3, width=32)
ANYTHING = NUMBERS | st.sampled_from([math.nan, math.inf, -math.inf])
SIZES = st.integers(1, 70)
Column = np.ndarray[Any, Any]


def over_several(f: Callable[[Column], Any]) -> Callable[[Column], Any]:
    """Return a function that is 0 for one finite value, as `Var` is."""
    return lambda window: f(window) if len(window) > 1 else 0.0 * window[0]


ONE: dict[str, tuple[type[Any], Callable[[Column], Any]]] = {
    "Sum": (stats.Sum, np.sum),
    "Mean": (stats.Mean, np.mean),
    "Var": (stats.Var, over_several(lambda window: np.var(window, ddof=1))),
    "Min": (stats.Min, np.min),
    "Max": (stats.Max, np.max),
    "AbsMax": (stats.AbsMax, lambda window: np.max(np.abs(window))),
    "PeakToPeak": (stats.PeakToPeak, np.ptp),
    "RootMeanSquare": (stats.RootMeanSquare, lambda window: np.sqrt(np.mean(window**2))),
}


@pytest.mark.parametrize("name", ONE)
@given(values=st.lists(ANYTHING, min_size=1, max_size=80), size=SIZES)
def test_agrees_with_numpy(name: str, values: list[float], size: int) -> None:
    cls, definition = ONE[name]
    window = utils.Rolling(cls, size)
    for n, x in enumerate(values, start=1):
        window.update(x)
        kept = np.array(values[max(0, n - size) : n])
        with np.errstate(all="ignore"):
            right = float(definition(kept))
        assert math.isclose(window.get(), right, rel_tol=1e-9, abs_tol=1e-6) or (
            math.isnan(window.get()) and math.isnan(right)
        )


@given(values=st.lists(NUMBERS | st.just(math.nan), min_size=1, max_size=80), size=SIZES, q=st.floats(0.01, 0.99))
def test_order_statistics_agree_with_numpy(values: list[float], size: int, q: float) -> None:
    windows = (utils.Rolling(stats.Quantile, size, q=q), stats.RollingQuantile(q, size))
    distance = utils.Rolling(stats.MAD, size)
    for n, x in enumerate(values, start=1):
        kept = np.array(values[max(0, n - size) : n])
        for window in (*windows, distance):
            window.update(x)
        for window in windows:
            assert np.isclose(window.get(), np.quantile(kept, q), rtol=1e-9, atol=1e-9, equal_nan=True)
        deviation = np.median(np.abs(kept - np.median(kept)))
        assert np.isclose(distance.get(), deviation, rtol=1e-9, atol=1e-9, equal_nan=True)


@given(pairs=st.lists(st.tuples(ANYTHING, NUMBERS), min_size=1, max_size=60), size=SIZES)
def test_covariance_agrees_with_numpy(pairs: list[tuple[float, float]], size: int) -> None:
    window = utils.Rolling(stats.Cov, size)
    for n, (x, y) in enumerate(pairs, start=1):
        window.update(x, y)
        kept = np.array(pairs[max(0, n - size) : n])
        if n > 1 and len(kept) > 1:
            with np.errstate(all="ignore"):
                right = np.cov(kept.T)[0, 1]
            assert np.isclose(window.get(), right, rtol=1e-9, atol=1e-6, equal_nan=True)


@given(values=st.lists(NUMBERS, min_size=1, max_size=80), size=SIZES)
def test_agrees_with_pandas(values: list[float], size: int) -> None:
    rolling = pd.Series(values, dtype=float).rolling(size, min_periods=1)
    peers = {
        stats.Mean: rolling.mean(),
        stats.Var: rolling.var().fillna(0.0),
        stats.Min: rolling.min(),
        stats.Max: rolling.max(),
        stats.Quantile: rolling.median(),
    }
    for cls, right in peers.items():
        # Values that pandas has subtracted again leave traces in the last digits of its sums.
        assert np.allclose(utils.Rolling(cls, size).accumulate(values), right, rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize("case", [case for case in CASES_IN_WINDOWS if case.kind == "number"])
def test_a_failed_update_leaves_the_window_of_time(case: Case) -> None:
    window = utils.TimeRolling(case.cls, dt.timedelta(seconds=3), **case.params[0])
    start = dt.datetime(2026, 1, 1)
    for second, row in enumerate(case.short[:5]):
        window.update(*row, t=start + dt.timedelta(seconds=second))
    before = window.to_bytes()
    later = start + dt.timedelta(hours=1)
    for bad in ((None,), ("a",), (), (1.0, 2.0, 3.0, 4.0)):
        with pytest.raises(TypeError):
            window.update(*bad, t=later)
    for wrong in ("noon", None, later.replace(tzinfo=dt.UTC), 3.0):
        with pytest.raises(TypeError):
            window.update(*case.short[0], t=wrong)
    with pytest.raises(TypeError):
        window.update(*case.short[0])
    assert window.to_bytes() == before
