"""Data on which plain sums fail: columns of numbers, of pairs, of values to count, and of times."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence
from typing import Any

Columns = Sequence[list[Any]]


def offset(rng: random.Random) -> list[float]:
    return [1e9 + rng.gauss(0, 1) for _ in range(300)]


def scaled(unit: float) -> Callable[[random.Random], list[float]]:
    return lambda rng: [unit * rng.uniform(0.5, 2) for _ in range(100)]


def cancelling(rng: random.Random) -> list[float]:
    large = [10.0 ** rng.uniform(0, 20) for _ in range(50)]
    values = [*large, *(-x for x in large), 1.0, 2.0]
    rng.shuffle(values)
    return values


def drifting(rng: random.Random) -> list[float]:
    """Return values whose offset moves away from that of the first."""
    return [0.0, *(1e9 + 10 * i + rng.gauss(0, 1) for i in range(300))]


SERIES: dict[str, Callable[[random.Random], list[float]]] = {
    "offset": offset,
    "1e300": scaled(1e300),
    "1e-300": scaled(1e-300),
    "subnormal": scaled(1e-310),
    "1e155": scaled(1e155),
    "1e-155": scaled(1e-155),
    "1e308": scaled(0.8e308),
    "both ends": lambda rng: [1.7e308 * rng.uniform(-1, 1) for _ in range(100)],
    "cancelling": cancelling,
    "drifting": drifting,
}


def _pair(x: str, y: str) -> Columns:
    columns = SERIES[x](random.Random(67)), SERIES[y](random.Random(71))
    n = min(map(len, columns))
    return [column[:n] for column in columns]


def _counted(size: int, weights: Sequence[float], agreement: float) -> Columns:
    """Return two columns of categories, where the second has the first's values with frequency `agreement`."""
    rng = random.Random(73)
    kinds = range(len(weights))
    xs, ys = rng.choices(kinds, weights, k=size), rng.choices(kinds, weights, k=size)
    return [xs, [x if rng.random() < agreement else y for x, y in zip(xs, ys, strict=True)]]


NUMBERS: dict[str, Columns] = {name: [make(random.Random(61))] for name, make in SERIES.items()}
#: Factors whose product is in range.
FACTORS: dict[str, Columns] = {
    "near one": [[random.Random(83).gauss(1, 0.05) for _ in range(1_000)]],
    "both ends": [[random.Random(89).uniform(1, 2) * unit for unit in [1e300, 1e-300] * 30]],
    "large first": [[1e200] * 50 + [-1e-200] * 51 + [1e180]],
    "small": [[0.01] * 150 + [7.0, 3.3]],
}
PAIRS: dict[str, Columns] = {
    **{name: _pair(name, name) for name in SERIES},
    "1e300 and 1e-300": _pair("1e300", "1e-300"),
    "subnormal and 1e155": _pair("subnormal", "1e155"),
    "offset and cancelling": _pair("offset", "cancelling"),
}
OBJECT_PAIRS: dict[str, Columns] = {
    "even": _counted(600, [1] * 40, 0.0),
    "rare": _counted(3_000, [3.0**-i for i in range(12)], 0.1),
    "one in thousands": [[0] * 2_999 + [1], [0] * 3_000],
    "nearly independent": [[0, 0, 1, 1] * 700 + [1], [0, 1, 0, 1] * 700 + [1]],
    "dependent": _counted(300, [1] * 250, 1.0),
    "one cell": _counted(2_000, [1, 1], 0.9),
}
#: Two streams of labels, each of which is in both.
LABEL_PAIRS: dict[str, Columns] = {
    "even": _counted(2_000, [1] * 12, 0.0),
    "alike": _counted(300, [1] * 90, 1.0),
    "almost alike": [[0] * 1_500 + [1] * 1_500, [0] * 1_499 + [1] * 1_501],
    "rare in the first": [[0] * 2_999 + [1], [0, 1] * 1_500],
    "rare in the second": [[0, 1] * 1_500, [0] * 2_999 + [1]],
    "infinite": _counted(600, [3.0**-i for i in range(12)], 0.1),
}
OBJECTS: dict[str, Columns] = {
    "distinct": [list(range(3_000))],
    **{name: columns[:1] for name, columns in OBJECT_PAIRS.items()},
}
TIMES: dict[str, Columns] = {name: [sorted(set(column))] for name, (column,) in NUMBERS.items()}


def rows(columns: Columns) -> list[tuple[Hashable, ...]]:
    return list(zip(*columns, strict=True))
