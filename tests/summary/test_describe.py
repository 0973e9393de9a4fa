"""`Summary.describe` agrees with pandas, NumPy and SciPy on any column."""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import math
import pickle
import zoneinfo
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from river import stats, utils
from river.utils._description import MOST
from tests.stats.test_threads import run_together

NUMBERS = [
    "n",
    "missing",
    "mean",
    "std",
    "min",
    "25%",
    "50%",
    "75%",
    "max",
    "skew",
    "kurtosis",
    "distinct",
    "top",
    "freq",
]
TIMES = ["n", "missing", "min", "max", "distinct", "top", "freq"]
CATEGORIES = ["n", "missing", "distinct", "top", "freq"]
DAY, NOON = dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 12, 0, 0, 5)
RNG = np.random.default_rng(4)


def described(column: Any, kind: str | None = None) -> utils.Summary:
    summary = utils.Summary.describe(kind)
    summary.update_many(column)
    return summary


@pytest.mark.parametrize("many", [False, True])
def test_numbers_are_those_of_pandas(many: bool) -> None:
    xs = RNG.lognormal(size=30_000) if many else RNG.integers(0, 90, 3_000) / 4
    xs[::7] = math.nan
    expected = pd.Series(xs)
    for column in (xs, list(xs), pa.array(xs, from_pandas=True), pl.Series(xs), pd.Series(xs)):
        found = described(column).get()
        assert list(found) == NUMBERS
        assert (found["n"], found["missing"]) == (expected.count(), len(xs) - expected.count())
        assert (found["min"], found["max"]) == (expected.min(), expected.max())
        for name, value in {
            "mean": expected.mean(),
            "std": expected.std(),
            "skew": expected.skew(),
            "kurtosis": expected.kurt(),
        }.items():
            assert found[name] == pytest.approx(value, rel=1e-9)
        for name, q in {"25%": 0.25, "50%": 0.5, "75%": 0.75}.items():
            if many:
                assert (expected < found[name]).sum() / expected.count() == pytest.approx(q, abs=0.01)
            else:
                assert found[name] == pytest.approx(expected.quantile(q), rel=1e-15)
        if many:
            assert (found["distinct"], found["top"], found["freq"]) == (None, None, None)
        else:
            counts = expected.value_counts()
            assert (found["distinct"], found["freq"]) == (len(counts), counts.max())
            assert counts[found["top"]] == counts.max()


