"""Groups hold what a dict of statistics would hold, for every class of the conformance table."""

from __future__ import annotations

import copy
import math
import pickle
import random
from collections.abc import Hashable
from fractions import Fraction
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

#: Keys of all types, some of which are equal.
KEYS: list[Hashable] = [0, 1, 1.0, True, -5, 2**70, 0.5, "a", "ä", b"a", None, (1, "a"), (1.0, "a"), Fraction(1), "1"]


def dictionary(case: Case, keys: list[Any], rows: list[Any]) -> dict[Any, Any]:
    groups: dict[Any, Any] = {}
    for key, row in zip(keys, rows, strict=True):
        groups.setdefault(key, case.make()).update(*row)
    return groups


def same(groups: utils.GroupBy[Any], expected: dict[Any, Any]) -> None:
    """Assert that groups are those of a dict, in its order."""
    assert list(groups) == list(expected)
    assert [type(key) for key in groups] == [type(key) for key in expected]
    for key, statistic in expected.items():
        assert_same(groups.get(key), statistic.get())
        assert_same(groups[key].get(), statistic.get())
        assert groups[key].n == statistic.n
        assert type(groups[key]) is type(statistic)


def columns(rows: list[Any]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def stream(case: Case, keys: list[Any]) -> tuple[list[Any], list[Any]]:
    rows = list(case.short)
    rng = random.Random(5)
    return rng.choices(keys, k=len(rows)), rows


@pytest.mark.parametrize("case", CASES, ids=repr)
@pytest.mark.parametrize("keys", [[3, 1, 2], ["b", "a", "c"], KEYS], ids=["ints", "texts", "any"])
def test_groups_are_those_of_a_dict(case: Case, keys: list[Any]) -> None:
    labels, rows = stream(case, keys)
    groups = utils.GroupBy(case.cls, **case.params[0])
    assert len(groups) == 0 and not list(groups) and groups.get() == {}
    for key, row in zip(labels, rows, strict=True):
        groups.update(key, *row)
    expected = dictionary(case, labels, rows)
    same(groups, expected)
    many = utils.GroupBy(case.make())
    many.update_many(labels, *columns(rows))
    assert list(many) == list(groups)
    for value, other in zip(many.get().values(), groups.get().values(), strict=True):
        assert_close(value, other, relative=1e-9)


@pytest.mark.parametrize("case", CASES, ids=repr)
@pytest.mark.parametrize("before", [False, True], ids=["after", "before"])
def test_accumulate_has_the_value_of_the_group(case: Case, before: bool) -> None:
    labels, rows = stream(case, ["x", "y", None])
    held: dict[Any, Any] = {}
    expected = []
    for key, row in zip(labels, rows, strict=True):
        statistic = held.setdefault(key, case.make())
        values = [statistic.get()]
        statistic.update(*row)
        values.append(statistic.get())
        expected.append(values[not before])
    groups = utils.GroupBy(case.cls, **case.params[0])
    found = groups.accumulate(labels, *columns(rows), before=before)
    assert isinstance(found, np.ndarray)
    for value, other in zip(found.tolist(), expected, strict=True):
        assert_same(math.nan if other is None else other, value)
    same(groups, held)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_groups_are_copied_pickled_and_written_as_bytes(case: Case) -> None:
    for keys in ([3, 1, None], ["b", "a", None], [2.5, (1, "b"), b"c", None, "d"]):
        labels, rows = stream(case, keys)
        groups = utils.GroupBy(case.cls, **case.params[0])
        groups.update_many(labels, *columns(rows))
        for other in (
            pickle.loads(pickle.dumps(groups)),
            utils.GroupBy.from_bytes(groups.to_bytes()),
            copy.copy(groups),
            copy.deepcopy(groups),
        ):
            assert other.to_bytes() == groups.to_bytes()
            assert list(other) == list(groups)
            before = groups.to_bytes()
            other.update(labels[0], *rows[0])
            assert groups.to_bytes() == before
        clone = groups.clone()
        assert len(clone) == 0
        clone.update_many(labels, *columns(rows))
        assert clone.to_bytes() == groups.to_bytes()


@pytest.mark.parametrize("case", [case for case in CASES if "merge" in case.abilities], ids=repr)
def test_merged_groups_are_merged_statistics(case: Case) -> None:
    labels, rows = stream(case, [1, "b", None, 2.5])
    half = len(rows) // 3
    left, right = (utils.GroupBy(case.cls, **case.params[0]) for _ in range(2))
    left.update_many(labels[:half], *columns(rows[:half]))
    right.update_many(labels[half:], *columns(rows[half:]))
    expected = dict(left.items())
    for key, statistic in right.items():
        expected[key] = expected[key] + statistic if key in expected else case.make() + statistic
    same(left + right, expected)
    same(utils.merge([left, right]), expected)
    alone = left.to_bytes()
    assert (left + left.clone()).to_bytes() == (left.clone() + left).to_bytes() == alone
    left += left
    assert left.keys() == list(utils.GroupBy.from_bytes(alone))


def test_what_cannot_be_merged_says_why() -> None:
    one, other = utils.GroupBy(stats.Var), utils.GroupBy(stats.Var, ddof=0)
    assert (one + other).get() == {}
    one.update(1, 1.0)
    other.update(2, 1.0)
    with pytest.raises(ValueError, match="ddof must be the same in groups that are merged, got 1 and 0"):
        one + other
    with pytest.raises(TypeError, match="got groups of Var and Mean"):
        one += utils.GroupBy(stats.Mean)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="cannot be merged exactly"):
        utils.GroupBy(stats.Quantile) + utils.GroupBy(stats.Quantile)
    limited = utils.GroupBy(stats.Var, max_groups=3)
    limited.update(1, 1)
    with pytest.raises(ValueError, match="max_groups must be the same"):
        one + limited
    with pytest.raises(TypeError):
        one + 1
    assert one.keys() == [1]


