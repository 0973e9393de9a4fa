"""Importing is quick and brings in nothing that is not needed."""

from __future__ import annotations

import json

from tests.processes import run_code

HEAVY = {"numpy", "scipy", "pandas", "pyarrow", "polars", "pytest", "hypothesis"}

IMPORT = """
import json, sys, time
start = time.perf_counter()
import river.stats
seconds = time.perf_counter() - start
stat = river.stats.Quantile()
stat.update(1)
stat.update(2.5)
assert stat.get() == 2.5
print(json.dumps([seconds, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_neither_import_nor_use_loads_numpy() -> None:
    _, modules = json.loads(run_code(IMPORT))
    assert "river" in modules
    assert not HEAVY & set(modules)


def test_import_takes_little_time() -> None:
    # The aim is 40 ms; a busy machine may take longer, so the best of a few counts, generously.
    assert min(json.loads(run_code(IMPORT))[0] for _ in range(5)) < 0.15
