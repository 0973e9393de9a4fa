"""A sketch of items for each of many keys: the groups are those of a dict of sketches, whatever is done with them."""

from __future__ import annotations

import copy
import math
import pickle
import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from river import sketch, utils
from tests.sketch.makers import ITEMS, fed

#: Each with parameters for which a few hundred items are too many to be kept.
COARSE: dict[Any, dict[str, Any]] = {
    sketch.HeavyHitters: {"support": 0.1, "epsilon": 0.08},
    sketch.NUnique: {"error_rate": 0.1, "seed": 5},
}
sketches = pytest.mark.parametrize("cls", ITEMS)


def stream(n: int = 3_000) -> tuple[list[Any], list[Any]]:
    """Return keys of several types, and items of several types, of which low numbers are frequent."""
    rng = random.Random(7)
    keys = rng.choices(["a", "b", 3, None, 2.5, (1, "a")], k=n)
    items = [rng.choice((int, str, float))(int(rng.paretovariate(0.6)) % 2_000) for _ in range(n)]
    return keys, items


def of_a_dict(cls: Any, keys: list[Any], items: list[Any]) -> dict[Any, Any]:
    by_key: dict[Any, Any] = {}
    for key, item in zip(keys, items, strict=True):
        by_key.setdefault(key, cls(**COARSE[cls])).update(item)
    return by_key


def test_the_groups_here_are_estimates() -> None:
    keys, items = stream()
    counts, distinct = (of_a_dict(cls, keys, items) for cls in ITEMS)
    assert any(stat.bounds("never seen")[1] > 0 for stat in counts.values())
    exact = {name: len({item for key, item in zip(keys, items, strict=True) if key == name}) for name in distinct}
    assert {key: stat.get() for key, stat in distinct.items()} != exact


def assert_same(groups: utils.GroupBy[Any], expected: dict[Any, Any]) -> None:
    assert groups.keys() == list(expected) and len(groups) == len(expected)
    assert groups.get() == {key: stat.get() for key, stat in expected.items()}
    for key, stat in expected.items():
        assert type(groups[key]) is type(stat) and groups[key].n == stat.n
        assert groups[key].to_bytes() == stat.to_bytes()


@sketches
def test_rows_and_columns_are_those_of_a_dict_of_sketches(cls: Any) -> None:
    keys, items = stream()
    rows, column = (utils.GroupBy(cls, **COARSE[cls]) for _ in range(2))
    for key, item in zip(keys, items, strict=True):
        rows.update(key, item)
    expected = of_a_dict(cls, keys, items)
    assert_same(rows, expected)
    half = len(keys) // 2
    column.update_many(keys[:half], items[:half])
    column.update_many(iter(keys[half:]), iter(items[half:]))
    assert_same(column, expected)
    assert list(column.get_many(["a", "no such key"])) == [expected["a"].get(), cls().get()]


@sketches
@pytest.mark.parametrize(
    "columns",
    [np.array, pd.Series, pl.Series, pa.array, lambda values: pa.array(values).dictionary_encode()],
    ids=["numpy", "pandas", "polars", "pyarrow", "pyarrow dictionary"],
)
def test_columns_of_libraries(cls: Any, columns: Any) -> None:
    rng = random.Random(1)
    keys, items = rng.choices("abc", k=500), [f"item {int(rng.paretovariate(1.0))}" for _ in range(500)]
    groups = utils.GroupBy(cls(**COARSE[cls]))
    groups.update_many(columns(keys), columns(items))
    assert_same(groups, of_a_dict(cls, keys, items))


@sketches
@pytest.mark.parametrize("before", [False, True], ids=["after", "before"])
def test_accumulate_has_the_value_of_the_group(cls: Any, before: bool) -> None:
    keys, items = stream(300)
    held: dict[Any, Any] = {}
    expected = []
    for key, item in zip(keys, items, strict=True):
        stat = held.setdefault(key, cls(**COARSE[cls]))
        expected.append(stat.get())
        stat.update(item)
        if not before:
            expected[-1] = stat.get()
    groups = utils.GroupBy(cls, **COARSE[cls])
    assert list(groups.accumulate(keys, items, before=before)) == expected
    assert_same(groups, held)


@sketches
def test_merged_groups_are_merged_sketches(cls: Any) -> None:
    keys, items = stream()
    cut = len(keys) // 3
    left, right = (utils.GroupBy(cls, **COARSE[cls]) for _ in range(2))
    left.update_many(["left", *keys[:cut]], ["only here", *items[:cut]])
    right.update_many([*keys[cut:], "right"], [*items[cut:], "only here"])
    before = left.to_bytes(), right.to_bytes()
    expected = dict(left.items())
    for key, stat in right.items():
        expected[key] = expected[key] + stat if key in expected else stat
    assert_same(left + right, expected)
    assert_same(utils.merge([left, right]), expected)
    assert (left.to_bytes(), right.to_bytes()) == before
    left += right
    assert_same(left, expected)
    for name, value in COARSE[cls].items():
        other = utils.GroupBy(cls, **COARSE[cls] | {name: 2 * value})
        other.update("a", "x")
        with pytest.raises(ValueError, match=rf"{name} must be the same in groups that are merged, got {value} and "):
            left += other
    assert_same(left, expected)


