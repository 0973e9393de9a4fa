"""A histogram of a stream of unknown range: the range doubles when a value is outside it."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Histogram"]

_BINS, _CELLS = 256, 16
_BARS = "▁▂▃▄▅▆▇█"
#: Beyond, twice the range would not be a number.
_LARGEST = 1e300


class Histogram:
    """Counts in bins of equal width, the outermost of which are not empty for long."""

    def __init__(self) -> None:
        self.counts = np.zeros(_BINS, np.int64)
        self.low = self.width = 0.0

    def add(self, values: Any) -> None:
        values = values[np.abs(values) < _LARGEST]
        if not len(values):
            return
        least, most = float(values.min()), float(values.max())
        if self.width == 0:
            # A range that holds the values in its middle half; for equal ones, a small range around them.
            self.width = max((most - least) / (_BINS // 2), abs(least) * 1e-12, 1e-300)
            self.low = least - _BINS // 4 * self.width
        while least < self.low:
            self._double()
            self.low -= _BINS // 2 * self.width
            self.counts = np.roll(self.counts, _BINS // 2)
        while most >= self.low + _BINS * self.width:
            self._double()
        places = ((values - self.low) / self.width).astype(np.int64).clip(0, _BINS - 1)
        self.counts += np.bincount(places, minlength=_BINS)

    def _double(self) -> None:
        """Merge pairs of bins, which then fill the lower half."""
        self.counts = np.concatenate([self.counts.reshape(-1, 2).sum(axis=1), np.zeros(_BINS // 2, np.int64)])
        self.width *= 2

    def sparkline(self) -> str:
        """Return the bins from the first to the last value as a row of bars; none if it is empty."""
        taken = np.flatnonzero(self.counts)
        if not len(taken):
            return ""
        between = self.counts[taken[0] : taken[-1] + 1]
        cells = [int(cell.sum()) for cell in np.array_split(between, min(_CELLS, len(between)))]
        highest = max(cells)
        return "".join(" " if not cell else _BARS[(len(_BARS) - 1) * cell // highest] for cell in cells)

    def state(self) -> dict[str, Any]:
        return {"low": self.low, "width": self.width, "counts": self.counts.tolist()}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Histogram:
        histogram = cls()
        histogram.low, histogram.width = float(state["low"]), float(state["width"])
        counts = np.array(state["counts"], np.int64)
        if counts.shape != (_BINS,) or not 0 <= histogram.width < _LARGEST or not abs(histogram.low) < _LARGEST:
            raise ValueError("not a histogram that river describe has saved")
        histogram.counts = counts
        return histogram
