"""Run river 0.26.1's own tests with these statistics laid over it.

Usage: `python -m tests.compat`. In an environment of its own, river's tests and the examples in its
docstrings run twice: as released, then with this package's statistics laid over them. What passes
the first time must pass the second time, or have a reason in `allowed.json`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

from river import overlay

PEER = f"river=={overlay.VERSION}"
TEST_PACKAGES = [
    *(
        "pytest",
        "pytest-xdist",
        "gymnasium",
        "pandas>=2.2,<3",
        "polars",
        "pyarrow",
        "scikit-learn",
        "sqlalchemy",
        "sympy",
    )
]
ALLOWED = json.loads((Path(__file__).parent / "allowed.json").read_text(encoding="utf-8"))


class Environment:
    """River 0.26.1, its tests, and what they need."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Another river on the path would be mistaken for this one. Some of river's tests have the order of a set in
        # their names.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        self.environ = inherited | {"PYTHONHASHSEED": "0"}
        venv.create(folder / "venv", with_pip=True)
        self.python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        self.run("-m", "pip", "install", "--quiet", PEER, *TEST_PACKAGES)
        # The wheel has no tests; the source distribution has.
        self.run(
            *("-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "river"),
            *("--dest", str(folder), PEER),
        )
        (archive,) = folder.glob("river-*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        self.tests = folder / archive.name.removesuffix(".tar.gz") / "tests"
        self.river = overlay.find(self.python)
        if not self.river.package.resolve().is_relative_to(folder.resolve()):
            sys.exit(f"river was to be found below {folder}, where it may be changed, not in {self.river.package}")

    def run(self, *arguments: str, cwd: Path | None = None, check: bool = True) -> str:
        """Run the environment's Python, in its folder if no other is named; return what it prints."""
        command = [str(self.python), *arguments]
        result = subprocess.run(
            command,
            cwd=cwd or self.folder,
            env=self.environ,
            check=False,
            stdout=subprocess.PIPE,
            text=True,
        )
        if check and result.returncode:
            sys.exit(f"{' '.join(command)} failed with exit code {result.returncode}")
        return result.stdout

    def outcomes(self, label: str) -> dict[str, str]:
        """Run the tests; return each test's outcome: passed, failed or skipped."""
        report = self.folder / f"{label}.xml"
        suite = self.folder / "suite"
        shutil.rmtree(suite, ignore_errors=True)
        shutil.copytree(self.tests, suite / "tests")
        shutil.copy(self.tests.parent / "conftest.py", suite)
        self.run(
            *("-m", "pytest", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"),
            *("--continue-on-collection-errors", "--doctest-modules", "--import-mode=importlib", f"--rootdir={suite}"),
            *("-o", "doctest_optionflags=NORMALIZE_WHITESPACE NUMBER ELLIPSIS"),
            *("-m", "not datasets and not slow", f"--junitxml={report}"),
            *("--numprocesses", "auto", str(suite / "tests"), str(self.river.package)),
            cwd=suite,
            check=False,
        )
        outcomes = {}
        for case in ElementTree.parse(report).iter("testcase"):
            # An example in a docstring has the name of what it documents.
            where, name = case.get("classname", ""), case.get("name", "")
            name = name if name.startswith("river.") else f"{where}::{name}"
            kinds = {child.tag for child in case}
            failed = kinds & {"failure", "error"}
            outcomes[name] = "failed" if failed else "skipped" if "skipped" in kinds else "passed"
        return outcomes


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        environment = Environment(Path(folder))
        before = environment.outcomes("before")
        overlay.lay(environment.river)
        after = environment.outcomes("after")
    for label, outcomes in (("river 0.26.1", before), ("with these statistics", after)):
        print(f"{label}: {dict(Counter(outcomes.values()))}")
    passed = {name for name, outcome in before.items() if outcome == "passed"}
    lost = sorted(name for name in passed if after.get(name) != "passed")
    for name in lost:
        print(f"  {after.get(name, 'missing')}: {name} {ALLOWED.get(name, '')}")
    unexplained = [name for name in lost if name not in ALLOWED]
    print(f"{len(passed) - len(unexplained)} passed, {len(unexplained)} failed")
    return 1 if unexplained or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
