"""States that released versions wrote are read, and go on as they did then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from river import stats
from tests.golden.make import DIRECTORY, class_of, described, files, format_version, plain
from tests.stats.cases import CASES
from tests.stats.closeness import assert_same

#: A file of a class's name, but for those that hold objects, which the tests of their class read.
FILES = sorted(path for path in DIRECTORY.glob("v*/*.bin") if "-" not in path.stem)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_goes_on_as_when_it_was_written(path: Path) -> None:
    state = path.read_bytes()
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert f"v{format_version(state)}" == path.parent.name
    stat = getattr(stats, class_of(path)).from_bytes(state)
    for name, value in expected["params"].items():
        assert getattr(stat, name) == value
    assert expected["then"]
    for step in [{"get": expected["get"]}, *expected["then"]]:
        if "update" in step:
            stat.update(*step["update"])
        assert_same(plain(stat.get()), step["get"])


def test_every_class_has_a_file_of_the_version_and_layout_it_writes() -> None:
    for case in CASES:
        state, _ = described(case)
        kept = files(case.name, DIRECTORY / f"v{format_version(state)}")
        assert any(path.stat().st_size == len(state) for path in kept), case.name


def test_the_first_version_was_kept() -> None:
    assert {path.stem for path in FILES if path.parent.name == "v1"} >= {
        *("EWMean", "EWVar", "IQR", "Kurtosis", "PeakToPeak"),
        *("Quantile", "RollingIQR", "RollingQuantile", "Skew"),
    }
