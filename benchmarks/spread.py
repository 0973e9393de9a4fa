"""Lay out a full window at once.

A window kept as one sorted array moves half of it at each insertion: feeding a million values in
random order takes minutes. Fed in ascending order each value goes to the end, which is quick, but
then the oldest value is always the smallest, and leaving costs nothing. So the values are fed in
ascending order, and the order of arrival is shuffled afterwards: the window that remains is one
that a stream in random order would have led to.
"""

from __future__ import annotations

import random
import struct
from typing import Any

_LENGTH = struct.Struct("<Q")


def fill(s: Any, values: list[float]) -> None:
    """Feed `values` to an empty window, with their order of arrival shuffled."""
    values = sorted(values)
    for x in values:
        s.update(x)
    random.Random(7).shuffle(values)
    window = getattr(s, "window", None)
    for queue in ("arrived", "unsorted_window"):
        if hasattr(window, queue):
            arrivals = getattr(window, queue)
            arrivals.clear()
            arrivals.extend(values)
            return
    _shuffle_state(s, values)


def _shuffle_state(s: Any, arrivals: list[float]) -> None:
    """Rewrite the state of river 0.26.1's compiled windows: values in order, then arrivals."""
    compiled = next(v for k, v in vars(s).items() if k.startswith("_rolling"))
    state = bytes(compiled.__getstate__())
    head = _LENGTH.pack(len(arrivals))
    block = len(head) + 8 * len(arrivals)
    if state[: len(head)] != head or state[block : block + len(head)] != head:
        raise ValueError(f"the state of {type(s).__name__} is not laid out as expected")
    shuffled = struct.pack(f"<{len(arrivals)}d", *arrivals)
    compiled.__setstate__(state[:block] + head + shuffled + state[2 * block :])
