"""Variance, and statistics derived from it."""

from __future__ import annotations

import math
from fractions import Fraction

from tests.oracles.exact import StoredNumbers, fraction, rounded, square_root, total


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
    """Standard deviation over the absolute mean; infinite where the mean is zero, NaN where both are."""

    def get(self) -> float | None:
        if not self.weight:
            return None
        if self.average == 0:
            return math.inf if self.variance() else math.nan
        return square_root(self.variance() / self.average**2)


class SemiVar(StoredNumbers):
    """Mean square of what lies below the target."""

    def __init__(self, target: float = 0.0) -> None:
        super().__init__()
        self.target = target

    def get(self) -> float:
        if not self.weight:
            return 0.0
        target = fraction(self.target)
        return rounded(total(fraction(w) * min(fraction(x) - target, 0) ** 2 for x, w in self.rows) / self.weight)


class ZScore(Var):
    """Distance of the newest value from the mean in standard deviations; 0 where there is none."""

    def __init__(self, ddof: int = 0) -> None:
        super().__init__(ddof)

    def get(self) -> float | None:
        if not self.rows:
            return None
        variance = self.variance()
        if variance == 0:
            return 0.0
        deviation = fraction(self.rows[-1][0]) - self.average
        return math.copysign(square_root(deviation**2 / variance), deviation)
