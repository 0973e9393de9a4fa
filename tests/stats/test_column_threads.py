"""Other threads see a batch done or not begun."""

from __future__ import annotations

import math
import threading

import numpy as np

from river import stats

LENGTH = 400_000


def test_other_threads_run_and_wait_for_the_object() -> None:
    values = np.random.default_rng(1).normal(size=LENGTH)
    stat = stats.RollingQuantile(0.5, 1_000)
    seen: list[int] = []
    started = threading.Event()

    def batch() -> None:
        started.set()
        for _ in range(3):
            stat.accumulate(values)

    thread = threading.Thread(target=batch)
    thread.start()
    started.wait()
    ticks = 0
    while thread.is_alive():
        ticks += 1
        seen.append(stat.n)
        assert stat.get() is None or math.isfinite(stat.get())
    thread.join()
    # With the interpreter locked for the whole of a batch, there would hardly be a tick.
    assert ticks > 2
    assert set(seen) <= {0, 1_000}


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
