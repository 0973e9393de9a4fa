"""Use every class, window and link many times, and tell how much larger the process has become.

`python -m tests.stats.memory TIMES` does everything TIMES times over, after a tenth of it, and prints a line for each.
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
from pathlib import Path
from typing import Any

from river import stats, utils
from tests.stats.cases import CASES, OF_NUMBERS, Case
from tests.stats.windowed import CASES_IN_WINDOWS

SIZE = 50


def resident() -> int:
    """Return how much memory the process occupies, in bytes."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def subjects() -> Iterator[tuple[str, Case, Callable[[], Any], bool]]:
    """Yield names, cases, what makes objects, and whether their updates take a time."""

    def over(kind: Any, case: Case, length: Any) -> Callable[[], Any]:
        return lambda: kind(case.cls, length, **case.params[0])

    for case in CASES:
        yield case.name, case, case.make, False
    for case in CASES_IN_WINDOWS:
        yield f"Rolling({case.name})", case, over(utils.Rolling, case, SIZE), False
        yield f"TumblingWindow({case.name})", case, over(utils.TumblingWindow, case, SIZE), False
        if case.kind != "time":
            yield f"TimeRolling({case.name})", case, over(utils.TimeRolling, case, float(SIZE)), True
    for case in OF_NUMBERS:
        if case.kind == "number":
            yield f"Shift | {case.name}", case, lambda case=case: stats.Shift(1) | case.make(), False


def use(make: Callable[[], Any], case: Case, timed: bool, times: int) -> None:
    """Do everything that there is, so often."""
    stat = make()
    rows = itertools.cycle([case.short[3]] if case.kind == "time" else case.short)
    for i in range(times):
        stat.update(*next(rows), **({"t": i} if timed else {}))
        stat.get()
    column = [[x] * 3 for x in case.short[3]]
    other = make()
    other.update(*case.short[3], **({"t": times} if timed else {}))
    for i in range(times // 10):
        pickle.loads(pickle.dumps(stat))
        type(stat).from_bytes(stat.to_bytes())
        copy.deepcopy(copy.copy(stat))
        repr(stat)
        if hasattr(type(stat), "__iadd__"):
            (stat + other).get()
        stat.update_many(*column, **({"t": [times + i * SIZE] * 3} if timed else {}))
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


def main(times: int) -> None:
    for name, case, make, timed in subjects():
        use(make, case, timed, times // 10)
        before = resident()
        use(make, case, timed, times)
        print(f"{name}: {resident() - before}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
