"""The divergence of two streams of labels, against SciPy and exact arithmetic."""

from __future__ import annotations

import math
import pickle
from collections import Counter
from typing import Any

import mpmath
import numpy as np
import pyarrow as pa
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from river import stats, utils
from tests.stats.cases import feed
from tests.stats.test_merging_objects import Named

LABELS = st.lists(st.sampled_from("abcd"), max_size=40)


def of_streams(xs: Any, ys: Any) -> stats.KullbackLeibler:
    stat = stats.KullbackLeibler()
    for x in xs:
        stat.update_x(x)
    for y in ys:
        stat.update_y(y)
    return stat


def exact(xs: Any, ys: Any) -> mpmath.mpf:
    left, right = Counter(xs), Counter(ys)
    if not xs or not ys:
        return mpmath.mpf(0)
    if not left.keys() <= right.keys():
        return mpmath.inf
    share = {label: mpmath.mpf(count) / len(xs) for label, count in left.items()}
    return mpmath.fsum(p * mpmath.log(p / (mpmath.mpf(right[label]) / len(ys))) for label, p in share.items())


@given(LABELS, LABELS)
def test_streams_of_any_length(xs: list[str], ys: list[str]) -> None:
    stat = of_streams(xs, ys)
    with mpmath.workdps(60):
        expected = exact(xs, ys)
        assert stat.get() == expected or abs(stat.get() - expected) <= 1e-15 * expected
    assert (stat.n_x, stat.n_y, stat.n) == (len(xs), len(ys), max(len(xs), len(ys)))
    assert (stat.x_totals, stat.y_totals) == (Counter(xs), Counter(ys))
    assert type(stat).from_bytes(stat.to_bytes()).to_bytes() == stat.to_bytes()
    assert pickle.loads(pickle.dumps(stat)).get() == stat.get()


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=8))
def test_agrees_with_scipy(weights: list[int]) -> None:
    counts = np.array(weights), np.array(weights[::-1])
    stat = stats.KullbackLeibler()
    for update, of in zip((stat.update_x, stat.update_y), counts, strict=True):
        for label, count in enumerate(of % 50 + 1):
            for _ in range(count):
                update(label)
    assert stat.get() == pytest.approx(scipy.stats.entropy(*(of % 50 + 1 for of in counts)), rel=1e-9, abs=1e-15)


def test_almost_equal_streams_are_as_exact_as_others() -> None:
    n = 500_000
    stat = stats.KullbackLeibler()
    stat.update_many(["a"] * n + ["b"] * n, ["a"] * (n - 1) + ["b"] * (n + 1))
    with mpmath.workdps(60):
        half = mpmath.mpf(1) / 2
        expected = -half * mpmath.log(1 - mpmath.mpf(1) / n**2)
        assert abs(stat.get() - expected) <= 1e-15 * expected
    # From the shares in floating point, SciPy keeps three digits of it.
    assert scipy.stats.entropy([n, n], [n - 1, n + 1]) == pytest.approx(float(expected), rel=1e-3)


@given(LABELS, LABELS, LABELS, LABELS)
def test_merges_of_streams_of_any_length(a: list[str], b: list[str], c: list[str], d: list[str]) -> None:
    left, right = of_streams(a, b), of_streams(c, d)
    merged = left + right
    assert (merged.get(), merged.n_x, merged.n_y) == (of_streams(a + c, b + d).get(), len(a + c), len(b + d))
    assert (merged.x_totals, merged.y_totals) == (Counter(a + c), Counter(b + d))
    rest = merged - right
    assert (rest.get(), rest.x_totals, rest.y_totals) == (left.get(), Counter(a), Counter(b))
    if Counter(c) - Counter(a):
        before = left.to_bytes()
        with pytest.raises(ValueError, match="not among those seen"):
            left -= right
        assert left.to_bytes() == before


