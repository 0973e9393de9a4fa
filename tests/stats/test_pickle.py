"""Pickle, copy and deepcopy of every class and of its subclasses."""

from __future__ import annotations

import copy
import functools
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from tests.stats.cases import CASES, NUMERIC, Case, feed
from tests.stats.closeness import assert_same
from tests.stats.subclasses import LABELLED, SLOTTED, TAGGED

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def pickled(protocol: int, stat: Any) -> Any:
    return pickle.loads(pickle.dumps(stat, protocol))


WAYS: dict[str, Callable[[Any], Any]] = {
    **{f"pickle {p}": functools.partial(pickled, p) for p in PROTOCOLS},
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "bytes": lambda x: type(x).from_bytes(x.to_bytes()),
}
ways = pytest.mark.parametrize("again", WAYS.values(), ids=WAYS.keys())
# `to_bytes` holds only the statistic; attributes of subclasses are kept in pickles and copies.
whole = pytest.mark.parametrize(
    "again",
    [way for name, way in WAYS.items() if name != "bytes"],
    ids=[name for name in WAYS if name != "bytes"],
)


@ways
@pytest.mark.parametrize("case", CASES)
def test_goes_on_identically_after_every_prefix(case: Case, again: Callable[[Any], Any]) -> None:
    for params in case.params:
        for k in range(len(case.short) + 1):
            stat = case.fed(case.short[:k], params)
            other = again(stat)
            assert type(other) is case.cls
            assert other is not stat
            assert other._get_params() == stat._get_params()
            assert_same(other.get(), stat.get())
            assert other.to_bytes() == stat.to_bytes()
            for row in case.short[k:] + case.short:
                stat.update(*row)
                other.update(*row)
                assert_same(other.get(), stat.get())


@ways
@pytest.mark.parametrize("case", NUMERIC)
def test_goes_on_identically_after_a_stream_with_an_offset(case: Case, again: Callable[[Any], Any]) -> None:
    for params in case.params:
        rows = case.streams["offset"] * 5
        stat = case.fed(rows, params)
        other = again(stat)
        assert other.to_bytes() == stat.to_bytes()
        goes_on = feed(other, rows).to_bytes() == feed(stat, rows).to_bytes()
        assert goes_on or not case.equal_bytes
        assert_same(other.get(), stat.get())


@ways
@pytest.mark.parametrize("case", CASES)
def test_is_independent_of_what_it_was_made_from(case: Case, again: Callable[[Any], Any]) -> None:
    for params in case.params:
        stat = case.fed(case.short[:7], params)
        before = stat.to_bytes()
        feed(again(stat), case.short)
        assert stat.to_bytes() == before
        other = again(stat)
        feed(stat, case.short)
        assert other.to_bytes() == before


@pytest.mark.parametrize("case", CASES)
def test_two_references_to_one_object_stay_one_object(case: Case) -> None:
    stat = case.fed()
    for left, right in (copy.deepcopy([stat, stat]), pickle.loads(pickle.dumps([stat, stat]))):
        assert left is right


@whole
@pytest.mark.parametrize("case", CASES)
def test_attributes_of_a_subclass_survive(case: Case, again: Callable[[Any], Any]) -> None:
    cls = TAGGED[case.name]
    stat = feed(cls(**case.params[0]), case.short)
    stat.tags = ["a", {"b": 1}]
    stat.itself = stat
    other = again(stat)
    assert type(other) is cls
    assert other.tags == ["a", {"b": 1}]
    assert other.to_bytes() == stat.to_bytes()
    if again is copy.copy:
        assert other.tags is stat.tags
        assert other.itself is stat
    else:
        assert other.tags is not stat.tags
        assert other.itself is other


@whole
@pytest.mark.parametrize("case", CASES)
def test_slots_of_a_subclass_survive(case: Case, again: Callable[[Any], Any]) -> None:
    cls = SLOTTED[case.name]
    stat = feed(cls(**case.params[0]), case.short)
    stat.note = ["a"]
    other = again(stat)
    assert type(other) is cls
    assert other.note == ["a"]
    assert not hasattr(other, "unset")
    assert other.to_bytes() == stat.to_bytes()


@whole
@pytest.mark.parametrize("case", CASES)
def test_a_subclass_can_have_another_signature(case: Case, again: Callable[[Any], Any]) -> None:
    cls = LABELLED[case.name]
    stat = feed(cls("ab", n=2), case.short)
    assert_same(stat.get(), case.fed().get())
    other = again(stat)
    assert type(other) is cls
    assert other.label == "abab"
    assert other.to_bytes() == stat.to_bytes()


@pytest.mark.parametrize("case", CASES)
def test_a_subclass_reads_states_of_its_base_and_is_cloned_as_itself(case: Case) -> None:
    cls = TAGGED[case.name]
    stat = cls.from_bytes(case.fed().to_bytes())
    assert type(stat) is cls
    assert_same(stat.get(), case.fed().get())
    assert type(case.cls.from_bytes(stat.to_bytes())) is case.cls
    clone = stat.clone()
    assert type(clone) is cls
    assert clone.get() == case.empty


@pytest.mark.parametrize("case", CASES)
def test_a_damaged_pickle_is_refused(case: Case) -> None:
    stat = case.fed()
    state = stat.to_bytes()
    whole = pickle.dumps(stat)
    assert whole.count(state) == 1
    for i in range(len(state)):
        damaged = bytes([*state[:i], state[i] ^ 1, *state[i + 1 :]])
        with pytest.raises(ValueError, match=case.name):
            pickle.loads(whole.replace(state, damaged))
