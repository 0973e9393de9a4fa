"""Every numeric class against its definition in exact arithmetic, on data that plain sums fail on."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from river import stats
from tests.stats.bounds import BOUNDS, NOT_NUMERIC, Bound, Sample
from tests.stats.cases import Params, feed
from tests.stats.hostile import rows

EACH = [
    pytest.param(bound, params, name, id=f"{bound}-{','.join(f'{k}={v}' for k, v in params.items())}-{name}")
    for bound in BOUNDS
    for params in bound.params
    for name in bound.data
    if name not in bound.but
]


def unbounded() -> Iterator[str]:
    """Yield the classes that nothing is said of."""
    yield from sorted(set(stats.__all__) - {bound.name for bound in BOUNDS} - set(NOT_NUMERIC))


def notes(name: str) -> str:
    """Return the section of the docstring in which a bound has to stand."""
    docstring = inspect.getdoc(getattr(stats, name)) or ""
    found = re.search(r"^Notes\n-----\n(.*?)(?=^\S[^\n]*\n---|\Z)", docstring, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def unstated(bound: Bound) -> list[str]:
    """Return the figures that the docstring does not state."""
    figures = bound.terms or ["exact"]
    return [
        figure for figure in figures if not re.search(rf"(?<![\w.]){re.escape(figure)}(?!\w|\.\d)", notes(bound.name))
    ]


def assert_within(bound: Bound, actual: Any, exact: Any, sample: Sample) -> None:
    if not bound.terms or exact is None or not math.isfinite(exact):
        assert actual == exact or (actual != actual and exact != exact), f"{actual!r} instead of {exact!r}"
        return
    assert math.isfinite(actual), f"{actual!r} instead of {exact!r}"
    error, allowed = abs(Fraction(actual) - Fraction(exact)), bound.allowed(sample, exact)
    assert error <= allowed, f"{actual!r} instead of {exact!r}: {float(error / allowed):.3g} times the bound"


def test_every_numeric_class_has_a_bound() -> None:
    missing = list(unbounded())
    assert not missing, f"no row in tests/stats/bounds.py: {', '.join(missing)}"
    assert set(NOT_NUMERIC) <= set(stats.__all__)


def test_a_class_without_a_bound_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats, "__all__", [*stats.__all__, "Forgotten"])
    assert list(unbounded()) == ["Forgotten"]


@pytest.mark.parametrize("bound", BOUNDS, ids=repr)
def test_the_docstring_states_the_bound(bound: Bound) -> None:
    missing = unstated(bound)
    assert not missing, f"the Notes of {bound.name} do not state {', '.join(missing)}"


def test_a_bound_that_is_not_stated_is_noticed() -> None:
    assert unstated(Bound("Var", lambda x: x, {"1e-14": lambda *_: 0, "1e-15": lambda *_: 0})) == ["1e-15"]
    assert unstated(Bound("Var", lambda x: x, {})) == ["exact"]


@pytest.mark.parametrize(("bound", "params", "name"), EACH)
def test_the_error_is_within_the_bound(bound: Bound, params: Params, name: str) -> None:
    columns = bound.data[name]
    statistic = feed(getattr(stats, bound.name)(**params), rows(columns))
    assert_within(bound, bound.read(statistic), bound.definition(*columns, **params), Sample(columns, params))
