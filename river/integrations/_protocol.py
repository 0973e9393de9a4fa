"""What every engine does with statistics: start empty, update by columns, move as bytes, merge, and get the value."""

from __future__ import annotations

import contextlib
import copy
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from river import stats, utils
from river.base import Base

#: Statistics that depend on the order of their observations. `Extrema` does because of its positions.
IN_ORDER: tuple[type[Any], ...] = (
    stats.AutoCorr,
    stats.EWCorr,
    stats.EWCov,
    stats.EWMean,
    stats.EWStd,
    stats.EWVar,
    stats.Extrema,
    stats.First,
    stats.FirstDifference,
    stats.Last,
    stats.Link,
    stats.MaxDrawdown,
    stats.PercentChange,
    stats.Shift,
    stats.ZScore,
    stats.base.RollingUnivariate,
    utils.Rolling,
    utils.TimeRolling,
    utils.TumblingWindow,
)

Read = Callable[[Any], Any]
"""Return the column of this name."""


class Templates:
    """A statistic for each column, or for each tuple of columns, in this order.

    Parameters
    ----------
    statistics
        Templates, which are not modified. A single statistic is for data without columns: its name is then None.
    by
        The column of the keys, or a tuple of such columns, to keep each statistic by key, in a `utils.GroupBy`.
    skipna
        Whether NaN and None are left out and counted: by a `utils.SkipNaN` around each, or by the groups.

    """

    def __init__(self, statistics: Any, by: Any = None, skipna: bool = False) -> None:
        self.is_one = not isinstance(statistics, Mapping)
        given = {None: statistics} if self.is_one else statistics
        if not given:
            raise ValueError("statistics must name at least one column, got none")
        self._by = by
        self._templates = {name: as_template(statistic) for name, statistic in given.items()}
        if by is not None:
            if self.is_one:
                raise TypeError("with by, statistics must be a statistic for each column, as {'x': stats.Mean()}")
            self._templates = {
                name: utils.GroupBy(template, skipna=skipna) for name, template in self._templates.items()
            }
        elif skipna:
            self._templates = {name: skipping(template) for name, template in self._templates.items()}

    @property
    def names(self) -> list[Any]:
        """What the statistics observe: each a column, or a tuple of columns."""
        return list(self._templates)

    @property
    def columns(self) -> list[Any]:
        """The columns, each once."""
        names = self._templates if self._by is None else [self._by, *self._templates]
        return list(dict.fromkeys(column for name in names for column in as_columns(name)))

    def fresh(self) -> dict[Any, Any]:
        """Return statistics that have seen nothing."""
        return {name: template.clone() for name, template in self._templates.items()}

    def update(self, statistics: dict[Any, Any], read: Read, t: Any = None) -> None:
        """Update the statistics with the columns of a batch, and those that take times with the column `t`."""
        keys = []
        if self._by is not None:
            with naming(self._by):
                keys = [tuple(map(read, self._by)) if isinstance(self._by, tuple) else read(self._by)]
        for name, statistic in statistics.items():
            with naming(name):
                statistic.update_many(*keys, *map(read, as_columns(name)), **times(statistic, t))

    def dumped(self, statistics: dict[Any, Any]) -> list[bytes]:
        """Return the states."""
        return [dump(statistic) for statistic in statistics.values()]

    def loaded(self, states: Iterable[bytes]) -> dict[Any, Any]:
        """Return the statistics that the states hold."""
        pairs = zip(self._templates.items(), states, strict=True)
        return {name: load(template, state) for (name, template), state in pairs}


class Aggregation:
    """Statistics of the columns of a partitioned data set whose parts come in any order.

    Parameters
    ----------
    statistics, by, skipna
        As `Templates` takes them.
    engine
        The name of the engine in error messages.

    Raises
    ------
    TypeError
        If one of them is not a statistic, has no merge, or depends on the order of its observations.

    """

    def __init__(self, statistics: Any, engine: str, by: Any = None, skipna: bool = False) -> None:
        for statistic in Templates(statistics).fresh().values():
            mergeable(statistic, engine)
        self._templates = Templates(statistics, by, skipna)

    @property
    def columns(self) -> list[Any]:
        """The columns that are read, each once."""
        return self._templates.columns

    def seen(self, batches: Iterable[Read]) -> dict[Any, Any]:
        """Return statistics that have seen these batches alone."""
        statistics = self._templates.fresh()
        for read in batches:
            self._templates.update(statistics, read)
        return statistics

    def part(self, batches: Iterable[Read]) -> list[bytes]:
        """Return their states."""
        return self._templates.dumped(self.seen(batches))

    def merged(self, parts: Iterable[list[bytes]]) -> list[bytes]:
        """Return the states of statistics that have seen everything that the parts have seen."""
        return self._templates.dumped(self._merge(parts))

    def result(self, parts: Iterable[list[bytes]]) -> Any:
        """Return the statistic of each column, or the only one for data without columns."""
        merged = self._merge(parts)
        return merged[None] if self._templates.is_one else merged

    def _merge(self, parts: Iterable[list[bytes]]) -> dict[Any, Any]:
        merged = self._templates.fresh()
        for part in parts:
            for name, statistic in self._templates.loaded(part).items():
                merged[name] += statistic
        return merged


