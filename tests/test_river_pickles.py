"""Pickles that releases of river have written are read here and continue."""

from __future__ import annotations

import collections
import contextlib
import gzip
import importlib
import inspect
import itertools
import json
import math
import pickle
import random
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from river import stats
from river.stats import _rust_stats
from tests.golden.river import make
from tests.processes import limit_memory, run_module
from tests.stats.test_api import ROWS

FOLDER = Path(make.__file__).parent
FILES = sorted(FOLDER.glob("river-*.json.gz"))

#: How close values are to river's, relative to them or to the data.
CLOSE = 1e-9

#: Where they are less close, for a reason in docs/differences.md: a name, perhaps a stream, and how close.
WIDER = (
    ("Entropy()", None, 1e-6),  # `eps` has an effect
    ("EWVar()", "far_from_zero", 1e-4),  # an offset takes digits
    ("MAD()", "numpy_numbers", 1e-7),  # distances of float32 values are float32
)

#: Where, for such a reason, values are those of a statistic of this package that has seen the same: a name, perhaps a
#: stream, and up to which number of values before.
OWN = (
    ("Entropy(fading_factor=0.9)", None, 0),  # the faded distribution is another one
    ("KolmogorovSmirnov()", "pairs_of_integers", 40),  # ties count as differences
    ("Rolling(Cov(), 10)", "weighted_pairs", 1000),  # fractional weights leave traces in river's windows
    ("Shift() | EWMean() | Quantile(q=0.3)", None, 0),  # the mean of nothing is passed on
)


def corpus() -> Iterator[Any]:
    for path in FILES:
        found = json.loads(gzip.decompress(path.read_bytes()))
        by_name = itertools.groupby(found["statistics"], key=lambda record: (record["name"], record["stream"]))
        for (name, stream), records in by_name:
            yield pytest.param(name, stream, list(records), id=f"{found['river']}-{name}-{stream}")


def containers() -> Iterator[Any]:
    for path in FILES:
        found = json.loads(gzip.decompress(path.read_bytes()))
        yield pytest.param(found["container"].encode("latin-1"), id=found["river"])


def loaded(record: dict[str, Any]) -> Iterator[Any]:
    for data in record["pickles"].values():
        yield pickle.loads(data.encode("latin-1"))


def is_lost(name: str, level: int) -> bool:
    """Tell whether river has not kept what a statistic here needs to continue."""
    return name == "Entropy(fading_factor=0.9)" and level > 0


def assert_near(actual: Any, expected: Any, tolerance: float, unit: float) -> None:
    if expected == make.ERROR:
        return
    if not isinstance(expected, float) or not isinstance(actual, float):
        assert actual == expected
        return
    same = actual == expected or (math.isnan(actual) and math.isnan(expected))
    near = math.isclose(actual, expected, rel_tol=tolerance, abs_tol=tolerance * unit)
    assert same or near, f"{actual!r} instead of {expected!r}"


@pytest.mark.parametrize(("name", "stream", "records"), list(corpus()))
def test_goes_on_as_in_river(name: str, stream: str, records: list[dict[str, Any]]) -> None:
    tolerance = next((near for of, on, near in WIDER if name == of and on in (None, stream)), CLOSE)
    for record in records:
        level = record["level"]
        if is_lost(name, level):
            with pytest.raises(ValueError, match="river stored how often each value came but not when"):
                list(loaded(record))
            continue
        observations = list(itertools.islice(getattr(make, stream)(level + 1), level + make.CHECKPOINTS[-1]))
        before, further = observations[:level], observations[level:]
        expected = [record["value"], *record["further"]]
        if any(name == of and on in (None, stream) and level <= up_to for of, on, up_to in OWN):
            own = made_here(name)
            for args, kwargs in before:
                own.update(*args, **kwargs)
            expected = [make.answer(own.get), *make.go_on(own, iter(further))]
        xs = [args[0] for args, _ in observations if args and isinstance(args[0], float) and math.isfinite(args[0])]
        unit = max(map(abs, xs), default=1.0)
        for stat in loaded(record):
            assert type(stat) is type(made_here(name))
            if isinstance(record["n"], float | int):
                assert stat.n == pytest.approx(record["n"])
            values = [make.answer(stat.get), *make.go_on(stat, iter(further))]
            for value, then in zip(values, expected, strict=True):
                assert_near(value, then, tolerance, unit)


MAKERS = {name: maker for name, maker, _ in make.made()}


def made_here(name: str) -> Any:
    return MAKERS[name]()


@pytest.mark.parametrize("data", list(containers()))
def test_a_container_holds_what_it_held(data: bytes) -> None:
    held, expected = pickle.loads(data), make.container()
    assert list(held) == list(expected)
    assert held["again"][0] is held["mean"]
    assert held["again"][2:] == [3, "text"]
    for got, wanted in [
        (held["mean"], expected["mean"]),
        (held["again"][1], expected["again"][1]),
        *zip(held["a", 1], expected["a", 1], strict=True),
        (held["empty"], expected["empty"]),
        (held["link"], expected["link"]),
    ]:
        assert type(got) is type(wanted)
        assert_near(got.get(), wanted.get(), CLOSE, 1.0)
    again = pickle.loads(pickle.dumps(held))
    assert again["again"][0] is again["mean"]
    assert again["mean"].to_bytes() == held["mean"].to_bytes()


