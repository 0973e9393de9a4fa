"""Random calls on an object of any kind."""

from __future__ import annotations

import copy
import pickle
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from tests.stats.closeness import assert_same
from tests.stats.streams import Kind, Row

ORDINARY = (0.0, 1.0, -2.5, 3.0, 1e-3, 0.1, 7.0, 100.0)
EXTREME = (float("nan"), float("inf"), -float("inf"), 1e300, -1e300, 1e-300, 5e-324, -0.0, 2.0**53, 1e17)
WORDS = ("a", "b", "", "é", None, 1, True, 2.5, b"a", ("a", 1), 10**30)

#: An observation, and its keyword arguments.
Observed = tuple[Row, dict[str, float]]


class Calls:
    """An object, and the calls that all objects have in common."""

    #: The lengths of columns: longer ones are rare.
    LENGTHS: tuple[int, ...] = (0, 1, 2, 3, 8, 50)
    #: Whether an object that was read from bytes writes the same bytes.
    EQUAL_BYTES = True

    def __init__(self, rng: random.Random, stat: Any, kind: Kind) -> None:
        self.rng, self.stat, self.kind = rng, stat, kind
        self.extreme = rng.random() < 0.3

    def values(self, width: int) -> Row:
        """Return an observation of this many values."""
        if self.kind.startswith("object"):
            return tuple(self.rng.choice(WORDS) for _ in range(width))
        if self.kind == "time":
            return tuple(float(self.rng.randint(-50, 50)) for _ in range(width))
        return tuple(self.rng.choice(ORDINARY + EXTREME if self.extreme else ORDINARY) for _ in range(width))

    def column(self, values: list[Any]) -> Any:
        """Return a column of any type that holds these values."""
        if self.kind.startswith("object"):
            return self.rng.choice((list, tuple, iter))(values)
        makers: list[Callable[[list[float]], Any]] = [list, tuple, iter, np.array, pd.Series]
        makers += [lambda xs: pl.Series(xs, dtype=pl.Float64), lambda xs: pa.array(xs, pa.float64())]
        makers.append(lambda xs: np.array([x for x in xs for _ in range(2)])[::2])
        return self.rng.choice(makers)(values)

    def stored(self) -> None:
        try:
            data = self.stat.to_bytes()
        except (TypeError, ValueError):
            return
        read = type(self.stat).from_bytes(data)
        assert read.to_bytes() == data or not self.EQUAL_BYTES
        self.assert_goes_on(read)
        self.stat = read

    def copied(self) -> None:
        ways = (copy.copy, copy.deepcopy, lambda stat: pickle.loads(pickle.dumps(stat)))
        other = self.rng.choice(ways)(self.stat)
        self.assert_goes_on(other)
        self.stat = other

    def assert_goes_on(self, other: Any) -> None:
        """Assert that it has the same value."""
        assert_same(other.get(), self.stat.get())

    def looked_at(self) -> None:
        repr(self.stat), self.stat.clone()
        self.stat.get()

    def refused(self, call: Callable[[], object]) -> None:
        before = self.state()
        try:
            call()
        except (TypeError, ValueError):
            assert self.state() == before
        else:
            raise AssertionError("an illegal call was not refused")

    def state(self) -> Any:
        try:
            return self.stat.to_bytes()
        except (TypeError, ValueError):
            return repr(self.stat), repr(self.stat.get())
