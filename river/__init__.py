"""Running statistics over unbounded streams, computed in Rust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _elsewhere

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        if name == "__version__":
            # Cargo.toml sets it, and the metadata repeats it; reading that takes longer than everything else here.
            from importlib import metadata

            return globals().setdefault(name, metadata.version("river"))
        _elsewhere.refuse(f"river.{name}")
        raise AttributeError(f"module 'river' has no attribute {name!r}")


del TYPE_CHECKING
