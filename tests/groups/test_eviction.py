"""Groups beyond the limit, or idle for too long, are evicted, and nothing else is lost."""

from __future__ import annotations

import datetime as dt
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats, utils
from tests.models import Groups
from tests.stats.closeness import assert_same


class OwnSum:
    """A sum in plain Python, so that its groups are a dict."""

    def __init__(self) -> None:
        self.sum = 0.0

    def update(self, x: float) -> None:
        self.sum += x

    def get(self) -> float:
        return self.sum

    def __add__(self, other: OwnSum) -> OwnSum:
        merged = OwnSum()
        merged.sum = self.sum + other.sum
        return merged


def sums_of(model: Groups) -> tuple[dict[Any, float], list[tuple[Any, float]]]:
    """Return the sum of each group, and of each that was evicted."""
    return {key: total.get() for key, total in model.held.items()}, [(key, it.get()) for key, it in model.evicted]


SUMS = pytest.mark.parametrize("sums", [stats.Sum, OwnSum], ids=["in Rust", "in a dict"])
ROWS = st.lists(st.tuples(st.sampled_from([1, 2, 3, "a", "b", None, (1, 2)]), st.integers(1, 9), st.integers(0, 30)))
LIMITS = st.sampled_from([(1, None), (3, None), (None, 4.0), (3, 4.0), (2, 0.5), (None, None)])


@SUMS
@given(rows=ROWS, limits=LIMITS, single=st.integers(0, 20), sort=st.booleans())
def test_what_is_evicted_is_what_a_model_evicts(
    sums: Any, rows: list[tuple[Any, int, int]], limits: tuple[int | None, float | None], single: int, sort: bool
) -> None:
    max_groups, idle_after = limits
    rows = sorted(rows, key=lambda row: row[2]) if sort else rows
    model, told = Groups(OwnSum, max_groups, idle_after), []
    groups: utils.GroupBy[Any] = utils.GroupBy(
        sums,
        max_groups=max_groups,
        idle_after=idle_after,
        on_evict=lambda key, total: told.append((key, total.get())),
    )
    for key, x, t in rows:
        model.update(key, x, t=t)
    timed = idle_after is not None
    for key, x, t in rows[:single]:
        groups.update(key, x, **({"t": t} if timed else {}))
    rest = rows[single:]
    columns = [list(column) for column in zip(*rest, strict=True)] or [[], [], []]
    groups.update_many(columns[0], columns[1], **({"t": columns[2]} if timed else {}))
    assert (groups.get(), told) == sums_of(model)
    assert groups.n_evicted == len(told)
    assert sum(groups.get().values()) + sum(total for _, total in told) == sum(x for _, x, _ in rows)
    for other in (pickle.loads(pickle.dumps(groups.clone({"on_evict": None}) + groups)), groups):
        other.on_evict = lambda key, total: told.append((key, total.get()))
        told.clear()
        model.evicted.clear()
        if other is groups:
            for key, x, t in rows:
                model.update(key, x, t=t + 30)
                groups.update(key, x, **({"t": t + 30} if timed else {}))
            assert (groups.get(), told) == sums_of(model)


@given(ROWS, LIMITS)
def test_accumulate_is_update_and_get(
    rows: list[tuple[Any, int, int]], limits: tuple[int | None, float | None]
) -> None:
    max_groups, idle_after = limits
    groups, single = (utils.GroupBy(stats.Sum, max_groups=max_groups, idle_after=idle_after) for _ in range(2))
    timed = idle_after is not None
    expected = []
    for key, x, t in rows:
        single.update(key, x, **({"t": t} if timed else {}))
        expected.append(single.get(key))
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    found = groups.accumulate(columns[0], columns[1], **({"t": columns[2]} if timed else {}))
    assert found.tolist() == expected
    assert groups.get() == single.get() and groups.n_evicted == single.n_evicted


def test_stored_groups_go_on_as_before() -> None:
    groups = utils.GroupBy(stats.Sum, max_groups=3, idle_after=dt.timedelta(seconds=10))
    start = dt.datetime(2026, 1, 1)
    for i, key in enumerate(["a", "b", "c", "a"]):
        groups.update(key, 1, t=start + dt.timedelta(seconds=i))
    other = utils.GroupBy.from_bytes(groups.to_bytes())
    assert (other.max_groups, other.idle_after) == (3, dt.timedelta(seconds=10))
    for each in (groups, other):
        each.update("d", 1, t=start + dt.timedelta(seconds=5))
        assert sorted(each) == ["a", "c", "d"]
        each.advance(start + dt.timedelta(seconds=13))
        assert sorted(each) == ["a", "d"]
    assert groups.to_bytes() == other.to_bytes()
    with pytest.raises(TypeError, match="without time zone"):
        groups.update("d", 1, t=5.0)
    with pytest.raises(TypeError, match="t is missing"):
        groups.update("d", 1)
    with pytest.raises(TypeError, match="t is missing"):
        groups.update_many(["d"], [1])
    with pytest.raises(TypeError, match="no clock to advance"):
        utils.GroupBy(stats.Sum).advance(5)
    assert groups.to_bytes() == other.to_bytes()


