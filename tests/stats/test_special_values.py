"""Sums, means and deviations of data whose results are known, and the parts that they are made of."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import pytest

from river import stats
from tests.stats.cases import feed


def test_known_sums() -> None:
    for values, total in (([1e16, 1, -1e16], 1.0), ([1e308, 1e308, -1e308], 1e308), ([1e100, 1, -1e100, -1], 0.0)):
        assert feed(stats.Sum(), [(x,) for x in values]).get() == total
        assert feed(stats.Mean(), [(x,) for x in values]).get() == total / len(values)
    twice = feed(stats.Sum(), [(1e308,), (1e308,)])
    assert twice.get() == math.inf
    twice.update(-1e308)
    assert twice.get() == 1e308


@pytest.mark.parametrize("values", [[0.1] * 1000, [1e308] * 3, [5e-324] * 7, [-1e9] * 10, [49.0] * 11])
def test_equal_values(values: Sequence[float]) -> None:
    rows = [(x,) for x in values]
    assert feed(stats.Mean(), rows).get() == values[0]
    assert feed(stats.Var(), rows).get() == 0.0
    assert feed(stats.SEM(), rows).get() == 0.0
    assert feed(stats.CoefficientOfVariation(), rows).get() == 0.0
    assert feed(stats.RootMeanSquare(), rows).get() == abs(values[0])
    if values[0] > 0:
        assert feed(stats.GeometricMean(), rows).get() == values[0]
        assert feed(stats.HarmonicMean(), rows).get() == pytest.approx(values[0], rel=1e-15)


def test_correlation_never_leaves_its_limits() -> None:
    rng = random.Random(73)
    for _ in range(300):
        slope = rng.choice((-1, 1)) * 10 ** rng.uniform(-5, 5)
        offsets = [10 ** rng.uniform(-3, 9) for _ in range(2)]
        pearson = stats.PearsonCorr()
        for _ in range(20):
            x = rng.gauss(0, 1)
            pearson.update(x + offsets[0], slope * x + offsets[1])
            assert -1.0 <= pearson.get() <= 1.0


def test_correlation_of_two_pairs_does_not_depend_on_ddof() -> None:
    for ddof in (0, 1, 2, 5):
        pearson = feed(stats.PearsonCorr(ddof), [(1.0, 2.0), (3.0, 1.0)])
        assert pearson.get() == pytest.approx(-1.0, rel=1e-15)


def test_infinities_follow_numpy() -> None:
    mean = feed(stats.Mean(), [(1.0,), (math.inf,), (2.0,)])
    assert mean.get() == math.inf
    mean.update(-math.inf)
    assert math.isnan(mean.get())
    var = feed(stats.Var(), [(1.0,), (-math.inf,), (2.0,)])
    assert math.isnan(var.get())
    assert var.mean.get() == -math.inf
    cov = feed(stats.Cov(), [(1.0, 1.0), (math.inf, 2.0), (3.0, 6.0)])
    assert (cov.mean_x.get(), cov.mean_y.get()) == (math.inf, 3.0)
    assert feed(stats.RootMeanSquare(), [(1.0,), (-math.inf,), (math.inf,)]).get() == math.inf


def test_parts_are_statistics() -> None:
    rows = [(float(x), float(x * x % 7)) for x in range(10)]
    pearson = feed(stats.PearsonCorr(), rows)
    assert type(pearson.var_x) is stats.Var
    assert type(pearson.cov_xy) is stats.Cov
    assert pearson.var_y.get() == feed(stats.Var(), [(y,) for _, y in rows]).get()
    assert pearson.cov_xy.get() == feed(stats.Cov(), rows).get()
    assert type(pearson.cov_xy.mean_x) is stats.Mean
    assert pearson.cov_xy.mean_x.get() == 4.5
    var = stats.SEM._from_state(10, 4.5, 2.0, ddof=0)
    assert type(var) is stats.SEM
    assert isinstance(var, stats.Var)
    assert (var.n, var.mean.get(), var._S, var.ddof) == (10.0, 4.5, 20.0, 0)
    assert stats.Var._from_state(n=3, m=1, var=2).get() == stats.Var._from_state(n=3, m=1, sig=2).get() == 2.0
    assert stats.Cov._from_state(4, 1.0, 2.0, -3.0, ddof=2).get() == -3.0
    assert stats.Mean._from_state(4, 2.5)._mean == 2.5
    auto = feed(stats.AutoCorr(2), [(1.0,), (2.0,), (3.0,)])
    assert (list(auto.window), auto.window.maxlen, auto.pearson.n, auto.n) == ([2.0, 3.0], 2, 1.0, 3)


@pytest.mark.parametrize("arguments", [(-1, 0.0, 1.0), (math.nan, 0.0, 1.0), (3, 0.0, -1.0)])
def test_impossible_states_are_refused(arguments: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"n must|var must"):
        stats.Var._from_state(*arguments)


def test_a_prior_counts_as_so_many_values() -> None:
    mean = stats.BayesianMean(prior=-3.5, prior_weight=0.25)
    assert mean.get() == -3.5
    mean.update(1.0, 0.75)
    assert mean.get() == -0.125
    assert stats.BayesianMean(prior=7.0, prior_weight=0).get() == 7.0
