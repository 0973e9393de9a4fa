"""States of summaries that released versions wrote are read, and continue as they did then."""

from __future__ import annotations

import base64
import pickle
from typing import Any

import pytest

from river import utils
from tests.golden import summaries

LINES = summaries.lines()


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_stored_summaries_go_on(line: dict[str, Any]) -> None:
    name = line["name"]
    cls = utils.SkipNaN if name.startswith("SkipNaN") else utils.Summary
    read: Any = cls.from_bytes(base64.b85decode(line["bytes"]))
    for found in (read, pickle.loads(base64.b85decode(line["pickle"]))):
        assert isinstance(found, cls)
        assert (found.get(), found.n) == (line["get"], line["n"])
        assert summaries.fed(name, found, 5) == line["then"]


def test_every_kind_of_summary_is_stored() -> None:
    assert set(summaries.SUMMARIES) == set(LINES), "run `python -m tests.golden.summaries`"
