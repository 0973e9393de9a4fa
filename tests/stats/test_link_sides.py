"""The sides of links: user-defined objects that take part in columns, and attributes set on them."""

from __future__ import annotations

import collections
import copy
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.processes import run_code


class Counting:
    """The methods that a side needs, for classes of any kind: a value below zero is refused."""

    def update(self, x: float) -> None:
        if x < 0:
            raise ValueError(f"below zero: {x}")
        self.take(x)

    def take(self, x: float) -> None:
        raise NotImplementedError

    def get(self) -> float:
        return float(len(self))  # type: ignore[arg-type]


class InList(Counting, list[float]):
    def take(self, x: float) -> None:
        self.append(x)


class InDeque(Counting, collections.deque[float]):
    def take(self, x: float) -> None:
        self.append(x)


class InDict(Counting, dict[int, float]):
    def take(self, x: float) -> None:
        self[len(self)] = x


class InArray(Counting, np.ndarray):  # type: ignore[type-arg]
    def take(self, x: float) -> None:
        self[np.flatnonzero(self == 0.0)[0]] = x

    def get(self) -> float:
        return float(self.sum())


class Locked(Counting):
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen: list[float] = []

    def take(self, x: float) -> None:
        with self.lock:
            self.seen.append(x)

    def __len__(self) -> int:
        return len(self.seen)

    def __iter__(self) -> Any:
        return iter(self.seen)


NOT_PLAIN: dict[str, Callable[[], Any]] = {
    "list": InList,
    "deque": InDeque,
    "dict": InDict,
    "ndarray": lambda: np.zeros(8).view(InArray),
    "lock": Locked,
}


def content(side: Any) -> list[float]:
    return [x for x in (side.values() if isinstance(side, dict) else side) if x]


@pytest.mark.parametrize("make", NOT_PLAIN.values(), ids=NOT_PLAIN)
@pytest.mark.parametrize("method", ["update_many", "accumulate"])
def test_a_column_reaches_whatever_the_object_keeps_it_in(make: Callable[[], Any], method: str) -> None:
    side, mean = make(), stats.Mean()
    getattr(mean | side, method)([1, 2, 3])
    assert content(side) == [1.0, 1.5, 2.0]
    assert mean.n == 3


