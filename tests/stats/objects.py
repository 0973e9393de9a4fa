"""Hashable values of every kind, for the tests of statistics of them."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import pytest

from tests.stats.cases import CASES, Case

OBJECTS = [case for case in CASES if case.kind.startswith("object") and case.name != "Count"]
cases = pytest.mark.parametrize("case", OBJECTS)


class Colour(IntEnum):
    RED = 1


class Text(str):
    __slots__ = ()


class Key:
    """Equal to keys of the same number, by Python code; its hash has few values, so they collide."""

    def __init__(self, number: int, fails: str = "") -> None:
        self.number = number
        self.fails = fails

    def __hash__(self) -> int:
        if self.fails == "hash":
            raise ZeroDivisionError("no hash")
        return self.number % 3

    def __eq__(self, other: object) -> bool:
        if self.fails == "eq" or getattr(other, "fails", "") == "eq":
            raise ZeroDivisionError("no comparison")
        return isinstance(other, Key) and other.number == self.number

    def __repr__(self) -> str:
        return f"Key({self.number})"


def row(case: Case, value: object) -> tuple[Any, ...]:
    """Return an observation with the same value for each variable."""
    return (value,) * len(case.short[0])


def rows_with(case: Case, value: object) -> list[tuple[Any, ...]]:
    """Return observations that hold the value in every position, or in one of them next to a new value."""
    return [row(case, value)] if case.kind == "object" else [(value, value), (value, "new"), ("new", value)]
