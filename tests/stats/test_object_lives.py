"""Hashable values in statistics: which are kept alive or released, what is saved, what threads do to them."""

from __future__ import annotations

import copy
import gc
import pickle
import random
import sys
import threading
import weakref
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from river import stats
from river.stats._rust_stats import rebuild
from tests.stats.cases import Case, feed
from tests.stats.objects import Colour, Key, Text, cases, row
from tests.stats.test_threads import run_together


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
    cls, (state, keys) = stats.Mode, stat._kernel_state()
    for wrong in ([], [[Key(1)]], [[Key(1), Key(1)]], [[Key(1), Key(2), Key(3)]], [[Key(1), Key(2)]] * 2):
        with pytest.raises(ValueError, match="Mode"):
            rebuild(cls, state, wrong)
    with pytest.raises(ValueError, match="Mode"):
        stats.Mode.from_bytes(state)
    with pytest.raises(ZeroDivisionError):
        rebuild(cls, state, [[Key(1), Key(2, "hash")]])
    assert rebuild(cls, state, keys).n == 2


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
