"""Hashable values of every kind: which are equal, which fail, and which come first."""

from __future__ import annotations

import copy
import math
import pickle
import random
from collections import Counter, deque
from collections.abc import Callable, Hashable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests import oracles
from tests.stats.cases import Case, feed
from tests.stats.objects import Key, cases, row, rows_with

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


def test_get_of_a_mode_takes_no_longer_with_more_values() -> None:
    few, many = stats.Mode(-1), stats.Mode(-1)
    for i in range(10_000):
        few.update(i % 10)
        many.update(i)
    # Iterating over the counts would take a thousand times as long.
    assert best(many.get) < 20 * best(few.get) + 1e-6


def best(f: Callable[[], object]) -> float:
    import timeit

    return min(timeit.repeat(f, number=100, repeat=20)) / 100
