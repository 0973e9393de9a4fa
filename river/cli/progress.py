"""A progress bar on standard error, if that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import IO, Any, Self

from .files import Source

__all__ = ["Progress"]


class Progress:
    """Bars for the files that are read, drawn by rich."""

    def __init__(self) -> None:
        self.bars: Any = None
        if sys.stderr.isatty():
            from rich import progress
            from rich.console import Console

            columns = (progress.TextColumn("{task.description}"), progress.BarColumn(), progress.DownloadColumn())
            speed = (progress.TransferSpeedColumn(), progress.TimeRemainingColumn())
            self.bars = progress.Progress(*columns, *speed, console=Console(stderr=True), transient=True)

    def __enter__(self) -> Self:
        if self.bars:
            self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bars:
            self.bars.stop()

    def of(self, source: Source) -> Callable[[IO[bytes]], IO[bytes]]:
        """Return what puts a bar around the bytes of a file."""
        if not self.bars:
            return lambda raw: raw

        def wrap(raw: IO[bytes]) -> IO[bytes]:
            task = self.bars.add_task(source.path, total=source.size)
            wrapped: IO[bytes] = self.bars.wrap_file(raw, task_id=task)
            return wrapped

        return wrap
