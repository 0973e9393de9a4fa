"""Tests are named after the class and the parameters they test."""

from __future__ import annotations

from tests.stats.cases import Case


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case after its class and parameters after their values."""
    if isinstance(val, Case):
        return val.name
    if isinstance(val, dict):
        return ",".join(f"{name}={value}" for name, value in val.items()) or "defaults"
    return None
