"""Other threads see a batch either done or not begun."""

from __future__ import annotations

import math
import sys
import threading
import time

import numpy as np

from river import stats

LENGTH = 400_000


def test_other_threads_run_during_a_batch() -> None:
    values = np.random.default_rng(1).normal(size=LENGTH)
    stat = stats.RollingQuantile(0.5, 1_000)
    begun: list[float] = []
    ended: list[float] = []

    def batch() -> None:
        begun.append(time.perf_counter())
        stat.accumulate(values)
        ended.append(time.perf_counter())

    def ticked_meanwhile() -> bool:
        thread = threading.Thread(target=batch)
        thread.start()
        ticks: list[float] = []
        while thread.is_alive():
            ticks.append(time.perf_counter())
            time.sleep(0.000_1)
        thread.join()
        return any(begun[-1] < tick < ended[-1] for tick in ticks)

    # A thread is asked to hand the interpreter over only after an hour, so a tick between the beginning and the end
    # means that the batch released it by itself. A busy machine may not run both threads at once: there are several
    # attempts.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(3_600)
    try:
        assert any(ticked_meanwhile() for _ in range(20))
    finally:
        sys.setswitchinterval(interval)


def test_other_threads_see_a_batch_done_or_not_begun() -> None:
    values = np.random.default_rng(1).normal(size=LENGTH)
    stat = stats.RollingQuantile(0.5, 1_000)

    def batches() -> None:
        for _ in range(3):
            stat.accumulate(values)

    seen: set[int] = set()
    thread = threading.Thread(target=batches)
    thread.start()
    while thread.is_alive():
        seen.add(stat.n)
        assert stat.get() is None or math.isfinite(stat.get())
    thread.join()
    assert seen <= {0, 1_000}


def test_no_update_is_lost() -> None:
    total = stats.Sum()
    ones = np.ones(20_000)

    def batches() -> None:
        for _ in range(50):
            total.update_many(ones)

    def singles() -> None:
        for _ in range(5_000):
            total.update(1.0)

    seen: list[float] = []

    def look() -> None:
        seen.extend(total.get() for _ in range(2_000))

    threads = [threading.Thread(target=work) for work in (batches, batches, singles, look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total.get() == 2 * 50 * 20_000 + 5_000
    assert seen == sorted(seen)
