"""Tools for statistics."""

from __future__ import annotations

from .checkpoint import load, save
from .group_by import GroupBy
from .merging import merge
from .rolling import Rolling
from .summary import SkipNaN, Summary
from .time_rolling import TimeRolling
from .tumbling import TumblingWindow

__all__ = ["GroupBy", "Rolling", "SkipNaN", "Summary", "TimeRolling", "TumblingWindow", "load", "merge", "save"]
