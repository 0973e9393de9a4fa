"""Constructors: signatures, what they refuse, `_get_params` and `clone`."""

from __future__ import annotations

import inspect
import math
import re
from typing import Any

import numpy as np
import pytest

from river import stats
from tests.stats.cases import CASES, Case
from tests.stats.closeness import assert_same
from tests.stats.parameters import PARAMETERS, parameter_of

TAKING = [case for case in CASES if inspect.signature(case.oracle).parameters]
NAMED = [(case, name) for case in TAKING for name in inspect.signature(case.oracle).parameters]


@pytest.mark.parametrize("case", CASES)
def test_the_signature_says_what_the_constructor_takes(case: Case) -> None:
    expected = inspect.signature(case.oracle).parameters
    actual = inspect.signature(case.cls).parameters
    assert list(actual)[: len(expected)] == list(expected)
    for name, parameter in expected.items():
        assert actual[name].default == parameter.default
        assert actual[name].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        assert actual[name].annotation is not inspect.Parameter.empty


#: River's models set it after construction, and it affects only `get`.
SETTABLE_DDOF = frozenset({"Cov", "SEM", "Var"})


@pytest.mark.parametrize("case", CASES)
def test_parameters_are_attributes_and_come_back_from_get_params(case: Case) -> None:
    for params in case.params:
        stat = case.make(params)
        given = stat._get_params()
        defaults = {name: parameter.default for name, parameter in inspect.signature(case.oracle).parameters.items()}
        expected = {**defaults, **params}
        assert {name: given[name] for name in expected} == expected
        # Where the parameter is a plain value, it can be read by its name and not be overwritten.
        for name, value in expected.items():
            assert getattr(stat, name) == value
            assert type(getattr(stat, name)) is type(value)
            if name == "ddof" and case.name in SETTABLE_DDOF:
                setattr(stat, name, 2)
                assert stat.clone().ddof == stat.ddof == 2
                with pytest.raises(ValueError, match="ddof"):
                    setattr(stat, name, -1)
                setattr(stat, name, value)
                continue
            with pytest.raises(AttributeError):
                setattr(stat, name, value)
        again = case.cls(**given)
        assert again._get_params() == given


@pytest.mark.parametrize(("case", "name"), NAMED)
def test_a_value_out_of_range_is_named_with_the_range(case: Case, name: str) -> None:
    parameter = parameter_of(case.name, name)
    for value in parameter.outside:
        with pytest.raises(ValueError, match=name) as caught:
            case.make({**case.params[0], name: value})
        assert_message_explains(str(caught.value), value, parameter.limits)


def assert_message_explains(message: str, value: Any, limits: tuple[str, ...]) -> None:
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    assert shown in message.lower()
    for limit in limits:
        assert re.search(rf"\b{limit}\b", message.replace(shown, "")), message


@pytest.mark.parametrize("case", [case for case in CASES if case.bad])
def test_values_only_this_class_refuses(case: Case) -> None:
    for params in case.bad:
        with pytest.raises(ValueError, match="|".join(params)):
            case.make({**case.params[0], **params})


@pytest.mark.parametrize(
    ("case", "name"), [(case, name) for case, name in NAMED if parameter_of(case.name, name).mistyped]
)
def test_a_value_of_the_wrong_type_is_a_type_error(case: Case, name: str) -> None:
    parameter = parameter_of(case.name, name)
    for value in parameter.mistyped:
        wanted = f"{name} must be {parameter.kind}, got {value!r} ({type(value).__name__})"
        with pytest.raises(TypeError) as caught:
            case.make({**case.params[0], name: value})
        assert str(caught.value) == wanted


def test_words_beside_the_fading_factor_are_named_too() -> None:
    for cls in (stats.EWMean, stats.EWVar, stats.EWStd, stats.EWCov, stats.EWCorr):
        for name in ("alpha", "halflife", "adjust"):
            for value in PARAMETERS[name].mistyped:
                if value is not None:
                    wanted = f"{name} must be {PARAMETERS[name].kind}, got {value!r} ({type(value).__name__})"
                    with pytest.raises(TypeError, match=re.escape(wanted)):
                        cls(**{name: value})


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.kind in ("number", "pair", "time") and not case.holds_any],
)
def test_an_argument_of_a_wrong_type_is_named(case: Case) -> None:
    stat = case.fed()
    before = stat.to_bytes()
    row = dict(zip(case.arguments, case.short[0], strict=True))
    further = {"w": 1.0} if "weighted" in case.abilities else {}
    methods = [stat.update, *([stat.revert] if "revert" in case.abilities else [])]
    kinds = {"t": "a datetime, a timedelta or a number of seconds"}
    for method in methods:
        for name in (*row, *further):
            for value in ("a", [], object(), 1j):
                given = {**row, **further, name: value}
                wanted = re.escape(f"{name} must be {kinds.get(name, 'a number')}, got {value!r}")
                with pytest.raises(TypeError, match=f"^{wanted}"):
                    method(**given)
                with pytest.raises(TypeError, match=f"^{wanted}"):
                    method(*given.values())
                with pytest.raises(TypeError, match=f"^{wanted}"):
                    method(**dict(reversed(given.items())))
    assert stat.to_bytes() == before


