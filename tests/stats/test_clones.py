"""Clones of statistics: the same parameters, nothing seen, and what a class defines about how its objects are made."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pytest

from river import base, stats
from tests.stats.cases import CASES, Case, feed
from tests.stats.closeness import assert_same


def general(stat: Any) -> Any:
    """Return the clone that `base.Base` makes from a signature."""
    return base.Base.clone(stat)


@pytest.mark.parametrize("case", CASES)
def test_a_clone_has_the_parameters_and_has_seen_nothing(case: Case) -> None:
    for params in case.params:
        stat, empty = case.fed(case.short, params), case.make(params)
        before = stat.to_bytes()
        for clone in (
            stat.clone(),
            stat.clone(None),
            stat.clone({}),
            stat.clone(include_attributes=False),
            general(stat),
        ):
            assert type(clone) is case.cls
            assert clone._get_params() == stat._get_params()
            assert clone.to_bytes() == empty.to_bytes()
            assert_same(feed(clone, case.short).get(), stat.get())
        assert stat.to_bytes() == before


@pytest.mark.parametrize("case", CASES)
def test_arguments_are_those_of_every_clone(case: Case) -> None:
    stat = case.fed()
    stat.note = ["kept"]
    assert not hasattr(stat.clone(), "note")
    copied = stat.clone(include_attributes=True)
    assert copied.to_bytes() == stat.to_bytes()
    assert copied.note == ["kept"]
    assert copied.note is not stat.note
    with pytest.raises(TypeError):
        stat.clone({"no_such_parameter": 1})
    with pytest.raises(TypeError):
        stat.clone(None, False, None)
    with pytest.raises(TypeError):
        stat.clone(spam=1)


def test_new_parameters() -> None:
    quantile = stats.Quantile(0.25)
    assert quantile.clone({"q": 0.3}).q == 0.3
    assert quantile.clone(new_params={"q": 0.3}).q == 0.3
    assert quantile.clone().q == 0.25
    fading = stats.EWMean(halflife=dt.timedelta(seconds=5), adjust=True)
    assert (fading.clone().halflife, fading.clone().adjust) == (5.0, True)
    changed = fading.clone({"alpha": 0.2})
    assert (changed.fading_factor, changed.adjust, changed.halflife) == (0.2, True, None)


def test_a_parameter_that_was_set_is_cloned() -> None:
    var = stats.Var()
    var.ddof = 0
    clone = var.clone()
    assert clone.ddof == 0
    clone.ddof = 1
    assert var.ddof == 0


def test_fill_values_are_copied_as_parameters_are() -> None:
    fill = ["mutable"]
    shift = stats.Shift(1, fill_value=fill)
    assert shift.clone().fill_value == fill
    assert shift.clone().fill_value is not fill
    mean = stats.Mean()
    mean.update(3)
    clone: Any = stats.Shift(1, fill_value=mean).clone().fill_value
    assert type(clone) is stats.Mean
    assert clone.n == 0
    assert stats.Shift(2, fill_value="a").clone().fill_value == "a"


def test_both_sides_of_a_link_are_cloned() -> None:
    link = stats.Shift(1) | stats.Mean()
    for x in range(3):
        link.update(x)
    clone: Any = link.clone()
    assert (clone.left.n, clone.right.n) == (0, 0)
    assert clone.left is not link.left


class Named(stats.Quantile):
    """Has an additional parameter."""

    def __init__(self, q: float, label: str) -> None:
        super().__init__(q)
        self.label = label


class Doubled(stats.Quantile):
    """Shows a parameter other than the one it has."""

    @property
    def q(self) -> float:
        return 0.75


class Counted(stats.Mean):
    """Counts its objects, and has no constructor of its own."""

    made = 0

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Any:
        cls.made += 1
        return super().__new__(cls)


class Asked(stats.EWMean):
    """Defines its own parameters."""

    def _get_params(self) -> dict[str, Any]:
        return {"fading_factor": 0.125}


class Bare(stats.Quantile):
    pass


class Kept(stats.Quantile):
    __slots__ = ("note",)


class Registered(type(stats.Mean)):
    """Notes which of its classes are called."""

    called: ClassVar[list[type[Any]]] = []

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        Registered.called.append(cls)
        return super().__call__(*args, **kwargs)


class OfRegistry(stats.Mean, metaclass=Registered):
    pass


def test_subclasses_are_cloned_as_they_say() -> None:
    named = Named(0.25, "low").clone()
    assert (type(named), named.q, named.label) == (Named, 0.25, "low")
    assert Named(0.25, "low").clone({"label": "high"}).label == "high"
    assert stats.Quantile(0.5).q == 0.5
    assert Asked(0.5).clone().fading_factor == 0.125
    doubled: Any = Doubled(0.25)
    assert stats.Quantile.q.__get__(doubled.clone()) == 0.75  # type: ignore[attr-defined]
    before = Counted.made
    assert type(Counted().clone()) is Counted
    assert Counted.made == before + 2
    for cls in (Bare, Kept):
        clone = cls(0.25).clone()
        assert (type(clone), clone.q, clone.get()) == (cls, 0.25, None)
    Registered.called.clear()
    OfRegistry().clone()
    assert Registered.called == [OfRegistry, OfRegistry]


def test_a_clone_asks_a_subclass_at_each_call() -> None:
    class Changing(stats.EWMean):
        pass

    stat = Changing(0.25)
    assert stat.clone().fading_factor == 0.25
    Changing._get_params = lambda self: {"fading_factor": 0.75}  # type: ignore[method-assign]
    assert stat.clone().fading_factor == 0.75
    del Changing._get_params
    assert stat.clone().fading_factor == 0.25

    made = []
    original = Changing.__init__
    Changing.__init__ = lambda self, *args, **kwargs: (made.append(self), original(self, *args, **kwargs))[1]  # type: ignore[method-assign]
    clone = Changing(0.25).clone()
    assert made[1] is clone


def test_an_init_put_in_the_place_of_one_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    original: Any = stats.EWMean.__init__

    def noting(self: Any, fading_factor: float = 0.5) -> None:
        made.append(self)
        original(self, fading_factor)

    stat = stats.EWMean(0.25)
    monkeypatch.setattr(stats.EWMean, "__init__", noting)
    clone = stat.clone()
    assert made == [clone]
    monkeypatch.undo()
    assert stat.clone().fading_factor == 0.25
    assert len(made) == 1


def test_an_override_can_call_the_one_above() -> None:
    class Louder(stats.Quantile):
        def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Any:
            clone: Any = super().clone(new_params, include_attributes)
            clone.heard = True
            return clone

    clone = Louder(0.25).clone()
    assert (type(clone), clone.q, clone.heard) == (Louder, 0.25, True)
    assert Louder(0.25).clone({"q": 0.5}).q == 0.5


def test_without_an_init_there_is_no_clone() -> None:
    class Silent(stats.Mean):
        def __init__(self) -> None:
            pass

    with pytest.raises(RuntimeError, match="has not run"):
        stats.Mean.__new__(stats.Mean).clone()
    assert type(Silent().clone()) is Silent


@pytest.mark.parametrize("case", CASES)
def test_parameters_can_be_read_and_not_set(case: Case) -> None:
    stat = case.make()
    for name, value in stat._get_params().items():
        assert getattr(stat, name) == value or value != value
        if name == "ddof" and case.name in ("Cov", "SEM", "Var"):
            continue
        with pytest.raises(AttributeError):
            setattr(stat, name, value)
        with pytest.raises(AttributeError):
            delattr(stat, name)
    # A second call of the constructor changes them.
    for params in case.params:
        stat.__init__(**params)
        assert {name: getattr(stat, name) for name in params} == params or case.name in ("EWMean", "EWVar")
