"""Shift returns the very objects that it was updated with."""

from __future__ import annotations

import copy
import datetime as dt
import gc
import json
import math
import pickle
import sys
import threading
import weakref
from decimal import Decimal
from fractions import Fraction
from itertools import count, pairwise
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from river import stats, utils
from tests import oracles
from tests.golden.make import DIRECTORY
from tests.stats.objects import Key

OBJECTS: list[Any] = [
    "text",
    7,
    2**200,
    True,
    None,
    math.nan,
    1.5,
    b"bytes",
    (1, ("nested", None)),
    [],
    {"unhashable": 1},
    Decimal("1.1"),
    Fraction(1, 3),
    np.float32(1.5),
    np.float64(2.5),
    dt.date(2026, 1, 1),
    object(),
    len,
]
SAVED: list[Any] = ["é\ud800", 7, -(2**70), True, None, 1.5, b"bytes", (1, ("nested", None)), ()]


class Exporter:
    """A column that offers Arrow's interface and nothing else."""

    def __init__(self, values: list[Any]) -> None:
        self.array = pa.array(values)

    def __arrow_c_array__(self, requested_schema: object = None) -> Any:
        return self.array.__arrow_c_array__(requested_schema)


COLUMNS: list[Any] = [
    list(SAVED),
    tuple(SAVED),
    [1.0, 2.0, 3.0],
    [1, 2, 3],
    [Decimal(1), Fraction(1, 2), 3],
    np.array([1.0, math.nan, 3.0, 4.0]),
    np.array([1.5, 2.5], dtype="f4"),
    np.array([2**62 + 1, 5, -3]),
    np.array([True, False, True]),
    np.array(["a", "b", "c", "d"]),
    np.array(["a", 1, None, 2.5], dtype=object),
    np.array([1, 2.5, Decimal(3)], dtype=object),
    pd.Series([1.0, 2.0, 3.0]),
    pd.Series([1, 2, 3, 2**62 + 1]),
    pd.Series(["a", "b", "c"], index=[5, 5, 5]),
    pd.Series(["a", "b", "a"], dtype="category"),
    pl.Series([1, 2, 2**62 + 1]),
    pl.Series([1.0, 2.0]),
    pl.Series(["a", "b", "c"]),
    pa.array([1, 2, 3]),
    pa.chunked_array([[1.5, 2.5], [3.5]]),
    pa.array(["a", "b"]),
    memoryview(np.array([1, 2, 3])),
    np.arange(20_000.0),
    np.arange(20_000),
    [],
]
WITH_MISSING: list[Any] = [
    np.ma.array([1.0, 2.0, 3.0, 4.0], mask=[False, True, False, False]),
    np.ma.array([1, 2, 3, 4], mask=[False, True, False, False]),
    np.ma.array(["a", "b", "c", "d"], mask=[False, True, False, False]),
    pd.Series([1, None, 3, 4], dtype="Int64"),
    pd.Series([1.0, None, 3.0, 4.0], dtype="Float64"),
    pd.Series(["a", None, "c", "d"], dtype="string"),
    pl.Series([1, None, 3, 4]),
    pl.Series([1.0, None, 3.0, 4.0]),
    pl.Series(["a", None, "c", "d"]),
    pa.array([1, None, 3, 4]),
    Exporter([1, None, 3, 4]),
    Exporter([1.0, None, 3.0, 4.0]),
    Exporter(["a", None, "c", "d"]),
]


def named(number: int, column: Any) -> str:
    return f"{number} {type(column).__module__}.{type(column).__name__}"


def shifted(values: list[Any], amount: int = 1, fill_value: Any = None) -> stats.Shift:
    stat = stats.Shift(amount, fill_value)
    for x in values:
        stat.update(x)
    return stat


def same(left: Any, right: Any) -> bool:
    """Whether two values are of one type and equal, NaN to NaN."""
    return type(left) is type(right) and (left == right or (left != left and right != right))


@pytest.mark.parametrize("amount", [0, 1, 3])
@pytest.mark.parametrize("fill_value", [None, 0, "none", [1]])
def test_the_object_that_came_is_returned(amount: int, fill_value: Any) -> None:
    stat, oracle = stats.Shift(amount, fill_value), oracles.Shift(amount, fill_value)
    assert stat.fill_value is fill_value
    assert stat.get() is oracle.get()
    for x in OBJECTS:
        stat.update(x)
        oracle.update(x)
        assert stat.get() is oracle.get()
    assert [id(x) for x in stat.buffer] == [id(x) for x in OBJECTS[-amount - 1 :]]
    assert stat.buffer.maxlen == amount + 1
    assert stat.n == len(OBJECTS)


