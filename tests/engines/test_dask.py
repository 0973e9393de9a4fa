"""Statistics on Dask: its collections, and two worker processes, of which one is killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from river import stats, utils
from river.integrations import dask as river_dask
from tests.integrations.cases import ORDERLESS, assert_is_one_pass, column_names, columns_of, named, rows_of
from tests.stats.cases import Case, Params

dask = pytest.importorskip("dask", reason="Dask is not installed")
bags, arrays, frames = (pytest.importorskip(f"dask.{name}") for name in ("bag", "array", "dataframe"))
distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.engines

VALUES = np.random.default_rng(7).normal(size=10_000)


@pytest.fixture(scope="module")
def frame() -> Any:
    data = {"x": VALUES, "y": VALUES[::-1], "k": ["a", "b"] * 5_000}
    return frames.from_pandas(pd.DataFrame(data), npartitions=23)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        yield client


@pytest.mark.parametrize(("case", "params"), ORDERLESS, ids=named)
def test_every_statistic_is_one_pass(case: Case, params: Params) -> None:
    template, name = case.make(params), column_names(case)
    rows = [dict(zip("xy", row, strict=False)) for row in rows_of(case)]
    of_bag = river_dask.aggregate(bags.from_sequence(rows, npartitions=7), {name: template}, split_every=3)
    of_frame = river_dask.aggregate(frames.from_pandas(pd.DataFrame(columns_of(case)), npartitions=5), {name: template})
    for lazy in (of_bag, of_frame):
        result = lazy.compute(scheduler="sync")
        assert list(result) == [name]
        assert_is_one_pass(case, params, result[name])
    assert template.n == 0


def test_collections_without_columns(frame: Any) -> None:
    centred = VALUES - VALUES.mean()
    expected = (centred**4).mean() / (centred**2).mean() ** 2 - 3
    for collection in (bags.from_sequence(VALUES, npartitions=9), arrays.from_array(VALUES, chunks=999), frame.x):
        kurtosis = river_dask.aggregate(collection, stats.Kurtosis(bias=True)).compute(scheduler="sync")
        assert kurtosis.get() == pytest.approx(expected)


def test_columns_of_an_array_are_numbers() -> None:
    array = arrays.from_array(VALUES.reshape(-1, 4), chunks=(100, 3))
    result = river_dask.aggregate(array, {3: stats.Mean(), (0, 1): stats.Cov()}).compute(scheduler="sync")
    assert result[3].get() == pytest.approx(VALUES[3::4].mean())
    assert result[0, 1].get() == pytest.approx(np.cov(VALUES[::4], VALUES[1::4])[0, 1])


def test_partitions_may_be_empty(frame: Any) -> None:
    result = river_dask.aggregate(frame[frame.x > 3], {"x": stats.Min(), "k": stats.Count()}).compute(scheduler="sync")
    assert (result["x"].get(), result["k"].get()) == (VALUES[VALUES > 3].min(), (VALUES > 3).sum())


@pytest.mark.parametrize("by", ["k", ("k", "j")], ids=str)
def test_groups(frame: Any, by: Any) -> None:
    frame = frame.assign(j=frame.x > 0)
    result = river_dask.aggregate(frame, {"x": stats.Var(), ("x", "y"): stats.Cov()}, by).compute(scheduler="sync")
    for key, rows in frame.compute().groupby(list(by) if isinstance(by, tuple) else by):
        assert result["x"][key].get() == pytest.approx(rows.x.var())
        assert result["x", "y"].get(key) == pytest.approx(rows.x.cov(rows.y))
    assert len(result["x"]) == 2 * (1 + isinstance(by, tuple))


def test_groups_of_records_and_arrays() -> None:
    records = bags.from_sequence([{"k": i % 3, "x": float(i)} for i in range(100)], npartitions=4)
    result = river_dask.aggregate(records, {"x": stats.Max()}, by="k").compute(scheduler="sync")
    assert result["x"].get() == {0: 99.0, 1: 97.0, 2: 98.0}
    array = arrays.from_array(np.arange(100.0).reshape(-1, 2) % 10, chunks=(7, 2))
    result = river_dask.aggregate(array, {1: stats.Sum()}, by=0).compute(scheduler="sync")
    assert result[1].get() == {0.0: 10.0, 2.0: 30.0, 4.0: 50.0, 6.0: 70.0, 8.0: 90.0}


def test_nothing_is_computed_before_it_is_asked_for(frame: Any) -> None:
    lazy = river_dask.aggregate(frame, {"k": stats.Mean()})
    with pytest.raises(TypeError, match=r"^column 'k': X must hold real numbers"):
        lazy.compute(scheduler="sync")


def test_what_is_no_collection_is_refused() -> None:
    with pytest.raises(TypeError, match=r"a bag, an array or a data frame of Dask, got list"):
        river_dask.aggregate([1.0], stats.Mean())
    with pytest.raises(ValueError, match="split_every must be at least 2, got 1"):
        river_dask.aggregate(bags.from_sequence([1.0]), stats.Mean(), split_every=1)


def test_missing_values_are_left_out_and_counted(frame: Any) -> None:
    holes = frame.assign(x=frame.x.where(frame.x > 0))
    result = river_dask.aggregate(holes, {"x": stats.Sum(), ("x", "y"): stats.Cov()}, skipna=True)
    found = result.compute(scheduler="sync")
    positive = VALUES > 0
    assert found["x"].get() == pytest.approx(VALUES[positive].sum())
    assert (found["x"].n, found["x"].n_skipped) == (positive.sum(), (~positive).sum())
    assert np.isnan(river_dask.aggregate(holes, {"x": stats.Sum()}).compute(scheduler="sync")["x"].get())
    assert found["x", "y"].get() == pytest.approx(np.cov(VALUES[positive], VALUES[::-1][positive])[0, 1])
    groups = river_dask.aggregate(holes, {"x": stats.Count()}, "k", skipna=True).compute(scheduler="sync")["x"]
    assert groups.get() == {"a": positive[::2].sum(), "b": positive[1::2].sum()}
    assert groups.n_skipped == (~positive).sum()
    bag = bags.from_sequence([1.0, None, float("nan"), 4.0], npartitions=2)
    mean = river_dask.aggregate(bag, stats.Mean(), skipna=True).compute(scheduler="sync")
    assert (mean.get(), mean.n_skipped) == (2.5, 2)


def test_columns_are_described(frame: Any) -> None:
    result = river_dask.aggregate(frame, {name: utils.Summary.describe() for name in ("x", "k")})
    found = result.compute(scheduler="sync")
    assert found["x"].get()["std"] == pytest.approx(VALUES.std(ddof=1))
    assert found["x"].get()["50%"] == pytest.approx(np.median(VALUES), abs=0.05)
    assert (found["k"].get()["distinct"], found["k"].get()["freq"]) == (2, 5_000)


def test_two_worker_processes(client: Any, frame: Any) -> None:
    statistics = {"x": stats.Var(), ("x", "y"): stats.Cov(), "k": stats.Mode()}
    result = river_dask.aggregate(frame, statistics, split_every=4).compute()
    assert result["x"].get() == pytest.approx(VALUES.var(ddof=1))
    assert result["x", "y"].get() == pytest.approx(np.cov(VALUES, VALUES[::-1])[0, 1])
    assert result["k"].counts == {"a": 5_000, "b": 5_000}


def test_an_error_of_a_worker_names_the_column(client: Any, frame: Any) -> None:
    with pytest.raises(TypeError, match=r"^column 'k': X must hold real numbers"):
        river_dask.aggregate(frame, {"x": stats.Var(), "k": stats.Var()}).compute()
    with pytest.raises(LookupError, match="column 'z': 'z'"):
        river_dask.aggregate(bags.from_sequence([{"x": 1.0}]), {"z": stats.Var()}).compute()


def test_a_worker_may_be_killed(client: Any, tmp_path: Path) -> None:
    started = tmp_path / "started"
    started.mkdir()

    def slowly(values: Any) -> Any:
        (started / f"{os.getpid()}-{time.monotonic_ns()}").touch()
        time.sleep(0.1)
        return values

    slow = arrays.from_array(VALUES, chunks=250).map_blocks(slowly, dtype=float, meta=np.empty(0))
    future = client.compute(river_dask.aggregate(slow, stats.Var()))
    while len(list(started.iterdir())) < 10:
        time.sleep(0.02)
    pids = {int(path.name.partition("-")[0]) for path in started.iterdir()}
    assert len(pids) == 2
    os.kill(pids.pop(), signal.SIGKILL)
    result = future.result(timeout=60)
    # What the killed one had computed was computed again, and counted once.
    assert result.n == len(VALUES) and len(list(started.iterdir())) > 40
    assert result.get() == pytest.approx(VALUES.var(ddof=1))
