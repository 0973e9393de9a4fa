"""The command line: `river`, or `python -m river`."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> None:
    """Run the command line; without its libraries, say how to get them."""
    try:
        import click
    except ModuleNotFoundError:
        sys.exit("river: the command line needs further libraries: pip install 'river[cli]'")
    from .app import river
    from .errors import INTERRUPTED

    try:
        sys.exit(river.main(prog_name="river", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        leave(error.exit_code)
    except click.Abort:
        leave(INTERRUPTED)


def leave(code: int) -> NoReturn:
    """Exit at once: while a pyarrow thread is still reading ahead, an interpreter that shuts down would abort."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
