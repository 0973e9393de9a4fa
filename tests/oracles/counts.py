"""Statistics of the frequencies of hashable values."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Hashable
from typing import Any


class Count:
    def __init__(self) -> None:
        self.n = 0

    def update(self, x: Any = None) -> None:
        self.n += 1

    def get(self) -> int:
        return self.n


class Mode:
    """The most frequent of the first `k` distinct values, or of all with `k=-1`.

    Among several, the one that was seen first.
    """

    def __init__(self, k: int = 25) -> None:
        self.k = k
        self.counts: Counter[Hashable] = Counter()

    def update(self, x: Hashable) -> None:
        if self.k == -1 or x in self.counts or len(self.counts) < self.k:
            self.counts[x] += 1

    def get(self) -> Hashable:
        return max(self.counts, key=self.counts.__getitem__, default=None)


class RollingMode:
    """The most frequent value of a window; of several, the one that has been in it longest.

    A value that leaves the window and comes back counts from when it came back.
    """

    def __init__(self, window_size: int) -> None:
        self.window: deque[Hashable] = deque()
        self.window_size = window_size
        self.counts: Counter[Hashable] = Counter()

    def update(self, x: Hashable) -> None:
        if len(self.window) == self.window_size:
            oldest = self.window.popleft()
            self.counts[oldest] -= 1
            if self.counts[oldest] == 0:
                del self.counts[oldest]
        self.counts[x] += 1
        self.window.append(x)

    def get(self) -> Hashable:
        return max(self.counts, key=self.counts.__getitem__, default=None)


class Entropy:
    """Shannon entropy, in nats, of counts that fade by a factor with every value."""

    def __init__(self, fading_factor: float = 1.0, eps: float = 1e-8) -> None:
        self.fading_factor = fading_factor
        self.eps = eps  # kept for the signature: the entropy itself never divides by zero
        self.values: list[Hashable] = []

    def update(self, x: Hashable) -> None:
        self.values.append(x)

    def get(self) -> float:
        weights: dict[Hashable, float] = {}
        for age, x in enumerate(reversed(self.values)):
            weights[x] = weights.get(x, 0.0) + self.fading_factor**age
        total = math.fsum(weights.values())
        # `+ 0.0` turns the -0.0 of a single value into 0.0.
        return -math.fsum(w / total * math.log(w / total) for w in weights.values() if w) + 0.0


class ChiSquared:
    """Pearson's statistic of a contingency table, with its degrees of freedom and p-value."""

    def __init__(self, correction: bool = False) -> None:
        self.correction = correction
        self.pairs: list[tuple[Hashable, Hashable]] = []

    def update(self, x: Hashable, y: Hashable) -> None:
        self.pairs.append((x, y))

    def revert(self, x: Hashable, y: Hashable) -> None:
        self.pairs.remove((x, y))

    def get(self) -> float:
        xs, ys = Counter(x for x, _ in self.pairs), Counter(y for _, y in self.pairs)
        observed, n = Counter(self.pairs), len(self.pairs)
        expected = {(x, y): xs[x] * ys[y] / n for x in xs for y in ys}
        half = 0.5 if self.correction and self.degrees_of_freedom == 1 else 0.0
        return math.fsum(max(abs(observed[cell] - e) - half, 0.0) ** 2 / e for cell, e in expected.items())

    @property
    def degrees_of_freedom(self) -> int:
        rows, columns = ({pair[i] for pair in self.pairs} for i in (0, 1))
        return max(len(rows) - 1, 0) * max(len(columns) - 1, 0)

    @property
    def p_value(self) -> float:
        """The chance of a larger statistic: Q(k/2, x/2), by its recurrence in k."""
        k, x = self.degrees_of_freedom, self.get() / 2
        if k == 0 or x == 0:
            return 1.0
        a, q = (0.5, math.erfc(math.sqrt(x))) if k % 2 else (1.0, math.exp(-x))
        while a < k / 2:
            q += math.exp(a * math.log(x) - x - math.lgamma(a + 1))
            a += 1
        return q


class KullbackLeibler:
    """Divergence of the shares of labels in one stream from those in another."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Hashable, Hashable]] = []

    def update(self, x: Hashable, y: Hashable) -> None:
        self.pairs.append((x, y))

    def revert(self, x: Hashable, y: Hashable) -> None:
        xs, ys = ([pair[i] for pair in self.pairs] for i in (0, 1))
        xs.remove(x)
        ys.remove(y)
        self.pairs = list(zip(xs, ys, strict=True))

    def get(self) -> float:
        n = len(self.pairs)
        xs, ys = (Counter(pair[i] for pair in self.pairs) for i in (0, 1))
        if not xs.keys() <= ys.keys():
            return math.inf
        return math.fsum(count / n * math.log(count / ys[label]) for label, count in xs.items())


class CountDistinct:
    def __init__(self) -> None:
        self.values: list[Hashable] = []

    def update(self, x: Hashable) -> None:
        self.values.append(x)

    def revert(self, x: Hashable) -> None:
        self.values.remove(x)

    def get(self) -> int:
        return len(set(self.values))
