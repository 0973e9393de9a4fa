"""How `update`, `get` and `revert` read their arguments, on the public class and on the one in Rust alike."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from river import stats, utils
from tests.stats.cases import CASES, Case
from tests.stats.closeness import assert_same
from tests.stats.streams import Row

#: The keyword arguments of `update` other than the observation, with a value for each.
BESIDE = {"w": 2.0, "t": 12.5}


def native(cls: type[Any]) -> type[Any]:
    """Return the class in Rust that a public class derives from."""
    return next(base for base in cls.__mro__ if base.__module__ == "river.stats._rust_stats")


def parameters(method: Any) -> dict[str, inspect.Parameter]:
    return {name: value for name, value in inspect.signature(method).parameters.items() if name != "self"}


def methods(case: Case) -> Iterator[tuple[str, Any]]:
    """Yield the names of the methods that take an observation with an object of either class, fed or empty."""
    for name in {"update", "revert"} & {*dir(case.cls)}:
        for stat in (case.fed(), native(case.cls)(*case.params[0].values())):
            for row in case.short:
                stat.update(*row)
            yield name, stat


def named(case: Case, row: Row) -> dict[str, Any]:
    return dict(zip(case.arguments, row, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_both_classes_have_descriptors_of_their_own(case: Case) -> None:
    for name in {"update", "get", "revert", "__iadd__"} & {*dir(case.cls)}:
        for cls in (case.cls, native(case.cls)):
            assert type(cls.__dict__[name]).__name__ == "method_descriptor"
            assert cls.__dict__[name].__objclass__ is cls


@pytest.mark.parametrize("case", CASES)
def test_arguments_come_by_position_and_by_name_in_any_order(case: Case) -> None:
    expected = case.fed().get()
    for make in (case.cls, native(case.cls)):
        by_name, backwards, built, mixed = [make(*case.params[0].values()) for _ in range(4)]
        for row in case.short:
            arguments = named(case, row)
            by_name.update(**arguments)
            backwards.update(**dict(reversed(arguments.items())))
            # Strings that are built at run time are not the ones that the compiler has interned.
            built.update(**{"".join([*name]): value for name, value in arguments.items()})
            mixed.update(row[0], **dict(list(arguments.items())[1:]))
        for stat in (by_name, backwards, built, mixed):
            assert_same(stat.get(), expected)


@pytest.mark.parametrize("case", CASES)
def test_what_comes_with_an_observation_goes_by_position_and_by_name(case: Case) -> None:
    params = {"halflife": 3.0} if "halflife" in inspect.signature(case.cls).parameters else case.params[0]
    beside = [name for name in parameters(case.cls.update) if name in BESIDE and name not in case.arguments]
    for name in beside:
        value, row = BESIDE[name], case.short[0]
        made = [case.make(params) for _ in range(4)]
        made[0].update(*row, value)
        made[1].update(*row, **{name: value})
        made[2].update(**{name: value}, **named(case, row))
        made[3].update(**named(case, row), **{name: value})
        assert len({stat.to_bytes() for stat in made}) == 1
        assert made[0].to_bytes() != feed_once(case, params).to_bytes()


def feed_once(case: Case, params: Any) -> Any:
    stat = case.make(params)
    stat.update(*case.short[0])
    return stat


@pytest.mark.parametrize("case", CASES)
def test_arguments_that_do_not_match_are_named_and_change_nothing(case: Case) -> None:
    for name, stat in methods(case):
        method, known, row = getattr(stat, name), parameters(getattr(case.cls, name)), case.short[0]
        called = re.escape(f"{type(stat).__name__}.{name}() ")
        required = [name for name, value in known.items() if value.default is inspect.Parameter.empty]
        before = stat.to_bytes()
        if required:
            plural = "s" * (len(required) > 1)
            missing = " and ".join(f"'{name}'" for name in required)
            with pytest.raises(
                TypeError, match=f"^{called}missing {len(required)} required positional argument{plural}: {missing}$"
            ):
                method()
            with pytest.raises(TypeError, match=f"^{called}got multiple values for argument '{required[0]}'$"):
                method(*row, **{required[0]: row[0]})
            with pytest.raises(TypeError, match=f"^{called}missing 1 required positional argument: '{required[-1]}'$"):
                method(**{name: value for name, value in named(case, row).items() if name != required[-1]})
        # As for a method in Python, `self` counts.
        most, least = 1 + len(known), 1 + len(required)
        takes = f"from {least} to {most} positional arguments" if least < most else f"{most} positional argument"
        with pytest.raises(TypeError, match=f"^{called}takes {takes}s? but {most + 1} were given$"):
            method(*row, *[1.0] * (most - len(row)))
        for unknown in ("z", "self", "X", "\ud800"):
            with pytest.raises(TypeError, match=f"^{called}got an unexpected keyword argument"):
                method(*row, **{unknown: 1.0})
        assert stat.to_bytes() == before


@pytest.mark.parametrize("case", CASES)
def test_get_takes_nothing(case: Case) -> None:
    for stat in (case.fed(), native(case.cls)(*case.params[0].values())):
        with pytest.raises(TypeError, match=r"takes no arguments \(1 given\)"):
            stat.get(1)
        with pytest.raises(TypeError, match="takes no keyword arguments"):
            stat.get(x=1)


def sections(doc: str) -> dict[str, str]:
    """Return the sections of a docstring in NumPy's style."""
    parts = re.split(r"^(\w+)\n-+\n", inspect.cleandoc(doc), flags=re.MULTILINE)
    return dict(zip(["", *parts[1::2]], parts[::2], strict=True))


