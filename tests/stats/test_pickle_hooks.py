"""Subclasses that define what pickle stores of them, and pickles of others."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

import pytest

from river import stats
from tests.stats.cases import CASES, Case, feed
from tests.stats.closeness import assert_same
from tests.stats.objects import Key
from tests.stats.subclasses import HOOKED, Gets, Sets
from tests.stats.test_pickle import PROTOCOLS, pickled

WAYS: list[Callable[[Any], Any]] = [*(functools.partial(pickled, p) for p in PROTOCOLS), copy.copy, copy.deepcopy]


@pytest.mark.parametrize("hook", HOOKED)
@pytest.mark.parametrize("case", CASES)
def test_a_subclass_says_what_it_keeps(case: Case, hook: str) -> None:
    cls = HOOKED[hook][case.name]
    for again in WAYS:
        stat = feed(cls(**case.params[0]), case.short)
        stat.kept, stat.itself = ["a"], stat
        other = again(stat)
        assert type(other) is cls
        assert other.to_bytes() == stat.to_bytes()
        assert other.kept == ["a"]
        assert other.itself is (stat if again is copy.copy else other)
        assert getattr(other, "got", None) == ("by getstate" if issubclass(cls, Gets) else None)
        assert getattr(other, "set", None) == ("by setstate" if issubclass(cls, Sets) else None)
        other.update(*case.short[0])
        stat.update(*case.short[0])
        assert_same(other.get(), stat.get())


def test_object_has_the_only_getstate() -> None:
    stat: Any = stats.Mean()
    assert stat.__getstate__() is None
    stat.tag = 1
    assert stat.__getstate__() == {"tag": 1}
    stat.__setstate__({"tag": 2, "other": 3})
    assert (stat.tag, stat.other, stat.get()) == (2, 3, 0.0)
    stat.__setstate__((None, {"slot": 4}))
    assert stat.slot == 4


@pytest.mark.parametrize("hook", HOOKED)
def test_values_that_bytes_do_not_hold_are_kept_too(hook: str) -> None:
    stat = feed(HOOKED[hook]["Mode"](), [(Key(1),), (Key(2),), (Key(2),)])
    stat.kept = Key(3)
    for again in WAYS:
        other = again(stat)
        assert other.get() == Key(2)
        assert other.kept == Key(3)
        other.update(Key(1))
        assert list(other.counts.values()) == [2, 2]


@pytest.mark.parametrize("case", CASES)
def test_an_object_of_a_pickle_of_another_class_is_refused(case: Case) -> None:
    for state in ({}, {"spam": 1.0}, b"spam", b"RVST", b"RVST\x01\x04spam", (b"RVST", None)):
        with pytest.raises(ValueError, match=f"not a valid state of {case.name}"):
            case.cls.__new__(case.cls).__setstate__(state)


def test_a_state_is_bytes_where_there_is_nothing_else_and_a_tuple_is_read_as_well() -> None:
    stat = feed(stats.Mean(), [(1.0,), (4.0,)])
    state = stat.__reduce__()[2]
    assert state == stat.to_bytes()
    for written in (state, (state, None)):
        other = stats.Mean.__new__(stats.Mean)
        other.__setstate__(written)
        assert other.to_bytes() == stat.to_bytes()
    stat.tag = 1
    assert stat.__reduce__()[2] == (state, {"tag": 1})


@pytest.mark.parametrize("state", [(), (None,), (None, None, None), 5, "ab"])
def test_what_is_no_state_is_refused_and_changes_nothing(state: Any) -> None:
    stat = stats.Mean()
    stat.update(3)
    before = stat.to_bytes()
    with pytest.raises((TypeError, ValueError)):
        stat.__setstate__(state)
    assert stat.to_bytes() == before
