"""Arrays that Python code or another thread changes while a column is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.processes import run_code

LENGTH = 20


class Acts:
    """A number that does something when it is converted."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act = act

    def __float__(self) -> float:
        self.act()
        return 1.0


def changing_type(x: np.ndarray[Any, Any]) -> None:
    x.dtype = "i4"  # type: ignore[misc, unused-ignore]


def changing_shape(x: np.ndarray[Any, Any]) -> None:
    x.shape = (2, x.size // 2)


CHANGES: dict[str, Callable[[np.ndarray[Any, Any]], Any]] = {
    "dtype": changing_type,
    "shape": changing_shape,
    "longer": lambda x: x.resize(1_000_000, refcheck=False),
    "shorter": lambda x: x.resize(1, refcheck=False),
}
BESIDE: dict[str, Callable[[Any, Any, str], Any]] = {
    "pairs": lambda x, other, method: getattr(stats.Cov(), method)(x, other),
    "pairs, second": lambda x, other, method: getattr(stats.Cov(), method)(other, x),
    "weights": lambda x, other, method: getattr(stats.Mean(), method)(x, w=other),
    "times": lambda x, other, method: getattr(stats.EWMean(halflife=1.0), method)(x, t=other),
    "a window": lambda x, other, method: getattr(utils.Rolling(stats.Cov, 3), method)(x, other),
    "weights in a window": lambda x, other, method: getattr(utils.Rolling(stats.Mean, 3), method)(x, w=other),
    "times of a window": lambda x, other, method: getattr(utils.TimeRolling(stats.Mean, 3), method)(x, t=other),
}


# NumPy 2.5 deprecates this in favour of a new array, but still changes the existing one.
@pytest.mark.filterwarnings("ignore:Setting the (dtype|shape) on a NumPy array:DeprecationWarning")
@pytest.mark.parametrize("method", ["update_many", "accumulate"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("way", BESIDE.values(), ids=BESIDE)
def test_an_array_that_another_column_changes_is_refused(way: Any, change: Any, method: str) -> None:
    x = np.arange(float(LENGTH))
    done = []

    def act() -> None:
        if not done:
            done.append(change(x))

    other = [Acts(act) for _ in range(LENGTH)]
    if way is BESIDE["pairs, second"]:
        # The array is looked at after the change.
        with pytest.raises(ValueError, match=r"length|one-dimensional"):
            way(x, other, method)
        return
    with pytest.raises(ValueError, match=r"X must not change|columns must have the same length"):
        way(x, other, method)


def test_the_values_are_those_of_the_moment_of_reading() -> None:
    x = np.arange(5.0)

    def act() -> None:
        x[:] = 3.0

    cov, mean = stats.Cov(), stats.Mean()
    mean.update_many(x, w=[Acts(act) for _ in range(5)])
    assert mean.get() == 3.0
    x = np.arange(5.0)
    cov.update_many(x, [Acts(lambda: x.resize(5, refcheck=False)) for _ in range(5)])
    assert cov.n == 5


#: Changes arrays in a separate thread while others are read.
THREAD = """
import threading
import warnings
import numpy as np
from river import stats, utils

warnings.simplefilter("ignore", DeprecationWarning)  # of NumPy 2.5

LENGTH = 100_000
arrays = [np.ones(LENGTH), np.ones(LENGTH, "i8"), np.array(["abcdefgh"] * LENGTH)]
stop = threading.Event()

def change():
    x, ints, words = arrays
    while not stop.is_set():
        x.dtype = "i8"
        ints.dtype = "f8"
        x[::7] = 1
        words[::7] = "zyx"
        ints.dtype = "i8"
        x.dtype = "f8"
        for array in arrays:
            try:
                array.resize(LENGTH + 10)
                array.resize(LENGTH)
            except ValueError:
                pass

def work():
    made = [stats.Sum(), stats.Var(), stats.RollingMax(50), stats.Cov(), stats.Mode(), stats.Shift(2),
            stats.Shift(1) | stats.Mean(), utils.Rolling(stats.Var, 40), stats.Count(), stats.Rate()]
    for _ in range(6):
        for stat in made:
            for column in arrays:
                for method in (stat.update_many, stat.accumulate):
                    try:
                        method(*[column] * (2 if isinstance(stat, stats.Cov) else 1))
                    except (TypeError, ValueError):
                        pass

changer = threading.Thread(target=change)
changer.start()
workers = [threading.Thread(target=work) for _ in range(2)]
for worker in workers: worker.start()
for worker in workers: worker.join()
stop.set()
changer.join()
print("alive")
"""


def test_another_thread_may_change_arrays_meanwhile() -> None:
    assert run_code(THREAD, timeout=300) == "alive\n"


def test_an_array_that_is_read_keeps_its_memory() -> None:
    x = np.arange(10.0)

    def act() -> None:
        with pytest.raises(ValueError, match="resize"):
            x.resize(20)

    stats.Mean().update_many(x, w=[Acts(act) for _ in range(10)])
    assert x.size == 10


def test_masked_objects() -> None:
    column = np.ma.array([1, None, "x", 4], dtype=object, mask=[0, 1, 1, 0])
    mean = stats.Mean()
    assert mean.accumulate(column).tolist() == [1.0, 1.0, 1.0, 2.5]
    assert mean.n == 2
    with pytest.raises(TypeError, match=r"X\[2\] must be a number, got 'x'"):
        mean.update_many(np.ma.array(column.data, mask=[0, 1, 0, 0]))
    words = np.ma.array(["a", None, "b", "b"], dtype=object, mask=[0, 1, 0, 0])
    mode = stats.Mode()
    assert mode.accumulate(words).tolist() == ["a", "a", "a", "b"]
    assert mode.n == 3
    for stat in (stats.Count(), utils.Rolling(stats.Mode, 5), stats.Mode() | stats.Count()):
        stat.update_many(words)
        assert stat.get() in (3, "b")
    shift = stats.Shift(0)
    shift.update_many(words)
    assert list(shift.buffer) == ["b"]
    cov = stats.Cov()
    cov.update_many(column, [1, 2, 3, 4])
    assert cov.n == 2
