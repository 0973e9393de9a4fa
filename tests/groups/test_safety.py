"""Threads, keys that call back, and bytes from anywhere."""

from __future__ import annotations

import functools
import gc
import random
import sys
import weakref
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from river import stats, utils
from tests.stats.memory import resident
from tests.stats.test_threads import run_together


@pytest.fixture
def _eager_switching() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


class Key:
    """A key that runs Python code when it is hashed or compared."""

    def __init__(self, number: int, act: Any = None) -> None:
        self.number, self.act = number, act

    def __hash__(self) -> int:
        if self.act:
            self.act()
        return self.number % 3

    def __eq__(self, other: object) -> bool:
        if self.act:
            self.act()
        return self.number == getattr(other, "number", other)

    def __repr__(self) -> str:
        return f"Key({self.number})"


def test_keys_that_only_python_can_compare_are_those_of_a_dict() -> None:
    groups, expected = utils.GroupBy(stats.Sum), {}
    keys: list[Any] = [1, Key(1), Key(4), 4, Key(4), "a", Key(7), 7.0, Key(1)]
    for key in keys:
        groups.update(key, 1)
        expected[key] = expected.get(key, 0) + 1
    many = utils.GroupBy(stats.Sum)
    many.update_many([1, 1], [0, 0])
    many.update_many(keys, [1] * len(keys))
    assert groups.get() == many.get() == expected
    assert [type(key) for key in groups] == [type(key) for key in expected]
    assert Key(7) in groups and Key(10) not in groups


@pytest.mark.parametrize("limits", [{}, {"max_groups": 3}])
def test_a_key_may_use_the_groups_while_it_is_compared(limits: dict[str, Any]) -> None:
    groups = utils.GroupBy(stats.Sum, **limits)
    rng = random.Random(3)
    calls = 0

    def act() -> None:
        nonlocal calls
        calls += 1
        if calls % 7 == 0 and calls < 400:
            match rng.randrange(4):
                case 0:
                    groups.update(rng.randrange(5), 1)
                case 1:
                    groups.update_many([rng.randrange(5)], [1])
                case 2:
                    groups.pop(rng.randrange(5), None)
                case _:
                    groups.get()

    for _ in range(60):
        groups.update(Key(rng.randrange(9), act), 1)
        groups.update_many([Key(rng.randrange(9), act) for _ in range(3)], [1, 1, 1])
    numbers = [getattr(key, "number", key) for key in groups]
    assert len(set(numbers)) == len(numbers) == len(groups)
    assert calls > 100


def test_a_comparison_that_raises_changes_nothing() -> None:
    groups = utils.GroupBy(stats.Sum)
    groups.update(Key(1), 1)

    def refuse() -> None:
        raise RuntimeError("not now")

    key = Key(4)
    hash(key)
    for call in (lambda: groups.update(key, 1), lambda: groups.update_many([2, key], [1, 1]), lambda: key in groups):
        key.act = refuse
        with pytest.raises(RuntimeError, match="not now"):
            call()
    assert groups.get() == {Key(1): 1.0}


@pytest.mark.usefixtures("_eager_switching")
@pytest.mark.parametrize("keys", [[1, 2, 3], ["a", "b", "c"], [1, "b", (2, 3)]], ids=["ints", "texts", "any"])
def test_threads_lose_nothing(keys: list[Any]) -> None:
    groups, other = utils.GroupBy(stats.Sum), utils.GroupBy(stats.Sum)
    other.update_many(keys, [1, 1, 1])

    def work(number: int) -> None:
        rng = random.Random(number)
        for _ in range(100):
            groups.update(rng.choice(keys), 1)
            groups.update_many(rng.choices(keys, k=5), [1] * 5)
            groups.accumulate(rng.choices(keys, k=5), [1] * 5)
            groups.get()
            groups.update_many([f"{number}"] * 2, [0, 0])
            groups.pop(f"{number}", None)
            for key in groups:
                assert key in keys or isinstance(key, str)
            groups.__iadd__(other)

    run_together(*(functools.partial(work, number) for number in range(8)))
    assert sum(value for key, value in groups.get().items() if key in keys) == 8 * 100 * (11 + 3)