SOURCES: dict[str, Any] = {
    "list": lambda keys: keys,
    "array": lambda keys: np.array(keys),
    "objects": lambda keys: np.array(keys, dtype=object),
    "series": lambda keys: pd.Series(keys),
    "categories": lambda keys: pd.Series(keys, dtype="category"),
    "pandas strings or nullable": lambda keys: pd.Series(keys).convert_dtypes(),
    "polars": lambda keys: pl.Series(keys),
    "arrow": lambda keys: pa.array(keys),
    "dictionary": lambda keys: pa.array(keys).dictionary_encode(),
    "chunks": lambda keys: pa.chunked_array([keys[:3], keys[3:]]),
    "generator": lambda keys: (key for key in keys),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "keys",
    [[3, -1, 3, 2**40, 3], ["b", "ä", "b", "a longer key than sixteen bytes", "b"], [True, False, True, True, False]],
    ids=["ints", "texts", "flags"],
)
def test_every_container_of_keys_is_read(source: str, keys: list[Any]) -> None:
    groups = utils.GroupBy(stats.Sum)
    groups.update_many(SOURCES[source](keys), [1.0, 2.0, 3.0, 4.0, 5.0])
    expected: dict[Any, float] = {}
    for key, x in zip(keys, [1.0, 2.0, 3.0, 4.0, 5.0], strict=True):
        expected[key] = expected.get(key, 0.0) + x
    assert groups.get() == expected
    assert [type(key) for key in groups] == [type(key) for key in expected]


@pytest.mark.parametrize(
    "keys",
    [
        pa.array([1, None, 1, None]),
        pa.array(["a", None, "a", None]),
        pd.Series([1, None, 1, None], dtype="Int64"),
        [1, None, 1, None],
        np.ma.masked_array([1, 7, 1, 7], mask=[False, True, False, True]),
        pl.Series(["a", None, "a", None], dtype=pl.Categorical),
    ],
    ids=["arrow ints", "arrow texts", "nullable", "list", "masked", "categories"],
)
def test_a_missing_key_is_none(keys: Any) -> None:
    groups = utils.GroupBy(stats.Sum)
    groups.update_many(keys, [1, 2, 3, 4])
    first = next(iter(groups))
    assert groups.get() == {first: 4.0, None: 6.0}


def test_a_tuple_of_columns_is_keys_of_tuples() -> None:
    groups = utils.GroupBy(stats.Count)
    groups.update_many((np.array([1, 2, 1]), pa.array(["a", None, "a"])), [0, 0, 0])
    groups.update((2, None))
    assert groups.get() == {(1, "a"): 2, (2, None): 2}
    groups.update_many(([5],), [0])
    assert groups.keys()[-1] == (5,)
    with pytest.raises(ValueError, match="keys must be a column or a tuple of at least one"):
        groups.update_many((), [])
    with pytest.raises(ValueError, match=r"keys\[0\] 2, keys\[1\] 1 values"):
        groups.update_many(([1, 2], [1]), [0, 0])
    with pytest.raises(ValueError, match="keys 2, X 1 values"):
        groups.update_many([1, 2], [0])


