"""Every target of the fuzzer, for a few seconds each; `make fuzz` runs them for hours."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("polars")
pytest.importorskip("pandas")

from river import sketch, stats, utils
from tests.fuzz.__main__ import TARGETS
from tests.golden.levels import subjects
from tests.observers import OBSERVERS
from tests.processes import run_module


def test_every_class_is_in_a_table() -> None:
    made = [subject.make() for subject in subjects()] + [row.make(5) for row in OBSERVERS]
    names = {type(stat).__name__ for stat in made}
    public = [getattr(module, name) for module in (sketch, stats, utils) for name in module.__all__]
    assert {cls.__name__ for cls in public if hasattr(cls, "update")} - names == set()


def test_names_of_rows_are_their_own() -> None:
    assert len({row.name for row in OBSERVERS}) == len(OBSERVERS)


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_found_in_a_few_seconds(target: str) -> None:
    # The same seeds each time, so that no change fails because of something that `make fuzz` has yet to find elsewhere.
    printed = run_module("tests.fuzz", "--seconds", "10", "--start", "0", "--target", target, timeout=200)
    runs = re.search(r": (\d+) runs", printed)
    assert runs is not None
    assert int(runs[1]) > 20
