"""A batch and updates by other threads at the same time: none of them is lost, and nobody sees a batch half done.

The final counts decide, not how the threads happen to run. The interpreter switches threads as often as it can.
"""

from __future__ import annotations

import math
import random
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from river import stats, utils

BATCHES, LENGTH, SINGLES = 8, 500, 300


@pytest.fixture(autouse=True)
def changes_of_threads() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


class Counter(stats.base.Univariate[float]):
    """A count in Python, with time for other threads between reading and writing."""

    def __init__(self) -> None:
        self.count = 0

    def update(self, x: Any) -> None:
        count = self.count
        math.sqrt(sum(range(20)))
        self.count = count + 1

    def revert(self, x: Any) -> None:
        self.count -= 1

    def get(self) -> float:
        return float(self.count)


class Key:
    """A value that Python code compares."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __hash__(self) -> int:
        return self.number // 3

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.number == other.number


def run_together(*work: Callable[[], None]) -> None:
    errors: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


STRINGS = [f"label {i % 7}" for i in range(LENGTH)]
KEYS = [Key(i % 5) for i in range(LENGTH)]
OBJECTS: list[tuple[str, Callable[[], Any], Callable[[Any], int]]] = [
    ("Mode", lambda: stats.Mode(-1), lambda stat: sum(stat.counts.values())),
    ("Entropy", stats.Entropy, lambda stat: sum(stat.counter.values())),
    ("fading Entropy", lambda: stats.Entropy(fading_factor=0.999), lambda stat: stat.n),
    ("Count", stats.Count, lambda stat: stat.n),
    ("RollingMode", lambda: stats.RollingMode(10**6), lambda stat: sum(stat.counts.values())),
    ("window of Mode", lambda: utils.Rolling(stats.Mode, 10**6), len),
    ("window of Entropy", lambda: utils.Rolling(stats.Entropy, 10**6), lambda stat: stat.obj.n),
    ("window in Python", lambda: utils.Rolling(Counter, 10**6), lambda stat: int(stat.get())),
    ("windows that follow each other", lambda: utils.TumblingWindow(stats.Mode, 10**6), lambda stat: stat.n),
    ("link", lambda: stats.Mode() | stats.Count(), lambda stat: stat.n),
    ("link in Python", lambda: Counter() | Counter(), lambda stat: int(stat.get())),
]


@pytest.mark.parametrize(("make", "count"), [row[1:] for row in OBJECTS], ids=[row[0] for row in OBJECTS])
@pytest.mark.parametrize("column", [STRINGS, np.array(STRINGS), KEYS], ids=["list", "array", "keys"])
def test_objects(make: Callable[[], Any], count: Callable[[Any], int], column: Any) -> None:
    stat = make()
    seen: list[int] = []

    def batches(method: str) -> Callable[[], None]:
        def run() -> None:
            for _ in range(BATCHES):
                getattr(stat, method)(column)

        return run

    def singles() -> None:
        for i in range(SINGLES):
            stat.update(column[i % 9])

    def failures() -> None:
        for _ in range(BATCHES):
            with pytest.raises(TypeError):
                stat.update_many("no column")

    def look() -> None:
        for _ in range(SINGLES):
            stat.get()
            seen.append(stat.n if hasattr(stat, "n") else 0)

    run_together(batches("update_many"), batches("accumulate"), singles, failures, look)
    assert count(stat) == 2 * BATCHES * LENGTH + SINGLES
    assert seen == sorted(seen)


def test_pairs() -> None:
    table = stats.ChiSquared()
    xs, ys = STRINGS, [i % 3 for i in range(LENGTH)]

    def batches() -> None:
        for _ in range(BATCHES):
            table.update_many(xs, ys)

    def there_and_back() -> None:
        for i in range(SINGLES):
            table.update(Key(i), i % 3)
            table.revert(Key(i), i % 3)

    run_together(batches, there_and_back, batches)
    assert table.n == sum(table.x_totals.values()) == 2 * BATCHES * LENGTH
    assert not any(isinstance(key, Key) for key in table.counts)


@pytest.mark.parametrize(
    "make",
    [lambda: stats.Shift(0) | stats.Mean(), lambda: stats.AbsMax() | stats.Shift(0) | stats.Mean(), stats.Extrema],
    ids=["link", "chain", "Extrema"],
)
def test_numbers(make: Callable[[], Any]) -> None:
    stat = make()
    column = np.ones(20_000)

    def batches(method: str) -> Callable[[], None]:
        def run() -> None:
            for _ in range(5):
                getattr(stat, method)(column)

        return run

    def singles() -> None:
        for _ in range(SINGLES):
            stat.update(1.0)

    run_together(batches("update_many"), batches("accumulate"), singles, singles)
    assert stat.n == 10 * len(column) + 2 * SINGLES


def test_nobody_sees_half_a_batch() -> None:
    mode = stats.RollingMode(10**6)
    column = [str(i % 50) for i in range(20_000)]
    seen: set[int] = set()
    done = threading.Event()

    def batches() -> None:
        for _ in range(5):
            mode.update_many(column)
        done.set()

    def look() -> None:
        while not done.is_set():
            seen.add(mode.n)
            sys.getsizeof(mode.counts)

    run_together(batches, look)
    assert all(n % len(column) == 0 for n in seen)


def test_a_batch_that_is_refused_changes_nothing_while_others_go_on() -> None:
    mode = stats.Mode(-1)
    wrong: list[Any] = [*STRINGS, []]

    def refused() -> None:
        for _ in range(BATCHES):
            with pytest.raises(TypeError, match=rf"X\[{LENGTH}\]"):
                mode.update_many(wrong)

    def singles() -> None:
        rng = random.Random(1)
        for _ in range(SINGLES):
            mode.update(rng.choice("ab"))

    run_together(refused, singles, refused, singles)
    assert mode.n == sum(mode.counts.values()) == 2 * SINGLES
    assert set(mode.counts) == {"a", "b"}


def test_the_collector_leaves_alone_what_a_batch_works_on() -> None:
    import gc

    mode = stats.RollingMode(1_000)
    column = [Key(i % 1_500) for i in range(20_000)]

    def batches() -> None:
        for _ in range(5):
            mode.update_many(column)

    def collect() -> None:
        for _ in range(20):
            gc.collect()

    run_together(batches, collect)
    assert sum(mode.counts.values()) == 1_000
    assert all(type(key) is Key for key in mode.counts)
