"""The definitions themselves, over all values at once and in exact arithmetic.

Each function takes the values and the parameters of the class it judges. Values are finite.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tests.oracles.exact import rounded, square_root, total


def _sums_of_powers(values: Sequence[float], *powers: int) -> Iterator[Fraction]:
    exact = [Fraction(x) for x in values]
    mean = total(exact) / len(exact)
    for power in powers:
        yield total((x - mean) ** power for x in exact)


def sum_of(values: Sequence[float]) -> float:
    return rounded(total(Fraction(x) for x in values))


def mean(values: Sequence[float]) -> float:
    return rounded(total(Fraction(x) for x in values) / len(values))


def root_mean_square(values: Sequence[float]) -> float:
    return square_root(total(Fraction(x) ** 2 for x in values) / len(values))


def _variance(values: Sequence[float], ddof: int) -> Fraction:
    (s2,) = _sums_of_powers(values, 2)
    return s2 / (len(values) - ddof) if len(values) > ddof else Fraction(0)


def var(values: Sequence[float], ddof: int = 1) -> float:
    return rounded(_variance(values, ddof))


def sem(values: Sequence[float], ddof: int = 1) -> float:
    return square_root(_variance(values, ddof) / len(values))


def skew(values: Sequence[float], bias: bool = False) -> float:
    n = len(values)
    s2, s3 = _sums_of_powers(values, 2, 3)
    if s2 == 0:
        return 0.0 if n <= 2 else math.nan
    # The square of n^(1/2) s3 / s2^(3/2) is rational: one rounding, then one square root.
    squared = n * s3**2 / s2**3
    if not bias and n > 2:
        squared *= Fraction(n * (n - 1), (n - 2) ** 2)
    return math.copysign(math.sqrt(squared), 1 if s3 >= 0 else -1)


def kurtosis(values: Sequence[float], bias: bool = False) -> float:
    n = len(values)
    s2, s4 = _sums_of_powers(values, 2, 4)
    if s2 == 0:
        return -3.0 if n <= 3 else math.nan
    ratio = n * s4 / s2**2
    if bias or n <= 3:
        return rounded(ratio - 3)
    return rounded(((n * n - 1) * ratio - 3 * (n - 1) ** 2) / ((n - 2) * (n - 3)))


def peak_to_peak(values: Sequence[float]) -> float:
    return rounded(Fraction(max(values)) - Fraction(min(values)))


def _ew_weights(n: int, fading_factor: float) -> list[Fraction]:
    newest = Fraction(fading_factor)
    faded = [newest * (1 - newest) ** age for age in range(n - 1)]
    return [(1 - newest) ** (n - 1), *reversed(faded)]


def ew_mean(values: Sequence[float], fading_factor: float = 0.5) -> float:
    weights = _ew_weights(len(values), fading_factor)
    return rounded(total(w * Fraction(x) for w, x in zip(weights, values, strict=True)))


def ew_var(values: Sequence[float], fading_factor: float = 0.5) -> float:
    weights = _ew_weights(len(values), fading_factor)
    weighted = [(w, Fraction(x)) for w, x in zip(weights, values, strict=True)]
    mean = total(w * x for w, x in weighted)
    return rounded(total(w * (x - mean) ** 2 for w, x in weighted))


def quantile(values: Sequence[float], q: float) -> float:
    return rounded(_quantile(values, q))


def iqr(values: Sequence[float], q_inf: float = 0.25, q_sup: float = 0.75) -> float:
    return rounded(_quantile(values, q_sup) - _quantile(values, q_inf))


def _quantile(values: Sequence[float], q: float) -> Fraction:
    ordered = sorted(Fraction(x) for x in values)
    index = Fraction(q) * (len(ordered) - 1)
    lower = math.floor(index)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (index - lower) * (ordered[upper] - ordered[lower])
