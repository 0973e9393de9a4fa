"""`Mode.counts`: a mapping that follows the statistic."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from river import stats
from tests.stats.objects import Key


def test_it_follows_the_mode_and_is_equal_to_a_dict() -> None:
    mode = stats.Mode(-1)
    counts: Any = mode.counts
    assert counts == {}
    assert not counts
    seen: Counter[str] = Counter()
    for x in "banana":
        mode.update(x)
        seen[x] += 1
        assert counts == seen
        assert dict(counts) == seen
        assert list(counts) == list(seen)
        assert (len(counts), counts[x]) == (len(seen), seen[x])
    assert counts == mode.counts
    assert counts == {"b": 1, "a": 3, "n": 2}
    assert seen == counts
    assert counts != {"b": 1}
    assert counts != stats.Mode().counts
    assert counts != 5
    assert repr(counts) == "counts({'b': 1, 'a': 3, 'n': 2})"
    mode.update_many(["b", "c"])
    assert list(counts.items()) == [("b", 2), ("a", 3), ("n", 2), ("c", 1)]
    assert list(counts.keys()) == ["b", "a", "n", "c"]
    assert list(counts.values()) == [2, 3, 2, 1]


def test_it_is_a_mapping_of_a_look_up_each() -> None:
    mode = stats.Mode(-1)
    for x in (1, "a", (1, 2), None, 1.0):
        mode.update(x)
    counts: Any = mode.counts
    assert isinstance(counts, Mapping)
    assert (counts[1], counts[1.0], counts[True], counts[None], counts[1, 2]) == (2, 2, 2, 1, 1)
    assert 1 in counts
    assert "b" not in counts
    assert (counts["b"], counts.get("b"), counts.get("b", 7), counts.get("a")) == (0, None, 7, 1)
    assert len(counts) == 4
    for look_up in (counts.__getitem__, counts.__contains__, counts.get):
        with pytest.raises(TypeError, match="unhashable"):
            look_up([])
    match counts:
        case {"a": count}:
            assert count == 1
        case _:
            pytest.fail("it is not matched as a mapping")
    with pytest.raises(TypeError):
        hash(counts)


def test_it_cannot_be_changed() -> None:
    mode = stats.Mode()
    mode.update("a")
    counts: Any = mode.counts
    with pytest.raises(TypeError):
        counts["a"] = 5
    with pytest.raises(TypeError):
        del counts["a"]
    for name in ("update", "clear", "pop", "setdefault", "spam"):
        assert not hasattr(counts, name)
    with pytest.raises(AttributeError):
        mode.counts = {}  # type: ignore[misc]
    counts.copy()["a"] = 5
    assert counts == {"a": 1}


def test_values_that_are_left_out_or_have_left_are_not_in_it() -> None:
    mode = stats.Mode(1)
    for x in "abb":
        mode.update(x)
    assert mode.counts == {"a": 1}
    assert "b" not in mode.counts
    rolling = stats.RollingMode(2)
    counts: Any = rolling.counts
    for x in "aab":
        rolling.update(x)
    assert counts == {"a": 1, "b": 1}
    rolling.update("b")
    assert counts == {"b": 2}
    assert "a" not in counts
    assert counts["a"] == 0


def test_keys_are_compared_as_in_a_dict() -> None:
    mode = stats.Mode()
    mode.update(Key(1))
    mode.update(Key(1))
    counts: Any = mode.counts
    assert counts[Key(1)] == 2
    assert Key(2) not in counts

    class Unequal:
        def __hash__(self) -> int:
            return 7

        def __eq__(self, other: object) -> bool:
            raise ArithmeticError

    mode.update(Unequal())
    with pytest.raises(ArithmeticError):
        counts[Unequal()]
    nan = float("nan")
    mode.update(nan)
    assert counts[nan] == 1
    assert float("nan") not in counts


def test_it_can_be_gone_through_while_the_mode_is_updated() -> None:
    mode = stats.Mode(-1)
    mode.update_many(range(5))
    counts: Any = mode.counts
    for x in counts:
        mode.update(x + 100)
    assert len(counts) == 10


def test_copies_and_pickles_of_it_are_dicts() -> None:
    mode = stats.Mode()
    mode.update_many(["a", "b", "a"])
    counts: Any = mode.counts
    for again in (copy.copy, copy.deepcopy, lambda counts: pickle.loads(pickle.dumps(counts)), dict, type(counts).copy):
        assert type(again(counts)) is dict
        assert list(again(counts).items()) == [("a", 2), ("b", 1)]


def test_it_keeps_the_mode_and_a_circle_of_both_is_collected() -> None:
    counts: Any = stats.Mode().counts
    assert counts == {}

    class Held(stats.Mode):
        pass

    mode: Any = Held()
    mode.update("a")
    mode.kept = mode.counts
    ref = weakref.ref(mode)
    del mode
    gc.collect()
    assert ref() is None


def test_of_an_empty_object_it_says_so() -> None:
    counts: Any = stats.Mode.__new__(stats.Mode).counts
    for look in (len, list, lambda counts: counts["a"]):
        with pytest.raises(RuntimeError, match="has not run"):
            look(counts)
