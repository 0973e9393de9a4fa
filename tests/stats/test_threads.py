"""One object used by several threads at once."""

from __future__ import annotations

import operator
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from river import stats, utils
from tests.processes import run_code
from tests.stats.cases import CASES, CONVERTING, Case, feed

THREADS = 4
UPDATES = 2_000


@pytest.fixture(autouse=True)
def _eager_switching() -> Iterator[None]:
    """Let threads switch as often as possible."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def run_together(*works: Callable[[], object]) -> None:
    """Run each function in a thread of its own, and raise what any of them raised."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def guarded(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "a thread hangs"
    if errors:
        raise errors[0]


@pytest.mark.parametrize("case", CASES)
def test_no_update_is_lost(case: Case) -> None:
    # All threads feed the same row, so that the order in which they run makes no difference.
    row = case.short[3]
    stat = case.fed()
    run_together(*[lambda: feed(stat, [row] * UPDATES)] * THREADS)
    assert stat.to_bytes() == feed(case.fed(), [row] * (UPDATES * THREADS)).to_bytes()


@pytest.mark.parametrize("case", CASES)
def test_reading_and_writing_at_once_never_fails(case: Case) -> None:
    stat = case.fed()

    def read() -> None:
        for _ in range(UPDATES // 20):
            stat.get()
            repr(stat)
            assert type(pickle.loads(pickle.dumps(stat))) is case.cls
            case.cls.from_bytes(stat.to_bytes()).get()

    def restart() -> None:
        for _ in range(UPDATES // 20):
            stat.__init__(**case.params[0])

    run_together(lambda: feed(stat, case.short * (UPDATES // 20)), read, read, restart)


REENTRANT = """
from river import sketch, stats

class Sneaky:
    def __float__(self):
        stat.update(*[1.0] * {width})
        stat.get(), repr(stat), stat.to_bytes()
        return 2.0

stat = {module}.{name}(**{params!r})
expected = {module}.{name}(**{params!r})
for _ in range(10):
    stat.update(Sneaky(), *[2.0] * ({width} - 1))
    expected.update(*[1.0] * {width})
    expected.update(*[2.0] * {width})
assert stat.to_bytes() == expected.to_bytes()
print("done")
"""


@pytest.mark.parametrize("case", CONVERTING)
def test_a_conversion_may_use_the_statistic_it_is_for(case: Case) -> None:
    # In a separate process, because a lock held meanwhile would hang forever.
    code = REENTRANT.format(module=case.module, name=case.name, params=dict(case.params[0]), width=len(case.short[0]))
    assert run_code(code, timeout=30) == "done\n"


@pytest.mark.parametrize("case", [case for case in CASES if "merge" in case.abilities and not case.rolling])
def test_no_merge_is_lost_and_none_waits_for_another(case: Case) -> None:
    params = {"k": -1} if case.name == "Mode" else case.params[0]
    part, total = case.fed([case.short[3]], params), case.make(params)

    def merge() -> None:
        nonlocal total
        for _ in range(UPDATES):
            total += part

    run_together(*[merge] * THREADS)
    assert total.n == UPDATES * THREADS
    left, right = case.make(params), case.make(params)

    def exchange(a: object, b: object) -> None:
        for _ in range(UPDATES):
            operator.iadd(a, b)

    run_together(lambda: exchange(left, right), lambda: exchange(right, left))
    assert left.n == right.n == 0


class OwnMean(stats.Mean):
    def update(self, x: float) -> None:
        super().update(x)


@pytest.mark.parametrize(
    ("cls", "make"),
    [
        (utils.Rolling, lambda cls: cls(stats.Mean, 3)),
        (utils.GroupBy, lambda cls: cls(OwnMean)),
        (utils.Summary, lambda cls: cls(mode=stats.Mode())),
    ],
)
def test_the_first_of_a_class_are_of_one_class(cls: type[Any], make: Callable[[type[Any]], Any]) -> None:
    for _ in range(20):
        new = type("New", (cls,), {})
        found: list[type[Any]] = []
        run_together(*[lambda new=new, found=found: found.append(type(make(new)))] * THREADS)  # type: ignore[misc]
        assert len(set(found)) == 1
