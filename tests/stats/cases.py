"""The conformance table: one row a class of `river.stats`, which every common test reads.

To add a class, add a row. Its constructor's parameters, with their order and defaults, are those
of its oracle; which values a parameter refuses stands in `tests/stats/parameters.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from river import stats
from tests import oracles
from tests.oracles import definitions
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
    kernel: str | None = None
    """The file in `rust_src/kernels`, where it is not named as the Python module is."""

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
BIAS: tuple[Params, ...] = ({}, {"bias": True})
WINDOWS = (3, 1, 2, 40, 1_000)

CASES = (
    Case(
        "EWMean",
        oracles.EWMean,
        "ewm_0.5",
        FADING,
        tolerance=1e-14,
        definition=definitions.ew_mean,
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
        definition=definitions.ew_var,
        within=below_square,
        kernel="ew_var",
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
        "Kurtosis",
        oracles.Kurtosis,
        "kurtosis",
        BIAS,
        empty=-3.0,
        degree=0,
        tolerance=1e-11,
        definition=definitions.kurtosis,
    ),
    Case(
        "PeakToPeak",
        oracles.PeakToPeak,
        "ptp",
        definition=definitions.peak_to_peak,
        within=below_range,
        kernel="peak_to_peak",
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
        "Skew",
        oracles.Skew,
        "skew",
        BIAS,
        degree=0,
        tolerance=1e-11,
        definition=definitions.skew,
    ),
)

BY_NAME = {case.name: case for case in CASES}
NUMERIC = tuple(case for case in CASES if case.kind in ("number", "pair"))
UNIVARIATE = tuple(case for case in CASES if case.kind == "number")
ROLLING = tuple(case for case in CASES if case.rolling)
