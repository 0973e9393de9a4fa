"""Files as bytes, and what is in them: format and compression, by the first bytes and by the name."""

from __future__ import annotations

import io
import os
import sys
from pathlib import PurePath
from typing import IO, Any, cast

from .errors import DataError, said_of

__all__ = ["FORMATS", "Source"]

FORMATS = ("csv", "tsv", "jsonl", "parquet", "arrow")
_SUFFIXES = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".arrows": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}
_COMPRESSED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_MAGIC = {b"PAR1": "parquet", b"ARROW1": "arrow"}


class Source:
    """A file, or the standard input where the path is `-`."""

    def __init__(self, path: str, format: str | None) -> None:
        self.path = path
        with said_of(path, OSError):
            # It stays open as long as the process: it is read later.
            self.raw: io.BufferedReader = (
                cast(io.BufferedReader, sys.stdin.buffer) if path == "-" else open(path, "rb")  # noqa: SIM115
            )
            # Do not wait for a terminal: what is typed there has no magic number.
            start = b"" if self.raw.isatty() else self.raw.peek(8)[:8]
        self.compression = next((name for magic, name in _COMPRESSED.items() if start.startswith(magic)), None)
        suffixes = [suffix.lower() for suffix in PurePath(path).suffixes]
        if self.compression and suffixes[-1:] in ([".gz"], [".zst"], [".zstd"]):
            suffixes.pop()
        found = next((name for magic, name in _MAGIC.items() if start.startswith(magic)), None)
        self.format = format or found or _SUFFIXES.get(suffixes[-1] if suffixes else "", "csv")

    @property
    def size(self) -> int | None:
        """How many bytes there are, None if that is unknown."""
        return None if self.path == "-" else os.path.getsize(self.path)

    def bytes(self, raw: IO[bytes] | None = None) -> Any:
        """Return the bytes as a stream, uncompressed; `raw` is read in place of the file."""
        stream = raw or self.raw
        if self.compression is None:
            return stream
        import pyarrow as pa

        return pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), self.compression)

    def text(self) -> io.TextIOWrapper:
        """Return the lines, as they come; bytes that are not UTF-8 are written unchanged."""
        return io.TextIOWrapper(self.bytes(), encoding="utf-8", errors="surrogateescape", newline="")

    def seekable(self) -> str:
        """Return the path of a file that can be read from its end."""
        if self.path == "-" or self.compression:
            raise DataError(f"{self.path}: {self.format} is read from a file that is not compressed as a whole")
        return self.path
