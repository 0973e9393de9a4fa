"""The protocol by which engines compute statistics: any order of parts gives what one pass does."""

from __future__ import annotations

import pickle
import random
import re
from typing import Any

import pytest

from river import stats, utils
from river.integrations._protocol import Aggregation, Templates, dump, load
from tests.integrations.cases import (
    IN_SEQUENCE,
    OF_GROUPS,
    ONE_OF_EACH,
    ORDERLESS,
    assert_is_one_pass,
    column_names,
    columns_of,
    named,
    rows_of,
)
from tests.processes import run_code
from tests.stats.cases import Case, Params

ENGINES = ("dask", "datafusion", "pandas", "polars", "pyarrow", "pyspark", "ray")


class Range(stats.base.Univariate[float]):
    """A third-party statistic, with a merge."""

    def __init__(self) -> None:
        self.lowest, self.highest = float("inf"), -float("inf")

    def update(self, x: float) -> None:
        self.lowest, self.highest = min(x, self.lowest), max(x, self.highest)

    def get(self) -> float:
        return self.highest - self.lowest

    def __iadd__(self, other: Range) -> Range:
        self.lowest, self.highest = min(other.lowest, self.lowest), max(other.highest, self.highest)
        return self

    def __add__(self, other: Range) -> Range:
        merged = self.clone()
        merged += self
        merged += other
        return merged


def parts(plan: Aggregation, columns: dict[str, list[Any]], n: int) -> list[list[bytes]]:
    """Return the states of `n` parts, some of which are empty, in some order."""
    made = [
        plan.part([lambda name, i=i: columns[name][i::n], lambda name: []])  # type: ignore[misc]
        for i in range(n)
    ]
    made.append(plan.part([]))
    random.Random(n).shuffle(made)
    return made


@pytest.mark.parametrize(("case", "params"), ORDERLESS, ids=named)
@pytest.mark.parametrize("n", [1, 7])
def test_parts_in_any_order_are_one_pass(case: Case, params: Params, n: int) -> None:
    template, columns = case.make(params), columns_of(case)
    plan = pickle.loads(pickle.dumps(Aggregation({column_names(case): template}, "an engine")))
    made = parts(plan, columns, n)
    tree = [plan.merged(made[i : i + 3]) for i in range(0, len(made), 3)]
    result = plan.result(tree)
    assert list(result) == [column_names(case)]
    assert_is_one_pass(case, params, result[column_names(case)])
    assert template.n == 0


@pytest.mark.parametrize("by", ["k", ("k", "j")], ids=str)
@pytest.mark.parametrize(("case", "params"), OF_GROUPS, ids=named)
def test_groups_of_parts_are_one_pass(case: Case, params: Params, by: Any) -> None:
    name, columns = column_names(case), columns_of(case)
    n = len(columns["x"])
    columns |= {"k": [["a", "b", None][i % 3] for i in range(n)], "j": [i % 2 for i in range(n)]}
    template = case.make(params)
    plan = pickle.loads(pickle.dumps(Aggregation({name: template}, "an engine", by)))
    groups = plan.result(parts(plan, columns, 4))[name]
    keys = list(zip(columns["k"], columns["j"], strict=True)) if isinstance(by, tuple) else columns["k"]
    assert set(groups) == set(keys)
    for key in groups:
        rows = [row for row, other in zip(rows_of(case), keys, strict=True) if other == key]
        assert_is_one_pass(case, params, groups[key], rows)
    assert template.n == 0


def test_groups_are_of_columns() -> None:
    with pytest.raises(TypeError, match="with by, statistics must be a statistic for each column"):
        Aggregation(stats.Mean(), "Dask", "k")


@pytest.mark.parametrize(("case", "params"), IN_SEQUENCE, ids=named)
def test_what_depends_on_the_order_is_refused(case: Case, params: Params) -> None:
    with pytest.raises(TypeError, match=rf"^{case.name} depends on the order of its observations, which Dask does not"):
        Aggregation({"x": case.make(params)}, "Dask")


@pytest.mark.parametrize("name", sorted({case.name for case, _ in IN_SEQUENCE}))
def test_it_does_depend_on_the_order(name: str) -> None:
    values = []
    for case, params in IN_SEQUENCE:
        if case.name == name:
            for some in (3, 5, 50):
                rows = rows_of(case)[:some]
                if "object" not in case.kind:
                    # Above 0, where a drawdown is a share of the peak.
                    rows = [tuple(abs(x) + 1 for x in row) for row in rows]
                shuffled = random.Random(some).sample(rows, len(rows))
                values += [(case.fed(rows, params).get(), case.fed(shuffled, params).get())]
    differ = (
        value != (pytest.approx(other, rel=1e-9) if isinstance(other, float) else other) for value, other in values
    )
    assert any(differ)