def test_all_nan_are_one_key() -> None:
    groups = utils.GroupBy(stats.Sum)
    groups.update_many(np.array([math.nan, 1.0, math.nan]), [1, 2, 3])
    groups.update(float("nan"), 1)
    groups.update(np.float32("nan"), 1)
    assert math.nan in groups and len(groups) == 2 and groups.get(float("nan")) == 6.0
    groups.update((1, float("nan")), 1)
    groups.update((1, float("nan")), 1)
    assert len(pickle.loads(pickle.dumps(groups))) == len(groups) == 3
    assert math.nan in utils.GroupBy.from_bytes(groups.to_bytes())


def test_scalars_of_numpy_are_keys_as_pythons() -> None:
    groups = utils.GroupBy(stats.Sum)
    for key in (np.int64(1), np.uint8(1), np.float64(1.0), np.bool_(True), 1):
        groups.update(key, 1.0)
    groups.update(np.str_("a"), 1.0)
    assert groups.get() == {1: 5.0, "a": 1.0}
    assert [type(key) for key in groups] == [int, str]


def test_what_is_no_key_or_no_observation_changes_nothing() -> None:
    groups = utils.GroupBy(stats.Var)
    groups.update(1, 1.0)
    before = groups.to_bytes()
    with pytest.raises(TypeError, match="unhashable"):
        groups.update([1], 1.0)
    with pytest.raises(TypeError, match="unhashable"):
        [1] in groups  # noqa: B015
    with pytest.raises(TypeError, match="must be a number"):
        groups.update(2, "one")
    with pytest.raises(TypeError, match="is missing the argument x"):
        groups.update(2)
    with pytest.raises(TypeError, match="is missing the argument key"):
        groups.update()
    for w in (-1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match=r"cannot revert|w must be a finite number"):
            groups.update(2, 1.0, w)
        with pytest.raises(ValueError, match=r"w\[1\]"):
            groups.update_many([2, 3], [1.0, 2.0], w=[1.0, w])
    with pytest.raises(TypeError, match="takes no argument t here"):
        groups.update(2, 1.0, t=5)
    with pytest.raises(TypeError, match="takes no argument t here"):
        groups.update_many([2], [1.0], t=[5])
    with pytest.raises(TypeError, match=r"X\[1\]"):
        groups.update_many([2, 3], [1.0, "two"])
    with pytest.raises(TypeError, match="the column X is missing"):
        groups.update_many([2, 3])
    with pytest.raises(TypeError, match=r"keys\[1\] unhashable"):
        groups.update_many([2, []], [1.0, 2.0])
    groups.update(2, 1.0, 0)
    groups.update_many([2, 3], [1.0, 2.0], w=[0, 0])
    assert groups.to_bytes() == before


def test_weights_are_those_of_the_statistic() -> None:
    groups, alone = utils.GroupBy(stats.Mean), stats.Mean()
    for x, w in ((1.0, 2.0), (5.0, 1.5), (1.0, -1.0)):
        alone.update(x, w)
        groups.update("a", x, w)
    many = utils.GroupBy(stats.Mean)
    many.update_many(["a", "a", "a"], [1.0, 5.0, 1.0], w=[2.0, 1.5, -1.0])
    assert groups.get("a") == many.get("a") == alone.get()
    assert groups["a"].n == alone.n


def test_a_batch_that_is_refused_half_way_changes_nothing() -> None:
    groups = utils.GroupBy(stats.EWMean, halflife=3)
    groups.update_many(["a", "b"], [1.0, 2.0], t=[0, 5])
    before = groups.to_bytes()
    with pytest.raises(ValueError, match=r"t\[2\]"):
        groups.update_many(["a", "c", "b", "a"], [1.0, 2.0, 3.0, 4.0], t=[1, 2, 3, 4])
    assert groups.to_bytes() == before
    limited = utils.GroupBy(stats.EWMean, halflife=3, max_groups=2)
    limited.update_many(["a", "b"], [1.0, 2.0], t=[0, 5])
    before = limited.to_bytes()
    with pytest.raises(ValueError, match=r"t\[2\]"):
        limited.update_many(["c", "b", "b", "a"], [1.0, 2.0, 3.0, 4.0], t=[1, 6, 3, 4])
    assert limited.to_bytes() == before


