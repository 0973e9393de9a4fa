"""What a statistic is as a Python object: its kind, name, repr, comparison and documentation."""

from __future__ import annotations

import doctest
import inspect
import sys

import pytest

from river import base, stats
from tests.stats.cases import CASES, MODULES, OF_ITEMS, OF_NUMBERS, ROLLING, Case
from tests.stats.closeness import assert_same
from tests.stats.parameters import PARAMETERS

ABILITIES = {"weighted", "counted", "revert", "merge"}


def concrete_classes() -> set[str]:
    """Return the statistics that are to have a row: what can be made, `Link` and sketches of items apart."""
    return {
        name
        for module in MODULES
        for name, cls in vars(module).items()
        if isinstance(cls, type)
        and issubclass(cls, stats.base.Statistic)
        and not inspect.isabstract(cls)
        and cls is not stats.base.Link
        and name not in OF_ITEMS
    }


def test_every_class_has_its_row_in_the_table() -> None:
    rows = [case.name for case in CASES]
    assert rows == sorted(rows, key=str.lower)
    assert set(rows) == concrete_classes()
    assert concrete_classes() <= {name for module in MODULES for name in module.__all__}


@pytest.mark.parametrize("case", CASES)
def test_is_what_its_base_classes_say(case: Case) -> None:
    stat = case.make()
    kinds = {
        stats.base.Bivariate: case.kind.endswith("pair"),
        stats.base.Univariate: not case.kind.endswith("pair"),
        stats.base.RollingUnivariate: case.rolling,
        stats.base.Statistic: True,
        base.Base: True,
    }
    for cls, expected in kinds.items():
        assert isinstance(stat, cls) is expected
        assert issubclass(case.cls, cls) is expected
    assert case.cls.__module__.startswith(f"river.{case.module}.")
    assert case.cls.__name__ == case.cls.__qualname__ == case.name


@pytest.mark.parametrize("case", CASES)
def test_a_class_has_the_abilities_of_its_row_and_no_others(case: Case) -> None:
    assert case.abilities <= ABILITIES
    assert (not case.abilities.isdisjoint({"weighted", "counted"})) == (
        "w" in inspect.signature(case.cls.update).parameters
    )
    assert ("revert" in case.abilities) == hasattr(case.cls, "revert")
    assert ("merge" in case.abilities) == hasattr(case.cls, "__iadd__")


@pytest.mark.parametrize("case", ROLLING)
def test_a_window_knows_its_size(case: Case) -> None:
    for params in case.params:
        assert case.make(params).window_size == params["window_size"]


@pytest.mark.parametrize("case", CASES)
def test_name(case: Case) -> None:
    assert case.make().name == case.label
    assert case.fed().name == case.label


@pytest.mark.parametrize("case", CASES)
def test_repr_shows_the_class_and_the_value(case: Case) -> None:
    for params in case.params:
        for k in range(len(case.short) + 1):
            stat = case.fed(case.short[:k], params)
            value = stat.get()
            shown = f"{value:,.6f}".rstrip("0") if isinstance(value, float) else str(value)
            assert repr(stat) == str(stat) == f"{case.name}: {shown}"


@pytest.mark.parametrize("case", CASES)
def test_statistics_compare_by_their_values(case: Case) -> None:
    few, many = case.fed(case.short[:3]), case.fed()
    for left in (few, many):
        for right in (few, many):
            assert (left > right) == (left.get() > right.get())
            assert (left < right) == (left.get() < right.get())


@pytest.mark.parametrize("case", [case for case in CASES if case.empty is None])
def test_a_statistic_without_a_value_has_no_order(case: Case) -> None:
    with pytest.raises(TypeError):
        _ = case.make() > case.fed()
    with pytest.raises(TypeError):
        _ = case.fed() < case.make()


@pytest.mark.parametrize("case", CASES)
def test_identity_is_equality_and_objects_can_be_keys(case: Case) -> None:
    left, right = case.fed(), case.fed()
    assert left == left
    assert left != right
    assert len({left, right, left}) == 2


@pytest.mark.parametrize("case", OF_NUMBERS)
def test_a_link_feeds_one_statistic_with_the_other(case: Case) -> None:
    link = case.make() | stats.PeakToPeak()
    assert isinstance(link, stats.base.Link)
    assert link.name == f"ptp_of_{case.label}"
    left, right = case.make(), stats.PeakToPeak()
    for row in case.short:
        link.update(*row)
        left.update(*row)
        if (value := left.get()) is not None:
            right.update(value)
        assert_same(link.get(), right.get())
    assert repr(link) == repr(right)
    clone = link.clone()
    assert clone.name == link.name
    assert clone.get() == 0.0


@pytest.mark.parametrize("case", CASES)
def test_the_docstring_explains_and_its_examples_run(case: Case) -> None:
    doc = inspect.getdoc(case.cls)
    assert doc
    parameters = inspect.signature(case.cls).parameters
    sections = {
        "Parameters": bool(parameters),
        "Raises": any(PARAMETERS[name].outside for name in parameters),
        "Returns": True,
        "Examples": True,
    }
    for section in [name for name, needed in sections.items() if needed]:
        assert f"\n{section}\n{'-' * len(section)}\n" in doc, f"no section {section}"
    for name in parameters:
        assert f"\n{name}" in doc, f"{name} is not explained"
    module = sys.modules[case.cls.__module__]
    tests = doctest.DocTestFinder(recurse=False).find(case.cls, case.name, module=module)
    assert sum(len(test.examples) for test in tests) >= 3
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for test in tests:
        assert runner.run(test).failed == 0
