"""The oracles against NumPy, SciPy and pandas, and the one-pass forms against the definitions."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from tests import oracles
from tests.oracles import definitions, faded

rng = random.Random(2024)
SERIES = {
    "normal": [rng.gauss(0, 1) for _ in range(80)],
    "offset": [1e3 + rng.expovariate(1) for _ in range(80)],
    "whole": [float(rng.randint(-5, 5)) for _ in range(80)],
}

by_series = pytest.mark.parametrize("values", SERIES.values(), ids=SERIES.keys())


def ew(kind: str, alpha: float, values: list[float]) -> float:
    window = pd.Series(values).ewm(alpha=alpha, adjust=False)
    series = window.mean() if kind == "mean" else window.var(bias=True)
    return float(series.iloc[-1])


Values = list[float]

REFERENCES: dict[str, tuple[Callable[[], Any], Callable[[Values], float], Callable[[Values], float]]] = {
    "skew": (oracles.Skew, definitions.skew, lambda x: scipy.stats.skew(x, bias=False)),
    "kurtosis": (
        oracles.Kurtosis,
        definitions.kurtosis,
        lambda x: scipy.stats.kurtosis(x, bias=False),
    ),
    "peak to peak": (oracles.PeakToPeak, definitions.peak_to_peak, lambda x: float(np.ptp(x))),
    "ew mean": (oracles.EWMean, faded.ew_mean, lambda x: ew("mean", 0.5, x)),
    "ew var": (oracles.EWVar, faded.ew_var, lambda x: ew("var", 0.5, x)),
    "quantile": (
        lambda: oracles.RollingQuantile(0.3, 1_000),
        lambda x: definitions.quantile(x, 0.3),
        lambda x: float(np.quantile(x, 0.3)),
    ),
    "iqr": (
        lambda: oracles.RollingIQR(1_000),
        definitions.iqr,
        lambda x: float(np.quantile(x, 0.75) - np.quantile(x, 0.25)),
    ),
}


@by_series
@pytest.mark.parametrize(("make", "definition", "reference"), REFERENCES.values(), ids=REFERENCES.keys())
def test_oracle_definition_and_reference_agree(
    make: Callable[[], Any],
    definition: Callable[..., float],
    reference: Callable[[list[float]], float],
    values: list[float],
) -> None:
    oracle = make()
    for n, x in enumerate(values, start=1):
        oracle.update(x)
        if n >= 5:
            expected = definition(values[:n])
            assert oracle.get() == pytest.approx(expected, rel=1e-9, abs=1e-9)
            assert reference(values[:n]) == pytest.approx(expected, rel=1e-9, abs=1e-9)
