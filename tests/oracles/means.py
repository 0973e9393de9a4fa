"""Sums and means."""

from __future__ import annotations

import decimal
import functools
import math
from decimal import Decimal
from fractions import Fraction

from tests.oracles.exact import Stored, StoredNumbers, fraction, rounded, square_root, total


class Sum(StoredNumbers):
    def get(self) -> float:
        return rounded(self.moment(1))


class Product(Stored):
    def update(self, x: float) -> None:
        self.rows.append((x,))

    def get(self) -> float:
        return rounded(math.prod((fraction(x) for (x,) in self.rows), start=Fraction(1)))


class Mean(StoredNumbers):
    def get(self) -> float:
        return rounded(self.average) if self.weight else 0.0


class BayesianMean(StoredNumbers):
    """The mean with `prior_weight` further values, all equal to `prior`."""

    def __init__(self, prior: float, prior_weight: float) -> None:
        super().__init__()
        self.prior = Fraction(prior)
        self.prior_weight = Fraction(prior_weight)

    def get(self) -> float:
        weighted = self.moment(1) + self.prior * self.prior_weight
        return rounded(weighted / (self.weight + self.prior_weight))


class RootMeanSquare(StoredNumbers):
    def get(self) -> float | None:
        return square_root(self.moment(2) / self.weight) if self.weight else None


class GeometricMean(StoredNumbers):
    """Zero with a zero among the values, NaN with a negative one."""

    def get(self) -> float | None:
        if not self.weight:
            return None
        values = [x for x, _ in self.rows]
        if min(values) < 0:
            return math.nan
        if min(values) == 0:
            return 0.0
        with decimal.localcontext(prec=40):
            logarithms = sum(Decimal(w) * _logarithm(x) for x, w in self.rows)
            return float((logarithms / sum(Decimal(w) for _, w in self.rows)).exp())


@functools.cache
def _logarithm(x: float) -> Decimal:
    return Decimal(x).ln(decimal.Context(prec=40))


class HarmonicMean(StoredNumbers):
    """Zero with a zero among the values, NaN with a negative one."""

    def get(self) -> float | None:
        if not self.weight:
            return None
        values = [x for x, _ in self.rows]
        if min(values) < 0:
            return math.nan
        if min(values) == 0:
            return 0.0
        reciprocals = total(Fraction(w) / Fraction(x) for x, w in self.rows)
        return rounded(self.weight / reciprocals)
