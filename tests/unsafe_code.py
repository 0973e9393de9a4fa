"""Count the unsafe code of the crate: `python -m tests.unsafe_code` prints it as in docs/reliability.md."""

from __future__ import annotations

import re

from tests.processes import ROOT
from tests.rust_source import code_of

#: The kinds of unsafe code that are counted, and how each begins.
KINDS = {
    "blocks": r"\bunsafe\s*\{",
    "functions": r"\bunsafe\s+(?:extern\s+)?fn\s+\w",
    "implementations": r"\bunsafe\s+impl\b",
}


def counts() -> dict[str, dict[str, int]]:
    """Return, for each file with unsafe code, how much there is of each kind."""
    found = {}
    for path in sorted((ROOT / "rust_src").rglob("*.rs")):
        code = code_of(path.read_text("utf-8"))
        of = {kind: len(re.findall(pattern, code)) for kind, pattern in KINDS.items()}
        if any(of.values()):
            found[path.relative_to(ROOT).as_posix()] = of
    return found


def summary() -> str:
    """Return the counts in words."""
    files = counts()
    numbers = [f"{sum(of[kind] for of in files.values())} {kind}" for kind in KINDS]
    return f"{', '.join(numbers)} in {len(files)} files"


if __name__ == "__main__":
    print(summary())