@pytest.mark.parametrize("make", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_cannot_be_taken_back_keeps_what_came_before_the_refused_value(make: Callable[[], Any]) -> None:
    side, mean = make(), stats.Mean()
    with pytest.raises(ValueError, match=r"X\[2\] below zero"):
        (mean | side).update_many([1, 2, -90, 4])
    assert content(side) == [1.0, 1.5]
    assert mean.n == 3


class Plain(Counting):
    def __init__(self) -> None:
        self.seen: list[float] = []
        self.me = self
        self.other: Any = None

    def take(self, x: float) -> None:
        self.seen.append(x)
        self.new = x

    def __len__(self) -> int:
        return len(self.seen)


class Slotted(Counting):
    __slots__ = ("last", "seen")

    def __init__(self) -> None:
        self.seen: list[float] = []

    def take(self, x: float) -> None:
        self.seen.append(x)
        self.last = x

    def __len__(self) -> int:
        return len(self.seen)


class OwnState(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def __getstate__(self) -> list[float]:
        return list(self.seen)

    def __setstate__(self, state: list[float]) -> None:
        self.seen = state


@pytest.mark.parametrize("make", [Plain, Slotted, OwnState])
@pytest.mark.parametrize("method", ["update_many", "accumulate"])
def test_a_refused_column_changes_no_object_of_a_class_in_python(make: Callable[[], Any], method: str) -> None:
    side, mean = make(), stats.Mean()
    link = mean | side
    link.update_many([1, 2])
    seen, lock = side.seen, getattr(side, "lock", None)
    assert seen == [1.0, 1.5]
    if hasattr(side, "new"):
        del side.new
    with pytest.raises(ValueError, match=r"X\[1\] below zero"):
        getattr(link, method)([3, -90])
    assert side.seen == [1.0, 1.5]
    assert mean.n == 2
    assert link.right is side
    assert getattr(side, "lock", None) is lock
    if make is Plain:
        assert side.me is side
        assert not hasattr(side, "new")
    if make is Slotted:
        assert side.last == 1.5


def test_sides_know_each_other_after_a_refused_column() -> None:
    mean, first, second = stats.Mean(), Plain(), Plain()
    first.other, second.other = mean, first
    link = mean | first | second
    with pytest.raises(ValueError, match="below zero"):
        link.update_many([1, -90])
    assert first.other is mean
    assert second.other is first
    assert first.seen == second.seen == []


class Marked(stats.Mean):
    def update(self, x: float, w: float = 1.0) -> None:
        super().update(x, w)
        self.last = x


class Tagged(stats.Link):
    def update(self, x: float) -> None:
        self.tag = x
        super().update(x)


OF_THE_PACKAGE: dict[str, Callable[[], Any]] = {
    "window of numbers": lambda: utils.Rolling(stats.Mean, 2),
    "window of objects": lambda: utils.Rolling(stats.Entropy, 2),
    "windows that follow each other": lambda: utils.TumblingWindow(stats.Mean, 2),
    "objects": stats.Mode,
    "weights of objects": lambda: stats.Entropy(fading_factor=0.9),
    "anything": stats.Count,
    "numbers": lambda: stats.RollingMax(3),
    "a subclass": Marked,
}


@pytest.mark.parametrize("make", OF_THE_PACKAGE.values(), ids=OF_THE_PACKAGE)
def test_statistics_of_the_package_are_taken_back(make: Callable[[], Any]) -> None:
    side, inner = make(), Plain()
    link: Any = Tagged(side, Tagged(stats.Max(), inner))
    link.update_many([4.0, 5.0])

    def seen() -> tuple[Any, ...]:
        return side.get(), side.n, getattr(side, "last", None), link.right.left.get(), link.right.tag, inner.seen

    before = copy.deepcopy(seen())
    inner.update = lambda _: 1 / 0  # type: ignore[assignment, method-assign]
    with pytest.raises(ZeroDivisionError):
        link.update_many([3.0, 7.0])
    assert seen() == before
    assert link.left is side
    assert link.right.right is inner
    del inner.update
    link.update_many([3.0, 7.0])
    again: Any = Tagged(make(), Tagged(stats.Max(), Plain()))
    again.update_many([4.0, 5.0, 3.0, 7.0])
    assert (side.get(), side.n, inner.seen) == (again.left.get(), again.left.n, again.right.right.seen)


def test_keys_stay_the_same_objects_when_a_column_is_taken_back() -> None:
    key = (object(),)
    mode, side = stats.Mode(), Plain()
    side.update = lambda x: side.take(1.0) if x is key else 1 / 0  # type: ignore[method-assign]
    link = mode | side
    link.update_many([key])
    with pytest.raises(ZeroDivisionError):
        link.update_many(["a", "a", "b"])
    assert mode.get() is key
    assert mode.n == 1


def test_an_error_in_a_single_update_leaves_what_the_left_side_took_in() -> None:
    link = stats.Mean() | Plain()
    with pytest.raises(ValueError, match="below zero"):
        link.update(-1)
    assert (link.left.n, link.right.seen) == (1, [])


def test_methods_set_before_the_link_is_made_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[float] = []
    monkeypatch.setattr(stats.Max, "update", lambda _, x: calls.append(x))
    link = stats.Mean() | stats.Max()
    link.update(2)
    link.update_many([4])
    assert calls == [2.0, 3.0]
    mean: Any = stats.Mean()
    mean.get = lambda: 42.0
    link = mean | stats.Sum()
    link.update(1)
    assert link.get() == 42.0
    inner: Any = stats.Shift(0) | stats.Mean()
    inner.update = calls.append
    (inner | stats.Sum()).update(5.0)
    assert calls[-1] == 5.0


class Constant(stats.Link):
    def get(self) -> float:
        return 7.0


def test_a_link_with_a_value_of_its_own_passes_it_on() -> None:
    link = Constant(stats.Shift(0), stats.Mean()) | stats.Sum()
    link.update(1.0)
    assert link.get() == 7.0
    link.update_many([1.0])
    assert link.get() == 14.0


def test_no_link_is_inside_itself() -> None:
    link = stats.Link(stats.Mean(), stats.Max())
    outer = link | stats.Min()
    further = stats.Shift(1) | outer
    for sides in ((stats.Mean(), link), (link, stats.Max()), (outer, stats.Max()), (stats.Max(), further)):
        with pytest.raises(ValueError, match="inside itself"):
            link.__init__(*sides)  # type: ignore[misc]
    link.update(1)
    assert (link.n, link.get()) == (1, 1.0)
    link.__init__(stats.Mean(), stats.Min())  # type: ignore[misc]
    assert isinstance(outer.left.right, stats.Min)
    new = stats.Link.__new__(stats.Link)
    with pytest.raises(ValueError, match="inside itself"):
        new.__init__(stats.Link(new, stats.Max()), stats.Max())  # type: ignore[misc]


def test_the_same_links_many_times_over_are_looked_through_once() -> None:
    first: Any = stats.Shift(0) | stats.Shift(0)
    link = first
    for _ in range(60):
        link = link | link
    first.__init__(stats.Mean(), stats.Mean())


@pytest.mark.parametrize("side", ["left", "right"])
def test_deep_links_raise_recursion_errors_at_worst(side: str) -> None:
    code = f"""
import copy, pickle
from river import stats
link = stats.Mean()
for _ in range(15_000):
    link = stats.Link(link, stats.Mean()) if {side == "left"} else stats.Link(stats.Mean(), link)
for ask in (
    lambda: link.n,
    lambda: link.get(),
    lambda: link.get_or(3),
    lambda: link.update(1),
    lambda: link.update_many([1.0]),
    lambda: link.name,
    lambda: repr(link),
    lambda: copy.copy(link),
    lambda: copy.deepcopy(link),
    lambda: pickle.dumps(link),
):
    try:
        ask()
    except RecursionError:
        pass
del link
print("survived")
"""
    assert run_code(code) == "survived\n"