@pytest.mark.usefixtures("_eager_switching")
def test_evictions_are_told_once_whatever_the_threads() -> None:
    told: list[float] = []
    groups = utils.GroupBy(stats.Sum, max_groups=5, on_evict=lambda _, total: told.append(total.get()))

    def work(number: int) -> None:
        rng = random.Random(number)
        for _ in range(200):
            groups.update(rng.randrange(20), 1)
            groups.update_many([rng.randrange(20) for _ in range(4)], [1] * 4)

    run_together(*(functools.partial(work, number) for number in range(8)))
    assert sum(told) + sum(groups.get().values()) == 8 * 200 * 5
    assert len(told) == groups.n_evicted


@pytest.mark.parametrize("keys", [range, lambda start, end: [str(i) for i in range(start, end)]], ids=["ints", "texts"])
def test_what_was_evicted_takes_no_memory(keys: Any) -> None:
    groups = utils.GroupBy(stats.Var, max_groups=100)

    def feed(start: int) -> int:
        for i in range(start, start + 100_000, 1_000):
            groups.update_many(list(keys(i, i + 1_000)), [1.0] * 1_000)
        return resident()

    feed(0)
    before = feed(100_000)
    assert feed(200_000) - before < 2_000_000
    assert len(groups) == 100 and groups.n_evicted == 299_900


def test_a_cycle_through_a_key_is_collected() -> None:
    key = Key(1)
    groups = utils.GroupBy(stats.Sum)
    groups.update(key, 1)
    key.groups = groups  # type: ignore[attr-defined]
    alive = weakref.ref(key)
    del key, groups
    gc.collect()
    assert alive() is None


def states() -> list[bytes]:
    rng = random.Random(1)
    found = []
    for limits in ({}, {"max_groups": 4}, {"idle_after": 5}):
        for keys in ([1, 2, None], ["a", "b", None], [1.5, (1, "x"), b"y"]):
            groups = utils.GroupBy(stats.Var, **limits)
            for t in range(9):
                groups.update(rng.choice(keys), rng.random(), **({"t": t} if "idle_after" in limits else {}))
            found.append(groups.to_bytes())
    return found


@pytest.mark.parametrize("state", states(), ids=str)
def test_bytes_that_were_changed_are_refused_or_those_of_groups(state: bytes) -> None:
    rng = random.Random(2)
    refused = 0
    for _ in range(1_500):
        content = bytearray(state[:-4])
        for _ in range(rng.randrange(1, 4)):
            content[rng.randrange(15, len(content))] = rng.choice([0, 1, 255, rng.randrange(256)])
        # As an attacker would, with a matching checksum; that of the kernels inside is left unchanged or matches too.
        data = bytes(content) + zlib.crc32(bytes(content)).to_bytes(4, "little")
        try:
            groups = utils.GroupBy.from_bytes(data)
        except ValueError:
            refused += 1
            continue
        assert len(groups) == len(groups.get()) == len(list(groups))
        assert utils.GroupBy.from_bytes(groups.to_bytes()).keys() is not None
        groups.clone().update(1, 1, **({"t": 1} if groups.idle_after is not None else {}))
        limits = groups.idle_after is not None
        try:
            groups.update(1, 1.0, **({"t": 100} if limits else {}))
        except TypeError:
            assert limits  # the scale of its times has changed
    assert refused > 100


def test_states_of_others_are_refused() -> None:
    groups = utils.GroupBy(stats.Var)
    groups.update(1, 1)
    for data in (b"", b"RVST", stats.Var().to_bytes(), groups.to_bytes()[:-1], groups.to_bytes() + b"0"):
        with pytest.raises(ValueError, match="not a valid state of"):
            utils.GroupBy.from_bytes(data)
    with pytest.raises(ValueError, match="not a valid state of Var"):
        stats.Var.from_bytes(groups.to_bytes())
    with pytest.raises(RuntimeError, match="__init__ of the statistic has not run"):
        utils.GroupBy.__new__(utils.GroupBy).get()
