"""Skewness and kurtosis by one pass over the central moments.

P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order
statistical moments", Sandia report SAND2008-6212, 2008. `s2`, `s3` and `s4` are the sums of the
second to fourth powers of the deviations from the mean.
"""

from __future__ import annotations

import math

from tests.oracles.exact import StoredNumbers, rounded


class Skew:
    def __init__(self, bias: bool = False) -> None:
        self.bias = bias
        self.n = 0
        self.mean = self.s2 = self.s3 = 0.0

    def update(self, x: float) -> None:
        self.n += 1
        deviation = x - self.mean
        step = deviation / self.n
        term = deviation * step * (self.n - 1)
        self.s3 += term * step * (self.n - 2) - 3 * step * self.s2
        self.s2 += term
        self.mean += step

    def get(self) -> float:
        n = self.n
        if self.s2 == 0:
            # By convention up to two values; a constant series has no skewness.
            return 0.0 if n <= 2 else math.nan
        skew = math.sqrt(n) * self.s3 / (self.s2 * math.sqrt(self.s2))
        return skew if self.bias or n <= 2 else skew * math.sqrt(n * (n - 1)) / (n - 2)


class Kurtosis:
    def __init__(self, bias: bool = False) -> None:
        self.bias = bias
        self.n = 0
        self.mean = self.s2 = self.s3 = self.s4 = 0.0

    def update(self, x: float) -> None:
        self.n += 1
        n = self.n
        deviation = x - self.mean
        step = deviation / n
        square = step * step
        term = deviation * step * (n - 1)
        self.s4 += term * square * (n * n - 3 * n + 3) + 6 * square * self.s2 - 4 * step * self.s3
        self.s3 += term * step * (n - 2) - 3 * step * self.s2
        self.s2 += term
        self.mean += step

    def get(self) -> float:
        n = self.n
        if self.s2 == 0:
            # By convention up to three values; a constant series has no kurtosis.
            return -3.0 if n <= 3 else math.nan
        kurtosis = n * self.s4 / (self.s2 * self.s2)
        if self.bias or n <= 3:
            return kurtosis - 3
        return ((n * n - 1) * kurtosis - 3 * (n - 1) ** 2) / ((n - 2) * (n - 3))


class Moment(StoredNumbers):
    """The mean of powers of the values, or of their distances from the mean."""

    def __init__(self, order: int, central: bool = True) -> None:
        super().__init__()
        self.order = order
        self.central = central

    def get(self) -> float:
        if not self.rows:
            return 0.0
        return rounded(self.moment(self.order, self.average if self.central else 0) / self.weight)