#: Columns of any library, the names of their figures, the most frequent value, and how many are missing.
COLUMNS: list[tuple[Any, list[str], Any, int]] = [
    ([1, None, 2.5, 1, math.nan], NUMBERS, 1, 2),
    ([None, decimal.Decimal("1.5")], NUMBERS, 1.5, 1),
    (np.array([1.5, None], dtype=object), NUMBERS, 1.5, 1),
    (pd.Series([pd.NA, 1.5, None], dtype=object), NUMBERS, 1.5, 2),
    (pa.array([decimal.Decimal("1.5"), None]), NUMBERS, 1.5, 1),
    (pd.Series([1, None], dtype="Int64"), NUMBERS, 1, 1),
    (np.array([math.nan]), NUMBERS, None, 1),
    ((2, 2, 1), NUMBERS, 2, 0),
    ({"b": 1}.keys(), CATEGORIES, "b", 0),
    (memoryview(np.array([2.0, 2.0])), NUMBERS, 2.0, 0),
    ([2**70, 2**70, 1], NUMBERS, 2**70, 0),
    (["b", "a", "b", None], CATEGORIES, "b", 1),
    (np.array(["b", "a", "b"]), CATEGORIES, "b", 0),
    (np.array(["b", None, math.nan], dtype=object), CATEGORIES, "b", 2),
    (pd.Series(["b", None]), CATEGORIES, "b", 1),
    (pd.Series(["b", pd.NA], dtype="string"), CATEGORIES, "b", 1),
    (["b", pd.NA], CATEGORIES, "b", 1),
    (pd.Series(["b", None], dtype="category"), CATEGORIES, "b", 1),
    (pl.Series(["b", None], dtype=pl.Categorical), CATEGORIES, "b", 1),
    (pa.array([None, "b"]).dictionary_encode(), CATEGORIES, "b", 1),
    (pa.chunked_array([pa.array([None], pa.string()), ["b"]]), CATEGORIES, "b", 1),
    ([True, False, True], CATEGORIES, True, 0),
    (np.array([True, False, True]), CATEGORIES, True, 0),
    (pl.Series([None, True]), CATEGORIES, True, 1),
    ([dt.time(1), None], CATEGORIES, dt.time(1), 1),
    ([DAY, None], TIMES, DAY, 1),
    (np.array([DAY, "NaT"], dtype="M8[D]"), TIMES, DAY, 1),
    (pa.array([None, DAY]), TIMES, DAY, 1),
    (pl.Series([DAY, None]), TIMES, DAY, 1),
    ([NOON, pd.NaT], TIMES, NOON, 1),
    (np.array([NOON, "NaT"], dtype="M8[ns]"), TIMES, NOON, 1),
    ([pd.Timestamp(NOON) + pd.Timedelta(7, "ns"), np.datetime64(NOON)], TIMES, NOON, 0),
    (pd.Series([NOON, None]), TIMES, NOON, 1),
    (pa.array([NOON, None], pa.timestamp("ns")), TIMES, NOON, 1),
    (pl.Series([None, NOON]), TIMES, NOON, 1),
    ([[1], None, [2, 3]], ["n", "missing"], None, 1),
    (pa.array([None, [1]]), ["n", "missing"], None, 1),
    (pl.Series([[1, 2], None]), ["n", "missing"], None, 1),
    ([None, math.nan], CATEGORIES, None, 2),
    (pa.nulls(2), CATEGORIES, None, 2),
    ([], CATEGORIES, None, 0),
]
IDS = [f"{i}-{type(column).__name__}" for i, (column, *_) in enumerate(COLUMNS)]


@pytest.mark.parametrize(("column", "names", "top", "missing"), COLUMNS, ids=IDS)
def test_the_kind_is_that_of_the_column(column: Any, names: list[str], top: Any, missing: int) -> None:
    one_by_one, summary = utils.Summary.describe(), described(column)
    for x in column.to_pylist() if hasattr(column, "to_pylist") else column:
        one_by_one.update(x)
    found = summary.get()
    assert list(found) == list(summary) == summary.keys() == names
    assert (found["n"], found["missing"]) == (summary.n, summary.n_skipped) == (len(column) - missing, missing)
    assert found.get("top") == top and type(found.get("top")) is type(top)
    assert one_by_one.keys() == names or not summary.n
    for name, value in one_by_one.get().items():
        assert value == found[name] or value == pytest.approx(found[name])
    assert summary.skipna and len(summary) == len(names)
    assert {str(type(value)) for value in pa.table(summary).to_pylist()[0].values()} <= {
        str(kind) for kind in (bool, int, float, str, type(None))
    }
    assert repr(summary).startswith("Summary of ") and "<td>" in summary._repr_html_()


def test_times_have_a_range() -> None:
    for column in (
        [NOON, dt.datetime(2020, 1, 1), None],
        pd.Series([NOON, dt.datetime(2020, 1, 1), None]),
        pa.array([NOON, dt.datetime(2020, 1, 1), None]),
    ):
        found = described(column).get()
        assert (found["min"], found["max"]) == (dt.datetime(2020, 1, 1), NOON)
    paris = NOON.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Paris"))
    for aware in ([paris], pa.array([paris]), pl.Series([paris]), pd.Series([paris])):
        assert described(aware).get()["min"] == NOON - dt.timedelta(hours=1)
    many = pd.date_range("2026-01-01", periods=MOST + 5, freq="s")
    found = described(many).get()
    assert (found["min"], found["max"], found["distinct"]) == (many[0].to_pydatetime(), many[-1].to_pydatetime(), None)
    assert pl.DataFrame(described([DAY])).row(0, named=True)["min"] == "2026-01-02"


