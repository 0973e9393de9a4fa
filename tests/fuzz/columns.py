"""Arrow columns that are not what they claim to be.

They are of the type of one array with the data of another, or have changed buffers.
"""

from __future__ import annotations

import contextlib
import random
from typing import Any

import pyarrow as pa

from tests.fuzz.sequences import SUBJECTS
from tests.stats.test_column_arrow import Exporter


def arrays() -> list[Any]:
    words = pa.array(["a", None, "longer than twelve bytes", ""])
    return [
        pa.array([1, 2, None, 4]),
        pa.array([1.0, None, 3.0, 4.0], pa.float32()),
        pa.array([1.0, 2.0, 3.0, 4.0]),
        pa.array([True, None, False, True]),
        pa.array([1, None, 3, 4], pa.uint8()),
        pa.array([1, None, 3, 4], pa.timestamp("us")),
        pa.array([1, 2, None, 4], pa.decimal128(10, 2)),
        pa.nulls(4),
        words,
        words.cast(pa.large_string()),
        words.cast(pa.string_view()),
        words.dictionary_encode(),
        pa.array([{"a": 1}, None, {"a": 2}, None]),
        pa.array([[1], None, [2, 3], []]),
        pa.RunEndEncodedArray.from_arrays(pa.array([2, 4], pa.int32()), pa.array([1.0, 2.0])),
    ]


def changed(array: Any, rng: random.Random) -> Any:
    """Return an array whose buffers have other bytes, as long as before."""
    if pa.types.is_dictionary(array.type):
        indices = [rng.choice((0, 1, 2, 3, -1, 4, 127, -128, None)) for _ in range(len(array))]
        return pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), array.dictionary, safe=False)
    buffers = []
    for buffer in array.buffers():
        data = bytearray(buffer.to_pybytes()) if buffer is not None else None
        if data:
            for _ in range(rng.randint(0, 3)):
                data[rng.randrange(len(data))] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
        buffers.append(None if data is None else pa.py_buffer(bytes(data)))
    try:
        return pa.Array.from_buffers(array.type, len(array), buffers, offset=0)
    except (NotImplementedError, ValueError, pa.ArrowException):
        return array


class Plain:
    """An array that is accessible only through Arrow's interface."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        return self.array.__arrow_c_array__()


def run(rng: random.Random) -> None:
    """Pass one such column to one object."""
    subject = rng.choice(SUBJECTS)
    kinds = arrays()
    columns: list[Any] = []
    for _ in subject.case.arguments:
        kind, data = rng.choice(kinds), rng.choice(kinds)
        # Which of its buffers are there, and how long they are, is all that tells a list from a string.
        nested = any(
            pa.types.is_nested(array.type) or pa.types.is_run_end_encoded(array.type) for array in (kind, data)
        )
        columns.append(Plain(changed(data, rng)) if nested or rng.random() < 0.5 else Exporter(kind, data))
    stat = subject.make()
    method = rng.choice((stat.update_many, stat.accumulate))
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        method(*columns)
    repr(stat)
    stat.get()
