"""Sliding windows of every class that has one: their size, and the memory they take."""

from __future__ import annotations

import contextlib

import pytest

from tests.processes import run_code
from tests.stats.cases import NUMERIC_ROLLING, ROLLING, Case
from tests.stats.closeness import assert_same

ABSURD = (10**11, 2**63 - 1)

GROWTH = """
from tests.processes import limit_memory
from river import stats

limit_memory(1 << 30)
for size in {sizes}:
    stat = stats.{name}(**{{**{params!r}, "window_size": size}})
    assert stat.window_size == size
    for row in {rows} * 100:
        stat.update(*row)
    assert stat.get() is not None
    copy = type(stat).from_bytes(stat.to_bytes())
    assert copy.get() == stat.get() and copy.window_size == size
    assert stat.clone().window_size == size
    try:
        import resource
    except ImportError:
        print("ok")
    else:
        print("ok", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
"""


@pytest.mark.parametrize("case", ROLLING)
def test_an_absurd_window_takes_only_what_is_stored(case: Case) -> None:
    code = GROWTH.format(name=case.name, params=dict(case.params[0]), sizes=ABSURD, rows=case.short)
    assert run_code(code).count("ok") == len(ABSURD)


@pytest.mark.parametrize("case", ROLLING)
def test_a_window_size_beyond_64_bits_is_taken_or_refused_as_a_value(case: Case) -> None:
    with contextlib.suppress(ValueError):
        stat = case.make({**case.params[0], "window_size": 10**30})
        assert_same(stat.get(), case.empty)


# The mode of a window is, among equally frequent values, the one that has been in it longest: since before its start.
@pytest.mark.parametrize("case", NUMERIC_ROLLING)
def test_a_window_is_what_a_fresh_one_makes_of_the_last_values(case: Case) -> None:
    for params in case.params:
        for rows in case.streams.values():
            stat = case.make(params)
            for n, row in enumerate(rows, start=1):
                stat.update(*row)
                if n % 7 == 0:
                    window = rows[max(0, n - params["window_size"]) : n]
                    assert_same(stat.get(), case.fed(window, params).get())
