"""Entropy: fading, long streams, and when values are dropped from the counts."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from river import stats
from tests.stats.cases import feed


def defined(values: Sequence[object], fading_factor: float = 1.0) -> float:
    """Return the entropy of the faded distribution, by its definition."""
    weights: dict[object, list[float]] = {}
    for age, value in enumerate(reversed(values)):
        weights.setdefault(value, []).append(fading_factor**age)
    return float(scipy.stats.entropy([math.fsum(weight) for weight in weights.values()]))


@given(st.lists(st.integers(0, 6), min_size=1), st.floats(0, 1, exclude_min=True))
def test_agrees_with_the_definition_whatever_the_factor(values: list[int], fading_factor: float) -> None:
    stat = stats.Entropy(fading_factor)
    for n, value in enumerate(values, start=1):
        stat.update(value)
        assert stat.get() == pytest.approx(defined(values[:n], fading_factor), abs=1e-12)
        assert stat.get() == stat.entropy


@pytest.mark.parametrize("fading_factor", [1.0, 1 - 1e-7, 0.9999, 0.99, 0.5, 1e-9])
def test_a_long_stream_neither_overflows_nor_drifts(fading_factor: float) -> None:
    values = np.random.default_rng(1).geometric(0.2, size=200_000).tolist()
    stat = feed(stats.Entropy(fading_factor), ((x,) for x in values))
    ages = np.arange(len(values))[::-1]
    weights = np.bincount(values, weights=fading_factor**ages)
    assert stat.get() == pytest.approx(scipy.stats.entropy(weights), abs=1e-9)
    assert stat.n == len(values)


def test_the_entropy_of_equal_counts_is_the_logarithm_of_how_many() -> None:
    for k in (2, 3, 10, 1_000):
        stat = feed(stats.Entropy(), ((x,) for x in list(range(k)) * 20))
        assert stat.get() == pytest.approx(math.log(k), rel=1e-14)


@pytest.mark.parametrize("fading_factor", [1.0, 0.9, 0.1])
def test_one_value_has_no_entropy(fading_factor: float) -> None:
    stat = stats.Entropy(fading_factor)
    for _ in range(1_000):
        stat.update("same")
        assert repr(stat.get()) == "0.0"


def test_two_values_far_apart_in_weight_never_make_it_negative() -> None:
    stat = stats.Entropy(1e-12)
    for x in "ab" * 50 + "aaaa" * 10:
        stat.update(x)
        assert 0 <= stat.get() < 1e-9


def test_eps_is_kept_and_does_not_enter() -> None:
    without, with_eps = stats.Entropy(eps=0.0), stats.Entropy(eps=0.5)
    assert with_eps.eps == 0.5
    assert feed(without, [(x,) for x in "abca"]).get() == feed(with_eps, [(x,) for x in "abca"]).get()


def test_the_counter_counts_as_long_as_nothing_fades() -> None:
    values = random.Random(2).choices("abcd", k=200)
    stat = feed(stats.Entropy(), [(x,) for x in values])
    assert stat.counter == Counter(values)
    assert type(stat.counter) is Counter
    assert list(stat.counter) == list(Counter(values))
    assert {type(count) for count in stat.counter.values()} == {int}


def test_the_counter_of_faded_values_has_their_weights() -> None:
    stat = feed(stats.Entropy(0.5), [(x,) for x in "abab"])
    assert stat.counter == Counter({"b": 1.25, "a": 0.625})


def test_values_that_have_faded_away_are_let_go() -> None:
    stat = stats.Entropy(0.9)
    for i in range(100_000):
        stat.update(i)
    # A weight of 5e-20 takes 422 updates, and a while until it is noticed.
    assert len(stat.counter) < 1_000
    assert len(stat.to_bytes()) < 100_000
    assert stat.get() == pytest.approx(defined(range(2_000), 0.9), abs=1e-12)
