"""Forged states with a correct checksum: each is refused, or is a statistic that works.

They are read in a separate process with little memory, which a panic, an abort, an endless loop or
an allocation as large as a forged length would kill.
"""

from __future__ import annotations

import contextlib
import math
import random
import struct
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.processes import limit_memory, run_module
from tests.stats.cases import BY_NAME, CASES, Case, feed

WORDS = (
    *(struct.pack("<Q", x) for x in (0, 1, 2, 5, 2**31, 2**32, 2**40, 2**62, 2**63, 2**64 - 1)),
    *(struct.pack("<d", x) for x in (0.5, -0.0, -1.0, 1e308, math.nan, math.inf, -math.inf, 5e-324)),
)


def sealed(content: bytes) -> bytes:
    return content + zlib.crc32(content).to_bytes(4, "little")


def forged(case: Case, rng: random.Random) -> Iterator[bytes]:
    """Yield states that were changed and given a correct checksum."""
    for params in (*case.params, *case.further):
        for k in (0, 1, 4, 5, 6, len(case.short)):
            content = case.fed(case.short[:k], params).to_bytes()[:-4]
            for i in range(len(content)):
                for word in WORDS:
                    yield sealed(content[:i] + word + content[i + 8 :])
                yield sealed(content[:i])
                yield sealed(content[:i] + bytes(rng.choices(range(256), k=9)) + content[i:])
            for _ in range(300):
                damaged = bytearray(content)
                for _ in range(rng.randint(1, 8)):
                    damaged[rng.randrange(len(damaged))] = rng.randrange(256)
                yield sealed(bytes(damaged))
    for length in range(64):
        yield sealed(bytes(rng.choices(range(256), k=length)))


def check(case: Case) -> tuple[int, int]:
    """Read forged states and return how many were refused and how many made a statistic."""
    refused = read = 0
    for data in forged(case, random.Random(case.name)):
        try:
            stat = case.cls.from_bytes(data)
        except ValueError:
            refused += 1
        else:
            read += 1
            exercise(case, stat)
    return refused, read


def exercise(case: Case, stat: Any) -> None:
    repr(stat)
    stat.get()
    assert case.cls.from_bytes(stat.to_bytes()).to_bytes() == stat.to_bytes()
    feed(stat, case.short)
    # A mode is one of the values, whatever those are.
    kinds = object if case.kind == "object" and case.empty is None else type(case.fed().get())
    kinds = list if isinstance(getattr(stat, "q", None), tuple) else kinds
    assert stat.get() is None or isinstance(stat.get(), kinds)
    stat.clone()
    if "merge" in case.abilities:
        other = case.fed(params=stat._get_params())
        for left, right in ((stat, other), (other, stat), (stat, stat)):
            with contextlib.suppress(ValueError):
                merged = left + right
                assert case.cls.from_bytes(merged.to_bytes()).to_bytes() == merged.to_bytes()
                merged.get()


@pytest.mark.parametrize("case", CASES)
def test_forged_states_are_refused_or_work(case: Case) -> None:
    refused, read = map(int, run_module(__name__, case.name, timeout=600).split())
    assert refused > 100
    assert read > 100


if __name__ == "__main__":
    limit_memory(2 << 30)
    print(*check(BY_NAME[sys.argv[1]]))