def test_merged_groups_say_of_each_key_what_one_sketch_does() -> None:
    keys, items = stream()
    distinct, counts = utils.GroupBy(sketch.NUnique), utils.GroupBy(sketch.HeavyHitters, support=0.1, epsilon=0.01)
    for groups in (distinct, counts):
        parts = [groups.clone() for _ in range(5)]
        for i, part in enumerate(parts):
            part.update_many(keys[i::5], items[i::5])
        groups += utils.merge(parts)
    for key in dict.fromkeys(keys):
        own = [item for other, item in zip(keys, items, strict=True) if other == key]
        assert distinct.get(key) == fed(sketch.NUnique, own).get()
        assert counts[key].n == len(own)
        for item in set(own):
            low, high = counts[key].bounds(item)
            assert low <= own.count(item) <= high
            assert own.count(item) < 0.1 * len(own) or item in dict(counts.get(key))


@sketches
def test_groups_are_copied_pickled_and_written_as_bytes(cls: Any, tmp_path: Path) -> None:
    keys, items = stream()
    groups = utils.GroupBy(cls, **COARSE[cls])
    groups.update_many(keys, items)
    utils.save(tmp_path / "state", groups)
    for other in (
        pickle.loads(pickle.dumps(groups)),
        utils.GroupBy.from_bytes(groups.to_bytes()),
        utils.load(tmp_path / "state"),
        copy.copy(groups),
        copy.deepcopy(groups),
    ):
        expected = of_a_dict(cls, keys, items)
        assert_same(other, expected)
        other.update_many(["a", "new"], ["x", "y"])
        expected["a"].update("x")
        expected["new"] = fed(cls, ["y"], **COARSE[cls])
        assert_same(other, expected)
    assert_same(groups, of_a_dict(cls, keys, items))
    empty = groups.clone()
    assert empty.get() == {} and empty._get_params()["statistic"]._get_params() == COARSE[cls]


def test_numbers_of_distinct_items_are_a_table_and_lists_are_none() -> None:
    keys, items = ["b", "a", "b", "b"], [1, "x", 2, 1.0]
    distinct, counts = utils.GroupBy(sketch.NUnique), utils.GroupBy(sketch.HeavyHitters)
    for groups in (distinct, counts):
        groups.update_many(keys, items)
    expected = {"key": ["b", "a"], "n_unique": [2, 1]}
    assert pa.table(distinct).to_pydict() == pl.DataFrame(distinct).to_dict(as_series=False) == expected
    assert pa.table(distinct).schema.field("n_unique").type == pa.int64()
    assert pa.table(utils.GroupBy(sketch.NUnique)).num_rows == 0
    with pytest.raises(TypeError, match="heavyhitters must have values of a type that is exported to Arrow, got list"):
        pa.table(counts)


@sketches
def test_what_is_refused_or_missing_changes_no_group(cls: Any) -> None:
    groups = utils.GroupBy(cls, **COARSE[cls])
    groups.update_many(["a", "b"], ["x", "y"])
    before = groups.to_bytes()
    with pytest.raises(TypeError, match=r"must be a str, bytes, an int.*got \[1\]") as refused:
        groups.update_many(["a", "new", "b"], ["x", "x", [1]])
    assert refused.value.__notes__ == ["in the row 2"]
    with pytest.raises(TypeError, match="must be a str, bytes, an int"):
        groups.update("new", [1])
    assert groups.to_bytes() == before and "new" not in groups
    skipping = utils.GroupBy(cls, skipna=True)
    skipping.update("a", None)
    skipping.update_many(["a", "a", "b", "c"], ["x", None, math.nan, 1])
    assert (skipping.keys(), skipping["a"].n, skipping.n_skipped) == (["a", "c"], 1, 3)


@sketches
def test_the_group_that_was_silent_longest_is_evicted(cls: Any) -> None:
    evicted: dict[Any, Any] = {}
    groups = utils.GroupBy(cls, **COARSE[cls], max_groups=2, on_evict=evicted.__setitem__)
    groups.update_many(["a", "b", "a", "c"], ["x", "y", "z", "x"])
    assert groups.keys() == ["a", "c"] and groups.n_evicted == 1
    assert {key: stat.to_bytes() for key, stat in evicted.items()} == {"b": fed(cls, ["y"], **COARSE[cls]).to_bytes()}
