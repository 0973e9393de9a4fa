"""Ten million values: errors do not add up to more than the bounds of short streams."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.stats.bounds import Bound, Params, Sample
from tests.stats.cases import Case
from tests.stats.hostile import Columns, rows
from tests.stats.test_accuracy import BOUNDS, assert_within, label

TIMES = 10_000
EACH = [
    pytest.param(case, bound, params, id=label(case, bound, params))
    for case, bound in BOUNDS
    for params in bound.lengthens
]

pytestmark = pytest.mark.slow


def block(kind: str) -> Columns:
    """Return a thousand observations, which are repeated: the exact result is computed from these alone."""
    rng = random.Random(79)
    if "object" in kind:
        xs = rng.choices("abcdefgh", range(1, 9), k=1_000)
        return [xs, [x if rng.random() < 0.1 else "a" for x in xs]][: 1 + ("pair" in kind)]
    return [[1e9 + rng.gauss(0, 1) for _ in range(1_000)] for _ in range(1 + (kind == "pair"))]


def feed_again_and_again(statistic: Any, columns: Columns) -> Any:
    update = statistic.update
    if len(columns) == 1:
        for _ in range(TIMES):
            for x in columns[0]:
                update(x)
        return statistic
    observations = rows(columns)
    for _ in range(TIMES):
        for x, y in observations:
            update(x, y)
    return statistic


@pytest.mark.parametrize(("case", "bound", "params"), EACH)
def test_ten_million_values(case: Case, bound: Bound, params: Params) -> None:
    columns = block(case.kind)
    statistic = feed_again_and_again(case.make(params), columns)
    exact = bound.definition(*columns, times=TIMES, **params)
    assert_within(bound, bound.read(statistic), exact, Sample(columns, params, TIMES))
