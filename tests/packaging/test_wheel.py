"""Each wheel: what is in it, and the suite on it, installed outside the checkout."""

from __future__ import annotations

import email
import os
import shlex
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.packaging.conftest import Installed, Sdist
from tests.packaging.environments import BUILDS, run
from tests.processes import ROOT

pytestmark = pytest.mark.packaging


def test_contents(installed: Installed) -> None:
    """The package, its stubs and one extension module; no source of anything else."""
    names = zipfile.ZipFile(installed.wheel).namelist()
    package = {name for name in names if ".dist-info/" not in name and not name.endswith("/")}
    assert {name.partition("/")[0] for name in package} == {"river"}
    assert {"river/py.typed", "river/stats/_rust_stats.pyi", "river/stats/__init__.py"} <= package
    assert len([name for name in package if name.endswith(".so")]) == 1
    assert {name.rpartition(".")[2] for name in package} == {"py", "pyi", "typed", "so"}


def test_size(installed: Installed) -> None:
    """It is downloaded and unpacked for every environment that needs it."""
    assert installed.wheel.stat().st_size < 4e6
    assert sum(member.file_size for member in zipfile.ZipFile(installed.wheel).infolist()) < 12e6


def test_says_what_it_is_made_of(installed: Installed) -> None:
    """PEP 770's folder holds the bill of materials, which is that of the locked crates: tests/test_supply.py."""
    archive = zipfile.ZipFile(installed.wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/sboms/river.cdx.json"))
    assert archive.read(name) == (ROOT / "sbom.cdx.json").read_bytes()


def test_no_folder_of_this_machine_is_in_the_module(installed: Installed, sdist: Sdist) -> None:
    """The same sources have to make the same wheel wherever they are."""
    archive = zipfile.ZipFile(installed.wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".so"))
    module = archive.read(name)
    assert b"rust_src" in module
    for folder in (sdist.unpacked, BUILDS, Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))):
        assert os.fsencode(folder) not in module


def test_metadata(installed: Installed) -> None:
    """The version is Cargo's, and only NumPy is installed with it."""
    archive = zipfile.ZipFile(installed.wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = email.message_from_bytes(archive.read(name))
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]
    assert metadata["Name"] == manifest["name"] == "river"
    assert metadata["Version"] == manifest["version"]
    assert metadata["License-Expression"] == manifest["license"]
    assert metadata.get_all("License-File") == ["LICENSE", "NOTICES.md"]
    assert archive.read(name.replace("METADATA", "licenses/NOTICES.md")) == (ROOT / "NOTICES.md").read_bytes()
    assert metadata["Requires-Python"] == ">=3.11"
    needed = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    assert [line.partition(">")[0] for line in needed] == ["numpy"]
    assert metadata.get_all("Provides-Extra") == ["cli", "dask", "spark", "datafusion", "ray"]


def test_tag(installed: Installed) -> None:
    """A plain `linux_x86_64` would be refused by package indexes."""
    *_, python, abi, platform = installed.wheel.stem.split("-")
    assert python == abi
    assert platform.startswith(("manylinux", "macosx"))


def test_import(installed: Installed) -> None:
    """There is no other `river` next to the tests that they could mistake for the installed one."""
    code = "import river; print(river.__file__, river.__version__)"
    where, version = run([installed.python, "-c", code], cwd=installed.folder).split()
    assert where.startswith(f"{installed.python.parents[1]}/lib/")
    assert version == installed.wheel.name.split("-")[1]


def test_command(installed: Installed) -> None:
    """The command is installed, and answers."""
    version = run([installed.python.parent / "river", "--version"], cwd=installed.folder)
    assert version.split() == ["river", installed.wheel.name.split("-")[1]]


def test_suite(installed: Installed) -> None:
    """What the wheel builder's `test-command` runs on every platform passes here."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
    program, *arguments = shlex.split(settings["test-command"])
    assert program == "python"
    run([installed.python, *arguments], cwd=installed.folder)
