"""Several quantiles at once, and interpolation between two values."""

from __future__ import annotations

import copy
import functools
import io
import math
import pickle
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats, utils
from tests.golden.check import DIRECTORY
from tests.oracles.quantile import by_rank
from tests.oracles.rolling_quantile import interpolate

WAYS = ("linear", "lower", "higher", "nearest", "midpoint")
NUMBERS = st.floats(-1e6, 1e6, width=32) | st.integers(-3, 3).map(float)
PROBABILITIES = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=6)
VALUES = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0]
QS = [0.9, 0.1, 0.5]

Make = Callable[..., Any]

NEWEST = functools.partial(stats.RollingQuantile, window_size=3)

#: Classes that give the exact quantiles of the newest three values.
EXACT: dict[str, Make] = {
    "RollingQuantile": lambda q, **more: stats.RollingQuantile(q, 3, **more),
    "Rolling": lambda q, **more: utils.Rolling(stats.Quantile, 3, q=q, **more),
    "Slots": lambda q, **more: utils.Rolling(stats.Quantile, 3, nulls="slot", q=q, **more),
    "Rolling of RollingQuantile": lambda q, **more: utils.Rolling(NEWEST, 5, q=q, **more),
}


def loop(stat: Any, values: Sequence[float], **beside: Sequence[float]) -> list[Any]:
    """Return the value after each update."""
    found = []
    for i, x in enumerate(values):
        stat.update(x, **{name: column[i] for name, column in beside.items()})
        found.append(stat.get())
    return found


@given(values=st.lists(NUMBERS, max_size=60), qs=PROBABILITIES)
def test_estimates_are_those_of_one_each_in_the_order_of_the_probabilities(
    values: list[float], qs: list[float]
) -> None:
    several, each = stats.Quantile(qs), [stats.Quantile(q) for q in qs]
    assert several.get() is None
    for x in values:
        several.update(x)
        for one in each:
            one.update(x)
        found = several.get()
        assert found == by_rank([one.get_or(math.nan) for one in each], qs)
        assert [x for _, x in sorted(zip(qs, found, strict=True))] == sorted(found)


def test_estimates_of_one_each_do_cross() -> None:
    qs, crossed = [0.5, 0.52], 0
    several, each = stats.Quantile(qs), [stats.Quantile(q) for q in qs]
    for x in np.random.default_rng(1).normal(size=3_000).round(1):
        for stat in (several, *each):
            stat.update(x)
        low, high = (one.get_or(math.nan) for one in each)
        crossed += low > high
        assert several.get() == sorted([low, high])
    assert crossed


@pytest.mark.parametrize("q", [[0.5], (0.1, 0.9), np.array([0.9, 0.1, 0.5]), range(2), pd.Series([0.3, 0.4])])
def test_any_sequence_of_probabilities_has_a_list(q: Any) -> None:
    for stat in (stats.Quantile(q), stats.RollingQuantile(q, 100)):
        assert stat.q == tuple(map(float, q))
        stat.update_many(VALUES)
        assert isinstance(stat.get(), list)
        assert len(stat.get()) == len(q)
    assert isinstance(stats.Quantile(np.float64(0.5)).q, float)


@pytest.mark.parametrize("interpolation", WAYS)
@pytest.mark.parametrize("name", EXACT)
@given(values=st.lists(NUMBERS, min_size=1, max_size=30), qs=PROBABILITIES)
def test_windows_agree_with_numpy(name: str, interpolation: Any, values: list[float], qs: list[float]) -> None:
    make = EXACT[name]
    found = loop(make(qs, interpolation=interpolation), values)
    for n, quantiles in enumerate(found, start=1):
        expected = np.quantile(values[max(0, n - 3) : n], qs, method=interpolation)
        np.testing.assert_allclose(quantiles, expected, rtol=0, atol=1e-15 * max(map(abs, values)))
    column = make(qs, interpolation=interpolation)
    np.testing.assert_array_equal(column.accumulate(values), found)
    assert column.get() == found[-1]
    assert loop(make(qs[0], interpolation=interpolation), values) == [row[0] for row in found]


@pytest.mark.parametrize("interpolation", WAYS)
@given(values=st.lists(NUMBERS, min_size=1, max_size=30), qs=PROBABILITIES)
def test_windows_of_time_agree_with_numpy(interpolation: Any, values: list[float], qs: list[float]) -> None:
    times = [0.3 * i for i in range(len(values))]
    make = lambda q: utils.TimeRolling(stats.Quantile, 1.0, q=q, interpolation=interpolation)  # noqa: E731
    found = loop(make(qs), values, t=times)
    for n, quantiles in enumerate(found, start=1):
        expected = np.quantile(values[max(0, n - 4) : n], qs, method=interpolation)
        np.testing.assert_allclose(quantiles, expected, rtol=0, atol=1e-15 * max(map(abs, values)))
    np.testing.assert_array_equal(make(qs).accumulate(values, t=times), found)
    assert loop(make(qs[0]), values, t=times) == [row[0] for row in found]


