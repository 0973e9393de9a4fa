"""Forged bytes, with a matching checksum, are an error or a sketch that works."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from river import sketch, utils
from tests.sketch.makers import ALL, fed, sealed

SMALL: dict[Any, dict[str, Any]] = {
    sketch.DDSketch: {"relative_accuracy": 0.2},
    sketch.HeavyHitters: {"epsilon": 0.1},
    sketch.KLL: {"k": 8},
    sketch.NUnique: {"error_rate": 0.2},
    sketch.TDigest: {"compression": 10},
}


def changed(data: bytes, rng: random.Random) -> bytes:
    """Return the bytes with a few changes after the header, and a matching checksum."""
    body = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(8, len(body) - 4)
        match rng.randrange(4):
            case 0:
                body[at] = rng.randrange(256)
            case 1:
                body[at : at + 8] = rng.choice([b"\xff" * 8, b"\0" * 8, rng.randbytes(8)])
            case 2:
                del body[at : at + rng.randint(1, 9)]
            case 3:
                body[at:at] = rng.randbytes(rng.randint(1, 9))
    return sealed(bytes(body))


def states(cls: Any, seed: int) -> Iterator[tuple[Any, bytes]]:
    rng = random.Random(seed)
    for n in (0, 1, 7, 60, 600):
        values = [rng.choice([rng.gauss(0, 1), float(rng.randrange(50)), 0.0]) for _ in range(n)]
        stat = fed(cls, values, **SMALL[cls])
        yield cls, stat.to_bytes()
        if not isinstance(stat, sketch.DDSketch) or n < 100:
            window = utils.Rolling(cls, 40, panes=4, **SMALL[cls])
            window.update_many(values)
            yield utils.Rolling, window.to_bytes()


@pytest.mark.parametrize("cls", ALL)
def test_states_that_were_changed(cls: Any) -> None:
    rng = random.Random(11)
    read = 0
    for kind, data in states(cls, 3):
        assert kind.from_bytes(data).to_bytes() == data
        for _ in range(400):
            try:
                stat = kind.from_bytes(changed(data, rng))
            except ValueError:
                continue
            read += 1
            # What was read can be used, stored and read once more.
            stat.update(1.5)
            stat.get()
            again = kind.from_bytes(stat.to_bytes())
            again.update_many([0.5, 2.5])
            again.get()
            if kind is not utils.Rolling and again.n < 2**51:
                again += again
                assert again.n >= 2
    assert read


@pytest.mark.parametrize("cls", [cls for cls in ALL if hasattr(cls, "from_datasketches")])
def test_bytes_of_the_library_that_were_changed(cls: Any) -> None:
    rng = random.Random(13)
    for n in (0, 1, 5, 60, 3_000):
        items = [f"{rng.randrange(500)}" if cls is sketch.HeavyHitters else rng.gauss(0, 1) for _ in range(n)]
        data = fed(cls, items, **SMALL[cls]).to_datasketches()
        for _ in range(1_500):
            body = bytearray(data)
            for _ in range(rng.randint(1, 3)):
                if body:
                    body[rng.randrange(min(len(body), 60))] = rng.choice([0, 1, 0x7F, 0xFF, rng.randrange(256)])
            if rng.random() < 0.2:
                del body[rng.randrange(len(body) + 1) :]
            try:
                stat = cls.from_datasketches(bytes(body))
            except ValueError:
                continue
            stat.update("a" if cls in (sketch.HeavyHitters, sketch.NUnique) else 0.5)
            stat.get()
            cls.from_bytes(stat.to_bytes()).get()
