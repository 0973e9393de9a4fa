"""Covariance and correlation."""

from __future__ import annotations

import math
from collections import deque
from fractions import Fraction

from tests.oracles.exact import StoredPairs, fraction, rounded, total


class Cov(StoredPairs):
    """Sum of products of deviations over `n - ddof`; 0 while there are too few pairs."""

    def __init__(self, ddof: int = 1) -> None:
        super().__init__()
        self.ddof = ddof

    def get(self) -> float:
        n = self.weight
        return rounded(self.co_moment(0, 1) / (n - self.ddof)) if n > self.ddof else 0.0


class PearsonCorr(StoredPairs):
    """Covariance over both standard deviations, whose `ddof` cancels; 0 where one is constant."""

    def __init__(self, ddof: int = 1) -> None:
        super().__init__()
        self.ddof = ddof

    def get(self) -> float:
        if not self.weight:
            return 0.0
        squares = self.co_moment(0, 0) * self.co_moment(1, 1)
        if squares == 0:
            return 0.0
        products = self.co_moment(0, 1)
        # The square of the correlation is rational: one rounding, then one square root.
        return math.copysign(math.sqrt(products**2 / squares), 1 if products >= 0 else -1)


class AutoCorr:
    """Correlation of every value with the one `lag` positions before."""

    def __init__(self, lag: int) -> None:
        self.past: deque[float] = deque(maxlen=lag)
        self.lag = lag
        self.pearson = PearsonCorr()

    def update(self, x: float) -> None:
        if len(self.past) == self.lag:
            self.pearson.update(x, self.past[0])
        self.past.append(x)

    def get(self) -> float:
        return self.pearson.get()


class Regression(StoredPairs):
    """Slope, intercept and the rest of the least-squares line, from the normal equations."""

    def line(self) -> tuple[Fraction, Fraction] | None:
        """Return the exact slope and intercept."""
        if not self.weight or not (squares := self.co_moment(0, 0)):
            return None
        slope = self.co_moment(0, 1) / squares
        x, y = (total(fraction(row[i]) * fraction(row[2]) for row in self.rows) / self.weight for i in (0, 1))
        return slope, y - slope * x

    def get(self) -> float | None:
        return rounded(line[0]) if (line := self.line()) else None

    @property
    def intercept(self) -> float | None:
        return rounded(line[1]) if (line := self.line()) else None
