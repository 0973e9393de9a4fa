"""Hashable values of every kind: what counts as one, who fails, who is kept alive, who gets in first."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import random
import sys
import threading
import weakref
from collections import Counter, deque
from collections.abc import Callable, Hashable
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests import oracles
from tests.stats.cases import CASES, Case, feed
from tests.stats.test_threads import run_together

OBJECTS = [case for case in CASES if case.kind.startswith("object") and case.name != "Count"]
cases = pytest.mark.parametrize("case", OBJECTS)


class Colour(IntEnum):
    RED = 1


class Text(str):
    __slots__ = ()


class Key:
    """Equal to keys of the same number, by Python code; its hash has few values, so they collide."""

    def __init__(self, number: int, fails: str = "") -> None:
        self.number = number
        self.fails = fails

    def __hash__(self) -> int:
        if self.fails == "hash":
            raise ZeroDivisionError("no hash")
        return self.number % 3

    def __eq__(self, other: object) -> bool:
        if self.fails == "eq" or getattr(other, "fails", "") == "eq":
            raise ZeroDivisionError("no comparison")
        return isinstance(other, Key) and other.number == self.number

    def __repr__(self) -> str:
        return f"Key({self.number})"


def row(case: Case, value: object) -> tuple[Any, ...]:
    """Return an observation with the same value for each variable."""
    return (value,) * len(case.short[0])


def rows_with(case: Case, value: object) -> list[tuple[Any, ...]]:
    """Return observations that hold the value in every place, or in one of them beside a new one."""
    return [row(case, value)] if case.kind == "object" else [(value, value), (value, "new"), ("new", value)]


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
VALUES = st.recursive(PLAIN, lambda inner: st.tuples(inner) | st.tuples(inner, inner), max_leaves=4)
SOME = st.lists(VALUES, min_size=1, max_size=6).flatmap(lambda values: st.lists(st.sampled_from(values)))


@given(SOME, st.sampled_from([-1, 1, 3]))
def test_mode_counts_as_a_dict_does(values: list[Hashable], k: int) -> None:
    stat, oracle = stats.Mode(k), oracles.Mode(k)
    for value in values:
        stat.update(value)
        oracle.update(value)
        assert stat.get() is oracle.get()
        assert list(map(id, stat.counts)) == list(map(id, oracle.counts))
        assert list(stat.counts.values()) == list(oracle.counts.values())


@given(SOME, st.integers(1, 5))
def test_a_rolling_mode_counts_as_a_dict_does(values: list[Hashable], size: int) -> None:
    stat, oracle = stats.RollingMode(size), oracles.RollingMode(size)
    for value in values:
        stat.update(value)
        oracle.update(value)
        assert stat.get() is oracle.get()
        assert list(map(id, stat.counts)) == list(map(id, oracle.counts))
        assert stat.window == oracle.window
        assert (type(stat.window), stat.window.maxlen) == (deque, size)


@given(SOME)
def test_every_plain_value_survives_bytes(values: list[Hashable]) -> None:
    stat = feed(stats.Mode(-1), ((value,) for value in values))
    other = stats.Mode.from_bytes(stat.to_bytes())
    assert repr(dict(other.counts)) == repr(dict(stat.counts))
    assert [type(key) for key in other.counts] == [type(key) for key in stat.counts]
    assert other.to_bytes() == stat.to_bytes()


ODD = [
    *(0, 1, -1, 2**31, -(2**31), 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 10**400, -(10**400)),
    *(0.5, -0.5, math.inf, -math.inf, 5e-324, 1e308),
    *("", "a", "é", "\0", "日本", "\U0001f600", "\ud800", "a\udfffb", "x" * 10_000),
    *(b"", b"\0\xff"),
    *((), (1,), ((),), ((1, "a"), (2.5, (None, True)), b"")),
    None,
]


def test_odd_values_survive_bytes_one_by_one_and_together() -> None:
    for values in (*([value] for value in ODD), ODD):
        for make in (lambda: stats.Mode(-1), lambda: stats.RollingMode(100), stats.Entropy):
            stat = feed(make(), ((value,) for value in values))
            other = type(stat).from_bytes(stat.to_bytes())
            counts = [x.counter if isinstance(x, stats.Entropy) else x.counts for x in (stat, other)]
            assert list(counts[0].items()) == list(counts[1].items())
    assert stats.ChiSquared.from_bytes(feed(stats.ChiSquared(), zip(ODD, ODD, strict=True)).to_bytes()).x_totals == (
        Counter(ODD)
    )


def test_equal_numbers_are_one_value_and_the_first_one_stands_for_it() -> None:
    for first, *others in ((1, 1.0, True, np.int64(1), Fraction(1), Decimal(1), 1 + 0j), (0.0, -0.0, False)):
        stat = feed(stats.Mode(), [(first,), *((other,) for other in others)])
        assert stat.counts == {1 if first else 0: len(others) + 1}
        assert stat.get() is first


def test_a_rolling_value_that_left_and_came_back_is_the_one_that_came_back() -> None:
    stat = stats.RollingMode(1)
    for value in (1, 1.0, True, 1):
        stat.update(value)
        assert type(stat.get()) is type(value)


def test_text_numbers_and_bytes_are_never_one_value() -> None:
    stat = feed(stats.Mode(), [(x,) for x in (1, "1", b"1", (1,), None, "None")])
    assert list(stat.counts.values()) == [1] * 6


def test_nan_is_one_value_per_object() -> None:
    nan, other = float("nan"), float("nan")
    stat = feed(stats.Mode(), [(nan,), (other,), (nan,)])
    assert [id(key) for key in stat.counts] == [id(nan), id(other)]
    assert stat.get() is nan
    for again in (copy.copy(stat), copy.deepcopy(stat)):
        again.update(nan)
        assert list(again.counts.values()) == [3, 1]
    # Pickle makes a new object of each float.
    assert list(pickle.loads(pickle.dumps(stat)).counts.values()) == [2, 1]
    assert stats.Mode.from_bytes(stat.to_bytes()).n == 3


@pytest.mark.parametrize("value", [[], {}, set(), ([],), bytearray(), slice(1, [])])
@cases
def test_what_has_no_hash_is_a_type_error(case: Case, value: object) -> None:
    stat = case.fed()
    before = stat.to_bytes()
    for args in rows_with(case, value):
        with pytest.raises(TypeError, match="unhashable"):
            stat.update(*args)
        assert stat.to_bytes() == before


@cases
def test_an_exception_while_hashing_or_comparing_is_passed_on_and_changes_nothing(case: Case) -> None:
    keys = [Key(i) for i in range(10)]
    for fails in ("hash", "eq"):
        stat = feed(case.make(), [row(case, key) for key in keys])
        before = pickle.dumps(stat)
        for bad in (Key(3, fails), Key(99, fails)):
            for args in rows_with(case, bad):
                for method in ("update", "revert"):
                    if hasattr(stat, method):
                        with pytest.raises(ZeroDivisionError):
                            getattr(stat, method)(*args)
                assert pickle.dumps(stat) == before


def test_keys_that_python_compares_count_right_with_collisions() -> None:
    rng = random.Random(3)
    stat, oracle = stats.RollingMode(30), oracles.RollingMode(30)
    for _ in range(2_000):
        key = Key(rng.randrange(40))
        stat.update(key)
        oracle.update(key)
        assert stat.get() is oracle.get()
        assert list(stat.counts.items()) == list(oracle.counts.items())


@cases
def test_a_comparison_may_use_the_statistic_it_is_for(case: Case) -> None:
    class Meddler(Key):
        def __eq__(self, other: object) -> bool:
            stat.get(), stat.n, pickle.dumps(case.short)
            stat.update(*row(case, "meddled"))
            return super().__eq__(other)

        __hash__ = Key.__hash__

    stat = case.make()
    for i in range(30):
        stat.update(*row(case, Meddler(i % 4)))
    assert stat.n == stat.window_size if case.rolling else stat.n > 30


@cases
def test_a_comparison_may_start_the_statistic_anew(case: Case) -> None:
    class Restarter(Key):
        def __eq__(self, other: object) -> bool:
            stat.__init__(**case.params[0])
            return super().__eq__(other)

        __hash__ = Key.__hash__

    stat = case.make()
    for i in range(30):
        stat.update(*row(case, Restarter(i % 4)))
        assert stat.n >= 1


def test_values_that_left_are_let_go() -> None:
    keys = [Key(i) for i in range(100)]
    alive = [weakref.ref(key) for key in keys]
    rolling, table = stats.RollingMode(5), stats.ChiSquared()
    for key in keys:
        rolling.update(key)
        table.update(key, key)
    for key in keys[:95]:
        table.revert(key, key)
    del keys, key
    assert [ref() is None for ref in alive] == [True] * 95 + [False] * 5
    del rolling, table
    assert all(ref() is None for ref in alive)


@cases
def test_no_reference_is_kept_or_lost(case: Case) -> None:
    key, equal = Key(7), Key(7)
    before = sys.getrefcount(key), sys.getrefcount(equal)
    stat = case.make()
    for _ in range(100):
        stat.update(*row(case, key))
        stat.update(*row(case, equal))
        stat.update(**dict(zip("xy", row(case, equal), strict=False)))
    for _ in range(10):
        stat.get()
        pickle.dumps(case.short)
        copy.copy(stat)
    del stat
    gc.collect()
    assert (sys.getrefcount(key), sys.getrefcount(equal)) == before


@cases
def test_cycles_through_values_are_collected(case: Case) -> None:
    class Owner:
        stat: object

    for _ in range(3):
        owner = Owner()
        owner.stat = feed(case.make(), [row(case, owner), row(case, "other")])
        gone = weakref.ref(owner)
        del owner
        gc.collect()
        assert gone() is None


@cases
def test_what_is_in_use_is_not_collected(case: Case) -> None:
    stat = case.make()
    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for i in range(300):
            stat.update(*row(case, (Key(i % 5), f"{i % 5}")))
            stat.get(), repr(stat)
    finally:
        gc.set_threshold(*threshold)
    stat.__reduce__()
    assert stat.n in (3, 300)


@cases
def test_pickle_holds_what_bytes_do_not(case: Case) -> None:
    for value in (Key(1), Colour.RED, Text("a"), frozenset({1}), Fraction(1, 3), np.str_("a"), ("a", Key(1)), 1j):
        stat = feed(case.make(), [row(case, "other"), row(case, value), row(case, value)])
        with pytest.raises(TypeError, match="pickle"):
            stat.to_bytes()
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(stat, protocol))
            assert repr(again) == repr(stat)
            assert again.n == stat.n
            again.update(*row(case, value))
        assert repr(copy.copy(stat)) == repr(copy.deepcopy(stat)) == repr(stat)


def test_a_deep_copy_has_keys_of_its_own_and_a_copy_has_the_same() -> None:
    key = Key(1)
    stat = feed(stats.Mode(), [(key,)])
    assert copy.copy(stat).get() is key
    deep, again = copy.deepcopy([stat, key])
    assert deep.get() is again
    assert again is not key


def test_deep_tuples_are_refused_and_not_a_crash() -> None:
    value: tuple[Any, ...] = ()
    for _ in range(99):
        value = (value,)
    assert stats.Mode.from_bytes(feed(stats.Mode(), [(value,)]).to_bytes()).get() == value
    with pytest.raises(ValueError, match="100"):
        feed(stats.Mode(), [(((value,),),)]).to_bytes()


def test_states_whose_values_cannot_be_are_refused() -> None:
    stat = feed(stats.Mode(), [(Key(1),), (Key(2),)])
    state, attributes, keys = stat.__getstate__()
    for wrong in ([], [[Key(1)]], [[Key(1), Key(1)]], [[Key(1), Key(2), Key(3)]], [[Key(1), Key(2)]] * 2):
        with pytest.raises(ValueError, match="Mode"):
            stats.Mode().__setstate__((state, attributes, wrong))
    with pytest.raises(ValueError, match="Mode"):
        stats.Mode.from_bytes(state)
    with pytest.raises(ZeroDivisionError):
        stats.Mode().__setstate__((state, attributes, [[Key(1), Key(2, "hash")]]))
    stats.Mode().__setstate__((state, attributes, keys))


def test_repr_shows_the_value() -> None:
    assert repr(feed(stats.Mode(), [("sunny",)])) == "Mode: sunny"
    assert repr(feed(stats.RollingMode(3), [(("a", 1),)])) == "RollingMode: ('a', 1)"
    assert repr(stats.Mode()) == "Mode: None"
    assert repr(feed(stats.Count(), [("a",)] * 3)) == "Count: 3"


def test_a_count_takes_anything() -> None:
    stat = stats.Count()
    for x in ([], {}, None, float("nan"), object()):
        stat.update(x)
    stat.update()
    assert (stat.get(), stat.n, type(stat.get())) == (6, 6, int)


@pytest.mark.parametrize(("name", "params"), [("Mode", (-1,)), ("RollingMode", (7,)), ("Entropy", ())])
def test_threads_that_bring_values_in_and_out_lose_none(name: str, params: tuple[int, ...]) -> None:
    stat = getattr(stats, name)(*params)

    def work(seed: int) -> Callable[[], None]:
        def run() -> None:
            rng = random.Random(seed)
            for _ in range(1_500):
                stat.update(Key(rng.randrange(12)))

        return run

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        run_together(*(work(seed) for seed in range(4)), *[lambda: [gc.collect() for _ in range(20)]])
    finally:
        sys.setswitchinterval(interval)
    counts = stat.counter if isinstance(stat, stats.Entropy) else stat.counts
    assert len(counts) == len({key.number for key in counts}) <= 12
    assert sum(counts.values()) == stat.n == (7 if isinstance(stat, stats.RollingMode) else 6_000)


def test_threads_that_update_and_revert_leave_nothing() -> None:
    stat = stats.ChiSquared()

    def run() -> None:
        rng = random.Random(threading.get_ident())
        for _ in range(1_000):
            x, y = rng.randrange(9), rng.randrange(9)
            stat.update(Key(x), Key(y))
            stat.revert(Key(x), Key(y))

    run_together(*[run] * 4)
    assert (stat.n, stat.get(), stat.counts, stat.x_totals, stat.y_totals) == (0, 0.0, {}, {}, {})


def test_get_of_a_mode_takes_no_longer_with_more_values() -> None:
    few, many = stats.Mode(-1), stats.Mode(-1)
    for i in range(10_000):
        few.update(i % 10)
        many.update(i)
    # Looking at each count would take a thousand times as long.
    assert best(many.get) < 20 * best(few.get) + 1e-6


def best(f: Callable[[], object]) -> float:
    import timeit

    return min(timeit.repeat(f, number=100, repeat=20)) / 100