@pytest.mark.parametrize(
    "statistic",
    [
        utils.Rolling(stats.Var, 3),
        utils.TimeRolling(stats.Var, 3.0),
        utils.TumblingWindow(stats.Var, window_size=3),
        stats.Shift(1) | stats.Mean(),
        stats.RollingMode(3),
    ],
)
def test_windows_and_links_are_refused(statistic: Any) -> None:
    with pytest.raises(TypeError, match="depends on the order"):
        Aggregation({"x": statistic}, "Spark")


@pytest.mark.parametrize(
    ("statistic", "name"),
    [
        (utils.Summary(mean=stats.Mean(), lately=stats.EWMean(0.5)), "EWMean in Summary"),
        (utils.Summary(mean=stats.Mean(), lately=utils.Rolling(stats.Mean, 3)), "Rolling in Summary"),
        (utils.SkipNaN(stats.Shift(1) | stats.Mean()), "Link in SkipNaN"),
        (utils.Summary(inner=utils.SkipNaN(stats.MaxDrawdown())), "MaxDrawdown in Summary"),
    ],
)
def test_what_depends_on_the_order_is_refused_in_summaries_too(statistic: Any, name: str) -> None:
    for by in (None, "k"):
        with pytest.raises(TypeError, match=rf"^{name} depends on the order of its observations, which Dask does not"):
            Aggregation({"x": statistic}, "Dask", by)


def test_what_has_no_merge_is_refused_in_summaries_too() -> None:
    for statistic in (utils.Summary(low=stats.Min(), median=stats.Quantile()), utils.SkipNaN(stats.Quantile())):
        with pytest.raises(TypeError, match=rf"^Quantile in {type(statistic).__name__} has no merge, and Ray"):
            Aggregation({"x": statistic}, "Ray")


NAN = float("nan")
HOLES: dict[str, list[Any]] = {
    "x": [1.0, None, NAN, 4.0, 6.0],
    "y": [2.0, 1.0, 1.0, NAN, 3.0],
    "k": ["a", "b", "a", "a", "b"],
}


def test_missing_values_are_left_out_and_counted() -> None:
    statistics = {
        "x": stats.Var(),
        ("x", "y"): stats.Cov(),
        "y": utils.Summary(low=stats.Min(), mean=stats.Mean()),
        ("y",): utils.SkipNaN(Range()),
        ("x",): utils.Summary.describe(),
    }
    plan = pickle.loads(pickle.dumps(Aggregation(statistics, "Dask", skipna=True)))
    result = plan.result(plan.part([lambda name, i=i: HOLES[name][i::2]]) for i in range(2))
    assert (result["x"].n, result["x"].n_skipped) == (3, 2)
    assert result["x"].get() == pytest.approx(19 / 3)
    assert result["x"].statistic.get() == result["x"].get() and type(result["x"]) is utils.SkipNaN
    assert (result["x", "y"].n, result["x", "y"].n_skipped, result["x", "y"].get()) == (2, 3, 2.5)
    assert (result["y"].get(), result["y"].n_skipped) == ({"low": 1.0, "mean": 1.75}, 1)
    assert (result["y",].get(), result["y",].n_skipped) == (2.0, 1)
    assert (result["x",].get()["mean"], result["x",].n_skipped) == (pytest.approx(11 / 3), 2)
    assert [statistic.n for statistic in statistics.values()] == [0] * 5


def test_groups_leave_missing_values_out_and_count_them() -> None:
    statistics = {"x": stats.Max(), ("x", "y"): stats.Cov(), "y": utils.Summary(mean=stats.Mean())}
    plan = Aggregation(statistics, "Dask", "k", skipna=True)
    result = plan.result(plan.part([lambda name, i=i: HOLES[name][i::2]]) for i in range(2))
    assert (result["x"].get(), result["x"].n_skipped) == ({"a": 4.0, "b": 6.0}, 2)
    assert (result["x", "y"]["a"].n, result["x", "y"].n_skipped) == (1.0, 3)
    assert (result["y"].get(), result["y"].n_skipped) == ({"a": {"mean": 1.5}, "b": {"mean": 2.0}}, 1)


def test_groups_of_summaries_count_what_each_leaves_out() -> None:
    import pyarrow as pa

    columns = {"k": HOLES["k"], "x": pa.array(HOLES["x"])}
    for statistic in (utils.SkipNaN(stats.Sum()), utils.Summary.describe()):
        plan = Aggregation({"x": statistic}, "Dask", "k")
        groups = plan.result([plan.part([columns.__getitem__])])["x"]
        assert {key: (groups[key].n, groups[key].n_skipped) for key in groups} == {"a": (2, 1), "b": (1, 1)}


