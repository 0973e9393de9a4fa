"""The sketches, and forged bytes of them."""

from __future__ import annotations

import zlib
from typing import Any

from river import sketch

QUANTILES = (sketch.DDSketch, sketch.KLL, sketch.TDigest)
ITEMS = (sketch.HeavyHitters, sketch.NUnique)
ALL = (*QUANTILES, *ITEMS)


def sealed(data: bytes) -> bytes:
    """Return bytes followed by the checksum that matches them."""
    return data[:-4] + zlib.crc32(data[:-4]).to_bytes(4, "little")


def fed(cls: Any, values: Any, **params: Any) -> Any:
    """Return a sketch that has seen values."""
    made = cls(**params)
    made.update_many(values)
    return made
