"""`utils.TimeRolling`: what is in the window, whatever the order of arrival."""

from __future__ import annotations

import copy
import datetime as dt
import math
import pickle
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats, utils
from tests.stats.cases import Case
from tests.stats.windowed import CASES_IN_WINDOWS, agrees, exact, fresh, near, rounding

CLOSED = ("right", "left", "both", "neither")
START = dt.datetime(2024, 2, 28, 23, 59, 58)


def within(t: float, now: float, period: float, closed: str) -> bool:
    age = now - t
    early = age < period or (age == period and closed in ("left", "both"))
    late = age > 0 or (age == 0 and closed in ("right", "both"))
    return early and late


def at(case: Case, t: float, row: Any) -> tuple[Any, Any]:
    """Return the arguments with which the row is observed at `t`, and what a statistic of the time alone sees."""
    return ((), (float(t),)) if case.kind == "time" else (row, row)


def expected_rows(events: list[tuple[float, Any]], now: float, period: float, closed: str) -> list[Any]:
    """Return what is in the window, in the order of time and then of arrival."""
    kept = [(t, row) for t, row in events if within(t, now, period, closed)]
    return [row for _, row in sorted(kept, key=lambda event: event[0])]


@pytest.mark.parametrize("case", CASES_IN_WINDOWS)
@pytest.mark.parametrize("closed", CLOSED)
def test_a_window_has_the_value_of_a_fresh_statistic(case: Case, closed: str) -> None:
    rng = random.Random(5)
    params = case.params[0]
    for name in ("random", "whole", "strings", "mixed"):
        rows = case.streams.get(name, [])
        window = utils.TimeRolling(case.cls, 10, closed=closed, **params)
        events: list[tuple[float, Any]] = []
        now, over = 0.0, 0
        for n, row in enumerate(rows):
            t = n // 2 - (rng.choice([0, 0, 0, 1, 3, 9, 10, 11, 30]) if n % 3 == 0 else 0)
            args, row = at(case, t, row)
            window.update(*args, t=t)
            now = float(t) if n == 0 else max(now, t)
            over += now - t > 10 or (now - t == 10 and closed in ("right", "neither"))
            events.append((t, row))
            kept = expected_rows(events, now, 10, closed)
            expected = fresh(case, params, kept)
            scale = rounding(case, [row for _, row in events[-60:]])
            assert agrees(case, window.get(), expected, kept, scale), (name, n, kept)
            assert len(window) == len(kept)
        assert window.n_late == over


EVENTS = st.lists(st.tuples(st.integers(0, 60), st.floats(-100, 100, width=16) | st.just(math.nan)), max_size=80)


@given(events=EVENTS, period=st.integers(1, 30), closed=st.sampled_from(CLOSED))
def test_any_order_of_events(events: list[tuple[int, float]], period: int, closed: str) -> None:
    for cls in (stats.Sum, stats.EWMean, stats.Quantile, stats.Shift, stats.Extrema):
        window = utils.TimeRolling(cls, period, closed=closed)
        seen: list[tuple[float, Any]] = []
        for t, x in events:
            window.update(x, t=t)
            seen.append((t, x))
            now = max(t for t, _ in seen)
            kept = expected_rows(seen, now, period, closed)
            whole = cls()
            for value in kept:
                whole.update(value)
            right = exact("Quantile", {}, kept) if cls is stats.Quantile else whole.get()
            assert near(window.get(), right, 1e-9), (cls, kept)


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(-9, 9, width=16)), min_size=1, max_size=50))
def test_agrees_with_pandas(steps: list[tuple[int, float]]) -> None:
    times = np.cumsum([step for step, _ in steps])
    index = pd.to_datetime(START) + pd.to_timedelta(times, unit="s")
    column = pd.Series([x for _, x in steps], index=index)
    # For events at the same time pandas shows a value for each; here the last one represents all.
    last = ~index.duplicated(keep="last")
    for period in (1, 4, 20):
        for closed in CLOSED:
            right = column.rolling(f"{period}s", closed=closed, min_periods=1).sum()
            window = utils.TimeRolling(stats.Sum, dt.timedelta(seconds=period), closed=closed)
            values = []
            for t, x in column.items():
                window.update(x, t=t)
                values.append(window.get())
            expected = right.fillna(0.0)
            if closed in ("right", "both"):
                assert np.allclose(np.array(values)[last], expected[last], atol=1e-9)
            else:
                first = ~index.duplicated(keep="first")
                assert np.allclose(np.array(values)[first], expected[first], atol=1e-9)


