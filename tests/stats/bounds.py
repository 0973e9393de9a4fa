"""The building blocks of error bounds; the rows of `cases.py` say how close to its definition each class is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.oracles import definitions, faded
from tests.oracles.exact import total
from tests.stats.hostile import NUMBERS, Columns

Params = Mapping[str, Any]
Definition = Callable[..., Any]


@dataclass(frozen=True)
class Sample:
    """What a result was computed from: columns, repeated some number of times in sequence, and parameters."""

    columns: Columns
    params: Params = field(default_factory=dict)
    times: int = 1

    @property
    def fading_factor(self) -> float:
        halflife = self.params.get("halflife")
        return 1 - 0.5 ** (1 / halflife) if halflife else self.params.get("fading_factor", 0.5)

    @property
    def magnitudes(self) -> list[Fraction]:
        """The magnitudes of the first column's values, or of those in the window."""
        return [abs(Fraction(x)) for x in self.columns[0][-self.params.get("window_size", 0) :]]


# The unit in which an error is measured, given the sample and the exact result.
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


def ratio_of_deviations(sample: Sample, _: float) -> Fraction:
    """Return the standard deviation of y over that of x."""
    x, y = (Fraction(definitions.std(column, 0)) for column in sample.columns)
    return y / x


def mean_of_powers(sample: Sample, _: float) -> Fraction:
    """Return the mean of the magnitudes of the powers whose mean a moment is."""
    values = [Fraction(x) for x in sample.columns[0]]
    about = total(values) / len(values) if sample.params.get("central", True) else 0
    return total(abs(x - about) ** sample.params["order"] for x in values) / len(values)


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


def _followed(sample: Sample) -> float:
    q = sample.params.get("q", 0.5)
    return sample.params.get("fading_factor", 0.01) * q * (1 - q)


def followed_range(sample: Sample, _: float) -> Fraction:
    (values,) = sample.columns
    return (Fraction(max(values)) - Fraction(min(values))) / Fraction(_followed(sample))


def followed_one(sample: Sample, _: float) -> Fraction:
    return 1 / Fraction(_followed(sample))


def fed(oracle: type[Any]) -> Definition:
    """Return the definition given by an exact oracle."""

    def definition(*columns: list[Any], **params: Any) -> Any:
        statistic = oracle(**params)
        for row in zip(*columns, strict=True):
            statistic.update(*row)
        return statistic.get()

    return definition


def weighted(oracle: type[Any]) -> Definition:
    """Return the definition given by an exact oracle for values that were repeated."""

    def definition(*columns: list[float], times: int = 1, **params: Any) -> Any:
        return fed(oracle)(*columns, [float(times)] * len(columns[0]), **params)

    return definition


def windowed(definition: Definition) -> Definition:
    return lambda values, window_size, **params: definition(values[-window_size:], **params)


@dataclass(frozen=True)
class Bound:
    """How far from what the definition says, rounded once, the value may be. The docstring's Notes state it too."""

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

    def read(self, statistic: Any) -> Any:
        return getattr(statistic, self.attribute) if self.attribute else statistic.get()

    def allowed(self, sample: Sample, exact: float) -> Fraction:
        """Return the largest error; no result can be closer than half of the smallest double."""
        shares = (Fraction(figure) * Fraction(unit(sample, exact)) for figure, unit in self.terms.items())
        return total(shares) + Fraction(5e-324)
