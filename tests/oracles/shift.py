"""Statistics of the order in which values arrive."""

from __future__ import annotations

import math
from typing import Any

from tests.oracles.exact import fraction, rounded


class Shift:
    """The value seen `amount` updates ago."""

    def __init__(self, amount: int = 1, fill_value: Any = None) -> None:
        self.amount = amount
        self.fill_value = fill_value
        self.values: list[Any] = []

    def update(self, x: Any) -> None:
        self.values.append(x)

    def get(self) -> Any:
        index = len(self.values) - 1 - self.amount
        return self.values[index] if index >= 0 else self.fill_value


class First:
    def __init__(self) -> None:
        self.values: list[float] = []

    def update(self, x: float) -> None:
        self.values.append(x)

    def get(self) -> float | None:
        return self.values[0] if self.values else None


class Last(First):
    def get(self) -> float | None:
        return self.values[-1] if self.values else None


class FirstDifference:
    """The newest value minus the one before."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def update(self, x: float) -> None:
        self.values.append(x)

    def get(self) -> float | None:
        return self.values[-1] - self.values[-2] if len(self.values) >= 2 else None


class Rate:
    """Events a second: the intervals between the timestamps, over the time they take."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def update(self, t: float) -> None:
        self.times.append(t)

    def get(self) -> float:
        if len(self.times) < 2:
            return 0.0
        duration = max(self.times) - min(self.times)
        return (len(self.times) - 1) / duration if duration else math.inf


class Link:
    """`right`, fed the values of `left` when there are any."""

    def __init__(self, left: Any, right: Any) -> None:
        self.left = left
        self.right = right

    def update(self, x: Any) -> None:
        self.left.update(x)
        value = self.left.get()
        if value is not None:
            self.right.update(value)

    def get(self) -> Any:
        return self.right.get()


class PercentChange:
    """The newest value less the one before, over that one."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def update(self, x: float) -> None:
        self.values.append(x)

    def get(self) -> float | None:
        if len(self.values) < 2:
            return None
        before, newest = map(fraction, self.values[-2:])
        if before == 0:
            return math.copysign(math.inf, newest) if newest else math.nan
        return rounded((newest - before) / before)
