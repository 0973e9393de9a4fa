"""`utils.Rolling` over user-defined classes, over objects, and in links."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from typing import Any

import pytest

from river import stats, utils


class Total:
    """Reverts observations."""

    def __init__(self, start: float = 0.0) -> None:
        self.total = start

    def update(self, x: float) -> None:
        self.total += x

    def revert(self, x: float) -> None:
        self.total -= x

    def get(self) -> float:
        return self.total


class Longest:
    """Can only be merged."""

    def __init__(self) -> None:
        self.word = ""

    def update(self, word: str) -> None:
        if len(word) > len(self.word):
            self.word = word

    def __iadd__(self, other: Longest) -> Longest:
        self.update(other.word)
        return self

    def get(self) -> str:
        return self.word


class Doubled(stats.Mean):
    """Changes the observations of a statistic."""

    def update(self, x: float, w: float = 1.0) -> None:
        super().update(2 * x, w)

    def revert(self, x: float, w: float = 1.0) -> None:
        super().revert(2 * x, w)


class Last(stats.base.Univariate[float]):
    """Has nothing but an update."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def update(self, x: float) -> None:
        self.seen.append(float(x))

    def get(self) -> float:
        return sum(self.seen)


WORDS = [
    "a",
    "window",
    "of",
    "the",
    "words",
    "that",
    "came",
    "last",
    "is",
    "not",
    "always",
    "the",
    "longest",
    "of",
    "them",
    "all",
]


def test_a_class_with_revert() -> None:
    window = utils.Rolling(Total, 3, start=1.0)
    for i in range(10):
        window.update(i)
    assert window.get() == 25.0 and window.total == 25.0 and window.window_size == 3
    assert repr(window) == repr(window.obj)
    restored = pickle.loads(pickle.dumps(window))
    restored.update(0)
    assert restored.get() == 18.0 and window.get() == 25.0
    assert window.clone().get() == 1.0
    with pytest.raises(TypeError):
        window.update("a")
    assert window.get() == 25.0 and len(window) == 3


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_a_class_with_merge(size: int) -> None:
    window = utils.Rolling(Longest, size)
    timed = utils.TimeRolling(Longest, size)
    for n, word in enumerate(WORDS, start=1):
        window.update(word)
        timed.update(word, t=n)
        expected = max(WORDS[max(0, n - size) : n], key=len)
        assert window.get() == timed.get() == expected
    window = copy.deepcopy(window)
    assert window.get() == expected


@pytest.mark.parametrize("cls", [Doubled, Last])
def test_a_statistic_of_ones_own(cls: Any) -> None:
    window, timed = utils.Rolling(cls, 3), utils.TimeRolling(cls, 3)
    late = utils.TimeRolling(cls, 3)
    for n, x in enumerate([1.0, 2.0, 3.0, 4.0, 5.0]):
        window.update(x)
        timed.update(x, t=n)
    for n in (0, 2, 1, 4, 3):
        late.update(n + 1.0, t=n)
    expected = cls()
    for x in (3.0, 4.0, 5.0):
        expected.update(x)
    assert window.get() == timed.get() == late.get() == expected.get()


def test_what_cannot_be_rolled() -> None:
    with pytest.raises(ValueError, match="update and revert"):
        utils.Rolling(dict, 3)
    for cls in (utils.Rolling, utils.TimeRolling):
        with pytest.raises(ValueError, match="needs a class"):
            cls(3, 3)


def test_an_object_instead_of_a_class_is_deprecated() -> None:
    with pytest.warns(DeprecationWarning, match="pass the class"):
        window = utils.Rolling(stats.Var(ddof=0), 3)
    for x in (9, 1, 2, 3):
        window.update(x)
    assert window.ddof == 0 and window.get() == pytest.approx(2 / 3)
    with pytest.warns(DeprecationWarning, match="deprecated"):
        own = utils.Rolling(Total(5.0), 2)
    for x in (1, 2, 3):
        own.update(x)
    assert own.get() == 10.0 and own.clone().get() == 5.0
    with pytest.warns(DeprecationWarning, match="deprecated"):
        utils.TimeRolling(stats.Mean(), dt.timedelta(days=1))
    with pytest.raises(TypeError, match="ddof"):
        utils.Rolling(stats.Var(), 3, ddof=0)


def test_windows_in_links() -> None:
    link = utils.Rolling(stats.Mean, 3) | stats.Max()
    for x in (1, 5, 9, 1, 1, 1):
        link.update(x)
    assert link.get() == 5.0
    assert link.name == "max_of_rollingmean_3"
    link = stats.Shift(1) | utils.Rolling(stats.Sum, 2)
    for x in (1, 2, 3, 4):
        link.update(x)
    assert link.get() == 5.0


def test_a_window_over_a_link() -> None:
    window = utils.Rolling(stats.Link, 3, left=stats.Shift(1), right=stats.Mean())
    for x in (10.0, 1.0, 2.0, 6.0):
        window.update(x)
    assert window.get() == 1.5


def test_attributes_are_those_of_the_statistic() -> None:
    window = utils.Rolling(stats.Var, 3, ddof=0)
    for x in (100, 1, 2, 3):
        window.update(x)
    assert window.mean.get() == 2.0 and window.ddof == 0 and window.n == 3.0
    assert window.obj.get() == window.get() and isinstance(window.obj, stats.Var)
    for name in ("revert", "nothing"):
        assert not hasattr(window, name)


def test_timestamps_reach_statistics_that_look_at_them() -> None:
    window = utils.Rolling(stats.EWMean, 3, halflife=2.0)
    timed = utils.TimeRolling(stats.EWMean, 10, halflife=2.0)
    expected = stats.EWMean(halflife=2.0)
    for t, x in ((0, 100.0), (1, 1.0), (5, 4.0), (6, 2.0)):
        window.update(x, t=t)
        if t:
            timed.update(x, t=t)
            expected.update(x, t=t)
    assert window.get() == timed.get() == expected.get()
    rate = utils.TimeRolling(stats.Rate, 10)
    for t in (0, 4, 8, 12):
        rate.update(t=t)
    assert rate.get() == 0.25
