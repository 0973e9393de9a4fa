"""The Pythons of this machine, and commands run as a user would run them: isolated from this process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.processes import ROOT

#: Where the builds are kept, so that a second run compiles nothing that has not changed.
BUILDS = ROOT / "target" / "packaging"

# They would point a fresh environment back to the checkout, to another Python, or to another selection of tests.
_NOT_INHERITED = {
    *("CARGO_TARGET_DIR", "PYO3_PYTHON", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"),
    *("PYTEST_ADDOPTS", "RIVER_TESTS"),
}

_ASK = """
import sys, sysconfig
ok = sys.implementation.name == "cpython" and sys.version_info.releaselevel == "final"
if ok and not sysconfig.get_config_var("Py_GIL_DISABLED"):
    print(*sys.version_info[:2], sys.executable)
"""


def run(
    command: Sequence[str | Path], *, cwd: Path | None = None, environment: Mapping[str, str | Path] | None = None
) -> str:
    """Run `command` and return what it printed; if it fails, raise with the end of its output."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    added = {name: str(value) for name, value in (environment or {}).items()}
    done = subprocess.run(command, cwd=cwd, env=kept | added, capture_output=True, text=True, check=False)
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}"[-6000:]
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{said}")
    return done.stdout


def _ask(python: Path) -> tuple[tuple[int, int], Path] | None:
    """Version and true path (a pyenv shim has another) of an interpreter, if it is one that wheels are built for."""
    try:
        done = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, check=False, timeout=60)
    except OSError:
        return None
    if done.returncode or not done.stdout:
        return None
    major, minor, executable = done.stdout.strip().split(" ", maxsplit=2)
    return (int(major), int(minor)), Path(executable)


def interpreters() -> dict[str, Path]:
    """Every CPython this package supports, on PATH or under pyenv: wheel tag (`cp311`) to interpreter.

    Among several with the same minor version, the first is used: this process's own, then PATH's, then pyenv's.
    """
    folders = [Path(folder) for folder in os.get_exec_path()]
    folders += Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/*/bin")
    own = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    named = [python for folder in folders for python in folder.glob("python3.*")]
    found: dict[tuple[int, int], Path] = {}
    for python in [own, *named]:
        name = re.fullmatch(r"python3\.(\d+)", python.name)
        if name and int(name[1]) >= 11 and (3, int(name[1])) not in found and (answer := _ask(python)):
            found.setdefault(*answer)
    return {f"cp{major}{minor}": python for (major, minor), python in sorted(found.items())}
