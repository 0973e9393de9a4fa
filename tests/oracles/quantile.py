"""Quantiles estimated by the P² algorithm.

R. Jain and I. Chlamtac, "The P² algorithm for dynamic calculation of quantiles and histograms
without storing observations", Communications of the ACM 28(10), 1985.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence


class Quantile:
    """P²: five markers whose middle one estimates the quantile.

    Up to the fifth value the markers are the values themselves, and the estimate is the one at
    `n * q`. The estimate is of the whole stream, so `interpolation` does not affect it.
    """

    def __init__(self, q: float = 0.5, interpolation: str = "linear") -> None:
        self.q = q
        self.n = 0
        self.heights: list[float] = []
        self.positions = [1.0, 2.0, 3.0, 4.0, 5.0]
        self.desired = [1.0, 1 + 2 * q, 1 + 4 * q, 3 + 2 * q, 5.0]
        self.increments = (0.0, q / 2, q, (1 + q) / 2, 1.0)

    def update(self, x: float) -> None:
        self.n += 1
        heights, positions, desired = self.heights, self.positions, self.desired
        if self.n <= 5:
            bisect.insort(heights, x)
            return
        if x < heights[0]:
            heights[0] = x
        elif x > heights[4]:
            heights[4] = x
        # The cell is the first marker above x; values at the extremes count towards the outer cells.
        cell = min(max(bisect.bisect_right(heights, x), 1), 4)
        for i in range(cell, 5):
            positions[i] += 1
        for i in range(5):
            desired[i] += self.increments[i]
        for i in (1, 2, 3):
            offset = desired[i] - positions[i]
            if offset >= 1 and positions[i + 1] - positions[i] > 1:
                self._move(i, 1)
            elif offset <= -1 and positions[i - 1] - positions[i] < -1:
                self._move(i, -1)

    def _move(self, i: int, d: int) -> None:
        """Move marker `i` by `d` positions: along a parabola, or a line if that leaves the cell."""
        below, height, above = self.heights[i - 1 : i + 2]
        left, position, right = self.positions[i - 1 : i + 2]
        parabolic = height + d / (right - left) * (
            (position - left + d) * (above - height) / (right - position)
            + (right - position - d) * (height - below) / (position - left)
        )
        if below < parabolic < above:
            self.heights[i] = parabolic
        else:
            neighbour = self.heights[i + d]
            self.heights[i] = height + d * (neighbour - height) / (self.positions[i + d] - position)
        self.positions[i] += d

    def get(self) -> float | None:
        if self.n == 0:
            return None
        if self.n <= 5:
            return self.heights[int(min(self.n - 1, self.n * self.q))]
        # The outer markers are the extremes themselves.
        return self.heights[{0: 0, 1: 4}.get(self.q, 2)]


def by_rank(estimates: Sequence[float], qs: Sequence[float]) -> list[float]:
    """Return estimates that were made independently, sorted into their ranks so that none crosses another."""
    ranks = sorted(range(len(qs)), key=lambda i: qs[i])
    ordered = dict(zip(ranks, sorted(estimates), strict=True))
    return [ordered[i] for i in range(len(qs))]


class IQR:
    """The distance of two estimated quantiles."""

    def __init__(self, q_inf: float = 0.25, q_sup: float = 0.75) -> None:
        self.inferior = Quantile(q_inf)
        self.superior = Quantile(q_sup)

    def update(self, x: float) -> None:
        self.inferior.update(x)
        self.superior.update(x)

    def get(self) -> float | None:
        low, high = self.inferior.get(), self.superior.get()
        return None if low is None or high is None else high - low


class MAD:
    """The estimated median of the distances from the median estimated at the time."""

    def __init__(self) -> None:
        self.median = Quantile(0.5)
        self.distance = Quantile(0.5)

    def update(self, x: float) -> None:
        self.median.update(x)
        median = self.median.get()
        assert median is not None
        self.distance.update(abs(x - median))

    def get(self) -> float | None:
        return self.distance.get()