def test_reverts_of_one_stream() -> None:
    stat = of_streams("aab", "ab")
    stat.revert_x("a")
    stat.revert_y("b")
    assert (stat.x_totals, stat.y_totals, stat.get()) == ({"a": 1, "b": 1}, {"a": 1}, math.inf)
    before = stat.to_bytes()
    for revert, label in ((stat.revert_x, "c"), (stat.revert_y, "b"), (stat.revert_x, "unknown")):
        with pytest.raises(ValueError, match="not among those seen"):
            revert(label)
        assert stat.to_bytes() == before
    for pair in (("a", "b"), ("c", "a")):
        with pytest.raises(ValueError, match="not among those seen"):
            stat.revert(*pair)
        assert stat.to_bytes() == before
    for update in (stat.update_x, stat.update_y):
        with pytest.raises(TypeError, match="unhashable"):
            update([])
    assert stat.to_bytes() == before


@pytest.mark.parametrize("label", [str, Named, lambda name: (name,)])
def test_both_streams_have_the_same_labels(label: Any) -> None:
    xs, ys = "abcabdd", "dcbaaab"
    pairs = [(label(x), label(y)) for x, y in zip(xs, ys, strict=True)]
    by_row, by_column, rolling = (
        stats.KullbackLeibler(),
        stats.KullbackLeibler(),
        utils.Rolling(stats.KullbackLeibler, 4),
    )
    timed = utils.TimeRolling(stats.KullbackLeibler, 4.0)
    tumbling = utils.TumblingWindow(stats.KullbackLeibler, 7)
    for t, pair in enumerate(pairs):
        by_row.update(*pair)
        rolling.update(*pair)
        timed.update(*pair, t=t)
        tumbling.update(*pair)
        newest = stats.KullbackLeibler()
        for x, y in list(zip(xs, ys, strict=True))[max(0, t - 3) : t + 1]:
            newest.update(x, y)
        assert rolling.get() == timed.get() == newest.get()
    by_column.update_many(*map(list, zip(*pairs, strict=True)))
    with mpmath.workdps(60):
        expected = float(exact(xs, ys))
    assert by_row.get() == by_column.get() == tumbling.get() == pytest.approx(expected, rel=1e-15)
    assert len(by_row.x_totals) == len(by_column.y_totals) == 4
    for window in (rolling, timed, tumbling):
        assert pickle.loads(pickle.dumps(window)).get() == window.get()


def test_columns_of_different_kinds_have_the_same_labels() -> None:
    stat, loop = stats.KullbackLeibler(), stats.KullbackLeibler()
    xs, ys = [1, 2, 2, 3, 1], [1.0, 2.0, 3.0, 3.0, 2.5]
    stat.update_many(pa.array(xs).dictionary_encode(), np.array(ys))
    for x, y in zip(xs, ys, strict=True):
        loop.update(x, y)
    assert stat.get() == loop.get()
    assert (stat.x_totals, stat.y_totals) == (Counter(xs), Counter(ys))
    assert stat.to_bytes() == loop.to_bytes()
    stat = stats.KullbackLeibler()
    stat.update_many(pa.array(["a", None, "b"]), ["a", "b", "a"])
    assert (stat.x_totals, stat.y_totals) == ({"a": 1, "b": 1}, {"a": 2})


@given(
    st.lists(st.tuples(st.sampled_from([1, 1.0, True, "a", None]), st.sampled_from([1, 1.0, "a", 2]))),
    st.integers(0, 9),
)
def test_columns_hold_the_objects_of_the_loop(rows: list[tuple[Any, Any]], cut: int) -> None:
    rows = [row for row in rows if None not in row]
    stat, loop = stats.KullbackLeibler(), feed(stats.KullbackLeibler(), rows)
    for part in (rows[:cut], rows[cut:]):
        stat.update_many(*([list(column) for column in zip(*part, strict=True)] or [[], []]))
    assert repr(stat.x_totals) == repr(loop.x_totals)
    assert stat.to_bytes() == loop.to_bytes()
