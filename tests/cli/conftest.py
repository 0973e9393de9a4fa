"""A shell with `river` in it, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes import command_environment

Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    if os.name == "nt":
        pytest.skip("the tests of the command line are written for a POSIX shell")
    return command_environment(tmp_path)


@pytest.fixture
def shell(tmp_path: Path, environment: dict[str, str]) -> Shell:
    def run(command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", command],
            input=text,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return run
