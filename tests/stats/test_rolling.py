"""`utils.Rolling` over every class."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats, utils
from tests.stats.cases import Case
from tests.stats.windowed import CASES_IN_WINDOWS, MIXED, agrees, fresh, near, rounding

SIZES = (1, 2, 3, 7, 50)
NUMERIC = [case for case in CASES_IN_WINDOWS if case.kind == "number"]


def rolled(case: Case, size: int, params: Any = None, **kwargs: Any) -> Any:
    params = case.params[0] if params is None else params
    return utils.Rolling(case.cls, size, **kwargs, **params)


@pytest.mark.parametrize("case", CASES_IN_WINDOWS)
def test_a_window_has_the_value_of_a_fresh_statistic(case: Case) -> None:
    for params in case.params:
        for name, rows in case.streams.items():
            for size in SIZES:
                window = rolled(case, size, params)
                for n, row in enumerate(rows, start=1):
                    window.update(*row)
                    if n % 5 == 0 or n < 10:
                        kept = rows[max(0, n - size) : n]
                        expected = fresh(case, params, kept)
                        assert agrees(case, window.get(), expected, kept), (name, size, n)


@pytest.mark.parametrize("case", NUMERIC)
def test_what_has_left_the_window_leaves_no_trace(case: Case) -> None:
    for size in (1, 2, 3, 5):
        window = rolled(case, size)
        rows = [(x,) for x in (*MIXED, 2.0, 3.0, 7.0, 1.0, 8.0)]
        for row in rows:
            window.update(*row)
        kept = rows[-size:]
        expected = fresh(case, case.params[0], kept)
        assert near(window.get(), expected, rounding(case, kept)), size


@pytest.mark.parametrize("case", NUMERIC)
@given(data=st.data())
def test_any_numbers_in_windows_of_any_size(case: Case, data: st.DataObject) -> None:
    numbers = st.one_of(st.floats(-1e6, 1e6, width=32), st.sampled_from([math.nan, math.inf, -math.inf, 0.0]))
    values = data.draw(st.lists(numbers, min_size=1, max_size=40))
    size = data.draw(st.integers(1, 45))
    window = rolled(case, size)
    for n, x in enumerate(values, start=1):
        window.update(x)
        kept = [(value,) for value in values[max(0, n - size) : n]]
        expected = fresh(case, case.params[0], kept)
        scale = max(rounding(case, kept), 1e-6 if case.degree == 0 else 1e-300)
        assert near(window.get(), expected, scale)


@pytest.mark.parametrize("case", CASES_IN_WINDOWS)
def test_a_window_can_be_copied_pickled_and_cloned_at_any_moment(case: Case) -> None:
    window = rolled(case, 4)
    for n, row in enumerate(case.short):
        window.update(*row)
        copies = [copy.deepcopy(window), *(pickle.loads(pickle.dumps(window, p)) for p in (2, 5))]
        copies += [copy.copy(window), utils.Rolling.from_bytes(window.to_bytes())]
        for other in copies:
            assert type(other) is type(window) and other.name == window.name
            assert repr(other.get()) == repr(window.get())
            for later in case.short[n + 1 :]:
                other.update(*later)
    for other in copies:
        assert repr(other.get()) == repr(window.get())
    clone = window.clone()
    assert (clone.window_size, clone.name, len(clone)) == (4, window.name, 0)
    assert repr(clone.get()) == repr(rolled(case, 4).get())


@pytest.mark.parametrize("case", CASES_IN_WINDOWS)
def test_parameters_names_and_attributes(case: Case) -> None:
    params = case.params[-1]
    window = rolled(case, 5, params)
    assert window.window_size == 5 and window.name != rolled(case, 6, params).name
    for name, value in params.items():
        assert getattr(window, name) == value
        assert getattr(window.clone(), name) == value
    kind = stats.base.Bivariate if "pair" in case.kind else stats.base.Univariate
    assert isinstance(window, kind) and isinstance(window, utils.Rolling)
    window.update(*case.short[0])
    assert window.n == 1 and len(window) == 1
    assert window.get_or("none") == window.get() or window.get() is None


@pytest.mark.parametrize("case", CASES_IN_WINDOWS)
def test_min_samples(case: Case) -> None:
    window = rolled(case, 3, min_samples=2)
    window.update(*case.short[0])
    assert window.get() is None and window.get_or("too few") == "too few"
    window.update(*case.short[1])
    expected = fresh(case, case.params[0], case.short[:2])
    assert near(window.get(), expected, rounding(case, case.short[:2]))


@pytest.mark.parametrize("case", NUMERIC)
def test_a_failed_update_leaves_the_window(case: Case) -> None:
    window = rolled(case, 3)
    for row in case.short[:5]:
        window.update(*row)
    before = window.to_bytes()
    for bad in ((None,), ("a",), (), (1.0, 2.0, 3.0, 4.0)):
        with pytest.raises(TypeError):
            window.update(*bad)
    with pytest.raises(TypeError):
        window.update(1.0, t=3)
    assert window.to_bytes() == before


@given(st.lists(st.floats(-1e3, 1e3, width=32) | st.just(math.nan), min_size=1, max_size=60))
def test_agrees_with_pandas(values: list[float]) -> None:
    for size in (1, 2, 5, len(values)):
        column = pd.Series(values, dtype=float)
        # pandas leaves NaN out of its windows; here a single one makes the value NaN, as in NumPy.
        clean = ~column.isna().rolling(size, min_periods=1).max().astype(bool)
        for cls, name, least in (
            (stats.Mean, "mean", 1),
            (stats.Sum, "sum", 1),
            (stats.Min, "min", 1),
            (stats.Max, "max", 1),
            (stats.Quantile, "median", 1),
        ):
            window = utils.Rolling(cls, size)
            expected = getattr(column.rolling(size, min_periods=least), name)()
            for x, right, whole in zip(values, expected, clean, strict=True):
                window.update(x)
                assert math.isnan(window.get()) if not whole else True
                assert not whole or math.isclose(window.get(), right, rel_tol=1e-6, abs_tol=1e-6)


def test_weights_are_those_of_the_statistic() -> None:
    rng = np.random.default_rng(3)
    for cls in (stats.Mean, stats.Var, stats.SEM, stats.Sum, stats.GeometricMean, stats.Cov):
        pair = cls is stats.Cov
        window = utils.Rolling(cls, 4)
        rows = [(*rng.uniform(1, 2, 2 if pair else 1), w) for w in rng.integers(1, 5, 20)]
        for n, row in enumerate(rows, start=1):
            window.update(*map(float, row))
            whole = cls()
            for *x, w in rows[max(0, n - 4) : n]:
                whole.update(*map(float, x), w=float(w))
            assert math.isclose(window.get(), whole.get(), rel_tol=1e-12, abs_tol=1e-14)
        assert window.n == whole.n
        window.update(*rows[0][:-1], w=0.0)
        assert window.n == whole.n
        for bad in (-1.0, math.nan, math.inf):
            with pytest.raises(ValueError, match="w must be"):
                window.update(*rows[0][:-1], w=bad)
    with pytest.raises(TypeError):
        utils.Rolling(stats.Kurtosis, 3).update(1.0, w=2.0)


def test_parameters_are_checked() -> None:
    for size in (0, -1):
        with pytest.raises(ValueError, match="window_size"):
            utils.Rolling(stats.Mean, size)
    for size in ("3", 2.5, None):
        with pytest.raises(TypeError):
            utils.Rolling(stats.Mean, size)  # type: ignore[arg-type]
    for least in (-1, 4):
        with pytest.raises(ValueError, match="min_samples"):
            utils.Rolling(stats.Mean, 3, min_samples=least)
    with pytest.raises(ValueError, match="ddof"):
        utils.Rolling(stats.Var, 3, ddof=-1)
    with pytest.raises(TypeError):
        utils.Rolling(stats.Var, 3, q=0.5)
    absurd = utils.Rolling(stats.Var, 10**11)
    absurd.update(1)
    assert absurd.get() == 0.0 and absurd.window_size == 10**11


def test_pinned_values() -> None:
    var = utils.Rolling(stats.Var, 2)
    for x in (1.2e3, 1.3e17, 1.5e17, 1995, 1990):
        var.update(x)
    assert var.get() == 12.5
    mean = utils.Rolling(stats.Mean, 3)
    for x in (1, math.inf, 2, 3, 4, 5, 6):
        mean.update(x)
    assert mean.get() == 5.0
    largest = utils.Rolling(stats.Max, 3)
    for x in (5, math.nan, 1, 2, 3, 4):
        largest.update(x)
    assert largest.get() == 4.0


def test_correlations_stay_within_one() -> None:
    rng = np.random.default_rng(1)
    pearson, sem = utils.Rolling(stats.PearsonCorr, 3), utils.Rolling(stats.SEM, 3)
    for x in rng.choice([1e-9, 1.0, 1e9, 1e17], 2_000):
        pearson.update(x, 2 * x + rng.normal() * 1e-9)
        sem.update(x)
        assert abs(pearson.get()) <= 1 and sem.get() >= 0
