"""A summary is its statistics side by side, for every class of the conformance table."""

from __future__ import annotations

import copy
import math
import pickle
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats, utils
from tests.stats.cases import CASES, Case
from tests.stats.closeness import assert_close, assert_same

KINDS = ("number", "pair", "time")
#: Statistics that are computed from the state of another one, and so differ slightly from their values alone.
SHARED = {"Var", "Std", "SEM", "Skew"}
NUMBERS = st.floats(allow_infinity=True, allow_nan=True) | st.integers(-5, 5).map(float)


def cases(kind: str) -> list[Case]:
    return [case for case in CASES if case.kind == kind and not case.holds_any]


def parts(kind: str) -> dict[str, Any]:
    """Return each statistic of a kind with each of its first two sets of parameters."""
    return {
        f"{case.name}_{index}": case.make(params)
        for case in cases(kind)
        for index, params in enumerate(case.params[:2])
    }


def short(kind: str) -> list[Any]:
    return list(cases(kind)[0].short)


def columns(rows: list[Any]) -> list[list[float]]:
    return [list(column) for column in zip(*rows, strict=True)]


def moments(**others: Any) -> dict[str, Any]:
    return {
        "kurtosis": stats.Kurtosis(),
        "biased": stats.Kurtosis(bias=True),
        "skew": stats.Skew(),
        "var": stats.Var(),
        "std": stats.Std(ddof=0),
        "sem": stats.SEM(),
        "mean": stats.Mean(),
        **others,
    }


def same(summary: Any, expected: dict[str, Any], relative: float = 0.0) -> None:
    """Assert that a summary has the values of statistics, and that its statistics do."""
    assert list(summary.get()) == list(summary) == list(expected)
    for name, statistic in expected.items():
        exact = type(statistic).__name__ not in SHARED and not relative
        for value in (summary.get()[name], summary[name].get()):
            if exact:
                assert_same(value, statistic.get())
            else:
                assert_close(value, statistic.get(), bound=1e-12, relative=max(relative, 1e-12))
        assert type(summary[name]) is type(statistic)
        assert summary[name].n == statistic.n


