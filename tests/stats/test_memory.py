"""Memory does not grow, however often objects are used, copied, stored and called wrongly."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from river import stats, utils
from tests.processes import run_module
from tests.stats import memory


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how large a process is at a moment")
@pytest.mark.parametrize(
    "times", [pytest.param(3_000, marks=pytest.mark.slow), pytest.param(60_000, marks=pytest.mark.long)]
)
def test_a_process_grows_by_nothing_that_it_does(times: int) -> None:
    printed = run_module("tests.stats.memory", str(times), timeout=3_600).splitlines()
    grown = {name: int(size) for name, _, size in (line.rpartition(": ") for line in printed)}
    assert grown.keys() == {name for name, _ in memory.subjects()}
    assert {name: size for name, size in grown.items() if size > memory.NOISE} == {}


HOLDERS: list[Callable[[], Any]] = [
    lambda: utils.Rolling(stats.Mode, 10),
    lambda: utils.TimeRolling(stats.Mode, 10.0),
    lambda: utils.TumblingWindow(stats.Mode, 10),
    lambda: utils.TumblingWindow(stats.Entropy, 10),
    lambda: stats.Shift(1) | stats.Mode(),
    lambda: stats.Mode() | utils.Rolling(stats.Mode, 10),
    lambda: stats.Shift(2),
    lambda: utils.Summary(mode=stats.Mode(), n=stats.Count()),
    lambda: utils.SkipNaN(stats.Entropy()),
    lambda: utils.GroupBy(stats.Mode),
    lambda: utils.GroupBy(stats.Mode, max_groups=1),
    lambda: utils.GroupBy(utils.Rolling, stats.Mode, window_size=10),
    lambda: utils.GroupBy(stats.Sum),
    lambda: utils.GroupBy(utils.Summary, n=stats.Count(), mean=stats.Mean(), max_groups=2),
]


@pytest.mark.parametrize("make", HOLDERS, ids=range(len(HOLDERS)))
def test_cycles_through_what_an_object_has_seen_are_collected(make: Callable[[], Any]) -> None:
    class Owner:
        stat: Any

    owner = Owner()
    owner.stat = make()
    times = {"t": 1} if isinstance(owner.stat, utils.TimeRolling) else {}
    # Groups hold it as a key.
    beside = (1.0,) if isinstance(owner.stat, utils.GroupBy) else ()
    for value in (owner, owner, "other", owner):
        owner.stat.update(value, *beside, **times)
    left = weakref.ref(owner)
    del owner, value
    gc.collect()
    assert left() is None
