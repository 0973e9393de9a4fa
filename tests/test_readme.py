"""The README's example runs, and prints what its comment says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

README = Path(__file__).parents[1] / "README.md"


def test_example(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert example is not None
    names: dict[str, object] = {}
    exec(example[1], names)
    said = re.search(r"print\(.*\)  # (.*)", example[1])
    assert said is not None
    assert capsys.readouterr().out == said[1] + "\n"


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README.read_text())
    assert targets
    assert [target for target in targets if not (README.parent / target).exists()] == []
