"""What the package's docstrings write otherwise than numpydoc reads it."""

from __future__ import annotations

import re
from typing import Any

HEADING = re.compile(r"-{3,}\s*$")


def sections(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Return the sections of a docstring: a title, "" for what comes before the first, and the lines."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in lines:
        body = found[-1][1]
        if HEADING.match(line) and body and body[-1].strip():
            title = body.pop()
            found.append((title.strip(), []))
        else:
            body.append(line)
    return found


def paragraphs(lines: list[str]) -> list[str]:
    """Return the paragraphs, each as one line."""
    return [" ".join(part.split()) for part in "\n".join(lines).split("\n\n") if part.strip()]


def numbered(lines: list[str]) -> list[str]:
    """Return Markdown's footnotes as an enumerated list."""
    notes = re.split(r"^\[\^\d+\]: ", "\n".join(lines), flags=re.MULTILINE)[1:]
    # Without the backslash, initials would be numbers of a further list.
    return [rf"{number}. \{' '.join(note.split())}" for number, note in enumerate(notes, 1)]


def rewrite(lines: list[str]) -> list[str]:
    rewritten: list[str] = []
    for title, body in sections(lines):
        if title in ("Returns", "Yields") and not any(line.startswith(" ") for line in body):
            # Prose. numpydoc would take each of its lines for a value of its own.
            body = [*paragraphs(body), ""]
        elif title == "References" and any(line.startswith("[^") for line in body):
            body = [*numbered(body), ""]
        rewritten += [title, "-" * len(title), *body] if title else body
    return rewritten


def process(_app: Any, _what: str, _name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    lines[:] = rewrite(lines)


def setup(app: Any) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", process, priority=400)  # numpydoc comes at 500
    return {"parallel_read_safe": True, "parallel_write_safe": True}
