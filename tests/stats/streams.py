"""The data that every statistic is tested on, by kind of observation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Literal

Kind = Literal["number", "pair", "time", "object", "object pair"]
Row = tuple[Any, ...]
Stream = list[Row]

LENGTH = 120


def _numbers(seed: int) -> dict[str, list[float]]:
    rng = random.Random(seed)
    noise = [rng.gauss(0, 1) for _ in range(LENGTH)]
    return {
        "random": noise,
        "skewed": [rng.expovariate(0.1) for _ in range(LENGTH)],
        "whole": [float(rng.randint(-3, 3)) for _ in range(LENGTH)],
        "constant": [0.1] * LENGTH,
        "zero": [0.0] * LENGTH,
        "rising": [i / 3 for i in range(LENGTH)],
        "falling": [-i / 3 for i in range(LENGTH)],
        "tiny": [1e-60 * x for x in noise],
        "huge": [1e60 * x for x in noise],
        "offset": [1e9 + x for x in noise],
        "alternating": [1e8 * (-1) ** i for i in range(LENGTH)],
        "steps": [1e8 * (i % 2) + 1e8 for i in range(LENGTH)],
    }


def _times(seed: int) -> dict[str, list[float]]:
    rng = random.Random(seed)
    return {
        "random": [rng.uniform(-1e6, 1e6) for _ in range(LENGTH)],
        "skewed": [rng.expovariate(0.1) for _ in range(LENGTH)],
        "whole": [float(rng.randint(-50, 50)) for _ in range(LENGTH)],
        "rising": [i / 3 for i in range(LENGTH)],
        "falling": [-i / 3 for i in range(LENGTH)],
        "epoch": [1.7e9 + i / 1000 for i in range(LENGTH)],
        "bursts": [100.0 * (i // 40) for i in range(LENGTH)],
        "constant": [0.1] * LENGTH,
    }


def _objects(seed: int) -> dict[str, list[object]]:
    rng = random.Random(seed)
    mixed: list[object] = ["a", "b", "", "é", 1, 2.5, None, ("a", 1), frozenset({1}), b"a", 10**30]
    return {
        "strings": [rng.choice("abcde") for _ in range(LENGTH)],
        "mixed": [rng.choice(mixed) for _ in range(LENGTH)],
        "constant": ["same"] * LENGTH,
        "distinct": list(range(LENGTH)),
        "equal": [rng.choice((1, 1.0, True, 2, 2.0)) for _ in range(LENGTH)],
    }


def _single(series: dict[str, list[float]] | dict[str, list[object]]) -> dict[str, Stream]:
    return {name: [(x,) for x in values] for name, values in series.items()}


def _double(
    left: dict[str, list[float]] | dict[str, list[object]],
    right: dict[str, list[float]] | dict[str, list[object]],
) -> dict[str, Stream]:
    return {name: list(zip(left[name], right[name], strict=True)) for name in left}


STREAMS: dict[Kind, dict[str, Stream]] = {
    "number": _single(_numbers(1)),
    "pair": _double(_numbers(1), _numbers(2)),
    "time": _single(_times(1)),
    "object": _single(_objects(1)),
    "object pair": _double(_objects(1), _objects(2)),
}

# A short stream of small whole numbers, long enough to get past every start-up phase.
SHORT: dict[Kind, Stream] = {
    "number": [(float(x),) for x in (5, 1, 4, 1, -2, 6, 5, 3, 5, 8, -9, 7, 9, 3)],
    "pair": [(float(x), float(y)) for x, y in zip(range(14), (3, 1, 4, 1, 5, 9, 2) * 2, strict=True)],
    "time": [(float(t),) for t in (5, 6, 6, 9, 8, 12, 15, 14, 20, 21, 3, 22, 22, 30)],
    "object": [(x,) for x in "abracadabraxyz"],
    "object pair": list(zip("abracadabraxyz", "zyxaarbadacarb", strict=True)),
}


def columns(rows: Sequence[Row]) -> list[list[float]]:
    """Return the columns of rows of numbers."""
    return [[float(x) for x in column] for column in zip(*rows, strict=True)]
