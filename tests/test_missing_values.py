"""Every cell of the table on the page on missing values holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import river.integrations.pandas
import river.integrations.polars  # noqa: F401
from river import sketch, stats, utils
from river.integrations._protocol import Aggregation
from tests.processes import ROOT

pytestmark = pytest.mark.checkout

PAGE = ROOT / "docs" / "how-to" / "missing-values.md"
NAN = math.nan
Column = list[Any]
#: Feeds a column to a statistic.
Feed = Callable[[Any, Column], object]


def table() -> dict[str, list[str]]:
    """Return the cells of the page's table, by the subject of the row."""
    lines = PAGE.read_text("utf-8").partition("| where |")[2].partition("\n\n")[0].splitlines()[2:]
    rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return {first: others for first, *others in rows}


TABLE = table() if PAGE.is_file() else {}


def masked(column: Column) -> Any:
    return np.ma.masked_array([0.0 if x is None else x for x in column], mask=[x is None for x in column])


#: Columns in which None is a null, in which NaN is one, and in which None is one.
NULLS: list[Callable[[Column], Any]] = [pa.array, pl.Series, lambda column: pd.Series(column, dtype="Int64"), masked]
NANS: list[Callable[[Column], Any]] = [list, np.array, pa.array, pl.Series, pd.Series]
LISTS: list[Callable[[Column], Any]] = [list]


def singly(statistic: Any, column: Column) -> None:
    for x in column:
        statistic.update(x)


def many(make: Callable[[Column], Any]) -> Feed:
    return lambda statistic, column: statistic.update_many(make(column))


def in_pairs(feed: Feed) -> Iterator[Feed]:
    """Yield functions that feed pairs like columns: with the column as the first, and as the second."""
    yield lambda statistic, column: feed(_Pairs(statistic, 0), column)
    yield lambda statistic, column: feed(_Pairs(statistic, 1), column)


class _Pairs:
    """Takes one column, and passes it to a statistic together with another one."""

    def __init__(self, statistic: Any, place: int) -> None:
        self.statistic, self.place, self.others = statistic, place, iter(range(5, 100, 3))

    def update(self, x: Any) -> None:
        self.statistic.update(*self._pair(x, float(next(self.others))))

    def update_many(self, column: Any) -> None:
        others = [float(next(self.others)) for _ in range(len(column))]
        self.statistic.update_many(*self._pair(column, others))

    def _pair(self, x: Any, other: Any) -> tuple[Any, Any]:
        return (x, other) if self.place == 0 else (other, x)


class _Keyed:
    """Takes a column, and passes it to groups, all under one key."""

    def __init__(self, groups: Any) -> None:
        self.groups = groups

    def update(self, x: Any) -> None:
        self.groups.update("k", x)

    def update_many(self, column: Any) -> None:
        self.groups.update_many(["k"] * len(column), column)

    @property
    def n(self) -> Any:
        return self.groups["k"].n if "k" in self.groups else 0

    @property
    def n_skipped(self) -> int:
        skipped: int = self.groups.n_skipped
        return skipped

    @property
    def of_group(self) -> Any:
        return self.groups["k"]

    def get(self) -> Any:
        return self.groups.get("k") if "k" in self.groups else None


def seen(statistic: Any) -> tuple[Any, Any]:
    return statistic.get(), statistic.n


def numbers(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]


def skipped(make: Callable[[], Any], feed: Feed, missing: Any, counted: int = 0) -> Any:
    """Assert that missing values are ignored."""
    statistic, alone = make(), make()
    feed(statistic, [1.0, missing, 4.0])
    feed(alone, [1.0, 4.0])
    found, expected = seen(statistic), seen(alone)
    if isinstance(found[0], dict) and "missing" in found[0]:
        assert found[0].pop("missing") == counted and expected[0].pop("missing") == 0
    assert found == expected
    assert getattr(statistic, "n_skipped", counted) == counted
    return statistic


def skipped_and_counted(make: Callable[[], Any], feed: Feed, missing: Any) -> None:
    assert skipped(make, feed, missing, 1).n_skipped == 1


def counted_by_the_group(make: Callable[[], Any], feed: Feed, missing: Any) -> None:
    statistic = make()
    feed(statistic, [1.0, missing, 4.0])
    assert (statistic.n, statistic.of_group.n_skipped, statistic.n_skipped) == (2, 1, 0)


