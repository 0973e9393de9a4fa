"""The third-party parts of this package are known, and may be redistributed."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from tests import notices, unsafe_code
from tests.processes import ROOT

pytestmark = pytest.mark.checkout


@pytest.fixture(scope="module")
def crates() -> list[dict[str, Any]]:
    return notices.crates()


def test_the_notices_are_those_of_the_locked_crates() -> None:
    assert notices.NOTICES.read_text("utf-8") == notices.notices(), "python -m tests.notices writes them"


def test_the_bill_of_materials_is_of_the_locked_crates(crates: list[dict[str, Any]]) -> None:
    text = notices.SBOM.read_text("utf-8")
    assert text == notices.sbom(), "python -m tests.notices writes it"
    bill = json.loads(text)
    assert [(one["name"], one["version"]) for one in bill["components"]] == [
        (crate["name"], crate["version"]) for crate in crates
    ]
    (own, *_) = bill["dependencies"]
    assert own["ref"] == bill["metadata"]["component"]["bom-ref"]
    assert {"pyo3", "watermill", "libm"} <= {ref.split("/")[1].partition("@")[0] for ref in own["dependsOn"]}


def test_every_crate_comes_from_the_registry_with_its_checksum(crates: list[dict[str, Any]]) -> None:
    locked = tomllib.loads((ROOT / "Cargo.lock").read_text("utf-8"))["package"]
    known = {(package["name"], package["version"]): package for package in locked}
    for crate in crates:
        entry = known[crate["name"], crate["version"]]
        assert entry["source"].startswith("registry+")
        assert re.fullmatch("[0-9a-f]{64}", entry["checksum"])


def test_every_licence_may_be_passed_on(crates: list[dict[str, Any]]) -> None:
    accepted = set(tomllib.loads(notices.DENY.read_text("utf-8"))["licenses"]["allow"])
    refused = [crate["name"] for crate in crates if not all(some & accepted for some in notices.choices(crate))]
    assert not refused
    # Its text is pulp's: they are one repository.
    assert [crate["name"] for crate in crates if not notices.texts(crate)] == ["pulp-wasm-simd-flag"]


def test_every_crate_that_is_asked_for_has_a_reason(crates: list[dict[str, Any]]) -> None:
    of = notices.purposes()
    asked = {crate["name"] for crate in crates if "river" in crate["needed_by"]}
    assert asked >= {"pyo3", "watermill", "libm"}
    assert sorted(asked - of.keys()) == []


def test_unsafe_code_is_in_one_folder_and_counted() -> None:
    assert {path.rpartition("/")[0] for path in unsafe_code.counts()} == {"rust_src/python/ffi"}
    said = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    assert unsafe_code.summary() in said, "`python -m tests.unsafe_code` prints what docs/reliability.md has to say"
