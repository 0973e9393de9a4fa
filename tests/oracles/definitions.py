"""The definitions themselves, over all values at once and in exact arithmetic.

Each function takes the values and the parameters of the class it judges; some also `times`, how
often the whole sequence of values was repeated. Values are finite.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tests.oracles.covariance import PearsonCorr
from tests.oracles.exact import rounded, square_root, total
from tests.oracles.quantile import IQR, MAD, Quantile
from tests.oracles.rolling_quantile import interpolate


def _means_of_powers(values: Sequence[float], *powers: int) -> Iterator[Fraction]:
    exact = [Fraction(x) for x in values]
    mean = total(exact) / len(exact)
    for power in powers:
        yield total((x - mean) ** power for x in exact) / len(exact)


def sum_of(values: Sequence[float]) -> float:
    return rounded(total(Fraction(x) for x in values))


def mean(values: Sequence[float]) -> float:
    return rounded(total(Fraction(x) for x in values) / len(values))


def root_mean_square(values: Sequence[float]) -> float:
    return square_root(total(Fraction(x) ** 2 for x in values) / len(values))


def _variance(values: Sequence[float], ddof: int) -> Fraction:
    (m2,) = _means_of_powers(values, 2)
    return m2 * len(values) / (len(values) - ddof) if len(values) > ddof else Fraction(0)


def var(values: Sequence[float], ddof: int = 1) -> float:
    return rounded(_variance(values, ddof))


def std(values: Sequence[float], ddof: int = 1) -> float:
    return square_root(_variance(values, ddof))


def sem(values: Sequence[float], ddof: int = 1) -> float:
    return square_root(_variance(values, ddof) / len(values))


def skew(values: Sequence[float], bias: bool = False, times: int = 1) -> float:
    n = times * len(values)
    m2, m3 = _means_of_powers(values, 2, 3)
    if m2 == 0:
        return 0.0 if n <= 2 else math.nan
    # The square of m3 / m2^(3/2) is rational: one rounding, then one square root.
    squared = m3**2 / m2**3
    if not bias and n > 2:
        squared *= Fraction(n * (n - 1), (n - 2) ** 2)
    return math.copysign(square_root(squared), 1 if m3 >= 0 else -1)


def kurtosis(values: Sequence[float], bias: bool = False, times: int = 1) -> float:
    n = times * len(values)
    m2, m4 = _means_of_powers(values, 2, 4)
    if m2 == 0:
        return -3.0 if n <= 3 else math.nan
    ratio = m4 / m2**2
    if bias or n <= 3:
        return rounded(ratio - 3)
    return rounded(((n * n - 1) * ratio - 3 * (n - 1) ** 2) / ((n - 2) * (n - 3)))


def peak_to_peak(values: Sequence[float]) -> float:
    return rounded(Fraction(max(values)) - Fraction(min(values)))


def quantile(values: Sequence[float], q: float, interpolation: str = "linear") -> float:
    if interpolation == "linear":
        return rounded(_quantile(values, q))
    # The neighbouring values follow from a rounded index, as in NumPy.
    return interpolate(sorted(values), q, interpolation)


def iqr(values: Sequence[float], q_inf: float = 0.25, q_sup: float = 0.75) -> float:
    return rounded(_quantile(values, q_sup) - _quantile(values, q_inf))


def _quantile(values: Sequence[float], q: float) -> Fraction:
    ordered = sorted(Fraction(x) for x in values)
    index = Fraction(q) * (len(ordered) - 1)
    lower = math.floor(index)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (index - lower) * (ordered[upper] - ordered[lower])


def p_squared(values: Sequence[float], q: float = 0.5) -> float:
    return rounded(_in_fractions(Quantile(q), values))


def p_squared_iqr(values: Sequence[float], q_inf: float = 0.25, q_sup: float = 0.75) -> float:
    return rounded(_in_fractions(IQR(q_inf, q_sup), values))


def p_squared_mad(values: Sequence[float]) -> float:
    return rounded(_in_fractions(MAD(), values))


def _in_fractions(estimate: Quantile | IQR | MAD, values: Sequence[float]) -> Fraction:
    """Return the result, without rounding, of an algorithm that only adds, multiplies and divides."""
    for markers in [estimate] if isinstance(estimate, Quantile) else vars(estimate).values():
        markers.positions = [Fraction(i) for i in range(1, 6)]
    for x in values:
        estimate.update(Fraction(x))  # type: ignore[arg-type]
    return estimate.get()  # type: ignore[return-value]


def auto_corr(values: Sequence[float], lag: int, times: int = 1) -> float:
    pearson = PearsonCorr()
    for i, x in enumerate(values):
        # When the sequence repeats, the oldest values follow the newest.
        pearson.update(x, values[i - lag], times if i >= lag else times - 1)
    return pearson.get()


def rate(times: Sequence[float]) -> float:
    return rounded((len(times) - 1) / (Fraction(max(times)) - Fraction(min(times))))