def result_is_nan(make: Callable[[], Any], feed: Feed, missing: Any) -> None:
    statistic = make()
    feed(statistic, [1.0, missing, 4.0])
    assert all(map(math.isnan, numbers(statistic.get())))


def nan_in_the_window(make: Callable[[], Any], feed: Feed, missing: Any) -> None:
    statistic = make()
    feed(statistic, [1.0, missing, 4.0])
    assert math.isnan(statistic.get())
    feed(statistic, [4.0, 4.0])
    assert not math.isnan(statistic.get())


def takes_a_slot(make: Callable[[], Any], feed: Feed, missing: Any) -> None:
    statistic = make()
    feed(statistic, [1.0, missing, 4.0])
    assert seen(statistic) == (4.0, 1)
    feed(statistic, [missing, 5.0, missing])
    assert seen(statistic) == (5.0, 1)


def a_value(make: Callable[[], Any], feed: Feed, missing: Any) -> Any:
    statistic = make()
    feed(statistic, [1.0, missing, 4.0])
    assert statistic.n == 3
    return statistic


def distinct(statistic: Any) -> int:
    """Return how many values there are."""
    if isinstance(statistic, stats.Mode):
        return len(statistic.counts)
    if isinstance(statistic, stats.Entropy):
        return round(math.exp(statistic.get()))
    value = statistic.get()
    return len(value) if isinstance(value, list) else int(value)


def values_of_nan(make: Callable[[], Any], feed: Feed, of_three: int) -> None:
    assert distinct(a_value(make, feed, NAN)) == 3
    statistic = make()
    feed(statistic, [float("nan"), float("nan"), float("nan")])
    assert distinct(statistic) == of_three


def refused(error: type[Exception]) -> Callable[[Callable[[], Any], Feed, Any], None]:
    def check(make: Callable[[], Any], feed: Feed, missing: Any) -> None:
        statistic = make()
        feed(statistic, [1.0, 4.0])
        before = seen(statistic)
        with pytest.raises(error):
            feed(statistic, [missing])
        assert seen(statistic) == before

    return check


#: What the cells of most rows mean.
OUTCOMES: dict[str, Callable[[Callable[[], Any], Feed, Any], Any]] = {
    "skipped": skipped,
    "skipped and counted": skipped_and_counted,
    "skipped and counted by the group": counted_by_the_group,
    "the result is NaN": result_is_nan,
    "the result is NaN while it is in the window": nan_in_the_window,
    "takes a slot": takes_a_slot,
    "a value": lambda make, feed, missing: distinct(a_value(make, feed, missing)) == 3,
    "a value, each NaN another": lambda make, feed, _: values_of_nan(make, feed, 3),
    "a value, all NaN one": lambda make, feed, _: values_of_nan(make, feed, 1),
    "counted": a_value,
    "TypeError": refused(TypeError),
    "ValueError": refused(ValueError),
}


def keyed(*args: Any, **kwargs: Any) -> Callable[[], Any]:
    return lambda: _Keyed(utils.GroupBy(*args, **kwargs))


