"""Importing is quick and imports nothing that is not needed."""

from __future__ import annotations

import json
import statistics
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
    # Imported only for the version.
    assert "importlib.metadata" not in modules


VERSION = """
import contextlib, sys
from river.cli import main
sys.argv = ["river", "--version"]
with contextlib.suppress(SystemExit):
    main()
"""


#: Opens about as many modules and maps more memory, so that whatever slows one of the two slows the other.
USUAL = "import asyncio"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells processor time in steps of 16 ms")
@pytest.mark.parametrize(("code", "most"), [("import river.stats", 1.0), (VERSION, 2.5)], ids=["import", "version"])
def test_it_starts_soon(code: str, most: float) -> None:
    """Starting takes at most so many times what USUAL takes, 47 ms on a quiet machine: the median of pairs."""
    pairs = [(seconds(code), seconds(USUAL)) for _ in range(5)]
    while statistics.median(ours / usual for ours, usual in pairs) > most:
        assert len(pairs) < 41, f"seconds, beside those of the usual modules: {sorted(pairs)}"
        pairs += [(seconds(code), seconds(USUAL)) for _ in range(4)]


def seconds(code: str) -> float:
    """Return the processor time of an interpreter that runs the code."""
    return float(run_code(f"{code}\nimport time\nprint(time.process_time())").split()[-1])
