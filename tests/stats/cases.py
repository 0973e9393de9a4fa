"""The conformance table: one row per class of `river.stats` and `river.sketch`, which every common test reads.

To add a class, add a row. Its constructor's parameters, with their order and defaults, are those of
its oracle; the values that a parameter refuses are in `tests/stats/parameters.py`. The figures of
its bounds are also in the Notes of its docstring.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from river import sketch, stats
from tests import oracles
from tests.oracles import counted, definitions, faded
from tests.stats.bounds import (
    Bound,
    Params,
    Unit,
    deviations,
    faded_deviations,
    faded_one,
    faded_range,
    faded_value,
    fed,
    followed_one,
    followed_range,
    largest,
    mean_of_powers,
    n_sums_of_magnitudes,
    one,
    one_and_value,
    ratio_of_deviations,
    sum_of_magnitudes,
    value,
    weighted,
    windowed,
)
from tests.stats.hostile import FACTORS, LABEL_PAIRS, OBJECT_PAIRS, OBJECTS, PAIRS, TIMES
from tests.stats.streams import SHORT, STREAMS, Kind, Row, Stream

MODULES = (stats, sketch)
"""The modules of the classes."""


#: Classes with tests of their own, in `tests/sketch`: they refuse some values of the streams here.
OF_ITEMS = frozenset({"HeavyHitters", "NUnique"})


def public_class(name: str) -> type[Any]:
    """Return the class of this name."""
    cls: type[Any] = next(getattr(module, name) for module in MODULES if hasattr(module, name))
    return cls


@dataclass(frozen=True, repr=False)
class Case:
    """What the common tests need to know of one class."""

    name: str
    """The class in its module."""
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
    """Of "weighted", "counted" where weights are whole numbers, "revert" and "merge", what the class offers."""
    bounds: tuple[Bound, ...] = ()
    """How near to the definition the value, or an attribute, is on any data; none where it is no number."""
    lasting_nan: bool = True
    """Whether a NaN stays in the result for good (or until it has left the window)."""
    results: tuple[type, ...] = (float,)
    """Where observations are numbers or times: the types of what `get` returns, one unless it is a tuple."""
    holds_any: bool = False
    """Whether an observation, a number in the streams, may be any object, and is returned as it came."""
    kernel: str | None = None
    """The file in `rust_src/kernels/statistics` or `sketches`, where it is not named as the Python module is."""

    module: str = "stats"
    """The module in `river` that has the class."""
    equal_bytes: bool = True
    """Whether what has seen the same is the same in bytes, however it came to it."""
    panes: bool = False
    """Whether windows are of panes, as no exact one is known."""
    further: tuple[Params, ...] = ()
    """Parameters with tests of their own, whose states are stored because they have another layout."""

    def __repr__(self) -> str:
        return self.name

    @property
    def cls(self) -> type[Any]:
        return public_class(self.name)

    @property
    def rolling(self) -> bool:
        return "window_size" in self.params[0]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names that `update` gives to the parts of an observation."""
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
FADING_OR_HALFLIFE: tuple[Params, ...] = (
    *({"fading_factor": a, "adjust": adjust} for a in (0.5, 0.003, 1e-6, 0.9) for adjust in (False, True)),
    *({"halflife": 30.0, "adjust": adjust} for adjust in (False, True)),
)
LONG_FADING: tuple[Params, ...] = (
    {"fading_factor": 1e-6},
    {"fading_factor": 1e-3, "adjust": True},
    {"halflife": 1e4},
)
FROM_SAMPLE: tuple[Params, ...] = tuple({**params, "bias": False} for params in FADING_OR_HALFLIFE)
#: Parameters whose states have a layout of their own.
FURTHER_MEANS: tuple[Params, ...] = ({"fading_factor": 0.3, "min_samples": 3, "ignore_na": False},)
FURTHER_VARIANCES: tuple[Params, ...] = tuple({**params, "bias": False} for params in FURTHER_MEANS)
FADING_COUNTS: tuple[Params, ...] = tuple({"fading_factor": a} for a in (1.0, 0.999, 0.9, 1e-3))
WEIGHTED = frozenset({"weighted", "revert", "merge"})
WINDOWS = (3, 1, 2, 40, 1_000)
WINDOWED: tuple[Params, ...] = tuple({"window_size": w} for w in WINDOWS)
#: No probabilities at all, and a sequence with one that is invalid.
NO_PROBABILITIES: tuple[Params, ...] = ({"q": []}, {"q": [0.5, 2]})
ONE_WINDOW: tuple[Params, ...] = ({"window_size": 30},)
QUARTILES: Params = {"window_size": 30, "q_inf": 0.1, "q_sup": 0.9}
MERGE = frozenset({"merge"})
REVERT = frozenset({"revert"})
EXACT: Mapping[str, Unit] = {}
OF_SUMS: Mapping[str, Unit] = {"3e-16": value, "1e-31": sum_of_magnitudes}
# Squares beyond the largest double have made these infinite permanently.
BEYOND = ("1e155", "1e300", "1e308", "both ends")
# On these streams, products of heights and positions leave the range.
AT_THE_ENDS = ("subnormal", "1e308", "both ends")
SUBNORMAL = ("subnormal", "subnormal and 1e155")

