"""Python in a process of its own, for what a test would not survive, or must observe from the start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_code(code: str, *, timeout: float = 60) -> str:
    """Run a program and return what it printed; a failure fails the test with the end of its output."""
    return _run("-c", code, timeout=timeout)


def run_module(name: str, *args: str, timeout: float = 60) -> str:
    """Run a module of the tests and return what it printed."""
    return _run("-m", name, *args, timeout=timeout)


def _run(*args: str, timeout: float) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", *args],
        cwd=ROOT,
        timeout=timeout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"exit code {done.returncode}: {done.stderr[-3_000:]}"
    return done.stdout


def command_environment(folder: Path) -> dict[str, str]:
    """Return an environment in which `river` and `python` are those of this interpreter and this package."""
    scripts = folder / ".scripts"
    scripts.mkdir(exist_ok=True)
    for name, module in (("river", "-m river"), ("python", "")):
        script = scripts / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        script.chmod(0o755)
    path = {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return os.environ | path | {"COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}


def limit_memory(size: int) -> None:
    """Give this process at most `size` bytes of address space, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such limit; the code is tested there all the same
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
