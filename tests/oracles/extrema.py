"""Smallest and largest values."""

from __future__ import annotations

import math
from collections import deque
from fractions import Fraction
from itertools import accumulate

from tests.oracles.exact import fraction, rounded


class Min:
    def __init__(self) -> None:
        self.min = math.inf

    def update(self, x: float) -> None:
        if x < self.min:
            self.min = x

    def get(self) -> float:
        return self.min


class Max:
    def __init__(self) -> None:
        self.max = -math.inf

    def update(self, x: float) -> None:
        if x > self.max:
            self.max = x

    def get(self) -> float:
        return self.max


class AbsMax:
    def __init__(self) -> None:
        self.abs_max = 0.0

    def update(self, x: float) -> None:
        if abs(x) > self.abs_max:
            self.abs_max = abs(x)

    def get(self) -> float:
        return self.abs_max


class PeakToPeak:
    def __init__(self) -> None:
        self.min = math.inf
        self.max = -math.inf

    def update(self, x: float) -> None:
        if x < self.min:
            self.min = x
        if x > self.max:
            self.max = x

    def get(self) -> float:
        return 0.0 if self.min > self.max else self.max - self.min


class Extrema:
    """The first smallest and the first largest value, and how many values came before each."""

    def __init__(self) -> None:
        self.n = 0
        self.min, self.max = math.inf, -math.inf
        self.argmin: int | None = None
        self.argmax: int | None = None

    def update(self, x: float) -> None:
        if self.argmin is None or x < self.min:
            self.min, self.argmin = x, self.n
        if self.argmax is None or x > self.max:
            self.max, self.argmax = x, self.n
        self.n += 1

    def get(self) -> tuple[float, float, int, int] | None:
        if self.argmin is None or self.argmax is None:
            return None
        return self.min, self.max, self.argmin, self.argmax


class _Window:
    def __init__(self, window_size: int) -> None:
        self.window: deque[float] = deque(maxlen=window_size)

    def update(self, x: float) -> None:
        self.window.append(x)


class RollingMin(_Window):
    def get(self) -> float | None:
        return min(self.window, default=None)


class RollingMax(_Window):
    def get(self) -> float | None:
        return max(self.window, default=None)


class RollingAbsMax(_Window):
    def get(self) -> float | None:
        return max(map(abs, self.window), default=None)


class RollingPeakToPeak(_Window):
    def get(self) -> float | None:
        return max(self.window) - min(self.window) if self.window else None


class MaxDrawdown:
    """The largest fall from a value to a later one, as a share of the first; negative values are 0."""

    def __init__(self) -> None:
        self.values: list[Fraction] = []

    def update(self, x: float) -> None:
        self.values.append(max(fraction(x), Fraction(0)))

    def get(self) -> float:
        peaks = accumulate(self.values, max)
        falls = ((peak - x) / peak for peak, x in zip(peaks, self.values, strict=True) if peak)
        return rounded(max(falls, default=Fraction(0)))