CASES = (
    Case(
        "AbsMax",
        oracles.AbsMax,
        "absmax",
        abilities=MERGE,
        kernel="min_max",
        bounds=(Bound(fed(oracles.AbsMax), EXACT),),
    ),
    Case(
        "AutoCorr",
        oracles.AutoCorr,
        "autocorr_1",
        tuple({"lag": lag} for lag in (1, 2, 7)),
        degree=0,
        tolerance=1e-13,
        abilities=MERGE,
        bounds=(Bound(definitions.auto_corr, {"1e-14": one}, ({"lag": 1}, {"lag": 7}), lengthens=({"lag": 3},)),),
    ),
    Case(
        "BayesianMean",
        oracles.BayesianMean,
        "bayes_mean",
        ({"prior": 0.0, "prior_weight": 2.0}, {"prior": 0.0, "prior_weight": 0.25}),
        tolerance=3e-16,
        abilities=WEIGHTED,
        kernel="bayesian_mean",
        bounds=(
            Bound(
                weighted(oracles.BayesianMean),
                OF_SUMS,
                ({"prior": 0.1, "prior_weight": 3.0}, {"prior": -1e300, "prior_weight": 1e-3}),
                lengthens=({"prior": 0.1, "prior_weight": 3.0},),
            ),
        ),
    ),
    Case(
        "ChiSquared",
        oracles.ChiSquared,
        "chi_squared",
        ({}, {"correction": True}),
        kind="object pair",
        tolerance=1e-10,
        abilities=REVERT | MERGE,
        bounds=(
            Bound(counted.chi_squared, {"1e-15": value}, data=OBJECT_PAIRS, lengthens=({},)),
            Bound(
                lambda xs, ys: counted.chi_squared_tail(
                    counted.chi_squared(xs, ys), counted.degrees_of_freedom(xs, ys)
                ),
                {"1e-12": value},
                data=OBJECT_PAIRS,
                attribute="p_value",
            ),
        ),
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
        bounds=(
            Bound(
                weighted(oracles.CoefficientOfVariation), {"1e-14": value}, DDOF, but=("cancelling",), lengthens=({},)
            ),
        ),
    ),
    Case(
        "Count",
        oracles.Count,
        "count",
        empty=0,
        kind="object",
        abilities=MERGE,
        bounds=(Bound(fed(oracles.Count), EXACT, data=OBJECTS),),
    ),
    Case(
        "CountDistinct",
        oracles.CountDistinct,
        "countdistinct",
        empty=0,
        kind="object",
        abilities=REVERT | MERGE,
        kernel="count_distinct",
        bounds=(Bound(fed(oracles.CountDistinct), EXACT, data=OBJECTS),),
    ),
    Case(
        "Cov",
        oracles.Cov,
        "cov",
        DDOF,
        kind="pair",
        degree=2,
        tolerance=1e-14,
        abilities=WEIGHTED,
        bounds=(Bound(weighted(oracles.Cov), {"1e-14": deviations}, DDOF, PAIRS, lengthens=({},)),),
    ),
    Case(
        "DDSketch",
        oracles.DDSketch,
        "ddsketch",
        tuple({"q": q} for q in (0.5, 0.0, 0.99)),
        ({"q": []}, {"q": [0.5, 2]}, {"relative_accuracy": 1e-5}),
        empty=None,
        tolerance=0.01 + 1e-12,
        within=amid,
        abilities=frozenset({"weighted", "merge"}),
        kernel="dd_sketch",
        module="sketch",
        panes=True,
        bounds=(Bound(fed(oracles.DDSketch), {"0.01": value, "1e-12": value}),),
    ),
    Case(
        "Entropy",
        oracles.Entropy,
        "entropy",
        ({}, {"fading_factor": 0.9}),
        ({"fading_factor": 0.0},),
        kind="object",
        tolerance=1e-13,
        abilities=MERGE,
        bounds=(Bound(counted.entropy, {"2e-14": one}, FADING_COUNTS, OBJECTS, lengthens=FADING_COUNTS[:2]),),
    ),
    Case(
        "EWCorr",
        oracles.EWCorr,
        "ewcorr_0.5",
        FADING,
        kind="pair",
        degree=0,
        tolerance=1e-12,
        abilities=MERGE,
        kernel="ew_corr",
        further=FURTHER_MEANS,
        bounds=(
            Bound(
                faded.ew_corr,
                {"3e-14": faded_one},
                FADING_OR_HALFLIFE,
                PAIRS,
                (*BEYOND, *SUBNORMAL, "1e-300", "1e-155", "1e300 and 1e-300"),
                lengthens=LONG_FADING,
            ),
        ),
    ),
    Case(
        "EWCov",
        oracles.EWCov,
        "ewcov_0.5",
        FADING,
        kind="pair",
        degree=2,
        tolerance=1e-13,
        abilities=MERGE,
        kernel="ew_cov",
        further=FURTHER_VARIANCES,
        bounds=(
            Bound(
                faded.ew_cov,
                {"1e-14": faded_deviations, "5e-324": faded_one},
                (*FADING_OR_HALFLIFE, *FROM_SAMPLE),
                PAIRS,
                (*BEYOND, *SUBNORMAL),
                lengthens=LONG_FADING,
            ),
        ),
    ),
    Case(
        "EWMean",
        oracles.EWMean,
        "ewm_0.5",
        FADING,
        tolerance=1e-14,
        definition=faded.ew_mean,
        within=amid,
        abilities=MERGE,
        kernel="ew_mean",
        further=FURTHER_MEANS,
        bounds=(
            Bound(
                faded.ew_mean,
                {"3e-16": value, "1e-16": faded_range, "5e-324": faded_one},
                FADING_OR_HALFLIFE,
                lengthens=LONG_FADING,
            ),
        ),
    ),
    Case(
        "EWQuantile",
        oracles.EWQuantile,
        "ewquantile",
        (
            {},
            {"fading_factor": 0.9},
            {"q": 0.1, "fading_factor": 0.3},
            {"q": 0.99, "fading_factor": 0.05},
            {"q": 0.3, "fading_factor": 1e-6},
        ),
        ({"q": []}, {"q": [0.5, 1.0]}, *({name: end} for name in ("q", "fading_factor") for end in (0.0, 1.0))),
        empty=None,
        within=amid,
        kernel="ew_quantile",
        further=({"q": [0.9, 0.1, 0.5], "fading_factor": 0.3},),
        bounds=(
            Bound(
                faded.ew_quantile,
                {"3e-16": value, "1e-15": followed_range, "1e-322": followed_one},
                tuple({"q": q, "fading_factor": a} for q, a in ((0.5, 0.1), (0.5, 0.01), (0.9, 0.02), (0.02, 0.001))),
            ),
        ),
    ),
    Case(
        "EWStd",
        oracles.EWStd,
        "ewstd_0.5",
        FADING,
        tolerance=1e-13,
        within=below_range,
        abilities=MERGE,
        kernel="ew_std",
        further=FURTHER_VARIANCES,
        bounds=(
            Bound(
                faded.ew_deviation,
                {"1e-14": faded_value},
                (*FADING_OR_HALFLIFE, *FROM_SAMPLE),
                but=(*BEYOND, "subnormal", "1e-300", "1e-155"),
                lengthens=LONG_FADING,
            ),
        ),
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
        abilities=MERGE,
        kernel="ew_var",
        further=FURTHER_VARIANCES,
        bounds=(
            Bound(
                faded.ew_var,
                {"1e-14": faded_value, "5e-324": faded_one},
                (*FADING_OR_HALFLIFE, *FROM_SAMPLE),
                but=BEYOND,
                lengthens=LONG_FADING,
            ),
        ),
    ),
    Case(
        "Extrema",
        oracles.Extrema,
        "extrema",
        empty=None,
        abilities=MERGE,
        results=(float, float, int, int),
        bounds=(
            Bound(
                lambda values: (min(values), max(values), values.index(min(values)), values.index(max(values))), EXACT
            ),
        ),
    ),
    Case(
        "First",
        oracles.First,
        "first",
        empty=None,
        within=amid,
        lasting_nan=False,
        abilities=MERGE,
        bounds=(Bound(lambda values: values[0], EXACT),),
    ),
    Case(
        "FirstDifference",
        oracles.FirstDifference,
        "firstdifference",
        empty=None,
        lasting_nan=False,
        abilities=MERGE,
        bounds=(Bound(lambda values: definitions.sum_of([values[-1], -values[-2]]), EXACT),),
    ),
    Case(
        "GeometricMean",
        oracles.GeometricMean,
        "geometricmean",
        empty=None,
        tolerance=1e-13,
        abilities=WEIGHTED,
        bounds=(Bound(weighted(oracles.GeometricMean), {"2e-15": value}, lengthens=({},)),),
    ),
    Case(
        "HarmonicMean",
        oracles.HarmonicMean,
        "harmonicmean",
        empty=None,
        tolerance=1e-15,
        abilities=WEIGHTED,
        bounds=(Bound(weighted(oracles.HarmonicMean), {"1e-15": value}, lengthens=({},)),),
    ),
    Case(
        "IQR",
        oracles.IQR,
        "IQR_0.25_0.75",
        ({}, {"q_inf": 0.1, "q_sup": 0.6}),
        ({"q_inf": 0.8}, {"q_sup": 0.1}, {"q_inf": 0.5, "q_sup": 0.5}),
        empty=None,
        bounds=(Bound(definitions.p_squared_iqr, {"1e-14": largest}, but=AT_THE_ENDS),),
    ),
    Case(
        "KLL",
        oracles.KLL,
        "kll",
        tuple({"q": q, "k": 60_000} for q in (0.5, 0.0, 0.99)),
        ({"q": []}, {"q": [0.5, 2]}, {"k": 7}),
        empty=None,
        within=amid,
        abilities=MERGE,
        module="sketch",
        panes=True,
        bounds=(Bound(fed(oracles.KLL), EXACT, ({"k": 60_000},)),),
    ),
    Case(
        "KolmogorovSmirnov",
        oracles.KolmogorovSmirnov,
        "kolmogorovsmirnov",
        ({}, {"statistic": "kuiper"}),
        kind="pair",
        degree=0,
        abilities=REVERT | MERGE,
        bounds=(Bound(fed(oracles.KolmogorovSmirnov), EXACT, ({}, {"statistic": "kuiper"}), PAIRS),),
    ),
    Case(
        "KullbackLeibler",
        oracles.KullbackLeibler,
        "kullback_leibler",
        kind="object pair",
        tolerance=1e-12,
        abilities=REVERT | MERGE,
        bounds=(Bound(counted.kullback_leibler, {"1e-15": value}, data=LABEL_PAIRS, lengthens=({},)),),
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
        abilities=MERGE,
        bounds=(Bound(definitions.kurtosis, {"1e-14": one_and_value}, BIAS, lengthens=BIAS),),
    ),
    Case(
        "Last",
        oracles.Last,
        "last",
        empty=None,
        within=amid,
        lasting_nan=False,
        abilities=MERGE,
        bounds=(Bound(lambda values: values[-1], EXACT),),
    ),
    Case(
        "MAD",
        oracles.MAD,
        "mad",
        empty=None,
        within=below_range,
        bounds=(Bound(definitions.p_squared_mad, {"1e-14": largest}, but=AT_THE_ENDS),),
    ),
    Case(
        "Max",
        oracles.Max,
        "max",
        empty=-math.inf,
        within=amid,
        abilities=MERGE,
        kernel="min_max",
        bounds=(Bound(fed(oracles.Max), EXACT),),
    ),
    Case(
        "MaxDrawdown",
        oracles.MaxDrawdown,
        "maxdrawdown",
        degree=0,
        tolerance=3e-16,
        abilities=MERGE,
        bounds=(Bound(fed(oracles.MaxDrawdown), {"3e-16": value}),),
    ),
    Case(
        "Mean",
        oracles.Mean,
        "mean",
        tolerance=3e-16,
        definition=definitions.mean,
        within=amid,
        abilities=WEIGHTED,
        bounds=(Bound(weighted(oracles.Mean), OF_SUMS, lengthens=({},)),),
    ),
    Case(
        "Min",
        oracles.Min,
        "min",
        empty=math.inf,
        within=amid,
        abilities=MERGE,
        kernel="min_max",
        bounds=(Bound(fed(oracles.Min), EXACT),),
    ),
    Case("Mode", oracles.Mode, "mode", ({}, {"k": 3}, {"k": -1}), empty=None, kind="object", abilities=MERGE),
    Case(
        "Moment",
        oracles.Moment,
        "moment",
        ({"order": 4}, {"order": 1}, {"order": 4, "central": True}),
        degree=4,
        tolerance=1e-12,
        abilities=MERGE,
        bounds=(
            Bound(
                lambda values, times=1, **params: fed(lambda: oracles.Moment(**params))(values),
                {"1e-13": mean_of_powers},
                tuple({"order": order, "central": central} for order in (2, 3, 8) for central in (True, False)),
                lengthens=({"order": 8}, {"order": 3, "central": False}),
            ),
        ),
    ),
    Case(
        "PeakToPeak",
        oracles.PeakToPeak,
        "ptp",
        definition=definitions.peak_to_peak,
        within=below_range,
        kernel="peak_to_peak",
        abilities=MERGE,
        bounds=(Bound(definitions.peak_to_peak, EXACT),),
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
        bounds=(Bound(weighted(oracles.PearsonCorr), {"1e-14": one}, data=PAIRS, lengthens=({},)),),
    ),
    Case(
        "PercentChange",
        oracles.PercentChange,
        "percentchange",
        empty=None,
        degree=0,
        tolerance=3e-16,
        lasting_nan=False,
        abilities=MERGE,
        bounds=(Bound(fed(oracles.PercentChange), {"3e-16": value}),),
    ),
    Case(
        "Product",
        oracles.Product,
        "product",
        empty=1.0,
        tolerance=2e-16,
        abilities=REVERT | MERGE,
        bounds=(Bound(fed(oracles.Product), {"2e-16": value}, data=FACTORS),),
    ),
    Case(
        "Quantile",
        oracles.Quantile,
        "quantile",
        ({}, {"q": 0.01}, {"q": 0.0}, {"q": 1.0}, {"q": 0.3, "interpolation": "nearest"}, {"q": 0.99}),
        NO_PROBABILITIES,
        empty=None,
        within=amid,
        bounds=(
            Bound(
                definitions.p_squared, {"1e-14": largest}, tuple({"q": q} for q in (0.5, 0.01, 0.99)), but=AT_THE_ENDS
            ),
        ),
        further=({"q": [0.9, 0.1, 0.5]}, {"q": [0.25, 0.75], "interpolation": "higher"}),
    ),
    Case(
        "Rate",
        oracles.Rate,
        "rate",
        kind="time",
        degree=-1,
        abilities=MERGE,
        bounds=(Bound(definitions.rate, {"5e-16": value}, data=TIMES, but=("both ends",)),),
    ),
    Case(
        "Regression",
        oracles.Regression,
        "regression",
        empty=None,
        kind="pair",
        degree=0,
        tolerance=1e-13,
        abilities=WEIGHTED,
        bounds=(Bound(weighted(oracles.Regression), {"1e-14": ratio_of_deviations}, data=PAIRS, lengthens=({},)),),
    ),
    Case(
        "RollingAbsMax",
        oracles.RollingAbsMax,
        "rollingabsmax_3",
        WINDOWED,
        empty=None,
        abilities=MERGE,
        kernel="rolling_min_max",
        bounds=(Bound(windowed(fed(oracles.AbsMax)), EXACT, ONE_WINDOW),),
    ),
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
        abilities=MERGE,
        kernel="rolling_iqr",
        bounds=(Bound(windowed(definitions.iqr), {"1e-15": largest}, (*ONE_WINDOW, QUARTILES)),),
    ),
    Case(
        "RollingMax",
        oracles.RollingMax,
        "rollingmax_3",
        WINDOWED,
        empty=None,
        within=amid,
        abilities=MERGE,
        kernel="rolling_min_max",
        bounds=(Bound(windowed(fed(oracles.Max)), EXACT, ONE_WINDOW),),
    ),
    Case(
        "RollingMin",
        oracles.RollingMin,
        "rollingmin_3",
        WINDOWED,
        empty=None,
        within=amid,
        abilities=MERGE,
        kernel="rolling_min_max",
        bounds=(Bound(windowed(fed(oracles.Min)), EXACT, ONE_WINDOW),),
    ),
    Case(
        "RollingMode",
        oracles.RollingMode,
        "rollingmode_3",
        WINDOWED,
        empty=None,
        kind="object",
        abilities=MERGE,
        kernel="rolling_mode",
        equal_bytes=False,
    ),
    Case(
        "RollingPeakToPeak",
        oracles.RollingPeakToPeak,
        "rollingpeaktopeak_3",
        WINDOWED,
        empty=None,
        within=below_range,
        abilities=MERGE,
        kernel="rolling_peak_to_peak",
        bounds=(Bound(windowed(definitions.peak_to_peak), EXACT, ONE_WINDOW),),
    ),
    Case(
        "RollingQuantile",
        oracles.RollingQuantile,
        "rollingquantile_3",
        (
            *({"q": q, "window_size": w} for w in WINDOWS[:-1] for q in (0.5, 0.0, 0.3, 1.0)),
            *(
                {"q": 0.3, "window_size": 40, "interpolation": way}
                for way in ("lower", "higher", "nearest", "midpoint")
            ),
            *({"q": q, "window_size": WINDOWS[-1]} for q in (0.5, 0.0, 0.3, 1.0)),
        ),
        tuple({**params, "window_size": 3} for params in NO_PROBABILITIES),
        empty=None,
        tolerance=1e-15,
        definition=definitions.quantile,
        within=amid,
        abilities=MERGE,
        kernel="rolling_quantile",
        bounds=(
            Bound(
                windowed(definitions.quantile),
                {"1e-15": largest},
                tuple({"q": q, "window_size": 30} for q in (0.5, 0.3, 0.01)),
            ),
        ),
        further=({"q": [0.9, 0.1, 0.5], "window_size": 30}, {"q": 0.3, "window_size": 30, "interpolation": "nearest"}),
    ),
    Case(
        "RollingRank",
        oracles.RollingRank,
        "rollingrank_3",
        (*WINDOWED, {"window_size": 9, "pct": True}),
        empty=None,
        degree=0,
        abilities=MERGE,
        kernel="rolling_rank",
        bounds=(Bound(windowed(fed(functools.partial(oracles.RollingRank, window_size=30))), EXACT, ONE_WINDOW),),
    ),
    Case(
        "RootMeanSquare",
        oracles.RootMeanSquare,
        "rootmeansquare",
        empty=None,
        tolerance=1e-15,
        definition=definitions.root_mean_square,
        abilities=WEIGHTED,
        bounds=(Bound(weighted(oracles.RootMeanSquare), {"1e-15": value}, lengthens=({},)),),
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
        bounds=(Bound(weighted(oracles.SEM), {"1e-14": value}, DDOF, lengthens=({},)),),
    ),
    Case(
        "SemiVar",
        oracles.SemiVar,
        "semivar",
        ({}, {"target": -2.0}),
        degree=2,
        tolerance=1e-15,
        abilities=WEIGHTED,
        bounds=(
            Bound(
                weighted(oracles.SemiVar),
                {"1e-15": value, "5e-324": one},
                ({"target": 1e9}, {"target": 0.1}, {"target": -1e300}),
                lengthens=({"target": 1e9},),
            ),
        ),
    ),
    Case(
        "Shift",
        oracles.Shift,
        "shift_1",
        ({}, {"amount": 0}, {"amount": 3, "fill_value": 0.0}),
        empty=None,
        lasting_nan=False,
        holds_any=True,
        abilities=MERGE,
        bounds=(Bound(fed(oracles.Shift), EXACT, ({"amount": 3},)),),
    ),
    Case(
        "Skew",
        oracles.Skew,
        "skew",
        BIAS,
        degree=0,
        tolerance=1e-11,
        definition=definitions.skew,
        abilities=MERGE,
        bounds=(Bound(definitions.skew, {"1e-14": one_and_value}, BIAS, lengthens=BIAS),),
    ),
    Case(
        "Std",
        oracles.Std,
        "std",
        DDOF,
        tolerance=1e-14,
        definition=definitions.std,
        within=below_range,
        abilities=WEIGHTED,
        bounds=(Bound(weighted(oracles.Std), {"1e-14": value}, DDOF, lengthens=({},)),),
    ),
    Case(
        "Sum",
        oracles.Sum,
        "sum",
        tolerance=3e-16,
        definition=definitions.sum_of,
        abilities=WEIGHTED,
        kernel="sum",
        bounds=(Bound(weighted(oracles.Sum), {"3e-16": value, "1e-31": n_sums_of_magnitudes}, lengthens=({},)),),
    ),
    Case(
        "TDigest",
        oracles.TDigest,
        "tdigest",
        tuple({"q": q, "compression": 60_000} for q in (0.5, 0.0, 0.99)),
        ({"q": []}, {"q": [0.5, 2]}, {"compression": 9}),
        empty=None,
        within=amid,
        abilities=frozenset({"counted", "merge"}),
        kernel="t_digest",
        equal_bytes=False,
        module="sketch",
        panes=True,
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
        bounds=(Bound(weighted(oracles.Var), {"1e-14": value}, DDOF, lengthens=({},)),),
    ),
    Case(
        "ZScore",
        oracles.ZScore,
        "zscore",
        ({}, {"ddof": 1}),
        empty=None,
        degree=0,
        tolerance=1e-13,
        abilities=MERGE,
        bounds=(Bound(fed(oracles.ZScore), {"1e-14": one_and_value}, ({}, {"ddof": 1})),),
    ),
)

BY_NAME = {case.name: case for case in CASES}
NUMERIC = tuple(case for case in CASES if case.kind in ("number", "pair"))
#: Those that take only numbers.
CONVERTING = tuple(case for case in NUMERIC if not case.holds_any)
UNIVARIATE = tuple(case for case in CASES if case.kind == "number")
#: Those whose values the statistics of numbers can observe.
OF_NUMBERS = tuple(case for case in CASES if case.kind in ("number", "time") and case.results == (float,))
ROLLING = tuple(case for case in CASES if case.rolling)
NUMERIC_ROLLING = tuple(case for case in ROLLING if case.kind == "number")