#: The rows whose statistics see one column.
ROWS: dict[str, list[Callable[[], Any]]] = {
    "statistics of numbers": [
        *(stats.Mean, stats.Var, stats.Min, stats.Max, stats.Sum, stats.Quantile, stats.Kurtosis, stats.GeometricMean),
        *(stats.IQR, stats.MAD, stats.SEM, stats.MaxDrawdown),
    ],
    "exponentially weighted statistics": [
        *(lambda: stats.EWMean(0.5), lambda: stats.EWVar(0.5), lambda: stats.EWStd(0.5)),
        *(lambda: stats.EWMean(halflife=2.0), lambda: stats.EWMean(span=3, adjust=True)),
    ],
    "windows of numbers": [
        *(lambda: utils.Rolling(stats.Mean, 2), lambda: utils.Rolling(stats.Quantile, 2), lambda: stats.RollingMax(2)),
        lambda: utils.Rolling(sketch.TDigest, 2, panes=2),
    ],
    'windows with `nulls="slot"`': [
        *(lambda cls=cls: utils.Rolling(cls, 2, nulls="slot") for cls in (stats.Mean, stats.Quantile, stats.Max)),
        lambda: utils.Rolling(sketch.TDigest, 2, panes=2, nulls="slot"),
    ],
    'windows with `nulls="slot", skipna=True`': [
        *(
            lambda cls=cls: utils.Rolling(cls, 2, nulls="slot", skipna=True)
            for cls in (stats.Mean, stats.Quantile, stats.Mode)
        ),
        lambda: utils.Rolling(sketch.KLL, 2, panes=2, nulls="slot", skipna=True),
    ],
    "`Mode`, `CountDistinct` and other statistics of hashable values": [stats.Mode, stats.CountDistinct, stats.Entropy],
    "`Count`": [stats.Count],
    "sketches of numbers (`KLL`, `DDSketch`, `TDigest`)": [sketch.KLL, sketch.DDSketch, sketch.TDigest],
    "sketches of items (`NUnique`, `HeavyHitters`)": [sketch.NUnique, sketch.HeavyHitters],
    "`Summary` and `GroupBy` of statistics of numbers": [
        lambda: utils.Summary(mean=stats.Mean(), high=stats.Max()),
        lambda: utils.Summary(mean=stats.Mean(), lately=utils.Rolling(stats.Max, 3)),
        keyed(stats.Mean),
        keyed(utils.Rolling, stats.Mean, window_size=3),
        keyed(utils.Summary, mean=stats.Mean()),
    ],
    "`Summary(skipna=True)`, `GroupBy(skipna=True)`, `SkipNaN`": [
        lambda: utils.Summary(mean=stats.Mean(), high=stats.Max(), skipna=True),
        lambda: utils.Summary(mean=stats.Mean(), lately=utils.Rolling(stats.Max, 3), skipna=True),
        lambda: utils.Summary(n=stats.Count(), skipna=True),
        *(lambda cls=cls: utils.SkipNaN(cls()) for cls in (stats.Mean, stats.Count, stats.Mode, sketch.KLL)),
        keyed(stats.Mean, skipna=True),
        keyed(stats.Count, skipna=True),
        keyed(stats.Mode, skipna=True),
        keyed(utils.Summary, mean=stats.Mean(), skipna=True),
    ],
    "`Summary.describe()`": [utils.Summary.describe, lambda: utils.Summary.describe("number")],
    "`GroupBy` of `SkipNaN` or `Summary.describe()`": [
        keyed(utils.SkipNaN, stats.Mean()),
        keyed(utils.SkipNaN, stats.Mode()),
        keyed(utils.Summary.describe()),
    ],
}
FEEDS: list[list[Feed]] = [
    [many(make) for make in NULLS],
    [singly, *(many(make) for make in NANS)],
    [singly, *(many(make) for make in LISTS)],
]
MISSING = (None, NAN, None)


@pytest.mark.parametrize("row", ROWS)
def test_what_sees_one_column(row: str) -> None:
    for cell, feeds, missing in zip(TABLE[row], FEEDS, MISSING, strict=True):
        for make in ROWS[row]:
            for feed in feeds:
                OUTCOMES[cell](make, feed, missing)


PAIRS = "pairs (`Cov`, `PearsonCorr`)"


def test_pairs() -> None:
    for cell, feeds, missing in zip(TABLE[PAIRS], FEEDS, MISSING, strict=True):
        for make in (stats.Cov, stats.PearsonCorr, lambda: stats.EWCov(0.5)):
            for feed in (pair for one in feeds for pair in in_pairs(one)):
                if cell == "skipped":
                    paired = make()
                    feed(paired, [1.0, missing, 4.0])
                    assert paired.n == 2 and not math.isnan(paired.get())
                else:
                    OUTCOMES[cell](make, feed, missing)


#: The other arguments: how a column of them is fed, and how a single one is.
BESIDE: dict[str, tuple[Callable[[], Any], str]] = {
    "weights `w`": (stats.Mean, "w"),
    "times `t` of windows": (lambda: utils.TimeRolling(stats.Mean, 100.0), "t"),
}


