"""The source distribution: complete, and good for building in place. test_wheel.py shows that wheels build from it."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from tests.packaging.conftest import Builds, Sdist

pytestmark = pytest.mark.packaging

SHIPPED = ("rust_src", "benches", "river", "tests", "benchmarks", "demo", "docs")
SHIPPED_FILES = {
    *("setup.py", "pyproject.toml", "MANIFEST.in", "Cargo.toml", "Cargo.lock", "clippy.toml", "deny.toml"),
    *("rustfmt.toml", "CITATION.cff"),
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile", ".ci/install-rust"),
    *("NOTICES.md", "sbom.cdx.json", "SECURITY.md"),
}


def test_complete(sdist: Sdist) -> None:
    """Every file of the shipped folders is in it, and nothing else except what setuptools writes."""
    with tarfile.open(sdist.archive) as archive:
        members = {member.name.partition("/")[2] for member in archive if member.isfile()}
    folders = [sdist.checkout / name for name in SHIPPED]
    wanted = {file.relative_to(sdist.checkout).as_posix() for folder in folders for file in _files(folder)}
    written = {name for name in members if name.startswith("river.egg-info/")} | {"PKG-INFO", "setup.cfg"}
    assert members - written == wanted | SHIPPED_FILES


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_build_in_place(builds: Builds, sdist: Sdist) -> None:
    """`python setup.py build_rust --inplace --release` is enough to import the package from its folder."""
    assert builds.in_place.result() == str(sdist.unpacked / "river" / "stats" / "__init__.py")
