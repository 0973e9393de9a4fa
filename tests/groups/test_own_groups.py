"""Groups of windows, and of what is not stored side by side in Rust: links, and classes written in Python."""

from __future__ import annotations

import copy
import functools
import math
import pickle
from typing import Any

import polars as pl
import pytest

from river import stats, utils


class Largest:
    """The largest value; it refuses 13."""

    def __init__(self, start: float = 0.0) -> None:
        self.found = [start]

    def update(self, x: float) -> None:
        self.found.append(x)
        if x == 13:
            raise ValueError("13 is no value")

    def get(self) -> float:
        return max(self.found)


class Named(utils.GroupBy[Any]):
    """Groups defined by a user."""

    def total(self) -> Any:
        return sum(self.get().values())


def test_windows_are_kept_by_key() -> None:
    last = utils.GroupBy(utils.Rolling, stats.Mean, window_size=2)
    last.update_many(["a", "a", "b", "a"], [1.0, 2.0, 3.0, 4.0])
    assert last.get() == {"a": 3.0, "b": 3.0}
    assert isinstance(last["a"], utils.Rolling) and last["a"].window_size == 2
    assert utils.GroupBy.from_bytes(last.to_bytes()).get() == last.get()
    assert pl.DataFrame(last).columns == ["key", "rollingmean_2"]
    lately = utils.GroupBy(utils.TimeRolling(stats.Sum, period=10.0), idle_after=20)
    for key, t in (("a", 0), ("a", 11), ("b", 12)):
        lately.update(key, 1, t=t)
    assert lately.get() == {"a": 1.0, "b": 1.0}
    lately.update_many(["b"], [2], t=[40])
    assert lately.get() == {"b": 2.0}
    hourly = utils.GroupBy(utils.TumblingWindow, stats.Count, window_size=2)
    hourly.update_many([1, 1, 2], [0, 0, 0])
    assert hourly.get() == {1: 2, 2: None}
    with pytest.raises(TypeError, match="unsupported operand"):
        hourly + hourly.clone()
    assert (last + last.clone()).get() == last.get()


def test_links_and_partials_are_templates() -> None:
    moves = utils.GroupBy(stats.FirstDifference() | stats.Mean())
    moves.update_many([1, 1, 2, 1], [1.0, 2.0, 3.0, 5.0])
    assert moves.get() == {1: 2.0, 2: 0.0}
    modes = utils.GroupBy(functools.partial(stats.RollingMode, window_size=3))
    modes.update_many([1, 1, 1], ["x", "y", "y"])
    assert modes.get() == {1: "y"}
    assert modes.accumulate([1, 2], ["x", "q"], before=True).tolist()[0] == "y"


def test_a_class_in_python_is_all_or_nothing_for_a_batch() -> None:
    groups = utils.GroupBy(Largest, 5.0, max_groups=2)
    groups.update_many(["a", "b"], [1, 7])
    with pytest.raises(ValueError, match="13 is no value") as refused:
        groups.update_many(["a", "c", "b"], [100, 1, 13])
    assert refused.value.__notes__ == ["in the row 2"]
    assert groups.get() == {"a": 5.0, "b": 7} and groups["a"].found == [5.0, 1]
    with pytest.raises(ValueError, match="13 is no value"):
        groups.update("d", 13)
    assert "d" not in groups and groups.n_evicted == 0
    for other in (copy.copy(groups), copy.deepcopy(groups), pickle.loads(pickle.dumps(groups))):
        other.update("a", 100)
        assert groups.get("a") == 5.0 and other.get("a") == 100
    with pytest.raises(TypeError, match="Largest"):
        groups.to_bytes()


@pytest.mark.parametrize("statistic", [stats.Sum, stats.Entropy, Largest], ids=lambda cls: cls.__name__)
def test_subclasses_stay_what_they_are(statistic: Any) -> None:
    groups = Named(statistic)
    groups.update_many(["a", "b"], [1.0, 2.0])
    for other in (pickle.loads(pickle.dumps(groups)), copy.deepcopy(groups), groups):
        assert isinstance(other, Named) and other.total() == groups.total()
    assert isinstance(groups.clone(), Named)


def test_bytes_of_a_dict_are_checked() -> None:
    groups = utils.GroupBy(stats.Mode, max_groups=3)
    groups.update_many(["a", "b"], ["x", "y"])
    data = groups.to_bytes()
    for hostile in (data[:-1], data[:30], utils.GroupBy(stats.Mode).to_bytes()[:-5] + b"\0" * 5):
        with pytest.raises(ValueError, match="not a valid state of GroupBy"):
            utils.GroupBy.from_bytes(hostile)


@pytest.mark.parametrize("limits", [{}, {"max_groups": 3}, {"idle_after": 5.0}], ids=["any", "most", "idle"])
def test_nan_stays_one_key_wherever_groups_are_stored(limits: dict[str, Any]) -> None:
    groups = utils.GroupBy(stats.Mode, **limits)
    times = {"t": 1.0} if "idle_after" in limits else {}
    for key in (math.nan, (math.nan, 1)):
        groups.update(key, "a", **times)
    for other in (
        pickle.loads(pickle.dumps(groups)),
        utils.GroupBy.from_bytes(groups.to_bytes()),
        copy.copy(groups),
        copy.deepcopy(groups),
    ):
        other.update(float("nan"), "b", **times)
        other.update((float("nan"), 1), "b", **times)
        assert len(other) == 2 and math.nan in other
        assert other[math.nan].n == 2