def test_arguments() -> None:
    stat = stats.Shift(0)
    stat.update(x="a")
    assert stat.get() == "a"
    for wrong in (lambda: stat.update(), lambda: stat.update(1, 2), lambda: stat.update(y=1)):
        with pytest.raises(TypeError, match=r"Shift\.update\(\)"):
            wrong()  # type: ignore[no-untyped-call]
    assert stat.n == 1


@pytest.mark.parametrize("amount", [0, 2, 20])
@pytest.mark.parametrize("column", COLUMNS, ids=map(named, count(), COLUMNS))
def test_columns_leave_what_the_loop_leaves(amount: int, column: Any) -> None:
    items = column.tolist() if hasattr(column, "tolist") else list(column)
    items = [x.as_py() if isinstance(x, pa.Scalar) else x for x in items]
    for before in ([], [1.0, 2.0], ["a", None, 3]):
        loop = shifted(before, amount, 0.5)
        many, each = copy.copy(loop), copy.copy(loop)
        values = []
        for x in items:
            loop.update(x)
            values.append(math.nan if loop.get() is None else loop.get())
        many.update_many(column)
        result = each.accumulate(column)
        for stat in (many, each):
            assert stat.n == loop.n
            assert all(map(same, stat.buffer, loop.buffer)), (stat.buffer, loop.buffer)
            assert len(stat.buffer) == len(loop.buffer)
        assert len(result) == len(values)
        if result.dtype == float:
            assert np.array_equal(result, np.array([float(x) for x in values]), equal_nan=True)
        else:
            assert all(map(same, result, values)), (result, values)


@pytest.mark.parametrize("column", WITH_MISSING, ids=map(named, count(), WITH_MISSING))
def test_missing_values_are_skipped(column: Any) -> None:
    source = column.array if isinstance(column, Exporter) else column
    items = [
        x
        for x in (source.to_list() if hasattr(source, "to_list") else source.tolist())
        if x is not None and x is not pd.NA
    ]
    assert len(items) == 3
    stat = stats.Shift(1)
    stat.update_many(column)
    assert list(stat.buffer) == items[-2:]
    assert [type(x) for x in stat.buffer] == [type(x) for x in items[-2:]]
    result = list(stats.Shift(1).accumulate(column))
    assert all(map(same, result, [math.nan, math.nan, items[0], items[1]])) or result[2:] == items[:2]


def test_what_is_no_column_changes_nothing() -> None:
    stat = shifted(["a", "b"])
    for wrong in ("text", {"a": 1}, b"bytes", 5, np.zeros((2, 2)), np.array(1.0)):
        for method in (stat.update_many, stat.accumulate):
            with pytest.raises((TypeError, ValueError)):
                method(wrong)
    assert (list(stat.buffer), stat.n) == (["a", "b"], 2)


def test_an_iterator_is_accumulated_lazily() -> None:
    lazy = stats.Shift(1, "none").accumulate(iter(["a", None, "b"]))
    assert [next(lazy), next(lazy)] == ["none", "a"]
    assert math.isnan(next(lazy))


def test_accumulate_returns_floats_where_all_are_numbers() -> None:
    assert stats.Shift(1, 0).accumulate([1, 2, 3]).dtype == float
    assert stats.Shift(1).accumulate(["a", "b"]).dtype == object
    assert stats.Shift(1, "none").accumulate([1.0, 2.0]).tolist() == ["none", 1.0]
    # A fill value that is no longer returned does not matter.
    assert shifted([1.0, 2.0], 1, "none").accumulate([3.0, 4.0]).tolist() == [2.0, 3.0]
    assert shifted([1.0, 2.0], 1, "none").accumulate([3.0, 4.0]).dtype == float


