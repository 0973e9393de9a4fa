"""Tools for statistics."""

from __future__ import annotations

from .rolling import Rolling, TimeRolling
from .tumbling import TumblingWindow

__all__ = ["Rolling", "TimeRolling", "TumblingWindow"]