@pytest.mark.parametrize("interpolation", WAYS)
@pytest.mark.parametrize("size", [12, 100, 1_000])
def test_long_columns_agree_with_numpy(interpolation: Any, size: int) -> None:
    values = np.random.default_rng(size).normal(size=2_000).round(2)
    qs = [0.9, 0.0, 0.25, 1.0, 0.5]
    for start in (0, 500):
        several = stats.RollingQuantile(qs, size, interpolation)
        several.update_many(values[:start])
        found = several.accumulate(values[start:])
        for n in (*range(start, start + 3), size, size + 1, 1_500, 1_999):
            if n >= start:
                expected = np.quantile(values[max(0, n + 1 - size) : n + 1], qs, method=interpolation)
                np.testing.assert_allclose(found[n - start], expected, rtol=1e-15)
        assert several.get() == found[-1].tolist()
        window = utils.Rolling(stats.Quantile, size, q=qs, interpolation=interpolation)
        window.update_many(values[:start])
        np.testing.assert_array_equal(window.accumulate(values[start:]), found)
        for index, q in enumerate(qs):
            one = stats.RollingQuantile(q, size, interpolation)
            one.update_many(values[:start])
            np.testing.assert_array_equal(one.accumulate(values[start:]), found[:, index])
    assert several.to_bytes() == window_bytes(qs, size, interpolation, values)


def window_bytes(qs: Any, size: int, interpolation: Any, values: Any) -> bytes:
    stat = stats.RollingQuantile(qs, size, interpolation)
    for x in values:
        stat.update(x)
    return stat.to_bytes()


@pytest.mark.parametrize(
    ("interpolation", "expected"),
    [("linear", 1.5), ("lower", 1.0), ("higher", 2.0), ("nearest", 2.0), ("midpoint", 1.5)],
)
def test_half_way_between_two_values(interpolation: Any, expected: float) -> None:
    # Halves are rounded to the even index: up from 1.5 and down from 2.5.
    assert loop(stats.RollingQuantile(0.5, 9, interpolation), [0.0, 1.0, 2.0, 3.0])[-1] == expected
    below = {"linear": 2.5, "lower": 2.0, "higher": 3.0, "nearest": 2.0, "midpoint": 2.5}[interpolation]
    assert loop(stats.RollingQuantile(0.5, 9, interpolation), range(6))[-1] == below
    assert interpolate(range(6), 0.5, interpolation) == np.quantile(range(6), 0.5, method=interpolation) == below


@pytest.mark.parametrize("interpolation", WAYS)
@pytest.mark.parametrize("name", EXACT)
def test_the_outermost_quantiles_are_the_extremes(name: str, interpolation: Any) -> None:
    for n, ends in enumerate(loop(EXACT[name]([0, 1], interpolation=interpolation), VALUES), start=1):
        kept = VALUES[max(0, n - 3) : n]
        assert ends == [min(kept), max(kept)]


def test_estimates_know_no_interpolation() -> None:
    plain = loop(stats.Quantile(QS), VALUES)
    for interpolation in WAYS:
        assert loop(stats.Quantile(QS, interpolation=interpolation), VALUES) == plain  # type: ignore[arg-type]
        tumbling = utils.TumblingWindow(stats.Quantile, 4, q=QS, interpolation=interpolation)
        assert loop(tumbling, VALUES)[-1] == loop(stats.Quantile(QS), VALUES[4:8])[-1]


@pytest.mark.parametrize("cls", [stats.Quantile, lambda *args: stats.RollingQuantile(args[0], 3, *args[1:])])
def test_a_nan_makes_all_quantiles_nan(cls: Make) -> None:
    stat = cls(QS)
    stat.update_many([1.0, math.nan, 2.0])
    assert all(map(math.isnan, stat.get()))


def makers() -> dict[str, Callable[[], Any]]:
    return {
        "Quantile": lambda: stats.Quantile(QS, "higher"),
        "one": lambda: stats.Quantile([0.5]),
        "one, lower": lambda: stats.Quantile(0.5, "lower"),
        "tumbling": lambda: utils.TumblingWindow(stats.Quantile, 4, q=QS),
        "time": lambda: utils.TimeRolling(stats.Quantile, 2.5, q=QS, interpolation="midpoint"),
        **{name: lambda make=make: make(QS, interpolation="nearest") for name, make in EXACT.items()},
    }