def test_every_statistic_that_river_has_is_in_the_corpus() -> None:
    names = {record[0].split("(")[0] for record in make.STATISTICS}
    assert names == {row.name for row in ROWS} - {"Link"}
    assert {path.name for path in FILES} >= {f"river-{v}.json.gz" for v in ("0.19.0", "0.21.2", "0.24.2", "0.26.1")}


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("river._river_rust.stats", "RsQuantile"),
        ("river.stats._rust_stats", "RsQuantile"),
        ("river.stats.base", "Link"),
        ("river.stats.kolmogorov_smirnov", "Treap"),
        ("river.stats.kolmogorov_smirnov", "_Node"),
        ("river.stats.link", "Link"),
        ("river.utils.rolling", "Rolling"),
        ("river.utils.rolling", "TimeRolling"),
        ("river.utils.sorted_window", "SortedWindow"),
    ],
)
def test_what_pickles_name_can_be_imported(module: str, name: str) -> None:
    assert inspect.isclass(getattr(importlib.import_module(module), name))


def test_classes_that_are_not_here_cannot() -> None:
    with pytest.raises(ModuleNotFoundError):
        pickle.loads(b"criver.tree.hoeffding_tree_classifier\nHoeffdingTreeClassifier\n.")
    with pytest.raises(AttributeError):
        pickle.loads(b"criver.stats.mean\nSomethingElse\n.")


# Written by hand: what users may have added to river's classes.


class Own(stats.Mean):
    """A subclass with an extra attribute."""


class Slotted(stats.Var):
    """One with slots."""

    __slots__ = ("unit",)


def empty(cls: Any) -> Any:
    """Return an object whose `__init__` has not run."""
    return cls.__new__(cls)


class Pickled:
    """What pickle writes for an object of river's: its class and its attributes."""

    def __init__(self, cls: Any, state: Any) -> None:
        self.cls, self.state = cls, state

    def __reduce__(self) -> Any:
        return empty, (self.cls,), self.state


def of_river(cls: Any, state: Any) -> Any:
    return pickle.loads(pickle.dumps(Pickled(cls, state)))


def test_attributes_of_users_are_kept() -> None:
    mean = of_river(Own, {"n": 2, "_mean": 1.5, "unit": "kg", "itself": [1]})
    assert type(mean) is Own
    assert (mean.n, mean.get(), mean.unit, mean.itself) == (2.0, 1.5, "kg", [1])
    assert vars(mean) == {"unit": "kg", "itself": [1]}
    var = of_river(Slotted, ({"ddof": 0, "mean": mean, "_S": 3.0}, {"unit": "m"}))
    assert (var.unit, var.get(), vars(var)) == ("m", 1.5, {})


def test_subclasses_with_a_state_of_their_own_are_given_it() -> None:
    class Kept(stats.Mean):
        def __setstate__(self, state: Any) -> None:
            super().__setstate__({"n": state, "_mean": 3.0})

    kept = empty(Kept)
    kept.__setstate__(7)
    assert (kept.n, kept.get()) == (7.0, 3.0)


def test_a_sum_may_revert_what_river_has_not_counted() -> None:
    total = of_river(stats.Sum, {"sum": 100.0})
    for _ in range(10):
        total.revert(5)
    assert total.get() == 50.0
    assert of_river(stats.Sum, {"sum": 0.0}).n == 0


@pytest.mark.parametrize(
    ("cls", "state", "n"),
    [
        (stats.Max, {"max": 3}, 1),
        (stats.Max, {"max": -math.inf}, 0),
        (stats.Min, {"min": 3}, 1),
        (stats.AbsMax, {"abs_max": 0.0}, 0),
    ],
)
def test_where_river_counts_nothing_one_value_at_least_was_seen(cls: Any, state: Any, n: int) -> None:
    stat = of_river(cls, state)
    assert stat.n == n
    stat.update(1)
    assert stat.n == n + 1


# Hostile states are refused, or make a statistic that works.


class States(pickle._Unpickler):
    """Load pickles of river, and record the states that their objects are given."""

    dispatch = dict(pickle._Unpickler.dispatch)  # noqa: RUF012

    def load_build(self) -> None:
        stack: Any = self.stack  # type: ignore[attr-defined]
        self.seen.append((type(stack[-2]), stack[-1]))
        pickle._Unpickler.dispatch[pickle.BUILD[0]](self)  # type: ignore[arg-type]

    dispatch[pickle.BUILD[0]] = load_build  # type: ignore[assignment]

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.seen: list[tuple[Any, Any]] = []


