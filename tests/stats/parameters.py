"""What each parameter of a constructor refuses, whichever class it belongs to."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """Values that a constructor refuses."""

    outside: tuple[object, ...]
    """Values of the right type that are out of range: ValueError."""
    mistyped: tuple[object, ...]
    """Values of a wrong type: TypeError."""
    limits: tuple[str, ...] = ()
    """What the message says of the range."""


_PROBABILITY = Parameter(
    outside=(-0.1, 1.1, 2, math.nan, math.inf, -math.inf),
    mistyped=("0.5", None, [0.5], 0.5j),
    limits=("0", "1"),
)
_SIZE = Parameter(outside=(0, -1, -(10**30)), mistyped=("3", None, [3], 2.5, math.nan), limits=("1",))
_FLAG = Parameter(outside=(), mistyped=("yes", None, 2.5, []))

PARAMETERS = {
    "bias": _FLAG,
    "fading_factor": _PROBABILITY,
    "q": _PROBABILITY,
    "q_inf": _PROBABILITY,
    "q_sup": _PROBABILITY,
    "window_size": _SIZE,
}
