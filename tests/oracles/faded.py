"""Exponentially weighted statistics, from the definitions and to 60 digits.

`times` says how often the whole sequence of values was repeated: the result of a long stream is
then a geometric series.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mpmath

from tests.oracles.ew_quantile import EWQuantile

DIGITS = 60
Values = Sequence[float]


def _series(ratio: mpmath.mpf, terms: int) -> mpmath.mpf:
    """Return the sum of the first powers of `ratio`."""
    return mpmath.mpf(terms) if ratio == 1 else (1 - ratio**terms) / (1 - ratio)


def fade(kept: mpmath.mpf, n: int, times: int) -> list[mpmath.mpf]:
    """Return the remaining weights of observations that weighed 1, including all their repetitions."""
    series = _series(kept**n, times)
    return [kept ** (n - 1 - i) * series for i in range(n)]


def _weights(
    n: int, fading_factor: float = 0.5, halflife: float | None = None, adjust: bool = False, times: int = 1
) -> list[mpmath.mpf]:
    kept = 1 - mpmath.mpf(fading_factor) if halflife is None else mpmath.mpf(2) ** (-1 / mpmath.mpf(halflife))
    weights = fade(kept, n, times)
    if adjust:
        total = mpmath.fsum(weights)
        return [w / total for w in weights]
    weights = [(1 - kept) * w for w in weights]
    # The very first one stands in for everything before it.
    weights[0] += kept ** (n * times)
    return weights


def _co_moment(xs: Values, ys: Values, weights: list[mpmath.mpf]) -> mpmath.mpf:
    # Computed from distances to the first values, so that results for constants are exactly 0.
    xs, ys = ([mpmath.mpf(x) - values[0] for x in values] for values in (xs, ys))
    mean_x, mean_y = (_mean(values, weights) for values in (xs, ys))
    return mpmath.fsum(w * (x - mean_x) * (y - mean_y) for w, x, y in zip(weights, xs, ys, strict=True))


def _mean(values: Values, weights: list[mpmath.mpf]) -> mpmath.mpf:
    return mpmath.fsum(w * x for w, x in zip(weights, values, strict=True))


def ew_mean(values: Values, **fading: Any) -> float:
    with mpmath.workdps(DIGITS):
        return float(_mean(values, _weights(len(values), **fading)))


def ew_quantile(values: Values, q: float = 0.5, fading_factor: float = 0.01) -> float:
    """Return the result of the algorithm without rounding."""
    with mpmath.workdps(DIGITS):
        quantile: Any = EWQuantile(mpmath.mpf(q), mpmath.mpf(fading_factor))
        for x in values:
            quantile.update(mpmath.mpf(x))
        return float(quantile.get())


def ew_var(values: Values, **fading: Any) -> float:
    return ew_cov(values, values, **fading)


def ew_deviation(values: Values, **fading: Any) -> float:
    """Return the root of the variance, which is in range where the variance need not be."""
    with mpmath.workdps(DIGITS):
        return float(mpmath.sqrt(_estimate(values, values, **fading)))


def ew_cov(xs: Values, ys: Values, **fading: Any) -> float:
    with mpmath.workdps(DIGITS):
        return float(_estimate(xs, ys, **fading))


def _estimate(xs: Values, ys: Values, bias: bool = True, times: int = 1, **fading: Any) -> mpmath.mpf:
    weights = _weights(len(xs), times=times, **fading)
    product = _co_moment(xs, ys, weights)
    if bias:
        return product
    assert times == 1
    return product / (1 - mpmath.fsum(w * w for w in weights))


def ew_corr(xs: Values, ys: Values, **fading: Any) -> float:
    with mpmath.workdps(DIGITS):
        weights = _weights(len(xs), **fading)
        squares = _co_moment(xs, xs, weights) * _co_moment(ys, ys, weights)
        return float(_co_moment(xs, ys, weights) / mpmath.sqrt(squares)) if squares else 0.0
