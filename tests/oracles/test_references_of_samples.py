"""The oracles that keep their observations, against NumPy, SciPy and pandas on whole samples."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from tests import oracles

SIZE = 60
rng = random.Random(99)
X = [rng.gauss(2, 1) for _ in range(SIZE)]
Y = [x + rng.gauss(0, 1) for x in X]
POSITIVE = [rng.lognormvariate(0, 1) for _ in range(SIZE)]
WEIGHTS = [rng.randint(1, 4) for _ in range(SIZE)]
TIES = [(rng.randint(0, 5), rng.randint(1, 4)) for _ in range(SIZE)]
LETTERS = [rng.choice("aaabbc") for _ in range(SIZE)]
REPEATED = np.repeat(X, WEIGHTS)
SECONDS = list(np.cumsum([rng.expovariate(1) for _ in range(SIZE)]).round(3))

Single = Sequence[Any]

ONE_COLUMN: dict[str, tuple[Any, Single, Any]] = {
    "Sum": (oracles.Sum(), X, np.sum(X)),
    "Mean": (oracles.Mean(), X, np.mean(X)),
    "BayesianMean": (oracles.BayesianMean(1.0, 3.0), X, np.mean([*X, 1, 1, 1])),
    "RootMeanSquare": (oracles.RootMeanSquare(), X, np.sqrt(np.mean(np.square(X)))),
    "GeometricMean": (oracles.GeometricMean(), POSITIVE, scipy.stats.gmean(POSITIVE)),
    "HarmonicMean": (oracles.HarmonicMean(), POSITIVE, scipy.stats.hmean(POSITIVE)),
    "CoefficientOfVariation": (
        oracles.CoefficientOfVariation(),
        X,
        scipy.stats.variation(X, ddof=1),
    ),
    "Var": (oracles.Var(), X, np.var(X, ddof=1)),
    "Var, ddof 0": (oracles.Var(0), X, np.var(X)),
    "Std": (oracles.Std(), X, np.std(X, ddof=1)),
    "SEM": (oracles.SEM(), X, scipy.stats.sem(X)),
    "AutoCorr": (oracles.AutoCorr(3), X, pd.Series(X).autocorr(3)),
    "Min": (oracles.Min(), X, np.min(X)),
    "Max": (oracles.Max(), X, np.max(X)),
    "AbsMax": (oracles.AbsMax(), X, np.max(np.abs(X))),
    "RollingMin": (oracles.RollingMin(7), X, np.min(X[-7:])),
    "RollingMax": (oracles.RollingMax(7), X, np.max(X[-7:])),
    "RollingAbsMax": (oracles.RollingAbsMax(7), X, np.max(np.abs(X[-7:]))),
    "RollingPeakToPeak": (oracles.RollingPeakToPeak(7), X, np.ptp(X[-7:])),
    "Shift": (oracles.Shift(4), X, pd.Series(X).shift(4).iloc[-1]),
    "First": (oracles.First(), X, X[0]),
    "Last": (oracles.Last(), X, X[-1]),
    "FirstDifference": (oracles.FirstDifference(), X, np.diff(X)[-1]),
    "Link": (oracles.Link(oracles.Shift(1), oracles.Mean()), X, np.mean(X[:-1])),
    "Rate": (oracles.Rate(), SECONDS, 1 / np.mean(np.diff(SECONDS))),
    "Count": (oracles.Count(), X, SIZE),
    "Entropy": (oracles.Entropy(), LETTERS, scipy.stats.entropy(list(Counter(LETTERS).values()))),
}

TWO_COLUMNS: dict[str, tuple[Any, Single, Any]] = {
    "Mean, weighted": (
        oracles.Mean(),
        list(zip(X, WEIGHTS, strict=True)),
        np.average(X, weights=WEIGHTS),
    ),
    "Var, weighted": (
        oracles.Var(),
        list(zip(X, WEIGHTS, strict=True)),
        np.var(REPEATED, ddof=1),
    ),
    "Cov": (oracles.Cov(), list(zip(X, Y, strict=True)), np.cov(X, Y)[0, 1]),
    "Cov, weighted": (
        oracles.Cov(),
        list(zip(X, Y, WEIGHTS, strict=True)),
        np.cov(X, Y, fweights=WEIGHTS)[0, 1],
    ),
    "PearsonCorr": (
        oracles.PearsonCorr(),
        list(zip(X, Y, strict=True)),
        scipy.stats.pearsonr(X, Y).statistic,
    ),
    "EWCov": (
        oracles.EWCov(0.2),
        list(zip(X, Y, strict=True)),
        pd.Series(X).ewm(alpha=0.2, adjust=False).cov(pd.Series(Y), bias=True).iloc[-1],
    ),
    "KolmogorovSmirnov": (
        oracles.KolmogorovSmirnov(),
        TIES,
        scipy.stats.ks_2samp([x for x, _ in TIES], [y for _, y in TIES]).statistic,
    ),
}


@pytest.mark.parametrize(("oracle", "values", "expected"), ONE_COLUMN.values(), ids=ONE_COLUMN.keys())
def test_one_column(oracle: Any, values: Single, expected: float) -> None:
    for x in values:
        oracle.update(x)
    assert oracle.get() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("oracle", "rows", "expected"), TWO_COLUMNS.values(), ids=TWO_COLUMNS.keys())
def test_several_columns(oracle: Any, rows: Single, expected: float) -> None:
    for row in rows:
        oracle.update(*row)
    assert oracle.get() == pytest.approx(expected, rel=1e-12)


def test_chi_squared() -> None:
    rng = random.Random(4)
    tested = 0
    for width in (2, 3, 4, 5):
        oracle = oracles.ChiSquared()
        pairs = [(rng.choice("abcde"[:width]), rng.choice("xyzuv"[:width])) for _ in range(200)]
        for pair in pairs:
            oracle.update(*pair)
        table = pd.crosstab([x for x, _ in pairs], [y for _, y in pairs])
        expected = scipy.stats.chi2_contingency(table, correction=False)
        assert oracle.get() == pytest.approx(expected.statistic, rel=1e-12)
        assert oracle.degrees_of_freedom == expected.dof
        assert oracle.p_value == pytest.approx(expected.pvalue, rel=1e-9)
        tested += 1
    assert tested == 4


def test_kullback_leibler() -> None:
    rng = random.Random(5)
    for labels in ("ab", "abcde"):
        oracle = oracles.KullbackLeibler()
        pairs = [(rng.choice(labels), rng.choice(labels)) for _ in range(200)]
        for pair in pairs:
            oracle.update(*pair)
        shares = [[[pair[i] for pair in pairs].count(label) for label in labels] for i in (0, 1)]
        assert oracle.get() == pytest.approx(scipy.stats.entropy(*shares), rel=1e-10)


@pytest.mark.parametrize("adjust", [True, False])
@pytest.mark.parametrize("times", [None, SECONDS])
def test_half_lives(adjust: bool, times: list[float] | None) -> None:
    stamps: Any = None if times is None else pd.to_datetime([round(1e9 * t) for t in times])
    halflife: Any = 2.5 if times is None else pd.Timedelta(seconds=2.5)
    expected = pd.Series(X).ewm(halflife=halflife, times=stamps, adjust=adjust).mean()
    oracle = oracles.TimedEWMean(2.5, adjust)
    for i, x in enumerate(X):
        oracle.update(x, None if times is None else times[i])
        assert oracle.get() == pytest.approx(expected[i], rel=1e-12)


@pytest.mark.parametrize("adjust", [True, False])
@pytest.mark.parametrize(("make", "second"), [(oracles.TimedEWVar, X), (oracles.TimedEWCov, Y)], ids=["var", "cov"])
def test_half_lives_of_the_second_moment(adjust: bool, make: Callable[..., Any], second: list[float]) -> None:
    expected = pd.Series(X).ewm(halflife=3.0, adjust=adjust).cov(pd.Series(second), bias=True)
    oracle = make(3.0, adjust)
    for i, row in enumerate(zip(X, Y, strict=True)):
        oracle.update(*row[: 1 if second is X else 2])
        assert oracle.get() == pytest.approx(expected[i], rel=1e-12, abs=1e-14)
