"""Methods behave like those of a class written in Python."""

from __future__ import annotations

import functools
import gc
import inspect
import sys
import weakref
from typing import Any

import pytest

from river import stats, utils
from tests.stats.cases import CASES, Case, feed
from tests.stats.closeness import assert_same
from tests.stats.subclasses import SLOTTED, TAGGED


@pytest.mark.parametrize("case", CASES)
def test_n_counts_the_values_and_those_in_the_window(case: Case) -> None:
    for params in case.params:
        stat = case.make(params)
        limit = params["window_size"] if case.rolling else sys.maxsize
        assert stat.n == 0
        for n, row in enumerate(case.short, start=1):
            stat.update(*row)
            assert stat.n == min(n, limit)


@pytest.mark.parametrize("case", CASES)
def test_get_or_gives_the_default_where_nothing_was_seen(case: Case) -> None:
    stat, default = case.make(), object()
    assert stat.get_or(default) is default
    feed(stat, case.short)
    assert_same(stat.get_or(default), stat.get())


@pytest.mark.parametrize("case", CASES)
def test_a_bound_method_can_be_kept_and_passed_on(case: Case) -> None:
    stat = case.make()
    update, get = stat.update, stat.get
    for row in case.short:
        update(*row)
    assert_same(get(), case.fed().get())
    stat = case.make()
    list(map(stat.update, *zip(*case.short, strict=True)))
    assert_same(stat.get(), case.fed().get())
    stat = case.make()
    for row in case.short:
        functools.partial(case.cls.update, stat)(*row)
    assert_same(case.cls.get(stat), case.fed().get())


@pytest.mark.parametrize("case", CASES)
def test_a_method_refuses_objects_of_other_classes(case: Case) -> None:
    row = case.short[0]
    others = [other.make() for other in CASES if other is not case]
    assert others
    for wrong in (None, 1.0, object(), case.cls, *others):
        for method, args in ((case.cls.update, row), (case.cls.get, ()), (case.cls.to_bytes, ())):
            with pytest.raises(TypeError):
                method(wrong, *args)
    with pytest.raises(TypeError):
        case.cls.update()
    with pytest.raises(TypeError):
        case.make().get(1)


@pytest.mark.parametrize("case", CASES)
def test_a_subclass_can_override_and_extend(case: Case) -> None:
    class Doubled(case.cls):  # type: ignore[misc, name-defined]
        def update(self, *row: Any, **named: Any) -> None:
            super().update(*row, **named)
            super().update(*row, **named)

        def get(self) -> Any:
            return [super().get()]

    stat = feed(Doubled(**case.params[0]), case.short)
    twice = case.fed([row for row in case.short for _ in range(2)])
    assert_same(stat.get(), [twice.get()])
    for cls in (TAGGED[case.name], SLOTTED[case.name]):
        assert_same(feed(cls(**case.params[0]), case.short).get(), case.fed().get())


@pytest.mark.parametrize("case", CASES)
def test_two_statistics_do_not_mix_in_one_class(case: Case) -> None:
    for other in CASES:
        if other is not case:
            with pytest.raises(TypeError, match="lay-out"):
                type("Mixed", (case.cls, other.cls), {})
            with pytest.raises(TypeError, match="layout"):
                case.make().__class__ = other.cls


@pytest.mark.parametrize("case", CASES)
def test_methods_say_what_they_take(case: Case) -> None:
    names = [name for name in inspect.signature(case.cls.update).parameters if name != "self"]
    assert names[: len(case.arguments)] == list(case.arguments)
    assert list(inspect.signature(case.cls.get).parameters) in ([], ["self"])


@pytest.mark.parametrize("cls", [*(case.cls for case in CASES), stats.Link, utils.Rolling, utils.TimeRolling])
def test_everything_public_has_a_docstring(cls: type[Any]) -> None:
    names = [name for name in dir(cls) if not name.startswith("_")]
    assert {"update", "get", "get_or", "update_many", "accumulate", "n", "name", "to_bytes", "clone"} <= set(names)
    assert not [name for name in names if not inspect.getdoc(getattr(cls, name))]


@pytest.mark.parametrize("case", CASES)
def test_objects_in_a_cycle_are_collected(case: Case) -> None:
    stat = case.fed()
    stat.itself = stat
    gone = weakref.ref(stat)
    del stat
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("case", [case for case in CASES if "object" not in case.kind and not case.holds_any])
def test_no_reference_is_kept_or_lost(case: Case) -> None:
    class Number:
        def __float__(self) -> float:
            return 1.0

    width = len(case.short[0])
    for x, fails in ((float("1e3"), False), (Number(), False), (object(), True)):
        stat = case.make()
        before = sys.getrefcount(x)
        for _ in range(100):
            if fails:
                with pytest.raises(TypeError):
                    stat.update(*[x] * width)
            else:
                stat.update(*[x] * width)
                stat.update(**dict.fromkeys(case.arguments, x))
        assert sys.getrefcount(x) == before
