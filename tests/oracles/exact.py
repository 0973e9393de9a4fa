"""Exact arithmetic over the observations themselves, rounded once at the end."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Self


@functools.cache
def fraction(x: float) -> Fraction:
    """Return the number itself; cached, since stored values are converted again with every later one."""
    return Fraction(x)


def rounded(x: Fraction | int) -> float:
    """Return the nearest float; beyond the largest float, an infinity."""
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def square_root(x: Fraction) -> float:
    """Return the root of a number whose own float may be out of range."""
    exponent = (x.numerator.bit_length() - x.denominator.bit_length()) // 2
    scale = Fraction(2) ** exponent
    return rounded(Fraction(math.sqrt(x / scale**2)) * scale)


def total(terms: Iterable[Fraction]) -> Fraction:
    """Return the sum, over one denominator: adding fractions one by one would compute a common divisor each time."""
    terms = list(terms)
    denominator = math.lcm(*(term.denominator for term in terms))
    return Fraction(sum(term.numerator * (denominator // term.denominator) for term in terms), denominator)


class Stored:
    """Keeps every observation with its frequency weight, so that results follow from definitions."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []

    def revert(self, *row: Any) -> None:
        """Revert an observation."""
        self.rows.remove(row)

    def __iadd__(self, other: Self) -> Self:
        self.rows += other.rows
        return self

    def __isub__(self, other: Self) -> Self:
        for row in other.rows:
            self.rows.remove(row)
        return self


class StoredNumbers(Stored):
    def update(self, x: float, w: float = 1.0) -> None:
        self.rows.append((x, w))

    def revert(self, x: float, w: float = 1.0) -> None:
        super().revert(x, w)

    @property
    def weight(self) -> Fraction:
        return total(fraction(w) for _, w in self.rows)

    def moment(self, power: int, about: Fraction | int = 0) -> Fraction:
        """Return the weighted sum of powers of distances from `about`."""
        return total(fraction(w) * (fraction(x) - about) ** power for x, w in self.rows)

    @property
    def average(self) -> Fraction:
        return self.moment(1) / self.weight


class StoredPairs(Stored):
    def update(self, x: float, y: float, w: float = 1.0) -> None:
        self.rows.append((x, y, w))

    def revert(self, x: float, y: float, w: float = 1.0) -> None:
        super().revert(x, y, w)

    @property
    def weight(self) -> Fraction:
        return total(fraction(w) for _, _, w in self.rows)

    def co_moment(self, i: int, j: int) -> Fraction:
        """Return the weighted sum of products of deviations of columns `i` and `j`."""
        means = [total(fraction(row[k]) * fraction(row[2]) for row in self.rows) / self.weight for k in (i, j)]
        return total(
            fraction(row[2]) * (fraction(row[i]) - means[0]) * (fraction(row[j]) - means[1]) for row in self.rows
        )
