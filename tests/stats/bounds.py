"""How near to its definition every numeric class is: one row a class (or an attribute), which its docstring states too.

To add a class, add a row, and the same figures in the Notes of the docstring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests import oracles
from tests.oracles import counted, definitions, faded
from tests.oracles.exact import total
from tests.stats.cases import Params
from tests.stats.hostile import NUMBERS, OBJECT_PAIRS, OBJECTS, PAIRS, TIMES, Columns

Definition = Callable[..., Any]


@dataclass(frozen=True)
class Sample:
    """What a result was made of: columns, which came so many times one after the other, and parameters."""

    columns: Columns
    params: Params = field(default_factory=dict)
    times: int = 1

    @property
    def fading_factor(self) -> float:
        halflife = self.params.get("halflife")
        return 1 - 0.5 ** (1 / halflife) if halflife else self.params.get("fading_factor", 0.5)

    @property
    def magnitudes(self) -> list[Fraction]:
        """The magnitudes of the first column's values, or of those of them that are in the window."""
        return [abs(Fraction(x)) for x in self.columns[0][-self.params.get("window_size", 0) :]]


# What an error is measured by, given the sample and the exact result.
Unit = Callable[[Sample, float], Fraction | float]


def value(_: Sample, exact: float) -> float:
    return abs(exact)


def one(_: Sample, exact: float) -> float:
    return 1.0


def one_and_value(_: Sample, exact: float) -> float:
    return 1 + abs(exact)


def largest(sample: Sample, _: float) -> Fraction:
    return max(sample.magnitudes)


def sum_of_magnitudes(sample: Sample, _: float) -> Fraction:
    return sample.times * total(sample.magnitudes)


def n_sums_of_magnitudes(sample: Sample, exact: float) -> Fraction:
    return sample.times * len(sample.columns[0]) * sum_of_magnitudes(sample, exact)


def deviations(sample: Sample, _: float) -> Fraction:
    """Return the product of both standard deviations."""
    x, y = (Fraction(definitions.sem(column, 0)) for column in sample.columns)
    return x * y * len(sample.columns[0])


def faded_value(sample: Sample, exact: float) -> float:
    return abs(exact) / sample.fading_factor


def faded_range(sample: Sample, _: float) -> Fraction:
    (values,) = sample.columns
    return (Fraction(max(values)) - Fraction(min(values))) / Fraction(sample.fading_factor)


def faded_deviations(sample: Sample, _: float) -> Fraction:
    x, y = (faded.ew_deviation(column, **sample.params, times=sample.times) for column in sample.columns)
    return Fraction(x) * Fraction(y) / Fraction(sample.fading_factor)


def faded_one(sample: Sample, _: float) -> float:
    return 1 / sample.fading_factor


def fed(oracle: type[Any]) -> Definition:
    """Return what an oracle says that is exact."""

    def definition(*columns: list[Any], **params: Any) -> Any:
        statistic = oracle(**params)
        for row in zip(*columns, strict=True):
            statistic.update(*row)
        return statistic.get()

    return definition


def weighted(oracle: type[Any]) -> Definition:
    """Return what an exact oracle says of values that came so many times."""

    def definition(*columns: list[float], times: int = 1, **params: Any) -> Any:
        return fed(oracle)(*columns, [float(times)] * len(columns[0]), **params)

    return definition


def windowed(definition: Definition) -> Definition:
    return lambda values, window_size, **params: definition(values[-window_size:], **params)


