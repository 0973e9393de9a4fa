"""Where river keeps the values of its rolling extrema: pickles of them name this module."""

from __future__ import annotations

import collections
from typing import Any

__all__ = ["SortedWindow"]


class SortedWindow:
    """The window of a rolling extremum of river, until the pickle that it comes from is read."""

    unsorted_window: collections.deque[Any]
