"""A statistic appears under its name in many places from end to end; this names the place that was forgotten."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from river import stats
from tests import oracles
from tests.golden.make import DIRECTORY
from tests.processes import ROOT
from tests.stats import test_api
from tests.stats.cases import BY_NAME, MODULES, public_class
from tests.stats.parameters import PARAMETERS
from tests.stats.test_class import concrete_classes
from tests.stats.windowed import CASES_IN_WINDOWS

KERNELS = {
    "stats": ROOT / "rust_src" / "kernels" / "statistics",
    "sketch": ROOT / "rust_src" / "kernels" / "sketches",
}
CLASSES = ROOT / "rust_src" / "python" / "classes"
TABLE = CLASSES / "table.rs"
DOCS = ROOT / "docs"
CHANGES, WINDOWS, REFERENCE = ROOT / "CHANGELOG.md", DOCS / "windows.md", DOCS / "reference.md"
SPECIMENS = DOCS / "_ext" / "specimens.py"
#: The methods of a kernel for which watermill has a trait, and the line that implements it.
WATERMILL = {
    r"type Input = f64;": "univariate",
    r"type Input = \(f64, f64\);": "bivariate",
    r"^weighted_by!\(.*: f64": "revertable",
}
#: The classes of river 0.26.1.
RIVER = {row.name for row in test_api.ROWS}

pytestmark = pytest.mark.checkout


def missing(name: str) -> Iterator[str]:
    """Yield the places that the class lacks."""
    cls = public_class(name)
    _, package, module = cls.__module__.split(".")
    folder, kernels, init = ROOT / "river" / package, KERNELS[package], ROOT / "river" / package / "__init__.py"
    case = BY_NAME.get(name)
    kernel = kernels / f"{(case and case.kernel) or module}.rs"
    if not kernel.is_file():
        yield f"its kernel, {kernel.relative_to(ROOT)}"
    if not has(kernels / "mod.rs", rf"\bmod {kernel.stem};"):
        yield f"`mod {kernel.stem};` in {(kernels / 'mod.rs').relative_to(ROOT)}"
    for marker, line in WATERMILL.items():
        if package == "stats" and has(kernel, marker) and not has(kernel, rf"^{line}!\("):
            yield f"`{line}!` for watermill's trait in {kernel.relative_to(ROOT)}"
    is_written_out = has(CLASSES / f"{module}.rs", rf"^pub struct Rs{name}\b")
    if not has(TABLE, rf'\bRs{name}\b.*"{name}"') and not is_written_out:
        yield f"a row for Rs{name} in {TABLE.relative_to(ROOT)}"
    if not has(folder / f"{module}.py", rf"^class {name}\(.*\bRs{name}\b"):
        yield f"its class on Rs{name} in river/{package}/{module}.py"
    if not has(ROOT / "river" / "stats" / "_rust_stats.pyi", rf"^class Rs{name}\b"):
        yield f"class Rs{name} in river/stats/_rust_stats.pyi, by `make stubs`"
    public = {name for module in MODULES for name in module.__all__}
    if not has(init, rf"^from \.{module} import .*\b{name}\b") or name not in public:
        yield f'`from .{module} import {name}` and "{name}" in __all__ of {init.relative_to(ROOT)}'
    if case is None:
        yield "its row in tests/stats/cases.py"
    if not inspect.isclass(getattr(oracles, name, None)):
        yield "its oracle in tests/oracles"
    for parameter in inspect.signature(cls).parameters:
        if parameter not in PARAMETERS:
            yield f"what its parameter {parameter} refuses, in tests/stats/parameters.py"
    if not any((path / f"{name}.bin").is_file() for path in DIRECTORY.glob("v*")):
        yield "its stored states in tests/golden, by `make golden`"
    if not has(SPECIMENS, rf'^    "{name}": Specimen\('):
        yield f"its formula and picture in {SPECIMENS.relative_to(ROOT)}"
    if not has(REFERENCE, rf"^   {name}$"):
        yield f"a line in {REFERENCE.relative_to(ROOT)}"
    pages = [CHANGES] * (name not in RIVER) + [WINDOWS] * (case in CASES_IN_WINDOWS)
    yield from (f"its name in {page.relative_to(ROOT)}" for page in pages if not has(page, rf"\b{name}\b"))


def has(path: Path, pattern: str) -> bool:
    return path.is_file() and re.search(pattern, path.read_text("utf-8"), re.MULTILINE) is not None


@pytest.mark.parametrize("name", sorted(concrete_classes() | set(BY_NAME)))
def test_every_class_has_all_its_places(name: str) -> None:
    places = list(missing(name))
    assert not places, f"{name} lacks " + "; ".join(places)


def test_a_class_without_places_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = type("Forgotten", (stats.Skew,), {"__module__": "river.stats.forgotten"})
    monkeypatch.setattr(stats, "Forgotten", forgotten, raising=False)
    places = "; ".join(missing("Forgotten"))
    for place in ("kernel", "mod.rs", "table.rs", "river/stats/", ".pyi", "__all__"):
        assert place in places
    for place in ("cases.py", "oracle", "golden", "CHANGELOG.md", "specimens.py", "reference.md"):
        assert place in places
