"""The attributes of its statistic that a window shows, and what its class supports."""

from __future__ import annotations

import copy
import functools
import inspect
import math
import pickle
import warnings
from typing import Any

import pytest

from river import stats, utils
from river.utils import rolling


class Noting(stats.Mean):
    """Has attributes and methods of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[int] = []
        self.notes = 0

    def note(self, x: int) -> None:
        self.log.append(x)
        self.notes += 1

    def _roll_dice(self) -> int:
        return 4


class Dice:
    """Has a method with the name of one that windows use."""

    def __init__(self, min_samples: int = 0, closed: str = "") -> None:
        self.total, self.least, self.box = 0.0, min_samples, closed

    def update(self, x: float) -> None:
        self.total += x

    def revert(self, x: float) -> None:
        self.total -= x

    def _roll(self) -> str:
        return "six"


def test_attributes_that_models_use() -> None:
    var, mean = utils.Rolling(stats.Var, 3), utils.TimeRolling(stats.Mean, 3)
    test = utils.Rolling(stats.KolmogorovSmirnov, 3)
    for x in (9.0, 1.0, 2.0, 3.0):
        var.update(x)
        mean.update(x, t=x)
        test.update(x, x + 1)
    assert math.isclose(var._S, 2.0) and mean._mean == mean.get()
    assert test._test_ks_threshold(1.0) is test.obj._test_ks_threshold(1.0)
    sem: Any = utils.Rolling(stats.SEM, 3)
    assert sem._from_state(2, 1.0, 1.0).n == 2


@pytest.mark.parametrize("cls", [stats.Mean, Noting, stats.Mode, stats.Entropy, stats.Count])
@pytest.mark.parametrize("make", [utils.Rolling, utils.TimeRolling])
def test_what_would_change_the_statistic_alone_is_not_there(cls: Any, make: Any) -> None:
    window = make(cls, 3)
    for name in ("revert", "_roll", "_roll_in_time", "_slide", "_distinct", "__nothing__", "nothing"):
        assert not hasattr(window, name)


def test_names_of_ones_own_are_reached() -> None:
    assert utils.Rolling(Dice, 3)._roll() == "six"
    assert utils.Rolling(Noting, 3)._roll_dice() == 4


def test_the_attributes_of_a_subclass_stay() -> None:
    for window in (utils.Rolling(Noting, 2), utils.TimeRolling(Noting, 2)):
        window.note(3)
        window.update(1.0, **({"t": 1} if isinstance(window, utils.TimeRolling) else {}))
        window.note(4)
        window.obj.extra = "kept"
        assert (window.log, window.notes, window.extra, window.get()) == ([3, 4], 2, "kept", 1.0)
        for other in (copy.copy(window), copy.deepcopy(window), pickle.loads(pickle.dumps(window))):
            other.note(5)
            assert (other.log, window.log, other.notes, window.notes) == ([3, 4, 5], [3, 4], 3, 2)
        assert (window.clone().log, window.clone().notes) == ([], 0)


def test_signatures() -> None:
    names = ["cls", "window_size", "min_samples", "panes", "nulls", "skipna", "kwargs"]
    assert list(inspect.signature(utils.Rolling).parameters) == names
    timed = inspect.signature(utils.TimeRolling).parameters
    assert (
        list(timed) == ["cls", "period", "closed", "min_samples", "panes", "kwargs"]
        and timed["closed"].default == "right"
    )
    names = ["cls", "window_size", "period", "offset", "min_samples", "kwargs"]
    assert list(inspect.signature(utils.TumblingWindow).parameters) == names
    assert inspect.signature(type(utils.Rolling(stats.Mean, 3))) == inspect.signature(utils.Rolling)

    class Three(utils.Rolling[Any]):
        def __init__(self, statistic: Any) -> None:
            super().__init__(statistic, 3)

    assert list(inspect.signature(Three).parameters) == ["statistic"]
    window = Three(stats.Sum)
    window.update_many([1, 2, 3, 4])
    assert window.get() == 9.0


def test_names_for_annotations() -> None:
    assert set(rolling.__all__) == {"BaseRolling", "Rollable", "Rolling", "TimeRolling"}
    for made in (utils.Rolling(stats.Mean, 3), utils.TimeRolling(Dice, 3), utils.Rolling[stats.Mean](stats.Mean, 3)):
        assert isinstance(made, rolling.BaseRolling)
    assert issubclass(utils.Rolling, rolling.BaseRolling) and not isinstance(stats.Mean(), rolling.BaseRolling)
    assert isinstance(stats.Mean(), rolling.Rollable) and isinstance(Dice(), rolling.Rollable)
    assert not isinstance(stats.Max(), rolling.Rollable)
    assert rolling.BaseRolling[stats.Mean] and rolling.TimeRolling[stats.Mean]


def test_parameters_that_are_called_as_those_of_the_window() -> None:
    statistic = functools.partial(Dice, min_samples=2, closed="shut")
    for window in (utils.Rolling(statistic, 3), utils.TimeRolling(statistic, 3)):
        assert (window.least, window.box, window.min_samples) == (2, "shut", None)
        assert (window.clone().least, window.clone().min_samples) == (2, None)
    tumbling = utils.TumblingWindow(statistic, 2, min_samples=1)
    for other in (tumbling, tumbling.clone(), pickle.loads(pickle.dumps(tumbling))):
        assert (other.open.least, other.min_samples, other.name) == (2, 1, "tumblingdice_2")
    with pytest.raises(TypeError, match="pickle"):
        tumbling.to_bytes()
    with pytest.raises(ValueError, match="class"):
        utils.TumblingWindow(functools.partial(len), 3)


def test_what_becomes_of_an_object() -> None:
    mean = stats.Mean()
    mean.update(100)
    with pytest.warns(
        DeprecationWarning, match=r"what it has seen is not in the window, and it is not updated"
    ) as seen:
        window = utils.Rolling(mean, 3)
    assert seen[0].filename == __file__
    window.update(1)
    assert (window.get(), mean.get()) == (1.0, 100.0)
    for seen_before in (Noting(), stats.Mode(), stats.Entropy(), stats.Count(), stats.Mean() | stats.Max()):
        seen_before.update(5.0)
        with pytest.warns(DeprecationWarning, match=r"not in the window"):
            by_count = utils.Rolling(seen_before, 3)
        with pytest.warns(DeprecationWarning, match=r"not in the window"):
            by_time = utils.TimeRolling(seen_before, 3)
        fresh = seen_before.clone()
        for other, at in ((by_count, {}), (by_time, {"t": 1}), (fresh, {})):
            other.update(1.0, **at)
        assert by_count.get() == by_time.get() == fresh.get() and by_count.n == by_time.n == seen_before.n == 1
        assert by_count.clone().window_size == 3 and len(by_time.clone()) == 0
    dice = Dice()
    dice.update(100)
    with pytest.warns(DeprecationWarning, match="it is updated itself, and what it has seen stays in its value"):
        own = utils.Rolling(dice, 3)
    own.update(1)
    assert (own.total, dice.total) == (101, 101)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert own.clone().total == 100
