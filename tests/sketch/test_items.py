"""Sketches of items: which items are the same, where they may come from, and what sketches report about them."""

from __future__ import annotations

import copy
import math
import pickle
import random
import subprocess
import sys
from collections import Counter
from enum import IntEnum
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import sketch, utils
from tests.sketch.makers import ITEMS, fed
from tests.stats.test_threads import run_together

sketches = pytest.mark.parametrize("cls", ITEMS)
#: In each row, items that are equal in Python.
EQUAL: list[list[Any]] = [
    [1, 1.0, True, np.int64(1), np.float64(1.0), np.bool_(True), np.uint8(1)],
    [0, 0.0, -0.0, False],
    [2**53, 2.0**53],
    [2**63, 2.0**63],
    [-(2**63), -(2.0**63)],
    [10**300 * 0 + int(1e300), 1e300],
    [-int(1e300), -1e300],
    ["a", np.str_("a")],
    [b"a", np.bytes_(b"a")],
    [0.5, np.float32(0.5)],
    [(1, "a"), (1.0, "a"), (True, "a")],
    [(), ()],
    [((1,), 2), ((1.0,), 2)],
    [math.nan, -math.nan, float("nan")],
    [math.inf],
    [-math.inf],
    [None],
    [""],
    [b""],
    ["1"],
    [b"1"],
    ["\ud800"],
    [2**63 - 1],
    [2**64],
    ["é"],
    [(None,)],
    ["a" * 1_000],
    [-129],
    [-(2**71)],
    [2**71],
]
ITEM = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.binary(max_size=5),
    lambda items: st.lists(items, max_size=3).map(tuple),
    max_leaves=6,
)


class Colour(IntEnum):
    RED = 1


def test_items_are_the_same_where_python_has_them_equal() -> None:
    distinct, counts = sketch.NUnique(), sketch.HeavyHitters(support=0)
    for items in EQUAL:
        for item in items:
            distinct.update(item)
            counts.update(item)
    assert distinct.get() == len(EQUAL)
    assert len(counts) == len(EQUAL)
    for items in EQUAL:
        for item in items:
            assert counts[item] == len(items), item
            assert item in counts
            assert counts.bounds(item) == (len(items), len(items))


@given(st.lists(ITEM, max_size=30))
def test_counts_are_those_of_a_counter(items: list[Any]) -> None:
    expected, counts = Counter(items), sketch.HeavyHitters(support=0)
    for item in items:
        counts.update(item)
    assert dict(counts.most_common()) == expected
    column = sketch.HeavyHitters(support=0)
    column.update_many(items)
    assert dict(column.most_common()) == expected
    assert fed(sketch.NUnique, items).get() == len(expected)
    for again in (pickle.loads(pickle.dumps(counts)), type(counts).from_bytes(counts.to_bytes()), copy.copy(counts)):
        assert again.most_common() == counts.most_common()
        assert again.to_bytes() == counts.to_bytes()


@sketches
@pytest.mark.parametrize(
    "item",
    [frozenset({1}), Fraction(1, 2), object(), [1], {}, (1, [2]), (1, frozenset()), 1j, Colour.RED, bytearray(b"a")],
)
def test_other_items_are_type_errors_that_change_nothing(cls: Any, item: Any) -> None:
    stat = fed(cls, ["a"])
    before = stat.to_bytes()
    with pytest.raises(TypeError, match=r"must be a str, bytes, an int, a float, a bool, None or a tuple of these"):
        stat.update(item)
    with pytest.raises(TypeError, match=r"X\[1\] must be a str"):
        stat.update_many(["b", item, "c"])
    assert stat.to_bytes() == before
    if cls is sketch.HeavyHitters:
        for use in (lambda: stat[item], lambda: item in stat, lambda: stat.bounds(item)):
            with pytest.raises(TypeError, match="must be a str"):
                use()


@sketches
def test_tuples_may_be_nested_a_hundred_deep(cls: Any) -> None:
    deep: Any = ()
    for _ in range(99):
        deep = (deep,)
    stat = fed(cls, [deep])
    assert cls.from_bytes(stat.to_bytes()).n == 1
    with pytest.raises(ValueError, match="100 deep"):
        stat.update(((deep,),))


WORDS = ["ab", "c", "ab", "", "a longer one than fits in a view", "é", "ab"]
COLUMNS: dict[str, Any] = {
    "list": WORDS,
    "tuple": tuple(WORDS),
    "iterator": iter,
    "numpy": np.array(WORDS),
    "numpy objects": np.array(WORDS, object),
    "pandas": pd.Series(WORDS),
    "pandas categories": pd.Series(WORDS, dtype="category"),
    "pandas pyarrow": pd.Series(WORDS, dtype="string[pyarrow]"),
    "polars": pl.Series(WORDS),
    "polars categories": pl.Series(WORDS, dtype=pl.Categorical),
    "pyarrow": pa.array(WORDS),
    "pyarrow large": pa.array(WORDS, pa.large_string()),
    "pyarrow views": pa.array(WORDS, pa.string_view()),
    "pyarrow dictionary": pa.array(WORDS).dictionary_encode(),
    "pyarrow chunks": pa.chunked_array([WORDS[:3], WORDS[3:]]),
}


