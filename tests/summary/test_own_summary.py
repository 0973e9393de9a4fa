"""Summaries that are not kept in Rust: statistics of hashable values, windows, links, and classes written in Python."""

from __future__ import annotations

import copy
import functools
import math
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from river import stats, utils
from tests.groups.test_own_groups import Largest
from tests.stats.test_threads import run_together


class Zero:
    """A statistic that is 0."""

    def update(self, x: float) -> None:
        """Do nothing."""

    def get(self) -> float:
        return 0.0

    def __add__(self, other: Any) -> Zero:
        return self


class Named(utils.Summary):
    """A summary defined by a user."""

    def total(self) -> Any:
        return sum(self.get().values())


def mixed(**others: Any) -> utils.Summary:
    return utils.Summary(
        mean=stats.Mean(),
        lately=utils.Rolling(stats.Max, window_size=2),
        mode=stats.Mode(),
        moved=stats.FirstDifference() | stats.Mean(),
        **others,
    )


def test_windows_links_and_hashables_are_summarised() -> None:
    summary = mixed()
    summary.update_many([1.0, 5.0, 5.0])
    summary.update(2.0)
    assert summary.get() == {"mean": 3.25, "lately": 5.0, "mode": 5.0, "moved": 1.0 / 3.0}
    assert summary.n == 4.0 and list(summary) == ["mean", "lately", "mode", "moved"]
    assert repr(summary).startswith("Summary of 4 observations\n  mean    3.25\n")
    assert pl.DataFrame(summary).to_dicts() == [summary.get()]
    assert type(summary["lately"]) is type(utils.Rolling(stats.Max, 2))
    summary["mean"].update(100)
    assert summary.get()["mean"] == 3.25
    words = utils.Summary(mode=stats.Mode(), n=stats.Count(), skipna=True)
    words.update_many(pl.Series(["a", None, "b", "a"]))
    words.update(None)
    assert words.get() == {"mode": "a", "n": 3} and words.n_skipped == 2
    assert words.clone().get() == {"mode": None, "n": 0} and words.clone().skipna


def test_classes_in_python_are_summarised() -> None:
    summary = utils.Summary(largest=Largest(), mean=stats.Mean())
    summary.update(1.0)
    summary.update_many(np.array([4.0, 7.0]))
    assert summary.get() == {"largest": 7.0, "mean": 4.0}
    assert pickle.loads(pickle.dumps(summary)).get() == summary.get()
    with pytest.raises(TypeError, match=r"cannot be stored|utils\.save holds"):
        summary.to_bytes()


@pytest.mark.parametrize("order", [("largest", "mean"), ("mean", "largest")])
def test_a_call_that_is_refused_changes_nothing(order: tuple[str, str]) -> None:
    made = {"largest": Largest(), "mean": stats.Mean()}
    summary = utils.Summary(**{name: made[name] for name in order}, lately=utils.Rolling(stats.Sum, window_size=3))
    summary.update(1.0)
    before = summary.get(), summary.n
    for call in (
        lambda: summary.update(1.0, 2.0, 3.0),
        lambda: summary.update("one"),
        lambda: summary.update_many([2.0, 13.0]),
        lambda: summary.update_many([2.0, "two"]),
    ):
        with pytest.raises((TypeError, ValueError)):
            call()
        assert (summary.get(), summary.n) == before


def test_copies_share_nothing(tmp_path: Path) -> None:
    summary = mixed()
    summary.update_many([1.0, 2.0])
    utils.save(tmp_path / "state", [summary])
    before = summary.get()
    for other in (
        pickle.loads(pickle.dumps(summary)),
        copy.copy(summary),
        copy.deepcopy(summary),
        utils.Summary.from_bytes(summary.to_bytes()),
        utils.load(tmp_path / "state")[0],
    ):
        assert other.get() == before and other.n == 2.0
        other.update(7.0)
        assert summary.get() == before != other.get()
    with pytest.raises(ValueError, match="not a valid state of Summary"):
        utils.Summary.from_bytes(summary.to_bytes()[:-1])


def test_summaries_in_python_are_merged() -> None:
    parts = [utils.Summary(mode=stats.Mode(), n=stats.Count()) for _ in range(3)]
    for part, text in zip(parts, ("ab", "b", "cbb"), strict=True):
        for x in text:
            part.update(x)
    merged = utils.merge(parts)
    assert merged.get() == {"mode": "b", "n": 6} and merged.n == 6.0 and parts[0].n == 2.0
    with pytest.raises(TypeError, match="moved: "):
        mixed() + mixed()


def test_a_subclass_stays_one() -> None:
    for summary in (Named(a=stats.Sum(), b=stats.Max()), Named(a=stats.Sum(), b=stats.Max(), c=Zero())):
        summary.update_many([1.0, 2.0])
        for other in (summary, copy.copy(summary), pickle.loads(pickle.dumps(summary)), summary.clone() + summary):
            assert isinstance(other, Named) and other.total() == 5.0
    with pytest.raises(TypeError, match="got Named and Summary"):
        Named(a=stats.Sum()) + utils.Summary(a=stats.Sum())


