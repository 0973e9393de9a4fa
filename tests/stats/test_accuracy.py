"""Means, deviations and correlations against exact arithmetic, on data that plain sums fail on."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from river import stats
from tests import oracles
from tests.oracles.exact import square_root
from tests.stats.cases import feed

ULP = 2.0**-52

# After the Statistical Reference Datasets of the National Institute of Standards and Technology, univariate summary
# statistics: the constructed sets NumAcc1 to NumAcc4, from their definitions, and 5000 digits of pi.
NIST: dict[str, list[float]] = {
    "NumAcc1": [10000001.0, 10000003.0, 10000002.0],
    "NumAcc2": [1.2] + [1.1, 1.3] * 500,
    "NumAcc3": [1000000.2] + [1000000.1, 1000000.3] * 500,
    "NumAcc4": [10000000.2] + [10000000.1, 10000000.3] * 500,
}
# What the constructed sets were made to have: mean and standard deviation of the decimals.
MADE_TO_HAVE = {
    "NumAcc1": (10000002.0, 1.0),
    "NumAcc2": (1.2, 0.1),
    "NumAcc3": (1000000.2, 0.1),
    "NumAcc4": (10000000.2, 0.1),
}
with mpmath.workdps(5010):
    NIST["PiDigits"] = [float(digit) for digit in str(mpmath.pi).replace(".", "")[:5000]]


@pytest.mark.parametrize("name", NIST)
def test_nist_mean_and_standard_deviation(name: str) -> None:
    values = NIST[name]
    exact = [Fraction(x) for x in values]
    exact_mean = sum(exact) / len(exact)
    two_pass = square_root(sum((x - exact_mean) ** 2 for x in exact) / (len(exact) - 1))
    stat = feed(stats.Mean(), [(x,) for x in values])
    var = feed(stats.Var(), [(x,) for x in values])
    assert stat.get() == float(exact_mean)
    assert var.mean.get() == float(exact_mean)
    assert abs(math.sqrt(var.get()) - two_pass) <= ULP * two_pass


@pytest.mark.parametrize("name", MADE_TO_HAVE)
def test_nist_values_of_the_constructed_sets(name: str) -> None:
    mean, deviation = MADE_TO_HAVE[name]
    var = feed(stats.Var(), [(x,) for x in NIST[name]])
    assert abs(var.mean.get() - mean) <= 1e-15 * mean
    # The decimals are not the doubles: with an offset of 1e7 these have eight digits of the deviation.
    assert abs(math.sqrt(var.get()) - deviation) <= 1e-7 * deviation


def offset(rng: random.Random) -> list[float]:
    return [1e9 + rng.gauss(0, 1) for _ in range(300)]


def scaled(unit: float) -> Callable[[random.Random], list[float]]:
    return lambda rng: [unit * rng.uniform(0.5, 2) for _ in range(100)]


def cancelling(rng: random.Random) -> list[float]:
    large = [10.0 ** rng.uniform(0, 20) for _ in range(50)]
    values = [*large, *(-x for x in large), 1.0, 2.0]
    rng.shuffle(values)
    return values


DATA: dict[str, Callable[[random.Random], list[float]]] = {
    "offset": offset,
    "1e300": scaled(1e300),
    "1e-300": scaled(1e-300),
    "subnormal": scaled(1e-310),
    "1e155": scaled(1e155),
    "1e-155": scaled(1e-155),
    "1e308": scaled(0.8e308),
    "cancelling": cancelling,
}
BOUNDS: dict[type[Any], float] = {
    stats.Sum: 3e-16,
    stats.Mean: 3e-16,
    stats.Var: 1e-14,
    stats.SEM: 1e-14,
    stats.CoefficientOfVariation: 1e-14,
    stats.RootMeanSquare: 1e-15,
    stats.GeometricMean: 2e-15,
    stats.HarmonicMean: 1e-15,
}


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("cls", BOUNDS)
def test_the_error_is_within_what_the_docstring_says(cls: type[Any], name: str) -> None:
    if cls is stats.CoefficientOfVariation and name == "cancelling":
        pytest.skip("the mean of values that cancel has no such bound, as the docstring says")
    values = DATA[name](random.Random(61))
    stat, oracle = cls(), getattr(oracles, cls.__name__)()
    for x in values:
        stat.update(x)
        oracle.update(x)
    expected = oracle.get()
    if math.isnan(expected) or math.isinf(expected):
        assert stat.get() == expected or math.isnan(stat.get())
        return
    # Below the normal numbers the result itself is a multiple of the smallest one.
    lost = sum(1e-31 * abs(x) for x in values) * {stats.Sum: len(values), stats.Mean: 1}.get(cls, 0) + 5e-324
    assert abs(stat.get() - expected) <= BOUNDS[cls] * abs(expected) + lost
    assert math.isfinite(stat.get())


@pytest.mark.parametrize("cls", [stats.Cov, stats.PearsonCorr])
@pytest.mark.parametrize(("x", "y"), [("offset", "offset"), ("1e300", "1e-300"), ("subnormal", "1e155")])
def test_pairs(cls: type[Any], x: str, y: str) -> None:
    rows = list(zip(DATA[x](random.Random(67)), DATA[y](random.Random(71)), strict=False))
    stat, oracle = feed(cls(), rows), feed(getattr(oracles, cls.__name__)(), rows)
    spread = math.sqrt(oracle.co_moment(0, 0) * oracle.co_moment(1, 1)) / len(rows) if cls is stats.Cov else 1.0
    assert abs(stat.get() - oracle.get()) <= 2e-14 * spread


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


@pytest.mark.slow
def test_ten_million_values() -> None:
    rng = random.Random(79)
    block = [1e9 + rng.gauss(0, 1) for _ in range(1_000)]
    mean, var = stats.Mean(), stats.Var(ddof=0)
    for _ in range(10_000):
        for x in block:
            mean.update(x)
            var.update(x)
    exact = [Fraction(x) for x in block]
    expected = sum(exact) / len(exact)
    assert mean.get() == float(expected)
    assert var.get() == pytest.approx(float(sum((x - expected) ** 2 for x in exact) / len(exact)), rel=1e-14)


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
