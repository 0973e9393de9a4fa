"""The examples of docs/merging.md run and print what their comments say, and its table has every class."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.processes import ROOT
from tests.stats.cases import CASES, Case

pytestmark = pytest.mark.checkout

PAGE = ROOT / "docs" / "merging.md"


def test_examples_print_what_their_comments_say(capsys: pytest.CaptureFixture[str]) -> None:
    text = PAGE.read_text("utf-8")
    blocks = re.findall(r"^```python\n(.+?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    names: dict[str, Any] = {}
    for block in blocks:
        exec(block, names)
        said = re.findall(r"print\(.*\)  # (.*)", block)
        assert capsys.readouterr().out.splitlines() == said != []


@pytest.mark.parametrize("case", CASES)
def test_the_table_says_what_can_be_merged(case: Case) -> None:
    rows = [line.split("|") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    found = [row for row in rows if re.search(rf"\b{case.name}\b", row[1])]
    assert len(found) == ("merge" in case.abilities)
    assert all(row[3].strip().startswith("yes") == hasattr(case.cls, "__sub__") for row in found)