def states() -> Iterator[tuple[Any, Any]]:
    """Yield classes, and states that river has given to objects of them."""
    import io

    for path in (FILES[0], FILES[-1]):
        for record in json.loads(gzip.decompress(path.read_bytes()))["statistics"]:
            if record["level"] in (0, 1, 3, 6, 20, 40) and not is_lost(record["name"], record["level"]):
                reader = States(io.BytesIO(record["pickles"]["4"].encode("latin-1")))
                reader.load()
                yield from reader.seen


def hostile_values() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    nodes = [_node() for _ in range(3)]
    nodes[0].left, nodes[1].left = nodes[1], nodes[0]
    nodes[2].left = nodes[2].right = _node()
    return [
        *(None, True, -1, 0, 2**62, 2**63, 2**64, 2**200, -(2**200)),
        *(0.5, -0.0, 1e308, 5e-324, math.nan, math.inf, -math.inf, 1j),
        *("", "ks", "x", b"", b"\0" * 40, (), [], {}, loop, object(), type, print),
        *([math.nan] * 3, ["a"], [None], collections.deque(["a"], 1), collections.deque([1, 2.5], 5)),
        *(collections.deque(), collections.deque(maxlen=0), itertools.count(), range(10**12)),
        *({"a": 1}, {"a": 0}, {"a": -1}, {"a": 2**62, "b": 2**62}, {"a": 0.5}, {"a": "b"}, {1: {2: 3}}, {"a": loop}),
        *(stats.Mean(), stats.Var(), empty(stats.Mean), stats.Quantile()),
        *nodes,
    ]


def _node() -> Any:
    cls: Any = importlib.import_module("river.stats.kolmogorov_smirnov")._Node
    node = cls()
    node.key, node.left, node.right = (1.0, 0), None, None
    return node


def exercise(stat: Any) -> None:
    repr(stat)
    stat.get()
    pickle.loads(pickle.dumps(stat))
    for observation in ((1.0,), (2.0, 3.0)):
        try:
            stat.update(*observation)
        except (TypeError, ValueError):
            continue
        stat.get()


def mutated(data: bytes, rng: random.Random) -> Iterator[bytes]:
    yield b""
    yield data + b"\0"
    for i in range(len(data)):
        yield data[:i]
        yield data[:i] + bytes([data[i] ^ 1 << rng.randrange(8)]) + data[i + 1 :]
    words = [struct.pack("<d", x) for x in (0.5, -1.0, 1e308, math.nan, math.inf, 5e-324)]
    words += [struct.pack("<Q", x) for x in (1, 5, 2**31, 2**62, 2**63, 2**64 - 1)]
    for i in range(0, len(data) - 7, 8):
        for word in words:
            yield data[:i] + word + data[i + 8 :]


def attack() -> tuple[int, int]:
    """Give objects changed states; return how many were refused and how many work."""
    rng = random.Random(5)
    refused = read = 0
    known = set()
    for cls, state in states():
        if not issubclass(cls, stats.base.Statistic) and not cls.__name__.startswith("Rs"):
            continue
        key = (cls, len(state) if isinstance(state, bytes) else tuple(map(str, state)))
        if key in known:
            continue
        known.add(key)
        changed: Iterator[Any]
        if isinstance(state, bytes):
            changed = mutated(state, rng)
        else:
            without = ({k: v for k, v in state.items() if k != name} for name in state)
            changed = itertools.chain(without, ({**state, k: v} for k in state for v in hostile_values()))
        for forged in changed:
            stat = empty(cls)
            try:
                stat.__setstate__(forged)
            except ValueError:
                refused += 1
            else:
                read += 1
                # A link or a Shift may hold any object, which may fail in any way.
                with contextlib.suppress(Exception if cls in (stats.Link, stats.Shift) else ()):
                    exercise(stat)
    return refused, read


def test_hostile_states_are_refused_or_work() -> None:
    refused, read = map(int, run_module(__name__, timeout=600).split())
    assert refused > 1000
    assert read > 1000


@pytest.mark.parametrize("state", [None, 5, (), (None, None), [], b"", b"RVST", {}, {"n": 1}])
def test_what_no_river_has_written_is_a_value_error(state: Any) -> None:
    for name in stats.__all__:
        cls = getattr(stats, name)
        if inspect.isclass(cls) and (name != "Count" or state != {"n": 1}):
            with pytest.raises(ValueError, match=f"not a valid state of {name}"):
                empty(cls).__setstate__(state)


def test_a_statistic_that_is_made_is_not_made_again() -> None:
    mean: Any = stats.Mean()
    mean.update(5)
    mean.__setstate__({"tag": 1})
    assert (mean.get(), mean.n, mean.tag) == (5.0, 1.0, 1)
    raw: Any = _rust_stats.RsQuantile(0.5)
    with pytest.raises(TypeError):
        raw.__setstate__(b"\0" * 161)


if __name__ == "__main__":
    limit_memory(2 << 30)
    assert sys.argv == sys.argv[:1]
    print(*attack())
