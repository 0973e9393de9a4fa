"""A process that forks while a thread passes a column to a statistic: the child gets an error or the state."""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from river import stats, utils

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")

COLUMN = np.random.default_rng(1).normal(size=200_000)
WORDS = [str(i % 50) for i in range(30_000)]
KINDS: dict[str, tuple[Callable[[], Any], Any]] = {
    "kernel": (lambda: stats.RollingQuantile(0.5, 1_000), COLUMN),
    "window": (lambda: utils.Rolling(stats.Quantile, 1_000), COLUMN),
    "link": (lambda: stats.Shift(1) | stats.RollingQuantile(0.5, 1_000), COLUMN),
    "objects": (lambda: stats.RollingMode(1_000), WORDS),
    "window of objects": (lambda: utils.Rolling(stats.Mode, 1_000), WORDS),
    "windows that follow each other": (lambda: utils.TumblingWindow(stats.Mode, 1_000), WORDS),
}
USES: dict[str, Callable[[Any, Any], object]] = {
    "get": lambda stat, x: stat.get(),
    "update": lambda stat, x: stat.update(x),
    "update_many": lambda stat, x: stat.update_many([x] * 3),
    "pickle": lambda stat, x: pickle.dumps(stat),
    "repr": lambda stat, x: repr(stat),
}


def ended(child: int, seconds: float = 20) -> int | None:
    """Return the exit code of a child; None if it hangs, and then kill it."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return None


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_child_never_hangs(kind: str, use: str) -> None:
    make, column = KINDS[kind]
    stat = make()
    # Everything that a column imports is imported first: a child forked meanwhile would wait for CPython's import lock.
    stat.accumulate(column[:20_000])
    done = threading.Event()

    def feed() -> None:
        while not done.is_set():
            stat.accumulate(column)

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        for _ in range(5):
            time.sleep(0.01)
            child = os.fork()
            if not child:
                try:
                    USES[use](stat, column[0])
                    other = make()
                    other.update_many(column[:20_000])
                    other.get()
                    os._exit(0)
                except RuntimeError as error:
                    os._exit(1 if "fork" in str(error) else 2)
                except BaseException:
                    os._exit(3)
            assert ended(child) in (0, 1)
    finally:
        done.set()
        thread.join()
