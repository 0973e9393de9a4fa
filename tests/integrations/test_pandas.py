"""The accessors of pandas against pandas and against one pass."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.integrations.cases import ONE_OF_EACH, assert_is_value, column_names, columns_of, named
from tests.stats.cases import Case, Params

pd = pytest.importorskip("pandas", reason="pandas is not installed")
import river.integrations.pandas  # noqa: E402

TIMES = pd.date_range("2026-01-01", periods=50, freq="s", name="time")
VALUES = np.random.default_rng(3).normal(size=50)
THREE = dt.timedelta(seconds=3)
START = dt.datetime(2026, 1, 1)


@pytest.fixture
def frame() -> Any:
    return pd.DataFrame({"x": VALUES, "y": VALUES[::-1], "k": ["a", "b"] * 25}, index=TIMES)


def test_the_accessors_are_there() -> None:
    assert river.integrations.pandas.__all__ == ["RiverFrame", "RiverSeries"]


@pytest.mark.parametrize(("case", "params"), ONE_OF_EACH, ids=named)
def test_every_statistic_is_one_pass(case: Case, params: Params) -> None:
    template, name = case.make(params), column_names(case)
    [value] = pd.DataFrame(columns_of(case)).river.get({name: template}).values()
    assert_is_value(case, params, value)
    assert template.n == 0


def test_get_of_a_series(frame: Any) -> None:
    assert frame.x.river.get(stats.Var()) == pytest.approx(frame.x.var())
    assert frame.x.river.get(stats.Kurtosis(bias=True)) == pytest.approx(stats_of(VALUES))
    assert frame.x.river.get(stats.Cov(), frame.y) == pytest.approx(frame.x.cov(frame.y))
    assert frame.k.river.get(stats.Mode()) == "a"


def stats_of(values: Any) -> float:
    centred = values - values.mean()
    return float((centred**4).mean() / (centred**2).mean() ** 2 - 3)


def test_accumulate_keeps_index_and_name(frame: Any) -> None:
    rolled = frame.x.river.accumulate(utils.Rolling(stats.Mean, 5, min_samples=5))
    pd.testing.assert_series_equal(rolled, frame.x.rolling(5).mean())
    modes = frame.k.river.accumulate(stats.Mode())
    assert modes.name == "k" and (modes == "a").all() and (modes.index == frame.index).all()


def test_several_quantiles_are_lists_in_a_column(frame: Any) -> None:
    found = frame.x.river.accumulate(stats.RollingQuantile([0.0, 1.0], 2))
    assert found.index.equals(frame.index)
    assert list(found[:3]) == [
        [min(pair), max(pair)] for pair in zip([frame.x.iloc[0], *frame.x], frame.x[:3], strict=False)
    ]
    assert list(frame.river.accumulate({"x": stats.RollingQuantile([0.0, 1.0], 2)}).x) == list(found)


def test_times_are_those_of_the_index_or_of_a_column(frame: Any) -> None:
    window, expected = utils.TimeRolling(stats.Mean, THREE), frame.x.rolling("3s").mean()
    pd.testing.assert_series_equal(frame.x.river.accumulate(window), expected)
    pd.testing.assert_frame_equal(frame.river.accumulate({"x": window}), expected.to_frame())
    flat = frame.reset_index()
    assert flat.river.accumulate({"x": window}, t="time").x.tolist() == pytest.approx(expected.tolist())
    assert flat.x.river.accumulate(window, t=flat.time).tolist() == pytest.approx(expected.tolist())
    assert frame.river.get({"x": window}) == {"x": pytest.approx(expected.iloc[-1])}


def test_columns_of_a_frame(frame: Any) -> None:
    made = frame.river.accumulate({"x": stats.EWMean(0.5), ("x", "y"): stats.Cov(), "k": stats.Mode()})
    assert list(made) == ["x", "x_y", "k"]
    pd.testing.assert_series_equal(made.x, frame.x.ewm(alpha=0.5, adjust=False).mean())


def test_groups_are_a_frame(frame: Any) -> None:
    got = frame.river.group_by("k", {"x": stats.Var(), "y": stats.Mean(), ("x", "y"): stats.Cov()})
    expected = frame.groupby("k").agg({"x": "var", "y": "mean"})
    expected["x_y"] = frame.groupby("k").apply(lambda group: group.x.cov(group.y))
    pd.testing.assert_frame_equal(got, expected, check_index_type=False, check_dtype=False)
    frame["j"] = [0, 0, 1, 1, 2] * 10
    two = frame.river.group_by(("k", "j"), {"x": stats.Max()}).sort_index()
    pd.testing.assert_frame_equal(two, frame.groupby(["k", "j"]).agg({"x": "max"}), check_index_type=False)


def test_values_of_several_parts_are_a_column_each(frame: Any) -> None:
    frame["j"] = range(50)
    summary = utils.Summary(mean=stats.Mean(), top=stats.Mode())
    got = frame.river.group_by("k", {"x": stats.Extrema(), "y": stats.RollingQuantile([0.0, 1.0], 100), "j": summary})
    of_extrema = ["x_min", "x_max", "x_argmin", "x_argmax"]
    assert got.columns.to_list() == [*of_extrema, "y_0", "y_1", "j_mean", "j_top"]
    groups = frame.groupby("k")
    assert got["x_max"].to_list() == groups.x.max().to_list()
    assert got[["y_0", "y_1"]].to_numpy().tolist() == groups.y.agg(["min", "max"]).to_numpy().tolist()
    assert got["j_mean"].to_list() == pytest.approx(groups.j.mean().to_list())


def test_groups_may_depend_on_the_order(frame: Any) -> None:
    got = frame.river.group_by("k", {"x": stats.EWMean(0.5)})
    expected = frame.groupby("k").x.apply(lambda x: x.ewm(alpha=0.5, adjust=False).mean().iloc[-1])
    assert got.x.to_dict() == pytest.approx(expected.to_dict())


def test_errors_name_the_column(frame: Any) -> None:
    with pytest.raises(TypeError, match=r"^column 'k': X must hold real numbers"):
        frame.k.river.get(stats.Mean())
    with pytest.raises(TypeError, match=r"^column 'k': "):
        frame.river.accumulate({"k": stats.Mean()})
    with pytest.raises(KeyError, match="z"):
        frame.river.get({"z": stats.Mean()})
    with pytest.raises(TypeError, match="an object of a statistic is needed"):
        frame.x.river.get(stats.Mean)


def test_missing_values_are_left_out() -> None:
    holes = pd.DataFrame({"k": list("aba"), "x": [1.0, np.nan, 4.0], "y": [np.nan, 1.0, 2.0]})
    assert holes["x"].river.get(stats.Sum(), skipna=True) == 5.0
    assert holes["x"].river.get(stats.PearsonCorr(), holes["y"], skipna=True) == 0.0
    found = holes.river.get(
        {"x": stats.Mean(), ("x", "y"): stats.Cov(), "y": utils.Summary(low=stats.Min())}, skipna=True
    )
    assert found == {"x": 2.5, ("x", "y"): 0.0, "y": {"low": 1.0}}
    groups = holes.river.group_by("k", {"x": stats.Sum(), "y": stats.Sum()}, skipna=True)
    assert groups.to_dict("index") == {
        "a": {"x": 5.0, "y": 2.0},
        "b": {"x": pytest.approx(np.nan, nan_ok=True), "y": 1.0},
    }


def test_groups_take_times(frame: Any) -> None:
    window = utils.TimeRolling(stats.Mean, THREE)
    expected = {key: x.rolling("3s").mean().iloc[-1] for key, x in frame.groupby("k").x}
    assert frame.river.group_by("k", {"x": window}).x.to_dict() == pytest.approx(expected)
    assert frame.reset_index().river.group_by("k", {"x": window}, t="time").x.to_dict() == pytest.approx(expected)
    assert frame.x.river.get(window, skipna=True) == frame.x.river.get(window)


def test_columns_are_described() -> None:
    frame = pd.DataFrame(
        {"x": [1.0, np.nan, 4.0], "k": ["a", "b", None], "t": [START, None, START], "b": [True, False, True]}
    )
    found = frame.river.describe()
    assert list(found) == ["x", "k", "t", "b"]
    for name, summary in found.items():
        alone = utils.Summary.describe()
        alone.update_many(frame[name])
        assert type(summary) is type(alone) and summary.get() == alone.get() == frame[name].river.describe().get()
    assert found["x"].get()["mean"] == 2.5 and found["x"].n_skipped == 1
    assert [found[name].get()["top"] for name in "ktb"] == ["a", START, True]
    assert list(frame.river.describe(["k"])) == ["k"]
    merged = utils.merge([frame.river.describe()["x"], found["x"]])
    assert (merged.n, merged.get()["mean"]) == (4.0, 2.5)
