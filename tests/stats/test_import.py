"""Importing is quick and brings in nothing that is not needed."""

from __future__ import annotations

import json
import sys

import pytest

from tests.processes import run_code

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


VERSION = """
import contextlib, sys
from river.cli import main
sys.argv = ["river", "--version"]
with contextlib.suppress(SystemExit):
    main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells processor time in steps of 16 ms")
@pytest.mark.parametrize(("code", "most"), [("import river.stats", 3.5), (VERSION, 5)], ids=["import", "version"])
def test_it_starts_soon(code: str, most: float) -> None:
    """Where an interpreter starts in 13 ms, the bounds are 45 and 65 ms, and what it takes 30 and 45 ms."""
    rounds = [(seconds(""), seconds(code)) for _ in range(7)]
    bare, ours = (min(times) for times in zip(*rounds, strict=True))
    assert ours < most * bare


def seconds(code: str) -> float:
    """Return the processor time of an interpreter that runs the code."""
    return float(run_code(f"{code}\nimport time\nprint(time.process_time())").split()[-1])
