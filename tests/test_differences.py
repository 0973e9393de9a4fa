"""The examples of docs/differences.md give the results that they state for this package."""

from __future__ import annotations

import copy
import datetime as dt
import re
from math import inf, nan
from typing import Any

import numpy as np
import pandas as pd
import pytest

from river import sketch, stats, utils
from tests.processes import ROOT

pytestmark = pytest.mark.checkout

PAGE = ROOT / "docs" / "differences.md"
ROW = re.compile(r"^\| `(?P<example>.+?)` \| (?P<here>.+?) \| (?P<there>.+?) \| (?P<authority>.+?) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str]]:
    text = PAGE.read_text("utf-8").replace(r"\|", "¦")
    return [(row["example"].replace("¦", "|"), row["here"]) for row in ROW.finditer(text)]


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """Return the names that the examples use: the page's own functions, and what it says in words."""
    names: dict[str, Any] = {"copy": copy, "dt": dt, "pd": pd}
    names |= {
        "inf": inf,
        "nan": nan,
        "np": np,
        "raw": [1, 2, 4, 8, 16],
        "sketch": sketch,
        "stats": stats,
        "utils": utils,
    }
    names["days"] = lambda n: dt.timedelta(days=n)
    (functions,) = re.findall(r"^```python\n(.+?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    exec(functions, names)
    return names


@pytest.mark.filterwarnings("ignore:.*over an object is deprecated:DeprecationWarning")
@pytest.mark.parametrize(("example", "here"), rows() if PAGE.is_file() else [], ids=lambda text: text)
def test_the_example_gives_what_the_page_says(example: str, here: str, names: dict[str, Any]) -> None:
    try:
        result = repr(eval(example, names))
    except (AttributeError, TypeError, ValueError) as error:
        result = type(error).__name__
    assert result == here


def test_every_row_is_read() -> None:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert len(rows()) == len(lines) > 100