@pytest.mark.parametrize("kind", KINDS)
def test_values_are_those_of_the_statistics_alone(kind: str) -> None:
    alone, rows = parts(kind), short(kind)
    summary = utils.Summary(**alone)
    same(summary, alone)
    for count, row in enumerate(rows, 1):
        summary.update(*row)
        for statistic in alone.values():
            statistic.update(*row)
        same(summary, alone)
        assert summary.n == count
    many = summary.clone()
    assert many.n == 0.0
    many.update_many(*columns(rows))
    same(many, alone, relative=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_summaries_are_copied_pickled_and_stored(kind: str, tmp_path: Path) -> None:
    rows = short(kind)
    summary = utils.Summary(**parts(kind), skipna=True)
    summary.update_many(*columns(rows))
    utils.save(tmp_path / "state", summary)
    for other in (
        pickle.loads(pickle.dumps(summary)),
        utils.Summary.from_bytes(summary.to_bytes()),
        copy.copy(summary),
        copy.deepcopy(summary),
        utils.load(tmp_path / "state"),
    ):
        before = summary.to_bytes()
        assert other.to_bytes() == before and other.skipna
        other.update(*rows[0])
        assert summary.to_bytes() == before != other.to_bytes()
    clone = summary.clone()
    clone.update_many(*columns(rows))
    assert clone.to_bytes() == summary.to_bytes()
    assert not summary.clone({"skipna": False}).skipna


@pytest.mark.parametrize("kind", KINDS)
def test_merges_at_every_split_are_one_pass(kind: str) -> None:
    rows = short(kind)
    merged = [case for case in cases(kind) if "merge" in case.abilities]
    whole = utils.Summary(**{case.name: case.make() for case in merged})
    parts = {case.name: case.fed(rows) for case in merged}
    for split in range(len(rows) + 1):
        left, right = whole.clone(), whole.clone()
        for summary, some in ((left, rows[:split]), (right, rows[split:])):
            for row in some:
                summary.update(*row)
        for found in (left + right, utils.merge([whole.clone(), left, right])):
            same(found, parts, relative=1e-12)
            assert found.n == len(rows)
        before = right.get()
        left += right
        same(left, parts, relative=1e-12)
        assert_same(right.get(), before)
    doubled = whole.clone()
    doubled.update(*rows[0])
    doubled += doubled
    assert doubled.n == 2.0


@given(st.lists(st.lists(NUMBERS, max_size=30), max_size=4))
def test_any_columns_are_those_of_the_statistics(chunks: list[list[float]]) -> None:
    alone = {"low": stats.Min(), "high": stats.Max(), "sum": stats.Sum(), "mean": stats.Mean(), "n": stats.Count()}
    alone |= {"peak": stats.RollingMax(3), "before": stats.FirstDifference(), "kurtosis": stats.Kurtosis()}
    summary = utils.Summary(**alone)
    for chunk in chunks:
        summary.update_many(chunk)
        for statistic in alone.values():
            statistic.update_many(chunk)
    same(summary, alone)


@given(st.lists(st.floats(-1e6, 1e6), max_size=40), st.integers(0, 40))
def test_shared_moments_are_those_of_the_statistics(xs: list[float], split: int) -> None:
    alone = moments()
    summary = utils.Summary(**alone)
    left, right = summary.clone(), summary.clone()
    left.update_many(xs[:split])
    right.update_many(xs[split:])
    for x in xs:
        summary.update(x)
        for statistic in alone.values():
            statistic.update(x)
    scale = max((abs(x) for x in xs), default=1.0) + 1.0
    for found in (summary, left + right):
        for name, bound in (("var", scale**2), ("std", scale), ("mean", scale)):
            assert found.get()[name] == pytest.approx(alone[name].get(), abs=1e-12 * bound, rel=1e-9)
    assert_same(summary.get()["kurtosis"], alone["kurtosis"].get())
    assert_same(summary.get()["skew"], alone["skew"].get())


@pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf, 1e300, 5e-324, 0.0, -0.0, 1e155])
@pytest.mark.parametrize("first", [1.0, 0.0, -1e300])
def test_extreme_values_mean_what_they_mean_alone(x: float, first: float) -> None:
    alone = moments(cv=stats.CoefficientOfVariation(), rms=stats.RootMeanSquare(), low=stats.Min())
    summary = utils.Summary(**alone)
    for value in (first, x, 2.0, x):
        summary.update(value)
        for statistic in alone.values():
            statistic.update(value)
    same(summary, alone)


def test_blocks_are_those_of_the_statistics_whatever_the_length() -> None:
    xs = np.random.default_rng(1).normal(3, 2, 30_000)
    for size in (0, 1, 2_047, 2_048, 2_049, 9_999, 10_000, 30_000):
        alone = {"kurtosis": stats.Kurtosis(), "sum": stats.Sum(), "q": stats.Quantile(0.9), "n": stats.Count()}
        for column in (xs[:size], xs[::2][:size], pa.array(xs[:size]), pl.Series(xs[:size]), list(xs[:size])):
            summary = utils.Summary(**alone)
            summary.update_many(column)
            expected = {name: statistic.clone() for name, statistic in alone.items()}
            for statistic in expected.values():
                statistic.update_many(column)
            same(summary, expected, relative=1e-13)


