"""Every target of the fuzzer, for a few seconds each; `make fuzz` runs them for hours."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("polars")
pytest.importorskip("pandas")

from tests.fuzz.__main__ import TARGETS
from tests.processes import run_module


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_found_in_a_few_seconds(target: str) -> None:
    printed = run_module("tests.fuzz", "--seconds", "10", "--target", target, timeout=200)
    runs = re.search(r": (\d+) runs", printed)
    assert runs is not None
    assert int(runs[1]) > 20