@dataclass(frozen=True, repr=False)
class Bound:
    """How far from what the definition says, rounded once, the value may be."""

    name: str
    """The class in `river.stats`."""
    definition: Definition
    """The value, given the columns and the parameters; of long streams also how many times they came."""
    terms: Mapping[str, Unit]
    """Figures as they stand in the docstring, each with what it is a share of. None where it says "exact"."""
    params: tuple[Params, ...] = ({},)
    data: Mapping[str, Columns] = field(default_factory=lambda: NUMBERS)
    but: tuple[str, ...] = ()
    """The data for which the bound does not hold."""
    attribute: str | None = None
    """The attribute that is meant, and not `get`."""
    lengthens: tuple[Params, ...] = ()
    """Parameters to test with on long streams, where errors could add up."""

    def __repr__(self) -> str:
        return f"{self.name}.{self.attribute}" if self.attribute else self.name

    def read(self, statistic: Any) -> Any:
        return getattr(statistic, self.attribute) if self.attribute else statistic.get()

    def allowed(self, sample: Sample, exact: float) -> Fraction:
        """Return the largest error; no result can be nearer than half of the smallest double."""
        shares = (Fraction(figure) * Fraction(unit(sample, exact)) for figure, unit in self.terms.items())
        return total(shares) + Fraction(5e-324)


EXACT: Mapping[str, Unit] = {}
ONE_WINDOW: tuple[Params, ...] = ({"window_size": 30},)
DDOF: tuple[Params, ...] = ({}, {"ddof": 0})
BIAS: tuple[Params, ...] = ({}, {"bias": True})
FADING: tuple[Params, ...] = (
    *({"fading_factor": a, "adjust": adjust} for a in (0.5, 0.003, 1e-6, 0.9) for adjust in (False, True)),
    *({"halflife": 30.0, "adjust": adjust} for adjust in (False, True)),
)
LONG_FADING: tuple[Params, ...] = (
    {"fading_factor": 1e-6},
    {"fading_factor": 1e-3, "adjust": True},
    {"halflife": 1e4},
)
FADING_COUNTS: tuple[Params, ...] = tuple({"fading_factor": a} for a in (1.0, 0.999, 0.9, 1e-3))
QUARTILES: Params = {"window_size": 30, "q_inf": 0.1, "q_sup": 0.9}
SUMMED: Mapping[str, Unit] = {"3e-16": value, "1e-31": sum_of_magnitudes}
# Squares beyond the largest double have made these infinite for good.
BEYOND = ("1e155", "1e300", "1e308", "both ends")
# There, products of heights and positions leave the range.
AT_THE_ENDS = ("subnormal", "1e308", "both ends")
SUBNORMAL = ("subnormal", "subnormal and 1e155")

