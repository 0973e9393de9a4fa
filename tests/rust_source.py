"""The source tree of a Rust crate: its files, and which of them imports which.

A small reader for well-formatted code, not a compiler. It knows comments, strings, `#[cfg(test)]`, `use` trees, inline
modules, re-exports and qualified paths, also in macros. It does not know names that a macro builds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

Module = tuple[str, ...]
"""A module's path in the crate: `("kernels", "numerics", "scale")`."""

TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*)
    |(?P<raw>\b[bc]?r(?P<hashes>\#*)")
    |(?P<string>\b[bc]?"|")
    |(?P<char>\bb?'(?:\\.[^']*|[^\\'])'|'(?:\\.[^']*|[^\\'])')
    """,
    re.VERBOSE,
)
STRING_END = re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL)
BLOCK_COMMENT = re.compile(r"/\*|\*/")
TEST_ITEM = re.compile(r"#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*(?P<item>[^{};]*)(?P<end>[{;])")
INLINE_MODULE = re.compile(r"\bmod\s+(?P<name>\w+)\s*\{")
MODULE = re.compile(r"\bmod\s+(?P<name>\w+)\s*;")
USE = re.compile(r"(?P<public>\bpub(?:\([^)]*\))?\s+)?\buse\s+(?P<tree>[^;]+);")
QUALIFIED = re.compile(r"(?<![\w:])\$?(?P<path>[A-Za-z_]\w*(?:::[A-Za-z_]\w*)+)")


def code_of(text: str) -> str:
    """Return the source with comments and the contents of strings replaced by spaces."""
    parts: list[str] = []
    position = 0
    while token := TOKEN.search(text, position):
        parts.append(text[position : token.start()])
        end = token.end()
        if token["comment"] == "/*":
            depth = 1
            while depth and (mark := BLOCK_COMMENT.search(text, end)):
                depth += 1 if mark[0] == "/*" else -1
                end = mark.end()
        elif token["raw"]:
            end = text.index('"' + token["hashes"], end) + 1 + len(token["hashes"])
        elif token["string"]:
            closed = STRING_END.match(text, end)
            end = closed.end() if closed else len(text)
        parts.append(re.sub(r"[^\n]", " ", text[token.start() : end]))
        position = end
    return "".join([*parts, text[position:]])


def closing_brace(code: str, opened: int) -> int:
    """Return the position of the brace that closes the one at `opened`."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(code, opened):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return len(code)


def without_tests(code: str) -> tuple[str, set[str]]:
    """Return the code without items under `#[cfg(test)]`, and the names of modules in files that are such items."""
    files: set[str] = set()
    while test := TEST_ITEM.search(code):
        end = test.end() if test["end"] == ";" else closing_brace(code, test.end() - 1) + 1
        files.update(module["name"] for module in MODULE.finditer(code, test.start(), end))
        code = code[: test.start()] + re.sub(r"[^\n]", " ", code[test.start() : end]) + code[end:]
    return code, files


class Import(NamedTuple):
    path: Module
    alias: str


def use_tree(tree: str) -> Iterator[Import]:
    """Yield the imports of a `use` tree."""
    tree = " ".join(tree.split())
    head, brace, rest = tree.partition("{")
    if not brace:
        path, _, alias = tree.partition(" as ")
        names = tuple(name.strip() for name in path.split("::"))
        yield Import(names, alias.strip() or names[-1])
        return
    prefix = tuple(name.strip() for name in head.split("::") if name.strip())
    depth, start, inner = 0, 0, rest[: rest.rindex("}")] + ","
    for i, char in enumerate(inner):
        depth += (char == "{") - (char == "}")
        if char == "," and depth == 0:
            if branch := inner[start:i].strip():
                for inner_path, inner_alias in use_tree(branch):
                    if inner_path[0] == "self":
                        yield Import(prefix, prefix[-1] if inner_alias == "self" else inner_alias)
                    else:
                        yield Import(prefix + inner_path, inner_alias)
            start = i + 1


@dataclass
class File:
    """A source file: a module, and the inline modules in it."""

    path: Path
    module: Module
    text: str
    tests: set[str] = field(init=False)
    code: str = field(init=False)

    def __post_init__(self) -> None:
        self.code, self.tests = without_tests(code_of(self.text))

    @cached_property
    def inline(self) -> list[tuple[int, int, str]]:
        found = INLINE_MODULE.finditer(self.code)
        return [(module.end(), closing_brace(self.code, module.end() - 1), module["name"]) for module in found]

    def module_at(self, position: int) -> Module:
        return self.module + tuple(name for start, end, name in self.inline if start <= position < end)

    def defines(self, name: str) -> bool:
        """Whether an item of this name is written here."""
        return bool(
            re.search(rf"\b(?:struct|enum|union|trait|type|fn|const|static|macro_rules!)\s+{name}\b", self.code)
        )

    @cached_property
    def uses(self) -> list[tuple[Module, bool, Import]]:
        """The module that each import is in, whether it is a re-export, and the import."""
        return [
            (self.module_at(use.start()), bool(use["public"]), imported)
            for use in USE.finditer(self.code)
            for imported in use_tree(use["tree"])
        ]

    @cached_property
    def qualified(self) -> list[tuple[Module, Module]]:
        """Each qualified path outside of imports, with the module that it is in."""
        code = USE.sub(lambda use: " " * len(use[0]), self.code)
        return [(self.module_at(found.start()), tuple(found["path"].split("::"))) for found in QUALIFIED.finditer(code)]


class Crate:
    """The files of a crate, and what they import."""

    def __init__(self, root: Path) -> None:
        self.root = root
        files = (self._read(path) for path in sorted(root.rglob("*.rs")) if path != root / "build.rs")
        self.files = {file.module: file for file in files}
        for file in list(self.files.values()):
            for name in file.tests:
                self.files.pop((*file.module, name), None)
        self.exports: dict[Module, dict[str, Module]] = {}
        self.globs: dict[Module, list[Module]] = {}
        for file in self.files.values():
            for module, public, imported in file.uses:
                target = self._absolute(module, imported.path)
                if not public or target is None:
                    continue
                if imported.alias == "*":
                    self.globs.setdefault(module, []).append(target[:-1])
                else:
                    self.exports.setdefault(module, {})[imported.alias] = target

    def _read(self, path: Path) -> File:
        module = path.relative_to(self.root).with_suffix("").parts
        return File(path, module[:-1] if module[-1] in ("mod", "lib") else module, path.read_text("utf-8"))

    def _absolute(self, module: Module, path: Module) -> Module | None:
        """Return a path from the crate's root; None if it leads to another crate."""
        if path[0] == "crate":
            return path[1:]
        if path[0] == "self":
            return module + path[1:]
        base = module
        while path and path[0] == "super":
            base, path = base[:-1], path[1:]
        if base != module:
            return base + path
        return module + path if (*module, path[0]) in self.files else None

    def defined_in(self, target: Module, seen: frozenset[Module] = frozenset()) -> File:
        """Return the file that defines what a path from the root names, through all re-exports."""
        for length in range(len(target), -1, -1):
            module, rest = target[:length], target[length:]
            if module not in self.files:
                continue
            if not rest:
                return self.files[module]
            name = rest[0]
            if (export := self.exports.get(module, {}).get(name)) and export not in seen:
                return self.defined_in(export + rest[1:], seen | {export})
            for glob in self.globs.get(module, []):
                found = self.defined_in((*glob, name), seen | {(*glob, name)})
                if found.defines(name):
                    return found
            return self.files[module]
        raise AssertionError(f"{target} is in no file")

    def imports(self, file: File) -> Iterator[tuple[str, File]]:
        """Yield what a file imports or names by a qualified path, as written, and the file that defines it."""
        modules: dict[str, Module] = {}
        for module, _, imported in file.uses:
            target = self._absolute(module, imported.path)
            if target is None:
                continue
            target = target[:-1] if imported.alias == "*" else target
            if self._is_folder(target):
                # What it re-exports counts, not the folder.
                modules[imported.alias] = target
            else:
                yield "::".join(imported.path), self.defined_in(target)
        for module, path in file.qualified:
            absolute = self._absolute(module, path)
            if absolute is None and path[0] in modules:
                absolute = modules[path[0]] + path[1:]
            if absolute is not None:
                yield "::".join(path), self.defined_in(absolute)

    def _is_folder(self, module: Module) -> bool:
        return any(other[: len(module)] == module and other != module for other in self.files)
