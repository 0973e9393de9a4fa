"""The blocks of the pages on engines run, and print what they say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import test_pages
from tests.engines.java import NEEDS_JAVA
from tests.processes import ROOT

# Engines write to standard error, and leave open until the process ends, whatever they like.
pytestmark = [pytest.mark.engines, pytest.mark.checkout, pytest.mark.filterwarnings("ignore")]

PAGES = [
    pytest.param(page, Path(page).stem, marks=NEEDS_JAVA if "spark" in page else ())
    for page in sorted(test_pages.OF_ENGINES)
]


@pytest.mark.parametrize(("page", "engine"), PAGES)
def test_blocks_do_what_they_say(
    page: str, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip({"spark": "pyspark"}.get(engine, engine), reason=f"{engine} is not installed")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # as the page does, but undone afterwards
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    test_pages.test_blocks_do_what_they_say(ROOT / page, tmp_path, monkeypatch, capsys)
