"""Plain models of compound objects: sketches, summaries and groups.

A model takes the same observations as an object, and `check` asserts that the object agrees with it.
"""

from __future__ import annotations

import bisect
import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Protocol, Self

from tests.stats.cases import Case
from tests.stats.streams import Row
from tests.stats.windowed import agrees


class Model(Protocol):
    """The interface of a model."""

    def update(self, *row: Any, **named: float) -> None: ...

    def merge(self, other: Self, /) -> None: ...

    def check(self, stat: Any) -> None: ...


def is_missing(row: Row) -> bool:
    """Tell whether `skipna` leaves an observation out."""
    return any(x is None or x != x for x in row)


def agree(case: Case, value: Any, expected: Any, rows: Sequence[Row]) -> bool:
    """Tell whether two values are the same but for rounding; powers of the largest numbers may overflow."""
    if any(isinstance(x, float) and 1e100 < abs(x) < math.inf for row in rows for x in row):
        return (value is None) == (expected is None)
    if case.name == "Mode" and isinstance(expected, float) and math.isnan(expected):
        # A NaN does not equal any other: those of an array are a value each, and may not be the most frequent one.
        return bool(value != value) or (value,) in rows
    near = isinstance(value, float) and isinstance(expected, float) and math.isclose(value, expected, rel_tol=1e-12)
    return near or agrees(case, value, expected, rows)


class Alone:
    """A single statistic, updated with one observation at a time."""

    def __init__(self, case: Case, stat: Any, looks_at_times: bool = False) -> None:
        self.case, self.stat, self.looks_at_times = case, stat, looks_at_times
        self.log: list[tuple[Row, dict[str, float]]] = []

    def update(self, *row: Any, **named: float) -> None:
        named = {name: value for name, value in named.items() if name != "t" or self.looks_at_times}
        self.stat.update(*row, **named)
        self.log.append((row, named))

    def merge(self, other: Alone) -> None:
        for row, named in other.log:
            self.update(*row, **named)

    def check_value(self, value: Any) -> None:
        expected, rows = self.stat.get(), [row for row, _ in self.log]
        if self.case.name == "RollingMode":
            # Which of several equally frequent values it is depends on what is in the window.
            rows = rows[-getattr(self.stat, "obj", self.stat).n :]
        assert agree(self.case, value, expected, rows), (self.case, value, expected)

    def check(self, stat: Any) -> None:
        self.check_value(stat.get())
        assert stat.n == self.stat.n


class Together:
    """A dict of statistics: what a summary is."""

    def __init__(self, held: dict[str, Alone], skipna: bool) -> None:
        self.held, self.skipna = held, skipna
        self.n = self.n_skipped = 0.0

    def update(self, *row: Any, **named: float) -> None:
        if self.skipna and is_missing(row):
            self.n_skipped += 1
            return
        for statistic in self.held.values():
            statistic.update(*row, **named)
        self.n += named.get("w", 1.0)

    def merge(self, other: Together) -> None:
        for name, statistic in self.held.items():
            statistic.merge(other.held[name])
        self.n += other.n
        self.n_skipped += other.n_skipped

    def check_value(self, values: Any) -> None:
        assert list(values) == list(self.held)
        for name, value in values.items():
            self.held[name].check_value(value)

    def check(self, stat: Any) -> None:
        assert (stat.n, stat.n_skipped, stat.keys()) == (self.n, self.n_skipped, list(self.held))
        self.check_value(stat.get())
        for name, statistic in self.held.items():
            statistic.check(stat[name])


class Skipping(Together):
    """One statistic, without what is missing."""

    def __init__(self, statistic: Alone) -> None:
        super().__init__({"statistic": statistic}, skipna=True)

    def check(self, stat: Any) -> None:
        assert (stat.n, stat.n_skipped) == (self.n, self.n_skipped)
        self.held["statistic"].check_value(stat.get())
        self.held["statistic"].check(stat.statistic)


