"""What `update` accepts, what it refuses, and that a refusal leaves the state unchanged."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.stats.cases import CASES, CONVERTING, Case
from tests.stats.closeness import assert_same, parts


class Floating:
    """Converts to a float, as sensor readings with units do."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value


class Indexing:
    """Converts to an int."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


class FloatSubclass(float):
    pass


class Failing:
    """Fails to convert."""

    def __float__(self) -> float:
        raise ZeroDivisionError("no value")


CONVERSIONS: tuple[Callable[[float], Any], ...] = (
    int,
    bool,
    Decimal,
    Fraction,
    Floating,
    FloatSubclass,
    lambda x: Indexing(int(x)),
    np.float64,
    np.float32,
    np.float16,
    np.int8,
    np.int64,
    lambda x: np.uint64(abs(x)),
    np.bool_,
    lambda x: np.array(x)[()],
)

NOT_NUMBERS: tuple[object, ...] = (
    None,
    "a",
    "1.5",
    b"1",
    1j,
    [1.0],
    (1.0,),
    {},
    object(),
    float,
    np.array([1.0, 2.0]),
    np.datetime64("2024-01-01"),
)


@pytest.mark.parametrize("case", CONVERTING)
def test_every_kind_of_number_counts_as_its_float(case: Case) -> None:
    for convert in CONVERSIONS:
        rows = [tuple(convert(x) for x in row) for row in case.short]
        stat = case.fed(rows)
        expected = case.fed([tuple(float(x) for x in row) for row in rows])
        assert_same(stat.get(), expected.get())
        assert stat.to_bytes() == expected.to_bytes()


@pytest.mark.parametrize("case", CONVERTING)
def test_results_are_python_numbers_or_none(case: Case) -> None:
    for convert in CONVERSIONS:
        stat = case.make()
        for row in case.short:
            assert stat.update(*(convert(x) for x in row)) is None
            assert stat.get() is None or tuple(map(type, parts(stat.get()))) == case.results


def refused(stat: Any, error: type[Exception], *args: object, **kwargs: object) -> None:
    """Assert that an update fails with `error` and changes nothing."""
    before = stat.to_bytes()
    with pytest.raises(error):
        stat.update(*args, **kwargs)
    assert stat.to_bytes() == before


@pytest.mark.parametrize("case", CONVERTING)
def test_what_is_no_number_is_refused_and_changes_nothing(case: Case) -> None:
    for stat in (case.make(), case.fed(case.short[:2]), case.fed()):
        row = case.short[0]
        for wrong in NOT_NUMBERS:
            for position in range(len(row)):
                args = (*row[:position], wrong, *row[position + 1 :])
                refused(stat, TypeError, *args)


@pytest.mark.parametrize("case", CONVERTING)
def test_the_message_says_what_was_wrong(case: Case) -> None:
    row = case.short[0]
    with pytest.raises(TypeError, match=r"number.*'twelve'.*str"):
        case.make().update("twelve", *row[1:])
    with pytest.raises(TypeError, match=r"number.*None"):
        case.make().update(None, *row[1:])


@pytest.mark.parametrize("case", CONVERTING)
def test_a_failing_conversion_is_passed_on_and_changes_nothing(case: Case) -> None:
    row = case.short[0]
    for position in range(len(row)):
        refused(case.fed(), ZeroDivisionError, *row[:position], Failing(), *row[position + 1 :])
        refused(case.fed(), OverflowError, *row[:position], 10**400, *row[position + 1 :])


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_number_of_arguments_is_refused_and_changes_nothing(case: Case) -> None:
    row = case.short[0]
    refused(case.fed(), TypeError, *row, *row, *row, *row)
    refused(case.fed(), TypeError, *row, unknown=1)
    if case.kind != "object":  # a count needs no object
        refused(case.fed(), TypeError)


@pytest.mark.parametrize("case", CASES)
def test_observations_can_be_given_by_name(case: Case) -> None:
    stat = case.make()
    for row in case.short:
        stat.update(**dict(zip(case.arguments, row, strict=True)))
    assert_same(stat.get(), case.fed().get())


@pytest.mark.parametrize("case", CONVERTING)
def test_the_sign_of_zero_and_the_smallest_numbers_pass_through(case: Case) -> None:
    for x in (0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308):
        stat = case.make()
        stat.update(*(x for _ in case.short[0]))
        assert not any(isinstance(part, float) and math.isinf(part) for part in parts(stat.get()))
