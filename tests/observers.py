"""The table of objects that observe, other than the classes of the conformance table, their windows and links.

These are sketches with parameters that make them inexact, summaries, statistics that skip NaN, and groups: for every
class of the conformance table, so that what is added there is here too. A new class needs a row of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from river import sketch, stats, utils
from tests import models
from tests.models import Alone, Groups, Model, Skipping, Together
from tests.stats.cases import BY_NAME, CASES, Case
from tests.stats.streams import SHORT, Kind, Row
from tests.stats.windowed import CASES_IN_WINDOWS

#: How many observations windows hold, unless another number is given.
WINDOW = 5
#: Keys by type: some are equal, one is NaN.
KEYS: dict[str, Sequence[Any]] = {
    "ints": (3, -1, 2**40, 0, 7),
    "texts": ("b", "ä", "", "a longer one than fits", "a"),
    "any": (1.5, 1, True, b"x", (1, "a"), 2**70, "c", None, float("nan")),
}


@dataclass(frozen=True)
class Observer:
    """Something that observes, and its plain model."""

    name: str
    make: Callable[[int], Any]
    """Makes an object, whose windows are of this size."""
    model: Callable[[int], Model]
    kind: Kind = "number"
    """What one observation is, without its key."""
    keys: Sequence[Any] = ()
    """The keys, of groups."""
    beside: str = ""
    """What stands beside an observation: a weight `w`, a time `t` or nothing."""
    skipna: bool = False
    """Whether what is missing is left out."""
    merges: bool = True
    holds_any: bool = False
    """Whether an observation may be of any type."""
    counts: Callable[[Any], tuple[float, ...]] = lambda stat: (stat.n,)
    """How many observations it and its parts have seen, as far as nothing has left them."""

    def __repr__(self) -> str:
        return self.name

    @property
    def rows(self) -> list[Row]:
        """A few observations, with their keys."""
        keys = self.keys or (None,)
        rows = SHORT[self.kind]
        return [(keys[i % len(keys)], *row) for i, row in enumerate(rows)] if self.keys else rows

    def named(self, i: int) -> dict[str, float]:
        """Return the keyword arguments of observation `i`."""
        beside = {"w": (1.0, 0.5, 2.0, 0.0)[i % 4], "t": i / 2}
        return {self.beside: beside[self.beside]} if self.beside else {}


def sized(case: Case, size: int) -> dict[str, Any]:
    return {**case.params[0], **({"window_size": size} if case.rolling else {})}


def made(case: Case, size: int = WINDOW) -> Any:
    return case.make(sized(case, size))


def alone(case: Case, size: int) -> Alone:
    return Alone(case, made(case, size))


def windowed(case: Case, size: int) -> Any:
    return utils.Rolling(case.cls, size, **case.params[0])


def merges(case: Case) -> bool:
    return "merge" in case.abilities


def group_counts(groups: Any) -> tuple[float]:
    return (sum(statistic.n for _, statistic in groups.items()),)


def groups(name: str, template: Callable[[int], Any], new: Callable[[int], Any], **others: Any) -> Observer:
    """Return the row of groups of statistics that `template` makes, with models that `new` makes."""
    limits = {limit: others.pop(limit) for limit in ("max_groups", "idle_after", "skipna") if limit in others}
    label = ", ".join([name, *(f"{limit}={value}" for limit, value in limits.items())])
    return Observer(
        f"GroupBy({label})",
        lambda size: utils.GroupBy(template(size), **limits),
        lambda size: Groups(partial(new, size), **limits),
        beside="t" if "idle_after" in limits else "",
        skipna="skipna" in limits,
        counts=group_counts,
        **others,
    )


def of_classes() -> Iterator[Observer]:
    """Yield groups of every class, and every class with missing values skipped."""
    for i, case in enumerate(CASES):
        keys = list(KEYS.values())[i % len(KEYS)]
        shared: dict[str, Any] = {"kind": case.kind, "holds_any": case.holds_any, "merges": merges(case)}
        yield groups(case.name, partial(made, case), partial(alone, case), keys=keys, **shared)
        yield Observer(
            f"SkipNaN({case.name})",
            lambda size, case=case: utils.SkipNaN(made(case, size)),
            lambda size, case=case: Skipping(alone(case, size)),
            skipna=True,
            counts=lambda stat: (stat.n, stat.statistic.n),
            **shared,
        )


def of_windows() -> Iterator[Observer]:
    """Yield groups of windows, which cannot be merged."""
    for i, case in enumerate(CASES_IN_WINDOWS):
        yield groups(
            f"Rolling {case.name}",
            partial(windowed, case),
            lambda size, case=case: Alone(case, windowed(case, size)),
            keys=list(KEYS.values())[i % len(KEYS)],
            kind=case.kind,
            holds_any=case.holds_any,
            merges=False,
        )


def with_limits() -> Iterator[Observer]:
    """Yield groups that are evicted: in Rust, and in a dict if the statistic is of hashable values."""
    limits: list[dict[str, Any]] = [{"max_groups": 3}, {"idle_after": 2.0}, {"max_groups": 2, "idle_after": 4.0}]
    for label, keys in KEYS.items():
        for limit in limits:
            for name in ("Mean", "Mode"):
                case = BY_NAME[name]
                skipna = {"skipna": True} if label == "any" else {}
                yield groups(
                    f"{name} by {label}",
                    partial(made, case),
                    partial(alone, case),
                    keys=keys,
                    kind=case.kind,
                    # What evictions do to a merge is in `tests/groups/test_eviction.py`.
                    merges=False,
                    **limit,
                    **skipna,
                )


def summary(name: str, parts: dict[str, Callable[[int], Alone]], **others: Any) -> Observer:
    """Return the row of a summary of these statistics."""
    skipna = {"skipna": others["skipna"]} if "skipna" in others else {}
    return Observer(
        f"Summary of {name}",
        lambda size: utils.Summary(**{name: part(size).stat for name, part in parts.items()}, **skipna),
        lambda size: Together({name: part(size) for name, part in parts.items()}, bool(skipna)),
        counts=lambda stat: (stat.n, *(stat[name].n for name in stat)),
        **others,
    )


def summaries() -> Iterator[Observer]:
    kinds: tuple[Kind, ...] = ("number", "pair", "time")
    for kind in kinds:
        cases = [case for case in CASES if case.kind == kind and not case.holds_any]
        parts = {case.name: partial(alone, case) for case in cases}
        merged = {case.name: partial(alone, case) for case in cases if merges(case)}
        yield summary(f"every {kind}", parts, kind=kind, merges=False)
        yield summary(f"every {kind} that merges", merged, kind=kind, skipna=True)
    weighted = {
        case.name: partial(alone, case) for case in CASES if "weighted" in case.abilities and case.kind == "number"
    }
    yield summary("weights", weighted, beside="w")
    yield groups_of_summaries(weighted)
    mean = BY_NAME["Mean"]
    faded = BY_NAME["EWMean"]
    yield summary(
        "times",
        {
            "mean": partial(alone, mean),
            "lately": lambda _: Alone(faded, stats.EWMean(halflife=3), looks_at_times=True),
        },
        beside="t",
        merges=False,
    )
    objects = {name: partial(alone, BY_NAME[name]) for name in ("Count", "Mode", "CountDistinct", "Entropy")}
    yield summary("objects", objects, kind="object")
    yield summary(
        "windows and links",
        {
            "mean": partial(alone, mean),
            "lately": lambda size: Alone(mean, windowed(mean, size)),
            "linked": lambda _: Alone(mean, stats.Shift(0) | stats.Mean()),
            "mode": partial(alone, BY_NAME["Mode"]),
        },
        merges=False,
    )


def groups_of_summaries(parts: dict[str, Callable[[int], Alone]]) -> Observer:
    return groups(
        "Summary",
        lambda size: utils.Summary(**{name: part(size).stat for name, part in parts.items()}),
        lambda size: Together({name: part(size) for name, part in parts.items()}, skipna=False),
        keys=KEYS["texts"],
    )


def of_sketch(cls: Any, model: Callable[[], Any], kind: Kind = "number", **params: Any) -> Iterator[Observer]:
    """Yield a sketch with these parameters, and groups of it."""
    label = f"{cls.__name__}({', '.join(f'{name}={value}' for name, value in params.items())})"
    yield Observer(label, lambda _: cls(**params), lambda _: model(), kind=kind)
    yield groups(label, lambda _: cls(**params), lambda _: model(), kind=kind, keys=KEYS["ints"])


def sketches() -> Iterator[Observer]:
    """Yield sketches with parameters that make them inexact."""
    for k in (8, 200):
        # Five times the error that one in a hundred streams exceeds.
        yield from of_sketch(sketch.KLL, partial(models.Quantiles, 5 * 2.296 / k**0.9723, seen=True), k=k)
    for accuracy in (0.001, 0.3):
        model = partial(models.Quantiles, relative_error=accuracy + 1e-12)
        yield from of_sketch(sketch.DDSketch, model, relative_accuracy=accuracy)
    for compression in (10, 100):
        yield from of_sketch(sketch.TDigest, models.Quantiles, compression=compression)
    for rate in (0.01, 0.3):
        yield from of_sketch(sketch.NUnique, partial(models.Distinct, rate), "object", error_rate=rate, seed=5)
    for support, epsilon in ((0.001, 0.005), (0.1, 0.05)):
        model_of_items = partial(models.Frequent, support, epsilon)
        yield from of_sketch(sketch.HeavyHitters, model_of_items, "object", support=support, epsilon=epsilon)


OBSERVERS = [*sketches(), *summaries(), *of_classes(), *of_windows(), *with_limits()]
