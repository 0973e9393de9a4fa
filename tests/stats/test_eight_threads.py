"""Eight threads do everything that can be done with one object: nothing fails or hangs, and no observation is lost.

This covers every class of the conformance table, every window over it and links of it, and every sketch, summary and
group in the table of those: what is added to the tables is tested here too.
"""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from river import stats, utils
from tests.observers import OBSERVERS, Observer
from tests.stats.cases import CASES, OF_NUMBERS, Case
from tests.stats.test_threads import run_together
from tests.stats.windowed import CASES_IN_ANY_WINDOWS, panes

#: How often each thread does its work, how long columns are, and how many observations are merged at once.
UPDATES, COLUMNS, LENGTH, READS, MERGES, MERGED = 300, 6, 40, 12, 20, 7
#: More than there are observations, so that none leaves its window.
ENOUGH = 10**6


@dataclass(frozen=True)
class Subject:
    """An object, and functions that return how many observations it and its parts have seen."""

    stat: Any
    row: tuple[Any, ...]
    counts: Callable[[Any], tuple[float, ...]]
    named: Mapping[str, float] = field(default_factory=dict)

    @property
    def columns(self) -> list[list[Any]]:
        return [[x] * LENGTH for x in self.row]

    @property
    def named_columns(self) -> dict[str, Any]:
        return {name: [value] * LENGTH for name, value in self.named.items()}


def params(case: Case) -> dict[str, Any]:
    """Return parameters with which nothing is forgotten."""
    return {**case.params[0], **({"window_size": ENOUGH} if case.rolling else {})}


def alone(case: Case) -> Subject:
    return Subject(case.make(params(case)), case.short[3], lambda stat: (stat.n,))


def by_count(case: Case) -> Subject:
    window = utils.Rolling(case.cls, ENOUGH, **panes(case), **params(case))
    return Subject(window, case.short[3], lambda stat: (len(stat), stat.obj.n))


def by_time(case: Case) -> Subject:
    window = utils.TimeRolling(case.cls, 1.0, **panes(case), **params(case))
    return Subject(window, case.short[3], lambda stat: (len(stat), stat.obj.n), {"t": 5.0})


def tumbling(case: Case) -> Subject:
    window = utils.TumblingWindow(case.cls, ENOUGH, **params(case))
    return Subject(window, case.short[3], lambda stat: (stat.n, stat.open.n))


def link(case: Case) -> Subject:
    return Subject(stats.Shift(0) | case.make(params(case)), (1.5,), lambda stat: (stat.n, stat.right.n))


def link_of_windows(case: Case) -> Subject:
    window = utils.Rolling(case.cls, ENOUGH, **panes(case), **params(case))
    return Subject(stats.Shift(0) | window, (1.5,), lambda stat: (len(stat.right), stat.right.obj.n))


def observer(row: Observer) -> Subject:
    # Observation 4 has weight 1.
    return Subject(row.make(ENOUGH), row.rows[3], row.counts, row.named(4))


def can_merge(stat: Any) -> bool:
    """Tell whether it has a merge, which windows of panes do not have."""
    return hasattr(type(stat), "__iadd__") and getattr(stat, "panes", None) is None


def kept_in_python(stat: Any) -> bool:
    """Tell whether a window consists of several Python objects, whose copies may be from different moments."""
    sides = [getattr(stat, "left", None), getattr(stat, "right", None)]
    parts = [stat, *(side for side in sides if side is not None)]
    return any(getattr(part, "_engine", None) is not None or "_lock" in getattr(part, "__dict__", {}) for part in parts)


def subjects() -> Iterator[Any]:
    in_links = [case for case in CASES_IN_ANY_WINDOWS if case in OF_NUMBERS and case.kind == "number"]
    kinds = [
        (alone, CASES),
        (by_count, CASES_IN_ANY_WINDOWS),
        (by_time, [case for case in CASES_IN_ANY_WINDOWS if case.kind != "time"]),
        (tumbling, CASES_IN_ANY_WINDOWS),
        (link, in_links),
        (link_of_windows, in_links),
    ]
    for make, cases in kinds:
        for case in cases:
            if not kept_in_python(make(case).stat):
                yield pytest.param(make, case, id=f"{make.__name__}-{case.name}")
    for row in OBSERVERS:
        yield pytest.param(observer, row, id=row.name)


@pytest.fixture(autouse=True)
def _eager_switching() -> Iterator[None]:
    """Let threads switch as often as possible."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.parametrize(("make", "case"), list(subjects()))
def test_nothing_is_lost_and_nothing_fails(make: Callable[[Any], Subject], case: Case | Observer) -> None:
    subject = make(case)
    stat, counts = subject.stat, subject.counts
    merges = MERGES if can_merge(stat) and getattr(case, "merges", True) else 0
    total = 2 * UPDATES + 2 * COLUMNS * LENGTH + merges * MERGED
    seen: dict[str, list[float]] = {}

    def look(name: str, other: Any) -> None:
        """Record how many observations a copy has seen, which must be the same number wherever it is read."""
        (count,) = set(counts(other))
        seen.setdefault(name, []).append(count)
        other.get()

    def update() -> None:
        for _ in range(UPDATES):
            stat.update(*subject.row, **subject.named)

    def update_many() -> None:
        for _ in range(COLUMNS):
            stat.update_many(*subject.columns, **subject.named_columns)

    def accumulate() -> None:
        for _ in range(COLUMNS):
            if not hasattr(stat, "accumulate"):  # which summaries do not have
                stat.update_many(*subject.columns, **subject.named_columns)
                continue
            assert len(stat.accumulate(*subject.columns, **subject.named_columns)) == LENGTH

    def read() -> None:
        for _ in range(UPDATES):
            stat.get()
            repr(stat)
            assert max(counts(stat)) <= total

    def merge() -> None:
        other = make(case).stat
        for _ in range(MERGED):
            other.update(*subject.row, **subject.named)
        for _ in range(merges):
            stat.__iadd__(other)
            look("added", stat + other)

    def as_pickle() -> None:
        for _ in range(READS):
            look("pickle", pickle.loads(pickle.dumps(stat)))
            look("bytes", type(stat).from_bytes(stat.to_bytes()))

    def as_copy() -> None:
        for _ in range(READS):
            if not isinstance(stat, stats.Link):  # whose shallow copy shares its sides
                look("copy", copy.copy(stat))
            look("deep copy", copy.deepcopy(stat))

    works = [update, update, update_many, accumulate, read, as_pickle, as_copy, merge if merges else read]
    run_together(*works)
    assert {*counts(stat)} == {total}
    assert getattr(stat, "n", total) == getattr(getattr(stat, "left", stat), "n", total) == total
    for numbers in seen.values():
        assert numbers == sorted(numbers)
        assert numbers[-1] <= total + MERGED