def test_times_and_parts_of_a_wrong_type_are_named() -> None:
    for make in (
        lambda: stats.EWMean(halflife=1).update(1, t="a"),
        lambda: stats.EWMean(halflife=1).update(1, "a"),  # type: ignore[arg-type]
        lambda: stats.EWCov(halflife=1).update(1, 2, "a"),  # type: ignore[arg-type]
    ):
        with pytest.raises(
            TypeError, match=r"^t must be a datetime, a timedelta, a number of seconds, or None, got 'a'"
        ):
            make()
    for cls, parts in (
        (stats.Mean, {"n": 2, "mean": 1.0}),
        (stats.Var, {"n": 2, "m": 1.0, "var": 1.0, "ddof": 1}),
        (stats.SEM, {"n": 2, "m": 1.0, "sig": 1.0, "ddof": 1}),
        (stats.Cov, {"n": 2, "mean_x": 1.0, "mean_y": 1.0, "cov": 1.0, "ddof": 1}),
    ):
        cls._from_state(**parts)
        for name in parts:
            with pytest.raises(TypeError, match=rf"^{name} must be (a number|an integer), got 'a' \(str\)"):
                cls._from_state(**{**parts, name: "a"})
    with pytest.raises(TypeError, match=r"^ddof must be an integer, got 1\.5"):
        stats.Var().ddof = 1.5  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("case", "name"), [(case, name) for case, name in NAMED if parameter_of(case.name, name).largest]
)
def test_the_largest_value_is_told_to_those_who_exceed_it(case: Case, name: str) -> None:
    largest = parameter_of(case.name, name).largest
    assert largest
    assert getattr(case.make({**case.params[0], name: largest}), name) == largest
    for value, shown in ((largest + 1, str(largest + 1)), (10**40, "2**127 - 1 or more")):
        with pytest.raises(ValueError, match=rf"{name} must be .*\b{largest}\b.* got ") as caught:
            case.make({**case.params[0], name: value})
        assert str(caught.value).endswith(shown)


@pytest.mark.parametrize("case", CASES)
def test_unknown_and_missing_parameters_are_type_errors(case: Case) -> None:
    with pytest.raises(TypeError):
        case.make({**case.params[0], "unknown": 1})
    with pytest.raises(TypeError):
        case.cls(*range(20))
    required = [
        name
        for name, parameter in inspect.signature(case.oracle).parameters.items()
        if parameter.default is inspect.Parameter.empty
    ]
    for name in required:
        with pytest.raises(TypeError):
            case.make({key: value for key, value in case.params[0].items() if key != name})


@pytest.mark.parametrize("case", TAKING)
def test_numpy_scalars_are_parameters_like_any_other(case: Case) -> None:
    kinds: dict[type, Any] = {float: np.float64, int: np.int64, bool: np.bool_}
    for params in case.params:
        scalars = {key: kinds.get(type(value), lambda x: x)(value) for key, value in params.items()}
        assert_same(case.fed(params=scalars).get(), case.fed(params=params).get())


@pytest.mark.parametrize("case", CASES)
def test_a_clone_is_empty_and_has_the_same_parameters(case: Case) -> None:
    for params in case.params:
        stat = case.fed(params=params)
        clone = stat.clone()
        assert type(clone) is case.cls
        assert clone._get_params() == stat._get_params()
        assert clone.to_bytes() == case.make(params).to_bytes()
        stat.update(*case.short[0])
        assert clone.to_bytes() == case.make(params).to_bytes()


@pytest.mark.parametrize("case", [case for case in CASES if len(case.params) > 1])
def test_a_clone_can_have_other_parameters(case: Case) -> None:
    stat = case.fed()
    for params in case.params[1:]:
        assert stat.clone(dict(params)).to_bytes() == case.make(params).to_bytes()


@pytest.mark.parametrize("case", CASES)
def test_initialising_again_starts_anew(case: Case) -> None:
    stat = case.fed()
    stat.__init__(**case.params[-1])
    assert stat.to_bytes() == case.make(case.params[-1]).to_bytes()


@pytest.mark.parametrize("case", TAKING)
def test_a_failed_initialisation_leaves_the_object_as_it_was(case: Case) -> None:
    stat = case.fed()
    before = stat.to_bytes()
    with pytest.raises(TypeError):
        stat.__init__(unknown=math.pi)
    assert stat.to_bytes() == before


@pytest.mark.parametrize("case", CASES)
def test_an_object_that_was_never_initialised_says_so(case: Case) -> None:
    cls: Any = case.cls
    stat = cls.__new__(cls)
    for use in (lambda: stat.update(*case.short[0]), stat.get, stat.to_bytes):
        with pytest.raises(RuntimeError, match="__init__"):
            use()
    stat.__init__(**case.params[0])
    assert stat.get() == case.empty
