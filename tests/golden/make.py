"""Write missing states: `python -m tests.golden.make`.

It writes only the current format version, and leaves existing files unchanged. If the layout of a class has changed
within a version, which shows in the length, there is a file for each layout: `Class.bin`, `Class.2.bin` and so on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.golden.check import DIRECTORY, class_of, format_version, plain
from tests.stats.cases import CASES, Case, Params

#: The classes, and the parameters with which their states are stored.
STORED = [(case, params) for case in CASES for params in (case.params[-1], *case.further)]


def files(name: str, directory: Path) -> list[Path]:
    """Return the files of a class."""
    return [path for path in directory.glob("*.bin") if class_of(path) == name]


def described(case: Case, params: Params) -> tuple[bytes, dict[str, Any]]:
    """Return the state of a running object, and the expected values of one read from it."""
    stat = case.fed(params=params)
    state, value = stat.to_bytes(), plain(stat.get())
    following = []
    for row in case.short:
        stat.update(*row)
        following.append({"update": list(row), "get": plain(stat.get())})
    return state, {"params": dict(params), "get": value, "then": following}


def main() -> None:
    """Write the missing files of the current version."""
    for case, params in STORED:
        state, description = described(case, params)
        directory = DIRECTORY / f"v{format_version(state)}"
        kept = files(case.name, directory)
        if any(path.stat().st_size == len(state) for path in kept):
            continue
        directory.mkdir(exist_ok=True)
        path = directory / f"{case.name}{f'.{len(kept) + 1}' * bool(kept)}.bin"
        path.write_bytes(state)
        text = json.dumps(description, indent=1)
        path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
        print(f"wrote {path.relative_to(DIRECTORY)}")


if __name__ == "__main__":
    main()
