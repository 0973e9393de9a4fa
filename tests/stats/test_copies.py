"""What copies and pickles consist of, and what affects that: `copyreg`, attributes, methods of a subclass."""

from __future__ import annotations

import copy
import copyreg
import functools
import pickle
from typing import Any

import pytest

from river import stats, utils
from tests.stats.cases import CASES, Case, feed
from tests.stats.objects import Key
from tests.stats.test_pickle import PROTOCOLS, pickled


class Reduced(stats.Mean):
    def __reduce__(self) -> Any:
        return Reduced._again, (self.get(),)

    @staticmethod
    def _again(value: float) -> Reduced:
        again = Reduced()
        again.update(value)
        again.update(value)
        return again


class Single(stats.Mean):
    def __reduce__(self) -> str:
        return "SINGLE"


SINGLE = Single()


class Pair(stats.Mean):
    """Is constructed with an argument, which pickle does not know."""

    def __new__(cls, *args: Any) -> Any:
        assert len(args) in (0, 1)
        made: Any = super().__new__(cls)
        made.kept = []
        return made

    def __init__(self, *_args: Any) -> None:
        super().__init__()


def _remade(value: float) -> stats.Max:
    made = stats.Max()
    made.update(value + 1)
    return made


@pytest.fixture
def registered() -> Any:
    copyreg.pickle(stats.Max, lambda stat: (_remade, (stat.get(),)))
    yield
    del copyreg.dispatch_table[stats.Max]


@pytest.mark.usefixtures("registered")
def test_copyreg_is_asked_first() -> None:
    stat = stats.Max()
    stat.update(3)
    for again in (copy.copy, copy.deepcopy, functools.partial(pickled, 5)):
        assert again(stat).get() == 4


def test_a_reduce_of_a_subclass_is_used() -> None:
    stat = Reduced()
    stat.update(3)
    for again in (copy.copy, copy.deepcopy, *(functools.partial(pickled, p) for p in PROTOCOLS)):
        assert (again(stat).n, again(stat).get()) == (2, 3)
    for again in (copy.copy, copy.deepcopy, functools.partial(pickled, 5)):
        assert again(SINGLE) is SINGLE


def test_a_new_of_a_subclass_is_called() -> None:
    stat = Pair(1)
    stat.kept.append(2)
    for again in (copy.copy, copy.deepcopy, *(functools.partial(pickled, p) for p in PROTOCOLS)):
        assert again(stat).kept == [2]


def test_a_method_that_comes_later_counts() -> None:
    class Changing(stats.Mean):
        pass

    stat: Any = Changing()
    assert copy.copy(stat).n == copy.deepcopy(stat).n == 0
    Changing.__getstate__ = lambda self: {"noted": True}  # type: ignore[method-assign]
    assert copy.copy(stat).noted
    assert copy.deepcopy(stat).noted
    del Changing.__getstate__
    assert not hasattr(copy.copy(stat), "noted")


@pytest.mark.parametrize("case", CASES)
def test_memos_know_the_copy(case: Case) -> None:
    stat = case.fed()
    memo: dict[int, Any] = {}
    other = copy.deepcopy(stat, memo)
    assert memo[id(stat)] is other
    assert copy.deepcopy(stat, memo) is other
    assert other.__deepcopy__({}).to_bytes() == stat.to_bytes()


def test_values_that_can_change_are_copied_deeply() -> None:
    key = Key(1)
    mode = feed(stats.Mode(), [(key,), ("a",)])
    assert next(iter(copy.copy(mode).counts)) is key
    other = next(iter(copy.deepcopy(mode).counts))
    assert other == key
    assert other is not key
    held = ["a"]
    shift = feed(stats.Shift(1), [(held,)])
    assert copy.copy(shift).buffer[0] is held
    assert copy.deepcopy(shift).buffer[0] is not held
    text = "a text that no other is"
    mode = feed(stats.Mode(), [(text,), (text,)])
    assert next(iter(copy.deepcopy(mode).counts)) is text


def test_sides_of_a_link_are_shared_by_a_copy_and_copied_by_a_deep_one() -> None:
    link = stats.Shift(1) | stats.Mean()
    assert copy.copy(link).left is link.left
    deep = copy.deepcopy(link)
    assert deep.left is not link.left
    mean = stats.Mean()
    left, right = copy.deepcopy([stats.Link(stats.Shift(1), mean), mean])
    assert left.right is right


@pytest.mark.parametrize("case", CASES)
def test_pickles_name_the_class_alone(case: Case) -> None:
    stat = case.fed()
    data = pickle.dumps(stat, 5)
    assert b"rebuild" not in data
    # The format of earlier versions.
    old = pickle.dumps(_Earlier(stat), 5)
    for again in (pickle.loads(data), pickle.loads(old)):
        assert type(again) is case.cls
        assert again.to_bytes() == stat.to_bytes()


class _Earlier:
    """Is pickled as a statistic used to be, by `rebuild`."""

    def __init__(self, stat: Any) -> None:
        self.stat = stat

    def __reduce__(self) -> Any:
        from river.stats._rust_stats import rebuild

        return rebuild, (type(self.stat), *self.stat._kernel_state()), self.stat.__getstate__()


def test_a_pickle_is_small() -> None:
    stat = feed(stats.Mean(), [(1.0,), (2.5,), (4.0,)])
    assert len(pickle.dumps(stat, 5)) < 130
    alone = len(pickle.dumps([stat]))
    assert len(pickle.dumps([stat, copy.copy(stat)])) - alone < 90


@pytest.mark.parametrize("cls", [stats.Mean, stats.Sum, stats.Max, stats.Quantile, stats.Count])
def test_the_n_of_a_window_is_that_of_its_statistic(cls: Any) -> None:
    for window in (utils.Rolling(cls, 3), utils.TimeRolling(cls, 3)):
        timed = isinstance(window, utils.TimeRolling)
        for i in range(6):
            window.update(i, **({"t": i} if timed else {}))
            assert (window.n, type(window.n)) == (window.obj.n, type(window.obj.n))


def test_the_n_of_a_window_is_a_weight_where_there_are_weights() -> None:
    window = utils.Rolling(stats.Mean, 2)
    assert window.n == 0.0
    for w in (1.5, 2.0, 3.0):
        window.update(1.0, w)
    assert window.n == 5.0

    class Other(utils.Rolling[Any]):
        @property
        def n(self) -> Any:
            return "other"

    assert Other(stats.Mean, 2).n == "other"
    with pytest.raises(AttributeError):
        window.n = 5  # type: ignore[misc]
