"""Columns of strings and other hashable values have the same effect as the loop over `update`."""

from __future__ import annotations

import array
import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests.stats.cases import feed

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")

MAKERS: dict[str, Callable[[], Any]] = {
    "Mode": lambda: stats.Mode(-1),
    "Mode of two": lambda: stats.Mode(2),
    "RollingMode": lambda: stats.RollingMode(5),
    "RollingMode of one": lambda: stats.RollingMode(1),
    "Entropy": stats.Entropy,
    "Entropy that fades": lambda: stats.Entropy(fading_factor=0.7),
    "Count": stats.Count,
}
#: Strings around the lengths at which their representation changes.
WORDS = [
    "",
    "é",
    "\U0001f600",
    *("abcdefghijklmnopqrstuvwxyz012345678"[:n] for n in (1, 3, 4, 7, 8, 9, 15, 16, 31, 32)),
]


def strings(length: int = 300) -> list[str]:
    rng = random.Random(length)
    return [rng.choice(WORDS) + rng.choice(("", "", "x")) for _ in range(length)]


def known(stat: Any) -> Any:
    """Return everything that a statistic shows."""
    counts = getattr(stat, "counts", getattr(stat, "counter", None))
    window = list(stat.window) if hasattr(stat, "window") else None
    return repr(stat.get()), stat.n, None if counts is None else [(repr(k), v) for k, v in counts.items()], window


def assert_loop(make: Callable[[], Any], column: Any, values: list[Any], missing: list[bool] | None = None) -> None:
    """Assert that a column gives the same state, and results after each element, as its values one by one."""
    before = ["b", "a", "z", "b"]
    many, steps = (feed(make(), [(x,) for x in before]) for _ in range(2))
    loop = feed(make(), [(x,) for x in before])
    many.update_many(column)
    found = steps.accumulate(column)
    assert len(found) == len(values)
    for index, value in enumerate(values):
        if missing is None or not missing[index]:
            loop.update(value)
        assert found[index] == loop.get()
        assert type(found[index]) is type(loop.get()) or isinstance(found[index], (np.floating, np.integer))
    assert known(many) == known(steps) == known(loop)
    if not isinstance(many, stats.Entropy):
        assert many.to_bytes() == loop.to_bytes()


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_strings_whatever_holds_them(make: Callable[[], Any]) -> None:
    values = strings()
    arrow = pa.array(values)
    columns = [
        values,
        tuple(values),
        np.array(values),
        np.array(values, object),
        np.array(values)[:],
        arrow,
        arrow.cast(pa.large_string()),
        arrow.cast(pa.string_view()),
        arrow.dictionary_encode(),
        pa.chunked_array([arrow[:7], arrow[7:7], arrow[7:]]),
        pa.chunked_array([arrow[:7].dictionary_encode(), arrow[7:].dictionary_encode()]),
        pl.Series(values),
        pl.Series(values, dtype=pl.Categorical),
        pl.concat([pl.Series(values[:9]), pl.Series(values[9:])], rechunk=False),
        pd.Series(values),
        pd.Series(values, dtype=object),
        pd.Series(values, dtype="string"),
        pd.Series(values, dtype="category"),
        pd.Series(values, dtype=pd.ArrowDtype(pa.string())),
        pd.Index(values),
    ]
    for column in columns:
        assert_loop(make, column, values)
    assert_loop(make, np.array(values)[::-3], values[::-3])
    assert_loop(make, np.array(values).astype(">U40"), values)
    assert_loop(make, arrow[50:], values[50:])
    many = make()
    many.update_many(x for x in values)
    assert known(many) == known(feed(make(), [(x,) for x in values]))


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_other_values(make: Callable[[], Any]) -> None:
    rng = random.Random(1)
    ints = [rng.choice((-3, 0, 1, 7, 2**40)) for _ in range(200)]
    for column in (ints, np.array(ints), array.array("q", ints), pa.array(ints), pl.Series(ints), pd.Series(ints)):
        assert_loop(make, column, ints)
    small = [x % 50 for x in ints]
    for kind in ("u1", "i2", ">i4", "u8"):
        assert_loop(make, np.array(small, kind), small)
        assert_loop(make, pa.array(np.array(small, kind).astype(kind.strip(">"))), small)
    flags = [x % 2 == 0 for x in ints]
    for column in (np.array(flags), pa.array(flags), pl.Series(flags)):
        assert_loop(make, column, flags)
    bytestrings = [b"a", b"bc", b"a", b"\x00\x01\x02"]
    for column in (np.array(bytestrings), pa.array(bytestrings), pl.Series(bytestrings)):
        assert_loop(make, column, bytestrings)
    floats = [0.0, -0.0, 1.5, math.inf, 1.5]
    for column in (np.array(floats), pa.array(floats), pl.Series(floats), pd.Series(floats)):
        assert_loop(make, column, floats)
    assert_loop(make, [1, 1.0, True, 2, 2.0, 1.0, 1], [1, 1.0, True, 2, 2.0, 1.0, 1])


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_missing_values_are_skipped(make: Callable[[], Any]) -> None:
    values: list[Any] = [None, "a", None, "b", "b", None]
    missing = [x is None for x in values]
    arrow = pa.array(values)
    for column in (
        arrow,
        arrow.cast(pa.string_view()),
        arrow.dictionary_encode(),
        pa.DictionaryArray.from_arrays(pa.array([1, 0, 1, 2, 2, 1]), pa.array(["a", None, "b"])),
        pa.chunked_array([arrow[:2], arrow[2:]]),
        pl.Series(values),
        pd.Series(values),
        pd.Series(values, dtype="category"),
        np.ma.array(["x", "a", "x", "b", "b", "x"], mask=missing),
    ):
        assert_loop(make, column, values, missing)
    assert_loop(make, pa.nulls(3), [None] * 3, [True] * 3)
    # In Python's own sequences, None is a value like any other.
    assert_loop(make, values, values)


