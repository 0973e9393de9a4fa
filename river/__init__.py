"""Running statistics over unbounded streams, computed in Rust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _elsewhere

__version__ = "0.27.0"

if not TYPE_CHECKING:

    def __getattr__(name: str) -> None:
        _elsewhere.refuse(f"river.{name}")
        raise AttributeError(f"module 'river' has no attribute {name!r}")


del TYPE_CHECKING
