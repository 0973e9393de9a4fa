"""The distance of two empirical distributions."""

from __future__ import annotations

import bisect
from fractions import Fraction


class KolmogorovSmirnov:
    """Largest difference of the distribution functions of x and y ("ks").

    With "kuiper" it is the largest difference one way plus the largest the other way.
    """

    def __init__(self, statistic: str = "ks") -> None:
        self.statistic = statistic
        self.xs: list[float] = []
        self.ys: list[float] = []

    def update(self, x: float, y: float) -> None:
        bisect.insort(self.xs, x)
        bisect.insort(self.ys, y)

    def revert(self, x: float, y: float) -> None:
        self.xs.remove(x)
        self.ys.remove(y)

    def get(self) -> float:
        if not self.xs or not self.ys:
            return 0.0
        # Fractions until the last step, so that ties make no difference.
        differences = [
            Fraction(bisect.bisect_right(self.xs, at), len(self.xs))
            - Fraction(bisect.bisect_right(self.ys, at), len(self.ys))
            for at in {*self.xs, *self.ys}
        ]
        above, below = max([Fraction(0), *differences]), -min([Fraction(0), *differences])
        return float(above + below if self.statistic == "kuiper" else max(above, below))
