"""Profiles of hypothesis: `fast` unless the environment variable RIVER_TESTS says `slow`."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.engines.java import NEEDS_JAVA

# The same examples each time: others are for `slow`.
settings.register_profile("fast", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("slow", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("RIVER_TESTS", "fast"))

# Its table is built at first use, and two threads would read it half built.
base64.b85decode("")

# When an installed wheel is tested, only the tests are there, without what these import.
collect_ignore = [] if Path(__file__).parents[1].joinpath("benchmarks").exists() else ["test_benchmarks.py"]

#: The modules whose examples need what tests marked `engines` need.
ENGINES = {"dask.py", "datafusion.py", "ray.py", "spark.py"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the examples of the engines."""
    for item in items:
        if item.path.name in ENGINES and item.path.parent.name == "integrations":
            item.add_marker(pytest.mark.engines)
            item.add_marker(pytest.mark.filterwarnings("ignore"))
            if item.path.name == "spark.py":
                item.add_marker(NEEDS_JAVA)