@SUMS
def test_an_exception_of_on_evict_propagates_when_all_is_done(sums: Any) -> None:
    told = []

    def on_evict(key: Any, statistic: Any) -> None:
        told.append((key, statistic.get(), len(groups), groups.get()))
        raise RuntimeError(f"no room for {key}")

    groups = utils.GroupBy(sums, max_groups=2, on_evict=on_evict)
    groups.update_many([1, 2], [1, 2])
    with pytest.raises(RuntimeError, match="no room for 1"):
        groups.update_many([3, 4], [3, 4])
    final = {3: 3.0, 4: 4.0}
    assert told == [(1, 1.0, 2, final), (2, 2.0, 2, final)]
    with pytest.raises(RuntimeError, match="no room for 3"):
        groups.update(5, 5)
    assert groups.get() == {5: 5.0, 4: 4.0}
    groups.on_evict = None
    groups.update(6, 6)
    with pytest.raises(TypeError, match="on_evict must be None or something that can be called"):
        groups.on_evict = 5  # type: ignore[assignment]


@SUMS
def test_groups_that_are_merged_keep_their_order_and_limits(sums: Any) -> None:
    left, right = (utils.GroupBy(sums, max_groups=3) for _ in range(2))
    left.update_many(["a", "b", "c"], [1, 2, 3])
    right.update_many(["d", "b"], [4, 5])
    merged = left + right
    assert merged.get() == {"c": 3.0, "b": 7.0, "d": 4.0} and merged.n_evicted == 1
    late, early = (utils.GroupBy(sums, idle_after=10) for _ in range(2))
    early.update_many(["a", "b"], [1, 1], t=[0, 5])
    late.update_many(["c", "b"], [1, 1], t=[3, 12])
    for merged in (early + late, late + early):
        assert merged.get() == {"b": 2.0, "c": 1.0}
        merged.update("d", 1, t=14)
        assert merged.get() == {"b": 2.0, "d": 1.0}
    dated = utils.GroupBy(sums, idle_after=10)
    dated.update("a", 1, t=dt.datetime(2026, 1, 1))
    before = early.get()
    with pytest.raises(TypeError, match="must be a"):
        early += dated
    assert early.get() == before


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"max_groups": 0}, "max_groups must be None or an integer >= 1, got 0"),
        ({"max_groups": -3}, "max_groups must be None or an integer >= 1, got -3"),
        ({"idle_after": 0}, "idle_after must be a period > 0, got 0"),
        ({"idle_after": float("nan")}, "got NaN"),
    ],
)
def test_limits_out_of_range_are_refused(limits: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        utils.GroupBy(stats.Mean, **limits)


def test_statistics_that_look_at_times_take_them() -> None:
    groups = utils.GroupBy(stats.EWMean, halflife=2, idle_after=100)
    alone = stats.EWMean(halflife=2)
    for t, x in enumerate([1.0, 5.0, 2.0]):
        groups.update("a", x, t=t)
        alone.update(x, t=t)
    groups.update_many(["b"], [1.0], t=[5])
    assert_same(groups.get("a"), alone.get())


@pytest.mark.parametrize("statistic", [stats.Sum, stats.Mode], ids=lambda cls: cls.__name__)
def test_what_was_evicted_is_put_back(statistic: Any) -> None:
    archive: dict[Any, Any] = {}
    groups = utils.GroupBy(statistic, max_groups=2, on_evict=archive.__setitem__)
    groups.update_many(["a", "b", "c"], [1.0, 2.0, 3.0])
    assert list(archive) == ["a"]
    groups["a"] = archive.pop("a")
    assert groups.get() == {"c": 3.0, "a": 1.0} and list(archive) == ["b"]
    idle = utils.GroupBy(statistic, idle_after=5)
    idle["a"] = groups["a"]
    idle.update("a", 1.0, t=100)
    idle.update("b", 1.0, t=104)
    assert idle["a"].n == 2 and len(idle) == 2
    copied = groups["a"]
    copied.update(1.0)
    groups["a"] = copied
    assert groups["a"].n == 2 and len(groups) == 2
    with pytest.raises(TypeError, match=f"a group must be a {statistic.__name__}, got Mean"):
        groups["a"] = stats.Mean()
    with pytest.raises(ValueError, match="parameters"):
        utils.GroupBy(stats.Var)["a"] = stats.Var(ddof=0)
