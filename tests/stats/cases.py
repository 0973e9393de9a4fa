"""The conformance table: one row a class of `river.stats`, which every common test reads.

To add a class, add a row. Its constructor's parameters, with their order and defaults, are those
of its oracle; which values a parameter refuses stands in `tests/stats/parameters.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from river import stats
from tests import oracles
from tests.oracles import definitions, faded
from tests.stats.streams import SHORT, STREAMS, Kind, Row, Stream

Params = Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class Case:
    """What the common tests need to know of one class."""

    name: str
    """The class in `river.stats`."""
    oracle: type[Any]
    """The same statistic in pure Python, with the same parameters."""
    label: str
    """The property `name` of an object made with the first parameters."""
    params: tuple[Params, ...] = ({},)
    """Parameters to test with."""
    bad: tuple[Params, ...] = ()
    """Parameters out of range for this class, though other classes take them."""
    empty: object = 0.0
    """What `get` returns before any update."""
    kind: Kind = "number"
    """What one observation is."""
    degree: int = 1
    """The power of the data's unit that the statistic is measured in."""
    tolerance: float = 0.0
    """Largest relative difference from the oracle where nothing cancels; 0 is to the last bit."""
    definition: Callable[..., float] | None = None
    """The statistic over all values at once, in exact arithmetic."""
    within: Callable[[list[float]], tuple[float, float]] | None = None
    """The limits that the values seen set to the result."""
    abilities: frozenset[str] = frozenset()
    """Of "weighted", "revert" and "merge", what the class offers."""
    lasting_nan: bool = True
    """Whether a NaN stays in the result for good (or until it has left the window)."""
    results: tuple[type, ...] = (float,)
    """Where observations are numbers or times: the types of what `get` returns, one unless it is a tuple."""
    kernel: str | None = None
    """The file in `rust_src/kernels/statistics`, where it is not named as the Python module is."""

    def __repr__(self) -> str:
        return self.name

    @property
    def cls(self) -> type[Any]:
        cls: type[Any] = getattr(stats, self.name)
        return cls

    @property
    def rolling(self) -> bool:
        return "window_size" in self.params[0]

    @property
    def arguments(self) -> tuple[str, ...]:
        """What `update` calls the parts of an observation."""
        if self.kind == "time":
            return ("t",)
        return ("x", "y") if self.kind.endswith("pair") else ("x",)

    @property
    def streams(self) -> dict[str, Stream]:
        return STREAMS[self.kind]

    @property
    def short(self) -> Stream:
        return SHORT[self.kind]

    def make(self, params: Params | None = None) -> Any:
        return self.cls(**(self.params[0] if params is None else params))

    def fed(self, rows: Iterable[Row] | None = None, params: Params | None = None) -> Any:
        """Return an object that has seen `rows`, by default the short stream."""
        return feed(self.make(params), self.short if rows is None else rows)


def feed(stat: Any, rows: Iterable[Row]) -> Any:
    for row in rows:
        stat.update(*row)
    return stat


def amid(values: list[float]) -> tuple[float, float]:
    """Return the limits of a location."""
    return min(values), max(values)


def below_range(values: list[float]) -> tuple[float, float]:
    """Return the limits of a distance between values."""
    return 0.0, max(values) - min(values)


def below_square(values: list[float]) -> tuple[float, float]:
    """Return the limits of a variance (Popoviciu's inequality)."""
    return 0.0, (max(values) - min(values)) ** 2 / 4


FADING: tuple[Params, ...] = tuple({"fading_factor": a} for a in (0.5, 0.1, 0.003, 0.0, 1.0))


def below_sample_square(values: list[float]) -> tuple[float, float]:
    """Return the limits of a variance whose divisor may be as small as a third of the number of values."""
    return 0.0, 3 * below_square(values)[1]


DDOF: tuple[Params, ...] = tuple({"ddof": d} for d in (1, 0, 2))
BIAS: tuple[Params, ...] = ({}, {"bias": True})
WEIGHTED = frozenset({"weighted", "revert", "merge"})
WINDOWS = (3, 1, 2, 40, 1_000)
WINDOWED: tuple[Params, ...] = tuple({"window_size": w} for w in WINDOWS)
MERGE = frozenset({"merge"})
REVERT = frozenset({"revert"})

