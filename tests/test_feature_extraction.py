"""`Agg` and `TargetAgg` learn row by row, and whole frames."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from typing import Any

import pandas as pd
import polars as pl
import pytest

from river import feature_extraction as fx
from river import stats, utils

ROWS = [
    {"city": "Oslo", "shop": 1, "amount": 3.0},
    {"city": "Rome", "shop": 1, "amount": 10.0},
    {"city": "Oslo", "shop": 2, "amount": 5.0},
    {"city": None, "shop": 2, "amount": 7.0},
]
BY: list[Any] = ["city", ["city"], ["city", "shop"], None, []]


@pytest.mark.parametrize("by", BY, ids=str)
@pytest.mark.parametrize(
    "how", [stats.Mean(), stats.Max(), stats.Shift(1), utils.Rolling(stats.Sum, 2)], ids=lambda how: type(how).__name__
)
def test_a_row_gets_the_value_of_its_group(by: Any, how: Any) -> None:
    agg = fx.Agg("amount", by, how)
    groups: dict[Any, Any] = {}
    name = f"amount_{how.name}" + ("" if not by else "_by_" + "_and_".join([by] if isinstance(by, str) else by))
    assert str(agg) == name
    for row in ROWS:
        key = tuple(row[part] for part in ([by] if isinstance(by, str) else by or []))
        statistic = groups.get(key, how.clone())
        assert agg.transform_one(row) == {name: statistic.get()}
        groups[key] = statistic
        statistic.update(row["amount"])
        agg.learn_one(row)
        assert agg.transform_one(row) == {name: statistic.get()}
    state = agg.state
    assert state.name == name
    assert state.equals(pd.Series([statistic.get() for statistic in groups.values()], index=state.index))
    assert agg.transform_one({"city": "Nowhere", "shop": 9}) == {
        name: how.get() if by else next(iter(groups.values())).get()
    }
    assert len(agg.state) == len(groups)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
@pytest.mark.parametrize("by", BY, ids=str)
def test_frames_are_rows(frame: Any, by: Any) -> None:
    X = frame({name: [row[name] for row in ROWS] for name in ROWS[0]})
    many, one = fx.Agg("amount", by, stats.Mean()), fx.Agg("amount", by, stats.Mean())
    before = many.transform_many(X)
    assert type(before) is type(X) and list(before.columns) == [str(many)]
    assert before[str(many)].to_list() == [0.0] * 4
    many.learn_many(X)
    for row in ROWS:
        one.learn_one(row)
    assert many.state.equals(one.state)
    assert many.transform_many(X)[str(many)].to_list() == [one.transform_one(row)[str(one)] for row in ROWS]
    if frame is pd.DataFrame:
        X.index = pd.Index([9, 8, 7, 6])
        assert many.transform_many(X).index.equals(X.index)
    target = fx.TargetAgg(by, stats.Mean())
    target.learn_many(X, X["amount"])
    assert list(target.state) == list(one.state)


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_several_quantiles_are_a_list_in_a_column(frame: Any) -> None:
    X = frame({name: [row[name] for row in ROWS] for name in ROWS[0]})
    agg = fx.Agg("amount", "city", stats.RollingQuantile([0.0, 1.0], 3))
    agg.learn_many(X)
    column = agg.transform_many(X)[str(agg)]
    assert column.to_list() == [[3.0, 5.0], [10.0, 10.0], [3.0, 5.0], [7.0, 7.0]]
    assert agg.transform_one(ROWS[0]) == {str(agg): [3.0, 5.0]}


def test_the_target_is_what_is_followed() -> None:
    agg = fx.TargetAgg("city", stats.BayesianMean(prior=3, prior_weight=1), target_name="price")
    assert (agg.target_name, str(agg)) == ("price", "price_bayes_mean_by_city")
    agg.learn_one({"city": "Oslo"}, 5.0)
    assert agg.transform_one({"city": "Oslo"}) == {"price_bayes_mean_by_city": 4.0}
    assert agg.transform_one({"city": "Rome"}) == {"price_bayes_mean_by_city": 3.0}


def test_times_are_handed_on() -> None:
    start, days = dt.datetime(2026, 1, 1), dt.timedelta(days=1)
    agg = fx.Agg("amount", "city", utils.TimeRolling(stats.Sum, 7 * days))
    target = fx.TargetAgg("city", utils.TimeRolling(stats.Sum, 7 * days))
    for day in (0, 3, 8):
        agg.learn_one(ROWS[0], t=start + day * days)
        target.learn_one(ROWS[0], 3.0, t=start + day * days)
    assert list(agg.state) == list(target.state) == [6.0]
    many = fx.Agg("amount", "city", utils.TimeRolling(stats.Sum, 7 * days))
    X = pd.DataFrame([ROWS[0]] * 3)
    many.learn_many(X, t=[start, start + 3 * days, start + 8 * days])
    assert list(many.state) == [6.0]


def test_copies_and_clones() -> None:
    agg = fx.Agg("amount", ["city", "shop"], stats.Var(ddof=0))
    for row in ROWS:
        agg.learn_one(row)
    for other in (copy.deepcopy(agg), pickle.loads(pickle.dumps(agg))):
        assert other.state.equals(agg.state)
        other.learn_one(ROWS[1])
        other.learn_one({**ROWS[1], "amount": 0.0})
        assert not other.state.equals(agg.state)
    clone = agg.clone()
    assert (len(clone.state), clone.by, clone.on, clone.how.ddof) == (0, ["city", "shop"], "amount", 0)
    with pytest.raises(KeyError, match="amount"):
        agg.learn_one({"city": "Oslo", "shop": 1})


@pytest.mark.parametrize("how", [stats.Mean(), stats.Mode(), utils.TimeRolling(stats.Sum, 5.0)], ids=repr)
def test_groups_that_river_has_pickled_go_on(how: Any) -> None:
    # River keeps a dict of statistics by tuples.
    oslo = how.clone()
    oslo.update(4.0, **({"t": 1.0} if isinstance(how, utils.TimeRolling) else {}))
    agg = fx.Agg.__new__(fx.Agg)
    agg.__setstate__(
        {"on": "amount", "by": ["city"], "how": how, "_groups": {("Oslo",): oslo}, "_feature_name": "amount_by_city"}
    )
    assert agg.transform_one({"city": "Oslo"}) == {"amount_by_city": 4.0}
