"""Merging statistics that depend on the order of their observations, as one stream follows another."""

from __future__ import annotations

import collections
import datetime as dt
import itertools
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from river import stats, utils
from tests.golden.make import DIRECTORY
from tests.oracles import definitions, faded
from tests.stats.cases import FADING_OR_HALFLIFE, feed
from tests.stats.closeness import assert_close
from tests.stats.test_half_lives import data

CLASSES: list[Any] = [stats.EWMean, stats.EWVar, stats.EWCov]
DEFINITIONS: dict[Any, Any] = {
    stats.EWMean: faded.ew_mean,
    stats.EWVar: faded.ew_var,
    stats.EWCov: faded.ew_cov,
}
START = dt.datetime(2024, 3, 1)
Rows = list[tuple[Any, ...]]


def date(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def whole_seconds(seconds: float) -> np.timedelta64:
    return np.timedelta64(int(seconds), "s")


def rows_of(cls: Any, values: list[Any]) -> Rows:
    return [(x, y) if cls is stats.EWCov else (x,) for x, y in zip(values, [*values[1:], values[0]], strict=True)]


def cut(rng: random.Random, rows: Rows, parts: int) -> list[Rows]:
    edges = [0, *sorted(rng.choices(range(len(rows) + 1), k=parts - 1)), len(rows)]
    return [rows[i:j] for i, j in itertools.pairwise(edges)]


@pytest.mark.parametrize("params", [*FADING_OR_HALFLIFE, {"fading_factor": 0.0}, {"fading_factor": 1.0}], ids=str)
@pytest.mark.parametrize("cls", CLASSES)
def test_parts_are_as_near_to_the_definition_as_the_whole(cls: Any, params: dict[str, Any]) -> None:
    rng = random.Random(11)
    for offset, spread in ((0.0, 1.0), (1e9, 1.0), (-3.0, 1e-60), (0.0, 1e60)):
        rows = rows_of(cls, [offset * min(spread, 1.0) + spread * rng.gauss(0, 1) for _ in range(90)])
        expected = DEFINITIONS[cls](*zip(*rows, strict=True), **params)
        scale = offset if cls is stats.EWMean else spread**2
        for parts in (2, 3, 9):
            merged = utils.merge(feed(cls(**params), part) for part in cut(rng, rows, parts))
            assert merged.n == len(rows)
            assert_close(merged.get(), expected, 1e-14 * abs(scale), relative=1e-12)


@pytest.mark.parametrize("fading_factor", [0.5, 0.03, 1e-3])
def test_a_first_value_far_away_costs_few_digits(fading_factor: float) -> None:
    rng = random.Random(13)
    values = [*(rng.gauss(0, 1) for _ in range(50)), 1e6, *(rng.gauss(0, 1) for _ in range(400))]
    expected = faded.ew_var(values, fading_factor=fading_factor)
    left, right = (feed(stats.EWVar(fading_factor), [(x,) for x in part]) for part in (values[:50], values[50:]))
    assert_close((left + right).get(), expected, relative=1e-12)


@pytest.mark.parametrize("adjust", [False, True])
@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("as_time", [float, date, whole_seconds])
def test_times_go_on(cls: Any, adjust: bool, as_time: Any) -> None:
    times, values, _ = data(60)
    rows = [(*row, as_time(t)) for row, t in zip(rows_of(cls, values), times, strict=True)]
    for halflife in (0.3, 5.0, 1e4):
        whole = feed(cls(halflife=halflife, adjust=adjust), rows)
        for k in range(len(rows) + 1):
            left, right = (feed(cls(halflife=halflife, adjust=adjust), part) for part in (rows[:k], rows[k:]))
            merged = left + right
            assert_close(merged.get(), whole.get(), 1e-13, relative=1e-12)
            again = feed(merged, [(*rows[0][:-1], as_time(times[-1] + 3))])
            expected = feed(cls(halflife=halflife, adjust=adjust), [*rows, (*rows[0][:-1], as_time(times[-1] + 3))])
            assert_close(again.get(), expected.get(), 1e-13, relative=1e-12)


@pytest.mark.parametrize("adjust", [False, True])
def test_without_times_a_second_passes_between_streams(adjust: bool) -> None:
    timed, untimed = [(1.0, 10.0), (4.0, 12.5)], [(2.0,), (7.0,), (3.0,)]
    new = {"halflife": 2.0, "adjust": adjust}
    for left, right in ((timed, untimed), (untimed, timed), (untimed, untimed), (timed[:1], untimed[:1])):
        merged = feed(stats.EWMean(**new), left) + feed(stats.EWMean(**new), right)
        whole = feed(stats.EWMean(**new), left + right)
        assert_close(merged.get(), whole.get(), relative=1e-14)
        for later in ((5.0,), (6.0, 100.0)):
            assert_close(feed(merged, [later]).get(), feed(whole, [later]).get(), relative=1e-14)


def test_streams_that_cannot_follow() -> None:
    def timed(*times: Any) -> stats.EWMean:
        return feed(stats.EWMean(halflife=2), [(1.0, t) for t in times])

    for left, right, error, match in (
        (timed(5, 9), timed(7, 12), ValueError, "t must be at or after the last timestamp"),
        (timed(5), timed(START), TypeError, "t must be a number of seconds"),
        (timed(5), timed(None, 7), ValueError, "first observations came without a time"),
    ):
        before = left.to_bytes()
        with pytest.raises(error, match=match):
            left += right
        assert left.to_bytes() == before
    assert (timed(5) + timed(5)).n == 2


@pytest.mark.parametrize("cls", CLASSES)
@given(data=st.data())
def test_what_is_not_finite_stays_what_it_is(cls: Any, data: st.DataObject) -> None:
    values = data.draw(
        st.lists(st.sampled_from([1.0, -2.0, 1e308, -1e308, math.inf, -math.inf, math.nan]), min_size=1, max_size=6)
    )
    params = {"fading_factor": data.draw(st.sampled_from([0.0, 0.3, 1.0])), "adjust": data.draw(st.booleans())}
    rows = rows_of(cls, values)
    whole = feed(cls(**params), rows)
    for k in range(len(rows) + 1):
        merged = feed(cls(**params), rows[:k]) + feed(cls(**params), rows[k:])
        assert merged.n == whole.n
        if all(map(math.isfinite, values)) and cls is not stats.EWMean:
            continue  # squares of 1e308 are beyond all doubles
        assert_close(merged.get(), whole.get(), 1e294, relative=1e-12)


@given(
    st.lists(st.integers(-3, 3).map(float) | st.just(math.nan), max_size=20),
    st.integers(1, 5),
    st.lists(st.integers(0, 20), max_size=4).map(sorted),
)
def test_pairs_across_streams_correlate(values: list[float], lag: int, cuts: list[int]) -> None:
    edges = [0, *cuts, 20]
    merged = utils.merge(feed(stats.AutoCorr(lag), [(x,) for x in values[i:j]]) for i, j in itertools.pairwise(edges))
    whole = feed(stats.AutoCorr(lag), [(x,) for x in values])
    assert merged.n == whole.n == len(values)
    assert list(merged.window) == pytest.approx(list(whole.window), nan_ok=True)
    assert_close(merged.get(), whole.get(), 1e-12)
    if len(values) > lag + 1 and not any(map(math.isnan, values)):
        assert_close(merged.get(), definitions.auto_corr(values, lag=lag), 1e-12)


OLD = [DIRECTORY / "v1" / f"{name}.bin" for name in ("AutoCorr", "EWCov", "EWMean", "EWVar")]


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_earlier_states_can_be_followed_and_cannot_follow(path: Path) -> None:
    cls = getattr(stats, path.stem)
    old = cls.from_bytes(path.read_bytes())
    row = (3.0, 4.0) if cls is stats.EWCov else (3.0,)
    new = feed(old.clone(), [row, row])
    for left in (feed(new.clone(), [row]), cls.from_bytes(old.to_bytes())):
        before = left.to_bytes()
        with pytest.raises(ValueError, match="the right was stored without the first observation"):
            left += old
        assert left.to_bytes() == before
    assert (old.clone() + old).to_bytes() == old.to_bytes()
    followed = old + new
    expected = feed(cls.from_bytes(old.to_bytes()), [row, row])
    assert followed.n == expected.n
    assert_close(followed.get(), expected.get(), 1e-12)
    # What is not known about the left part is not known about the whole.
    with pytest.raises(ValueError, match="stored without"):
        new + cls.from_bytes(followed.to_bytes())


def test_what_river_has_kept_can_be_followed_and_cannot_follow() -> None:
    mean, product = (feed(stats.EWMean(0.5), [(x,)]) for x in (2.0, 5.0))
    cov = stats.EWCov.__new__(stats.EWCov)
    cov.__setstate__({"fading_factor": 0.5, "_mean_x": mean, "_mean_y": mean, "_mean_xy": product})
    corr = stats.AutoCorr.__new__(stats.AutoCorr)
    pearson = feed(stats.PearsonCorr(), [(1.0, 2.0), (2.0, 5.0)])
    corr.__setstate__({"lag": 1, "window": collections.deque([2.0], maxlen=1), "pearson": pearson})
    for rivers, rows in ((cov, [(1.0, 3.0)]), (corr, [(4.0,)])):
        ours: Any = feed(rivers.clone(), rows)
        assert (rivers + ours).get() == feed(rivers.clone() + rivers, rows).get()
        with pytest.raises(ValueError, match="or by river"):
            ours + rivers
