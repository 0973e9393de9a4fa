"""Statistics of how often values were seen, from the definitions: exact, or to 60 digits.

`times` says how often the whole sequence of values was repeated.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction

import mpmath

from tests.oracles.exact import rounded, total
from tests.oracles.faded import DIGITS, fade

Values = Sequence[Hashable]


def entropy(values: Values, fading_factor: float = 1.0, times: int = 1) -> float:
    with mpmath.workdps(DIGITS):
        weights: dict[Hashable, mpmath.mpf] = {}
        for value, weight in zip(values, fade(mpmath.mpf(fading_factor), len(values), times), strict=True):
            weights[value] = weights.get(value, 0) + weight
        whole = mpmath.fsum(weights.values())
        return float(-mpmath.fsum(w / whole * mpmath.log(w / whole) for w in weights.values()))


def chi_squared(xs: Values, ys: Values, times: int = 1) -> float:
    n = len(xs)
    rows, columns, cells = Counter(xs), Counter(ys), Counter(zip(xs, ys, strict=True))
    expected = {(x, y): Fraction(rows[x] * columns[y], n) for x in rows for y in columns}
    return rounded(times * total((cells[cell] - e) ** 2 / e for cell, e in expected.items()))


def kullback_leibler(xs: Values, ys: Values, times: int = 1) -> float:
    left, right = Counter(xs), Counter(ys)
    if not left.keys() <= right.keys():
        return math.inf
    with mpmath.workdps(DIGITS):
        share = {label: mpmath.mpf(count) / len(xs) for label, count in left.items()}
        return float(
            mpmath.fsum(p * mpmath.log(p / (mpmath.mpf(right[label]) / len(ys))) for label, p in share.items())
        )


def chi_squared_tail(value: float, degrees_of_freedom: int) -> float:
    """Return the probability of a value at least as large."""
    if degrees_of_freedom == 0:
        return 1.0
    with mpmath.workdps(DIGITS):
        return float(mpmath.gammainc(mpmath.mpf(degrees_of_freedom) / 2, mpmath.mpf(value) / 2, regularized=True))


def degrees_of_freedom(xs: Values, ys: Values) -> int:
    return (len(set(xs)) - 1) * (len(set(ys)) - 1)
