"""`python -m river.overlay` on a fake river; tests/packaging/test_overlay.py uses the real one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from river import __version__, overlay, sketch, stats, utils
from tests.processes import ROOT, run_module

#: The relevant files of river.
RIVER = {
    "__init__.py": '__version__ = "0.26.1"\n',
    "base/__init__.py": "from .base import Base\n",
    "base/base.py": "class Base:\n    pass\n",
    "sketch/__init__.py": 'from .counter import Counter\n\n__all__ = ["Counter"]\n',
    "sketch/counter.py": "class Counter:\n    pass\n",
    "sketch/heavy_hitters.py": "",
    "sketch/n_unique.py": "",
    "stats/__init__.py": "from .var import Var\n",
    "stats/var.py": "class Var:\n    old = True\n",
    "stats/only_in_river.py": "",
    "utils/__init__.py": 'from . import math\nfrom .rolling import Rolling\n\n__all__ = ["Rolling", "math"]\n',
    "utils/math.py": "",
    "utils/rolling.py": "class Rolling:\n    old = True\n",
    "utils/sorted_window.py": "",
    "feature_extraction/__init__.py": 'from .agg import Agg, TargetAgg\n\n__all__ = ["Agg", "TargetAgg"]\n',
    "feature_extraction/agg.py": "class Agg:\n    old = True\n\n\nclass TargetAgg(Agg):\n    pass\n",
    "linear_model/__init__.py": "from river.utils.rolling import Rolling\n",
    "linear_model/answer.py": "answer = 42\n",
    "py.typed": "",
}


class Environment:
    """A virtual environment with a river in it."""

    def __init__(self, folder: Path, version: str = overlay.VERSION) -> None:
        venv.create(folder)
        self.folder = folder
        (self.python,) = (path for path in overlay.pythons(folder) if path.exists())
        asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
        packages = subprocess.run([self.python, "-c", asked], capture_output=True, text=True, check=True).stdout
        self.packages = Path(packages.strip())
        self.add("river-0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: river\nVersion: {version}\n")
        for name, text in RIVER.items():
            self.add(f"river/{name}", text)
        self.run("import compileall; compileall.compile_dir(sys.argv[1], quiet=1)", str(self.packages / "river"))

    def add(self, name: str, text: str) -> None:
        path = self.packages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def run(self, code: str, *arguments: str) -> str:
        command = [self.python, "-I", "-c", f"import sys; {code}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Return all files and when they were changed."""
        return {
            path.relative_to(self.packages).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in self.packages.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "environment")


def refusal(*arguments: str | Path) -> str:
    """Return the message of a call that has to fail."""
    command = [sys.executable, "-m", "river.overlay", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


@pytest.mark.parametrize("by_python", [False, True])
def test_names_are_added_and_none_is_lost(environment: Environment, by_python: bool) -> None:
    before = environment.files()
    target = environment.python if by_python else environment.folder
    said = run_module("river.overlay", str(target))
    assert said.startswith("river 0.26.1 in ") and f"has the statistics of {__version__}" in said
    after = environment.files()
    assert {name for name in before if name not in after and "/stats/" not in name} == set()
    changed = {name for name in before if "/stats/" not in name and after[name][0] != before[name][0]}
    assert changed == {
        "river/feature_extraction/agg.py",
        "river/sketch/__init__.py",
        "river/utils/__init__.py",
        "river/utils/rolling.py",
    }
    assert "river/stats/only_in_river.py" not in after
    names = "from river.utils import __all__ as names; print(*sorted(names))"
    assert environment.run(names).split() == sorted({"Rolling", "math", *utils.__all__})
    assert environment.run(names.replace("utils", "sketch")).split() == sorted({"Counter", *sketch.__all__})
    assert environment.run("import river; print(river.__version__)") == "0.26.1"
    assert environment.run("from river.linear_model import answer; print(answer.answer)") == "42"
    statistics = after["river/stats/__init__.py"][0]
    assert statistics == Path(stats.__file__).read_bytes()


def test_removal_restores_every_byte(environment: Environment) -> None:
    before = environment.files()
    for _ in range(2):
        run_module("river.overlay", str(environment.folder))
        environment.run("import compileall; compileall.compile_dir(sys.argv[1], quiet=1)", str(environment.packages))
        run_module("river.overlay", str(environment.folder))  # again, over the existing one
        assert "is as it was" in run_module("river.overlay", str(environment.folder), "--remove")
        assert environment.files() == before
        assert not any(path.is_dir() and not any(path.iterdir()) for path in environment.packages.rglob("*"))


def test_an_interrupted_call_is_undone(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    before = environment.files()
    found = overlay.find(environment.folder)
    copyfile, left = shutil.copyfile, 0

    def copied(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return copyfile(*args, **kwargs)

    for calls in range(0, 60, 4):
        monkeypatch.setattr(shutil, "copyfile", copied)
        left = calls
        with pytest.raises(KeyboardInterrupt):
            overlay.lay(found)
        monkeypatch.undo()
        if not found.backup.exists():  # nothing was changed yet
            assert before.items() <= environment.files().items()
            overlay.lay(found)
        overlay.remove(found)
        assert environment.files() == before


def test_what_cannot_be_changed_is_left_as_it_is(environment: Environment, tmp_path: Path) -> None:
    before = environment.files()
    assert "has no statistics laid over it" in refusal(environment.folder, "--remove")
    assert "no Python in it that runs" in refusal(tmp_path / "nowhere")
    assert "no Python in it that runs" in refusal(tmp_path)
    environment.add("river/migrate.py", "")
    assert "has files that would be lost: migrate.py" in refusal(environment.folder)
    (environment.packages / "river" / "migrate.py").unlink()
    assert environment.files() == before


def test_another_river_or_python_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Environment(tmp_path / "other", "0.25.0")
    before = other.files()
    assert "has river 0.25.0: these statistics can be laid over 0.26.1 alone" in refusal(other.folder)
    assert other.files() == before
    venv.create(tmp_path / "empty")
    assert "has no river: " in refusal(tmp_path / "empty")
    right = Environment(tmp_path / "right")
    monkeypatch.setattr(overlay.sysconfig, "get_config_var", lambda name: ".cpython-399-other.so")
    with pytest.raises(overlay.Refused, match=r"for Pythons with \.cpython-399-other\.so, that of "):
        overlay.find(right.folder)


def test_an_overlay_lays_nothing_over_others(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    found = overlay.find(environment.folder)
    overlay.lay(found)
    monkeypatch.setattr(overlay, "HERE", found.package)
    with pytest.raises(overlay.Refused, match="is a river with statistics laid over it"):
        overlay.lay(found)
    overlay.remove(found)