@pytest.mark.parametrize("values", [SAVED, [1.0, 2.0, math.nan], [1, 2, 3], []], ids=str)
@pytest.mark.parametrize("fill_value", [None, 0.0, 0, "none"])
def test_bytes_and_pickles(values: list[Any], fill_value: Any) -> None:
    stat = shifted(values, 4, fill_value)
    again = [stats.Shift.from_bytes(stat.to_bytes()), copy.copy(stat), copy.deepcopy(stat)]
    again += [pickle.loads(pickle.dumps(stat, protocol)) for protocol in range(2, 6)]
    for other in again:
        assert type(other) is stats.Shift
        assert (other.amount, other.n) == (stat.amount, stat.n)
        assert same(other.fill_value, fill_value)
        assert len(other.buffer) == len(stat.buffer)
        assert all(map(same, other.buffer, stat.buffer))
        assert other.to_bytes() == stat.to_bytes()
        other.update("next")
        assert other.n == stat.n + 1


def test_floats_are_written_as_before_and_other_values_under_a_name_of_their_own() -> None:
    assert b"Shift(objects)" not in shifted([1.0, 2.0], 1, 0.5).to_bytes()
    for stat in (shifted([1.0, 2]), shifted([1.0, 2.0], 1, 0), shifted(["a"])):
        assert b"Shift(objects)" in stat.to_bytes()


