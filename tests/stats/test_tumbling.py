"""`utils.TumblingWindow`: consecutive windows."""

from __future__ import annotations

import copy
import datetime as dt
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats, utils


@given(st.lists(st.floats(-9, 9)), st.integers(1, 7))
def test_by_count(values: list[float], size: int) -> None:
    window = utils.TumblingWindow(stats.Sum, size)
    closed = [found for x in values if (found := window.update(x)) is not None]
    whole = [values[i : i + size] for i in range(0, len(values) - size + 1, size)]
    assert [found.n for found in closed] == [float(size)] * len(whole)
    assert [found.get() for found in closed] == pytest.approx([sum(part) for part in whole])
    assert window.n == len(values) - size * len(whole)
    assert window.get() == (closed[-1].get() if closed else None)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(-9, 9))),
    st.integers(1, 9),
    st.integers(-3, 3),
)
def test_by_time(events: list[tuple[int, int]], period: int, offset: int) -> None:
    window = utils.TumblingWindow(stats.Sum, period=period, offset=offset)
    emitted, open_window, inside, late = [], None, [], 0
    expected = []
    for t, x in events:
        number = (t - offset) // period
        if open_window is not None and number < open_window:
            late += 1
        else:
            if open_window is not None and number > open_window:
                expected.append(sum(inside))
                inside = []
            open_window = number
            inside.append(x)
        if (found := window.update(x, t=t)) is not None:
            emitted.append(found.get())
    assert emitted == expected and window.n_late == late and window.n == len(inside)
    last = window.advance(1_000)
    assert (last.get() if last is not None else None) == (sum(inside) if inside else None)
    assert window.advance(2_000) is None


def test_any_kind_of_time_but_one() -> None:
    noon = dt.datetime(2024, 3, 31, 12)
    for zone in (None, dt.UTC):
        window = utils.TumblingWindow(stats.Count, period=dt.timedelta(hours=1))
        start = noon.replace(tzinfo=zone)
        assert window.update(t=start + dt.timedelta(minutes=59)) is None
        assert window.update(t=start + dt.timedelta(minutes=60)).get() == 1
        with pytest.raises(TypeError, match="t must be"):
            window.update(t=3)
        assert (window.n, window.open.get(), window.n_late) == (1, 1, 0)


def test_a_failed_update_changes_nothing() -> None:
    by_count = utils.TumblingWindow(stats.Mean, 2)
    by_time = utils.TumblingWindow(stats.Mean, period=10)
    by_count.update(1)
    by_time.update(1, t=1)
    for bad in (None, "a"):
        with pytest.raises(TypeError):
            by_count.update(bad)
        with pytest.raises(TypeError):
            by_time.update(bad, t=25)
    with pytest.raises(TypeError, match="t"):
        by_time.update(1)
    with pytest.raises(TypeError, match="by count"):
        by_count.update(1, t=1)
    assert by_count.update(3).get() == 2.0
    assert by_time.update(3, t=9) is None and by_time.advance(10).get() == 2.0


def test_copies_parameters_and_names() -> None:
    window = utils.TumblingWindow(stats.Var, 3, ddof=0)
    for x in (1, 2, 4, 8):
        window.update(x)
    for other in (copy.deepcopy(window), pickle.loads(pickle.dumps(window))):
        assert (other.get(), other.n, other.open.get()) == (window.get(), 1, 0.0)
    clone = window.clone()
    assert (clone.window_size, clone.get(), clone.n, clone.open.ddof) == (3, None, 0, 0)
    timed = utils.TumblingWindow(stats.Var, period=dt.timedelta(minutes=1))
    timed.update(1, t=30)
    again = pickle.loads(pickle.dumps(timed))
    assert again.update(2, t=61).n == 1.0
    names = {window.name, timed.name, utils.TumblingWindow(stats.Var, 4).name}
    assert names == {"tumblingvar_3", "tumblingvar_60s", "tumblingvar_4"}


def test_parameters_are_checked() -> None:
    with pytest.raises(ValueError, match="either"):
        utils.TumblingWindow(stats.Mean)
    with pytest.raises(ValueError, match="either"):
        utils.TumblingWindow(stats.Mean, 3, 3.0)
    for size in (0, -1):
        with pytest.raises(ValueError, match="window_size"):
            utils.TumblingWindow(stats.Mean, size)
    for period in (0, -1, dt.timedelta(0)):
        with pytest.raises(ValueError, match="period"):
            utils.TumblingWindow(stats.Mean, period=period)
    with pytest.raises(ValueError, match="class"):
        utils.TumblingWindow(3, 3)
