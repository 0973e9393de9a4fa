"""A window is one state that changes at once, whatever threads, signals and hashes do meanwhile."""

from __future__ import annotations

import copy
import math
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.stats.cases import Case
from tests.stats.windowed import CASES_IN_WINDOWS

THREADS, UPDATES, SIZE = 8, 60, 50
MAKERS: dict[str, Callable[..., Any]] = {
    "by count": lambda cls, **params: utils.Rolling(cls, SIZE, **params),
    "by time": lambda cls, **params: utils.TimeRolling(cls, 1.0, **params),
    "tumbling": lambda cls, **params: utils.TumblingWindow(cls, SIZE, **params),
    "tumbling by time": lambda cls, **params: utils.TumblingWindow(cls, period=1.0, **params),
}


@pytest.fixture(autouse=True)
def changes_of_threads() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def arguments(case: Case, kind: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return an observation that all threads make, at one time where the windows are by time."""
    at = {"t": 5.0} if "time" in kind else {}
    return (() if case.kind == "time" and at else case.short[0]), at


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("case", CASES_IN_WINDOWS)
def test_eight_threads(case: Case, kind: str) -> None:
    window = MAKERS[kind](case.cls, **case.params[0])
    args, at = arguments(case, kind)
    closed: list[Any] = []
    errors: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for i in range(UPDATES):
                if (found := window.update(*args, **at)) is not None:
                    closed.append(found)
                if i % 15 == seed:
                    for other in (copy.copy(window), copy.deepcopy(window), pickle.loads(pickle.dumps(window))):
                        other.get()
                        if kind == "by count":
                            assert len(other) <= SIZE and other.obj.n <= SIZE
                        other.update(*args, **at)
                    window.get(), repr(window)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors[0]
    total = THREADS * UPDATES
    if kind == "tumbling":
        assert len(closed) == total // SIZE and {found.n for found in closed} == {SIZE}
        assert window.n == total % SIZE
    else:
        assert (window.n if "tumbling" in kind else len(window)) == (SIZE if kind == "by count" else total)


class Key:
    """A value whose hash and comparison do something."""

    def __init__(self, number: int, action: Callable[[], Any] | None = None) -> None:
        self.number, self.action = number, action

    def act(self) -> None:
        action, self.action = self.action, None
        if action is not None:
            action()

    def __hash__(self) -> int:
        self.act()
        return 1

    def __eq__(self, other: object) -> bool:
        self.act()
        return isinstance(other, Key) and self.number == other.number


def interrupt() -> None:
    raise KeyboardInterrupt


OBJECTS = [stats.Mode, stats.Entropy, stats.ChiSquared]


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("cls", OBJECTS)
def test_an_interrupt_in_an_update_leaves_the_window(cls: Any, kind: str) -> None:
    window, twin = MAKERS[kind](cls), MAKERS[kind](cls)
    pairs = cls is stats.ChiSquared
    for i in range(SIZE + 7):
        at = {"t": i / 20} if "time" in kind else {}
        for number in (i % 5, i % 3 + 10):
            bad = Key(number, interrupt)
            with pytest.raises(KeyboardInterrupt):
                window.update(*([bad, Key(1)] if pairs else [bad]), **at)
        row = (Key(i % 5), Key(i % 3)) if pairs else (Key(i % 5),)
        assert repr(window.update(*row, **at)) is not None and twin.update(*row, **at) is not NotImplemented
        assert window.n == twin.n and repr(window.get()) == repr(twin.get())


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("cls", OBJECTS)
def test_a_hash_that_updates_the_same_window(cls: Any, kind: str) -> None:
    window = MAKERS[kind](cls)
    pairs = cls is stats.ChiSquared
    at = {"t": 0.5} if "time" in kind else {}

    def update(*keys: Key) -> None:
        window.update(*(keys * 2 if pairs else keys), **at)

    for number in range(4 * SIZE):
        update(Key(number % 3, lambda: update(Key(7))))
    assert (window.n if "tumbling" in kind else len(window)) == {"by count": SIZE, "tumbling": 0}.get(kind, 8 * SIZE)
    current = window.open if "tumbling" in kind else window.obj
    assert current.n == window.n
    if kind == "by count":
        for number in range(SIZE):
            update(Key(number % 2))
        assert len(window) == window.obj.n == SIZE
        if cls is stats.Mode:
            assert {key.number for key in window.obj.counts} == {0, 1}


@pytest.mark.parametrize("make", [utils.Rolling, utils.TimeRolling])
@pytest.mark.parametrize("cls", [stats.Mode, stats.Entropy])
def test_a_nan_stays_the_same_value(make: Any, cls: Any) -> None:
    window = make(cls, 2)
    nan = math.nan
    for t, x in enumerate([nan, nan, 1.0]):
        window.update(x, **({"t": t} if make is utils.TimeRolling else {}))
        for other in (pickle.loads(pickle.dumps(window)), make.from_bytes(window.to_bytes()), copy.deepcopy(window)):
            for later, value in enumerate([2.0, 2.0, 3.0], start=3):
                other.update(value, **({"t": later} if make is utils.TimeRolling else {}))
            assert len(other) == 2 and other.obj.n == 2
    if cls is stats.Mode:
        assert copy.deepcopy(window).get() is copy.copy(window).get() is nan
        read = pickle.loads(pickle.dumps(window))
        held = read.get()
        for later in (3, 4):
            read.update(held, **({"t": later} if make is utils.TimeRolling else {}))
        assert read.get() is held and list(read.obj.counts.items()) == [(held, 2)]


def exact(xs: list[float], ys: list[float], alpha: Fraction) -> Fraction:
    """Return the exponentially weighted covariance by its definition."""
    mean_x, mean_y, covariance = Fraction(xs[0]), Fraction(ys[0]), Fraction(0)
    for x, y in zip(xs[1:], ys[1:], strict=True):
        dx, dy = Fraction(x) - mean_x, Fraction(y) - mean_y
        covariance = (1 - alpha) * (covariance + alpha * dx * dy)
        mean_x, mean_y = mean_x + alpha * dx, mean_y + alpha * dy
    return covariance


@pytest.mark.parametrize("offset", [0.0, 1e9, -1e12])
@pytest.mark.parametrize("size", [3, 40, 100])
def test_an_offset_costs_exponential_windows_no_digits(offset: float, size: int) -> None:
    rng = np.random.default_rng(3)
    xs, ys = ((offset + rng.random(130)).tolist() for _ in range(2))
    var = utils.Rolling(stats.EWVar, size, fading_factor=0.25)
    timed = utils.TimeRolling(stats.EWVar, size, fading_factor=0.25)
    cov = utils.Rolling(stats.EWCov, size, fading_factor=0.25)
    for t, (x, y) in enumerate(zip(xs, ys, strict=True)):
        var.update(x), timed.update(x, t=t), cov.update(x, y)
    xs, ys = xs[-size:], ys[-size:]
    squares = exact(xs, xs, Fraction(1, 4))
    for window in (var, timed, utils.Rolling.from_bytes(var.to_bytes())):
        assert abs(Fraction(window.get()) / squares - 1) < 1e-14
    assert abs(Fraction(cov.get()) - exact(xs, ys, Fraction(1, 4))) < 1e-15


WEIGHTED = [stats.Mean, stats.Var, stats.Sum, stats.RootMeanSquare, stats.GeometricMean]


@pytest.mark.parametrize("cls", WEIGHTED)
def test_weights_that_would_add_up_to_infinity(cls: Any) -> None:
    window, timed = utils.Rolling(cls, 3), utils.TimeRolling(cls, 3)
    window.update(1.0), timed.update(1.0, t=0)
    for weight in (1e308, 2.0**961, math.inf, math.nan, -1.0):
        with pytest.raises(ValueError, match="w must be"):
            window.update(2.0, w=weight)
        with pytest.raises(ValueError, match="w must be"):
            timed.update(2.0, w=weight, t=1)
        with pytest.raises(ValueError, match="w must be"):
            window.update_many([1.0, 2.0], w=[1.0, weight])
    assert len(window) == len(timed) == 1
    for _ in range(5):
        window.update(2.0, w=2.0**960)
        window.update(3.0, w=2.0**960)
    expected = cls()
    for x in (3.0, 2.0, 3.0):
        expected.update(x)
    assert math.isfinite(window.get()) and window.n == 3 * 2.0**960
    if cls not in (stats.Sum, stats.Var):
        assert window.get() == pytest.approx(expected.get(), rel=1e-15)


@pytest.mark.parametrize("cls", [stats.Count, stats.Mode, stats.Rate])
def test_values_after_each_row(cls: Any) -> None:
    columns = [[1.0, 2.0, 2.0, 5.0, 7.0]]
    loop, window = utils.TumblingWindow(cls, 2), utils.TumblingWindow(cls, 2)
    expected = []
    for x in columns[0]:
        loop.update(x)
        expected.append(math.nan if loop.get() is None else loop.get())
    np.testing.assert_equal(np.array(window.accumulate(*columns), float), np.array(expected, float))
    assert window.n == loop.n == 1
    for make in (utils.TimeRolling, utils.TumblingWindow):
        for least in (None, 2):
            by_time, rows = (make(cls, period=3, min_samples=least) for _ in range(2))
            args = [] if cls is stats.Rate else columns
            expected = []
            for x in columns[0]:
                rows.update(*([] if cls is stats.Rate else [x]), t=x)
                expected.append(math.nan if rows.get() is None else rows.get())
            found = by_time.accumulate(*args, t=columns[0])
            np.testing.assert_equal(np.array(found, float), np.array(expected, float))
            with pytest.raises((TypeError, ValueError)):
                by_time.update_many(*args, t=[8.0, 9.0, 10.0, 11.0, "a"])
            by_time.update_many(*[[3.0] for _ in args], t=[8.0])
            rows.update(*[3.0 for _ in args], t=8.0)
            assert by_time.get() == rows.get() and by_time.n == rows.n


def test_a_link_over_a_window_has_bytes() -> None:
    for side in (utils.Rolling(stats.Mean, 3), utils.Rolling(stats.Mode, 3), utils.Rolling(stats.Count, 2)):
        link = side | stats.Max()
        for x in (1.0, 5.0, 2.0, 2.0):
            link.update(x)
        read = stats.Link.from_bytes(link.to_bytes())
        assert read.get() == link.get() and read.to_bytes() == link.to_bytes()
        for other in (read, link):
            other.update(50.0)
        assert read.get() == link.get()
