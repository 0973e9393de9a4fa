"""What editors and type checkers know about the public API: mypy and pyright check this file, and the tests run it.

Where a line has `type: ignore`, each of the two has to refuse it: an unneeded one is an error, too.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=error

from __future__ import annotations

import copy
import datetime as dt
import functools
from collections import deque
from collections.abc import Hashable
from pathlib import Path
from typing import Any, assert_type

import pytest

from river import stats, utils
from river.utils.rolling import BaseRolling, Rollable


def test_values() -> None:
    assert_type(stats.Mean().get(), float)
    assert_type(stats.Count().get(), int)
    assert_type(stats.Quantile(0.9).get(), float | None)
    assert_type(stats.Quantile([0.1, 0.9], "lower").get(), list[float] | None)
    assert_type(stats.RollingQuantile((0.1, 0.9), 3).get(), list[float] | None)
    assert_type(stats.RollingMax(window_size=3).get(), float | None)
    assert_type(stats.Cov(ddof=1).get(), float)
    assert_type(stats.Mode().get_or("none"), Any)


def test_attributes() -> None:
    assert_type(stats.Mean().n, float)
    assert_type(stats.Max().n, int)
    assert_type(stats.EWMean(fading_factor=0.3).fading_factor, float)
    assert_type(stats.RollingQuantile(q=0.5, window_size=3).window_size, int)
    assert_type(stats.RollingMode(window_size=3).window, deque[Any])
    assert_type(stats.Mean().name, str)


def test_updates() -> None:
    mean = stats.Mean()
    mean.update(1)
    mean.update(2.0, w=3)
    mean.revert(2.0)
    mean.update_many([1.0, 2.0])
    assert_type(mean.accumulate([1.0]), Any)
    cov = stats.Cov()
    cov.update(1, 2.0)
    cov.update_many([1.0], [2.0])
    stats.Mode().update("a")
    stats.Rate().update(dt.datetime(2024, 5, 1))
    stats.EWMean(halflife=dt.timedelta(hours=1)).update(1.0, t=dt.datetime(2024, 5, 1))


def test_wrong_calls() -> None:
    with pytest.raises(TypeError):
        stats.Mean().update("a")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        stats.Mean().update(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        stats.Cov().update(1.0)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        stats.Mode().update([])  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        stats.RollingMax()  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        stats.Mean().median  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(TypeError):
        utils.Rolling(stats.Mean)  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        utils.TimeRolling(stats.Mean, period=[1])  # type: ignore[call-overload]


def test_merges() -> None:
    assert_type(stats.Mean() + stats.Mean(), stats.Mean)
    assert_type(stats.Var() - stats.Var(), stats.Var)
    total = stats.Sum()
    total += stats.Sum()
    assert_type(total, stats.Sum)
    assert_type(utils.merge([stats.Var(), stats.Var()]), stats.Var)
    assert_type(utils.merge(stats.Max() for _ in range(2)), stats.Max)
    with pytest.raises(TypeError):
        stats.Mean() + stats.Var()  # type: ignore[operator]


def test_states(tmp_path: Path) -> None:
    assert_type(stats.Mean().to_bytes(), bytes)
    assert_type(stats.Mean.from_bytes(stats.Mean().to_bytes()), stats.Mean)
    assert_type(stats.EWMean().clone({"fading_factor": 0.2}), stats.EWMean)
    assert_type(copy.deepcopy(stats.Kurtosis()), stats.Kurtosis)
    utils.save(tmp_path / "state", {"mean": stats.Mean()})
    assert_type(utils.load(str(tmp_path / "state")), Any)


def test_links() -> None:
    link = stats.Shift(1) | stats.Mean()
    assert_type(link, stats.Link[Any, float])
    assert_type(stats.Mean() | stats.Mode(), stats.Link[float, Hashable])
    assert_type(link | stats.Max(), stats.Link[float, float])
    assert_type(utils.Rolling(stats.Mean, 3) | stats.Max(), stats.Link[Any, float])
    assert_type(stats.Max() | utils.Rolling(stats.Mean, 3), stats.Link[float, Any])
    link.update(1.0)
    link.update_many([1.0])
    assert_type(link.name, str)


def test_windows() -> None:
    window = utils.Rolling(stats.Mean, 3, min_samples=2)
    assert_type(window, utils.Rolling[stats.Mean])
    window.update(1.0, w=2)
    window.update_many([1.0, 2.0])
    assert_type(window.get(), Any)
    assert_type(window.obj, stats.Mean)
    assert_type(window.obj.get(), float)
    assert_type(window.window_size, int)
    assert_type(window.min_samples, int | None)
    assert_type(len(window), int)
    assert_type(window.clone(), utils.Rolling[stats.Mean])
    assert_type(utils.Rolling(stats.Var, window_size=3, ddof=0).obj, stats.Var)
    assert_type(utils.Rolling(functools.partial(stats.RollingMax, window_size=3), 5).obj, stats.RollingMax)
    based: BaseRolling[stats.Mean] = window
    assert_type(based.obj, stats.Mean)


def test_windows_by_time() -> None:
    window = utils.TimeRolling(stats.Mean, period=dt.timedelta(hours=1), closed="both")
    assert_type(window, utils.TimeRolling[stats.Mean])
    window.update(1.0, t=dt.datetime(2024, 5, 1))
    window.advance(dt.datetime(2024, 5, 2))
    assert_type(window.obj, stats.Mean)
    assert_type(window.n_late, int)
    assert_type(window | stats.Max(), stats.Link[Any, float])
    assert_type(utils.TimeRolling(stats.Mean, period=60).name, str)


def test_tumbling_windows() -> None:
    window = utils.TumblingWindow(stats.Mean, window_size=2)
    assert_type(window, utils.TumblingWindow[stats.Mean])
    assert_type(window.update(1.0), stats.Mean | None)
    assert_type(window.open, stats.Mean)
    assert_type(window.closed, stats.Mean | None)
    assert_type(window.get(), Any)
    assert_type(utils.TumblingWindow(stats.Max, period=60).advance(5), stats.Max | None)


def test_annotations() -> None:
    def value(statistic: stats.base.Univariate[float]) -> float | None:
        statistic.update(1.0)
        return statistic.get()

    assert value(stats.Mean()) == 1.0
    assert value(stats.RollingQuantile(0.5, 3)) == 1.0
    revertible: Rollable = stats.Mean()
    assert isinstance(revertible, Rollable)


def test_own_classes() -> None:
    class Range(stats.base.Univariate[float]):
        def __init__(self) -> None:
            self.low, self.high = stats.Min(), stats.Max()

        def update(self, x: float) -> None:
            self.low.update(x)
            self.high.update(x)

        def get(self) -> float:
            return self.high.get() - self.low.get()

    own = Range()
    own.update_many([1.0, 4.0])
    assert assert_type(own.get(), float) == 3.0
    assert_type(own | stats.Mean(), stats.Link[float, float])


def test_the_package() -> None:
    import river

    assert_type(river.__version__, str)
