"""The values that each parameter of a constructor refuses, whichever class it belongs to."""

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
    kind: str = "a number"
    """What the message says of the type."""
    largest: int | None = None
    """The largest value of a whole number."""


_PROBABILITY = Parameter(
    outside=(-0.1, 1.1, 2, math.nan, math.inf, -math.inf),
    mistyped=("0.5", None, [0.5], 0.5j),
    limits=("0", "1"),
)
_WHOLE = "an integer"
_SIZE = Parameter(
    outside=(0, -1, -(10**30)),
    mistyped=("3", None, [3], 2.5, math.nan),
    limits=("1",),
    kind=_WHOLE,
    largest=2**64 - 1,
)
_SEVERAL = Parameter(
    outside=(-0.1, 1.1, 2, math.nan, math.inf, -math.inf),
    mistyped=("0.5", None, ["a"], 0.5j),
    limits=("0", "1"),
    kind="a number or a sequence of numbers",
)
_SIXTEEN_BITS = Parameter(
    outside=(0, -2, 70_000, -(10**30)),
    mistyped=("1", None, 1.5),
    limits=("65535",),
    kind=_WHOLE,
    largest=2**16 - 1,
)
_FLAG = Parameter(outside=(), mistyped=("yes", None, 2.5, []), kind="True or False")

_FINITE = Parameter(outside=(math.nan, math.inf, -math.inf), mistyped=("3", None, [3], 1j), limits=("finite",))
_NOT_NEGATIVE = Parameter(
    outside=(-1, -0.1, math.nan, math.inf, -math.inf),
    mistyped=("3", None, [3], 1j),
    limits=("finite", "0"),
)
_COUNT = Parameter(
    outside=(-1, -(10**30)),
    mistyped=("3", None, [3], 2.5, math.nan),
    limits=("0",),
    kind=_WHOLE,
    largest=2**64 - 1,
)

#: Parameters to which a class gives a meaning of its own.
OWN = {"KLL": {"k": _SIXTEEN_BITS}}

PARAMETERS = {
    "adjust": _FLAG,
    "alpha": _PROBABILITY,
    "amount": _COUNT,
    "bias": _FLAG,
    "eps": Parameter(outside=(-1.0, math.nan), mistyped=("1", None), limits=("0",)),
    "fading_factor": _PROBABILITY,
    "fill_value": Parameter(outside=(), mistyped=(), kind="any object"),
    "halflife": Parameter(
        outside=(0.0, -1.0, math.nan, math.inf, "0s", "1", "x", "", "1h30", "5 parsecs"),
        mistyped=([1],),
        kind="a timedelta, a number of seconds, a string such as '1h30min', or None",
    ),
    "interpolation": Parameter(
        outside=("cubic", ""),
        mistyped=(None, 1, ["linear"]),
        limits=("linear", "lower", "higher", "nearest", "midpoint"),
        kind="'linear', 'lower', 'higher', 'nearest' or 'midpoint'",
    ),
    "k": Parameter(
        outside=(0, -2, -(10**30), 10**30),
        mistyped=("1", None, 1.5),
        limits=("1",),
        kind=_WHOLE,
        largest=2**63 - 1,
    ),
    "compression": _SIXTEEN_BITS,
    "com": Parameter(outside=(-0.1, math.nan), mistyped=("1", [1]), limits=("0",)),
    "ddof": _COUNT,
    "span": Parameter(outside=(0.9, math.nan), mistyped=("1", [1]), limits=("1",)),
    "central": _FLAG,
    "correction": _FLAG,
    "ignore_na": _FLAG,
    "lag": _SIZE,
    "min_samples": _COUNT,
    "order": Parameter(
        outside=(0, 9, -1, 10**30), mistyped=("3", None, [3], 2.5, math.nan), limits=("1", "8"), kind=_WHOLE
    ),
    "pct": _FLAG,
    "prior": _FINITE,
    "prior_weight": _NOT_NEGATIVE,
    "q": _SEVERAL,
    "q_inf": _PROBABILITY,
    "q_sup": _PROBABILITY,
    "relative_accuracy": Parameter(
        outside=(0.0, 1.0, -0.1, math.nan, math.inf),
        mistyped=("0.5", None, [0.5], 0.5j),
    ),
    "statistic": Parameter(outside=("kss",), mistyped=(None, 1), limits=("ks", "kuiper"), kind="'ks' or 'kuiper'"),
    "target": _FINITE,
    "window_size": _SIZE,
}


def parameter_of(name: str, parameter: str) -> Parameter:
    """Return the values that the parameter of a class refuses."""
    return OWN.get(name, {}).get(parameter) or PARAMETERS[parameter]
