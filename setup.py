"""The Rust side of the build; the metadata stands in pyproject.toml, the version in Cargo.toml."""

import json
import os
import shutil
import tomllib
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools_rust import Binding, RustExtension

ROOT = Path(__file__).resolve().parent
CARGO_TOML = ROOT / "Cargo.toml"

# The time of all files in a wheel, so that the same sources make the same wheel.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1580601600")


class Wheel(bdist_wheel):
    """A wheel that says what it is made of, as PEP 770 asks for."""

    def write_wheelfile(self, wheelfile_base, *args, **kwargs):
        super().write_wheelfile(wheelfile_base, *args, **kwargs)
        sboms = Path(wheelfile_base, "sboms")
        sboms.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / "sbom.cdx.json", sboms / "river.cdx.json")


def arguments():
    """Return what cargo is told: a release is small, and no names of this machine's folders are in it."""
    if "SETUPTOOLS_RUST_CARGO_PROFILE" in os.environ:
        return []
    home = os.environ.get("CARGO_HOME", Path.home() / ".cargo")
    folders = {"cargo": home, "river": ROOT, "target": os.environ.get("CARGO_TARGET_DIR", ROOT / "target")}
    flags = [f"--remap-path-prefix={path}={name}" for name, path in folders.items()]
    # Each class has windows of three kinds, groups and methods. Inlining all that LLVM would makes the module an eighth
    # larger and no faster, where functions in loops and calls are marked `#[inline]`.
    flags.append("-Cllvm-args=-inline-threshold=50")
    # Beside flags that somebody has set: an array of TOML is one of JSON, too.
    return ["--config", f"build.rustflags={json.dumps(flags)}"]


setup(
    version=tomllib.loads(CARGO_TOML.read_text(encoding="utf-8"))["package"]["version"],
    cmdclass={"bdist_wheel": Wheel},
    rust_extensions=[
        RustExtension(
            "river.stats._rust_stats",
            path=str(CARGO_TOML),
            binding=Binding.PyO3,
            features=["python"],
            cargo_manifest_args=["--locked"],
            # An editable install would be a debug build, twenty times slower than what users run.
            debug=False,
            args=arguments(),
        )
    ],
)
