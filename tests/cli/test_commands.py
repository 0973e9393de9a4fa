"""`river plot`, `list`, `help`, `completion` and `--version`."""

from __future__ import annotations

import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import river
from river import sketch, stats, utils
from tests.cli.conftest import Shell
from tests.processes import ROOT

ROWS = "t,x\n" + "".join(f"2026-01-{day:02},{day * day % 7}\n" for day in range(1, 29))


def test_version(shell: Shell) -> None:
    assert shell("river --version").stdout == f"river {river.__version__}\n"
    assert shell("python -m river -V").stdout == f"river {river.__version__}\n"


def test_list_names_every_statistic(shell: Shell) -> None:
    lines = shell("river list").stdout.splitlines()
    windows = {"Rolling", "TimeRolling", "TumblingWindow"}
    public = {*stats.__all__, *sketch.__all__, *windows} - {"base", "Link"}
    assert {line.split()[0] for line in lines} == public
    assert next(line for line in lines if line.startswith("Kurtosis ")).endswith("  Excess kurtosis.")


@pytest.mark.parametrize("name", ["Kurtosis", "kurtosis", "TimeRolling"])
def test_help_shows_the_page(name: str, shell: Shell) -> None:
    done = shell(f"river help {name}")
    cls = stats.Kurtosis if name.lower() == "kurtosis" else utils.TimeRolling
    assert done.stdout.rstrip().endswith((inspect.getdoc(cls) or "").rstrip())
    assert done.stdout.startswith(f"{cls.__name__}(")


def test_help_on_what_is_not_there(shell: Shell) -> None:
    done = shell("river help kurtos")
    assert done.returncode == 2
    assert "did you mean Kurtosis?" in done.stderr


@pytest.mark.parametrize(("suffix", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_plot_into_a_file(suffix: str, magic: bytes, shell: Shell, tmp_path: Path) -> None:
    done = shell(f"river plot 'EWMean(.3)' 'top=RollingMax(5)' - -c x -t t -o p.{suffix}", ROWS)
    assert (done.returncode, done.stdout) == (0, f"p.{suffix}\n"), done.stderr
    assert (tmp_path / f"p.{suffix}").read_bytes().startswith(magic)


def test_plot_into_the_terminal(shell: Shell) -> None:
    done = shell("river plot 'top=RollingMax(5)' - -c x -t t", ROWS)
    assert done.returncode == 0, done.stderr
    assert "top" in done.stdout
    assert "2026-01-28" in done.stdout
    assert "\x1b" not in done.stdout


def test_several_quantiles_are_a_line_each(shell: Shell) -> None:
    done = shell("river plot 'Max()' 'q=RollingQuantile([0, 1], 5)' - -c x -t t", ROWS)
    assert done.returncode == 0
    assert [label for label in ("Max()", "q[0]", "q[1]", "q[2]") if label in done.stdout] == ["Max()", "q[0]", "q[1]"]


def test_nothing_to_plot(shell: Shell) -> None:
    assert shell("river plot 'Mean()' - -c x", "x\n").returncode == 1
    assert shell("river plot 'Mean()' - -c x -o p.txt", ROWS).returncode == 2


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_completion(kind: str, shell: Shell) -> None:
    assert "_RIVER_COMPLETE" in shell(f"river completion {kind}").stdout


def test_bash_completes(shell: Shell) -> None:
    done = shell("COMP_WORDS='river de' COMP_CWORD=1 _RIVER_COMPLETE=bash_complete river")
    assert done.stdout == "plain,describe\n"


def test_without_its_libraries_it_says_how_to_get_them() -> None:
    code = "import sys; sys.modules['click'] = None; from river.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'river[cli]'" in done.stderr


@pytest.mark.checkout
def test_the_extra_is_what_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["optional-dependencies"]["cli"] == project["dependency-groups"]["cli"]
    assert project["project"]["scripts"] == {"river": "river.cli:main"}


def test_starts_without_what_is_not_needed() -> None:
    loaded = "sorted({'numpy', 'pyarrow', 'rich', 'river.stats'} & set(sys.modules))"
    code = f"import sys; from river.cli import app; print({loaded})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