def test_the_stored_states_of_objects_load_for_ever() -> None:
    for path in sorted(DIRECTORY.glob("v*/Shift-*.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        stat = stats.Shift.from_bytes(path.with_suffix(".bin").read_bytes())
        found = {"amount": stat.amount, "fill_value": stat.fill_value, "n": stat.n, "buffer": list(stat.buffer)}
        assert found == expected
        assert [type(x) for x in stat.buffer] == [type(x) for x in expected["buffer"]]


@pytest.mark.parametrize("value", [Decimal("1.1"), np.float64(1.5), [1, 2], Fraction(1, 3)], ids=repr)
def test_pickle_keeps_what_bytes_do_not(value: Any) -> None:
    stat = shifted(["a", value])
    with pytest.raises(TypeError, match="pickle stores any"):
        stat.to_bytes()
    again = pickle.loads(pickle.dumps(stat))
    assert list(again.buffer) == ["a", value]
    assert type(again.buffer[1]) is type(value)
    assert copy.copy(stat).buffer[1] is value
    assert copy.deepcopy(stat).buffer[1] == value
    fill = pickle.loads(pickle.dumps(stats.Shift(2, value)))
    assert fill.get() == value


def test_changed_bytes_are_refused() -> None:
    data = shifted(SAVED, 5, "none").to_bytes()
    for index in range(len(data)):
        with pytest.raises(ValueError, match="not a valid state"):
            stats.Shift.from_bytes(data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :])
    with pytest.raises(ValueError, match="one of Shift"):
        stats.Mean.from_bytes(data)
    link: Any = stats.Shift(1, "none") | stats.Mode()
    link.update("a")
    assert stats.Link.from_bytes(link.to_bytes()).left.fill_value == "none"


def test_cycles_are_collected() -> None:
    for method in ("update", "fill"):
        key = Key(0)
        stat = stats.Shift(3, key if method == "fill" else None)
        stat.update(stat)
        stat.update([stat, key])
        alive = weakref.ref(key)
        del stat, key
        gc.collect()
        assert alive() is None, method


def test_what_leaves_is_released_at_once() -> None:
    keys = [Key(i) for i in range(10)]
    alive = [weakref.ref(key) for key in keys]
    stat = shifted(keys, 3)
    del keys
    assert [key() is not None for key in alive] == [False] * 6 + [True] * 4
    stat.update_many(np.arange(2))
    assert [key() is not None for key in alive] == [False] * 8 + [True] * 2
    stat.update_many(["a"] * 9)
    assert not any(key() for key in alive)


def test_references_are_not_leaked() -> None:
    key = Key(0)
    stat = shifted([key] * 5, 2, key)
    before = sys.getrefcount(key)
    for _ in range(1_000):
        stat.update(key)
        stat.get()
        stat.fill_value  # noqa: B018
        stat.buffer  # noqa: B018
        stat.update_many([key] * 5)
        stat.accumulate([key] * 2)
        copy.copy(stat)
    assert sys.getrefcount(key) == before


def test_an_object_that_ends_may_use_the_statistic() -> None:
    stat = stats.Shift(0)
    seen = []

    class Ends:
        def __del__(self) -> None:
            stat.update("ended")
            seen.append(stat.get())

    for _ in range(3):
        stat.update(Ends())
        stat.update("next")
    stat.update(Ends())
    stat.update_many(["a", "b"])
    assert seen == ["ended"] * 4
    assert stat.n == 13


def test_before_init() -> None:
    stat = stats.Shift.__new__(stats.Shift)
    for use in (stat.get, lambda: stat.update(1), lambda: stat.update_many([1]), lambda: stat.buffer):
        with pytest.raises(RuntimeError, match="__init__"):
            use()


def test_threads() -> None:
    stat = stats.Shift(5, "none")
    values = [object() for _ in range(100)]
    known = {id(value) for value in values} | {id(stat.fill_value)}

    def work() -> None:
        for i in range(2_000):
            stat.update(values[i % 100])
            assert id(stat.get()) in known
            if i % 100 == 0:
                stat.update_many(values)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stat.n == 4 * (2_000 + 20 * 100)
    assert len(stat.buffer) == 6


def test_links_pass_objects_on_as_they_are() -> None:
    link: Any = stats.Shift(1) | stats.Mode()
    for x in ("a", "b", "b", "c", None, "d"):
        link.update(x)
    assert dict(link.right.counts) == {"a": 1, "b": 2, "c": 1}
    link = stats.Shift(1) | stats.Shift(0)
    link.update("before")
    for before, x in pairwise(["before", *OBJECTS]):
        link.update(x)
        assert before is None or link.get() is before
    link = stats.Mean() | stats.Shift(1)
    link.update(1)
    link.update(2)
    assert same(link.get(), 1.0)
    link = stats.Shift(1) | stats.Mean()
    link.update("a")
    with pytest.raises(TypeError, match="number"):
        link.update("b")


@pytest.mark.parametrize(
    "column",
    [
        ["a", "b", None, "b"],
        np.array(["a", "b", "b"]),
        np.array([1, 2, 3]),
        np.array([1.0, 2.0]),
        [1, 2.5, None, 3],
        pl.Series([1, None, 3, 4]),
    ],
    ids=str,
)
@pytest.mark.parametrize("before", [[], [1.0, 2], ["a"], [None, None]], ids=str)
def test_columns_through_links(column: Any, before: list[Any]) -> None:
    items = column.to_list() if isinstance(column, pl.Series) else list(getattr(column, "tolist", lambda: column)())
    present = [x for x in items if x is not None] if isinstance(column, pl.Series) else items
    for make in (
        lambda: stats.Shift(2, 0) | stats.Shift(1),
        lambda: stats.Shift(2) | stats.Count(),
        lambda: stats.Shift(1) | stats.Mode(),
        lambda: stats.Shift(1, 7) | stats.Shift(0) | stats.Shift(1),
    ):
        loop: Any = make()
        many, each = make(), make()
        for link in (loop, many, each):
            for x in before:
                link.update(x)
        for x in present:
            loop.update(x)
        many.update_many(column)
        result = each.accumulate(column)
        for link in (many, each):
            assert same(link.get(), loop.get()) or float(link.get()) == loop.get()
            assert link.right.n == loop.right.n
        assert len(result) == len(items)


def test_a_column_that_is_refused_at_the_end_of_a_link_changes_nothing() -> None:
    link: Any = stats.Shift(1) | stats.Mean()
    link.update_many([1.0, 2.0])
    with pytest.raises(TypeError, match="number"):
        link.update_many([3.0, "a", 4.0])
    assert (list(link.left.buffer), link.right.n) == ([1.0, 2.0], 1)
    link.left.update("a")
    with pytest.raises(TypeError, match="number"):
        link.update_many(np.arange(10.0))
    assert (list(link.left.buffer), link.right.n) == ([2.0, "a"], 1)


def test_windows() -> None:
    for window in (utils.Rolling(stats.Shift, 3, amount=1, fill_value=0), utils.TumblingWindow(stats.Shift, 3)):
        for x in (1, 2, 3):
            window.update(x)
    assert utils.Rolling(stats.Shift, 3, amount=1, fill_value=0).get() == 0.0
    with pytest.raises(TypeError, match="fill_value must be a number, got 'none'"):
        utils.Rolling(stats.Shift, 3, fill_value="none")
    tumbling = utils.TumblingWindow(stats.Shift, 2, amount=0)
    closed = [tumbling.update(x) for x in (1, 2, 3, 4)]
    assert [stat.get() for stat in closed if stat is not None] == [2.0, 4.0]
    with pytest.raises(TypeError, match="x must be a number, got 'a'"):
        tumbling.update("a")