def test_weights_are_taken_where_all_take_them() -> None:
    alone = {"mean": stats.Mean(), "var": stats.Var(), "std": stats.Std()}
    summary, many = utils.Summary(**alone), utils.Summary(**alone)
    rows = [(1.0, 2.0), (5.0, 1.5), (1.0, -1.0), (9.0, 0.0)]
    for x, w in rows:
        summary.update(x, w=w)
        for statistic in alone.values():
            statistic.update(x, w)
    many.update_many(*columns(rows)[:1], w=[w for _, w in rows])
    for found in (summary, many):
        same(found, alone)
        assert found.n == 2.5
    plain = utils.Summary(mean=stats.Mean(), low=stats.Min())
    with pytest.raises(TypeError, match="no argument w"):
        plain.update(1.0, w=2.0)
    with pytest.raises(TypeError, match="no column w is taken, only X, t"):
        plain.update_many([1.0], w=[2.0])
    pairs = utils.Summary(cov=stats.Cov(), corr=stats.PearsonCorr())
    pairs.update(1, 2, 3)
    pairs.update_many([2], [5], w=[1])
    assert pairs.n == 4.0 and pairs.get()["cov"] == pytest.approx(0.75)


def test_times_are_told_to_those_that_look_at_them() -> None:
    summary = utils.Summary(lately=stats.EWMean(halflife=3), mean=stats.Mean())
    alone = stats.EWMean(halflife=3)
    for x, t in ((1.0, 0), (4.0, 5)):
        alone.update(x, t=t)
    summary.update(1.0, t=0)
    summary.update_many([4.0], t=[5])
    assert summary.get() == {"lately": alone.get(), "mean": 2.5}
    before = summary.to_bytes()
    with pytest.raises(ValueError, match=r"t\[1\]"):
        summary.update_many([1.0, 2.0], t=[6, 1])
    with pytest.raises(ValueError, match="t must"):
        summary.update(9.0, t=1)
    assert summary.to_bytes() == before
    with pytest.raises(TypeError, match="none of its statistics looks at times"):
        utils.Summary(mean=stats.Mean()).update(1.0, t=0)
    events = utils.Summary(rate=stats.Rate(), n=stats.Count())
    events.update(1.0)
    events.update_many(t=[2.0, 3.0])
    assert events.get() == {"rate": 1.0, "n": 3}
    with pytest.raises(TypeError, match="is missing t"):
        events.update()
    with pytest.raises(TypeError, match="the column t is missing"):
        events.update_many()


def test_a_call_that_is_refused_changes_nothing() -> None:
    summary = utils.Summary(total=stats.Sum(), var=stats.Var(), sem=stats.SEM())
    summary.update(1.0, w=2)
    before = summary.to_bytes()
    for args, error in (
        (("one",), TypeError),
        ((None,), TypeError),
        ((), TypeError),
        ((1.0, -5.0), ValueError),
        ((1.0, math.inf), ValueError),
        ((1.0, 2.0, 3.0), TypeError),
    ):
        with pytest.raises(error):
            summary.update(*args)
    for xs, ws, message in (
        ([1.0, 2.0], [1, -9], r"w\[1\]"),
        ([1.0, 2.0], [1, math.nan], r"w\[1\]"),
        ([1.0, "two"], None, r"X\[1\]"),
        ([1.0, 2.0], [1], "X 2, w 1 values"),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            summary.update_many(xs, w=ws)
    with pytest.raises(TypeError, match="the column X is missing"):
        summary.update_many()
    with pytest.raises(TypeError, match="no column Z is taken"):
        summary.update_many([1.0], Z=[2.0])
    assert summary.to_bytes() == before


def test_what_is_no_summary_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="needs at least one statistic"):
        utils.Summary()
    for wrong in (stats.Mean, 5, None):
        with pytest.raises(TypeError, match="mean must be a statistic"):
            utils.Summary(mean=wrong)
    with pytest.raises(TypeError, match="observe the same, but low and cov do not"):
        utils.Summary(low=stats.Min(), cov=stats.Cov())
    with pytest.raises(KeyError, match="median"):
        utils.Summary(mean=stats.Mean())["median"]
    one = utils.Summary(var=stats.Var())
    one.update(1.0)
    other = utils.Summary(var=stats.Var(ddof=0))
    assert (one + other).get() == (other + one).get() == one.get()
    other.update(1.0)
    with pytest.raises(ValueError, match="ddof must be the same in both"):
        one + other
    shared, with_bias = (utils.Summary(k=stats.Kurtosis(), s=stats.Skew(bias=bias)) for bias in (False, True))
    shared.update(1.0)
    with_bias.update(1.0)
    with pytest.raises(ValueError, match="bias must be the same in both"):
        shared += with_bias
    assert shared.n == 1.0 and shared["k"].n == 1.0
    with pytest.raises(ValueError, match=r"names of statistics must be the same, got \['var'\] and \['v'\]"):
        one + utils.Summary(v=stats.Var())
    with pytest.raises(TypeError, match="var: "):
        one + utils.Summary(var=stats.Std())
    with pytest.raises(TypeError, match=r"q: .* cannot be merged exactly"):
        utils.Summary(q=stats.Quantile()) + utils.Summary(q=stats.Quantile())
    with pytest.raises(TypeError):
        one + 1  # type: ignore[operator]
    skipping = utils.Summary(var=stats.Var(), skipna=True)
    skipping.update(1.0)
    with pytest.raises(ValueError, match="skipna must be the same"):
        one + skipping


