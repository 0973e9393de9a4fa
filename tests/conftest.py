"""Profiles of hypothesis: `fast` unless the environment variable RIVER_TESTS says `slow`."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

settings.register_profile("fast", max_examples=50, deadline=None)
settings.register_profile("slow", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("RIVER_TESTS", "fast"))

# Against an installed wheel only the tests are there, without what these import.
collect_ignore = [] if Path(__file__).parents[1].joinpath("benchmarks").exists() else ["test_benchmarks.py"]
