"""Statistics in DataFusion: in SQL, in its data frames, and on its record batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from river import sketch, stats
from river.integrations import datafusion as river_datafusion
from tests.integrations.cases import (
    ONE_OF_EACH,
    assert_is_one_pass,
    assert_is_value,
    column_names,
    columns_of,
    named,
)
from tests.stats.cases import Case, Params

datafusion = pytest.importorskip("datafusion", reason="DataFusion is not installed")

pytestmark = pytest.mark.engines

VALUES = np.random.default_rng(7).normal(size=40_000)


def in_parts(table: pa.Table, rows: int) -> Any:
    """Return a context in which `data` has three partitions of several batches."""
    batches = table.to_batches(rows)
    ctx = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(3))
    ctx.register_record_batches("data", [batches[i::3] for i in range(3)])
    return ctx


@pytest.fixture(scope="module")
def ctx() -> Any:
    table = pa.table({"x": VALUES, "y": VALUES[::-1].copy(), "k": ["a", "b"] * 20_000, "a.b": VALUES})
    return in_parts(table, 1_000)


@pytest.mark.parametrize(("case", "params"), ONE_OF_EACH, ids=named)
def test_every_statistic_is_one_pass(case: Case, params: Params) -> None:
    template, name = case.make(params), column_names(case)
    table = pa.table(columns_of(case))
    ctx = in_parts(table, 9)
    result = river_datafusion.aggregate(ctx.table("data"), {name: template})
    assert_is_one_pass(case, params, result[name])

    value = result[name].get()
    types = [field.type for field in table.schema][: len(name)]
    ctx.register_udaf(
        river_datafusion.udaf(template, "statistic", input_types=types, return_type=pa.scalar(value).type)
    )
    [by_sql] = ctx.sql(f"SELECT statistic({', '.join(name)}) AS value FROM data").to_pydict()["value"]
    assert_is_value(case, params, by_sql)
    assert template.n == 0


def test_functions_of_sql(ctx: Any) -> None:
    ctx.register_udaf(river_datafusion.udaf(stats.Kurtosis(), name="kurt"))
    ctx.register_udaf(river_datafusion.udaf(stats.Cov(), name="covariance"))
    query = "SELECT k, kurt(x) AS kurt, covariance(x, y) AS cov FROM data GROUP BY k ORDER BY k"
    found = ctx.sql(query).to_pydict()
    assert found["k"] == ["a", "b"]
    for i in range(2):
        kurtosis, cov = stats.Kurtosis(), stats.Cov()
        kurtosis.update_many(VALUES[i::2])
        cov.update_many(VALUES[i::2], VALUES[::-1][i::2])
        assert (found["kurt"][i], found["cov"][i]) == pytest.approx((kurtosis.get(), cov.get()))
    assert ctx.sql("SELECT covariance(x, x) = covariance(x, x) AS same FROM data").to_pydict() == {"same": [True]}


def test_functions_of_data_frames(ctx: Any) -> None:
    var = river_datafusion.udaf(stats.Var(), name="river_var")
    found = ctx.table("data").aggregate([], [var(datafusion.col("x")).alias("var")]).to_pydict()
    assert found["var"] == pytest.approx([VALUES.var(ddof=1)])


def test_several_quantiles_are_a_list(ctx: Any) -> None:
    ctx.register_udaf(river_datafusion.udaf(sketch.KLL([0.0, 1.0]), name="ends"))
    found = ctx.sql("SELECT ends(x) AS ends, ends(x) FILTER (WHERE x > 100) AS none FROM data").to_pydict()
    assert found == {"ends": [[VALUES.min(), VALUES.max()]], "none": [[None, None]]}


def test_no_value_is_null(ctx: Any) -> None:
    ctx.register_udaf(river_datafusion.udaf(stats.SEM(), name="sem"))
    assert ctx.sql("SELECT sem(x) AS sem FROM data WHERE x > 100").to_pydict() == {"sem": [None]}


def test_batches_of_a_query(ctx: Any) -> None:
    statistics = {"x": stats.Var(), ("x", "a.b"): stats.Cov(), "k": stats.Mode()}
    result = river_datafusion.aggregate(ctx.table("data"), statistics)
    assert result["x"].get() == pytest.approx(VALUES.var(ddof=1))
    assert result["x", "a.b"].get() == pytest.approx(VALUES.var(ddof=1))
    assert result["k"].counts == {"a": 20_000, "b": 20_000}
    some = river_datafusion.aggregate(ctx.sql("SELECT x * 2 AS z FROM data WHERE k = 'a'"), {"z": stats.Count()})
    assert some["z"].get() == 20_000


def test_missing_values_are_left_out_and_counted(ctx: Any) -> None:
    holes = ctx.sql("SELECT k, CASE WHEN x > 1 THEN NULL WHEN x > 0 THEN double 'NaN' ELSE x END AS x FROM data")
    negative = VALUES <= 0
    found = river_datafusion.aggregate(holes, {"x": stats.Mean()}, skipna=True)["x"]
    assert (found.n, found.n_skipped) == (negative.sum(), (~negative).sum())
    assert found.get() == pytest.approx(VALUES[negative].mean())
    plain = river_datafusion.aggregate(holes, {"x": stats.Mean()})["x"]
    assert np.isnan(plain.get()) and plain.n == (VALUES <= 1).sum()
    groups = river_datafusion.aggregate(holes, {"x": stats.Count()}, by="k", skipna=True)["x"]
    assert groups.get() == {"a": negative[::2].sum(), "b": negative[1::2].sum()}
    assert groups.n_skipped == (~negative).sum()
    var = river_datafusion.udaf(stats.Var(), name="var_of_those", skipna=True)
    cov = river_datafusion.udaf(stats.Cov(), name="cov_of_those", skipna=True)
    x = datafusion.col("x")
    of_all = holes.aggregate([], [var(x).alias("var"), cov(x, x).alias("cov")]).to_pydict()
    assert of_all == {"var": [pytest.approx(VALUES[negative].var(ddof=1))], "cov": [pytest.approx(of_all["var"][0])]}


def test_groups_of_a_query(ctx: Any) -> None:
    found = river_datafusion.aggregate(ctx.table("data"), {"x": stats.Var(), ("x", "y"): stats.Cov()}, by="k")
    expected = ctx.sql("SELECT k, var(x) AS var, covar_samp(x, y) AS cov FROM data GROUP BY k").to_pydict()
    assert found["x"].get() == pytest.approx(dict(zip(expected["k"], expected["var"], strict=True)))
    assert found["x", "y"].get() == pytest.approx(dict(zip(expected["k"], expected["cov"], strict=True)))


def test_errors_name_the_column(ctx: Any) -> None:
    with pytest.raises(TypeError, match=r"^column 'k': X must hold real numbers"):
        river_datafusion.aggregate(ctx.table("data"), {"k": stats.Mean()})
    with pytest.raises(Exception, match="No field named z"):
        river_datafusion.aggregate(ctx.table("data"), {"z": stats.Mean()})
    ctx.register_udaf(river_datafusion.udaf(stats.Mean(), name="average"))
    with pytest.raises(ValueError, match="average"):
        ctx.sql("SELECT average(k) FROM data")
    ctx.register_udaf(river_datafusion.udaf(stats.Mean(), name="of_strings", input_types=[pa.string()]))
    with pytest.raises(Exception, match="TypeError: X must hold real numbers, got an Arrow column of type Utf8"):
        ctx.sql("SELECT of_strings(k) FROM data").to_pydict()


def test_what_depends_on_the_order_is_refused() -> None:
    with pytest.raises(TypeError, match=r"which DataFusion does not promise"):
        river_datafusion.udaf(stats.EWMean(), name="mean")
