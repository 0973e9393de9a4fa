"""Arrow columns that are not what they claim to be, and those of rarer types."""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from river import stats, utils

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")

MAKERS: dict[str, Callable[[], Any]] = {
    "numbers": stats.Mean,
    "keys": lambda: stats.Mode(-1),
    "anything": stats.Count,
    "objects": lambda: stats.Shift(1),
    "a link": lambda: stats.Shift(1) | stats.Mean(),
    "a window": lambda: utils.Rolling(stats.Mean, 3),
    "a window of keys": lambda: utils.Rolling(stats.Mode, 3),
    "times": stats.Rate,
}
METHODS = ("update_many", "accumulate")


class Exporter:
    """A column that offers only Arrow's interface: of the type of one array, with the data of another."""

    def __init__(self, kind: Any, data: Any) -> None:
        self.capsules = kind.__arrow_c_array__()[0], data.__arrow_c_array__()[1]

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        return self.capsules


class Stream:
    """A stream that can be read once."""

    def __init__(self, column: Any) -> None:
        self.capsule = column.__arrow_c_stream__()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.capsule


def refuse(column: Callable[[], Any], message: str, makers: Any = tuple(MAKERS)) -> None:
    """Assert that statistics refuse a column with an error that names it, and stay unchanged."""
    for name in makers:
        for method in METHODS:
            stat = MAKERS[name]()
            with pytest.raises(ValueError, match=rf"^[Xt] must be a valid Arrow column: .*{message}"):
                getattr(stat, method)(column())
            assert stat.n == 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_column_that_was_read_already(make: Callable[[], Any], method: str) -> None:
    for column in (
        Exporter(pa.array([1.0, 2.0]), pa.array([1.0, 2.0])),
        Stream(pa.chunked_array([[1.0], [2.0]])),
    ):
        getattr(make(), method)(column)
        stat = make()
        with pytest.raises(ValueError, match=r"^[Xt] must be a valid Arrow column: it has been read already"):
            getattr(stat, method)(column)
        assert stat.n == 0


@pytest.mark.parametrize("exported", [None, 5, (), (1,), (1, 2), "capsule"], ids=str)
def test_what_is_no_capsule(exported: Any) -> None:
    class Array:
        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            return exported

    class OtherStream:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return exported

    refuse(Array, "capsule")
    refuse(OtherStream, "capsule")


def test_capsules_of_other_names() -> None:
    class Swapped(Exporter):
        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            return self.capsules[::-1]

    class NoStream(Stream):
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return pa.array([1]).__arrow_c_array__()[1]

    refuse(lambda: Swapped(pa.array([1]), pa.array([1])), "incorrect name")
    refuse(lambda: NoStream(pa.chunked_array([[1]])), "incorrect name")


def test_a_type_that_does_not_fit_its_array() -> None:
    words = pa.array(["a", None])
    arrays = [
        pa.array([1, 2]),
        pa.array([1.0, None]),
        pa.array([True, None]),
        pa.nulls(2),
        words,
        words.cast(pa.string_view()),
        words.dictionary_encode(),
        pa.array([{"a": 1}, None]),
        pa.array([[1], None]),
    ]
    fits = 0
    for kind, data in itertools.product(arrays, arrays):
        for make, method in itertools.product(MAKERS.values(), METHODS):
            if "string" in str(kind.type) and data.type == pa.list_(pa.int64()):
                continue
            try:
                getattr(make(), method)(Exporter(kind, data))
                fits += 1
            except (TypeError, ValueError):
                pass
    assert fits
    refuse(lambda: Exporter(pa.array(["a"]), pa.array([1])), "2 buffers", ["numbers", "keys", "anything"])
    refuse(lambda: Exporter(pa.array([1]), pa.array(["a"])), "3 buffers")
    refuse(lambda: Exporter(pa.array(["a"]).dictionary_encode(), pa.array([1], pa.int32())), "dictionary")
    refuse(lambda: Exporter(pa.array([1], pa.int32()), pa.array(["a"]).dictionary_encode()), "dictionary")


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(
    "offsets", [[0, 3, 1, 3], [0, 2**30, 3, 3], [2, 1, 3, 3], [0, 1, 2, 10**6], [-1, 1, 2, 3], [0, 1, 2, -3]], ids=str
)
def test_offsets_that_do_not_ascend_or_fit(offsets: list[int], wide: bool) -> None:
    for kind in (pa.large_string(), pa.large_binary()) if wide else (pa.string(), pa.binary()):
        # pyarrow makes no such array, but cannot know what is written to its memory.
        memory = np.arange(4, dtype="i8" if wide else "i4")
        array = pa.Array.from_buffers(kind, 3, [None, pa.py_buffer(memory), pa.py_buffer(b"abc")])
        memory[:] = offsets
        refuse(lambda array=array: array, "", ["keys"])
        if max(offsets[-1], 0) < 10**6:
            refuse(lambda array=array: Exporter(array, array), "offset", ["keys", "objects", "a window of keys"])


