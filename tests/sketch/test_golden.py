"""Sketches of items that earlier versions stored are read, and give the same answers."""

from __future__ import annotations

import json

import pytest

from river import sketch
from tests.sketch.golden import DIRECTORY, MADE, described


@pytest.mark.parametrize("name", MADE)
def test_says_what_it_said_when_it_was_written(name: str) -> None:
    path = DIRECTORY / f"{name}.bin"
    stat = getattr(sketch, name.partition("-")[0]).from_bytes(path.read_bytes())
    assert described(stat) == json.loads(path.with_suffix(".json").read_text("utf-8"))
    stat.update("another")
    assert stat.n == described(stat)["n"]
    assert stat.to_bytes() != path.read_bytes()
