"""Tests specific to the exponentially weighted classes."""

from __future__ import annotations

import math
import random
from typing import Any

import pandas as pd
import pytest

from river import stats

CLASSES = [stats.EWMean, stats.EWVar, stats.EWStd, stats.EWCov, stats.EWCorr]


@pytest.mark.parametrize("cls", CLASSES)
def test_alpha_is_another_word_for_the_fading_factor(cls: Any) -> None:
    stat, other = cls(alpha=0.3), cls(0.3)
    assert stat.alpha == stat.fading_factor == other.alpha == 0.3
    assert stat.to_bytes() == other.to_bytes()
    assert stat.name == other.name
    assert stat._get_params() == other._get_params()
    assert stat.clone().alpha == 0.3
    with pytest.raises(TypeError):
        cls(0.3, alpha=0.3)
    with pytest.raises(ValueError, match=r"alpha|fading_factor"):
        cls(alpha=1.5)


@pytest.mark.parametrize("cls", CLASSES)
def test_span_and_com_are_further_words(cls: Any) -> None:
    stat = cls(span=3)
    assert stat.to_bytes() == cls(com=1).to_bytes() == cls(0.5).to_bytes()
    assert (stat.span, stat.com, cls(0.0).span, cls(0.0).com, cls(1.0).span) == (3.0, 1.0, math.inf, math.inf, 1.0)
    assert cls(com=4.0).clone({"span": 3}).fading_factor == 0.5
    assert cls(halflife=2.0).clone({"com": 1.0}).halflife is None
    for word, least, beyond in (("span", 1, 0.99), ("com", 0, -0.01)):
        for value in (beyond, -1, math.nan):
            with pytest.raises(ValueError, match=rf"^{word} must be a number >= {least}, got {value!r}$"):
                cls(**{word: value})
        with pytest.raises(TypeError, match=rf"^{word} must be a number, got 'x' \(str\)$"):
            cls(**{word: "x"})
        with pytest.raises(TypeError, match=rf"^only one of .*, got alpha=0.5, {word}=2$"):
            cls(alpha=0.5, **{word: 2})


def test_the_first_mean_is_the_first_value_even_if_the_mean_was_zero() -> None:
    mean = stats.EWMean(0.25)
    for x, expected in ((0, 0.0), (8, 2.0), (-6, 0.0), (4, 1.0)):
        mean.update(x)
        assert mean.get() == expected


@pytest.mark.parametrize("alpha", [0.001, 0.1, 0.5, 0.97])
def test_agrees_with_pandas(alpha: float) -> None:
    rng = random.Random(5)
    values = [rng.gauss(10, 3) for _ in range(500)]
    window = pd.Series(values).ewm(alpha=alpha, adjust=False)
    mean, var = stats.EWMean(alpha), stats.EWVar(alpha)
    means, variances = window.mean(), window.var(bias=True)
    for i, x in enumerate(values):
        mean.update(x)
        var.update(x)
        assert mean.get() == pytest.approx(means[i], rel=1e-12)
        assert var.get() == pytest.approx(variances[i], rel=1e-9, abs=1e-12)


def test_the_variance_does_not_cancel() -> None:
    var = stats.EWVar(0.1)
    for i in range(1_000):
        var.update(1e8 + i % 2)
        assert var.get() >= 0
    assert var.get() == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1, math.inf), math.inf),
        ((1, math.inf, 5, 6), math.inf),
        ((-math.inf, 5, 6), -math.inf),
        ((math.inf, -math.inf), math.nan),
        ((math.inf, 1, -math.inf, 1), math.nan),
    ],
)
def test_infinities_follow_the_weighted_sum(values: tuple[float, ...], expected: float) -> None:
    mean, var = stats.EWMean(0.5), stats.EWVar(0.5)
    for x in values:
        mean.update(x)
        var.update(x)
    assert repr(mean.get()) == repr(expected)
    assert math.isnan(var.get())
