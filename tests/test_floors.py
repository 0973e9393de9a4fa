"""The rooms of rust_src are on the floors that docs/design.md declares, and imports go to the same floor or down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.processes import ROOT
from tests.rust_source import Crate, File

pytestmark = pytest.mark.checkout

DESIGN = ROOT / "docs" / "design.md"
WINGS = ("kernels", "python")
GROUND = ("error.rs",)
"""What both wings stand on."""
UNSAFE = "ffi/"
"""The one room with unsafe code."""

ROW = re.compile(r"^\| `(?P<room>[\w./]+)` \|[^|]*\| (?P<uses>[^|]*) \|$", re.MULTILINE)
CODE = re.compile(r"\b(?:fn|struct|enum|trait|impl|const|static|type|macro_rules!)\b")

Floors = Mapping[str, set[str]]
"""The rooms of a wing from the ground up, each with those that it may use."""


def floors_of(design: str, wing: str) -> Floors:
    """Read the table under the heading that names the wing."""
    heading = re.search(rf"^###[^\n]*`rust_src/{wing}/`[^\n]*$", design, re.MULTILINE)
    assert heading, f"docs/design.md has no heading for rust_src/{wing}/"
    table = re.split(r"^#", design[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    floors: dict[str, set[str]] = {}
    for row in ROW.finditer(table):
        uses = set(floors) if "all lower floors" in row["uses"] else set(re.findall(r"`([\w./]+)`", row["uses"]))
        assert uses <= set(floors), f"docs/design.md: {row['room']} may use {uses - set(floors)}, which is not below it"
        floors[row["room"]] = uses
    assert floors, f"docs/design.md has no floors for rust_src/{wing}/"
    return floors


def room_of(parts: tuple[str, ...]) -> str:
    """Return the room of a file within its wing."""
    return parts[0] if len(parts) == 1 else f"{parts[0]}/"


def folder_of(name: str) -> str:
    """Return the folder of a file; a file that is a room of its own stands for itself."""
    folder = name.rpartition("/")[0]
    return name if folder in WINGS else folder


class House:
    """A crate and the floors of its wings."""

    def __init__(self, root: Path, design: str) -> None:
        self.root = root
        self.crate = Crate(root)
        self.floors = {wing: floors_of(design, wing) for wing in WINGS if (root / wing).is_dir()}

    def parts(self, file: File) -> tuple[str, ...]:
        return file.path.relative_to(self.root).parts

    def name(self, file: File) -> str:
        return "/".join(self.parts(file))

    def files(self, wing: str) -> Iterator[File]:
        return (file for file in self.crate.files.values() if self.parts(file)[0] == wing)

    def imports(self, wing: str) -> Iterator[tuple[File, str, File]]:
        """Yield each import of a wing: the file, how it is written, and the file that defines what is imported."""
        for file in self.files(wing):
            for written, target in self.crate.imports(file):
                if target is not file:
                    yield file, written, target

    def unlisted(self, wing: str) -> Iterator[str]:
        """Yield where the rooms and the list of them in docs/design.md differ."""
        rooms, listed = {room_of(self.parts(file)[1:]) for file in self.files(wing)}, set(self.floors[wing])
        yield from (f"docs/design.md does not list {wing}/{room}" for room in sorted(rooms - listed))
        yield from (f"there is no {wing}/{room}" for room in sorted(listed - rooms))

    def upward(self, wing: str) -> Iterator[str]:
        """Yield imports that a room may not use."""
        below = (*GROUND, *WINGS[: WINGS.index(wing)])
        for file, written, target in self.imports(wing):
            owner, *rest = self.parts(target)
            room = room_of(self.parts(file)[1:])
            used = room_of(tuple(rest)) if owner == wing else None
            if owner not in below and used != room and used not in self.floors[wing].get(room, set()):
                yield f"{self.name(file)} imports {written}, which is in {self.name(target)}"

    def circles(self, wing: str, *, folders: bool) -> Iterator[str]:
        """Yield circles of imports between files or between folders; re-exports in mod.rs do not tie folders."""
        graph: dict[str, set[str]] = {}
        for file, _, target in self.imports(wing):
            if not (folders and file.path.name == "mod.rs"):
                node, other = ((folder_of if folders else str)(self.name(end)) for end in (file, target))
                if node != other:
                    graph.setdefault(node, set()).add(other)
        return circles_of(graph)

    def unsafe(self, wing: str) -> Iterator[str]:
        """Yield files with unsafe code outside its room, and rooms that do not forbid it."""
        forbids = re.compile(r"^#!\[forbid\(unsafe_code\)\]$", re.MULTILINE)
        wing_forbids = any(forbids.search(file.text) for file in self.files(wing) if len(self.parts(file)) == 2)
        for file in self.files(wing):
            room = room_of(self.parts(file)[1:])
            if room == UNSAFE:
                continue
            if re.search(r"\bunsafe\b", file.code):
                yield f"unsafe in {self.name(file)}"
            if self.parts(file)[2:] == ("mod.rs",) and not (wing_forbids or forbids.search(file.text)):
                yield f"no #![forbid(unsafe_code)] in {self.name(file)}"

    def with_code(self, wing: str) -> Iterator[str]:
        """Yield the mod.rs files of rooms that hold code, or do not begin with what lives there."""
        for file in self.files(wing):
            is_room = file.path.name == "mod.rs" and len(self.parts(file)) > 2
            if is_room and (not file.text.startswith("//! ") or CODE.search(file.code)):
                yield self.name(file)


def circles_of(graph: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield circles, each node in at most one; the shortest through the first node in alphabetical order."""
    done: set[str] = set()
    for start in sorted(graph):
        paths, seen = [[start]], {start}
        while paths and start not in done:
            path = paths.pop(0)
            for node in sorted(graph.get(path[-1], set()) - done):
                if node == start:
                    yield " > ".join([*path, start])
                    done.update(path)
                elif node not in seen:
                    seen.add(node)
                    paths.append([*path, node])