@pytest.mark.parametrize("case", CASES)
def test_docstrings_explain_each_argument_and_error(case: Case) -> None:
    for cls in (case.cls, native(case.cls)):
        for name in {"update", "revert"} & {*dir(cls)}:
            found = sections(getattr(cls, name).__doc__)
            assert re.findall(r"^\w+$", found["Parameters"], re.MULTILINE) == list(parameters(getattr(cls, name)))
            errors = re.findall(r"^\w+$", found.get("Raises", ""), re.MULTILINE)
            assert ("TypeError" in errors) == (case.name != "Count" and not case.holds_any)
            assert ("ValueError" in errors) == (name == "revert" or bool(BESIDE.keys() & parameters(cls.update)))
        assert sections(cls.get.__doc__)["Returns"]


@pytest.mark.parametrize("cls", [*(case.cls for case in CASES), stats.Link])
def test_every_method_has_a_docstring_of_its_own(cls: type[Any]) -> None:
    for name in dir(cls):
        member = inspect.getattr_static(cls, name)
        if not name.startswith("_") and (callable(member) or isinstance(member, classmethod)):
            assert getattr(cls, name).__doc__, name


@pytest.mark.parametrize("cls", [utils.Rolling, utils.TimeRolling])
def test_windows_say_what_update_and_get_do(cls: type[Any]) -> None:
    for method in (cls.update, cls.get):
        assert method.__doc__


def test_help_shows_the_signature_and_what_it_means() -> None:
    shown = inspect.getdoc(stats.Mean.update)
    assert shown is not None
    assert str(inspect.signature(stats.Mean.update)) == "(self, /, x, w=1.0)"
    assert "\nw\n" in shown
    assert "`w` is NaN or infinite" in shown


def test_nothing_is_seen_in_the_package_but_classes_and_modules() -> None:
    assert {name for name, _ in inspect.getmembers(stats, inspect.isclass)} == {*stats.__all__} - {"base"}
    others = {name: value for name, value in vars(stats).items() if not (isinstance(value, type) or name[:2] == "__")}
    assert others.pop("annotations")
    assert {value.__name__ for value in others.values()} == {f"river.stats.{name}" for name in others}
    assert [name for name in others if name.startswith("_")] == ["_rust_stats"]