CASES = (
    Case("AbsMax", oracles.AbsMax, "absmax", abilities=MERGE, kernel="min_max"),
    Case(
        "AutoCorr",
        oracles.AutoCorr,
        "autocorr_1",
        tuple({"lag": lag} for lag in (1, 2, 7)),
        degree=0,
        tolerance=1e-13,
    ),
    Case(
        "BayesianMean",
        oracles.BayesianMean,
        "bayes_mean",
        ({"prior": 0.0, "prior_weight": 2.0}, {"prior": 0.0, "prior_weight": 0.25}),
        tolerance=3e-16,
        abilities=WEIGHTED,
        kernel="bayesian_mean",
    ),
    Case(
        "ChiSquared",
        oracles.ChiSquared,
        "chi_squared",
        kind="object pair",
        tolerance=1e-10,
        abilities=REVERT,
    ),
    Case(
        "CoefficientOfVariation",
        oracles.CoefficientOfVariation,
        "coefficientofvariation",
        DDOF,
        empty=None,
        degree=0,
        tolerance=1e-13,
        abilities=WEIGHTED,
    ),
    Case("Count", oracles.Count, "count", empty=0, kind="object"),
    Case(
        "Cov",
        oracles.Cov,
        "cov",
        DDOF,
        kind="pair",
        degree=2,
        tolerance=1e-14,
        abilities=WEIGHTED,
    ),
    Case(
        "Entropy",
        oracles.Entropy,
        "entropy",
        ({}, {"fading_factor": 0.9}),
        ({"fading_factor": 0.0},),
        kind="object",
        tolerance=1e-13,
    ),
    Case("EWCov", oracles.EWCov, "ewcov_0.5", FADING, kind="pair", degree=2, tolerance=1e-13, kernel="ew_cov"),
    Case(
        "EWMean",
        oracles.EWMean,
        "ewm_0.5",
        FADING,
        tolerance=1e-14,
        definition=faded.ew_mean,
        within=amid,
        kernel="ew_mean",
    ),
    Case(
        "EWVar",
        oracles.EWVar,
        "ewv_0.5",
        FADING,
        degree=2,
        tolerance=1e-13,
        definition=faded.ew_var,
        within=below_square,
        kernel="ew_var",
    ),
    Case(
        "Extrema",
        oracles.Extrema,
        "extrema",
        empty=None,
        abilities=MERGE,
        results=(float, float, int, int),
    ),
    Case("FirstDifference", oracles.FirstDifference, "firstdifference", empty=None, lasting_nan=False),
    Case(
        "GeometricMean",
        oracles.GeometricMean,
        "geometricmean",
        empty=None,
        tolerance=1e-13,
        abilities=WEIGHTED,
    ),
    Case(
        "HarmonicMean",
        oracles.HarmonicMean,
        "harmonicmean",
        empty=None,
        tolerance=1e-15,
        abilities=WEIGHTED,
    ),
    Case(
        "IQR",
        oracles.IQR,
        "IQR_0.25_0.75",
        ({}, {"q_inf": 0.1, "q_sup": 0.6}),
        ({"q_inf": 0.8}, {"q_sup": 0.1}, {"q_inf": 0.5, "q_sup": 0.5}),
        empty=None,
    ),
    Case(
        "KolmogorovSmirnov",
        oracles.KolmogorovSmirnov,
        "kolmogorovsmirnov",
        ({}, {"statistic": "kuiper"}),
        kind="pair",
        degree=0,
        abilities=REVERT,
    ),
    Case(
        "Kurtosis",
        oracles.Kurtosis,
        "kurtosis",
        BIAS,
        empty=-3.0,
        degree=0,
        tolerance=1e-11,
        definition=definitions.kurtosis,
        abilities=frozenset({"merge"}),
    ),
    Case("MAD", oracles.MAD, "mad", empty=None, within=below_range),
    Case("Max", oracles.Max, "max", empty=-math.inf, within=amid, abilities=MERGE, kernel="min_max"),
    Case(
        "Mean",
        oracles.Mean,
        "mean",
        tolerance=3e-16,
        definition=definitions.mean,
        within=amid,
        abilities=WEIGHTED,
    ),
    Case("Min", oracles.Min, "min", empty=math.inf, within=amid, abilities=MERGE, kernel="min_max"),
    Case("Mode", oracles.Mode, "mode", ({}, {"k": 3}, {"k": -1}), empty=None, kind="object"),
    Case(
        "PeakToPeak",
        oracles.PeakToPeak,
        "ptp",
        definition=definitions.peak_to_peak,
        within=below_range,
        kernel="peak_to_peak",
        abilities=MERGE,
    ),
    Case(
        "PearsonCorr",
        oracles.PearsonCorr,
        "pearsoncorr",
        DDOF,
        kind="pair",
        degree=0,
        tolerance=1e-13,
        abilities=WEIGHTED,
    ),
    Case(
        "Quantile",
        oracles.Quantile,
        "quantile",
        ({}, {"q": 0.01}, {"q": 0.99}),
        ({"q": 0.0}, {"q": 1.0}),
        empty=None,
        within=amid,
    ),
    Case("Rate", oracles.Rate, "rate", kind="time", degree=-1, abilities=MERGE),
    Case("RollingAbsMax", oracles.RollingAbsMax, "rollingabsmax_3", WINDOWED, empty=None, kernel="rolling_min_max"),
    Case(
        "RollingIQR",
        oracles.RollingIQR,
        "rollingiqr_3",
        (*({"window_size": w} for w in WINDOWS), {"window_size": 9, "q_inf": 0.0, "q_sup": 1.0}),
        ({"window_size": 3, "q_inf": 0.8}, {"window_size": 3, "q_inf": 0.75}),
        empty=None,
        tolerance=1e-15,
        definition=definitions.iqr,
        within=below_range,
        kernel="rolling_iqr",
    ),
    Case("RollingMax", oracles.RollingMax, "rollingmax_3", WINDOWED, empty=None, within=amid, kernel="rolling_min_max"),
    Case("RollingMin", oracles.RollingMin, "rollingmin_3", WINDOWED, empty=None, within=amid, kernel="rolling_min_max"),
    Case(
        "RollingMode",
        oracles.RollingMode,
        "rollingmode_3",
        WINDOWED,
        empty=None,
        kind="object",
        kernel="rolling_mode",
    ),
    Case(
        "RollingPeakToPeak",
        oracles.RollingPeakToPeak,
        "rollingpeaktopeak_3",
        WINDOWED,
        empty=None,
        within=below_range,
        kernel="rolling_peak_to_peak",
    ),
    Case(
        "RollingQuantile",
        oracles.RollingQuantile,
        "rollingquantile_3",
        tuple({"q": q, "window_size": w} for w in WINDOWS for q in (0.5, 0.0, 0.3, 1.0)),
        empty=None,
        tolerance=1e-15,
        definition=definitions.quantile,
        within=amid,
        kernel="rolling_quantile",
    ),
    Case(
        "RootMeanSquare",
        oracles.RootMeanSquare,
        "rootmeansquare",
        empty=None,
        tolerance=1e-15,
        definition=definitions.root_mean_square,
        abilities=WEIGHTED,
    ),
    Case(
        "SEM",
        oracles.SEM,
        "sem",
        DDOF,
        empty=None,
        tolerance=1e-14,
        definition=definitions.sem,
        abilities=WEIGHTED,
    ),
    Case(
        "Shift",
        oracles.Shift,
        "shift_1",
        ({}, {"amount": 0}, {"amount": 3, "fill_value": 0.0}),
        empty=None,
        lasting_nan=False,
    ),
    Case(
        "Skew",
        oracles.Skew,
        "skew",
        BIAS,
        degree=0,
        tolerance=1e-11,
        definition=definitions.skew,
        abilities=frozenset({"merge"}),
    ),
    Case(
        "Sum",
        oracles.Sum,
        "sum",
        tolerance=3e-16,
        definition=definitions.sum_of,
        abilities=WEIGHTED,
        kernel="sum",
    ),
    Case(
        "Var",
        oracles.Var,
        "var",
        DDOF,
        degree=2,
        tolerance=1e-14,
        definition=definitions.var,
        within=below_sample_square,
        abilities=WEIGHTED,
    ),
)

BY_NAME = {case.name: case for case in CASES}
NUMERIC = tuple(case for case in CASES if case.kind in ("number", "pair"))
UNIVARIATE = tuple(case for case in CASES if case.kind == "number")
#: Those whose values the statistics of numbers can take in.
OF_NUMBERS = tuple(case for case in CASES if case.kind in ("number", "time") and case.results == (float,))
ROLLING = tuple(case for case in CASES if case.rolling)
NUMERIC_ROLLING = tuple(case for case in ROLLING if case.kind == "number")
