"""Columns of NumPy, the buffer protocol, pandas and Arrow are read as the same numbers."""

from __future__ import annotations

import array
import math
import sys
from typing import Any

import numpy as np
import pytest

from river import stats
from tests.processes import run_code

pd = pytest.importorskip("pandas")

VALUES = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
DTYPES = ["f2", "f4", "f8", "g", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">f4", ">f8", ">i4", "<i2", "O"]


def ranged(column: Any) -> list[float]:
    found: list[float] = stats.PeakToPeak().accumulate(column).tolist()
    return found


EXPECTED = [0, 2, 3, 3, 4, 8, 8, 8, 8, 8, 8, 8]


@pytest.mark.parametrize("dtype", DTYPES)
def test_arrays_of_every_type(dtype: str) -> None:
    values = np.array(VALUES).astype(dtype)
    assert ranged(values) == EXPECTED
    assert ranged(values[::2]) == ranged(VALUES[::2])
    assert ranged(values[::-1]) == ranged(VALUES[::-1])
    assert ranged(values[:0]) == []
    assert ranged(np.stack([values, values], axis=1)[:, 1]) == EXPECTED
    values.flags.writeable = False
    assert ranged(values) == EXPECTED


def test_other_arrays() -> None:
    assert ranged(np.array([True, False])) == [0.0, 1.0]
    unaligned = np.frombuffer(b"x" + np.array(VALUES, "f8").tobytes(), "f8", offset=1)
    assert ranged(unaligned) == EXPECTED
    assert ranged(np.ma.array(VALUES, mask=[i == 1 for i in range(12)])) == [0, 0, *ranged([3, *VALUES[2:]])[1:]]
    assert stats.Mean().accumulate(np.broadcast_to(2.0, 5)).tolist() == [2.0] * 5


@pytest.mark.parametrize("code", "bBhHiIlLqQfd")
def test_the_buffer_protocol(code: str) -> None:
    values = array.array(code, VALUES)
    assert ranged(values) == ranged(memoryview(values)) == EXPECTED
    assert ranged(memoryview(values)[::3]) == ranged(VALUES[::3])


def test_python_sequences() -> None:
    for column in (VALUES, tuple(VALUES), dict.fromkeys(range(12)).keys(), range(12)):
        expected = EXPECTED if column is VALUES or isinstance(column, tuple) else [float(x) for x in range(12)]
        assert ranged(column) == expected
    quantile = stats.Quantile()
    quantile.update_many(x for x in VALUES)
    assert quantile.n == 12


@pytest.mark.parametrize("dtype", ["float64", "int16", "Int64", "Float32", "UInt8"])
def test_pandas(dtype: str) -> None:
    series = pd.Series(VALUES, dtype=dtype)
    assert ranged(series) == ranged(pd.Index(series)) == ranged(series.array) == EXPECTED
    assert ranged(series[::-2]) == ranged(VALUES[::-2])


def test_missing_values_of_pandas_are_skipped_and_nan_is_not() -> None:
    masked = pd.Series([None, 1, None, 3], dtype="Int64")
    assert ranged(masked) == [0.0, 0.0, 0.0, 2.0]
    count = stats.Mean()
    count.update_many(masked)
    assert count.n == 2
    plain = ranged(pd.Series([1.0, math.nan, 3.0]))
    assert plain[0] == 0.0
    assert math.isnan(plain[2])
    cov = stats.Cov()
    cov.update_many(masked, pd.Series([1, 2, 3, None], dtype="Float64"))
    assert cov.n == 1


class Exporter:
    """A column that offers only Arrow's interface."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        return self.array.__arrow_c_array__(requested_schema)


def test_arrow() -> None:
    pa = pytest.importorskip("pyarrow")
    for kind in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint64"):
        column = pa.array(np.array(VALUES).astype(kind))
        assert ranged(column) == ranged(Exporter(column)) == EXPECTED
        chunked = pa.chunked_array([column[:5], column[5:5], column[5:]])
        assert ranged(chunked) == EXPECTED
        assert ranged(column[3:]) == ranged(VALUES[3:])
    assert ranged(pa.array([1, None, 4])) == [0.0, 0.0, 3.0]
    assert ranged(pa.chunked_array([[None, 1.0], [None], [4.0]])) == [0.0, 0.0, 0.0, 3.0]
    assert ranged(pa.array([True, None, False])) == [0.0, 0.0, 1.0]
    assert ranged(pa.array([1, 5, None, 1]).dictionary_encode()) == [0.0, 4.0, 4.0, 4.0]
    assert ranged(pa.array([1, 4]).cast(pa.decimal128(21, 2))) == [0.0, 3.0]
    assert ranged(pa.nulls(2)) == [0.0, 0.0]
    assert ranged(pd.Series([1, None, 4], dtype=pd.ArrowDtype(pa.int64()))) == [0.0, 0.0, 3.0]
    for wrong in (pa.array(["a"]), pa.array([[1]]), pa.table({"a": [1]}), pa.array([1]).cast(pa.timestamp("s"))):
        with pytest.raises(TypeError, match="real numbers, got an Arrow column"):
            stats.Mean().update_many(wrong)


def test_polars() -> None:
    pl = pytest.importorskip("polars")
    series = pl.Series(VALUES)
    assert ranged(series) == ranged(series.cast(pl.Float32)) == EXPECTED
    assert ranged(series[:4].append(series[4:])) == EXPECTED
    assert ranged(pl.Series([1, None, 4])) == [0.0, 0.0, 3.0]
    mode = stats.Mode()
    mode.update_many(pl.Series(["a", None, "b", "b"]))
    assert (mode.get(), mode.n) == ("b", 3)
    with pytest.raises(TypeError):
        stats.Mean().update_many(pl.Series(["a"]))


def test_a_list_needs_no_numpy() -> None:
    code = "import sys; from river import stats; m = stats.Mean(); m.update_many([1, 2]); print('numpy' in sys.modules)"
    assert run_code(code).strip() == "False" if sys.flags.isolated == 0 else True
