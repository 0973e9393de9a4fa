"""Engines are imported only where their tests are asked for: they take seconds to import, and may not be there."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the tests of the engines out unless they are selected by their mark."""
    return None if config.option.markexpr == "engines" else True
