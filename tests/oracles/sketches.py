"""What sketches of quantiles approximate: the quantile of all values."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from fractions import Fraction


class _LowerQuantile:
    """The smallest value such that a share of at least `q` of all values is not greater."""

    def __init__(self, q: float | Sequence[float] = 0.5) -> None:
        self.q = q
        self.values: list[tuple[float, Fraction]] = []

    def update(self, x: float, w: float = 1.0) -> None:
        if w > 0:
            bisect.insort(self.values, (x, Fraction(w)))

    def get(self) -> float | list[float] | None:
        if not self.values:
            return None
        return self._at(self.q) if isinstance(self.q, (int, float)) else [self._at(q) for q in self.q]

    def _at(self, q: float) -> float:
        total, below = sum(w for _, w in self.values), Fraction(0)
        for x, w in self.values:
            below += w
            if below >= Fraction(q) * total:
                return x
        raise AssertionError


class KLL(_LowerQuantile):
    """The quantile, to which the sketch is equal as long as all values are kept."""

    def __init__(self, q: float | Sequence[float] = 0.5, k: int = 200) -> None:
        super().__init__(q)
        self.k = k


class DDSketch(_LowerQuantile):
    """The quantile, from which the sketch never deviates by more than a share of it."""

    def __init__(self, q: float | Sequence[float] = 0.5, relative_accuracy: float = 0.01) -> None:
        super().__init__(q)
        self.relative_accuracy = relative_accuracy


class TDigest(_LowerQuantile):
    """The quantile as it is while each mean is a single value: with a share of `q` before it."""

    def __init__(self, q: float | Sequence[float] = 0.5, compression: int = 100) -> None:
        super().__init__(q)
        self.compression = compression

    def _at(self, q: float) -> float:
        values = [x for x, w in self.values for _ in range(int(w))]
        return values[min(math.floor(q * len(values)), len(values) - 1)]
