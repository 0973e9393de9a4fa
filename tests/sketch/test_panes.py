"""Windows of panes: what they cover, and for which classes."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import pickle
from typing import Any

import pytest

from river import sketch, stats, utils
from tests.sketch.makers import ALL, ITEMS, QUANTILES


class Own(stats.base.Univariate[float]):
    def __init__(self) -> None:
        self.total = 0.0

    def update(self, x: float) -> None:
        self.total += x

    def revert(self, x: float) -> None:
        self.total -= x

    def get(self) -> float:
        return self.total


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize(("size", "panes"), [(1, 1), (10, 5), (10, 3), (7, 7), (50, 8)])
def test_a_window_covers_its_size_and_less_than_a_pane_more(cls: Any, size: int, panes: int) -> None:
    window = utils.Rolling(cls, size, panes=panes)
    pane = -(-size // panes)
    assert (window.window_size, window.panes) == (size, panes)
    for n in range(1, 160):
        window.update(float(n))
        assert min(n, size) <= len(window) < size + pane
        fresh = cls()
        fresh.update_many([float(x) for x in range(n - len(window) + 1, n + 1)])
        if cls is not sketch.TDigest:
            assert window.get() == fresh.get()
        assert window.n == fresh.n
    column = utils.Rolling(cls, size, panes=panes)
    column.update_many([float(x) for x in range(1, 160)])
    assert len(column) == len(window)
    if cls is not sketch.TDigest:
        assert column.get() == window.get()


@pytest.mark.parametrize("cls", ALL)
def test_a_window_by_time(cls: Any) -> None:
    window = utils.TimeRolling(cls, period=dt.timedelta(seconds=10), panes=5)
    start = dt.datetime(2020, 1, 1)
    for seconds in (0, 1, 9, 4, 11):
        window.update(1.0, t=start + dt.timedelta(seconds=seconds))
    assert (len(window), window.n_late) == (5, 0)
    window.update(1.0, t=start + dt.timedelta(seconds=15.5))
    assert len(window) == 4
    window.update(1.0, t=start)
    assert (len(window), window.n_late) == (4, 1)
    window.advance(start + dt.timedelta(hours=1))
    assert len(window) == 0
    assert window.period == dt.timedelta(seconds=10)
    with pytest.raises(TypeError, match="t"):
        window.update(1.0, t=5)
    with pytest.raises(ValueError, match=r'closed must be "right"'):
        utils.TimeRolling(cls, 10, panes=5, closed="both")
    times = [start + dt.timedelta(hours=2, seconds=s) for s in (1, 2, 3)]
    window.update_many([1.0, 2.0, 2.0], t=times)
    assert len(window.accumulate([3.0], t=times[-1:])) == 1
    assert len(window) == 4


@pytest.mark.parametrize("cls", ALL)
def test_windows_are_copied_pickled_stored_and_cloned(cls: Any) -> None:
    for window in (utils.Rolling(cls, 20, panes=4), utils.TimeRolling(cls, 20, panes=4), utils.TumblingWindow(cls, 20)):
        by_time = isinstance(window, utils.TimeRolling)
        for i in range(33):
            window.update(float(i % 7), **({"t": i} if by_time else {}))
        ways = [
            copy.copy,
            copy.deepcopy,
            lambda x: pickle.loads(pickle.dumps(x)),
            lambda x: type(x).from_bytes(x.to_bytes()),
        ]
        for way in ways:
            again = way(window)
            assert again.get() == window.get()
            assert window._get_params().items() <= again._get_params().items()
            assert again.to_bytes() == window.to_bytes()
            again.update(99.0, **({"t": 50} if by_time else {}))
            assert again.to_bytes() != window.to_bytes()
        clone = window.clone()
        assert clone._get_params() == window._get_params()
        assert len(clone) == 0 if hasattr(clone, "__len__") else clone.n == 0


@pytest.mark.parametrize("cls", ALL)
def test_without_panes_there_is_no_window_of_a_sketch(cls: Any) -> None:
    for make in (functools.partial(utils.Rolling, cls, 10), functools.partial(utils.TimeRolling, cls, 10)):
        with pytest.raises(ValueError, match=rf"panes must be an integer >= 1, got None for {cls.__name__}.*panes=20"):
            make()
        for wrong in (0, -1, 10**20):
            with pytest.raises(ValueError, match="panes"):
                make(panes=wrong)
    with pytest.raises(ValueError, match="panes must be at most"):
        utils.Rolling(cls, 10, panes=11)


@pytest.mark.parametrize("cls", [stats.Mean, stats.Mode, stats.EWMean, stats.ChiSquared, Own])
def test_with_panes_there_is_no_window_that_can_be_exact(cls: Any) -> None:
    for make in (functools.partial(utils.Rolling, cls, 10), functools.partial(utils.TimeRolling, cls, 10)):
        with pytest.raises(ValueError, match=r"panes must be None.*exact"):
            make(panes=3)
        assert make().panes is None


@pytest.mark.parametrize("cls", QUANTILES)
def test_attributes_of_the_sketch_are_those_of_the_window(cls: Any) -> None:
    window = utils.Rolling(cls, 100, panes=10, q=[0.1, 0.9])
    window.update_many([float(x) for x in range(1000)])
    assert window.get() == window.quantile([0.1, 0.9])
    assert window.rank(949.0) == pytest.approx(0.5, abs=0.2)
    assert window.q == (0.1, 0.9)


def test_a_window_over_items() -> None:
    window = utils.Rolling(sketch.HeavyHitters, 100, panes=10, support=0.3)
    window.update_many(["a"] * 500 + ["b"] * 80 + ["c"] * 20)
    assert window.get() == [("b", 80)]
    assert window["c"] == 20
    with pytest.raises(TypeError, match="str, bytes"):
        window.update(frozenset())
    daily = utils.TumblingWindow(sketch.NUnique, 3)
    assert daily.update("a") is None
    daily.update("b")
    closed = daily.update("a")
    assert closed is not None
    assert closed.get() == daily.get() == 2
    for cls in ITEMS:
        found = utils.Rolling(cls, 4, panes=2).accumulate(["a", "b", "a"])
        assert list(found)[-1] == (2 if cls is sketch.NUnique else [("a", 2), ("b", 1)])
