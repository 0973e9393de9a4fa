"""Where river up to 0.25 kept `Link`: pickles of it name this module."""

from .base import Link

__all__ = ["Link"]
