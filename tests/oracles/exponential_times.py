"""Exponentially weighted statistics by their weights: half-lives, timestamps, adjustment.

A value seen a half-life ago weighs half. With `adjust` the newest weighs 1 and the weights are
divided by their sum, as in pandas; without it the newest weighs what all earlier ones have lost.
"""

from __future__ import annotations

import math


class _Faded:
    """Keeps the columns of values with their timestamps, in seconds or as indices."""

    def __init__(self, halflife: float, adjust: bool = False) -> None:
        self.halflife = halflife
        self.adjust = adjust
        self.rows: list[tuple[float, ...]] = []
        self.times: list[float] = []

    def _append(self, row: tuple[float, ...], t: float | None) -> None:
        self.rows.append(row)
        self.times.append(len(self.times) if t is None else t)

    def weights(self) -> list[float]:
        """Return weights that add up to 1."""
        faded = [0.5 ** ((self.times[-1] - t) / self.halflife) for t in self.times]
        if self.adjust:
            total = math.fsum(faded)
            return [w / total for w in faded]
        lost = [1.0] + [
            1 - 0.5 ** ((t - before) / self.halflife) for before, t in zip(self.times, self.times[1:], strict=False)
        ]
        return [share * w for share, w in zip(lost, faded, strict=True)]

    def mean(self, column: int) -> float:
        return math.fsum(w * row[column] for w, row in zip(self.weights(), self.rows, strict=True))

    def co_moment(self, i: int, j: int) -> float:
        means = self.mean(i), self.mean(j)
        return math.fsum(
            w * (row[i] - means[0]) * (row[j] - means[1]) for w, row in zip(self.weights(), self.rows, strict=True)
        )


class TimedEWMean(_Faded):
    def update(self, x: float, t: float | None = None) -> None:
        self._append((x,), t)

    def get(self) -> float:
        return self.mean(0) if self.rows else 0.0


class TimedEWVar(_Faded):
    def update(self, x: float, t: float | None = None) -> None:
        self._append((x,), t)

    def get(self) -> float:
        return self.co_moment(0, 0) if self.rows else 0.0


class TimedEWCov(_Faded):
    def update(self, x: float, y: float, t: float | None = None) -> None:
        self._append((x, y), t)

    def get(self) -> float:
        return self.co_moment(0, 1) if self.rows else 0.0
