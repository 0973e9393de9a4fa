"""Variance and what is made of it."""

from __future__ import annotations

import math
from fractions import Fraction

from tests.oracles.exact import StoredNumbers, rounded, square_root


class Var(StoredNumbers):
    """Sum of squared deviations over `n - ddof`; 0 while there are too few values."""

    def __init__(self, ddof: int = 1) -> None:
        super().__init__()
        self.ddof = ddof

    def variance(self) -> Fraction:
        n = self.weight
        if n <= self.ddof:
            return Fraction(0)
        return self.moment(2, about=self.average) / (n - self.ddof)

    def get(self) -> float | None:
        return rounded(self.variance())


class Std(Var):
    """Standard deviation."""

    def get(self) -> float | None:
        return square_root(self.variance())


class SEM(Var):
    """Standard error of the mean."""

    def get(self) -> float | None:
        return square_root(self.variance() / self.weight) if self.weight else None


class CoefficientOfVariation(Var):
    """Standard deviation over the absolute mean; NaN where the mean is zero."""

    def get(self) -> float | None:
        if not self.weight:
            return None
        if self.average == 0:
            return math.nan
        return square_root(self.variance() / self.average**2)
