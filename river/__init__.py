"""Running statistics over unbounded streams, computed in Rust."""

from __future__ import annotations

__version__ = "0.27.0"
