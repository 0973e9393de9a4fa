"""What a statistic over a window has to equal: the same statistic, fed only the window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tests.oracles.rolling_quantile import interpolate
from tests.stats.cases import CASES, Case, Params
from tests.stats.closeness import slope_unit
from tests.stats.streams import Row

#: Statistics that are estimates on their own, and exact in a window.
ESTIMATES = {"IQR", "MAD", "Quantile"}
#: Cases that windows can be made of, and those of them whose windows are exact.
CASES_IN_ANY_WINDOWS = [case for case in CASES if not case.rolling]
CASES_IN_WINDOWS = [case for case in CASES_IN_ANY_WINDOWS if not case.panes]

#: A mix of NaN, infinities and numbers of any size, to be put in windows.
MIXED: list[float] = [1.5, -2.0, math.inf, 3.0, 1e17, 4.0, math.nan, 5.0, -math.inf, 1e-5, 0.0, 7.0]


def panes(case: Case) -> dict[str, int]:
    """Return the parameter for windows of a class that has no exact window."""
    return {"panes": 4} if case.panes else {}


def fresh(case: Case, params: Params, rows: Sequence[Row]) -> Any:
    """Return the value over exactly these rows."""
    if case.name in ESTIMATES:
        return exact(case.name, params, [row[0] for row in rows])
    return case.fed(rows, params).get()


def exact(name: str, params: Params, values: list[float]) -> float | None:
    """Return an order statistic by its definition."""
    if not values:
        return None
    if any(math.isnan(x) for x in values):
        return math.nan
    ordered = sorted(values)
    if name == "Quantile":
        return interpolate(ordered, params.get("q", 0.5), params.get("interpolation", "linear"))
    if name == "IQR":
        ends = (params.get("q_sup", 0.75), params.get("q_inf", 0.25))
        return interpolate(ordered, ends[0]) - interpolate(ordered, ends[1])
    median = interpolate(ordered, 0.5)
    return interpolate(sorted(abs(x - median) for x in values), 0.5) if math.isfinite(median) else math.nan


def agrees(case: Case, actual: Any, expected: Any, rows: Sequence[Row], scale: float | None = None) -> bool:
    """Tell whether a window of these rows has the value that it should have.

    Of equally frequent values a window takes the one that has been in it longest without a break,
    which may have been there before the oldest row.
    """
    if case.name in ("Mode", "RollingMode") and rows:
        values = [row[0] for row in rows]
        # A NaN that was copied is another one.
        return near(actual, expected, 0.0) or values.count(actual) == values.count(expected)
    return near(actual, expected, rounding(case, rows) if scale is None else scale)


def near(actual: Any, expected: Any, scale: float) -> bool:
    """Tell whether two results are the same but for rounding of numbers of size `scale`."""
    if isinstance(expected, float) and isinstance(actual, float):
        if math.isnan(expected) or math.isnan(actual):
            return math.isnan(expected) and math.isnan(actual)
        return actual == expected or not abs(actual - expected) > scale
    if isinstance(expected, tuple) and isinstance(actual, tuple):
        return all(near(left, right, scale) for left, right in zip(actual, expected, strict=True))
    return bool(actual == expected)


def rounding(case: Case, rows: Sequence[Row]) -> float:
    """Return by how much rounding may change the value over these rows."""
    if "object" in case.kind or not rows:
        return 1e-9
    values = [abs(x) for row in rows for x in row if math.isfinite(x)]
    finite = [x for row in rows for x in row if math.isfinite(x)]
    if case.name == "CoefficientOfVariation" and abs(math.fsum(finite)) < 1e-9:
        # Rounding determines the divisor.
        return math.inf
    if case.name == "Regression":
        return max(1e-9, 1e-9 * slope_unit(rows))
    spread = 1e-9 if case.degree == 0 else 1e-11
    largest = max(values, default=0.0)
    return spread * max(largest, 1e-300) ** case.degree
