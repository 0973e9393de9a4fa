"""What a worker process can be asked to measure.

Statements and expressions are Python source, as a user would write them: `make` is an expression
that gives the object `s`, `body` a statement run for each value `x`.
"""

from __future__ import annotations

import dataclasses
from typing import Any

PERCENTILES = (50, 90, 99, 99.9, 99.99, 99.999)


@dataclasses.dataclass(frozen=True)
class Loop:
    """Time `for x in stream: body`, for `calls` values in one turn.

    The object is kept and continues in the next turn.
    """

    body: str = "s.update(x)"
    make: str = ""
    stream: str = "normal"
    calls: int = 50_000
    #: The object is made anew after this many calls; with 0, it continues.
    run: int = 0
    #: Values fed to a new object before the clock starts.
    fill: int = 0
    feed: str = "s.update(x)"
    #: Whether the fill may be laid out directly, for windows that are too slow to feed.
    spread: bool = False
    #: Filling is given up after this many seconds.
    patience: float = 60.0


@dataclasses.dataclass(frozen=True)
class SampledRun:
    """Estimate the time of a whole run of updates from part of it.

    While the window grows the cost of an update grows with it: it is timed when the window is a
    quarter and three quarters full. Once it is full the cost stays constant, and is timed there.
    """

    make: str
    window: int
    run: int
    #: Updates timed at each of the three points.
    sample: int = 1_000
    stream: str = "normal"

    @property
    def calls(self) -> int:
        return self.run


@dataclasses.dataclass(frozen=True)
class Batch:
    """Time a statement over whole columns, as many times as fit into `least_ns`."""

    body: str
    length: int = 1_000_000
    least_ns: int = 10_000_000


@dataclasses.dataclass(frozen=True)
class Footprint:
    """Resident memory that `count` objects add, each fed `fill` values: bytes per object."""

    make: str
    count: int = 1
    fill: int = 0
    feed: str = "s.update(x)"
    stream: str = "normal"


@dataclasses.dataclass(frozen=True)
class Latency:
    """Time every single update of a full window, `runs` times over the same stream.

    What the operating system adds hits each run at another point; what the algorithm does at an
    update it does in every run. The minimum over the runs, update by update, is the cost of the
    algorithm.
    """

    make: str
    window: int
    calls: int
    runs: int = 3
    stream: str = "normal"


@dataclasses.dataclass(frozen=True)
class Value:
    """Compute a value: of an object that is updated row by row, or of an expression of the arrays x and y."""

    columns: tuple[tuple[Any, ...], ...]
    make: str = ""
    expression: str = "s.get()"


@dataclasses.dataclass(frozen=True)
class Versions:
    """Name the interpreter and the versions of the libraries."""


Job = Loop | SampledRun | Batch | Footprint | Latency | Value | Versions
_KINDS = {kind.__name__: kind for kind in (Loop, SampledRun, Batch, Footprint, Latency, Value, Versions)}


def to_message(job: Job) -> dict[str, Any]:
    return {"kind": type(job).__name__, **dataclasses.asdict(job)}


def from_message(message: dict[str, Any]) -> Job:
    kind = _KINDS[message.pop("kind")]
    return kind(**message)