def test_before_the_first_value_there_is_none() -> None:
    found = stats.Mode().accumulate(pa.array([None, "a"]))
    assert found.dtype == object
    assert math.isnan(found[0])
    assert found[1] == "a"
    assert stats.Entropy().accumulate([]).dtype == float
    assert stats.Count().accumulate(["a", "b"]).dtype.kind == "i"


@given(
    st.lists(st.sampled_from(["", "a", "b", "cc", None, 1, 1.0, ("t", 1)]), max_size=80),
    st.integers(0, 80),
    st.sampled_from(sorted(MAKERS)),
)
def test_any_split_of_any_values(values: list[Any], cut: int, name: str) -> None:
    make = MAKERS[name]
    stat, loop = make(), feed(make(), [(x,) for x in values])
    stat.update_many(values[:cut])
    stat.accumulate(values[cut:])
    assert known(stat) == known(loop)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([1, 2, None])), max_size=60), st.integers(0, 60))
def test_pairs(rows: list[tuple[Any, Any]], cut: int) -> None:
    stat, loop = stats.ChiSquared(), feed(stats.ChiSquared(), rows)
    columns = [[list(column) for column in zip(*part, strict=True)] or [[], []] for part in (rows[:cut], rows[cut:])]
    stat.update_many(*columns[0])
    found = stat.accumulate(*columns[1])
    assert (stat.counts, stat.x_totals, stat.y_totals) == (loop.counts, loop.x_totals, loop.y_totals)
    assert stat.to_bytes() == loop.to_bytes()
    if len(found):
        assert found[-1] == loop.get()


def test_a_pair_with_a_missing_value_is_skipped() -> None:
    stat = stats.ChiSquared()
    stat.update_many(pa.array(["a", None, "b", "a"]), pl.Series([1, 2, None, 3]))
    assert stat.counts == {"a": {1: 1, 3: 1}}


def test_a_large_column_is_the_loop() -> None:
    values = strings(30_000)
    for make in MAKERS.values():
        assert_loop(make, pa.array(values), values)


def test_no_reference_is_lost_or_kept() -> None:
    import gc
    import sys

    key, other = "a string of this test's own", object()
    before = sys.getrefcount(key), sys.getrefcount(other)
    for make in MAKERS.values():
        stat = make()
        for _ in range(5):
            stat.update_many([key, other, 1, 2, 3, 4, 5, 6, key])
            stat.accumulate([key, other, 1, 2, 3, 4, 5, 6, key])
        del stat
    gc.collect()
    assert (sys.getrefcount(key), sys.getrefcount(other)) == before


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize(
    ("column", "error", "message"),
    [
        ("abc", TypeError, "got str"),
        (b"abc", TypeError, "got bytes"),
        ({"a": 1}, TypeError, "got dict"),
        (5, TypeError, "got int"),
        (np.array([["a", "b"]]), ValueError, r"one-dimensional, got an array of shape \(1, 2\)"),
    ],
)
def test_what_is_no_column(make: Callable[[], Any], column: Any, error: type[Exception], message: str) -> None:
    stat = feed(make(), [("a",)])
    for method in (stat.update_many, stat.accumulate):
        with pytest.raises(error, match=message):
            method(column)
    assert stat.n == 1


def test_what_has_no_hash_is_named_by_its_place() -> None:
    values: list[Any] = ["a"] * 20_000
    values[12_345] = []
    for make in MAKERS.values():
        stat = feed(make(), [("a",)])
        if isinstance(stat, stats.Count):
            continue
        for method in (stat.update_many, stat.accumulate):
            with pytest.raises(TypeError, match=r"X\[12345\] .*unhashable"):
                method(values)
        assert stat.n == 1
    with pytest.raises(TypeError, match=r"Y\[1\]"):
        stats.ChiSquared().update_many(["a", "b"], ["c", {}])
