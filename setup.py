"""The Rust side of the build; the metadata stands in pyproject.toml, the version in Cargo.toml."""

import tomllib
from pathlib import Path

from setuptools import setup
from setuptools_rust import Binding, RustExtension

CARGO_TOML = Path(__file__).with_name("Cargo.toml")

setup(
    version=tomllib.loads(CARGO_TOML.read_text(encoding="utf-8"))["package"]["version"],
    rust_extensions=[
        RustExtension(
            "river.stats._rust_stats",
            path=str(CARGO_TOML),
            binding=Binding.PyO3,
            features=["python"],
            cargo_manifest_args=["--locked"],
            # An editable install would be a debug build, twenty times slower than what users run.
            debug=False,
        )
    ],
)