def test_what_a_statistic_has_seen_is_not_in_the_summary() -> None:
    mean = stats.Mean()
    mean.update(9.0)
    summary = utils.Summary(mean=mean)
    summary.update(1.0)
    assert (summary.get(), mean.get()) == ({"mean": 1.0}, 9.0)
    summary["mean"].update(100.0)
    assert summary.get() == {"mean": 1.0} and "mean" in summary and "var" not in summary and len(summary) == 1


def test_missing_values_are_left_out_and_skipna_counts_them() -> None:
    xs = pa.array([1.0, None, math.nan, 4.0, None])
    plain, skipping = (utils.Summary(total=stats.Sum(), n=stats.Count(), skipna=skipna) for skipna in (False, True))
    for summary in (plain, skipping):
        summary.update_many(xs)
    assert_same(plain.get(), {"total": math.nan, "n": 3})
    assert (skipping.get(), skipping.n_skipped, plain.n_skipped) == ({"total": 5.0, "n": 2}, 3, 0)
    for x in (None, math.nan, np.float64("nan"), np.float32("nan")):
        skipping.update(x)
    assert skipping.n_skipped == 7 and skipping.n == 2.0
    assert (skipping + skipping).n_skipped == 14
    with pytest.raises(TypeError, match="x must be a number"):
        plain.update(None)
    pairs = utils.Summary(cov=stats.Cov(), skipna=True)
    pairs.update(1.0, None)
    pairs.update_many([1.0, math.nan, 2.0], [1.0, 1.0, math.nan], w=[1, 2, 3])
    assert (pairs.n, pairs.n_skipped) == (1.0, 3)


def test_a_summary_shows_a_table_and_is_one_row_of_arrow() -> None:
    summary = utils.Summary(**{"mean": stats.Mean(), "<n>": stats.Count(), "extrema": stats.Extrema()}, skipna=True)
    assert repr(summary) == "Summary of 0 observations\n  mean     0.\n  <n>      0\n  extrema  None"
    summary.update_many([3.0, math.nan, 1.5])
    assert repr(summary).startswith("Summary of 2 observations, 1 left out\n  mean     2.25\n  <n>      2\n")
    assert "<td>2.25</td>" in summary._repr_html_() and "&lt;n&gt;" in summary._repr_html_()
    row = {"mean": 2.25, "<n>": 2, "extrema_min": 1.5, "extrema_max": 3.0, "extrema_argmin": 1, "extrema_argmax": 0}
    assert pa.table(summary).to_pylist() == pl.DataFrame(summary).to_dicts() == [row]
    if hasattr(pd.DataFrame, "from_arrow"):
        assert pd.DataFrame.from_arrow(summary).to_dict("records") == [row]
    assert pl.DataFrame(utils.Summary(lag=stats.FirstDifference())).to_dicts() == [{"lag": None}]


