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


def test_a_value_that_is_not_there_is_null_in_columns_of_the_same_type() -> None:
    counts = utils.GroupBy(utils.Rolling, stats.Count, window_size=3, min_samples=2)
    extrema = utils.GroupBy(utils.Rolling, stats.Extrema, window_size=3, min_samples=2)
    quantiles = utils.GroupBy(stats.RollingQuantile([0.0, 1.0], 3))
    for groups in (counts, extrema, quantiles):
        empty = table(groups).schema
        groups.update_many(["a", "a", "b"], [1.0, 2.0, 3.0])
        # The type of the keys is known once there are some.
        assert table(groups).schema.remove(0) == empty.remove(0)
    assert table(counts)[1].to_pylist() == [2, None]
    assert table(extrema).drop_columns("key").to_pylist() == [
        {
            f"rollingextrema_3_{part}": value
            for part, value in (("min", 1.0), ("max", 2.0), ("argmin", 0), ("argmax", 1))
        },
        {f"rollingextrema_3_{part}": None for part in ("min", "max", "argmin", "argmax")},
    ]
    assert table(quantiles).drop_columns("key").to_pylist() == [
        {"rollingquantile_3_0": 1.0, "rollingquantile_3_1": 2.0},
        {"rollingquantile_3_0": 3.0, "rollingquantile_3_1": 3.0},
    ]


def test_values_of_groups_in_python_are_columns_too() -> None:
    statistics = {"low": stats.Extrema(), "q": stats.RollingQuantile([0.0, 1.0], 3), "top": stats.Mode()}
    groups = utils.GroupBy(utils.Summary(**statistics))
    groups.update_many(["a", "b", "a"], [1.0, 2.0, 3.0])
    [a, b] = table(groups).to_pylist()
    assert a == {
        "key": "a",
        "low_min": 1.0,
        "low_max": 3.0,
        "low_argmin": 0,
        "low_argmax": 1,
        "q_0": 1.0,
        "q_1": 3.0,
        "top": 1.0,
    }
    assert b.keys() == a.keys()
    one = utils.Summary(**statistics)
    one.update_many([1.0, 3.0])
    assert pa.table(one).to_pylist() == [{name: value for name, value in a.items() if name != "key"}]
    windows = utils.GroupBy(lambda: utils.Rolling(stats.Quantile, 2, min_samples=2, q=[0.0, 1.0]))
    windows.update_many(["a", "b", "a"], [1.0, 2.0, 3.0])
    assert table(windows).to_pydict()["key"] == ["a", "b"]
    assert [list(row.values())[1:] for row in table(windows).to_pylist()] == [[1.0, 3.0], [None, None]]


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