KINDS: dict[str, list[Any]] = {
    "naive": [START + dt.timedelta(seconds=s) for s in range(4)],
    "aware": [
        (START + dt.timedelta(seconds=s)).replace(tzinfo=dt.UTC).astimezone(zone)
        for s, zone in zip(range(4), [dt.UTC, dt.timezone(dt.timedelta(hours=5))] * 2, strict=True)
    ],
    "pandas": [pd.Timestamp(START) + pd.Timedelta(seconds=s) for s in range(4)],
    "numpy": [np.datetime64(START, "ms") + np.timedelta64(s, "s") for s in range(4)],
    "nanoseconds": [np.datetime64(START, "ns") + np.timedelta64(s, "s") for s in range(4)],
    "numbers": [0, 1.0, np.float32(2), np.int64(3)],
    "epoch": [1.7e9 + 0.1 + s for s in range(4)],
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_time(kind: str) -> None:
    for period in (2, 2.0, dt.timedelta(seconds=2), np.timedelta64(2, "s"), pd.Timedelta("2s")):
        window = utils.TimeRolling(stats.Sum, period)
        for t, x in zip(KINDS[kind], (1, 2, 4, 8), strict=True):
            window.update(x, t=t)
        assert window.get() == 12.0
        window.advance(KINDS[kind][-1])
        assert window.get() == 12.0


def test_kinds_of_time_are_not_mixed() -> None:
    for kind, times in KINDS.items():
        for other, others in KINDS.items():
            window = utils.TimeRolling(stats.Mean, 2)
            own = utils.TimeRolling(stats.Link, 2, left=stats.Mean(), right=stats.Mean())
            for any_window in (window, own):
                any_window.update(1, t=times[0])
                scale = {"aware": 1, "numbers": 2, "epoch": 2}
                if scale.get(kind) == scale.get(other):
                    continue
                with pytest.raises(TypeError, match="t must be"):
                    any_window.advance(others[1])
                with pytest.raises(TypeError, match="t must be"):
                    any_window.update(2, t=others[1])
                assert any_window.get() == 1.0 and len(any_window) == 1


def test_times_that_are_none() -> None:
    window = utils.TimeRolling(stats.Mean, 2)
    for bad in (None, "2024-01-01", [2024]):
        with pytest.raises(TypeError):
            window.update(1, t=bad)
    for bad in (math.nan, math.inf, pd.NaT, np.datetime64("NaT", "s"), 1e300):
        with pytest.raises(ValueError, match="t must be"):
            window.update(1, t=bad)
    with pytest.raises(TypeError, match="t"):
        window.update(1)
    assert len(window) == 0 and window.get() == 0.0


def test_nanoseconds_count() -> None:
    window = utils.TimeRolling(stats.Sum, pd.Timedelta(1, "us"))
    start = pd.Timestamp(START)
    for nanoseconds, x in ((0, 1), (1, 2), (1000, 4), (1001, 8)):
        window.update(x, t=start + pd.Timedelta(nanoseconds, "ns"))
    assert window.get() == 12.0


def test_a_silent_window_empties() -> None:
    for cls in (stats.Mean, stats.Quantile, stats.KolmogorovSmirnov, stats.AutoCorr):
        kwargs = {"lag": 1} if cls is stats.AutoCorr else {}
        window = utils.TimeRolling(cls, dt.timedelta(minutes=1), **kwargs)
        empty = repr(window.get())
        pair = (1.0, 2.0) if cls is stats.KolmogorovSmirnov else (1.0,)
        for s in range(100):
            window.update(*pair, t=START + dt.timedelta(seconds=s))
        assert len(window) == 60
        window.advance(START + dt.timedelta(seconds=120))
        assert len(window) == 39
        window.advance(START)
        assert len(window) == 39
        window.advance(START + dt.timedelta(days=1))
        assert len(window) == 0 and repr(window.get()) == empty and window.n_late == 0
        window.update(*pair, t=START)
        assert window.n_late == 1 and len(window) == 0


def test_parameters_and_names() -> None:
    window = utils.TimeRolling(stats.Var, dt.timedelta(hours=1), closed="left", ddof=0)
    assert window.period == dt.timedelta(hours=1) and window.ddof == 0
    names = {
        utils.TimeRolling(stats.Var, period, closed=closed).name
        for period in (1, 2, 0.5, dt.timedelta(days=1))
        for closed in CLOSED
    }
    assert len(names) == 16 and utils.Rolling(stats.Var, 1).name not in names
    clone = window.clone()
    assert (clone.period, clone.closed, clone.ddof) == (window.period, "left", 0)
    for bad in (0, -1, dt.timedelta(0), math.nan, math.inf):
        with pytest.raises(ValueError, match="period"):
            utils.TimeRolling(stats.Mean, bad)
    assert utils.TimeRolling(stats.Mean, "1d").name == utils.TimeRolling(stats.Mean, dt.timedelta(days=1)).name
    with pytest.raises(ValueError, match=r"period .*soon"):
        utils.TimeRolling(stats.Mean, "soon")
    with pytest.raises(ValueError, match="closed"):
        utils.TimeRolling(stats.Mean, 1, closed="middle")


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize("case", CASES_IN_WINDOWS)
def test_copies_go_on_as_the_original(case: Case, closed: str) -> None:
    window = utils.TimeRolling(case.cls, 4, closed=closed, **case.params[0])
    for n, row in enumerate(case.short):
        t = n - 2 * (n % 4 == 3)
        window.update(*at(case, t, row)[0], t=t)
        copies = [copy.deepcopy(window), *(pickle.loads(pickle.dumps(window, p)) for p in (2, 5))]
        copies.append(utils.TimeRolling.from_bytes(window.to_bytes()))
    for other in copies:
        for later in range(14, 17):
            other.update(*at(case, later, case.short[later - 14])[0], t=later)
        assert other.n_late == window.n_late
    assert len({repr(other.get()) for other in copies}) == 1