COLUMNS_OF_OBJECTS: dict[str, Any] = {
    "list": list,
    "tuple": tuple,
    "iterator": iter,
    "deque": deque,
    "array": lambda xs: np.array(xs, object),
    "series": lambda xs: pd.Series(xs, dtype=object),
}


@pytest.mark.parametrize("name", COLUMNS_OF_OBJECTS)
@pytest.mark.parametrize("parts", [{"n": stats.Count()}, {"mean": stats.Mean()}, {"mode": stats.Mode()}], ids=str)
def test_what_is_missing_is_left_out_of_any_column_of_objects(name: str, parts: dict[str, Any]) -> None:
    column = COLUMNS_OF_OBJECTS[name]
    summary, groups = utils.Summary(**parts, skipna=True), utils.GroupBy(next(iter(parts.values())), skipna=True)
    summary.update_many(column([1.0, None, math.nan, 3.0]))
    assert (summary.n, summary.n_skipped) == (2.0, 2)
    for x in (None, math.nan, np.float64("nan"), np.float32("nan")):
        summary.update(x)
        groups.update("a", x)
    if name != "iterator":
        groups.update_many(["a"] * 4, column([1.0, None, math.nan, 3.0]))
        assert (groups["a"].n, groups.n_skipped) == (2.0, 6)
    assert (summary.n, summary.n_skipped) == (2.0, 6)


def test_groups_hold_summaries() -> None:
    keys, xs = ["a", "b", "a", "a", None], [1.0, 2.0, 5.0, -3.0, 7.0]
    groups = utils.GroupBy(utils.Summary, **moments(n=stats.Count()))
    groups.update("a", 1.0)
    groups.update_many(keys[1:], xs[1:])
    for key in dict.fromkeys(keys):
        alone = utils.Summary(**moments(n=stats.Count()))
        for own, x in zip(keys, xs, strict=True):
            if own == key:
                alone.update(x)
        assert groups.get(key) == groups[key].get() == alone.get()
        assert groups[key].to_bytes() == alone.to_bytes()
    frame = pl.DataFrame(groups)
    assert frame.columns == ["key", *moments(), "n"] and frame["n"].to_list() == [3, 1, 1]
    assert frame["var"].to_list() == [value["var"] for value in groups.get().values()]
    assert pl.DataFrame(groups.clone()).columns == frame.columns
    for other in (pickle.loads(pickle.dumps(groups)), utils.GroupBy.from_bytes(groups.to_bytes()), copy.copy(groups)):
        assert other.to_bytes() == groups.to_bytes() and other.get() == groups.get()
    doubled = groups + groups
    assert doubled.get("a")["n"] == 6 and doubled["a"].n == 6.0
    before = groups.get("b")
    assert groups.accumulate(["b"], [4.0], before=True).tolist() == [before] and groups.get("b")["n"] == 2
    assert groups.pop("a").n == 3.0 and "a" not in groups and groups[None].n == 1.0
    own = groups.empty()
    own.update_many([1.0, 2.0])
    groups["c"] = own
    assert groups["c"].to_bytes() == own.to_bytes() and groups["c"].n == 2.0
    with pytest.raises(ValueError, match="a group must have the parameters"):
        groups["c"] = utils.Summary(mean=stats.Mean())
    skipping = utils.GroupBy(utils.Summary, mean=stats.Mean(), skipna=True)
    skipping.update_many(["a", "a"], [1.0, math.nan])
    assert skipping.get() == {"a": {"mean": 1.0}} and skipping.n_skipped == 1
    with pytest.raises(ValueError, match="pass skipna=True to GroupBy"):
        utils.GroupBy(utils.Summary(mean=stats.Mean(), skipna=True))
    weighted = utils.GroupBy(utils.Summary(mean=stats.Mean(), var=stats.Var()), max_groups=1)
    weighted.update_many(["a", "b"], [1.0, 2.0], w=[2, 3])
    assert weighted.keys() == ["b"] and weighted["b"].n == 3.0
