"""Windows as bytes, copies and columns: those kept in Python, and consecutive ones."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import itertools
import math
from typing import Any

import numpy as np
import pytest

from river import stats, utils

WORDS = ["a", "b", "b", "c", "a", "a", "c", "c", "b", "d", None, 2, ("x", 1)]


def fed(window: Any, rows: list[tuple[Any, ...]], timed: bool = False) -> Any:
    for t, row in enumerate(rows):
        window.update(*row, **({"t": t} if timed else {}))
    return window


KEPT_IN_PYTHON: list[tuple[Any, list[tuple[Any, ...]]]] = [
    (stats.Mode, [(word,) for word in WORDS]),
    (functools.partial(stats.Mode, k=-1), [(word,) for word in WORDS]),
    (stats.Entropy, [(word,) for word in WORDS]),
    (stats.Count, [(word,) for word in WORDS]),
    (stats.ChiSquared, list(itertools.pairwise(WORDS))),
    (stats.KullbackLeibler, list(itertools.pairwise(WORDS))),
    (stats.Extrema, [(float(x),) for x in (3, 1, 4, 1, 5, 9, 2, 6)]),
    (stats.Rate, [(float(x),) for x in (1, 2, 4, 5, 9, 12)]),
]


#: The values of a Rate are times already.
BY_TIME = [(cls, rows, True) for cls, rows in KEPT_IN_PYTHON if cls is not stats.Rate]


@pytest.mark.parametrize(("cls", "rows", "timed"), [(*case, False) for case in KEPT_IN_PYTHON] + BY_TIME)
def test_bytes_of_windows_over_objects(cls: Any, rows: list[tuple[Any, ...]], timed: bool) -> None:
    if isinstance(cls, functools.partial):
        cls, params = cls.func, cls.keywords
    else:
        params = {}
    make: Any = utils.TimeRolling if timed else utils.Rolling
    for n in range(len(rows)):
        window = fed(make(cls, 4, min_samples=2, **params), rows[:n], timed)
        again = make.from_bytes(window.to_bytes())
        assert (len(again), again.name, again.min_samples) == (len(window), window.name, 2)
        assert again._get_params().items() >= window._get_params().items()
        assert again.to_bytes() == window.to_bytes()
        for t, row in enumerate(rows[n:], start=n):
            for other in (window, again):
                other.update(*row, **({"t": t} if timed else {}))
            assert repr(again.get()) == repr(window.get())


def test_bytes_of_other_things_are_refused() -> None:
    by_count, by_time = utils.Rolling(stats.Mode, 3), utils.TimeRolling(stats.Mode, 3)
    tumbling = utils.TumblingWindow(stats.Mean, 3)
    for window in (by_count, by_time):
        window.update("a", **({"t": 1} if window is by_time else {}))
    tumbling.update(1)
    for window in (by_count, by_time, tumbling):
        data = window.to_bytes()
        for other in (utils.Rolling, utils.TimeRolling, utils.TumblingWindow):
            if not isinstance(window, other):
                with pytest.raises(ValueError, match="valid state"):
                    other.from_bytes(data)
        for index in range(len(data)):
            for changed in (data[:index], data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]):
                with pytest.raises(ValueError, match="valid state"):
                    type(window).from_bytes(changed)


def test_links_and_classes_of_ones_own_have_no_bytes() -> None:
    class Own:
        def update(self, x: float) -> None: ...

        def revert(self, x: float) -> None: ...

    for window in (utils.Rolling(Own, 3), utils.Rolling(stats.Mean, 3)):
        if window.cls is Own:
            with pytest.raises(TypeError, match="pickle"):
                window.to_bytes()
    with pytest.raises(TypeError, match="pickle"):
        fed(utils.Rolling(stats.Mode, 3), [(frozenset(),)]).to_bytes()


def test_a_statistic_with_a_window_of_its_own() -> None:
    with pytest.raises(ValueError, match=r"functools\.partial\(stats\.RollingMax, window_size"):
        utils.Rolling(stats.RollingMax, window_size=3)
    window = utils.Rolling(functools.partial(stats.RollingMax, window_size=2), window_size=4)
    for x, expected in zip([5, 1, 2, 3, 1, 0], [5, 5, 2, 3, 3, 1], strict=True):
        window.update(x)
        assert window.get() == expected
    clone = window.clone()
    assert (clone.window_size, len(clone), clone.obj.window_size) == (4, 0, 2)
    with pytest.raises(TypeError, match="names"):
        utils.Rolling(functools.partial(stats.RollingMax, 2), 3)


def test_the_mode_of_a_window_is_that_of_a_rolling_mode() -> None:
    rng = np.random.default_rng(0)
    window, rolling = utils.Rolling(stats.Mode, 7, k=-1), stats.RollingMode(7)
    limited = utils.Rolling(stats.Mode, 7, k=2)
    kept: list[int] = []
    for x in rng.integers(0, 5, 500).tolist():
        for statistic in (window, rolling, limited):
            statistic.update(x)
        assert window.get() == rolling.get()
        kept = [*kept, x][-7:]
        counted = list(dict.fromkeys(kept))[:2]
        assert kept.count(limited.get()) == max(kept.count(value) for value in counted)


def test_attributes_of_the_statistic() -> None:
    var = fed(utils.Rolling(stats.Var, 3, ddof=0), [(1.0,), (2.0,), (6.0,)])
    assert (var.mean.get(), var.ddof) == (3.0, 0) and "ddof" in dir(var)
    assert isinstance(var, stats.base.RollingUnivariate) and not hasattr(var, "revert")
    with pytest.raises(AttributeError):
        _ = var.nothing

    class Own(stats.Mean):
        unit = "m"

    own = utils.Rolling(Own, 2)
    assert own.unit == "m" and own.get() == 0.0

    class Loud(utils.Rolling):
        def get(self) -> str:
            return f"{super().get()}!"

    assert fed(Loud(stats.Mean, 2), [(3.0,)]).get() == "3.0!"


def test_a_failed_batch_changes_nothing() -> None:
    window = utils.Rolling(stats.Mode, 3)
    window.update_many(["a", "b", "b"])
    with pytest.raises(TypeError):
        window.update_many(["a", "a", []])
    assert window.get() == "b" and len(window) == 3
    tumbling = utils.TumblingWindow(stats.Mean, 2)
    tumbling.update_many([1, 2, 4])
    with pytest.raises(TypeError):
        tumbling.update_many([5, None, "a"])
    assert (tumbling.get(), tumbling.n, tumbling.open.get()) == (1.5, 1, 4.0)


def test_columns_of_windows_that_follow_each_other() -> None:
    values = np.arange(7.0)
    window, loop = utils.TumblingWindow(stats.Sum, 3), utils.TumblingWindow(stats.Sum, 3)
    expected = []
    for x in values:
        loop.update(x)
        expected.append(math.nan if loop.get() is None else loop.get())
    np.testing.assert_equal(window.accumulate(values), np.array(expected))
    assert (window.n, window.get()) == (1, 12.0)
    by_time = utils.TumblingWindow(stats.Cov, period=dt.timedelta(seconds=10))
    by_time.update_many(values, values**2, t=[0, 1, 2, 11, 12, 13, 21])
    assert by_time.get() == pytest.approx(np.cov(values[3:6], values[3:6] ** 2)[0, 1]) and by_time.n == 1
    with pytest.raises(TypeError, match="t"):
        by_time.update_many(values, values)
    assert next(utils.TumblingWindow(stats.Sum, 1).accumulate(iter([2.0, 3.0]))) == 2.0


def test_min_samples_and_bytes_of_windows_that_follow_each_other() -> None:
    window = utils.TumblingWindow(stats.Mean, period=10, offset=1, min_samples=2)
    for x, t in ((1, 2), (3, 13), (5, 14), (7, 25)):
        window.update(x, t=t)
        again = utils.TumblingWindow.from_bytes(window.to_bytes())
        assert again._get_params() == window._get_params()
        for other in (again, copy.copy(window)):
            assert (other.get(), other.n, other.n_late) == (window.get(), window.n, window.n_late)
            other.update(8, t=40)
    assert window.get() == 4.0
    window.update(9, t=39)
    assert window.get() is None and window.get_or("too few") == "too few"
    for bad in (-1, 4):
        with pytest.raises(ValueError, match="min_samples"):
            utils.TumblingWindow(stats.Mean, 3, min_samples=bad)
