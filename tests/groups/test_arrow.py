"""Groups are Arrow tables, for whoever reads its PyCapsule interface."""

from __future__ import annotations

import gc
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from river import stats, utils


def table(groups: Any) -> pa.Table:
    found = pa.table(groups)
    found.validate(full=True)
    return found


def filled(*keys: Any) -> utils.GroupBy[Any]:
    groups = utils.GroupBy(stats.Sum)
    for x, key in enumerate(keys):
        groups.update(key, x)
    return groups


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ([3, -1, None], pa.int64()),
        (["b", "ä", None, ""], pa.large_utf8()),
        ([True, False, None], pa.bool_()),
        ([1.5, None, 2.0], pa.float64()),
        ([b"a", b"", None], pa.large_binary()),
        (["\N{SNOWMAN}" * 40, "a"], pa.large_utf8()),
    ],
)
def test_keys_of_one_type_are_a_column(keys: list[Any], kind: pa.DataType) -> None:
    found = table(filled(*keys))
    assert found.column_names == ["key", "sum"]
    assert found.schema.field("key").type == kind
    assert found["key"].to_pylist() == keys
    assert found["sum"].to_pylist() == [float(i) for i in range(len(keys))]


def test_tuples_are_a_column_each() -> None:
    found = table(filled(("a", 1), ("b", None), ("a", 2)))
    assert found.to_pydict() == {"key_0": ["a", "b", "a"], "key_1": [1, None, 2], "sum": [0.0, 1.0, 2.0]}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ([1, "a"], "got key of int, str"),
        ([1, 2.5], "got key of float, int"),
        ([(1, 2), (1, 2, 3)], "of 2 and 3"),
        ([(1, "a"), (1, 2)], "got key_1 of int, str"),
        ([(1, 2), None], "tuple and None"),
        ([object()], "exported to Arrow, got object"),
    ],
)
def test_keys_of_several_types_are_refused_by_name(keys: list[Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        pa.table(filled(*keys))


def test_values_are_numbers_counts_or_extremes() -> None:
    counts = utils.GroupBy(stats.Count)
    counts.update_many(["a", "b", "a"], [1, 2, 3])
    assert table(counts).to_pydict() == {"key": ["a", "b"], "count": [2, 1]}
    extrema = utils.GroupBy(stats.Extrema)
    extrema.update_many(["a", "b", "a"], [1, 2, 3])
    assert table(extrema).to_pydict() == {
        "key": ["a", "b"],
        "extrema_min": [1.0, 2.0],
        "extrema_max": [3.0, 2.0],
        "extrema_argmin": [0, 0],
        "extrema_argmax": [1, 0],
    }
    lagged = utils.GroupBy(stats.FirstDifference)
    lagged.update_many(["a", "b", "a"], [1, 2, 5])
    assert table(lagged)[1].to_pylist() == [4.0, None]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 1_000])
def test_libraries_read_the_table(count: int) -> None:
    groups = filled(*range(count))
    keys, values = list(range(count)), [float(i) for i in range(count)]
    assert table(groups).to_pydict() == {"key": keys, "sum": values}
    frame = pl.DataFrame(groups)
    assert frame.to_dict(as_series=False) == {"key": keys, "sum": values}
    if hasattr(pd.DataFrame, "from_arrow"):
        assert pd.DataFrame.from_arrow(groups).to_dict("list") == {"key": keys, "sum": values}
    assert pl.DataFrame(filled(*map(str, range(count))))["key"].to_list() == (
        [*map(str, range(count))] if count else []
    )


def test_what_nobody_reads_is_freed() -> None:
    groups = filled(*range(100))
    for _ in range(100):
        groups.__arrow_c_stream__()
    capsule = groups.__arrow_c_stream__()
    reader = pa.RecordBatchReader._import_from_c_capsule(capsule)
    del reader
    with pytest.raises(ValueError, match=r".*"):
        pa.RecordBatchReader._import_from_c_capsule(capsule)
    batch = next(iter(pa.RecordBatchReader._import_from_c_capsule(groups.__arrow_c_stream__())))
    del groups
    gc.collect()
    assert batch.column(1).to_pylist() == [float(i) for i in range(100)]