@pytest.fixture(scope="module")
def house() -> House:
    return House(ROOT / "rust_src", DESIGN.read_text("utf-8"))


@pytest.mark.parametrize("wing", WINGS)
def test_docs_list_every_room(house: House, wing: str) -> None:
    assert not list(house.unlisted(wing))


@pytest.mark.parametrize("wing", WINGS)
def test_imports_stay_on_their_floor_or_go_down(house: House, wing: str) -> None:
    assert not list(house.upward(wing))


@pytest.mark.parametrize("folders", [False, True], ids=["files", "folders"])
@pytest.mark.parametrize("wing", WINGS)
def test_there_are_no_circles(house: House, wing: str, folders: bool) -> None:
    assert not list(house.circles(wing, folders=folders))


@pytest.mark.parametrize("wing", WINGS)
def test_unsafe_code_is_in_one_room(house: House, wing: str) -> None:
    assert not list(house.unsafe(wing))


@pytest.mark.parametrize("wing", WINGS)
def test_mod_files_say_what_lives_there_and_hold_no_code(house: House, wing: str) -> None:
    assert not list(house.with_code(wing))


def test_the_ground_imports_nothing_of_the_wings(house: House) -> None:
    for file in house.crate.files.values():
        if house.name(file) in GROUND:
            assert not [target for _, target in house.crate.imports(file) if target is not file]


DESIGN_OF_A_MODEL = """
### The first wing, `rust_src/kernels/`

| room | what lives here | may use |
| --- | --- | --- |
| `ground/` | sums | nothing |
| `middle.rs` | traits | `ground/` |
| `upper/` | statistics | all lower floors |
| `mod.rs` | re-exports | all lower floors |

### The second wing, `rust_src/python/`

| room | what lives here | may use |
| --- | --- | --- |
| `ffi/` | C | nothing |
| `class/` | classes | all lower floors |
| `mod.rs` | registration | all lower floors |
"""
MODEL = {
    "lib.rs": "pub mod error; pub mod kernels; mod python; pub use error::Error;",
    "error.rs": "pub enum Error {}",
    "kernels/mod.rs": "//! All.\n#![forbid(unsafe_code)]\npub mod ground; pub mod middle; mod upper; pub use upper::*;",
    "kernels/ground/mod.rs": "//! Sums.\npub mod scale; pub mod sum; pub use sum::Sum;",
    "kernels/ground/sum.rs": "use crate::{Error, kernels::ground::scale::Scale};pub struct Sum(Scale); // unsafe super",
    "kernels/ground/scale.rs": 'pub struct Scale; const TEXT: &str = r#"unsafe { crate::kernels::upper::Var }"#;',
    "kernels/middle.rs": "macro_rules! by { () => { $crate::kernels::ground::Sum } } pub(crate) use by;",
    "kernels/upper/mod.rs": "//! Statistics.\npub mod var; pub use var::Var;",
    "kernels/upper/var.rs": "use crate::kernels::{ground::Sum, middle::by}; pub struct Var { sum: Sum }",
    "python/mod.rs": "//! The module.\nmod class; mod ffi; fn register() { class::object::add(); }",
    "python/ffi/mod.rs": "//! C.\npub mod method;",
    "python/ffi/method.rs": "pub fn call() { unsafe { g() } }",
    "python/class/mod.rs": "//! Classes.\n#![forbid(unsafe_code)]\npub mod object;",
    "python/class/object.rs": "use crate::{kernels::{self, Var}, python::ffi::method}; fn f() { kernels::upper::f() }",
}


