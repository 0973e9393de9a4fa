"""Sketches: summaries of a stream in little memory, with error bounds, that can be merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from river import _elsewhere

from .ddsketch import DDSketch
from .heavyhitters import HeavyHitters
from .kll import KLL
from .nunique import NUnique
from .tdigest import TDigest

__all__ = ["KLL", "DDSketch", "HeavyHitters", "NUnique", "TDigest"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> None:
        _elsewhere.refuse(f"river.sketch.{name.lower()}")
        raise AttributeError(f"module 'river.sketch' has no attribute {name!r}")


# Expose nothing here but the classes and their modules.
del TYPE_CHECKING
