"""User-defined classes derived from those of the package."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from typing import Any

import pytest

from river import stats, utils
from tests.stats.cases import CASES, Case


class Half(stats.EWMean):
    def __init__(self, half: float) -> None:
        super().__init__(fading_factor=1 / half)
        self.half = half


class HalfVar(stats.EWVar):
    def __init__(self, alpha: float, label: str = "") -> None:
        super().__init__(alpha=alpha)
        self.label = label


class HalfCov(stats.EWCov):
    def __init__(self, halflife: float | dt.timedelta | None = None, *, fading_factor: float = 0.5) -> None:
        if halflife is None:
            super().__init__(fading_factor)
        else:
            super().__init__(halflife=halflife)


def test_a_faded_statistic_with_a_constructor_of_its_own_is_cloned() -> None:
    mean = Half(4)
    assert mean._get_params() == {"half": 4}
    assert mean.clone().fading_factor == 0.25
    assert mean.clone({"half": 2}).fading_factor == 0.5
    var = HalfVar(0.25, "a")
    assert var._get_params() == {"alpha": 0.25, "label": "a"}
    assert (var.clone().alpha, var.clone({"alpha": 0.5}).alpha, var.clone({"alpha": 0.5}).label) == (0.25, 0.5, "a")
    cov = HalfCov(3.0)
    assert cov._get_params() == {"halflife": 3.0}
    assert cov.clone().halflife == 3.0
    assert cov.clone({"fading_factor": 0.25}).fading_factor == 0.25
    assert HalfCov(fading_factor=0.25).clone({"halflife": 2.0}).halflife == 2.0


class Counted(stats.Quantile):
    def __init__(self) -> None:
        super().__init__(0.5)
        self.n = 0  # type: ignore[misc]

    def update(self, x: Any) -> None:
        self.n += 1  # type: ignore[misc]
        super().update(x)


def test_a_subclass_may_count_for_itself() -> None:
    stat = Counted()
    stat.update(1)
    stat.update(2)
    stat.n = "two"  # type: ignore[misc, assignment]
    for other in (stat, copy.copy(stat), copy.deepcopy(stat), pickle.loads(pickle.dumps(stat))):
        assert other.n == "two"
        assert other.get() == stat.get()
    assert stats.Quantile.n.__get__(stat) == 2  # type: ignore[attr-defined]


class Unready(stats.base.Univariate[float]):
    def update(self, x: float) -> None:
        pass

    def get(self) -> float:
        raise NotImplementedError


def test_a_statistic_without_a_value_is_shown() -> None:
    assert repr(Unready()) == str(Unready()) == "Unready: None"


class Reflected:
    def __gt__(self, other: object) -> str:
        return "greater"

    def __lt__(self, other: object) -> str:
        return "less"


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_statistic_has_the_say_in_comparisons(case: Case) -> None:
    stat = case.fed()
    assert (stat < Reflected(), stat > Reflected()) == ("greater", "less")
    for other in (3, None, "a", {}, object()):
        for method in (stat.__lt__, stat.__gt__):
            assert method(other) is NotImplemented
        for compare in (lambda: stat < other, lambda: stat > other, lambda: other < stat):  # noqa: B023
            with pytest.raises(TypeError, match="not supported between instances"):
                compare()


class Noting(stats.Mode):
    """A Mode with an `update` of its own."""

    def update(self, x: str) -> None:
        super().update(x)


def test_a_mode_of_ones_own_may_leave_values_out_in_a_window() -> None:
    window = utils.Rolling(Noting, window_size=5, k=2)
    seen: list[str] = []
    for x in "abcbbacdedda":
        window.update(x)
        seen.append(x)
        alone = stats.Mode(k=2)
        for value in seen[-5:]:
            alone.update(value)
        assert window.get() == alone.get()
