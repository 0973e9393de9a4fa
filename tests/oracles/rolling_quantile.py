"""Quantiles of a sliding window, exact."""

from __future__ import annotations

import bisect
import math
import operator
import sys
from collections import deque
from collections.abc import Sequence


def taken_index(index: float, interpolation: str) -> float:
    """Return the index that `numpy.quantile` uses for an index between two values; halves round to even."""
    indices = {
        "linear": index,
        "lower": math.floor(index),
        "higher": math.ceil(index),
        "nearest": round(index),
        "midpoint": (math.floor(index) + math.ceil(index)) / 2,
    }
    return indices[interpolation]


def interpolate(ordered: Sequence[float], q: float, interpolation: str = "linear") -> float:
    """Return the quantile of sorted values at index `q * (n - 1)`, between neighbours as `interpolation` says."""
    index = taken_index(q * (len(ordered) - 1), interpolation)
    lower = math.floor(index)
    fraction = index - lower
    low = ordered[lower]
    if fraction == 0:
        return low
    high = ordered[lower + 1]
    if low == high:
        return low
    if math.isinf(low) or math.isinf(high):
        # In `low + fraction * (high - low)` the infinity would be subtracted from itself.
        return (1 - fraction) * low + fraction * high
    return low + fraction * (high - low)


class SortedWindow:
    """The last `window_size` values, in order of arrival and in order of size."""

    def __init__(self, window_size: int) -> None:
        self.window_size = window_size
        self.arrived: deque[float] = deque()
        self.ordered: list[float] = []

    def append(self, x: float) -> None:
        if len(self.arrived) == self.window_size:
            del self.ordered[bisect.bisect_left(self.ordered, self.arrived.popleft())]
        self.arrived.append(x)
        bisect.insort(self.ordered, x)


class RollingQuantile:
    def __init__(self, q: float, window_size: int, interpolation: str = "linear") -> None:
        self.q = q
        self.window = SortedWindow(window_size)
        self.interpolation = interpolation

    def update(self, x: float) -> None:
        self.window.append(x)

    def get(self) -> float | None:
        ordered = self.window.ordered
        return interpolate(ordered, self.q, self.interpolation) if ordered else None


class RollingIQR:
    def __init__(self, window_size: int, q_inf: float = 0.25, q_sup: float = 0.75) -> None:
        self.q_inf = q_inf
        self.q_sup = q_sup
        self.window = SortedWindow(window_size)

    def update(self, x: float) -> None:
        self.window.append(x)

    def get(self) -> float | None:
        ordered = self.window.ordered
        if not ordered:
            return None
        return interpolate(ordered, self.q_sup) - interpolate(ordered, self.q_inf)


class RollingRank:
    """Rank of the newest value in its window; equal values share the mean of their ranks."""

    def __init__(self, window_size: int, pct: bool = False) -> None:
        self.window: deque[float] = deque(maxlen=min(window_size, sys.maxsize))
        self.window_size = window_size
        self.pct = pct

    def update(self, x: float) -> None:
        self.window.append(x)

    def get(self) -> float | None:
        if not self.window:
            return None
        newest = self.window[-1]
        below, equal = (sum(compare(x, newest) for x in self.window) for compare in (operator.lt, operator.eq))
        rank = below + (equal + 1) / 2
        return rank / len(self.window) if self.pct else rank
