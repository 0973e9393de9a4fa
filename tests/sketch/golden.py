"""Write missing stored sketches of items: `python -m tests.sketch.golden`.

Those of the other sketches are in `tests/golden`, like every class of the conformance table.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from river import sketch

DIRECTORY = Path(__file__).parent / "golden"
MADE: dict[str, tuple[Any, list[Any]]] = {
    "NUnique-few": (sketch.NUnique(0.05), ["a", b"a", 1, 0.5, None, ("a", 1)]),
    "NUnique-some": (sketch.NUnique(0.05, seed=7), list(range(60))),
    "NUnique-many": (sketch.NUnique(0.05), [f"item {i}" for i in range(5_000)]),
    "HeavyHitters-few": (sketch.HeavyHitters(), ["a", b"a", 1, 0.5, None, ("a", 1), "a", 10**30]),
    "HeavyHitters-many": (sketch.HeavyHitters(0.01, 0.1), [f"item {i % 50 if i % 2 else i}" for i in range(2_000)]),
}


def described(stat: Any) -> dict[str, Any]:
    """Return a description of a sketch that JSON can hold."""
    return {"n": stat.n, "params": stat._get_params(), "get": repr(stat.get())}


def main() -> None:
    """Write the missing files."""
    DIRECTORY.mkdir(exist_ok=True)
    for name, (stat, items) in MADE.items():
        path = DIRECTORY / f"{name}.bin"
        if not path.exists():
            stat.update_many(items)
            path.write_bytes(stat.to_bytes())
            path.with_suffix(".json").write_text(json.dumps(described(stat), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
