"""The distance of two empirical distributions."""

from __future__ import annotations

import bisect


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
        # Whole numbers until the last step, so that ties make no difference.
        differences = [
            bisect.bisect_right(self.xs, at) - bisect.bisect_right(self.ys, at) for at in {*self.xs, *self.ys}
        ]
        above, below = max([0, *differences]), -min([0, *differences])
        distance = above + below if self.statistic == "kuiper" else max(above, below)
        return distance / len(self.xs) if self.xs else 0.0
