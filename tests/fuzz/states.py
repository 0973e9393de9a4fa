"""States that were changed and given a correct checksum: each is refused, or is an object that works.

They are of classes, windows and links, and pickles of river.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import pickle
import random
from base64 import b85decode
from functools import cache
from pathlib import Path
from typing import Any

from tests.fuzz.sequences import Sequence
from tests.golden import levels
from tests.golden.river import make
from tests.stats.test_hostile_state import WORDS, sealed

LINES = list(levels.lines().values())
SUBJECTS = {subject.name: subject for subject in levels.subjects()}


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Return the data with a few changes of different kinds."""
    content = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        i = rng.randrange(len(content) + 1)
        match rng.randrange(5):
            case 0 if i < len(content):
                content[i] = rng.randrange(256)
            case 1:
                word = rng.choice(WORDS)
                content[i : i + 8] = word
            case 2:
                del content[i : i + rng.choice((1, 8, 16))]
            case 3:
                j = rng.randrange(len(content) + 1)
                content[i:i] = content[j : j + rng.choice((1, 8, 24))]
            case 4 if i < len(content):
                content[i] ^= 1 << rng.randrange(8)
    return bytes(content)


def run(rng: random.Random) -> None:
    """Read one changed state, and use the object."""
    line = rng.choice(LINES)
    data = sealed(mutated(b85decode(line["bytes"])[:-4], rng))
    cls = type(SUBJECTS[line["name"].partition(" of ")[0]].make())
    try:
        stat = cls.from_bytes(data)
    except ValueError:
        return
    use(stat, line["name"], rng)


def use(stat: Any, name: str, rng: random.Random) -> None:
    """Call what is legal; what a forged state cannot take may be refused."""
    sequence = Sequence(rng)
    sequence.subject, sequence.stat = SUBJECTS[name.partition(" of ")[0]], stat
    sequence.case, sequence.clock, sequence.is_made_up = sequence.subject.case, 1_000, True
    steps = (sequence.update, sequence.update_many, sequence.stored, sequence.copied, sequence.looked_at)
    for _ in range(6):
        with contextlib.suppress(ValueError, TypeError):
            rng.choice(steps)()
    with contextlib.suppress(ValueError, TypeError):
        (stat + stat).get()


@cache
def pickles() -> list[bytes]:
    """Return pickles that releases of river have written."""
    found = []
    for path in sorted(Path(make.__file__).parent.glob("river-*.json.gz")):
        for record in json.loads(gzip.decompress(path.read_bytes()))["statistics"]:
            found += [data.encode("latin-1") for data in record["pickles"].values()]
    return found


class Unpickler(pickle._Unpickler):  # type: ignore[misc,name-defined]
    """Creates nothing but statistics: a changed pickle may name any function.

    It is the one in Python: the one in C allocates as many objects as a number in the pickle says.
    """

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] not in ("river", "collections", "datetime") or "." in name:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def run_river(rng: random.Random) -> None:
    """Read one changed pickle of river, and use the object."""
    data = mutated(rng.choice(pickles()), rng)
    with contextlib.suppress(Exception):
        stat = Unpickler(io.BytesIO(data)).load()
        stat.update(1.0)
        stat.get()
        stat.to_bytes()
