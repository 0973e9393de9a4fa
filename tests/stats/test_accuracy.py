"""Every numeric class against its definition in exact arithmetic, on data on which plain sums fail."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from river import stats
from tests.stats.bounds import Bound, Params, Sample
from tests.stats.cases import CASES, MODULES, OF_ITEMS, Case, feed
from tests.stats.hostile import rows

BOUNDS = [(case, bound) for case in CASES for bound in case.bounds]
#: Classes without a bound.
NOT_NUMERIC = {
    "Link": "its value is that of its right side",
    "Mode": "its value is an object that was seen",
    "TDigest": "no bound is known",
    "RollingMode": "its value is an object that was seen",
    "base": "a module",
}


def label(case: Case, bound: Bound, params: Params) -> str:
    """Return what a test of the bound is called."""
    what = f"{case.name}.{bound.attribute}" if bound.attribute else case.name
    return f"{what}-{','.join(f'{name}={value}' for name, value in params.items())}".removesuffix("-")


EACH = [
    pytest.param(case, bound, params, name, id=f"{label(case, bound, params)}-{name}")
    for case, bound in BOUNDS
    for params in bound.params
    for name in bound.data
    if name not in bound.but
]


def unbounded() -> Iterator[str]:
    """Yield the classes without a statement on accuracy."""
    public = {name for module in MODULES for name in module.__all__}
    yield from sorted(public - {case.name for case, _ in BOUNDS} - set(NOT_NUMERIC) - OF_ITEMS)


def notes(cls: type[Any]) -> str:
    """Return the section of the docstring that has to state a bound."""
    docstring = inspect.getdoc(cls) or ""
    found = re.search(r"^Notes\n-----\n(.*?)(?=^\S[^\n]*\n---|\Z)", docstring, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def unstated(cls: type[Any], bound: Bound) -> list[str]:
    """Return the figures that the docstring does not state."""
    figures = bound.terms or ["exact"]
    return [figure for figure in figures if not re.search(rf"(?<![\w.]){re.escape(figure)}(?!\w|\.\d)", notes(cls))]


def assert_within(bound: Bound, actual: Any, exact: Any, sample: Sample) -> None:
    if not bound.terms or exact is None or not math.isfinite(exact):
        assert actual == exact or (actual != actual and exact != exact), f"{actual!r} instead of {exact!r}"
        return
    assert math.isfinite(actual), f"{actual!r} instead of {exact!r}"
    error, allowed = abs(Fraction(actual) - Fraction(exact)), bound.allowed(sample, exact)
    assert error <= allowed, f"{actual!r} instead of {exact!r}: {float(error / allowed):.3g} times the bound"


def test_every_numeric_class_has_a_bound() -> None:
    missing = list(unbounded())
    assert not missing, f"no bounds in the rows of tests/stats/cases.py: {', '.join(missing)}"
    assert set(NOT_NUMERIC) <= {name for module in MODULES for name in module.__all__}


def test_a_class_without_a_bound_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats, "__all__", [*stats.__all__, "Forgotten"])
    assert list(unbounded()) == ["Forgotten"]


@pytest.mark.parametrize(("case", "bound"), BOUNDS, ids=[label(case, bound, {}) for case, bound in BOUNDS])
def test_the_docstring_states_the_bound(case: Case, bound: Bound) -> None:
    missing = unstated(case.cls, bound)
    assert not missing, f"the Notes of {case} do not state {', '.join(missing)}"


def test_a_bound_that_is_not_stated_is_noticed() -> None:
    assert unstated(stats.Var, Bound(lambda x: x, {"1e-14": lambda *_: 0, "1e-15": lambda *_: 0})) == ["1e-15"]
    assert unstated(stats.Var, Bound(lambda x: x, {})) == ["exact"]


@pytest.mark.parametrize(("case", "bound", "params", "name"), EACH)
def test_the_error_is_within_the_bound(case: Case, bound: Bound, params: Params, name: str) -> None:
    columns = bound.data[name]
    statistic = feed(case.make(params), rows(columns))
    assert_within(bound, bound.read(statistic), bound.definition(*columns, **params), Sample(columns, params))