class Groups:
    """A dict of statistics by key, and which of them are evicted."""

    def __init__(
        self,
        new: Callable[[], Any],
        max_groups: int | None = None,
        idle_after: float | None = None,
        skipna: bool = False,
    ) -> None:
        self.new, self.max_groups, self.idle_after, self.skipna = new, max_groups, idle_after, skipna
        #: By key, the least recently updated first.
        self.held: OrderedDict[Any, Any] = OrderedDict()
        self.heard: dict[Any, float] = {}
        self.evicted: list[tuple[Any, Any]] = []
        self.now = -math.inf
        self.n_skipped = 0

    def evict(self, key: Any) -> None:
        self.evicted.append((key, self.held.pop(key)))

    def advance(self, t: float) -> None:
        self.now = max(self.now, t)
        for silent in [key for key in self.held if self.now - self.heard[key] > (self.idle_after or math.inf)]:
            self.evict(silent)

    def update(self, key: Any, *row: Any, t: float | None = None, **named: float) -> None:
        if self.skipna and is_missing(row):
            self.n_skipped += 1
            return
        if t is not None and self.idle_after is not None:
            self.advance(t)
        key = known(key)
        if key not in self.held and len(self.held) == self.max_groups:
            self.evict(next(iter(self.held)))
        self.of(key).update(*row, **named)
        self.held.move_to_end(key)
        self.heard[key] = self.now

    def of(self, key: Any) -> Any:
        if key not in self.held:
            self.held[key] = self.new()
        return self.held[key]

    def merge(self, other: Groups) -> None:
        for key, statistic in other.held.items():
            self.of(key).merge(statistic)
        self.n_skipped += other.n_skipped

    def check(self, groups: Any) -> None:
        values = groups.get()
        assert {known(key) for key in values} == self.held.keys() == {known(key) for key in groups}
        assert (len(groups), groups.n_evicted) == (len(self.held), len(self.evicted))
        assert groups.n_skipped == self.n_skipped
        for key, value in values.items():
            assert key in groups
            assert repr(groups.get(key)) == repr(value)
            self.held[known(key)].check(groups[key])


#: What every NaN is as a key.
NAN = "NaN, which equals itself"


def known(item: Any) -> Any:
    """Return a key or an item as a dict may hold it, with one object for every NaN."""
    return NAN if item != item else item


class Quantiles:
    """A sorted list."""

    #: At how many probabilities quantiles are looked at.
    Q = (0.0, 0.01, 0.25, 0.5, 0.77, 0.99, 1.0)

    def __init__(self, rank_error: float = 1.0, relative_error: float = math.inf, seen: bool = False) -> None:
        """Each bound is given if the class has it; `seen` is whether quantiles are values that were seen."""
        self.rank_error, self.relative_error, self.seen = rank_error, relative_error, seen
        self.values: list[float] = []
        self.nans = 0

    def update(self, x: float) -> None:
        if math.isnan(x):
            self.nans += 1
        else:
            bisect.insort(self.values, x)

    def merge(self, other: Quantiles) -> None:
        self.values = sorted(self.values + other.values)
        self.nans += other.nans

    def check(self, stat: Any) -> None:
        values, n = self.values, len(self.values)
        assert stat.n == n + self.nans
        found = stat.quantile(self.Q)
        if self.nans:
            assert all(map(math.isnan, found))
            return
        if not values:
            assert found is stat.get() is stat.rank(0.0) is None
            return
        assert found == sorted(found)
        assert (found[0], found[-1]) == (values[0], values[-1])
        for q, x in zip(self.Q, found, strict=True):
            below, up_to = bisect.bisect_left(values, x) / n, bisect.bisect_right(values, x) / n
            assert below - self.rank_error <= q <= up_to + self.rank_error, (q, x)
            exact = values[max(math.ceil(q * n) - 1, 0)]
            assert x == exact or not abs(x - exact) > self.relative_error * abs(exact), (q, x, exact)
            assert not self.seen or x in values
        ranks = stat.cdf([-math.inf, *found, math.inf])
        assert ranks == sorted(ranks)
        assert ranks[-1] == 1.0
        assert ranks[0] <= values.count(-math.inf) / n + self.rank_error


class Distinct:
    """A set."""

    def __init__(self, error_rate: float) -> None:
        self.error_rate, self.items, self.n = error_rate, set[Any](), 0

    def update(self, x: Any) -> None:
        self.items.add(known(x))
        self.n += 1

    def merge(self, other: Distinct) -> None:
        self.items |= other.items
        self.n += other.n

    def check(self, stat: Any) -> None:
        # Eight standard errors, plus the effect of two equal hashes among few items.
        assert abs(stat.get() - len(self.items)) <= 1 + 8 * self.error_rate * len(self.items)
        assert stat.n == self.n
        low, high = stat.bounds(0.997)
        assert low <= stat.get() <= high + 1


class Frequent:
    """A Counter."""

    def __init__(self, support: float, epsilon: float) -> None:
        self.support, self.epsilon = support, epsilon
        self.counts: Counter[Any] = Counter()

    def update(self, x: Any) -> None:
        self.counts[known(x)] += 1

    def merge(self, other: Frequent) -> None:
        self.counts += other.counts

    def check(self, stat: Any) -> None:
        n = self.counts.total()
        common = {known(item): count for item, count in stat.most_common()}
        assert (stat.n, stat.get()) == (n, stat.most_common())
        assert common.keys() <= self.counts.keys()
        for key, count in self.counts.items():
            item = math.nan if key is NAN else key
            low, high = stat.bounds(item)
            assert low == stat[item] <= count <= high
            assert count - low <= self.epsilon * n
            assert (key in common) or count < self.support * n
            assert (key not in common) or count >= (self.support - self.epsilon) * n
            assert common.get(key, low) == low
