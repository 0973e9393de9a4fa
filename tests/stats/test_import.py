"""Importing is quick and brings in nothing that is not needed."""

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
    # Asked for the version alone.
    assert "importlib.metadata" not in modules


VERSION = """
import contextlib, sys
from river.cli import main
sys.argv = ["river", "--version"]
with contextlib.suppress(SystemExit):
    main()
"""


#: Takes about as long as what is timed, so that a busy machine disturbs both alike.
USUAL = "import inspect, json"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells processor time in steps of 16 ms")
@pytest.mark.parametrize(("code", "most"), [("import river.stats", 0.040), (VERSION, 0.120)], ids=["import", "version"])
def test_it_starts_soon(code: str, most: float) -> None:
    """The bounds hold on a quiet machine, where USUAL takes 23 ms, and elsewhere as many times what that takes.

    The median of pairs is what it is however busy the machine: both are slowed down alike.
    """
    pairs = [(seconds(code), seconds(USUAL)) for _ in range(5)]
    while len(pairs) < 41:
        if (
            min(ours for ours, _ in pairs) < most
            or statistics.median(ours / usual for ours, usual in pairs) < most / 0.023
        ):
            return
        pairs += [(seconds(code), seconds(USUAL)) for _ in range(4)]
    raise AssertionError(f"seconds, beside those of the usual modules: {sorted(pairs)}")


def seconds(code: str) -> float:
    """Return the processor time of an interpreter that runs the code."""
    return float(run_code(f"{code}\nimport time\nprint(time.process_time())").split()[-1])
