"""How `base.Base` handles constructors of every kind."""

from __future__ import annotations

from typing import Any

from river import base


class Plain(base.Base):
    def __init__(self, a: Any) -> None:
        self.a = a


class Named(base.Base):
    def __init__(self, a: Any, **kw: Any) -> None:
        self.a = a
        self.kw = kw


class Placed(base.Base):
    def __init__(self, *parts: Any) -> None:
        self.parts = parts


class Both(base.Base):
    def __init__(self, a: Any, *parts: Any, b: int = 1, **kw: Any) -> None:
        self.a, self.parts, self.b, self.kw = a, parts, b, kw


class Silent(base.Base):
    """Keeps none of its arguments."""

    def __init__(self, *parts: Any, **kw: Any) -> None:
        pass


def test_named_parameters_of_any_name_are_cloned() -> None:
    whole = Named(1, z=7, y=[2])
    assert whole._get_params() == {"a": 1, "z": 7, "y": [2]}
    clone = whole.clone()
    assert (clone.a, clone.kw) == (1, {"z": 7, "y": [2]})
    assert clone.kw["y"] is not whole.kw["y"]
    assert whole.clone({"z": 8, "new": 9}).kw == {"z": 8, "y": [2], "new": 9}


def test_parameters_by_their_place_are_cloned() -> None:
    whole = Placed(1, [2])
    assert whole._get_params() == {"_POSITIONAL_ARGS": (1, [2])}
    assert whole.clone().parts == (1, [2])
    assert whole.clone().parts[1] is not whole.parts[1]
    assert Placed().clone().parts == ()
    assert Placed()._get_params() == {}


def test_parameters_of_all_kinds_together() -> None:
    clone = Both(1, 2, 3, b=4, c=5).clone()
    assert (clone.a, clone.parts, clone.b, clone.kw) == (1, (2, 3), 4, {"c": 5})
    clone = Both(1, c=5).clone({"b": 2})
    assert (clone.a, clone.parts, clone.b, clone.kw) == (1, (), 2, {"c": 5})
    assert repr(Both(1, 2, c=5)) == "Both(a=1, b=1)"


def test_objects_among_the_parameters_are_cloned() -> None:
    inner = Plain(1)
    for whole, held in (
        (Plain(inner), lambda other: other.a),
        (Named(0, inner=inner), lambda other: other.kw["inner"]),
        (Placed(inner), lambda other: other.parts[0]),
    ):
        other = held(whole.clone())
        assert type(other) is Plain
        assert other is not inner
        assert other.a == 1
    assert Named(0, inner=inner)._get_params()["inner"] == (Plain, {"a": 1})
    assert Named(0, inner=inner).clone({"inner": (Plain, {"a": 2})}).kw["inner"].a == 2


def test_what_is_not_kept_is_not_cloned() -> None:
    assert Silent(1, z=2)._get_params() == {}
    assert type(Silent(1, z=2).clone()) is Silent


def test_the_constructor_counts_and_not_what_makes_the_object() -> None:
    class Made(Plain):
        def __new__(cls, *_args: Any, **_kwargs: Any) -> Any:
            return super().__new__(cls)

    assert Made(3).clone().a == 3
