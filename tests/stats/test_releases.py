"""Objects that a statistic drops are released at once, even if only its fast paths are called."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import operator
import sys
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count, islice, repeat
from typing import Any

import pytest

from river import stats
from tests.processes import run_code
from tests.stats.objects import Key

LOOPS: dict[str, Callable[[], tuple[Any, Iterator[Any]]]] = {
    "rolling mode": lambda: (stats.RollingMode(4), (Key(i) for i in count())),
    "rolling mode of strings": lambda: (stats.RollingMode(4), (f"key {i}" for i in count())),
    "fading entropy": lambda: (stats.Entropy(0.5), (Key(i) for i in count())),
    "equal keys": lambda: (stats.Mode(), ((i % 3,) for i in count())),
    "refused": lambda: (stats.Mean(), repeat(None)),
    "refused by its hash": lambda: (stats.Mode(), repeat([])),
    "converted": lambda: (stats.Mean(), (Fraction(i, 3) for i in count())),
    "link": lambda: (stats.Mean() | stats.Max(), (float(i) for i in count())),
    "chain": lambda: (stats.Mean() | stats.Max() | stats.Var(), (float(i) for i in count())),
    "times": lambda: (stats.Rate(), (dt.datetime(2024, 1, 1) + i * dt.timedelta(seconds=1) for i in count())),
    "refused times": lambda: (stats.Rate(), repeat("today")),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_that_calls_nothing_but_update_and_get_keeps_nothing(name: str) -> None:
    stat, values = LOOPS[name]()

    def loop(updates: int) -> None:
        for x in islice(values, updates):
            with contextlib.suppress(TypeError):
                stat.update(x)
            stat.get()

    loop(2_000)
    references = sys.getrefcount(stat)
    tracemalloc.start()
    loop(2_000)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 50_000
    assert sys.getrefcount(stat) == references


@pytest.mark.parametrize("length", [2, 3, 5])
def test_a_link_does_not_pile_up_references_to_its_sides(length: int) -> None:
    sides: list[Any] = [stats.Mean() for _ in range(length)]
    link: Any = functools.reduce(operator.or_, sides)
    before = [sys.getrefcount(side) for side in sides]
    for i in range(1_000):
        link.update(float(i))
        link.get()
    assert [sys.getrefcount(side) for side in sides] == before


def test_what_leaves_a_window_is_released_at_once() -> None:
    stat = stats.RollingMode(4)
    keys = [Key(i) for i in range(10)]
    alive = [weakref.ref(key) for key in keys]
    for key in keys:
        stat.update(key)
    del keys, key
    assert sum(key() is not None for key in alive) == 4


def test_keys_that_end_while_a_column_is_counted_may_use_the_statistic() -> None:
    code = """
import threading
from river import stats

column = [str(i) for i in range(20_000)]
counted, dropping = stats.Mode(-1), stats.RollingMode(1)
stop = threading.Event()

class Key:
    def __del__(self):
        counted.get()

def drop():
    while not stop.is_set():
        dropping.update(Key())
        stop.wait(1e-4)

thread = threading.Thread(target=drop, daemon=True)
thread.start()
for _ in range(20):
    counted.update_many(column)
stop.set()
thread.join()
print(counted.n)
"""
    assert run_code(code, timeout=60) == "400000\n"
