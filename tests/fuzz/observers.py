"""Calls in any order, legal and illegal, on sketches, summaries and groups, compared with their plain models."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.fuzz.calls import Calls, Observed
from tests.models import known
from tests.observers import OBSERVERS, WINDOW, Observer

#: What `skipna` leaves out.
MISSING = (None, float("nan"))


class Beside(Calls):
    """An object and its model."""

    LENGTHS = (0, 1, 2, 3, 8, 50, 400)
    #: Hash tables are written in their own order, and groups that were evicted leave gaps.
    EQUAL_BYTES = False

    def __init__(self, rng: random.Random, observer: Observer) -> None:
        super().__init__(rng, observer.make(WINDOW), observer.kind)
        self.observer, self.model = observer, observer.model(WINDOW)
        self.clock = 0

    def run(self) -> None:
        steps = [self.update] * 6 + [self.update_many] * 3 + [self.illegal] * 3
        steps += [self.stored, self.copied, self.looked_at]
        if self.observer.merges:
            steps.append(self.merge)
        if self.observer.keys:
            steps += [self.pop, self.put]
        if getattr(self.stat, "idle_after", None) is not None:
            steps.append(self.advance)
        for _ in range(self.rng.randint(1, 25)):
            step = self.rng.choice(steps)
            step()
            self.model.check(self.stat)

    def observed(self) -> Observed:
        """Return a legal observation, which may be missing if that is legal."""
        self.clock += 1
        row = [*self.values(2 if self.kind.endswith("pair") else 1)]
        if self.observer.skipna and self.kind != "time" and self.rng.random() < 0.2:
            row[self.rng.randrange(len(row))] = self.rng.choice(MISSING)
        key = (self.rng.choice(self.observer.keys),) if self.observer.keys else ()
        named = self.observer.named(self.clock)
        if "idle_after" in self.observer.name and self.rng.random() < 0.2:
            named["t"] -= 3.0
        return (*key, *row), named

    # Legal calls

    def update(self) -> None:
        row, named = self.observed()
        self.stat.update(*row, **named)
        self.model.update(*row, **named)

    def update_many(self) -> None:
        seen = [self.observed() for _ in range(self.rng.choice(self.LENGTHS))]
        self.stat.update_many(*self.columns(seen), **self.named_columns(seen))
        for row, named in seen:
            self.model.update(*row, **named)

    def columns(self, seen: list[Observed]) -> list[Any]:
        width = len(self.observer.rows[0])
        columns: list[Any] = [[row[i] for row, _ in seen] for i in range(width)]
        keys = columns[: bool(self.observer.keys)]
        return keys + [self.column(column) if None not in column else column for column in columns[len(keys) :]]

    def named_columns(self, seen: list[Observed]) -> dict[str, list[float]]:
        return {name: [named[name] for _, named in seen] for name in self.observer.named(0)}

    def merge(self) -> None:
        other, model = self.observer.make(WINDOW), self.observer.model(WINDOW)
        for _ in range(self.rng.choice((0, 1, 2, 6, 100))):
            row, named = self.observed()
            other.update(*row, **named)
            model.update(*row, **named)
        before = other.to_bytes()
        if self.rng.random() < 0.5:
            self.stat += other
        else:
            self.stat = self.stat + other
        self.model.merge(model)
        assert other.to_bytes() == before
        model.check(other)

    # Of groups

    def pop(self) -> None:
        key = self.rng.choice(self.observer.keys)
        found = self.stat.pop(key, None)
        expected = self.model.held.pop(known(key), None)
        assert (found is None) == (expected is None)
        if expected is not None:
            expected.check(found)

    def put(self) -> None:
        """Take a group out, and put it back as the one that was updated last."""
        if len(self.stat):
            key = self.rng.choice(list(self.stat))
            self.stat[key] = self.stat.pop(key)
            self.model.held.move_to_end(known(key))
            self.model.heard[known(key)] = self.model.now

    def advance(self) -> None:
        self.clock += self.rng.randint(0, 9)
        self.stat.advance(self.clock / 2)
        self.model.advance(self.clock / 2)

    # Illegal calls

    def illegal(self) -> None:
        row, named = self.observed()
        if self.observer.skipna and any(x is None or x != x for x in row):
            return
        values = range(bool(self.observer.keys), len(row))
        calls: list[Callable[[], object]] = [
            lambda: self.stat.update(*row, *row, *row, *row, **named),
            lambda: self.stat.update(*row, **named, nonsense=1),
            lambda: self.stat.update_many(3),
            lambda: self.stat.update_many(),
        ]
        if not self.observer.holds_any and "Count" not in self.observer.name:
            wrong, rest = [*row], [self.observed() for _ in range(self.rng.randint(0, 5))]
            unhashable: list[Any] = [[], {}, [1]]
            place = self.rng.choice(values)
            wrong[place] = self.rng.choice(unhashable if "object" in self.kind else [*unhashable, "a", object(), 1j])
            seen = [*rest, (tuple(wrong), named), *rest]
            calls.append(lambda: self.stat.update(*wrong, **named))
            calls.append(lambda: self.stat.update_many(*self.lists(seen), **self.named_columns(seen)))
        if self.observer.keys:
            calls.append(lambda: self.stat.update([], *row[1:], **named))
        self.refused(self.rng.choice(calls))

    def lists(self, seen: list[Observed]) -> list[list[Any]]:
        return [list(column) for column in zip(*(row for row, _ in seen), strict=True)]


def run(rng: random.Random) -> None:
    """Run one sequence of calls."""
    calls = Beside(rng, rng.choice(OBSERVERS))
    try:
        calls.run()
    except BaseException as error:
        error.add_note(calls.observer.name)
        raise
