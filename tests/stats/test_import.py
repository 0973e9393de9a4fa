"""Importing is quick and brings in nothing that is not needed."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from tests.processes import ROOT, run_code

HEAVY = {"numpy", "scipy", "pandas", "pyarrow", "polars", "pytest", "hypothesis"}

IMPORT = """
import json, sys
import river.stats
stat = river.stats.Quantile()
stat.update(1)
stat.update(2.5)
assert stat.get() == 2.5
print(json.dumps(sorted(sys.modules)))
"""


def test_neither_import_nor_use_loads_numpy() -> None:
    modules = json.loads(run_code(IMPORT))
    assert "river" in modules
    assert not HEAVY & {name.partition(".")[0] for name in modules}
    # Asked for the version alone.
    assert "importlib.metadata" not in modules


@pytest.mark.parametrize(
    ("arguments", "most"), [(["-c", "import river.stats"], 3.5), (["-m", "river", "--version"], 5)]
)
def test_it_starts_soon(arguments: list[str], most: float) -> None:
    """Where an interpreter starts in 13 ms, the bounds are 45 and 65 ms, and what it takes 30 and 45 ms."""
    rounds = [(seconds(["-c", "pass"]), seconds(arguments)) for _ in range(7)]
    bare, ours = (min(times) for times in zip(*rounds, strict=True))
    assert ours < most * bare


def seconds(arguments: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin
