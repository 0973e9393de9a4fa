"""Exponentially weighted statistics by their weights, with missing values: pandas' `ewm(...)` as it is documented.

A missing value lets the weights before it fade as a value would, unless `ignore_na`. The next value then weighs 1 if
weights are adjusted, else what its fading factor says, and the weights are divided by their sum. With a half-life they
fade by time alone, and a missing value is just a point in time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Row = Sequence[float | None]


class Gapped:
    """The weights for one variable or two, and the statistics that follow from them."""

    def __init__(
        self,
        fading_factor: float = 0.5,
        halflife: float | None = None,
        adjust: bool = False,
        bias: bool = True,
        min_samples: int = 0,
        ignore_na: bool = True,
    ) -> None:
        self.fading_factor = fading_factor
        self.halflife = halflife
        self.adjust = adjust
        self.bias = bias
        self.min_samples = min_samples
        self.ignore_na = ignore_na
        self.rows: list[Row] = []
        self.faded: list[float] = []
        self.steps = 0.0

    def update(self, *row: float | None, seconds: float = 1.0) -> None:
        """Update with a value that comes this many seconds after the previous one, if there is a half-life."""
        missing = any(x is None for x in row)
        if missing and self.ignore_na:
            return
        self.steps += seconds
        if missing:
            return
        kept = 1 - self.fading_factor if self.halflife is None else 0.5 ** (1 / self.halflife)
        left = kept**self.steps
        share = self.fading_factor if self.halflife is None else 1 - left
        newest = 1.0 if not self.rows or self.adjust else share
        self.faded = [left * weight for weight in self.faded] + [newest]
        if not self.adjust:
            total = math.fsum(self.faded)
            self.faded = [weight / total for weight in self.faded]
        self.rows.append(row)
        self.steps = 0.0

    def weights(self) -> list[float]:
        """Return weights that add up to 1."""
        total = math.fsum(self.faded)
        return [weight / total for weight in self.faded]

    def mean(self, column: int = 0) -> float | None:
        if len(self.rows) < self.min_samples:
            return None
        return math.fsum(w * (row[column] or 0.0) for w, row in zip(self.weights(), self.rows, strict=True))

    def cov(self, i: int = 0, j: int = -1) -> float | None:
        if len(self.rows) < self.min_samples:
            return None
        of_all = type(self)()
        of_all.rows, of_all.faded = self.rows, self.faded
        means = [of_all.mean(column) or 0.0 for column in (i, j)]
        product = math.fsum(
            w * ((row[i] or 0.0) - means[0]) * ((row[j] or 0.0) - means[1])
            for w, row in zip(self.weights(), self.rows, strict=True)
        )
        if self.bias:
            return product
        pairs = 1 - math.fsum(w * w for w in self.weights())
        return product / pairs if len(self.rows) > 1 and pairs > 1e-15 else None

    def std(self) -> float | None:
        variance = self.cov()
        return None if variance is None else math.sqrt(variance)

    def corr(self) -> float | None:
        cov, x, y = self.cov(0, 1), self.cov(0, 0), self.cov(1, 1)
        if cov is None or x is None or y is None:
            return None
        return cov / math.sqrt(x * y) if x and y else 0.0