@pytest.mark.parametrize("statistic", [stats.Quantile(), stats.IQR(), stats.MAD()])
def test_what_has_no_merge_is_refused(statistic: Any) -> None:
    name = type(statistic).__name__
    with pytest.raises(TypeError, match=rf"^{name} has no merge, and Ray computes parts and merges them"):
        Aggregation({"x": statistic}, "Ray")


@pytest.mark.parametrize("statistic", [3, None, stats.Mean, [stats.Mean()]])
def test_what_is_no_statistic_is_refused(statistic: Any) -> None:
    said = f"an object of a statistic is needed, as stats.Mean(), got {statistic}"
    with pytest.raises(TypeError, match=re.escape(said)):
        Aggregation({"x": statistic}, "Ray")


def test_there_has_to_be_a_column() -> None:
    with pytest.raises(ValueError, match="statistics must name at least one column"):
        Aggregation({}, "Ray")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x", {"x": ["a"]}, r"^column 'x': X\[0\] must be a number, got 'a'"),
        (("x", "y"), {"x": [1.0], "y": [1.0, 2.0]}, r"^column \('x', 'y'\): columns must have the same length"),
        ("x", {}, r"^column 'x': 'x'$"),
        (None, {None: ["a"]}, r"^the data: "),
    ],
)
def test_errors_name_the_column(name: Any, data: Any, said: str) -> None:
    statistic = stats.Cov() if isinstance(name, tuple) else stats.Mean()
    plan = Aggregation(statistic if name is None else {name: statistic}, "Ray")
    with pytest.raises((TypeError, ValueError, LookupError)) as caught:
        plan.part([data.__getitem__])
    assert re.search(said, str(caught.value).strip('"'))


def test_classes_of_somebody_else_travel_as_pickles() -> None:
    plan = Aggregation(Range(), "Dask")
    result = plan.result(plan.part([lambda _, some=some: some]) for some in ([1.0, 3.0], [2.0, 7.0], []))
    assert (type(result), result.get()) == (Range, 6.0)


def test_groups_of_them_do_too() -> None:
    plan = Aggregation({"x": Range()}, "Dask", "k")
    parts = [plan.part([{"k": ["a", "b"], "x": [low, 0.0]}.__getitem__]) for low in (1.0, 5.0)]
    assert plan.result(parts)["x"].get() == {"a": 4.0, "b": 0.0}


@pytest.mark.parametrize(("case", "params"), ONE_OF_EACH, ids=named)
def test_states_come_back(case: Case, params: Params) -> None:
    fed = case.fed(rows_of(case), params)
    assert dump(load(case.make(params), dump(fed))) == dump(fed)


def test_what_leaves_a_part_is_small() -> None:
    numbers = [1.5 * i for i in range(100_000)]
    for case, params in ONE_OF_EACH:
        if case.kind in ("number", "pair") and case.name != "KolmogorovSmirnov":
            # Sketches are as large as their parameters make them.
            limit = {"KLL": 10_000, "DDSketch": 10_000, "TDigest": 10_000}.get(case.name, 200)
            plan = Aggregation({column_names(case): case.make({} if limit > 200 else params)}, "Dask")
            [state] = plan.part([lambda _: numbers])
            assert len(state) < limit, case


def test_times_are_for_those_that_take_them() -> None:
    templates = Templates({"x": stats.EWMean(halflife=2.0), "y": stats.EWMean(0.5)})
    seen = templates.fresh()
    data = {"x": [1.0, 2.0], "y": [1.0, 2.0], "t": [0.0, 2.0]}
    templates.update(seen, data.__getitem__, data["t"])
    templates.update(seen, data.__getitem__)
    assert {name: statistic.n for name, statistic in seen.items()} == {"x": 4, "y": 4}


def test_nothing_is_imported_before_it_is_asked_for() -> None:
    code = f"""
import sys
import river.stats, river.utils, river.integrations
assert not [name for name in sys.modules if name.startswith("river.integrations.")]
import river.integrations.dask, river.integrations.datafusion, river.integrations.ray, river.integrations.spark
from river import stats
from river.integrations._protocol import Aggregation
plan = Aggregation(stats.Mean(), "Dask")
assert plan.result([plan.part([lambda _: [1.0, 3.0]])]).get() == 2.0
print(sorted(set(sys.modules) & set({ENGINES})))
"""
    assert run_code(code) == "[]\n"
