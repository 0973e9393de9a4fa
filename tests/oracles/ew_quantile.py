"""Quantiles that follow a stream, by a generalized exponentially weighted average.

H. L. Hammer, A. Yazidi and H. Rue, "A new quantile tracking algorithm using a generalized
exponentially weighted average of observations", Applied Intelligence 49(4), 2019.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

#: The least ratio of one mean distance to the other.
LEAST = 2.0**-32


class Follower:
    """The estimate of one quantile, and the mean distances from it to the values above and below.

    The means move half as far as the estimate does: towards one, away from the other.
    """

    def __init__(self, q: float, fading_factor: float) -> None:
        self.q = q
        self.fading_factor = fading_factor
        self.at = self.above = self.below = 0.0

    def update(self, x: float) -> None:
        distance = x - self.at
        if distance > 0:
            step, self.above, self.below = self._step(distance, self.q, 1 - self.q, self.above, self.below)
            self.at = min(self.at + step, x)
        elif distance < 0:
            step, self.below, self.above = self._step(-distance, 1 - self.q, self.q, self.below, self.above)
            self.at = max(self.at - step, x)

    def _step(
        self, distance: float, own_q: float, other_q: float, own: float, other: float
    ) -> tuple[float, float, float]:
        """Return the step, and the mean distances on the side of the value and on the other."""
        if own == other == 0:
            # The first value that differs is as far away as both means.
            own = other = distance
        seen = (1 - self.fading_factor) * own + self.fading_factor * distance
        mine = own_q * max(other, own * LEAST)
        others = other_q * max(seen, other * LEAST)
        if mine == 0:
            return 0.0, seen, other
        step = self.fading_factor * (mine / (mine + others) * distance)
        return step, seen - step / 2, min(other + step / 2, sys.float_info.max)


class EWQuantile:
    """The estimates of one quantile or of several, which are put in order where they have crossed.

    They work on quarters of distances from the first value, so that an offset costs no digits, and
    the distance between the smallest and the largest number is in range.
    """

    def __init__(self, q: float | Sequence[float] = 0.5, fading_factor: float = 0.01) -> None:
        self.q = q
        self.first: float | None = None
        self.followers = [Follower(p, fading_factor) for p in (q if isinstance(q, Sequence) else [q])]

    def update(self, x: float) -> None:
        if self.first is None:
            self.first = x
        for follower in self.followers:
            follower.update(x / 4 - self.first / 4)

    def get(self) -> float | list[float] | None:
        if self.first is None:
            return None
        estimates = [self.first + 2 * follower.at + 2 * follower.at for follower in self.followers]
        if not isinstance(self.q, Sequence):
            return estimates[0]
        ranks = sorted(range(len(self.q)), key=self.q.__getitem__)
        ordered = dict(zip(ranks, sorted(estimates), strict=True))
        return [ordered[i] for i in range(len(self.q))]