def test_missing_values_are_left_out_and_skipna_counts_them() -> None:
    xs = pa.array([1.0, None, math.nan, 4.0, None])
    plain, skipping = utils.GroupBy(stats.Sum), utils.GroupBy(stats.Sum, skipna=True)
    for groups in (plain, skipping):
        groups.update_many([1, 2, 1, 3, 1], xs)
    assert_same(tuple(plain.get().values()), (math.nan, 4.0))
    assert skipping.get() == {1: 1.0, 3: 4.0}
    assert (plain.n_skipped, skipping.n_skipped) == (0, 3)
    skipping.update(9, None)
    skipping.update(9, math.nan)
    assert 9 not in skipping and skipping.n_skipped == 5
    assert skipping.accumulate([1, 8, 3], xs[1:4]).tolist() == [1.0, 0.0, 8.0]
    assert (skipping + skipping).n_skipped == 2 * skipping.n_skipped
    pairs = utils.GroupBy(stats.Cov, skipna=True)
    pairs.update_many([1, 1, 2], [1.0, math.nan, 2.0], [1.0, 1.0, math.nan], w=[1, 2, 3])
    assert (pairs.keys(), pairs[1].n, pairs.n_skipped) == ([1], 1.0, 2)


def test_groups_are_popped_and_found_like_those_of_a_dict() -> None:
    groups = utils.GroupBy(stats.Sum)
    groups.update_many(["a", "b", "c"], [1, 2, 3])
    assert groups.pop("a").get() == 1.0
    assert sorted(groups) == ["b", "c"] and groups.get() == {"b": 2.0, "c": 3.0}
    assert groups.pop("a", None) is None
    for call in (groups.get, groups.pop, groups.__getitem__):
        with pytest.raises(KeyError, match="'a'"):
            call("a")
    statistic = groups["b"]
    statistic.update(5)
    assert groups.get("b") == 2.0
    assert {key: value.get() for key, value in groups.items()} == groups.get()
    groups.update("a", 9)
    assert groups.get()["a"] == 9.0
    assert dict(groups).keys() == groups.get().keys()
    assert repr(groups) == "GroupBy(Sum): 3 groups" and groups


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.integers(-5, 5), st.booleans()), max_size=60))
def test_any_sequence_of_calls_is_that_of_a_dict(calls: list[tuple[Any, int, bool]]) -> None:
    groups, expected = utils.GroupBy(stats.Sum), {}
    for key, x, pops in calls:
        if pops and key in expected:
            assert groups.pop(key).get() == expected.pop(key).get()
        else:
            groups.update(key, x)
            expected.setdefault(key, stats.Sum()).update(x)
        assert (key in groups) == (key in expected)
    assert groups.get() == {key: statistic.get() for key, statistic in expected.items()}


def test_parameters_are_those_of_the_statistic() -> None:
    template = stats.Var(ddof=0)
    template.update(100.0)
    groups = utils.GroupBy(template)
    groups.update(1, 1.0)
    groups.update(1, 2.0)
    assert groups.get() == {1: 0.25} and groups[1].ddof == 0
    assert template.n == 1
    with pytest.raises(TypeError, match="GroupBy takes parameters with a class"):
        utils.GroupBy(template, ddof=1)
    with pytest.raises(TypeError, match="GroupBy needs a statistic"):
        utils.GroupBy(3)
    clone = utils.GroupBy(stats.Mean, max_groups=7, idle_after=1.5, skipna=True).clone({"max_groups": 8})
    assert (clone.max_groups, clone.idle_after, clone.skipna, clone.on_evict) == (8, 1.5, True, None)


def test_checkpoints_hold_groups(tmp_path: Any) -> None:
    groups = utils.GroupBy(stats.Mean, max_groups=5)
    groups.update_many(["a", "b", "a"], [1, 2, 3])
    utils.save(tmp_path / "groups", {"by": groups})
    found = utils.load(tmp_path / "groups")["by"]
    assert type(found) is utils.GroupBy and found.get() == groups.get() and found.max_groups == 5