@sketches
@pytest.mark.parametrize("name", COLUMNS)
def test_columns_of_text(cls: Any, name: str) -> None:
    column = COLUMNS[name]
    loop = cls()
    for word in WORDS:
        loop.update(word)
    stat = fed(cls, column(WORDS) if callable(column) else column)
    assert stat.to_bytes() == loop.to_bytes()


NUMBERS: dict[str, tuple[Any, list[Any]]] = {
    "int64": (np.array([2**62 + 1, -1, 2**62]), [2**62 + 1, -1, 2**62]),
    "uint64": (np.array([2**63, 1], np.uint64), [2**63, 1]),
    "int8": (np.array([1, -1, 1], np.int8), [1, -1, 1]),
    "bool": (np.array([True, False, True]), [1, 0, 1]),
    "float64": (np.array([0.5, 1.0, np.nan, np.inf]), [0.5, 1, math.nan, math.inf]),
    "float32": (np.array([0.5, 1.0], np.float32), [0.5, 1]),
    "strided": (np.arange(10)[::3], [0, 3, 6, 9]),
    "pandas": (pd.Series([1, 2, 2]), [1, 2, 2]),
    "pandas missing": (pd.Series([1, None, 2], dtype="Int64"), [1, 2]),
    "masked": (np.ma.array([1, 2, 3], mask=[0, 1, 0]), [1, 3]),
    "polars": (pl.Series([1, None, 2]), [1, 2]),
    "polars floats": (pl.Series([0.5, None, 2.0]), [0.5, 2]),
    "pyarrow uint64": (pa.array([2**64 - 1, None], pa.uint64()), [2**64 - 1]),
    "pyarrow bool": (pa.array([True, None, False]), [1, 0]),
    "pyarrow binary": (pa.array([b"a", None, b"bc"]), [b"a", b"bc"]),
    "pyarrow float32": (pa.array([0.5, None], pa.float32()), [0.5]),
    "empty": ([], []),
}


@sketches
@pytest.mark.parametrize("name", NUMBERS)
def test_columns_of_numbers(cls: Any, name: str) -> None:
    column, items = NUMBERS[name]
    loop = cls()
    for item in items:
        loop.update(item)
    stat = fed(cls, column)
    assert stat.n == len(items)
    assert stat.to_bytes() == loop.to_bytes()


def test_the_number_of_distinct_items_is_within_its_bounds() -> None:
    inside = {0.682: 0, 0.954: 0, 0.997: 0}
    errors = []
    for seed in range(300):
        stat = sketch.NUnique(error_rate=0.03, seed=seed)
        stat.update_many(range(20_000))
        errors.append(stat.get() / 20_000 - 1)
        for confidence in inside:
            low, high = stat.bounds(confidence)
            assert low <= stat.get() <= high + 1
            inside[confidence] += low <= 20_000 <= high
    assert np.std(errors) < 0.03
    for confidence, held in inside.items():
        assert held >= (confidence - 0.08) * 300, (confidence, held)


