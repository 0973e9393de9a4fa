"""Exponentially weighted statistics.

T. Finch, "Incremental calculation of weighted mean and variance", University of Cambridge, 2009,
section 9: the newest value weighs `fading_factor`, everything before it the rest.
"""

from __future__ import annotations

import math


class EWMean:
    def __init__(self, fading_factor: float = 0.5) -> None:
        self.fading_factor = fading_factor
        self.mean: float | None = None

    def update(self, x: float) -> None:
        if self.mean is None:
            self.mean = x
        else:
            self.mean += self.fading_factor * (x - self.mean)

    def get(self) -> float:
        return 0.0 if self.mean is None else self.mean


class EWVar:
    def __init__(self, fading_factor: float = 0.5) -> None:
        self.fading_factor = fading_factor
        self.mean: float | None = None
        self.variance = 0.0

    def update(self, x: float) -> None:
        if self.mean is None:
            self.mean = x
            return
        deviation = x - self.mean
        increment = self.fading_factor * deviation
        self.mean += increment
        self.variance = (1 - self.fading_factor) * (self.variance + deviation * increment)

    def get(self) -> float:
        return self.variance


class EWCov:
    def __init__(self, fading_factor: float = 0.5) -> None:
        self.fading_factor = fading_factor
        self.means: tuple[float, float] | None = None
        self.covariance = 0.0

    def update(self, x: float, y: float) -> None:
        if self.means is None:
            self.means = x, y
            return
        alpha = self.fading_factor
        dx, dy = x - self.means[0], y - self.means[1]
        self.means = self.means[0] + alpha * dx, self.means[1] + alpha * dy
        self.covariance = (1 - alpha) * (self.covariance + alpha * dx * dy)

    def get(self) -> float:
        return self.covariance


class EWStd(EWVar):
    def get(self) -> float:
        return math.sqrt(self.variance)


class EWCorr:
    def __init__(self, fading_factor: float = 0.5) -> None:
        self.fading_factor = fading_factor
        self.cov = EWCov(fading_factor)
        self.deviations = EWStd(fading_factor), EWStd(fading_factor)

    def update(self, x: float, y: float) -> None:
        self.cov.update(x, y)
        for std, value in zip(self.deviations, (x, y), strict=True):
            std.update(value)

    def get(self) -> float:
        product = self.deviations[0].get() * self.deviations[1].get()
        return self.cov.get() / product if product else 0.0