@pytest.mark.parametrize("name", makers())
def test_states_and_copies(name: str) -> None:
    make = makers()[name]
    beside = {"t": [0.5 * i for i in range(len(VALUES))]} if name == "time" else {}
    expected = loop(make(), VALUES, **beside)
    stat = make()
    loop(stat, VALUES[:6], **{key: column[:6] for key, column in beside.items()})
    copies = [copy.copy(stat), copy.deepcopy(stat), pickle.loads(pickle.dumps(stat)), from_file(stat)]
    if name != "Rolling of RollingQuantile":
        copies.append(type(stat).from_bytes(stat.to_bytes()))
    for again in copies:
        assert again.get() == stat.get() == expected[5]
        assert repr(again) == repr(stat)
        rest = loop(again, VALUES[6:], **{key: column[6:] for key, column in beside.items()})
        assert rest == expected[6:]
    assert stat.clone().get() is None
    assert loop(stat.clone(), VALUES, **beside) == expected


def from_file(stat: Any) -> Any:
    held = io.BytesIO()
    pickle.dump({"stat": [stat]}, held, protocol=pickle.HIGHEST_PROTOCOL)
    return pickle.loads(held.getvalue())["stat"][0]


def test_parameters_are_shown() -> None:
    stat = stats.RollingQuantile(np.array([0.1, 0.9]), 3, "lower")
    assert (stat.q, stat.interpolation, stat.window_size) == ((0.1, 0.9), "lower", 3)
    assert stat._get_params() == {"q": (0.1, 0.9), "window_size": 3, "interpolation": "lower"}  # type: ignore[attr-defined]
    assert repr(stats.Quantile([0.1, 0.9])).startswith("Quantile: ")
    assert stat.clone({"q": 0.5}).q == 0.5


@pytest.mark.parametrize("cls", [stats.Quantile, stats.RollingQuantile])
def test_one_quantile_that_is_linear_is_stored_as_before(cls: Any) -> None:
    data = (DIRECTORY / "v1" / f"{cls.__name__}.bin").read_bytes()
    assert cls.from_bytes(data).to_bytes() == data
    assert cls.from_bytes(data).interpolation == "linear"


@pytest.mark.parametrize("name", [name for name in makers() if name not in ("one, lower", "time")])
def test_columns_have_two_dimensions(name: str) -> None:
    make, width = makers()[name], 1 if name == "one" else 3
    expected = [[math.nan] * width if row is None else row for row in loop(make(), VALUES)]
    for column in (VALUES, np.array(VALUES), pd.Series(VALUES), pa.array(VALUES), np.array(VALUES, np.float32)):
        found = make().accumulate(column)
        assert (found.dtype, found.shape) == (float, (len(VALUES), width))
        np.testing.assert_array_equal(found, expected)
    lazy = [row if isinstance(row, list) else [row] * width for row in make().accumulate(iter(VALUES))]
    np.testing.assert_array_equal(lazy, expected)
    assert make().accumulate([]).shape == (0, width)
    if name != "Slots":
        gaps = make().accumulate(pa.array([None, VALUES[0], None, *VALUES[1:]]))
        np.testing.assert_array_equal(gaps, [[math.nan] * width, expected[0], expected[0], *expected[1:]])


def test_rows_without_enough_values_are_nan() -> None:
    for window in (
        utils.Rolling(stats.Quantile, 3, q=QS, min_samples=2),
        utils.Rolling(stats.Quantile, 3, q=QS, min_samples=2, nulls="slot"),
    ):
        assert window.get() is None
        found = window.accumulate([1.0, 3.0, 2.0])
        assert np.isnan(found[0]).all()
        np.testing.assert_allclose(found[1:], [[2.8, 1.2, 2.0], [2.8, 1.2, 2.0]])
    slots = utils.Rolling(stats.Quantile, 2, q=[0, 1], nulls="slot")
    np.testing.assert_array_equal(slots.accumulate([1.0, None, None, 2.0]), [[1, 1], [1, 1], [math.nan] * 2, [2, 2]])


