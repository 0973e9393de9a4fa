"""Anything that is not a column is refused, and changes nothing."""

from __future__ import annotations

import array
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.stats.cases import CONVERTING, Case

pd = pytest.importorskip("pandas")

ONES = np.ones(3)
REFUSED: list[tuple[Any, type[Exception], str]] = [
    (ONES.reshape(1, 3), ValueError, r"one-dimensional, got an array of shape \(1, 3\)"),
    (np.array(1.0), ValueError, r"one-dimensional, got an array of shape \(\)"),
    (ONES.astype(complex), TypeError, "real numbers, got an array of dtype complex128"),
    (ONES.astype("datetime64[s]"), TypeError, "datetime64"),
    (ONES.astype("timedelta64[s]"), TypeError, "timedelta64"),
    (np.array(["a", "b", "c"]), TypeError, "<U1"),
    (np.array([1, None, 2], object), TypeError, r"\[1\] must be a number, got None"),
    (np.array([(1, 2)], dtype="i4,i4"), TypeError, "real numbers"),
    ("abc", TypeError, "got str"),
    (b"12345678", TypeError, "got bytes"),
    (bytearray(8), TypeError, "got bytearray"),
    ({1: 2}, TypeError, "got dict"),
    (5, TypeError, "got int"),
    (None, TypeError, "got NoneType"),
    ([1, 2, "a"], TypeError, r"\[2\] must be a number, got 'a' \(str\)"),
    ((1, [2]), TypeError, r"\[1\] must be a number, got \[2\]"),
    (pd.Series(["a", "b", "c"]), TypeError, "real numbers"),
    (pd.to_datetime(pd.Series(["2020-01-01"] * 3)), TypeError, "datetime64"),
    (pd.Series([1, 2, 3], dtype="category"), TypeError, "category"),
    (pd.DataFrame({"a": ONES}), TypeError, "Arrow column of type Struct"),
]


@pytest.mark.parametrize(("column", "error", "message"), REFUSED)
def test_what_is_no_column_of_numbers(column: Any, error: type[Exception], message: str) -> None:
    for stat in (stats.Quantile(), stats.RollingMax(3), stats.Mean(), stats.EWMean(), utils.Rolling(stats.Var, 3)):
        stat.update(1)
        before = stat.to_bytes()
        with pytest.raises(error, match=message):
            stat.update_many(column)
        if not hasattr(column, "__next__"):
            with pytest.raises(error, match=message):
                stat.accumulate(column)
        assert stat.to_bytes() == before


@pytest.mark.parametrize("case", CONVERTING)
def test_one_wrong_value_changes_nothing(case: Case) -> None:
    stat = case.fed()
    before = stat.to_bytes()
    good = [1.0] * 20_000
    bad = [*good[:12_345], "a", *good[12_346:]]
    columns = [bad] if case.kind == "number" else [good, bad]
    for method in (stat.update_many, stat.accumulate):
        with pytest.raises(TypeError, match=r"\[12345\]"):
            method(*columns)
    assert stat.to_bytes() == before


class Broken:
    """A number whose conversion fails."""

    def __float__(self) -> float:
        raise RuntimeError("no number today")


def test_the_exception_of_a_value_is_passed_on() -> None:
    mean = stats.Mean()
    with pytest.raises(RuntimeError, match="no number today") as raised:
        mean.update_many([1, 2, Broken()])
    assert "X[2]" in "".join(raised.value.__notes__)
    assert mean.n == 0


def test_a_generator_that_breaks_changes_nothing() -> None:
    def values() -> Any:
        yield 1.0
        raise OSError("gone")

    mean = stats.Mean()
    with pytest.raises(OSError, match="gone"):
        mean.update_many(values())
    assert mean.n == 0


def test_lengths_must_agree() -> None:
    cov = stats.Cov()
    for given in (([1, 2, 3], [1, 2]), (ONES, array.array("d", [1.0])), ([], [1])):
        with pytest.raises(ValueError, match="length"):
            cov.update_many(*given)
        with pytest.raises(ValueError, match="length"):
            cov.accumulate(*given)
    with pytest.raises(ValueError, match="length"):
        stats.Mean().update_many(ONES, w=[1, 2])
    with pytest.raises(ValueError, match="length"):
        stats.EWMean(halflife=1.0).update_many(ONES, t=[1, 2])
    assert cov.n == 0


@pytest.mark.parametrize(("weight", "error"), [(-5.0, ValueError), (np.nan, ValueError), (np.inf, ValueError)])
def test_impossible_weights_change_nothing(weight: float, error: type[Exception]) -> None:
    for stat in (stats.Mean(), stats.Var(), utils.Rolling(stats.Mean, 2)):
        with pytest.raises(error, match=r"w\[2\]"):
            stat.update_many([1, 2, 3], w=[1, 1, weight])
        assert stat.n == 0
    with pytest.raises(TypeError):
        stats.Mean().update_many([1, 2], w=["a", 1])
    with pytest.raises(TypeError):
        stats.Max().update_many([1, 2], w=[1, 1])


def test_columns_of_objects() -> None:
    mode = stats.Mode()
    with pytest.raises(TypeError, match=r"X\[1\]"):
        mode.update_many(["a", ["unhashable"]])
    with pytest.raises(TypeError, match="str"):
        mode.update_many("abc")
    with pytest.raises(ValueError, match="length"):
        stats.ChiSquared().update_many(["a"], ["b", "c"])
    assert mode.n == 0