def test_threads_lose_nothing() -> None:
    summary = utils.Summary(total=stats.Sum(), mode=stats.Mode())

    def work() -> None:
        for _ in range(50):
            summary.update(1.0)
            summary.update_many([1.0, 1.0])
            assert summary.get()["mode"] == 1.0
            copy.copy(summary)

    run_together(*[work] * 8)
    assert summary.get()["total"] == summary.n == 8 * 50 * 3


STATISTICS: list[Any] = [
    stats.Mean(),
    stats.Kurtosis(),
    stats.Mode(),
    utils.Rolling(stats.Mean, window_size=3),
    stats.Shift(1) | stats.Sum(),
    Largest(),
]


@pytest.mark.parametrize("statistic", STATISTICS, ids=lambda statistic: type(statistic).__name__)
def test_skipnan_is_the_statistic_of_what_is_there(statistic: Any) -> None:
    skipping, alone = utils.SkipNaN(statistic), copy.deepcopy(statistic)
    for x in (1.0, None, 4.0, math.nan, 4.0):
        skipping.update(x)
    skipping.update_many(np.array([math.nan, 8.0]))
    for x in (1.0, 4.0, 4.0, 8.0):
        alone.update(x)
    assert skipping.get() == skipping.statistic.get() == alone.get()
    assert (skipping.n, skipping.n_skipped) == (4.0, 3)
    assert repr(skipping).startswith(f"SkipNaN({type(alone).__name__}): ")
    for other in (copy.copy(skipping), pickle.loads(pickle.dumps(skipping))):
        assert type(other) is type(skipping) and (other.get(), other.n_skipped) == (alone.get(), 3)
    assert skipping.clone().n == 0.0


def test_what_only_counts_leaves_missing_values_out_too() -> None:
    for counts in (utils.SkipNaN(stats.Count()), utils.Summary(n=stats.Count(), skipna=True)):
        for x in (None, math.nan, "a", 1.0):
            counts.update(x)
        counts.update_many([None, math.nan, "a", 1.0])
        counts.update_many(pl.Series([None, 1.0]))
        assert (counts.n, counts.n_skipped) == (5.0, 5)
    for template in (stats.Count(), utils.Summary(n=stats.Count())):
        groups = utils.GroupBy(template, skipna=True)
        groups.update("a", math.nan)
        groups.update_many(["a", "a", "b"], [math.nan, 1.0, None])
        assert (list(groups), groups["a"].n, groups.n_skipped) == (["a"], 1, 3)


def test_skipnan_is_stored_merged_and_kept_by_key(tmp_path: Path) -> None:
    one = utils.SkipNaN(stats.Var(ddof=0))
    one.update_many([1.0, math.nan, 3.0], w=[1, 1, 1])
    utils.save(tmp_path / "state", {"one": one, "mode": utils.SkipNaN(stats.Mode())})
    found = utils.load(tmp_path / "state")
    assert found["one"].get() == 1.0 and found["one"].n_skipped == 1
    assert type(found["one"]) is utils.SkipNaN and isinstance(found["mode"], utils.SkipNaN)
    assert utils.SkipNaN.from_bytes(one.to_bytes()).to_bytes() == one.to_bytes()
    assert (one + one).n_skipped == 2 and (one + one).get() == 1.0
    assert one.name == "var" and pl.DataFrame(one).to_dicts() == [{"statistic": 1.0}]
    groups = utils.GroupBy(utils.SkipNaN, stats.Mean())
    groups.update("a", None)
    groups.update("a", 2.0)
    assert groups.get() == {"a": 2.0} and groups["a"].n_skipped == 1
    with pytest.raises(ValueError, match="not a valid state of SkipNaN: it is one of a Summary"):
        utils.SkipNaN.from_bytes(utils.Summary(mean=stats.Mean()).to_bytes())
    with pytest.raises(TypeError, match="statistic must be a statistic"):
        utils.SkipNaN(stats.Mean)
    window = utils.Rolling(functools.partial(utils.SkipNaN, statistic=stats.Sum()), 2)
    window.update(1.0)
    window.update(math.nan)
    assert window.get() == 1.0


def test_columns_are_needed_and_may_be_iterators() -> None:
    summary = utils.Summary(mode=stats.Mode(), entropy=stats.Entropy())
    with pytest.raises(TypeError, match="the column X is missing"):
        summary.update_many()
    summary.update_many(iter("aab"))
    assert summary.get()["mode"] == "a" and summary["entropy"].n == summary.n == 3


def test_its_size_is_that_of_its_statistics() -> None:
    summary = mixed()
    assert sys.getsizeof(summary) > sum(sys.getsizeof(summary[name]) for name in summary)