def test_in_links() -> None:
    link = stats.Shift(1) | stats.Quantile(QS)
    found = loop(link, VALUES)
    assert found[1:] == loop(stats.Quantile(QS), VALUES[:-1])
    again = stats.Shift(1) | stats.Quantile(QS)
    np.testing.assert_array_equal(again.accumulate(VALUES)[1:], found[1:])
    assert np.isnan((stats.Shift(1) | stats.Quantile(QS)).accumulate(VALUES)[0]).all()
    assert again.get() == link.get()
    assert again.to_bytes() == link.to_bytes()
    assert type(link).from_bytes(link.to_bytes()).get() == link.get()
    delayed = stats.Quantile([0.0, 1.0]) | stats.Shift(1)
    assert loop(delayed, [1.0, 2.0, 3.0]) == [None, [1.0, 1.0], [1.0, 2.0]]


@pytest.mark.parametrize("left", [stats.Quantile(QS), stats.RollingQuantile(QS, 3)])
def test_a_list_is_no_number_for_a_link_to_pass_on(left: Any) -> None:
    for right in (stats.Mean(), stats.Quantile(0.5), utils.Rolling(stats.Max, 3)):
        link = left.clone() | right
        with pytest.raises(TypeError, match=r"must be a number, got \[1\.0, 1\.0, 1\.0\]"):
            link.update(1.0)
        for call in (link.update_many, link.accumulate):
            with pytest.raises(TypeError, match="must be a number"):
                call([1.0, 2.0])


def test_in_groups_and_summaries() -> None:
    keys, values = ["a", "b", "a"], [1.0, 2.0, 3.0]
    groups = utils.GroupBy(stats.Quantile, q=[0.0, 1.0])
    groups.update_many(keys, values)
    assert {key: groups[key].get() for key in groups} == {"a": [1.0, 3.0], "b": [2.0, 2.0]}
    assert pa.table(groups).column_names[1:] == [
        f"{pa.table(utils.GroupBy(stats.Quantile)).column_names[1]}_{i}" for i in (0, 1)
    ]
    after = utils.GroupBy(stats.Quantile, q=[0.0, 1.0]).accumulate(keys, values)
    assert (after.dtype, after.tolist()) == (np.float64, [[1.0, 1.0], [2.0, 2.0], [1.0, 3.0]])
    before = utils.GroupBy(stats.Quantile, q=[0.0, 1.0]).accumulate(keys, values, before=True)
    np.testing.assert_array_equal(before, [[np.nan] * 2, [np.nan] * 2, [1.0, 1.0]])
    for key, expected in (("b", [[2.0, 2.0]]), ("unknown", [[np.nan] * 2])):
        np.testing.assert_array_equal(groups.get_many([key]), expected)
    rolling = utils.GroupBy(utils.Rolling(stats.Quantile, 1, q=[0.0, 1.0])).accumulate(keys, values)
    assert rolling.tolist() == [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    windows = utils.GroupBy(utils.Rolling(stats.Quantile, 1, q=[0.0, 1.0]))
    windows.update_many(keys, values)
    assert windows["a"].get() == [3.0, 3.0]
    summary = utils.Summary(mean=stats.Mean(), ends=stats.Quantile([0.0, 1.0]))
    summary.update_many(values)
    assert summary.get() == {"mean": 2.0, "ends": [1.0, 3.0]}


def test_merges() -> None:
    left, right = (stats.RollingQuantile(QS, 3, "lower") for _ in range(2))
    left.update_many(VALUES[:5])
    right.update_many(VALUES[5:])
    assert (left + right).get() == loop(stats.RollingQuantile(QS, 3, "lower"), VALUES)[-1]
    for other, name in ((stats.RollingQuantile(0.5, 3, "lower"), "q"), (stats.RollingQuantile(QS, 3), "interpolation")):
        other.update(1.0)
        with pytest.raises(ValueError, match=rf"{name} .* same in both"):
            left + other
    with pytest.raises(TypeError, match="RollingQuantile"):
        stats.Quantile(QS) + stats.Quantile(QS)


@pytest.mark.parametrize("make", [stats.Quantile, lambda q=0.5, **more: stats.RollingQuantile(q, 3, **more)])
def test_errors_name_what_was_wrong(make: Make) -> None:
    with pytest.raises(ValueError, match=re.escape("interpolation must be 'linear', 'lower', 'higher', 'nearest' or")):
        make(interpolation="cubic")
    with pytest.raises(ValueError, match="got 'cubic'"):
        make(interpolation="cubic")
    with pytest.raises(ValueError, match="q must be at least one probability, got none"):
        make([])
    with pytest.raises(ValueError, match=r"q must be between 0 and 1, got 1\.5"):
        make([0.5, 1.5])
    with pytest.raises(TypeError, match="q must be a number or a sequence of numbers"):
        make("0.5")
