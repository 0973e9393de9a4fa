"""Statistics in files that survive a crash, and that run no code when they are read.

A file holds, numbers in little-endian order:

    "RVCK" | format version, u8 | length of what follows, u64 | length of the tree, u64 | tree | states | CRC-32, u32

The checksum covers everything before it. The tree is JSON in UTF-8: None, booleans, finite numbers of at most 64 bits,
strings and lists stand for themselves, and everything else is an object with one member:

    {"dict": [[key, value], ...]}      {"tuple": [...]}      {"bytes": in hexadecimal digits}
    {"int": in hexadecimal digits}     {"float": "nan", "inf" or "-inf"}
    {"stats.Mean": length}             what `to_bytes` of a class returned, next in line of the states
    {"again": i}                       the list, dict or statistic that was the i-th to be complete, from 0 on

"""

from __future__ import annotations

import inspect
import json
import math
import operator
import os
import struct
import zlib
from collections.abc import Callable
from typing import Any

from river import stats

from ._files import replacing

__all__ = ["load", "save"]

MAGIC = b"RVCK"
_VERSION = 1
_HEAD = struct.Struct("<4sBQ")
_LENGTH = struct.Struct("<Q")
_CHECKSUM = struct.Struct("<I")

#: How deep lists, dicts and tuples may be nested.
_DEEPEST = 100

#: The errors that reading a forged file can raise.
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RuntimeError)


def save(path: str | os.PathLike[str], obj: Any) -> None:
    """Write statistics to a file, which `load` reads.

    The file is written under another name, flushed to disk, and then renamed: whenever the program or the machine
    stops, either the old file or the new one is there. After `save` has returned, it is the new one.

    Parameters
    ----------
    path
        The file. An existing one is replaced.
    obj
        A statistic or window of this package, or a dict, list or tuple of such, nested up to 100 deep. None, bool, int,
        float, str and bytes may be anywhere in it, and be keys, as may tuples of these. An object that occurs in it
        twice is one object again when it is read.

    Raises
    ------
    TypeError
        If there is anything else in it; the error says where. Nothing is written then. This includes objects of
        subclasses, and statistics that have seen objects that `to_bytes` does not store.
    OSError
        If the file cannot be written; on Windows, also while another program reads the old one. The old one is kept
        then.

    Notes
    -----
    Each statistic is stored as a consistent snapshot; if other threads update several of them meanwhile, their
    snapshots may be from different moments. Attributes that you have set on a statistic are not stored.

    A writer that is killed may leave a file whose name ends in `.unfinished`; it can be deleted.

    Cost: O(size of the states), and two disk syncs.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from river import stats, utils

    >>> held = {"mean": stats.Mean(), "peaks": [utils.Rolling(stats.Max, window_size=3)], "rows": 0}
    >>> for x in [5, 3, 1, 2]:
    ...     held["mean"].update(x)
    ...     held["peaks"][0].update(x)
    ...     held["rows"] += 1

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "state.river")
    ...     utils.save(path, held)
    ...     utils.load(path)
    {'mean': Mean: 2.75, 'peaks': [Max: 3.], 'rows': 4}

    """
    data = packed(obj)
    with replacing(path) as file:
        file.write(data)


def load(path: str | os.PathLike[str]) -> Any:
    """Read what `save` has written to a file.

    No code in a file is run, and no class is instantiated that is not in `river.stats` or another public module of this
    package, so that files from untrusted sources can be read.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    What was saved.

    Raises
    ------
    ValueError
        If the file was not written by `save`, is corrupt or truncated, or was written by a later version of the package
        in a format that this one does not know.
    OSError
        If the file cannot be read.

    Notes
    -----
    Files of all earlier versions of the package can be read. Cost: O(size of the file).

    """
    with open(path, "rb") as file:
        data = file.read()
    try:
        return unpacked(data)
    except UNREADABLE as error:
        raise ValueError(f"{os.fspath(path)} cannot be read: {error}") from error


def packed(obj: Any) -> bytes:
    """Return what `save` writes."""
    writer = _Writer()
    tree = json.dumps(writer.encoded(obj, "obj", 0), allow_nan=False, separators=(",", ":")).encode()
    content = b"".join([_LENGTH.pack(len(tree)), tree, *writer.states])
    data = _HEAD.pack(MAGIC, _VERSION, len(content)) + content
    return data + _CHECKSUM.pack(zlib.crc32(data))


def unpacked(data: bytes) -> Any:
    """Return what `load` finds; forged bytes can raise any of `UNREADABLE`."""
    content = _checked(data)
    (length,) = _LENGTH.unpack_from(content)
    tree, states = content[_LENGTH.size :][:length], content[_LENGTH.size + length :]
    reader = _Reader(states)
    obj = reader.decoded(json.loads(tree))
    if reader.at != len(states):
        raise ValueError("it holds states that nothing refers to")
    return obj


def _checked(data: bytes) -> bytes:
    """Return what is between the header of a file and its checksum."""
    if len(data) < _HEAD.size:
        raise ValueError("it is cut off" if data[:4] == MAGIC[: len(data)] else "utils.save has not written it")
    magic, version, length = _HEAD.unpack_from(data)
    if magic != MAGIC:
        raise ValueError("utils.save has not written it")
    if version != _VERSION:
        raise ValueError(f"it is damaged or of a later version of river: its format is {version}, known is {_VERSION}")
    whole = _HEAD.size + length + _CHECKSUM.size
    if len(data) != whole:
        raise ValueError(f"it is damaged: it has {len(data)} bytes, and should have {whole}")
    (checksum,) = _CHECKSUM.unpack_from(data, whole - _CHECKSUM.size)
    if zlib.crc32(data[: -_CHECKSUM.size]) != checksum:
        raise ValueError("it is damaged: its checksum does not fit, so bytes were changed")
    return data[_HEAD.size : -_CHECKSUM.size]


