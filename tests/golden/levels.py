"""States at several fill levels: for every class with all its parameter sets, and for windows and links over it.

`levels.jsonl` has a line for each: the state as bytes and as a pickle, the value, and the values after more
observations. `python -m tests.golden.levels` adds missing ones and leaves the others unchanged. If the layout of a
class has changed, which shows in the length, there is a line for each layout: `name`, `name, layout 2` and so on.
"""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from river import stats, utils
from tests.golden.make import plain
from tests.stats.cases import CASES, Case, Params
from tests.stats.streams import Row
from tests.stats.windowed import CASES_IN_WINDOWS

PATH = Path(__file__).parent / "levels.jsonl"

#: How many observations statistics have seen, and windows of five of them; and how many follow.
LEVELS, WINDOW_LEVELS, FOLLOWING = (0, 1, 2, 120), (0, 3, 40), 3


@dataclass(frozen=True)
class Subject:
    """Something that observes: a class with parameters, or a window or link over it."""

    name: str
    make: Callable[[], Any]
    case: Case
    params: Params
    kind: str = ""
    """The kind of window or link, if it is one."""

    def row(self, row: Row, i: int) -> Row:
        """Return observation `i`: in a window of rows every third is missing."""
        return (None,) * len(row) if self.kind == "Slots" and i % 3 == 1 else row

    def named(self, i: int) -> dict[str, float]:
        """Return the keyword arguments of observation `i`."""
        return {"t": i / 2} if self.kind == "TimeRolling" else {}


#: How many observations windows hold: this many, or those of this period.
WINDOW, PERIOD = 5, 2.5


def subjects() -> Iterator[Subject]:
    for case in CASES:
        for params in case.params:
            label = f"{case.name}({', '.join(f'{name}={value!r}' for name, value in params.items())})"
            yield Subject(label, partial(case.make, params), case, params)
    for case in CASES_IN_WINDOWS:
        params = case.params[0]
        kinds: dict[str, Callable[[], Any]] = {
            "Rolling": partial(utils.Rolling, case.cls, WINDOW, **params),
            "TumblingWindow": partial(utils.TumblingWindow, case.cls, WINDOW, **params),
        }
        if case.kind != "time":
            kinds["TimeRolling"] = partial(utils.TimeRolling, case.cls, PERIOD, **params)
            kinds["Slots"] = partial(utils.Rolling, case.cls, WINDOW, nulls="slot", **params)
        if case.kind == "number":
            kinds["Shift(1) |"] = partial(link, case)
        for kind, make in kinds.items():
            yield Subject(f"{kind} {case.name}", make, case, params, kind)


def link(case: Case) -> Any:
    return stats.Shift(1) | case.make()


def described(subject: Subject, level: int) -> dict[str, Any]:
    """Return the line of an object that has seen `level` observations."""
    stream = subject.case.streams["strings" if subject.case.kind.startswith("object") else "random"]
    rows = [(subject.row(stream[i % len(stream)], i), subject.named(i)) for i in range(level + FOLLOWING)]
    stat = subject.make()
    for row, named in rows[:level]:
        stat.update(*row, **named)
    line = {
        "name": f"{subject.name} of {level}",
        "bytes": encoded(stat.to_bytes()),
        "pickle": encoded(pickle.dumps(stat, 4)),
    }
    line["get"], line["then"] = plain(stat.get()), []
    for row, named in rows[level:]:
        stat.update(*row, **named)
        line["then"].append({"row": row, **named, "get": plain(stat.get())})
    return line


def encoded(data: bytes) -> str:
    return base64.b85encode(data).decode()


def lines() -> dict[str, dict[str, Any]]:
    """Return the stored lines, by name."""
    stored = map(json.loads, PATH.read_text("utf-8").splitlines()) if PATH.exists() else []
    return {line["name"]: line for line in stored}


def missing(kept: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return the lines that are missing, or of which there is none of that length."""
    lengths: dict[str, list[int]] = {}
    for name, line in kept.items():
        lengths.setdefault(name.partition(", layout")[0], []).append(len(line["bytes"]))
    for subject in subjects():
        for level in WINDOW_LEVELS if subject.kind else LEVELS:
            line = described(subject, level)
            known = lengths.get(line["name"], [])
            if len(line["bytes"]) not in known:
                yield {**line, "name": f"{line['name']}, layout {len(known) + 1}"} if known else line


def main() -> None:
    """Add the missing lines."""
    kept = lines()
    for line in list(missing(kept)):
        kept[line["name"]] = line
        print(f"wrote {line['name']}")
    PATH.write_text("".join(json.dumps(kept[name]) + "\n" for name in sorted(kept)), encoding="utf-8")


if __name__ == "__main__":
    main()
