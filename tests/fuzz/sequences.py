"""Calls in any order, legal and illegal, compared with a plain model: the list of what was observed.

A legal call leads to the value of a fresh object that has seen what is in the list, one by one, and where all of that
is of an ordinary size, to the value of the oracle. An illegal one raises, and changes no byte of the state.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from tests.fuzz.calls import Calls, Observed
from tests.golden.levels import WINDOW, Subject, subjects
from tests.models import agree
from tests.stats.cases import feed
from tests.stats.closeness import assert_close, bound
from tests.stats.streams import Row
from tests.stats.windowed import rounding

SUBJECTS = list(subjects())


class Sequence(Calls):
    """An object of `river.stats`, what it has seen, and the calls made on it."""

    def __init__(self, rng: random.Random) -> None:
        self.subject: Subject = rng.choice(SUBJECTS)
        self.case = self.subject.case
        super().__init__(rng, self.subject.make(), self.case.kind)
        self.log: list[Observed] = []
        #: The reverted observations, whose rounding errors remain.
        self.past: list[Observed] = []
        self.reverted = False
        self.clock = 0
        #: Whether the state comes from no stream: its parts may then contradict each other.
        self.is_made_up = False

    def run(self) -> None:
        steps: list[Callable[[], None]] = [self.update] * 6 + [self.update_many] * 3 + [self.illegal] * 3
        steps += [self.stored, self.copied, self.looked_at, self.refused_column]
        if not self.subject.kind and "revert" in self.case.abilities:
            steps += [self.revert] * 2
        if not self.subject.kind and "merge" in self.case.abilities:
            steps.append(self.merge)
        for _ in range(self.rng.randint(1, 25)):
            step = self.rng.choice(steps)
            step()
            self.check()

    def row(self) -> Row:
        if self.subject.kind == "Slots" and self.rng.random() < 0.3:
            return (None,) * len(self.case.arguments)
        return self.values(len(self.case.arguments))

    def beside(self) -> dict[str, float]:
        self.clock += 1
        return self.subject.named(self.clock)

    # Legal calls

    def update(self) -> None:
        row, named = self.row(), self.beside()
        self.stat.update(*row, **named)
        self.log.append((row, named))

    def update_many(self) -> None:
        rows = [(self.row(), self.beside()) for _ in range(self.rng.choice(self.LENGTHS))]
        columns = [self.gapped([row[i] for row, _ in rows]) for i in range(len(self.case.arguments))]
        named = {"t": [named["t"] for _, named in rows]} if self.subject.named(0) else {}
        if self.rng.random() < 0.5:
            self.stat.update_many(*columns, **named)
        else:
            # Over an iterator, the values come one by one.
            values = list(self.stat.accumulate(*columns, **named))
            if rows and not self.subject.kind and self.case.kind == "number":
                value = self.stat.get()
                seen = [row for row, _ in self.log + rows]
                assert value is None or agree(self.case, values[-1], value, seen)
        self.log += rows

    def gapped(self, values: list[Any]) -> Any:
        """Return a column in which None values are missing."""
        if None not in values or "object" in self.case.kind:
            return self.column(values)
        return self.rng.choice((list, tuple, iter, lambda xs: pa.array(xs, pa.float64())))(values)

    def revert(self) -> None:
        if not self.log or self.case.name == "Entropy":
            return
        row, named = self.log.pop(self.rng.randrange(len(self.log)))
        self.stat.revert(*row)
        if self.case.kind in ("number", "pair"):
            self.past.append((row, named))
        self.reverted = True

    def merge(self) -> None:
        rows = [self.row() for _ in range(self.rng.randint(0, 6))]
        other = self.case.fed(rows, self.subject.params)
        before, own = other.to_bytes(), self.state()
        try:
            self.stat += other
        except ValueError:
            # A mode that has left values out.
            assert self.case.name == "Mode"
            assert (other.to_bytes(), self.state()) == (before, own)
            return
        assert other.to_bytes() == before
        self.log += [(row, {}) for row in rows]

    def assert_goes_on(self, other: Any) -> None:
        """Assert that it has the same value; a window by time is stored as its events, and sums them anew."""
        if self.is_made_up:
            return
        if self.subject.kind in ("TimeRolling", "Slots"):
            assert agree(self.case, other.get(), self.stat.get(), there(self.log))
        else:
            super().assert_goes_on(other)

    def looked_at(self) -> None:
        super().looked_at()
        self.stat.name  # noqa: B018

    # Illegal calls

    def illegal(self) -> None:
        # In a window of rows, None would make a row whose other values are not checked.
        row = ["a" if x is None else x for x in self.values(len(self.case.arguments))]
        i = self.rng.randrange(len(row))
        calls: list[Callable[[], object]] = [
            lambda: self.stat.update(),
            lambda: self.stat.update(*row, *row, *row, *row),
            lambda: self.stat.update(*row, nonsense=1),
            lambda: self.stat.update_many(),
            lambda: self.stat.update_many(3),
        ]
        if self.case.kind in ("number", "pair") and not self.case.holds_any and "Shift" not in self.subject.kind:
            wrong = [*row]
            nothing = () if self.subject.kind == "Slots" else (None,)
            wrong[i] = self.rng.choice((*nothing, "a", [], {}, object(), 1j))
            calls += [lambda: self.stat.update(*wrong, **self.subject.named(self.clock))] * 3
        if "object" in self.case.kind:
            unhashable = [*row]
            unhashable[i] = [1]
            calls += [lambda: self.stat.update(*unhashable, **self.subject.named(self.clock))] * 3
        if self.case.name != "Count":
            self.refused(self.rng.choice(calls))

    def refused_column(self) -> None:
        if self.case.kind not in ("number", "pair") or self.case.holds_any or "Shift" in self.subject.kind:
            return
        rows = [self.row() for _ in range(self.rng.randint(1, 20))]
        columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
        named = {"t": [self.clock / 2] * len(rows)} if self.subject.named(0) else {}
        self.rng.choice(columns)[self.rng.randrange(len(rows))] = self.rng.choice(("a", [], 1j))
        self.refused(lambda: self.stat.update_many(*columns, **named))

    # The model

    def check(self) -> None:
        rows = [row for row, _ in self.log]
        value = self.stat.get()
        if self.subject.kind:
            fresh = self.subject.make()
            for row, named in self.log:
                fresh.update(*row, **named)
            seen = self.log[-WINDOW:] if self.subject.kind in ("Rolling", "TimeRolling", "Slots") else self.log
        else:
            fresh, seen = self.case.fed(rows, self.subject.params), self.log
            seen = seen[-fresh.n :] if self.case.name == "RollingMode" else seen
        # Reverting leaves rounding errors: large ones after an extreme value, and nothing but these if a spread has
        # become 0. A square root turns them into half of its digits.
        by_root = self.case.name in ("Regression", "SEM", "Std")
        if not self.reverted or not (self.extreme or self.case.degree == 0 or by_root):
            past = [row for row, _ in seen + self.past] if "object" in self.case.kind else there(seen + self.past)
            assert agree(self.case, value, fresh.get(), past), (value, fresh.get())
        elif fresh.get() is None:
            # A rounding error in the deviations of x is enough for a slope.
            assert value is None or self.case.name == "Regression"
        # For a mode in a window that was merged, it is not known for how long equally frequent values have been in it.
        if self.extreme or self.reverted or self.subject.kind or not rows or self.case.name == "RollingMode":
            return
        oracle = feed(self.case.oracle(**self.subject.params), rows)
        assert_close(
            value, oracle.get(), max(bound(self.case, rows), rounding(self.case, rows) * bool(self.case.tolerance))
        )


def there(observed: list[Observed]) -> list[Row]:
    """Return the rows that are not missing."""
    return [row for row, _ in observed if None not in row]


def run(rng: random.Random) -> None:
    """Run one sequence of calls."""
    sequence = Sequence(rng)
    try:
        sequence.run()
    except BaseException as error:
        error.add_note(f"{sequence.subject.name} after {sequence.log}")
        raise
