"""Exponentially weighted statistics of samples and of streams with missing values: the weights, pandas, and merges."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import math
import pickle
import random
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from river import stats, utils
from tests.oracles.exponential_gaps import Gapped

Row = tuple[float | None, ...]

#: The classes, and the names of their values in the oracle.
CLASSES: dict[type[Any], str] = {
    stats.EWMean: "mean",
    stats.EWVar: "cov",
    stats.EWStd: "std",
    stats.EWCov: "cov",
    stats.EWCorr: "corr",
}
PAIRS = (stats.EWCov, stats.EWCorr)
BIASED = (stats.EWVar, stats.EWStd, stats.EWCov)
FADING: tuple[dict[str, float], ...] = ({"fading_factor": 0.3}, {"fading_factor": 0.01}, {"halflife": 2.5})


def variants(cls: type[Any]) -> Iterator[dict[str, Any]]:
    for fading, adjust, ignore_na in itertools.product(FADING, (False, True), (False, True)):
        for bias in (False, True) if cls in BIASED else (True,):
            params = {**fading, "adjust": adjust, "ignore_na": ignore_na, "min_samples": 2}
            yield {**params, "bias": False} if not bias else params


EACH = [pytest.param(cls, params, id=f"{cls.__name__}-{params}") for cls in CLASSES for params in variants(cls)]
#: Those in which missing values count.
GAPPED = [param for param in EACH if not param.values[1]["ignore_na"]]  # type: ignore[index,call-overload]


def data(cls: type[Any], n: int = 60, seed: int = 3) -> list[Row]:
    """Return values with gaps, one at either end."""
    rng = random.Random(seed)
    rows: list[Row] = []
    for i in range(n):
        missing = i in (0, 1, n - 1) or rng.random() < 0.3
        x, y = rng.gauss(3, 2), rng.gauss(-1, 5)
        if cls not in PAIRS:
            rows.append((None if missing else x,))
        elif missing:
            rows.append(rng.choice(((None, y), (x, None), (None, None))))
        else:
            rows.append((x, y))
    return rows


def fed(stat: Any, rows: Iterable[Row], t: Iterable[Any] | None = None) -> Any:
    """Update with all rows; those with a missing value too, if they have an effect."""
    for row, time in zip(rows, itertools.repeat(None) if t is None else t, strict=t is not None):
        if stat.ignore_na and None in row:
            with pytest.raises(TypeError, match="must be a number, got None"):
                stat.update(*row, time)
        else:
            stat.update(*row, *(() if time is None else (time,)))
    return stat


def near(actual: float | None, expected: float | None, rel: float = 1e-12) -> bool:
    if actual is None or expected is None:
        return actual is expected
    return bool(actual == pytest.approx(expected, rel=rel, abs=1e-13, nan_ok=True))


@pytest.mark.parametrize(("cls", "params"), EACH)
def test_agrees_with_the_weights(cls: type[Any], params: dict[str, Any]) -> None:
    stat, oracle = cls(**params), Gapped(**params)
    for row in data(cls):
        fed(stat, [row])
        oracle.update(*row)
        assert near(stat.get(), getattr(oracle, CLASSES[cls])()), row
        assert stat.n == len(oracle.rows)


@pytest.mark.parametrize("adjust", [False, True])
@pytest.mark.parametrize("ignore_na", [False, True])
@pytest.mark.parametrize("alpha", [0.05, 0.3, 0.95])
def test_agrees_with_pandas(alpha: float, ignore_na: bool, adjust: bool) -> None:
    rows = data(stats.EWCov, 200)
    xs, ys = (pd.Series([np.nan if x is None else x for x in column]) for column in zip(*rows, strict=True))
    given = {"alpha": alpha, "adjust": adjust, "ignore_na": ignore_na}
    window = xs.ewm(**given, min_periods=3)
    for bias in (False, True):
        expected = {
            stats.EWVar: window.var(bias=bias),
            stats.EWStd: window.std(bias=bias),
            stats.EWCov: window.cov(ys, bias=bias),
        }
        for cls, values in expected.items():
            columns = (xs, ys) if cls is stats.EWCov else (xs,)
            stat = cls(**given, min_samples=3, bias=bias)
            found = stat.accumulate(*(column.astype("Float64") for column in columns))
            np.testing.assert_allclose(found, values, rtol=1e-9, atol=1e-12)
    mean = stats.EWMean(**given, min_samples=3).accumulate(pa.array(xs, from_pandas=True))
    np.testing.assert_allclose(mean, window.mean(), rtol=1e-12)
    corr = stats.EWCorr(**given, min_samples=3).accumulate(*(pa.array(x, from_pandas=True) for x in (xs, ys)))
    np.testing.assert_allclose(corr, window.corr(ys), rtol=1e-9)


@pytest.mark.parametrize("adjust", [False, True])
def test_agrees_with_pandas_where_values_come_at_times(adjust: bool) -> None:
    rng = random.Random(8)
    seconds = np.cumsum([rng.choice((0.5, 1.0, 7.0)) for _ in range(80)])
    times = [dt.datetime(2024, 3, 1) + dt.timedelta(seconds=s) for s in seconds]
    xs = pd.Series([math.nan if rng.random() < 0.3 and i else rng.gauss(0, 1) for i in range(80)])
    halflife = dt.timedelta(seconds=3)
    expected = xs.ewm(halflife=halflife, times=pd.DatetimeIndex(times), adjust=adjust).mean()
    stat = stats.EWMean(halflife=halflife, adjust=adjust, ignore_na=False)
    np.testing.assert_allclose(stat.accumulate(pa.array(xs, from_pandas=True), t=times), expected, rtol=1e-11)
    single = stats.EWMean(halflife=halflife, adjust=adjust, ignore_na=False)
    assert fed(single, [(None if math.isnan(x) else x,) for x in xs], times).to_bytes() == stat.to_bytes()


def test_a_step_at_a_half_is_documented_by_pandas_and_not_done() -> None:
    """Pandas treats a fading factor of exactly a half as one that follows from times."""
    stat = stats.EWMean(0.5, ignore_na=False)
    for x in (1.0, None, 4.0):
        stat.update(x)
    # The weights are (1 - α)² and α: a quarter and a half.
    assert stat.get() == pytest.approx((0.25 * 1 + 0.5 * 4) / 0.75, rel=1e-15)


@pytest.mark.parametrize(("cls", "params"), GAPPED)
def test_columns_leave_what_the_loop_leaves(cls: type[Any], params: dict[str, Any]) -> None:
    rows = data(cls)
    plain = [list(column) for column in zip(*rows, strict=True)]
    columns = [pa.array(column, pa.float64()) for column in plain]
    loop = cls(**params)
    values = []
    for row in rows:
        value = fed(loop, [row]).get()
        values.append(math.nan if value is None else value)
    at_once, accumulated, lazily = cls(**params), cls(**params), cls(**params)
    at_once.update_many(*columns)
    found = accumulated.accumulate(*columns)
    assert at_once.to_bytes() == accumulated.to_bytes() == loop.to_bytes()
    np.testing.assert_array_equal(found, values)
    np.testing.assert_array_equal(list(lazily.accumulate(*map(iter, plain))), values)
    assert lazily.to_bytes() == loop.to_bytes()
    for make in (list, tuple, functools.partial(np.array, dtype=object), functools.partial(pd.Series, dtype=object)):
        of_objects, updated = cls(**params), cls(**params)
        np.testing.assert_array_equal(of_objects.accumulate(*map(make, plain)), values)
        updated.update_many(*map(make, plain))
        assert of_objects.to_bytes() == updated.to_bytes() == loop.to_bytes()


@pytest.mark.parametrize("make", [list, pd.Series, np.array], ids=["list", "Series", "array"])
def test_none_among_objects_is_missing_and_nan_is_not(make: Any) -> None:
    objects = {} if make is list else {"dtype": object}
    timed, single = (stats.EWMean(halflife=2.0, ignore_na=False) for _ in range(2))
    timed.update_many(make([1.0, None, 4.0], **objects), t=[0, 1, 3])
    for x, t in ((1.0, 0), (None, 1), (4.0, 3)):
        single.update(x, t)
    assert timed.to_bytes() == single.to_bytes()
    with_nan = stats.EWMean(0.5, ignore_na=False).accumulate(make([1.0, math.nan, None, 4.0], **objects))
    assert np.isnan(with_nan).tolist() == [False, True, True, True]
    with pytest.raises(TypeError, match=r"X\[1\] must be a number, got None"):
        stats.EWMean(0.5).update_many(make([1.0, None], **objects))


@pytest.mark.parametrize("timed", [False, True])
@pytest.mark.parametrize(("cls", "params"), EACH)
def test_streams_join_anywhere(cls: type[Any], params: dict[str, Any], timed: bool) -> None:
    if timed and "halflife" not in params:
        return
    rows = [row for row in data(cls, 16) if not params["ignore_na"] or None not in row]
    times = list(itertools.accumulate((1.0, 0.5, 3.0, 0.0) * 4))[: len(rows)] if timed else None
    whole = fed(cls(**params), rows, times)
    for k in range(len(rows) + 1):
        left = fed(cls(**params), rows[:k], times and times[:k])
        right = fed(cls(**params), rows[k:], times and times[k:])
        merged = left + right
        assert (merged.n, near(merged.get(), whole.get(), 1e-11)) == (whole.n, True), (k, merged.get(), whole.get())
        for stat in (merged, cls.from_bytes(merged.to_bytes())):
            further = [(5.0,) * len(rows[0]), (-2.0,) * len(rows[0])]
            at = [times[-1] + 1, times[-1] + 4] if times else None
            assert near(fed(stat, further, at).get(), fed(pickle.loads(pickle.dumps(whole)), further, at).get(), 1e-10)


@pytest.mark.parametrize(("cls", "params"), EACH)
def test_states_go_on_and_clones_begin_anew(cls: type[Any], params: dict[str, Any]) -> None:
    rows = data(cls)
    for k in (0, 2, 3, 7, len(rows)):
        stat = fed(cls(**params), rows[:k])
        for again in (cls.from_bytes(stat.to_bytes()), pickle.loads(pickle.dumps(stat))):
            assert again.to_bytes() == stat.to_bytes()
            assert fed(again, rows).to_bytes() == fed(cls.from_bytes(stat.to_bytes()), rows).to_bytes()
        clone = stat.clone()
        assert (clone.n, clone.to_bytes()) == (0, cls(**params).to_bytes())
        assert {name: getattr(clone, name) for name in params} == pytest.approx(params)


@pytest.mark.parametrize("cls", CLASSES)
def test_parameters_have_to_agree_in_a_merge(cls: type[Any]) -> None:
    row = (1.0,) * (2 if cls in PAIRS else 1)
    changed: list[dict[str, Any]] = [{"ignore_na": False}, {"min_samples": 3}]
    for other in changed + [{"bias": False}] * (cls in BIASED):
        (name,) = other
        left, right = fed(cls(0.3), [row]), fed(cls(0.3, **other), [row])
        before = left.to_bytes()
        with pytest.raises(ValueError, match=f"{name} must be the same in both statistics"):
            left += right
        assert left.to_bytes() == before
        if name != "min_samples":
            with pytest.raises(ValueError, match=f"{name} must be the same in both statistics"):
                cls(0.3) + right


@pytest.mark.parametrize("cls", CLASSES)
def test_fewer_values_than_asked_for_have_no_value(cls: type[Any]) -> None:
    stat = cls(0.3, min_samples=3)
    rows = [row for row in data(cls) if None not in row]
    assert stat.get() is None
    values = stat.accumulate(*zip(*rows[:5], strict=True))
    assert [math.isnan(value) for value in values] == [True, True, False, False, False]
    other = fed(cls(0.3), rows[:5])
    assert stat.get() == other.get() == values[-1]
    # In a window, only the samples in it count; the window itself has a parameter of this name.
    window = utils.Rolling(functools.partial(cls, min_samples=3), window_size=2)
    window.update_many(*zip(*rows[:5], strict=True))
    assert window.get() is None


@pytest.mark.parametrize("cls", CLASSES)
def test_what_leaves_missing_values_out_takes_none_that_counts_them(cls: type[Any]) -> None:
    holders: list[Any] = [
        lambda: utils.Rolling(cls, window_size=3, ignore_na=False),
        lambda: utils.TimeRolling(cls, period=3.0, ignore_na=False),
        lambda: utils.TumblingWindow(cls, 3, ignore_na=False),
        lambda: utils.GroupBy(cls, ignore_na=False),
        lambda: utils.Summary(one=cls(ignore_na=False)),
    ]
    if cls not in PAIRS:
        holders += [lambda: stats.Shift(1) | cls(ignore_na=False), lambda: cls(ignore_na=False) | stats.Mean()]
    for make in holders:
        with pytest.raises(ValueError, match=r"^ignore_na must be True in windows, groups, summaries and links"):
            make()


@pytest.mark.parametrize("cls", CLASSES)
def test_a_refused_missing_value_changes_nothing(cls: type[Any]) -> None:
    width = 2 if cls in PAIRS else 1
    stat = cls(halflife=3.0, ignore_na=False)
    stat.update(*(1.0,) * width, t=10.0)
    stat.update(*(None,) * width, t=12.0)
    before = stat.to_bytes()
    wrong = ((ValueError, 11.0), (ValueError, math.nan), (TypeError, dt.datetime(2024, 3, 1)), (TypeError, "a"))
    for error, t in wrong:
        with pytest.raises(error):
            stat.update(*(None,) * width, t=t)
        with pytest.raises(error):
            stat.update(*(2.0,) * width, t=t)
    with pytest.raises(TypeError, match="x must be a number"):
        stat.update(*("a", None)[:width])
    if width == 2:
        with pytest.raises(TypeError, match="y must be a number"):
            stat.update(None, "a")
    with pytest.raises(TypeError):
        stat.update()
    with pytest.raises(TypeError, match="t is only taken"):
        cls(0.5, ignore_na=False).update(*(None,) * width, t=1.0)
    column = pa.array([1.0, None, 3.0])
    with pytest.raises(ValueError, match=r"^t\[1\]"):
        stat.update_many(*(column,) * width, t=[13.0, 12.5, 14.0])
    assert stat.to_bytes() == before


def test_an_estimate_from_one_value_is_none() -> None:
    for stat in (stats.EWVar(0.3, bias=False), stats.EWStd(1.0, bias=False), stats.EWVar(0.0, bias=False)):
        assert stat.get() is None
        stat.update(3.0)
        assert stat.get() is None
    assert fed(stats.EWVar(1.0, bias=False), [(1.0,), (2.0,)]).get() is None
    assert fed(stats.EWVar(0.0, bias=False, adjust=True), [(1.0,), (2.0,)]).get() == pytest.approx(0.5, rel=1e-15)


def test_windows_have_estimates_from_samples_too() -> None:
    xs = [3.0, 5.0, 4.0, 9.0, 8.0]
    for params in ({}, {"adjust": True}, {"halflife": 2.0}, {"halflife": 2.0, "adjust": True}):
        window = utils.Rolling(stats.EWVar, window_size=3, bias=False, **params)
        window.update_many(xs)
        assert window.get() == pytest.approx(
            fed(stats.EWVar(bias=False, **params), [(x,) for x in xs[-3:]]).get(), rel=1e-14
        )