def columns() -> dict[str, list[Any]]:
    """Return a column of each kind; the long ones have more values than are counted."""
    return {
        "numbers": [1.5, None, 2.0, math.inf, 2.0],
        "many numbers": [*RNG.normal(size=MOST + 1), math.nan],
        "times": [DAY, None, DAY + dt.timedelta(1)],
        "datetimes": [NOON, NOON + dt.timedelta(1)],
        "strings": ["a", "b", None, "b"],
        "many strings": [*map(str, range(MOST + 1)), None],
        "lists": [[1], None],
        "nothing": [None],
        "none": [],
    }


@pytest.mark.parametrize("name", columns())
def test_summaries_are_copied_pickled_stored_and_merged(name: str, tmp_path: Path) -> None:
    column = columns()[name]
    summary = described(column)
    utils.save(tmp_path / "state", {"of": [summary]})
    before = summary.get()
    for other in (
        pickle.loads(pickle.dumps(summary)),
        utils.Summary.from_bytes(summary.to_bytes()),
        copy.copy(summary),
        copy.deepcopy(summary),
        utils.load(tmp_path / "state")["of"][0],
        utils.merge([summary.clone(), summary, summary.clone()]),
    ):
        assert type(other) is type(summary)
        np.testing.assert_equal(other.get(), before)
        other.update_many([*column, None])
        assert other.n_skipped == 2 * summary.n_skipped + 1
        np.testing.assert_equal(summary.get(), before)
    assert summary.clone().get() == utils.Summary.describe().get()
    doubled = summary + summary
    doubled += doubled
    assert doubled.n == 4 * summary.n
    assert doubled.get().get("distinct") == before.get("distinct")


@pytest.mark.parametrize("split", [0, 1, 3_000, 12_000])
def test_merges_are_one_pass(split: int) -> None:
    for xs in (RNG.normal(1e6, 1, 12_000), RNG.integers(0, 50, 12_000) * 1.0):
        merged, whole = described(xs[:split]) + described(xs[split:]), described(xs)
        for name, value in whole.get().items():
            if whole.get()["distinct"] is None and name.endswith("%"):
                rank = (xs < merged.get()[name]).mean()
                assert rank == pytest.approx(float(name[:-1]) / 100, abs=0.01)
            else:
                found = merged.get()[name]
                assert found == value or found == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_a_column_goes_on_in_the_kind_it_began_with() -> None:
    words = described(["a"])
    words.update_many([1, 2.5])
    words.update(True)
    assert words.get() == {"n": 4, "missing": 0, "distinct": 3, "top": 1, "freq": 2}
    as_words = described([1, 2, 2], "category")
    assert as_words.get() == {"n": 3, "missing": 0, "distinct": 2, "top": 2, "freq": 2}
    assert as_words.clone().get() == {"n": 0, "missing": 0, "distinct": 0, "top": None, "freq": None}
    assert list(utils.Summary.describe("number").get()) == NUMBERS
    assert described([True, False], "number").get()["mean"] == 0.5


