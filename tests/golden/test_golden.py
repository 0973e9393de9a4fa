"""States that released versions wrote are read, and continue as they did then."""

from __future__ import annotations

import base64
import pickle
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from river import stats
from tests.golden import levels
from tests.golden.check import DIRECTORY, FILES, check, format_version, plain
from tests.golden.make import STORED, described, files
from tests.stats.closeness import assert_same


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_goes_on_as_when_it_was_written(path: Path) -> None:
    check(path)


def test_every_class_has_a_file_of_the_version_and_layout_it_writes() -> None:
    for case, params in STORED:
        state, _ = described(case, params)
        kept = files(case.name, DIRECTORY / f"v{format_version(state)}")
        assert any(path.stat().st_size == len(state) for path in kept), case.name


def test_the_first_version_was_kept() -> None:
    assert {path.stem for path in FILES if path.parent.name == "v1"} >= {
        *("EWMean", "EWVar", "IQR", "Kurtosis", "PeakToPeak"),
        *("Quantile", "RollingIQR", "RollingQuantile", "Skew"),
    }


LEVELS = levels.lines()


@pytest.mark.parametrize("line", LEVELS.values(), ids=LEVELS)
def test_every_fill_level_goes_on(line: dict[str, Any]) -> None:
    pickled = pickle.loads(base64.b85decode(line["pickle"]))
    read = type(pickled).from_bytes(base64.b85decode(line["bytes"]))
    for stat in (pickled, read):
        assert_same(plain(stat.get()), line["get"])
        for step in line["then"]:
            stat.update(*step["row"], **({"t": step["t"]} if "t" in step else {}))
            assert_same(plain(stat.get()), step["get"])


def test_every_fill_level_is_stored() -> None:
    assert [line["name"] for line in levels.missing(LEVELS)] == [], "run `make golden`"


@pytest.mark.parametrize(
    ("stat", "payload"),
    [
        (stats.Count(), struct.pack("<Q", 2)),
        (stats.Max(), struct.pack("<Qd", 2, 2.5)),
        (stats.RollingMax(3), struct.pack("<QQdd", 3, 2, 1.5, 2.5)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_machine_writes_the_same_bytes(stat: Any, payload: bytes) -> None:
    """No machine uses its native byte order or integer width."""
    stat.update_many([1.5, 2.5])
    name = type(stat).__name__.encode()
    content = b"RVST" + struct.pack("<BB", 1, len(name)) + name + payload
    assert stat.to_bytes() == content + struct.pack("<I", zlib.crc32(content))
