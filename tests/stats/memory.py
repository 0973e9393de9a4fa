"""Use every class, window, link, sketch, summary and group many times, and tell how much the process has grown.

`python -m tests.stats.memory TIMES` does everything TIMES times over, after a tenth of that as a
warm-up, and prints a line for each.
"""

from __future__ import annotations

import contextlib
import copy
import gc
import itertools
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from river import stats, utils
from tests.observers import OBSERVERS
from tests.stats.cases import CASES, OF_NUMBERS, Case
from tests.stats.streams import Row
from tests.stats.windowed import CASES_IN_WINDOWS

SIZE = 50


#: By how much a heap may differ in size from one moment to another.
NOISE = 256 * 1024


def resident() -> int:
    """Return how much memory the process occupies, in bytes."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


#: A function that makes objects, a few observations for them, and the keyword arguments of observation `i`.
Subject = tuple[Callable[[], Any], list[Row], Callable[[int], dict[str, float]]]


def subjects() -> Iterator[tuple[str, Subject]]:
    """Yield subjects with their names."""

    def over(kind: Any, case: Case, length: Any) -> Callable[[], Any]:
        return lambda: kind(case.cls, length, **case.params[0])

    for case in CASES:
        yield case.name, (case.make, some(case), untimed)
    for case in CASES_IN_WINDOWS:
        yield f"Rolling({case.name})", (over(utils.Rolling, case, SIZE), some(case), untimed)
        yield f"TumblingWindow({case.name})", (over(utils.TumblingWindow, case, SIZE), some(case), untimed)
        if case.kind != "time":
            yield f"TimeRolling({case.name})", (over(utils.TimeRolling, case, float(SIZE)), some(case), timed)
    for case in OF_NUMBERS:
        if case.kind == "number":
            yield f"Shift | {case.name}", (lambda case=case: stats.Shift(1) | case.make(), some(case), untimed)
    for row in OBSERVERS:
        rows = row.rows[3:4] if row.kind == "time" else row.rows
        yield row.name, (partial(row.make, SIZE), rows, row.named)


def some(case: Case) -> list[Row]:
    return [case.short[3]] if case.kind == "time" else case.short


def untimed(i: int) -> dict[str, float]:
    return {}


def timed(i: int) -> dict[str, float]:
    return {"t": i}


def use(subject: Subject, times: int) -> None:
    """Do everything that can be done with a subject, this many times."""
    make, rows, named = subject
    stat = make()
    following = itertools.cycle(rows)
    for i in range(times):
        stat.update(*next(following), **named(i))
        stat.get()
    column = [[x] * 3 for x in rows[-1]]
    other = make()
    other.update(*rows[-1], **named(times))
    for i in range(times // 10):
        pickle.loads(pickle.dumps(stat))
        type(stat).from_bytes(stat.to_bytes())
        copy.deepcopy(copy.copy(stat))
        repr(stat)
        sys.getsizeof(stat)
        with contextlib.suppress(TypeError, ValueError):  # for what has no merge, or uses times
            (other + stat).get()
        stat.update_many(*column, **{name: [value] * 3 for name, value in named(times + i * SIZE).items()})
        for refused in (
            stat.update,
            lambda: stat.update([], [], []),
            lambda: stat.update("no number", nothing=1),
            lambda: stat.update_many("no column"),
            lambda: stat.update_many([1.0, []], [1.0, [], 2.0]),
            lambda: type(stat).from_bytes(b"RVST"),
            lambda: stat.__init__(nothing=1),
        ):
            with contextlib.suppress(TypeError, ValueError):
                refused()


def grown(subject: Subject, times: int) -> int:
    """Return by how many bytes the process has grown after the subject was used."""
    before = resident()
    use(subject, times)
    return resident() - before


def main(times: int) -> None:
    for name, subject in subjects():
        use(subject, times // 10)
        size = grown(subject, times)
        # A leak grows each time, a fragmented heap does not.
        for _ in range(2):
            size = min(size, grown(subject, times)) if size > NOISE else size
        print(f"{name}: {size}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
