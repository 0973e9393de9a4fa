"""Objects nested very deep, on the usual stack and on a small one: an error at worst, never a crash."""

from __future__ import annotations

import pytest

from tests.processes import run_code

#: The smallest stack that CPython gives a thread, and a small one; None is the main thread.
STACKS = (None, 32 << 10, 64 << 10, 256 << 10)

ON_A_STACK = """
import threading

import numpy
from river import stats
from river.stats import _rust_stats

# The first array looks for the functions of NumPy, by an import that takes more than the smallest stack.
stats.Mean().accumulate([1.0])

def on_a_stack(size, f):
    if size is None:
        return f()
    results = []
    threading.stack_size(size)
    thread = threading.Thread(target=lambda: results.append(f()))
    thread.start()
    thread.join()
    threading.stack_size(0)
    return results[0]

class Sub(stats.Link):
    def update(self, x):
        super().update(x)

    def get(self):
        return super().get()

SHAPES = {
    "left": lambda inner, i: stats.Link(inner, stats.Mean()),
    "right": lambda inner, i: stats.Link(stats.Mean(), inner),
    "both": lambda inner, i: stats.Link(inner, stats.Mean()) if i % 2 else stats.Link(stats.Mean(), inner),
    "subclass": lambda inner, i: Sub(stats.Mean(), inner),
    "subclass left": lambda inner, i: Sub(inner, stats.Mean()),
}

def nested(shape, depth):
    link = stats.Mean()
    for i in range(depth):
        link = SHAPES[shape](link, i)
    return link
"""


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("shape", ["left", "right", "both"])
def test_chains_take_no_stack(shape: str, stack: int | None) -> None:
    code = f"""
for depth in (100, 1_000, 30_000):
    link = nested({shape!r}, depth)
    def use():
        link.update(1.0)
        link.update_many([2.0, 3.0])
        return link.get(), link.accumulate([5.0]).tolist()
    value, (last,) = on_a_stack({stack}, use)
    assert 1.0 <= value <= last < 5.0
    # Released in the thread, too.
    box = [link]
    del link
    on_a_stack({stack}, box.clear)
print("survived")
"""
    assert run_code(ON_A_STACK + code) == "survived\n"


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("shape", ["right", "subclass", "subclass left"])
def test_what_calls_itself_raises_an_error_at_worst(shape: str, stack: int | None) -> None:
    code = f"""
def asked(ask):
    try:
        ask()
    except (RecursionError, ValueError) as error:
        return str(error)
    return ""

for depth in (2, 50, 100, 1_000):
    link = nested({shape!r}, depth)
    data = nested("right", min(depth, 90)).to_bytes()
    for ask in (
        lambda: link.n,
        lambda: link.get(),
        lambda: link.update(1),
        lambda: link.update_many([1.0]),
        lambda: link.to_bytes(),
        lambda: stats.Link.from_bytes(data),
    ):
        said = on_a_stack({stack}, lambda: asked(ask))
        assert not said or "nested" in said or "recursion" in said, said
        assert not said or depth > 2, said
print("survived")
"""
    assert run_code(ON_A_STACK + code) == "survived\n"


def test_there_is_more_room_on_a_large_stack() -> None:
    code = """
link = nested("right", 400)
assert on_a_stack(64 << 20, lambda: link.n) == 0.0
assert on_a_stack(64 << 20, lambda: nested("right", 99).to_bytes()) == nested("right", 99).to_bytes()
print("survived")
"""
    assert run_code(ON_A_STACK + code) == "survived\n"


#: How an object holds another one of its class.
HOLDERS = {
    "RsLink": "_rust_stats.RsLink(inner, stats.Mean())",
    "RsLink right": "_rust_stats.RsLink(stats.Mean(), inner)",
    "Link": "stats.Link(inner, stats.Mean())",
    "RsMode": "fed(_rust_stats.RsMode(), inner)",
    "Mode": "fed(stats.Mode(), inner)",
    "RsRollingMode": "fed(_rust_stats.RsRollingMode(1), inner)",
    "RsEntropy": "fed(_rust_stats.RsEntropy(), inner)",
    "RsChiSquared": "fed(_rust_stats.RsChiSquared(), inner, inner)",
    "RsKullbackLeibler": "fed(_rust_stats.RsKullbackLeibler(), inner, inner)",
    "tuples between": "fed(_rust_stats.RsMode(), (inner,))",
    "links and modes": "_rust_stats.RsLink(fed(_rust_stats.RsMode(), inner), stats.Mean())",
}


@pytest.mark.parametrize("stack", [None, 32 << 10])
@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
def test_the_release_of_300_000_nested_objects(holder: str, stack: int | None) -> None:
    # Tuples have a hash that goes through all that are inside.
    depth = 300_000 if "(inner,)" not in holder else 50_000
    code = f"""
import weakref

class Last(stats.Mean):
    pass

def fed(statistic, *row):
    statistic.update(*row)
    return statistic

inner = Last()
gone = weakref.ref(inner)
for _ in range({depth}):
    inner = {holder}
box = [inner]
del inner
on_a_stack({stack}, box.clear)
assert gone() is None
print("survived")
"""
    assert run_code(ON_A_STACK + code) == "survived\n"


def test_a_nested_object_replaced_or_evicted_is_released_at_once() -> None:
    code = """
import weakref

def fed(statistic, *row):
    statistic.update(*row)
    return statistic

inner = first = stats.Mode()
gone = weakref.ref(first)
for _ in range(100_000):
    inner = fed(stats.Mode(), inner)
rolling = fed(stats.RollingMode(1), inner)
link = stats.Link(stats.Mean(), inner)
del first, inner
rolling.update("a")
assert gone() is not None
link.__init__(stats.Mean(), stats.Mean())
assert gone() is None
print("survived")
"""
    assert run_code(ON_A_STACK + code) == "survived\n"
