"""The table of docs/how-to/merging.md has every class that can be merged."""

from __future__ import annotations

import re

import pytest

from tests.processes import ROOT
from tests.stats.cases import CASES, Case

pytestmark = pytest.mark.checkout

PAGE = ROOT / "docs" / "how-to" / "merging.md"


@pytest.mark.parametrize("case", CASES)
def test_the_table_says_what_can_be_merged(case: Case) -> None:
    rows = [line.split("|") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    found = [row for row in rows if re.search(rf"\b{case.name}\b", row[1])]
    assert len(found) == ("merge" in case.abilities)
    assert all(row[3].strip().startswith("yes") == hasattr(case.cls, "__sub__") for row in found)
