"""The same sources make the same wheel, byte for byte, wherever they are and whenever it is built."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import Sdist
from tests.packaging.environments import run

pytestmark = pytest.mark.long


def test_two_folders_make_one_wheel(sdist: Sdist, tmp_path: Path) -> None:
    wheels = []
    for folder in ("one", "and another"):
        sources, out = tmp_path / folder / "river", tmp_path / folder / "out"
        shutil.copytree(sdist.unpacked, sources)
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, sources]
        run(build, environment={"CARGO_TARGET_DIR": tmp_path / folder / "target", "PYO3_PYTHON": sys.executable})
        wheels += out.iterdir()
    one, another = wheels
    assert one.name == another.name
    assert one.read_bytes() == another.read_bytes()
