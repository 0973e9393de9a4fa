"""What goes wrong with a file, and how a command ends."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

import click

__all__ = ["INTERRUPTED", "DataError", "quiet_pipes", "said_of"]

#: The exit code after an interrupt, as in a shell: 128 plus the number of the signal.
INTERRUPTED = 130


class DataError(click.ClickException):
    """A file cannot be read, or a row of it: exit code 1."""


@contextlib.contextmanager
def said_of(path: str, *kinds: type[Exception]) -> Iterator[None]:
    """Turn errors of these kinds into a `DataError` that names the file."""
    try:
        yield
    except kinds as error:
        what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DataError(f"{path}: {what}") from error


def quiet_pipes() -> None:
    """Exit silently, as other tools do, when a reader such as `head` closes the pipe."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