def model(tmp_path: Path, **changes: str) -> House:
    """Build a small crate; changed files are named with `__` instead of `/`."""
    for name, text in (MODEL | {f"{name.replace('__', '/')}.rs": text for name, text in changes.items()}).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return House(tmp_path, DESIGN_OF_A_MODEL)


def faults(house: House) -> list[str]:
    return [
        fault
        for wing in WINGS
        for found in (
            house.unlisted(wing),
            house.upward(wing),
            house.circles(wing, folders=False),
            house.circles(wing, folders=True),
            house.unsafe(wing),
            house.with_code(wing),
        )
        for fault in found
    ]


def test_a_house_in_order_has_no_faults(tmp_path: Path) -> None:
    assert faults(model(tmp_path)) == []


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        (
            "kernels__ground__scale",
            "use crate::kernels::{self, upper::{Var as V}}; pub struct Scale;",
            "kernels/ground/scale.rs imports crate::kernels::upper::Var, which is in kernels/upper/var.rs",
        ),
        (
            "kernels__ground__scale",
            "pub struct Scale(crate::kernels::Var);",
            "kernels/ground/scale.rs imports crate::kernels::Var, which is in kernels/upper/var.rs",
        ),
        (
            "kernels__ground__scale",
            "macro_rules! m { () => { $crate::kernels::upper::var::f() } } pub struct Scale;",
            "kernels/ground/scale.rs imports crate::kernels::upper::var::f, which is in kernels/upper/var.rs",
        ),
        (
            "kernels__ground__scale",
            "mod inner { use super::super::super::upper; fn f() { upper::Var } } pub struct Scale;",
            "kernels/ground/scale.rs imports upper::Var, which is in kernels/upper/var.rs",
        ),
        (
            "kernels__upper__var",
            "use crate::python::ffi::method::call; pub struct Var;",
            "kernels/upper/var.rs imports crate::python::ffi::method::call, which is in python/ffi/method.rs",
        ),
        (
            "kernels__ground__scale",
            "use super::Sum; pub struct Scale;",
            "kernels/ground/scale.rs > kernels/ground/sum.rs > kernels/ground/scale.rs",
        ),
        (
            "python__ffi__method",
            "use crate::python::class::object::add;",
            "python/class > python/ffi > python/class",
        ),
        ("kernels__attic__old", "", "docs/design.md does not list kernels/attic/"),
        ("kernels__upper__var", "pub struct Var; fn f() { unsafe { g() } }", "unsafe in kernels/upper/var.rs"),
        ("python__class__mod", "//! Classes.\npub mod object;", "no #![forbid(unsafe_code)] in python/class/mod.rs"),
        ("kernels__upper__mod", "//! Statistics.\npub mod var; pub use var::Var; fn f() {}", "kernels/upper/mod.rs"),
        ("kernels__upper__mod", "pub mod var; pub use var::Var;", "kernels/upper/mod.rs"),
    ],
)
def test_a_fault_is_found(tmp_path: Path, file: str, text: str, expected: str) -> None:
    assert expected in faults(model(tmp_path, **{file: text}))


def test_tests_may_import_what_they_like(tmp_path: Path) -> None:
    tests = "#[cfg(test)] mod tests; #[cfg(test)] mod more { use crate::kernels::upper::Var; } pub struct Scale;"
    house = model(tmp_path, kernels__ground__scale=tests, kernels__ground__scale__tests="use crate::kernels::Var;")
    assert faults(house) == []


def test_a_room_that_is_not_there_is_found(tmp_path: Path) -> None:
    house = model(tmp_path)
    house.floors["kernels"] = {**house.floors["kernels"], "roof/": set()}
    assert faults(house) == ["there is no kernels/roof/"]


def test_a_room_may_only_use_what_is_below() -> None:
    design = DESIGN_OF_A_MODEL.replace("sums | nothing", "sums | `upper/`")
    with pytest.raises(AssertionError, match="not below"):
        floors_of(design, "kernels")


def test_journeys_go_through_files_that_are_there() -> None:
    section = re.split(r"^## ", DESIGN.read_text("utf-8").split("\n## Three journeys\n")[1], flags=re.MULTILINE)[0]
    journeys = [
        re.findall(r"^\d\. `([^`]+)`", part, re.MULTILINE) for part in re.split(r"^`", section, flags=re.MULTILINE)[1:]
    ]
    assert [bool(0 < len(files) <= 6) for files in journeys] == [True] * 3
    assert [name for files in journeys for name in files if not (ROOT / name).is_file()] == []
