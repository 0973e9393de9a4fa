"""Convert a file that river has pickled into one of this package: ``python -m river.migrate IN OUT``."""

from __future__ import annotations

import argparse
import collections
import inspect
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

from river.stats import base
from river.utils._files import replacing

__all__ = ["main"]

DESCRIPTION = """\
Read a file that river 0.19 to 0.26 has pickled, and write what it holds with the statistics of
this package in place of river's. They are found wherever they are: in dicts and lists, in windows
and links, in objects of other classes. What was found is printed.

A pickle runs code that it names when it is read: use files that you trust.
"""

EPILOG = """\
The exit code is 0 if every statistic was read, 1 if one was lost, and 2 if the file cannot be read
or written. Where one is lost nothing is written, unless --restart is given.
"""


class Unreadable(Exception):
    """A file holds no pickle, or one of a class that is not installed here."""


class Reader(pickle._Unpickler):
    """Load pickles, and note which statistics in them river has written.

    River's are created empty and get their state afterwards, those of this package are created with
    it. Only the unpickler that is written in Python exposes these steps.

    Parameters
    ----------
    file
        What is read.
    restart
        Whether a statistic whose state cannot be read starts anew with its parameters.

    """

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = dict(pickle._Unpickler.dispatch)

    def __init__(self, file: BinaryIO, restart: bool) -> None:
        super().__init__(file)
        self._restart = restart
        self._empty: dict[int, Any] = {}
        self._read: dict[int, Any] = {}
        #: The class of each statistic that could not be read, why, and whether it has started anew.
        self.lost: list[tuple[str, str, bool]] = []

    def counts(self) -> collections.Counter[str]:
        """Return how many statistics of river were read, by what they are."""
        return collections.Counter(map(described, self._read.values()))

    def find_class(self, module: str, name: str) -> Any:
        if module in ("copyreg", "copy_reg") and name == "_reconstructor":
            return self._reconstruct
        try:
            return super().find_class(module, name)
        except (ImportError, AttributeError) as error:
            raise Unreadable(f"it holds an object of {module}.{name}, which is not installed here") from error

    def _reconstruct(self, cls: Any, of: Any, state: Any) -> Any:
        """Make an object as protocols 0 and 1 do; `object` itself can make none of a class written in Rust."""
        return self._made(cls.__new__(cls) if of is object else of.__new__(cls, state))

    def _made(self, made: Any) -> Any:
        if isinstance(made, base.Statistic):
            self._empty[id(made)] = made
        return made

    def _new(self, opcode: int) -> None:
        pickle._Unpickler.dispatch[opcode](cast(Any, self))
        self._made(self._top(1)[0])

    def _top(self, n: int) -> list[Any]:
        stack: list[Any] = cast(Any, self).stack
        return stack[-n:]

    def _build(self) -> None:
        stat, state = self._top(2)
        is_rivers = self._empty.pop(id(stat), None) is not None and not is_own(state)
        try:
            pickle._Unpickler.dispatch[pickle.BUILD[0]](cast(Any, self))
        except ValueError as error:
            if not is_rivers:
                raise
            self.lost.append((type(stat).__name__, str(error), self._restart and started_anew(stat, state)))
            return
        if is_rivers:
            self._read[id(stat)] = stat
            if not isinstance(stat, base.Link):
                # In river it is made of statistics that are not separate ones here.
                for part in parts(state):
                    self._read.pop(id(part), None)


# Type stubs of the standard library lack the table, which is not part of its documented interface.
for _opcode in (pickle.NEWOBJ[0], pickle.NEWOBJ_EX[0]):
    Reader.dispatch[_opcode] = lambda reader, opcode=_opcode: reader._new(opcode)  # type: ignore[misc]
Reader.dispatch[pickle.BUILD[0]] = Reader._build


def is_own(state: Any) -> bool:
    """Tell whether a state is one of this package's, which begins with bytes in its envelope."""
    first = state[0] if isinstance(state, tuple) and state else state
    return isinstance(first, bytes) and first.startswith(b"RVST")


def parts(state: Any) -> Iterator[Any]:
    """Yield the values of the attributes in a state."""
    for attributes in state if isinstance(state, tuple) else (state,):
        if isinstance(attributes, dict):
            yield from attributes.values()


def started_anew(stat: Any, state: Any) -> bool:
    """Let a statistic start with the parameters in river's state; tell whether they are there."""
    if not isinstance(state, dict):
        return False
    names = inspect.signature(type(stat)).parameters
    try:
        stat.__init__(**{name: state[name] for name in names if name in state})
    except (TypeError, ValueError):
        return False
    return True


def described(stat: Any) -> str:
    """Return what a statistic is: the name of its class and, for a window, that of its statistic in brackets."""
    name = type(stat).__name__
    return f"{name}({stat.cls.__name__})" if hasattr(stat, "window_size") and hasattr(stat, "cls") else name


def load(path: Path, restart: bool) -> tuple[list[Any], Reader]:
    """Return the objects that the pickles in a file hold, in order, and the reader that read them."""
    objects = []
    try:
        with path.open("rb") as file:
            reader = Reader(file, restart)
            while file.peek(1):
                objects.append(reader.load())
    except MemoryError:
        raise
    except Exception as error:  # a damaged pickle can raise anything
        raise Unreadable(f"{path} cannot be read: {str(error) or type(error).__name__}") from error
    if not objects:
        raise Unreadable(f"{path} cannot be read: it is empty")
    return objects, reader


def save(path: Path, objects: list[Any]) -> None:
    """Write pickles one after the other; the old file stays until they are complete."""
    with replacing(path) as file:
        for held in objects:
            pickle.dump(held, file)


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert a file as the command line says, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m river.migrate",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="IN", type=Path, help="the file that river has pickled")
    parser.add_argument("target", metavar="OUT", type=Path, help="the file to write; IN itself is allowed")
    parser.add_argument(
        "--restart", action="store_true", help="let statistics that cannot be read start anew, with their parameters"
    )
    options = parser.parse_args(arguments)
    try:
        objects, reader = load(options.source, options.restart)
        for name, count in sorted(reader.counts().items()):
            print(f"{count:8}  {name}")
        for name, reason, restarted in reader.lost:
            print(f"    lost  {name}: {reason}" + ("; it starts anew" if restarted else ""))
        if all(restarted for _, _, restarted in reader.lost):
            save(options.target, objects)
            print(f"{options.target} written")
        else:
            print("nothing written")
    except (OSError, Unreadable) as error:
        print(error, file=sys.stderr)
        return 2
    return 1 if reader.lost else 0


if __name__ == "__main__":
    sys.exit(main())
