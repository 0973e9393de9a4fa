"""Columns that claim to hold what they do not, that do not fit into memory, or in which other errors arise."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.processes import run_code


class Claiming:
    """Two values that claim to be more."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[float]:
        return iter([1.0, 2.0])


WAYS: dict[str, Callable[[Any], Any]] = {
    "numbers": lambda X: stats.Mean().update_many(X),
    "hashable values": lambda X: stats.Mode().update_many(X),
    "anything": lambda X: stats.Count().update_many(X),
    "pairs": lambda X: stats.Cov().update_many(X, X),
    "events": lambda X: stats.Rate().update_many(X),
    "times": lambda X: stats.EWMean(halflife=1).update_many([1, 2], t=X),
    "a link in Python": lambda X: (stats.Mean() | utils.Rolling(stats.Mean, 3)).update_many(X),
    "a window in Python": lambda X: utils.Rolling(stats.Mode, 3).update_many(X),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("length", [0, 10**12, 2**62, sys.maxsize])
def test_the_length_of_a_column_is_not_believed(way: Callable[[Any], Any], length: int) -> None:
    way(Claiming(length))


#: Only Linux enforces a memory limit on a process.
LIMITED = sys.platform == "linux"

#: Gives a process this many megabytes in addition to those that it has.
LIMIT = """
from river import stats
from tests.processes import limit_memory

def limit(megabytes):
    with open("/proc/self/statm") as file:
        limit_memory(int(file.read().split()[0]) * 4_096 + (megabytes << 20))
"""


def test_columns_that_do_not_fit_are_memory_errors() -> None:
    code = f"""
if {LIMITED}:
    limit(50)
for update in (
    stats.Mean().update_many,
    stats.Mode().update_many,
    stats.Count().update_many,
    stats.Rate().update_many,
    (stats.Mode() | stats.Mode()).update_many,
):
    try:
        update(range({10**12 if LIMITED else 10}))
        print("accepted")
    except MemoryError:
        print("refused")
"""
    assert run_code(LIMIT + code) == ("refused\n" if LIMITED else "accepted\n") * 5


def test_values_that_do_not_fit_are_memory_errors() -> None:
    code = f"""
import numpy as np
X = np.ones(3_000_000)
if {LIMITED}:
    limit(20)
for stat in (stats.Mean(), stats.Shift(0) | stats.Mean()):
    try:
        stat.accumulate(X)
        print("accepted")
    except MemoryError:
        print("refused", int(stat.n))
"""
    expected = ["refused 0", "refused 0"] if LIMITED else ["accepted"] * 2
    assert run_code(LIMIT + code).splitlines() == expected


class Longer(np.ma.MaskedArray):  # type: ignore[type-arg]
    """An array with more values than its mask is for."""

    @property
    def _data(self) -> Any:
        return np.arange(10.0)


@pytest.mark.parametrize("method", ["update_many", "accumulate"])
@pytest.mark.parametrize("make", [stats.Mean, stats.Mode, lambda: stats.Mode() | stats.Count()])
def test_values_and_mask_belong_together(make: Callable[[], Any], method: str) -> None:
    stat, column = make(), np.ma.MaskedArray([1.5, 2.5, 3.5], mask=[0, 1, 0]).view(Longer)
    with pytest.raises(ValueError, match=r"X must .* mask"):
        getattr(stat, method)(column)
    assert stat.n == 0


class Interrupting:
    """A column whose Python code is interrupted in one of its methods."""

    def __init__(self, error: type[BaseException], where: str) -> None:
        self.error, self.where = error, where

    def fail(self, where: str) -> None:
        if where == self.where:
            raise self.error

    @property
    def __class__(self) -> Any:
        self.fail("class")
        return Interrupting

    def __len__(self) -> int:
        self.fail("len")
        return 2

    def __iter__(self) -> Iterator[float]:
        self.fail("iter")
        return iter([1.0, 2.0])


@pytest.mark.parametrize("where", ["class", "len", "iter"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_other_errors_are_raised(way: Callable[[Any], Any], error: type[BaseException], where: str) -> None:
    with pytest.raises(error):
        way(Interrupting(error, where))


class MyMean(stats.Mean):
    steps: Any


@pytest.mark.parametrize(
    "make",
    [MyMean, lambda: stats.Mean() | stats.Max(), lambda: utils.Rolling(stats.Mean, 3)],
    ids=["subclass", "link", "window"],
)
def test_a_cycle_through_the_values_to_come_is_collected(make: Callable[[], Any]) -> None:
    stat = make()
    stat.steps = stat.accumulate(iter([1.0]))
    gone = weakref.ref(stat)
    del stat
    gc.collect()
    assert gone() is None