BOUNDS = (
    Bound("AbsMax", fed(oracles.AbsMax), EXACT),
    Bound("AutoCorr", definitions.auto_corr, {"1e-14": one}, ({"lag": 1}, {"lag": 7}), lengthens=({"lag": 3},)),
    Bound(
        "BayesianMean",
        weighted(oracles.BayesianMean),
        SUMMED,
        ({"prior": 0.1, "prior_weight": 3.0}, {"prior": -1e300, "prior_weight": 1e-3}),
        lengthens=({"prior": 0.1, "prior_weight": 3.0},),
    ),
    Bound("ChiSquared", counted.chi_squared, {"1e-15": value}, data=OBJECT_PAIRS, lengthens=({},)),
    Bound(
        "ChiSquared",
        lambda xs, ys: counted.chi_squared_tail(counted.chi_squared(xs, ys), counted.degrees_of_freedom(xs, ys)),
        {"1e-12": value},
        data=OBJECT_PAIRS,
        attribute="p_value",
    ),
    Bound(
        "CoefficientOfVariation",
        weighted(oracles.CoefficientOfVariation),
        {"1e-14": value},
        DDOF,
        but=("cancelling",),
        lengthens=({},),
    ),
    Bound("Count", fed(oracles.Count), EXACT, data=OBJECTS),
    Bound("Cov", weighted(oracles.Cov), {"1e-14": deviations}, DDOF, PAIRS, lengthens=({},)),
    Bound(
        "EWCov",
        faded.ew_cov,
        {"1e-14": faded_deviations, "5e-324": faded_one},
        FADING,
        PAIRS,
        (*BEYOND, *SUBNORMAL),
        lengthens=LONG_FADING,
    ),
    Bound(
        "EWMean",
        faded.ew_mean,
        {"3e-16": value, "1e-16": faded_range, "5e-324": faded_one},
        FADING,
        lengthens=LONG_FADING,
    ),
    Bound(
        "EWVar", faded.ew_var, {"1e-14": faded_value, "5e-324": faded_one}, FADING, but=BEYOND, lengthens=LONG_FADING
    ),
    Bound("Entropy", counted.entropy, {"2e-14": one}, FADING_COUNTS, OBJECTS, lengthens=FADING_COUNTS[:2]),
    Bound(
        "Extrema",
        lambda values: (min(values), max(values), values.index(min(values)), values.index(max(values))),
        EXACT,
    ),
    Bound("FirstDifference", lambda values: definitions.sum_of([values[-1], -values[-2]]), EXACT),
    Bound("GeometricMean", weighted(oracles.GeometricMean), {"2e-15": value}, lengthens=({},)),
    Bound("HarmonicMean", weighted(oracles.HarmonicMean), {"1e-15": value}, lengthens=({},)),
    Bound("IQR", definitions.p_squared_iqr, {"1e-14": largest}, but=AT_THE_ENDS),
    Bound(
        "KolmogorovSmirnov",
        fed(oracles.KolmogorovSmirnov),
        EXACT,
        ({}, {"statistic": "kuiper"}),
        PAIRS,
    ),
    Bound("Kurtosis", definitions.kurtosis, {"1e-14": one_and_value}, BIAS, lengthens=BIAS),
    Bound("MAD", definitions.p_squared_mad, {"1e-14": largest}, but=AT_THE_ENDS),
    Bound("Max", fed(oracles.Max), EXACT),
    Bound("Mean", weighted(oracles.Mean), SUMMED, lengthens=({},)),
    Bound("Min", fed(oracles.Min), EXACT),
    Bound("PeakToPeak", definitions.peak_to_peak, EXACT),
    Bound("PearsonCorr", weighted(oracles.PearsonCorr), {"1e-14": one}, data=PAIRS, lengthens=({},)),
    Bound(
        "Quantile",
        definitions.p_squared,
        {"1e-14": largest},
        tuple({"q": q} for q in (0.5, 0.01, 0.99)),
        but=AT_THE_ENDS,
    ),
    Bound("Rate", definitions.rate, {"5e-16": value}, data=TIMES, but=("both ends",)),
    Bound("RollingAbsMax", windowed(fed(oracles.AbsMax)), EXACT, ONE_WINDOW),
    Bound("RollingIQR", windowed(definitions.iqr), {"1e-15": largest}, (*ONE_WINDOW, QUARTILES)),
    Bound("RollingMax", windowed(fed(oracles.Max)), EXACT, ONE_WINDOW),
    Bound("RollingMin", windowed(fed(oracles.Min)), EXACT, ONE_WINDOW),
    Bound("RollingPeakToPeak", windowed(definitions.peak_to_peak), EXACT, ONE_WINDOW),
    Bound(
        "RollingQuantile",
        windowed(definitions.quantile),
        {"1e-15": largest},
        tuple({"q": q, "window_size": 30} for q in (0.5, 0.3, 0.01)),
    ),
    Bound("RootMeanSquare", weighted(oracles.RootMeanSquare), {"1e-15": value}, lengthens=({},)),
    Bound("SEM", weighted(oracles.SEM), {"1e-14": value}, DDOF, lengthens=({},)),
    Bound("Shift", fed(oracles.Shift), EXACT, ({"amount": 3},)),
    Bound("Skew", definitions.skew, {"1e-14": one_and_value}, BIAS, lengthens=BIAS),
    Bound("Sum", weighted(oracles.Sum), {"3e-16": value, "1e-31": n_sums_of_magnitudes}, lengthens=({},)),
    Bound("Var", weighted(oracles.Var), {"1e-14": value}, DDOF, lengthens=({},)),
)

# What else is in `river.stats.__all__`.
NOT_NUMERIC = {
    "Link": "its value is that of its right side",
    "Mode": "its value is an object that was seen",
    "RollingMode": "its value is an object that was seen",
    "base": "a module",
}
