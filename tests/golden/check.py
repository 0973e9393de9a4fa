"""Read the stored states and continue with each: `python -m tests.golden.check`, which needs this package alone."""

from __future__ import annotations

import json
from pathlib import Path

from river import sketch, stats

DIRECTORY = Path(__file__).parent
#: Files named after a class, except for those that hold objects, which the tests of their class read.
FILES = sorted(path for path in DIRECTORY.glob("v*/*.bin") if "-" not in path.stem)


def format_version(state: bytes) -> int:
    """Return the version that a state was written in."""
    return state[4]


def class_of(path: Path) -> str:
    """Return the name of the class whose state a file holds."""
    return path.name.partition(".")[0]


def plain(result: object) -> object:
    """Return a result as it comes back from JSON."""
    return list(result) if isinstance(result, tuple) else result


def check(path: Path) -> None:
    """Assert that a state continues as it did when it was written, to the last bit."""
    state = path.read_bytes()
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert f"v{format_version(state)}" == path.parent.name
    name = class_of(path)
    stat = getattr(sketch if name in sketch.__all__ else stats, name).from_bytes(state)
    for name, value in expected["params"].items():
        assert plain(getattr(stat, name)) == value
    assert expected["then"]
    for step in [{"get": expected["get"]}, *expected["then"]]:
        if "update" in step:
            stat.update(*step["update"])
        # As text, in which NaN is NaN and -0.0 is not 0.0.
        assert json.dumps(plain(stat.get())) == json.dumps(step["get"]), (path.name, step, stat.get())


if __name__ == "__main__":
    for file in FILES:
        check(file)
    print(f"{len(FILES)} states were read and went on")