def test_a_call_that_is_refused_changes_nothing() -> None:
    for column, bad in (([1.0, 2.0], "two"), ([DAY], "two"), ([DAY], 3), (["a"], [1]), ([1.0], 10**400), ([DAY], NOON)):
        summary = described(column)
        before = summary.get()
        for call in (lambda: summary.update(bad), lambda: summary.update_many([*column, None, bad])):  # noqa: B023
            with pytest.raises((TypeError, OverflowError)):
                call()
            assert summary.get() == before
    with pytest.raises(ValueError, match="kind must be None or one of number, time, category, other, got 'text'"):
        utils.Summary.describe("text")
    with pytest.raises(ValueError, match="kind must be the same in both, got number and category"):
        described([1]) + described(["a"])
    with pytest.raises(TypeError, match=r"a summary of Summary.describe cannot be merged with one of mean"):
        described([1]) + utils.Summary(mean=stats.Mean())
    with pytest.raises(TypeError, match="only summaries of the same statistics can be merged"):
        utils.Summary(mean=stats.Mean()) + described([1])
    with pytest.raises(TypeError, match="x must be a date or a time, got 'a'"):
        described(["a"], "time")
    with pytest.raises(TypeError):
        utils.Summary.describe().update(1.0, w=2.0)  # type: ignore[call-arg]
    for no_column in ("text", b"text", 5, {"a": 1}):
        summary = utils.Summary.describe()
        with pytest.raises((TypeError, KeyError)):
            summary.update_many(no_column)
        assert summary.n == summary.n_skipped == 0
    some = utils.Summary.describe()
    some.update_many(x for x in [1.0, None])
    assert (some.n, some.n_skipped) == (1, 1)


def test_its_statistics_are_copies() -> None:
    summary = described([1.0, 4.0])
    mean = summary["mean"]
    mean.update(100.0)
    assert isinstance(mean, stats.Mean) and summary.get()["mean"] == 2.5 and "mean" in summary
    for name in ("n", "25%", "top", "quartiles"):
        with pytest.raises(KeyError, match=name):
            summary[name]
    with pytest.raises(KeyError, match="mean"):
        described(["a"])["mean"]


def test_bytes_that_were_made_up_are_refused() -> None:
    from river.utils import checkpoint

    for name, column in columns().items():
        state = described(column).to_bytes()
        for data in (state[:-1], state[:40] + bytes([state[40] ^ 1]) + state[41:]):
            with pytest.raises(ValueError, match="not a valid state of Summary"):
                utils.Summary.from_bytes(data)
        content = checkpoint.unpacked(state)
        for changed in (
            {"_kind": "text"},
            {"_kind": "number" if content["description"]["_kind"] != "number" else "category"},
            {"_seen": -1},
            {"_skipped": "1"},
            {"_counts": {"a": 10**9}},
            {"_counts": 5},
            {"_held": {"numbers": utils.Summary(mean=stats.Mean())}},
            {"_low": "today", "_kind": "time"},
            {"more": 1},
        ):
            forged = checkpoint.packed(content | {"description": content["description"] | changed})
            with pytest.raises(ValueError, match="not a valid state of Summary"):
                utils.Summary.from_bytes(forged)
            assert name
    with pytest.raises(TypeError, match=r"utils\.save holds"):
        described([dt.time(1)]).to_bytes()
    assert pickle.loads(pickle.dumps(described([dt.time(1)]))).get()["top"] == dt.time(1)


def test_groups_hold_them() -> None:
    groups = utils.GroupBy(utils.Summary.describe())
    groups.update_many(["a", "b", "a", "a"], pa.array([1.0, 5.0, None, 2.0]))
    groups.update("a", None)
    assert groups.get("a")["mean"] == 1.5 and groups["a"].n_skipped == 2 and groups.get("b")["n"] == 1
    again = utils.GroupBy.from_bytes(groups.to_bytes())
    assert again.get() == groups.get() and (again + groups)["a"].n == 4.0


def test_threads_lose_nothing() -> None:
    summary = utils.Summary.describe("number")

    def work() -> None:
        for _ in range(30):
            summary.update(1.0)
            summary.update_many([1.0, None])
            found = summary.get()
            assert found["mean"] == 1.0 and found["freq"] == found["n"]
            copy.copy(summary)

    run_together(*[work] * 8)
    assert (summary.n, summary.n_skipped) == (8 * 30 * 2, 8 * 30)
