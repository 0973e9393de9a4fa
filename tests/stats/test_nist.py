"""The data sets of NIST that are designed to be hard for means and standard deviations."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest

from river import stats
from tests.oracles.exact import square_root
from tests.stats.cases import feed

# After the Statistical Reference Datasets of the National Institute of Standards and Technology, univariate summary
# statistics: the constructed sets NumAcc1 to NumAcc4, from their definitions, and 5000 digits of pi. For the digits,
# nothing is certified that could be compared: the mean of those in NIST's file is 4.5348, that of pi's is 4.5358.
NIST: dict[str, list[float]] = {
    "NumAcc1": [10000001.0, 10000003.0, 10000002.0],
    "NumAcc2": [1.2] + [1.1, 1.3] * 500,
    "NumAcc3": [1000000.2] + [1000000.1, 1000000.3] * 500,
    "NumAcc4": [10000000.2] + [10000000.1, 10000000.3] * 500,
}
# What the constructed sets were designed to have: mean and standard deviation of the decimals.
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
    assert math.sqrt(var.get()) == two_pass


@pytest.mark.parametrize("name", MADE_TO_HAVE)
def test_nist_values_of_the_constructed_sets(name: str) -> None:
    mean, deviation = MADE_TO_HAVE[name]
    var = feed(stats.Var(), [(x,) for x in NIST[name]])
    assert abs(var.mean.get() - mean) <= 1e-15 * mean
    # The decimals are not the doubles: with an offset of 1e7, doubles keep eight digits of the deviation.
    assert abs(math.sqrt(var.get()) - deviation) <= 1e-7 * deviation