@pytest.mark.parametrize("row", BESIDE)
def test_weights_and_times(row: str) -> None:
    make, name = BESIDE[row]

    def one_by_one(statistic: Any, column: Column) -> None:
        for x in column:
            statistic.update(2.0, **{name: x})

    def as_column(build: Callable[[Column], Any]) -> Feed:
        return lambda statistic, column: statistic.update_many([2.0] * len(column), **{name: build(column)})

    feeds = [
        [
            as_column(lambda column: pa.array(column, pa.float64())),
            as_column(lambda column: pl.Series(column, dtype=pl.Float64)),
        ],
        [one_by_one, *map(as_column, NANS)],
        [one_by_one, *map(as_column, LISTS)],
    ]
    for cell, ways, missing in zip(TABLE[row], feeds, MISSING, strict=True):
        for feed in ways:
            OUTCOMES[cell](make, feed, missing)


KEYS = "keys of `GroupBy`"


def test_keys() -> None:
    def keys(column: Any) -> list[Any]:
        groups = utils.GroupBy(stats.Count)
        groups.update_many(column, [1.0] * len(column))
        return groups.keys()

    def single(column: Any) -> list[Any]:
        groups = utils.GroupBy(stats.Count)
        for key in column:
            groups.update(key, 1.0)
        return groups.keys()

    assert TABLE[KEYS] == ["the group None", "one group of all NaN", "the group None"]
    for make in (pa.array, pl.Series, lambda column: pd.Series(column, dtype="Int64")):
        assert keys(make([1, None, None])) == [1, None]
    assert keys([1, None, None]) == single([1, None]) == [1, None]
    for column in ([float("nan"), float("nan")], np.array([NAN, NAN]), pa.array([NAN, NAN])):
        for found in (keys(column), single(column if isinstance(column, list) else column.tolist())):
            assert len(found) == 1 and math.isnan(found[0])


def of_frames(column: Column, skipna: bool) -> Iterator[Any]:
    """Yield the mean of a column by each accessor, and by the protocol that all engines use for their batches."""
    series = pd.Series(column, dtype="Float64" if None in column else float)
    for frame in (pl.DataFrame({"x": column}), pd.DataFrame({"x": series})):
        yield frame.river.get({"x": stats.Mean()}, skipna=skipna)["x"]
    for by in (None, "k"):
        plan = Aggregation({"x": stats.Mean()}, "an engine", by, skipna)
        batch = {"x": pa.array(column, pa.float64()), "k": ["k"] * len(column)}
        found = plan.result([plan.part([batch.__getitem__]), plan.part([])])["x"]
        if skipna:
            assert found.n_skipped == 1
        yield found.get() if by is None else found.get("k")


def test_engines_and_data_frames() -> None:
    row, skipping = "engines and data frames", "engines and data frames with `skipna=True`"
    assert TABLE[row] == ["skipped", "the result is NaN", "TypeError"]
    assert set(TABLE[skipping]) == {"skipped and counted"}
    assert list(of_frames([1.0, None, 4.0], False)) == [2.5] * 4
    assert all(map(math.isnan, of_frames([1.0, NAN, 4.0], False)))
    for missing in (None, NAN):
        assert list(of_frames([1.0, missing, 4.0], True)) == [2.5] * 4
    # Records and lists hold None, as those of a Dask bag.
    records = {"x": [1.0, None, 4.0]}
    with pytest.raises(TypeError, match="column 'x'"):
        Aggregation({"x": stats.Mean()}, "Dask").part([records.__getitem__])
    plan = Aggregation({"x": stats.Mean()}, "Dask", skipna=True)
    found = plan.result([plan.part([records.__getitem__])])["x"]
    assert (found.get(), found.n_skipped) == (2.5, 1)


def test_none_in_arrays_of_objects() -> None:
    for column in (np.array([1.0, None], dtype=object), pd.Series([1.0, None], dtype=object)):
        mean, skipping = stats.Mean(), utils.SkipNaN(stats.Mean())
        with pytest.raises(TypeError, match=r"X\[1\] must be a number, got None"):
            mean.update_many(column)
        assert mean.n == 0
        skipping.update_many(column)
        assert (skipping.get(), skipping.n_skipped) == (1.0, 1)


def test_no_row_of_the_table_is_left_out() -> None:
    others = [PAIRS, *BESIDE, KEYS, "engines and data frames", "engines and data frames with `skipna=True`"]
    assert sorted(TABLE) == sorted([*ROWS, *others])
    assert all(len(cells) == 3 for cells in TABLE.values())