def test_offsets_far_into_a_column() -> None:
    length = 10_000
    offsets = np.arange(length + 1, dtype="i4")
    array = pa.Array.from_buffers(pa.string(), length, [None, pa.py_buffer(offsets), pa.py_buffer(b"a" * length)])
    offsets[7_777] = 2
    refuse(lambda: array, "offsets", ["keys"])


@pytest.mark.parametrize(
    "view",
    [
        (20, b"abcd", 7, 0),
        (20, b"abcd", 0, 100),
        (-5, b"abcd", 0, 0),
        (20, b"abcd", 0, -4),
        (20, b"abcd", -1, 0),
        (2**31 - 1, b"abcd", 0, 0),
    ],
    ids=str,
)
def test_views_out_of_range(view: tuple[int, bytes, int, int]) -> None:
    good = struct.pack("<i4sii", 2, b"ab\0\0", 0, 0)
    buffers = [None, pa.py_buffer(good + struct.pack("<i4sii", *view)), pa.py_buffer(b"x" * 30)]
    for kind in (pa.string_view(), pa.binary_view()):
        array = pa.Array.from_buffers(kind, 2, buffers)
        refuse(lambda array=array: Exporter(array, array), "", ["keys", "objects", "a window of keys"])
    mode = stats.Mode()
    mode.update_many(pa.Array.from_buffers(pa.string_view(), 1, [None, pa.py_buffer(good)]))
    assert mode.get() == "ab"


@pytest.mark.parametrize("index", [2, 127, -1])
@pytest.mark.parametrize("kind", ["int8", "int64"])
def test_indices_out_of_the_dictionary(index: int, kind: str) -> None:
    indices = pa.array([0, index], kind)
    words = pa.DictionaryArray.from_arrays(indices, pa.array(["a", "b"]), safe=False)
    numbers = pa.DictionaryArray.from_arrays(indices, pa.array([1.0, 2.0]), safe=False)
    for array, makers in ((words, ["keys", "objects"]), (numbers, ["numbers", "a link", "a window"])):
        refuse(lambda array=array: Exporter(array, array), "dictionary", makers)
    missing = pa.DictionaryArray.from_arrays(pa.array([0, None], kind), pa.array([1.0, 2.0]))
    mean = stats.Mean()
    mean.update_many(missing)
    assert (mean.get(), mean.n) == (1.0, 1)


def test_a_number_of_nulls_that_is_not_right() -> None:
    mask = pa.py_buffer(bytes([0b101]))
    values = pa.py_buffer(np.arange(3.0))
    for claimed in (2, 3):
        array = pa.Array.from_buffers(pa.float64(), 3, [mask, values], null_count=claimed)
        refuse(lambda array=array: Exporter(array, array), "nulls")
    array = pa.Array.from_buffers(pa.float64(), 3, [mask, values])
    mean = stats.Mean()
    mean.update_many(Exporter(array, array))
    assert (mean.get(), mean.n) == (1.0, 2)


def test_text_that_is_not_utf8() -> None:
    array = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([0, 2], "i4")), pa.py_buffer(b"\xff\xfe")]
    )
    refuse(lambda: array, "UTF-8", ["keys"])


DECIMALS = [
    Decimal(text) for text in ("0.1", "-3.3", "1e-10", "12345678901234567890.123456789", "9007199254740993", "0")
]


