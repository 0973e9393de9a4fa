"""The times that groups in a dict receive, and the arrays that they return."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

from river.stats._rust_stats import group_time

from . import _strategies as engines
from .time_rolling import TimeRolling
from .tumbling import TumblingWindow

#: A time on each of the scales, which share no common zero.
SCALES: tuple[Any, ...] = (0.0, dt.datetime(1970, 1, 1), dt.datetime(1970, 1, 1, tzinfo=dt.UTC))


def time_on(scale: int | None, t: Any) -> tuple[int, int]:
    """Return the scale of a time, which must be the given one if there is one, and the time in nanoseconds."""
    if scale is not None:
        return scale, group_time(t, SCALES[scale])
    for index, zero in enumerate(SCALES):
        with contextlib.suppress(TypeError):
            return index, group_time(t, zero)
    return 0, group_time(t, SCALES[0])


def as_array(values: list[Any]) -> Any:
    """Return values as an array, of floats if they all are, with NaN for None."""
    import numpy as np

    values = [float("nan") if value is None else value for value in values]
    if all(isinstance(value, float) for value in values):
        return np.array(values, dtype=float)
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def looks_at_times(template: Any) -> bool:
    """Tell whether a statistic takes the time of an observation."""
    if isinstance(template, TumblingWindow):
        return template.period is not None
    return engines.is_timed(template) or isinstance(template, TimeRolling)
