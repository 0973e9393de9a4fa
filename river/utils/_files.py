"""Files that are written atomically."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file that replaces another one once it is complete and on disk.

    It is written next to the other, under a unique name, so that two writers do not collide. A writer that is killed
    leaves the other file as it was, and may leave its own, `NAME.*.unfinished`. The new file takes over the mode of the
    old one.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    unfinished = target.with_name(f"{target.name}.{os.urandom(8).hex()}.unfinished")
    try:
        with unfinished.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            unfinished.chmod(stat.S_IMODE(target.stat().st_mode))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Flush the new name of a file to disk too; Windows has no means for that."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