def _registry() -> dict[str, type[Any]]:
    """Return the classes that can be stored: the public ones with `to_bytes` and `from_bytes`."""
    from river import sketch, utils

    rooms = {"sketch": sketch, "stats": stats, "utils": utils}
    public = {f"{room}.{name}": getattr(module, name) for room, module in rooms.items() for name in module.__all__}
    return {
        name: cls
        for name, cls in public.items()
        if inspect.isclass(cls) and hasattr(cls, "to_bytes") and hasattr(cls, "from_bytes")
    }


class _Writer:
    """Encode objects as JSON, and collect the states of statistics."""

    def __init__(self) -> None:
        self.states: list[bytes] = []
        # Windows over different statistics are of different classes, which have the name of the public one.
        self._names = {(cls.__module__, cls.__qualname__): (name, cls) for name, cls in _registry().items()}
        #: Numbers of the objects that are complete, None of those that are not; and the objects, to keep them alive.
        self._numbers: dict[int, int | None] = {}
        self._complete: list[Any] = []

    def encoded(self, obj: Any, where: str, depth: int) -> Any:
        if obj is None or type(obj) in (bool, str):
            return obj
        if type(obj) is int:
            return obj if obj.bit_length() < 64 else {"int": hex(obj)}
        if type(obj) is float:
            return obj if math.isfinite(obj) else {"float": str(obj)}
        if type(obj) is bytes:
            return {"bytes": obj.hex()}
        if depth > _DEEPEST:
            raise TypeError(f"{where} is nested more than {_DEEPEST} deep")
        if type(obj) is tuple:
            return {"tuple": [self.encoded(item, f"{where}[{i}]", depth + 1) for i, item in enumerate(obj)]}
        if id(obj) in self._numbers:
            number = self._numbers[id(obj)]
            if number is None:
                raise TypeError(f"{where} is an object that it is in itself")
            return {"again": number}
        self._numbers[id(obj)] = None
        if type(obj) is list:
            found: Any = [self.encoded(item, f"{where}[{i}]", depth + 1) for i, item in enumerate(obj)]
        elif type(obj) is dict:
            found = {"dict": [self._item(key, value, where, depth) for key, value in obj.items()]}
        else:
            found = self._statistic(obj, where)
        self._numbers[id(obj)] = len(self._complete)
        self._complete.append(obj)
        return found

    def _item(self, key: Any, value: Any, where: str, depth: int) -> list[Any]:
        inside = f"{where}[{key!r}]"
        return [self.encoded(key, f"the key of {inside}", depth + 1), self.encoded(value, inside, depth + 1)]

    def _statistic(self, obj: Any, where: str) -> dict[str, int]:
        cls = type(obj)
        name, public = self._names.get((cls.__module__, cls.__qualname__), ("", object))
        if not name or not isinstance(obj, public):
            raise TypeError(
                f"{where} is of {cls.__module__}.{cls.__qualname__}: utils.save holds statistics and windows of this "
                f"package, dict, list, tuple, None, bool, int, float, str and bytes{_hint(obj)}"
            )
        try:
            state: bytes = obj.to_bytes()
        except (TypeError, ValueError) as error:
            raise TypeError(f"{where}, a {public.__name__}, cannot be stored: {error}") from error
        self.states.append(state)
        return {name: len(state)}


def _hint(obj: Any) -> str:
    """Return what can be stored instead of an object of a subclass."""
    known: list[type[Any]] = [*_registry().values(), dict, list, tuple, int, float, str, bytes]
    kinds = [kind.__name__ for kind in known if isinstance(obj, kind)]
    return f", and not of subclasses of {kinds[0]}" if kinds else ""


class _Reader:
    """Make objects from JSON and the states that go with it."""

    def __init__(self, states: bytes) -> None:
        self.at = 0
        self._states = states
        self._registry = _registry()
        self._complete: list[Any] = []
        self._plain: dict[str, Callable[[Any], Any]] = {
            "tuple": lambda items: tuple(map(self.decoded, items)),
            "bytes": bytes.fromhex,
            "int": lambda digits: int(digits, 16),
            "float": float,
            "again": lambda number: self._complete[operator.index(number)],
        }

    def decoded(self, tree: Any) -> Any:
        if not isinstance(tree, (dict, list)):
            return tree
        if isinstance(tree, list):
            made: Any = [self.decoded(item) for item in tree]
        else:
            ((kind, value),) = tree.items()
            if kind in self._plain:
                return self._plain[kind](value)
            if kind == "dict":
                made = {self.decoded(key): self.decoded(held) for key, held in value}
            else:
                made = self._statistic(kind, operator.index(value))
        self._complete.append(made)
        return made

    def _statistic(self, name: str, length: int) -> Any:
        cls = self._registry.get(name)
        if cls is None:
            raise ValueError(f"it holds an object of {name}, which this version of river does not have")
        state = self._states[self.at : self.at + length]
        if length < 0 or len(state) != length:
            raise ValueError("a state is cut off")
        self.at += length
        return cls.from_bytes(state)