def test_merged_sketches_estimate_what_one_does() -> None:
    rng = random.Random(5)
    for n in (3, 40, 1_000, 60_000):
        items = [rng.randrange(n) for _ in range(n)]
        whole = fed(sketch.NUnique, items)
        for k in (0, 1, n // 3, n):
            merged = fed(sketch.NUnique, items[:k]) + fed(sketch.NUnique, items[k:])
            assert (merged.get(), merged.n, merged.bounds()) == (whole.get(), whole.n, whole.bounds())
    parts = [fed(sketch.NUnique, range(1_000 * i, 1_000 * i + 3_000)) for i in range(20)]
    assert utils.merge(parts).get() == fed(sketch.NUnique, range(22_000)).get()
    for params in ({"error_rate": 0.02}, {"seed": 5}):
        with pytest.raises(ValueError, match="must be the same in both statistics"):
            whole += fed(sketch.NUnique, [1], **params)


def test_a_seed_makes_another_hash_and_the_same_one_everywhere() -> None:
    code = "from river import sketch; s = sketch.NUnique({}); s.update_many(map(str, range(5000))); "
    code += "print(s.to_bytes().hex())"
    for params in ("", "0.01, 7"):
        states = {
            subprocess.run(
                [sys.executable, "-c", code.format(params)], capture_output=True, text=True, check=True
            ).stdout
            for _ in range(2)
        }
        assert len(states) == 1
    assert fed(sketch.NUnique, range(5000)).get() != fed(sketch.NUnique, range(5000), seed=1).get()
    for wrong in (2**63, -(2**63) - 1, 10**40):
        with pytest.raises(ValueError, match="seed must be None or an integer of 64 bits"):
            sketch.NUnique(seed=wrong)
    for rate in (0.0, 1.0, -1.0, 0.0001, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"error_rate must be between 0.0008 and 1"):
            sketch.NUnique(rate)
    assert sketch.NUnique(0.01).n_buckets == 2**14


@pytest.mark.parametrize(("support", "epsilon"), [(0.01, 0.005), (0.05, 0.05), (0.001, 0.02)])
def test_the_most_common_are_all_there_and_nothing_else(support: float, epsilon: float) -> None:
    rng = np.random.default_rng(7)
    parts = [rng.zipf(1.3, 20_000).clip(max=10**9) for _ in range(5)]
    exact: Counter[int] = Counter(int(x) for part in parts for x in part)
    total = sum(exact.values())
    stat = utils.merge([fed(sketch.HeavyHitters, part, support=support, epsilon=epsilon) for part in parts])
    assert stat.n == total
    common = dict(stat.most_common())
    assert stat.get() == stat.most_common() == sorted(stat.most_common(), key=lambda pair: -pair[1])
    assert stat.most_common(3) == stat.most_common()[:3]
    for item, count in exact.items():
        low, high = stat.bounds(item)
        assert low == stat[item] <= count <= high
        assert count - stat[item] <= epsilon * total
        if count >= support * total:
            assert item in common
        if count < (support - epsilon) * total:
            assert item not in common
    again = type(stat).from_bytes(stat.to_bytes())
    assert again.most_common() == stat.most_common()
    assert again.bounds(1) == stat.bounds(1)
    assert again.bounds("never seen") == stat.bounds("never seen")
    again.update_many(parts[0])
    assert again.n == total + len(parts[0])


def test_parameters_of_heavy_hitters() -> None:
    for support in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="support must be between 0 and 1"):
            sketch.HeavyHitters(support)
    for epsilon in (0.0, -1.0, 1.5, 1e-7, math.nan):
        with pytest.raises(ValueError, match=r"epsilon must be between 0.000001 and 1"):
            sketch.HeavyHitters(epsilon=epsilon)
    with pytest.raises(TypeError, match="fading_factor"):
        sketch.HeavyHitters(fading_factor=0.999)  # type: ignore[call-arg]
    stat = sketch.HeavyHitters(support=0.1, epsilon=0.02)
    assert stat._get_params() == {"support": 0.1, "epsilon": 0.02}
    assert stat.get() == []
    assert stat["a"] == 0
    assert stat.clone()._get_params() == stat._get_params()
    with pytest.raises(ValueError, match=r"epsilon must be the same in both statistics, got 0.02 and 0.03"):
        fed(sketch.HeavyHitters, ["a"], support=0.1, epsilon=0.02).__iadd__(
            fed(sketch.HeavyHitters, ["a"], support=0.1, epsilon=0.03)
        )


@sketches
def test_eight_threads(cls: Any) -> None:
    stat = cls()

    def look() -> None:
        for _ in range(20):
            assert pickle.loads(pickle.dumps(stat)).n <= 10_000
            copy.deepcopy(stat).get(), repr(stat)

    def update() -> None:
        for i in range(500):
            stat.update(f"{i % 10}")

    part = fed(cls, map(str, range(10)))

    def merge() -> None:
        for _ in range(20):
            stat.__iadd__(part)

    run_together(update, update, lambda: stat.update_many([str(i % 10) for i in range(500)]), merge, look, look)
    assert stat.n == 1_700
    assert stat.get() == (10 if cls is sketch.NUnique else [(str(i), 170) for i in range(10)])


@sketches
def test_is_a_statistic_as_others(cls: Any) -> None:
    stat = fed(cls, ["a"])
    assert repr(stat) == f"{cls.__name__}: {stat.get()}"
    assert stat.name == ("n_unique" if cls is sketch.NUnique else "heavyhitters")
    assert stat.get_or("none") == stat.get()
    assert cls().get_or("none") == "none"

    class Tagged(cls):  # type: ignore[misc]
        pass

    tagged = fed(Tagged, ["a", "b"])
    tagged.tag = "x"
    assert pickle.loads(pickle.dumps(fed(cls, ["b"]))).n == 1
    assert copy.deepcopy(tagged).tag == "x"
    assert (tagged + tagged).tag == "x"
    assert (tagged + tagged).n == 4
    with pytest.raises(RuntimeError, match="__init__"):
        cls.__new__(cls).update("a")
    with pytest.raises(TypeError):
        stat += 1


@pytest.mark.thread_unsafe(reason="the memory that is traced is that of all threads")
def test_arrow_text_makes_no_object_of_each_value() -> None:
    column = pa.array([f"item {i}" for i in range(50_000)])
    import tracemalloc

    for cls in ITEMS:
        stat = cls()
        tracemalloc.start()
        stat.update_many(column)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 200_000
        assert stat.n == 50_000
