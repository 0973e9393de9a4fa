"""Statistics as aggregations of Ray Data, on a Ray of two processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from river import stats, utils
from river.integrations import ray as river_ray
from tests.integrations.cases import ONE_OF_EACH, assert_is_value, column_names, rows_of
from tests.processes import ROOT

ray = pytest.importorskip("ray", reason="Ray is not installed")
ray_data = pytest.importorskip("ray.data")

# Ray leaves files and sockets open until the process ends, and warns about its next releases.
pytestmark = [pytest.mark.engines, pytest.mark.filterwarnings("ignore")]

VALUES = np.random.default_rng(7).normal(size=3_000)


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    environment = {"env_vars": {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=environment)
    context = ray_data.DataContext.get_current()
    context.enable_progress_bars, context.default_hash_shuffle_parallelism = False, 2
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def dataset(cluster: None) -> Any:
    pairs = zip(VALUES, VALUES[::-1], strict=True)
    records = [{"x": x, "y": y, "k": "ab"[i % 2], "z": 0} for i, (x, y) in enumerate(pairs)]
    return ray_data.from_items(records, override_num_blocks=6).materialize()


@pytest.mark.parametrize("kind", sorted({case.kind for case, _ in ONE_OF_EACH}))
def test_every_statistic_is_one_pass(kind: str) -> None:
    cases = [(case, params) for case, params in ONE_OF_EACH if case.kind == kind]
    name = column_names(cases[0][0])
    records = [dict(zip(name, row, strict=True)) for row in rows_of(cases[0][0])]
    dataset = ray_data.from_items(records, override_num_blocks=4)
    templates = [case.make(params) for case, params in cases]
    functions = [
        river_ray.aggregate_fn(template, on=name, name=case.name)
        for template, (case, _) in zip(templates, cases, strict=True)
    ]
    found = dataset.aggregate(*functions)
    for case, params in cases:
        assert_is_value(case, params, found[case.name])
    assert [template.n for template in templates] == [0] * len(templates)


def test_groups(dataset: Any) -> None:
    functions = (
        river_ray.aggregate_fn(stats.Var(), on="x"),
        river_ray.aggregate_fn(stats.Cov(), on=("x", "y")),
        river_ray.aggregate_fn(stats.Kurtosis(), on="x", name="state", as_bytes=True),
    )
    for row in dataset.groupby("k").aggregate(*functions).take_all():
        of_group = slice("ab".index(row["k"]), None, 2)
        kurtosis, cov = stats.Kurtosis(), stats.Cov()
        kurtosis.update_many(VALUES[of_group])
        cov.update_many(VALUES[of_group], VALUES[::-1][of_group])
        assert row["var(x)"] == pytest.approx(VALUES[of_group].var(ddof=1))
        assert row["cov(x, y)"] == pytest.approx(cov.get())
        assert stats.Kurtosis.from_bytes(row["state"]).get() == pytest.approx(kurtosis.get())


def test_missing_values_are_left_out_and_counted() -> None:
    dataset = ray_data.from_items([{"x": x} for x in (1.0, float("nan"), None, 4.0)], override_num_blocks=2)
    functions = (
        river_ray.aggregate_fn(stats.Mean(), on="x", skipna=True),
        river_ray.aggregate_fn(stats.Mean(), on="x", name="state", as_bytes=True, skipna=True),
    )
    found = dataset.aggregate(*functions)
    mean = utils.SkipNaN.from_bytes(found["state"])
    assert (found["mean(x)"], mean.get(), mean.n_skipped) == (2.5, 2.5, 2)


def test_an_error_of_a_worker_names_the_column(dataset: Any) -> None:
    with pytest.raises(ray.exceptions.RayTaskError, match="column 'k': X must hold real numbers"):
        dataset.aggregate(river_ray.aggregate_fn(stats.Var(), on="k"))
    with pytest.raises(ValueError, match="missing"):
        dataset.aggregate(river_ray.aggregate_fn(stats.Var(), on="missing"))


def test_what_depends_on_the_order_is_refused() -> None:
    with pytest.raises(TypeError, match=r"which Ray does not promise"):
        river_ray.aggregate_fn(stats.Shift(), on="x")
