"""What every object of the package has in common."""

from __future__ import annotations

from .base import Base

__all__ = ["Base"]
