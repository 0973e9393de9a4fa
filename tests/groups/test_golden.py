"""States of groups that released versions wrote are read, and continue as they did then."""

from __future__ import annotations

import base64
import pickle
from typing import Any

import pytest

from river import utils
from tests.golden import groups

LINES = groups.lines()


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_stored_groups_go_on(line: dict[str, Any]) -> None:
    _, keys, most = groups.names()[line["name"]]
    limits = groups.LIMITS[most]
    read = utils.GroupBy.from_bytes(base64.b85decode(line["bytes"]))
    for found in (read, pickle.loads(base64.b85decode(line["pickle"]))):
        assert [[repr(key), value] for key, value in found.get().items()] == line["get"]
        assert (found.max_groups, found.idle_after) == (limits.get("max_groups"), limits.get("idle_after"))
        assert found.skipna == limits.get("skipna", False)
        assert groups.fed(found, groups.KEYS[keys], 20) == line["then"]


def test_every_kind_of_groups_is_stored() -> None:
    assert set(groups.names()) == set(LINES), "run `python -m tests.golden.groups`"
