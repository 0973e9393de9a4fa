"""Statistics on Spark, in local mode: data frames, and streams that are restarted from their checkpoint."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from river import sketch, stats, utils
from river.integrations import spark as river_spark
from tests.engines.java import NEEDS_JAVA
from tests.integrations.cases import ONE_OF_EACH, assert_is_one_pass, column_names, rows_of
from tests.processes import ROOT

pyspark = pytest.importorskip("pyspark", reason="Spark is not installed")
sql = pytest.importorskip("pyspark.sql")

pytestmark = [
    pytest.mark.engines,
    NEEDS_JAVA,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

VALUES = np.random.default_rng(7).normal(size=4_000)
ROCKS = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
        builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.shuffle.partitions", 4).config("spark.driver.host", "127.0.0.1")
        session = builder.config("spark.sql.streaming.stateStore.providerClass", ROCKS).getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        yield session
        session.stop()


@pytest.fixture(scope="module")
def frame(session: Any) -> Any:
    rows = [(float(x), float(y), "ab"[i % 2]) for i, (x, y) in enumerate(zip(VALUES, VALUES[::-1], strict=True))]
    return session.createDataFrame(rows, "`x` double, `y.z` double, k string").repartition(9).cache()


@pytest.mark.parametrize("kind", sorted({case.kind for case, _ in ONE_OF_EACH}))
def test_every_statistic_is_one_pass(session: Any, kind: str) -> None:
    cases = [(case, params) for case, params in ONE_OF_EACH if case.kind == kind]
    rows, columns = rows_of(cases[0][0]), column_names(cases[0][0])
    # A column each.
    names = {case.name: tuple(f"{case.name}_{column}" for column in columns) for case, _ in cases}
    type_of = "string" if "object" in kind else "double"
    schema = ", ".join(f"{column} {type_of}" for name in names.values() for column in name)
    frame = session.createDataFrame([row * len(cases) for row in rows], schema).repartition(5)
    templates = {names[case.name]: case.make(params) for case, params in cases}
    result = river_spark.aggregate(frame, {name if len(name) > 1 else name[0]: t for name, t in templates.items()})
    for (case, params), statistic in zip(cases, result.values(), strict=True):
        assert_is_one_pass(case, params, statistic)
    assert [template.n for template in templates.values()] == [0] * len(templates)


def test_columns_of_a_frame(frame: Any) -> None:
    statistics = {"x": stats.Var(), ("x", "y.z"): stats.Cov(), "k": stats.Mode()}
    result = river_spark.aggregate(frame, statistics)
    assert result["x"].get() == pytest.approx(VALUES.var(ddof=1))
    assert result["x", "y.z"].get() == pytest.approx(np.cov(VALUES, VALUES[::-1])[0, 1])
    assert result["k"].counts == {"a": 2_000, "b": 2_000}


def test_groups_of_the_driver(frame: Any) -> None:
    found = river_spark.aggregate(frame, {"x": stats.Var(), ("x", "y.z"): stats.Cov()}, by="k")
    for i, key in enumerate("ab"):
        assert found["x"][key].get() == pytest.approx(VALUES[i::2].var(ddof=1))
        assert found["x", "y.z"].get(key) == pytest.approx(np.cov(VALUES[i::2], VALUES[::-1][i::2])[0, 1])


def test_groups_of_a_frame(session: Any, frame: Any) -> None:
    expression = "CASE WHEN x > 2 THEN NULL WHEN x > 1 THEN double('NaN') ELSE floor(x) END AS j"
    data = frame.selectExpr("x", "`y.z`", "k", expression, "IF(k = 'a', NULL, x) AS some").cache()
    statistics = {"x": stats.Var(), ("x", "y.z"): stats.Cov(), "some": stats.Sum()}
    found = river_spark.aggregate_by(data, ("k", "j"), statistics)
    assert found.columns == ["k", "j", "x", "x_state", "x_y.z", "x_y.z_state", "some", "some_state"]
    rows = {(row.k, str(row.j)): row for row in found.collect()}
    built_in = data.groupBy("k", "j").agg({"x": "var_samp"}).collect()
    assert len(rows) == len(built_in) > 10
    for k, j, var in built_in:
        row = rows[k, str(j)]
        assert row.x == pytest.approx(var or 0.0)
        assert stats.Var.from_bytes(bytes(row.x_state)).get() == row.x
        assert row.some == (0.0 if k == "a" else pytest.approx(stats.Sum.from_bytes(bytes(row.some_state)).get()))


def test_missing_values_are_left_out_and_counted(frame: Any) -> None:
    holes = frame.selectExpr("k", "CASE WHEN x > 1 THEN NULL WHEN x > 0 THEN double('NaN') ELSE x END AS x")
    negative = VALUES <= 0
    found = river_spark.aggregate(holes, {"x": stats.Mean()}, skipna=True)["x"]
    assert (found.n, found.n_skipped) == (negative.sum(), (~negative).sum())
    assert found.get() == pytest.approx(VALUES[negative].mean())
    plain = river_spark.aggregate(holes, {"x": stats.Mean()})["x"]
    assert np.isnan(plain.get()) and plain.n == (VALUES <= 1).sum()
    groups = river_spark.aggregate(holes, {"x": stats.Count()}, by="k", skipna=True)["x"]
    assert groups.get() == {"a": negative[::2].sum(), "b": negative[1::2].sum()}
    assert groups.n_skipped == (~negative).sum()
    rows = river_spark.aggregate_by(holes, "k", {"x": stats.Sum()}, skipna=True).sort("k").collect()
    assert [row.x for row in rows] == pytest.approx([VALUES[i::2][negative[i::2]].sum() for i in range(2)])
    assert stats.Sum.from_bytes(bytes(rows[0].x_state)).n == negative[::2].sum()
    assert [row.x_n_skipped for row in rows] == [(~negative[i::2]).sum() for i in range(2)]


def test_rows_of_keys_say_how_many_values_they_lack(session: Any) -> None:
    nan = math.nan
    rows = [
        ("a", 1.0, 2.0, "p"),
        ("a", None, 1.0, None),
        ("a", nan, nan, "p"),
        ("b", 4.0, nan, "q"),
        ("c", nan, 1.0, None),
    ]
    rows += [(None, None, None, None), (None, 3.0, 5.0, "r")]
    frame = session.createDataFrame(rows, "k string, x double, y double, name string").repartition(3)
    statistics = {"x": utils.Summary(mean=stats.Mean()), ("x", "y"): stats.Cov(), "name": stats.Mode()}
    types = {"x": "struct<mean: double>", "name": "string"}
    found = river_spark.aggregate_by(frame, "k", statistics, types=types, skipna=True)
    assert found.columns[-3:] == ["name", "name_state", "name_n_skipped"]
    by_key = {row.k: (row.x_n_skipped, row.x_y_n_skipped, row.name_n_skipped) for row in found.collect()}
    assert by_key == {"a": (2, 2, 1), "b": (0, 1, 0), "c": (1, 1, 1), None: (1, 1, 1)}
    together = river_spark.aggregate(frame, statistics, by="k", skipna=True)
    assert [groups.n_skipped for groups in together.values()] == list(map(sum, zip(*by_key.values(), strict=True)))
    of_two = river_spark.aggregate_by(frame, ("k", "name"), {"x": stats.Mean()}, skipna=True).collect()
    assert {(row.k, row.name): (row.x, row.x_n_skipped) for row in of_two} == {
        ("a", "p"): (1.0, 1),
        ("a", None): (0.0, 1),
        ("b", "q"): (4.0, 0),
        ("c", None): (0.0, 1),
        (None, None): (0.0, 1),
        (None, "r"): (3.0, 0),
    }


def test_keys_and_values_have_types(session: Any) -> None:
    schema = "day date, at timestamp, price decimal(10,2), x double"
    day, at, price = dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 3, 4, 5, 6), decimal.Decimal("1.50")
    frame = session.createDataFrame([(day, at, price, 2.0)] * 6, schema).repartition(3)
    for key in ("day", "at", "price"):
        [row] = river_spark.aggregate_by(frame, key, {"x": stats.Sum()}, types={"x": "float"}).collect()
        assert (row[key], row.x) == ({"day": day, "at": at, "price": price}[key], 12.0)


def test_several_quantiles_are_an_array(frame: Any) -> None:
    found = river_spark.aggregate_by(frame, "k", {"x": sketch.KLL([0.0, 1.0])})
    assert dict(found.dtypes)["x"] == "array<double>"
    assert {row.k: row.x for row in found.collect()} == {
        k: [VALUES[i::2].min(), VALUES[i::2].max()] for i, k in enumerate("ab")
    }


def test_no_rows(frame: Any) -> None:
    assert river_spark.aggregate(frame.where("x > 100"), {"x": stats.Var()})["x"].n == 0


def test_an_error_of_a_worker_names_the_column(frame: Any) -> None:
    with pytest.raises(pyspark.errors.PythonException, match="TypeError: column 'k': X must hold real numbers"):
        river_spark.aggregate(frame, {"k": stats.Mean()})
    with pytest.raises(pyspark.errors.AnalysisException, match=r"`z`"):
        river_spark.aggregate(frame, {"z": stats.Mean()})


def test_what_depends_on_the_order_is_refused(frame: Any) -> None:
    with pytest.raises(TypeError, match=r"which Spark does not promise.*spark.as_stateful"):
        river_spark.aggregate(frame, {"x": stats.EWMean(0.5)})


class Stream:
    """Files of events, and queries over them with one checkpoint."""

    def __init__(self, session: Any, folder: Path) -> None:
        self.session, self.folder = session, folder
        (folder / "events").mkdir()

    def write(self, name: str, events: list[dict[str, Any]]) -> None:
        written = self.folder / name
        written.write_text("".join(json.dumps(event) + "\n" for event in events))
        written.rename(self.folder / "events" / name)

    def run(self, statistics: dict[Any, Any], **options: Any) -> list[Any]:
        """Process what is new in a separate query, and return its rows."""
        found: list[Any] = []
        schema = "`the key` string, x double, name string, t double"
        stream = self.session.readStream.schema(schema).json(str(self.folder / "events"))
        writer = river_spark.as_stateful(stream, "the key", statistics, **options).writeStream.outputMode("update")
        writer = writer.option("checkpointLocation", str(self.folder / "checkpoint"))
        query = writer.foreachBatch(lambda batch, _: found.extend(batch.collect())).trigger(availableNow=True).start()
        assert query.awaitTermination(120)
        return sorted(found)


def test_a_stream_goes_on_from_its_checkpoint(session: Any, tmp_path: Path) -> None:
    stream = Stream(session, tmp_path)
    events = [
        {"the key": "ab"[i % 2], "x": float(x), "name": "pqr"[i % 3], "t": float(i)} for i, x in enumerate(VALUES[:300])
    ]
    for i in (7, 150, 250):
        events[i]["x"] = None
    statistics = {
        "x": stats.EWMean(0.1),
        ("x", "t"): utils.TimeRolling(stats.Cov, 20.0),
        "name": stats.Mode(),
        "t": stats.Shift(1) | stats.Mean(),
    }
    for i in range(3):
        # Within a file the events are out of order.
        part = events[100 * i : 100 * i + 100]
        stream.write(f"{i}.json", part[::-1])
        rows = stream.run(statistics, t="t", types={"name": "string"})
        assert [row.asDict().keys() for row in rows] == [{"the key", "x", "x_t", "name", "t"}] * 2
        for j, row in enumerate(rows):
            seen = events[j : 100 * i + 100 : 2]
            mean, cov, mode, shifted = (statistic.clone() for statistic in statistics.values())
            for event in seen:
                if event["x"] is not None:
                    mean.update(event["x"])
                    cov.update(event["x"], event["t"], t=event["t"])
                mode.update(event["name"])
                shifted.update(event["t"])
            assert (row["the key"], row["name"]) == ("ab"[j], mode.get())
            assert (row["x"], row["x_t"], row["t"]) == (mean.get(), pytest.approx(cov.get()), shifted.get())


def test_a_stream_leaves_missing_values_out(session: Any, tmp_path: Path) -> None:
    stream = Stream(session, tmp_path)
    rows = [{"the key": "a", "x": x, "name": "p", "t": float(i)} for i, x in enumerate((1.0, None, "NaN", 4.0))]
    stream.write("0.json", rows)
    assert stream.run({"x": utils.TimeRolling(stats.Sum, 10.0)}, t="t", skipna=True) == [("a", 5.0)]


def test_a_stream_has_several_quantiles(session: Any, tmp_path: Path) -> None:
    stream = Stream(session, tmp_path)
    stream.write("0.json", [{"the key": "a", "x": x, "name": "p", "t": x} for x in (1.0, 2.0, 3.0)])
    assert stream.run({"x": utils.TimeRolling(stats.Quantile, 9.0, q=[0.0, 1.0])}, t="t") == [("a", [1.0, 3.0])]


def test_an_error_in_a_stream_names_the_column(session: Any, tmp_path: Path) -> None:
    stream = Stream(session, tmp_path)
    stream.write("0.json", [{"the key": "a", "x": 1.0, "name": "p", "t": 1.0}])
    with pytest.raises(pyspark.errors.StreamingQueryException, match="column 'name': "):
        stream.run({"name": stats.Mean()})
    with pytest.raises(TypeError, match="an object of a statistic is needed"):
        stream.run({"name": stats.Mean})
    with pytest.raises(ValueError, match="the column of the keys cannot have a statistic too, got 'the key'"):
        stream.run({"the key": stats.Count()})