def as_columns(name: Any) -> tuple[Any, ...]:
    """Return the columns that a name stands for, which a tuple of them does."""
    return name if isinstance(name, tuple) else (name,)


def batch_reader(batch: Any) -> Read:
    """Return what reads the columns of a record batch of Arrow."""
    read: Read = batch.column
    return read


def times(statistic: Any, t: Any) -> dict[str, Any]:
    """Return times as a keyword argument for updates, if there are any and the statistic takes them."""
    return {"t": t} if t is not None and takes_times(statistic) else {}


def takes_times(statistic: Any) -> bool:
    """Tell whether a statistic takes times, or one of those that it keeps does."""
    if isinstance(statistic, utils.GroupBy):
        return takes_times(statistic._template)
    if isinstance(statistic, utils.Summary):
        return any(map(takes_times, summarised(statistic)))
    return any(getattr(statistic, name, None) is not None for name in ("period", "halflife"))


def label(name: Any) -> Any:
    """Return the name of a column of results: for a tuple of columns, their names joined."""
    return "_".join(map(str, name)) if isinstance(name, tuple) else name


@contextlib.contextmanager
def naming(name: Any) -> Iterator[None]:
    """Make errors name their column."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        kind = next(kind for kind in (LookupError, TypeError, ValueError) if isinstance(error, kind))
        of = "the data" if name is None else f"column {name!r}"
        raise kind(f"{of}: {error}") from error


def mergeable(statistic: Any, engine: str) -> Any:
    """Return a template of a statistic that engines can compute in parts that come in any order."""
    template = as_template(statistic)
    for part in within(template):
        name = type(part).__name__ if part is template else f"{type(part).__name__} in {type(template).__name__}"
        if isinstance(part, IN_ORDER) or getattr(part, "fading_factor", 1.0) != 1.0:
            raise TypeError(
                f"{name} depends on the order of its observations, which {engine} does not promise: "
                "it can be computed where one process sees all of them, and by spark.as_stateful"
            )
        if isinstance(part, utils.Summary) and summarised(part):
            continue
        try:
            utils.merge([copy.deepcopy(part), copy.deepcopy(part)])
        except TypeError:
            raise TypeError(
                f"{name} has no merge, and {engine} computes parts and merges them: moments, sums, means, counts, Min, "
                "Max, Cov, PearsonCorr, Entropy and Mode have one, and classes in Python with + and +="
            ) from None
    return template


def as_template(statistic: Any) -> Any:
    """Return a copy that has seen nothing."""
    if isinstance(statistic, type) or not hasattr(statistic, "update") or not hasattr(statistic, "clone"):
        raise TypeError(f"an object of a statistic is needed, as stats.Mean(), got {statistic!r}")
    return statistic.clone()


def width(statistic: Any, columns: int) -> int | None:
    """Return how many numbers the value of a statistic of this many columns is, None if it is not several."""
    empty = as_template(statistic)
    # A summary and user-defined statistics have no `accumulate`.
    values = empty.accumulate(*([],) * columns, **times(empty, [])) if hasattr(empty, "accumulate") else None
    return values.shape[1] if values is not None and values.ndim > 1 else None


def skipping(template: Any) -> Any:
    """Return a template that leaves out NaN and None and counts them."""
    if not isinstance(template, utils.Summary):
        return utils.SkipNaN(template)
    return template if template.skipna else template.clone({"skipna": True})


def summarised(summary: utils.Summary) -> list[Any]:
    """Return the statistics of a summary; what `Summary.describe` makes has only its own."""
    return [value for value in summary._get_params().values() if hasattr(value, "update")]


def within(statistic: Any) -> Iterator[Any]:
    """Yield a statistic, and those that it is made of."""
    yield statistic
    parts = []
    if isinstance(statistic, utils.GroupBy):
        parts = [statistic._template]
    elif isinstance(statistic, utils.Summary):
        parts = summarised(statistic)
    elif isinstance(statistic, Base):
        parts = [value for value in statistic._get_params().values() if isinstance(value, Base)]
    for part in parts:
        yield from within(part)


def dump(statistic: Any) -> bytes:
    """Return the state as bytes: those of `to_bytes`, or a pickle if the class is not one of this package."""
    state: bytes = statistic.to_bytes() if is_ours(statistic) else pickle.dumps(statistic)
    return state


def load(like: Any, state: bytes) -> Any:
    """Return the statistic of a state that `dump` has made from one like this."""
    return type(like).from_bytes(state) if is_ours(like) else pickle.loads(state)


def is_ours(statistic: Any) -> bool:
    """Tell whether the class is one of this package, including the classes inside groups and summaries."""
    return all(type(part).__module__.startswith("river.") for part in within(statistic))
