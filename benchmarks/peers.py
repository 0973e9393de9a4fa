"""The two sides of a comparison, each a worker process.

River 0.26.1 has the same name as this project, so it lives in an environment of its own, created at
first use. Everything else, this project's `river` too, runs where this module runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

from benchmarks import jobs
from river import overlay

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "benchmarks" / "out"
RIVER = f"river=={overlay.VERSION}"

# Last on the path: an installed `river` comes before the one in the checkout.
_BOOT = f"import sys; sys.path.append({str(ROOT)!r}); from benchmarks.worker import main; main()"


def river_interpreter(kind: str = "") -> Path | None:
    """Return the interpreter that has river 0.26.1, or None if it cannot be installed; one for each kind."""
    folder = OUT / f"{RIVER.replace('==', '-')}{kind}-{sys.implementation.cache_tag}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = folder / "installed"
    if not done.exists():
        print(f"installing {RIVER} into {folder.relative_to(ROOT)}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", RIVER]
        if subprocess.run(pip).returncode != 0:
            return None
        done.touch()
    return python


def overlaid_interpreter() -> Path | None:
    """Return one that has river 0.26.1 with these statistics laid over it, as they are now."""
    python = river_interpreter("-overlaid")
    if python is not None:
        overlay.lay(overlay.find(python))
    return python


class Side:
    """A worker process and the pipes to it."""

    def __init__(self, python: str | Path) -> None:
        self.process = subprocess.Popen(
            [python, "-I", "-c", _BOOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Everything here runs on one thread.
            env=os.environ | {"POLARS_MAX_THREADS": "1"},
        )

    def run(self, job: jobs.Job) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(jobs.to_message(job)), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker process ended during {job}")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def close(self) -> None:
        self.process.communicate()
