"""The namespaces of polars against polars and against one pass, eagerly and lazily."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from tests.integrations.cases import ONE_OF_EACH, assert_is_value, column_names, columns_of, named
from tests.stats.cases import Case, Params

pl = pytest.importorskip("polars", reason="polars is not installed")
from polars.testing import assert_frame_equal  # noqa: E402

import river.integrations.polars  # noqa: E402

VALUES = np.random.default_rng(3).normal(size=50)
THREE = dt.timedelta(seconds=3)
START = dt.datetime(2026, 1, 1)


@pytest.fixture
def frame() -> Any:
    times = [START + dt.timedelta(seconds=i) for i in range(50)]
    return pl.DataFrame({"x": VALUES, "y": VALUES[::-1].copy(), "k": ["a", "b"] * 25, "time": times})


def test_the_namespaces_are_there() -> None:
    assert river.integrations.polars.__all__ == ["RiverExpr", "RiverFrame", "RiverSeries"]


def test_several_quantiles_are_lists_in_a_column() -> None:
    found = pl.Series("x", [None, 1.0, 3.0]).river.accumulate(stats.Quantile([0.0, 1.0]))
    assert found.dtype == pl.List(pl.Float64)
    assert found.to_list()[1:] == [[1.0, 1.0], [1.0, 3.0]]
    lazy = pl.LazyFrame({"x": [None, 1.0, 3.0], "t": [0.0, 1.0, 2.0]})
    window = pl.col("x").river.accumulate(utils.TimeRolling(stats.Quantile, 9, q=[0.0, 1.0]), t="t")
    by_expression = lazy.select(pl.col("x").river.get(stats.Quantile([0.0, 1.0])), window.alias("window"))
    assert by_expression.collect_schema() == dict.fromkeys(("x", "window"), pl.List(pl.Float64))
    assert by_expression.collect().rows()[-1] == ([1.0, 3.0], [1.0, 3.0])
    none = lazy.select(pl.col("x").head(1).river.get(stats.Quantile([0.0, 1.0]))).collect()
    assert none["x"].to_list() == [None]


@pytest.mark.parametrize(("case", "params"), ONE_OF_EACH, ids=named)
def test_every_statistic_is_one_pass(case: Case, params: Params) -> None:
    template, name = case.make(params), column_names(case)
    frame = pl.DataFrame(columns_of(case))
    [value] = frame.river.get({name: template}).values()
    assert_is_value(case, params, value)
    if isinstance(value, float):
        x, *others = name
        lazy = frame.lazy().select(pl.col(x).river.get(template, *others))
        assert_is_value(case, params, lazy.collect().item())
    assert template.n == 0


def test_get_and_accumulate_of_a_series(frame: Any) -> None:
    x = frame["x"]
    assert x.river.get(stats.Var()) == pytest.approx(x.var())
    assert x.river.get(stats.Cov(), frame["y"]) == pytest.approx(frame.select(pl.cov("x", "y")).item())
    rolled = x.river.accumulate(utils.Rolling(stats.Mean, 5, min_samples=5))
    assert rolled.name == "x"
    assert rolled[4:].to_list() == pytest.approx(x.rolling_mean(5)[4:].to_list())
    assert frame["k"].river.accumulate(stats.Mode()).to_list() == ["a"] * 50


def test_expressions_in_select_and_with_columns(frame: Any) -> None:
    for made in (frame, frame.lazy()):
        got = made.select(pl.col("x", "y").river.get(stats.Var())).lazy().collect()
        assert got.row(0) == pytest.approx((frame["x"].var(), frame["y"].var()))
        more = made.with_columns(pl.col("x").river.accumulate(stats.Sum()).alias("sum")).lazy().collect()
        assert more.columns == [*frame.columns, "sum"]
        assert more["sum"].to_list() == pytest.approx(frame["x"].cum_sum().to_list())


def test_expressions_of_groups(frame: Any) -> None:
    mean, cov = pl.col("x").river.get(stats.Mean()), pl.col("x").river.get(stats.Cov(), "y").alias("cov")
    kind = pl.col("k").river.get(stats.Mode(), return_dtype=pl.String).alias("mode")
    built_in = pl.mean("x"), pl.cov("x", "y").alias("cov"), pl.first("k").alias("mode")
    expected = frame.group_by("k").agg(*built_in).sort("k")
    for made in (frame, frame.lazy()):
        got = made.group_by("k").agg(mean, cov, kind).sort("k").lazy().collect()
        assert_frame_equal(got, expected)
    over = frame.lazy().select(pl.col("x").river.accumulate(stats.Sum()).over("k")).collect()
    assert_frame_equal(over, frame.select(pl.col("x").cum_sum().over("k")))


def test_a_schema_needs_no_data(frame: Any) -> None:
    lazy = frame.lazy().select(pl.col("x").river.get(stats.Var()), pl.col("y").river.accumulate(stats.Max()))
    assert lazy.collect_schema() == {"x": pl.Float64, "y": pl.Float64}


def test_times_are_those_of_a_column(frame: Any) -> None:
    window = utils.TimeRolling(stats.Mean, THREE)
    expected = pytest.approx(frame.select(pl.col("x").rolling_mean_by("time", "3s"))["x"].to_list())
    assert frame["x"].river.accumulate(window, t=frame["time"]).to_list() == expected
    assert frame.river.accumulate({"x": window}, t="time")["x"].to_list() == expected
    assert frame.lazy().select(pl.col("x").river.accumulate(window, t="time")).collect()["x"].to_list() == expected


def test_columns_of_a_frame(frame: Any) -> None:
    made = frame.river.accumulate({"x": stats.EWMean(0.5), ("x", "y"): stats.Cov(), "k": stats.Mode()})
    assert made.columns == ["x", "x_y", "k"]
    assert made["x"].to_list() == pytest.approx(frame["x"].ewm_mean(alpha=0.5, adjust=False).to_list())


def test_groups_are_a_frame(frame: Any) -> None:
    got = frame.river.group_by("k", {"x": stats.Var(), "y": stats.Mean(), ("x", "y"): stats.Cov()})
    expected = frame.group_by("k").agg(pl.var("x"), pl.mean("y"), pl.cov("x", "y").alias("x_y"))
    assert_frame_equal(got, expected, check_row_order=False)
    two = frame.with_columns(j=pl.int_range(pl.len()) % 3)
    got = two.river.group_by(("k", "j"), {"x": stats.Max()})
    assert_frame_equal(got, two.group_by("k", "j").agg(pl.max("x")), check_row_order=False)


def test_values_of_several_parts_are_a_column_each(frame: Any) -> None:
    got = frame.river.group_by("k", {"x": stats.Extrema(), "y": stats.RollingQuantile([0.0, 1.0], 100)})
    assert got.columns == ["k", "x_min", "x_max", "x_argmin", "x_argmax", "y_0", "y_1"]
    ends = [pl.min("x").alias("x_min"), pl.max("x").alias("x_max"), pl.min("y").alias("y_0"), pl.max("y").alias("y_1")]
    expected = frame.group_by("k").agg(*ends)
    assert_frame_equal(got.drop("x_argmin", "x_argmax"), expected, check_row_order=False)


def test_a_key_without_values_has_none() -> None:
    holes = pl.DataFrame({"k": ["a", "b", None], "x": [1.0, None, 2.0], "y": [1.0, 2.0, 3.0]})
    got = holes.river.group_by("k", {"x": stats.Sum(), "y": stats.Sum()})
    assert set(got.rows()) == {("a", 1.0, 1.0), ("b", None, 2.0), (None, 2.0, 3.0)}


def test_errors_name_the_column(frame: Any) -> None:
    with pytest.raises(TypeError, match=r"^column 'k': X must hold real numbers"):
        frame["k"].river.get(stats.Mean())
    with pytest.raises(TypeError, match=r"^column 'k': "):
        frame.lazy().select(pl.col("k").river.get(stats.Mean())).collect()
    with pytest.raises(pl.exceptions.ColumnNotFoundError, match="z"):
        frame.river.get({"z": stats.Mean()})
    with pytest.raises(TypeError, match="an object of a statistic is needed"):
        frame["x"].river.get(stats.Mean)


def test_missing_values_are_left_out() -> None:
    holes = pl.DataFrame({"k": list("aba"), "x": [1.0, math.nan, 4.0], "y": [math.nan, 1.0, 2.0]})
    assert holes["x"].river.get(stats.Sum(), skipna=True) == 5.0
    assert holes["x"].river.get(stats.PearsonCorr(), holes["y"], skipna=True) == 0.0
    found = holes.river.get(
        {"x": stats.Mean(), ("x", "y"): stats.Cov(), "y": utils.Summary(low=stats.Min())}, skipna=True
    )
    assert found == {"x": 2.5, ("x", "y"): 0.0, "y": {"low": 1.0}}
    groups = holes.river.group_by("k", {"x": stats.Sum(), "y": stats.Sum()}, skipna=True)
    assert set(groups.rows()) == {("a", 5.0, 2.0), ("b", None, 1.0)}
    lazy = holes.lazy().group_by("k").agg(pl.col("x").river.get(stats.Sum(), skipna=True)).sort("k")
    assert lazy.collect().rows() == [("a", 5.0), ("b", 0.0)]


def test_groups_take_times(frame: Any) -> None:
    window = utils.TimeRolling(stats.Mean, THREE)
    found = dict(frame.river.group_by("k", {"x": window}, t="time").rows())
    of_key = frame.filter(pl.col("k") == "a")
    assert found["a"] == pytest.approx(of_key.select(pl.col("x").rolling_mean_by("time", "3s"))["x"][-1])
    assert frame["x"].river.get(window, t=frame["time"], skipna=True) == frame["x"].river.get(window, t=frame["time"])


def test_columns_are_described() -> None:
    frame = pl.DataFrame(
        {"x": [1.0, None, 4.0], "k": ["a", "b", None], "t": [START, None, START], "b": [True, False, True]}
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
