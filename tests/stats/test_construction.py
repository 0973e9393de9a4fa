"""Calling a public class does what its `__init__` does, and subclasses may have their own."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from river import stats
from tests.stats.cases import CASES, Case

Call = tuple[tuple[Any, ...], dict[str, Any]]


def calls(case: Case) -> Iterator[Call]:
    """Yield arguments of every form: by position, by name, too many, unknown, of a wrong type and out of range."""
    names = list(inspect.signature(case.cls).parameters)
    for params in (*case.params, *case.bad):
        values = list(params.values())
        if list(params) == names[: len(params)]:
            yield from ((tuple(values[:k]), {}) for k in range(len(values) + 1))
            yield from ((tuple(values[:k]), dict(list(params.items())[k:])) for k in range(len(values)))
        yield (), dict(params)
        yield (), {**params, "unknown": 1}
    for wrong in (None, "a", [], -1, 2.5, 10**30):
        yield (wrong,), {}
        yield from (((), {**case.params[0], name: wrong}) for name in names)
    yield tuple(range(1, 9)), {}
    yield (0.5, 0.25, True), {}


def outcome(make: Any) -> Any:
    try:
        return make().to_bytes()
    except (TypeError, ValueError) as error:
        return type(error), str(error)


@pytest.mark.parametrize("case", CASES)
def test_a_call_of_the_class_does_what_its_init_does(case: Case) -> None:
    def by_hand(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        stat = case.cls.__new__(case.cls, *args, **kwargs)
        case.cls.__init__(stat, *args, **kwargs)
        return stat

    outcomes = []
    for args, kwargs in calls(case):
        outcomes.append(outcome(lambda args=args, kwargs=kwargs: case.cls(*args, **kwargs)))
        assert outcomes[-1] == outcome(lambda args=args, kwargs=kwargs: by_hand(args, kwargs)), (args, kwargs)
    assert {type(found) for found in outcomes} == {bytes, tuple}


@pytest.mark.parametrize("case", CASES)
def test_an_init_of_a_subclass_or_put_in_its_place_is_called(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def noting(self: Any, *args: Any, **kwargs: Any) -> None:
        made.append(self)
        original(self, *args, **kwargs)

    original: Any = case.cls.__init__
    subclass = type(f"Noting{case.name}", (case.cls,), {"__init__": noting})
    stat = subclass(**case.params[0])
    assert made == [stat]
    with monkeypatch.context() as patched:
        patched.setattr(case.cls, "__init__", noting)
        other = case.make()
    assert made == [stat, other]
    assert case.make().to_bytes() == stat.to_bytes() == other.to_bytes()
    assert len(made) == 2


def test_links_too() -> None:
    left, right = stats.Shift(1), stats.Mean()
    for link in (stats.Link(left, right), stats.Link(left, right=right), stats.Link(right=right, left=left)):
        assert link.left is left
        assert link.right is right
    for args in ((), (left,), (left, right, right)):
        with pytest.raises(TypeError, match=r"Link\.__init__"):
            stats.Link(*args)