@pytest.mark.parametrize("scale", [-5, -2, 0, 1, 15, 20, 37])
def test_decimals_are_the_closest_doubles(scale: int) -> None:
    rng = np.random.default_rng(scale + 5)
    for digits in (1, 8, 16, 17, 25, 38):
        unscaled = [int("".join(map(str, rng.integers(0, 10, digits)))) * (-1) ** i for i in range(20)]
        memory = b"".join(x.to_bytes(16, "little", signed=True) for x in unscaled)
        column = pa.Array.from_buffers(pa.decimal128(38, scale), 20, [None, pa.py_buffer(memory)])
        expected = [float(Fraction(x) / Fraction(10) ** scale) for x in unscaled]
        found = [stats.Sum().accumulate(column[i : i + 1])[0] for i in range(20)]
        assert found == expected
        total = stats.Sum()
        total.update_many(column)
        assert total.get() == pytest.approx(math.fsum(expected), rel=1e-15)


def test_decimals_of_every_library() -> None:
    for x in DECIMALS:
        exact = float(x)
        for column in (
            pa.array([x]),
            pl.Series([x]),
            pd.Series([x], dtype=pd.ArrowDtype(pa.array([x]).type)),
            pd.Series([x]),
        ):
            total = stats.Sum()
            total.update_many(column)
            assert total.get() == exact
    small = [Decimal("1.5"), None, Decimal("-2.5")]
    for kind in (pa.decimal32(5, 2), pa.decimal64(12, 3), pa.decimal128(20, 4)):
        assert stats.Sum().accumulate(pa.array(small, kind)).tolist() == [1.5, 1.5, -1.0]
    mode = stats.Mode()
    mode.update_many(pa.array([Decimal("1.5"), Decimal("1.5"), None]))
    assert (mode.get(), mode.n) == (Decimal("1.5"), 2)


NULLS = {
    "polars": lambda: pl.Series([None, None]),
    "pyarrow": lambda: pa.nulls(2),
    "exported": lambda: Exporter(pa.nulls(2), pa.nulls(2)),
    "chunks": lambda: pa.chunked_array([pa.nulls(1), pa.nulls(1)]),
    "pandas": lambda: pd.Series([None, None], dtype=pd.ArrowDtype(pa.null())),
}


@pytest.mark.parametrize("column", NULLS.values(), ids=NULLS)
def test_a_column_of_nothing_is_missing_throughout(column: Callable[[], Any]) -> None:
    for name, make in MAKERS.items():
        stat = make()
        if name == "times":
            with pytest.raises(ValueError, match=r"t\[0\] is missing"):
                stat.update_many(column())
            continue
        stat.update_many(column())
        assert len(stat.accumulate(column())) == 2
        assert stat.n == 0
    with pytest.raises(ValueError, match=r"w\[0\] is missing"):
        stats.Mean().update_many([1.0, 2.0], w=column())
    cov = stats.Cov()
    cov.update_many([1.0, 2.0], column())
    assert cov.n == 0


def test_columns_without_values_that_claim_to_be_long() -> None:
    # An array of nulls needs no memory, however long it is.
    for make in (stats.Mean, stats.Mode, stats.Count):
        with pytest.raises((MemoryError, ValueError)):
            make().update_many(Exporter(pa.nulls(2**55), pa.nulls(2**55)))


@pytest.mark.parametrize("freq", ["M", "D", "h"])
def test_periods_and_intervals_are_objects(freq: str) -> None:
    periods = pd.period_range("2020-01-01", periods=3, freq=freq)
    series = pd.Series([periods[0], periods[1], periods[1], pd.NaT], dtype=periods.dtype)
    for column in (series, pd.Index(series), series.array):
        mode = stats.Mode()
        assert mode.accumulate(column).tolist() == [periods[0], periods[0], periods[1], periods[1]]
        assert (mode.get(), mode.n) == (periods[1], 3)
        assert isinstance(mode.get(), pd.Period)
        count, shift, window = stats.Count(), stats.Shift(0), utils.Rolling(stats.Mode, 2)
        for stat in (count, shift, window):
            stat.update_many(column)
        assert (count.get(), shift.get(), window.get()) == (3, periods[1], periods[1])
        for wrong in (stats.Mean(), stats.Rate()):
            with pytest.raises(TypeError, match=r"must hold real numbers, got a column of dtype period"):
                wrong.update_many(column)
    intervals = pd.Series(pd.interval_range(0, 2))
    mode = stats.Mode()
    mode.update_many(intervals)
    assert mode.get() == pd.Interval(0, 1)


def test_lists_are_counted_without_nulls() -> None:
    count = stats.Count()
    for column in (pa.array([[1], None, []]), pa.array([{"a": 1}, None, {"a": 2}])):
        count.update_many(column)
    assert count.get() == 4
