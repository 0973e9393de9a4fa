"""The relative error of every class compared with river 0.26.1, NumPy and pandas, against exact arithmetic."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

from benchmarks import jobs
from benchmarks.engine import Engine
from benchmarks.tables import NONE, Table
from tests.oracles import definitions
from tests.stats.cases import CASES, Case

LENGTH, WINDOW = 1_000, 30
#: What NumPy and pandas call the statistic. pandas' moments of a window have a row in the table of windows.
NUMPY = {
    "AbsMax": "np.max(np.abs(x))",
    "AutoCorr": "np.corrcoef(x[1:], x[:-1])[0, 1]",
    "CoefficientOfVariation": "np.std(x, ddof=1) / abs(np.mean(x))",
    "Cov": "np.cov(x, y)[0, 1]",
    "Extrema": "np.min(x)",
    "FirstDifference": "x[-1] - x[-2]",
    "GeometricMean": "np.exp(np.mean(np.log(x)))",
    "HarmonicMean": "1 / np.mean(1 / x)",
    "Max": "np.max(x)",
    "Mean": "np.mean(x)",
    "Min": "np.min(x)",
    "Moment": "np.mean((x - np.mean(x)) ** 2)",
    "PeakToPeak": "np.ptp(x)",
    "PearsonCorr": "np.corrcoef(x, y)[0, 1]",
    "Product": "np.prod(x)",
    "Regression": "np.polyfit(x, y, 1)[0]",
    "RollingAbsMax": "np.max(np.abs(x[-30:]))",
    "RollingIQR": "np.subtract(*np.quantile(x[-30:], [0.75, 0.25]))",
    "RollingMax": "np.max(x[-30:])",
    "RollingMin": "np.min(x[-30:])",
    "RollingPeakToPeak": "np.ptp(x[-30:])",
    "RollingQuantile": "np.quantile(x[-30:], 0.5)",
    "RootMeanSquare": "np.sqrt(np.mean(x**2))",
    "SEM": "np.std(x, ddof=1) / np.sqrt(len(x))",
    "Std": "np.std(x, ddof=1)",
    "Sum": "np.sum(x)",
    "Var": "np.var(x, ddof=1)",
    "ZScore": "(x[-1] - np.mean(x)) / np.std(x)",
}
_EWM = "pd.Series(x).ewm(alpha=0.5, adjust=False)"
PANDAS = {
    "AbsMax": "pd.Series(x).abs().max()",
    "AutoCorr": "pd.Series(x).autocorr(1)",
    "CoefficientOfVariation": "pd.Series(x).std() / abs(pd.Series(x).mean())",
    "Cov": "pd.Series(x).cov(pd.Series(y))",
    "EWCorr": f"{_EWM}.corr(pd.Series(y)).iloc[-1]",
    "EWCov": f"{_EWM}.cov(pd.Series(y), bias=True).iloc[-1]",
    "EWMean": f"{_EWM}.mean().iloc[-1]",
    "EWStd": f"{_EWM}.std(bias=True).iloc[-1]",
    "EWVar": f"{_EWM}.var(bias=True).iloc[-1]",
    "Extrema": "pd.Series(x).min()",
    "FirstDifference": "pd.Series(x).diff().iloc[-1]",
    "Kurtosis": "pd.Series(x).kurt()",
    "Max": "pd.Series(x).max()",
    "MaxDrawdown": "(1 - pd.Series(x) / pd.Series(x).cummax()).max()",
    "Mean": "pd.Series(x).mean()",
    "Min": "pd.Series(x).min()",
    "PearsonCorr": "pd.Series(x).corr(pd.Series(y))",
    "PercentChange": "pd.Series(x).pct_change().iloc[-1]",
    "Product": "pd.Series(x).prod()",
    "RollingMax": "pd.Series(x).rolling(30).max().iloc[-1]",
    "RollingMin": "pd.Series(x).rolling(30).min().iloc[-1]",
    "RollingQuantile": "pd.Series(x).rolling(30).quantile(0.5).iloc[-1]",
    "RollingRank": "pd.Series(x).rolling(30).rank().iloc[-1]",
    "SEM": "pd.Series(x).sem()",
    "Shift": "pd.Series(x).shift(3).iloc[-1]",
    "Skew": "pd.Series(x).skew()",
    "Std": "pd.Series(x).std()",
    "Sum": "pd.Series(x).sum()",
    "Var": "pd.Series(x).var()",
}
#: Statistics of positive values.
POSITIVE = ("GeometricMean", "HarmonicMean", "MaxDrawdown")
#: Windows: the definition, and pandas' method.
WINDOWS = {
    "Sum": (definitions.sum_of, "sum()"),
    "Mean": (definitions.mean, "mean()"),
    "Var": (definitions.var, "var()"),
    "SEM": (definitions.sem, "sem()"),
    "Skew": (definitions.skew, "skew()"),
    "Kurtosis": (definitions.kurtosis, "kurt()"),
}


def columns(case: Case, offset: float) -> tuple[tuple[Any, ...], ...]:
    """Return the columns that a class is fed: normal noise with an offset, or what it takes instead."""
    numbers = random.Random(42)
    noise = [numbers.gauss(0, 1) for _ in range(LENGTH)]
    if case.kind.startswith("object"):
        kinds = [numbers.choices("abcde", (8, 4, 3, 2, 1), k=LENGTH) for _ in case.arguments]
        return tuple(map(tuple, kinds))
    if case.kind == "time":
        return (tuple(offset + i + 0.25 * x for i, x in enumerate(noise)),)
    if case.name in POSITIVE:
        noise = list(map(abs, noise))
    first = tuple(offset + x for x in noise)
    second = tuple(offset + 0.5 * x + numbers.gauss(0, 1) for x in noise)
    return (first, second)[: len(case.arguments)]


def error(found: Any, exact: Any) -> float | None:
    if found is None:
        return None
    if not math.isfinite(found) or exact == 0:
        return 0.0 if found == exact else math.inf
    return float(abs(Fraction(found) - Fraction(exact)) / abs(Fraction(exact)))


def cell(value: float | None) -> str:
    if value is None:
        return NONE
    return "0" if value == 0 else "wrong" if value > 0.5 else f"{value:.0e}"


def _measure(engine: Engine, table: Table, name: str, exact: Any, contestants: dict[str, jobs.Value | None]) -> None:
    errors: dict[str, float | None] = {}
    for contestant, job in contestants.items():
        side = "river" if contestant == "river" else "this"
        errors[contestant] = error(engine.run(side, job).get("value"), exact) if job else None
    table.add(name, [cell(value) for value in errors.values()], errors=errors)


def _classes(engine: Engine, key: str, title: str, about: str, offset: float) -> Table:
    table = Table(key, title, about, ["", "this", "river 0.26.1", "NumPy", "pandas"])
    for case in CASES:
        bound = next((bound for bound in case.bounds if bound.attribute is None), None)
        if bound is None or case.module != "stats" or (offset and case.kind.startswith("object")):
            continue
        fed, params = columns(case, offset), bound.params[0]
        exact = bound.definition(*map(list, fed), **params)
        of_tuple = isinstance(exact, tuple)
        # river has no `adjust` anywhere: parameters that are False by default are left out.
        given = ", ".join(f"{name}={value!r}" for name, value in params.items() if value is not False)
        ours = jobs.Value(fed, f"stats.{case.name}({given})", "s.get()[0]" if of_tuple else "s.get()")
        contestants: dict[str, jobs.Value | None] = {"this": ours, "river": ours}
        for library, expressions in (("numpy", NUMPY), ("pandas", PANDAS)):
            expression = expressions.get(case.name)
            contestants[library] = jobs.Value(fed, expression=expression) if expression else None
        _measure(engine, table, case.name, exact[0] if of_tuple else exact, contestants)
    return table


def _windows(engine: Engine) -> Table:
    table = Table(
        key="accuracy windows",
        title="Windows after a burst",
        about=f"A window of {WINDOW} over {LENGTH:,} values of unit noise. In the middle came one value of 1e9, "
        "which has left the window long ago.",
        header=["", "this", "river 0.26.1", "pandas"],
    )
    numbers = random.Random(42)
    values = [numbers.gauss(0, 1) for _ in range(LENGTH)]
    values[LENGTH // 2] = 1e9
    for name, (definition, method) in WINDOWS.items():
        ours = jobs.Value((tuple(values),), f"utils.Rolling(stats.{name}, {WINDOW})")
        theirs = jobs.Value((tuple(values),), expression=f"pd.Series(x).rolling({WINDOW}).{method}.iloc[-1]")
        exact = definition(values[-WINDOW:])
        _measure(engine, table, f"Rolling({name})", exact, {"this": ours, "river": ours, "pandas": theirs})
    return table


def measure(engine: Engine) -> list[Table]:
    noise = _classes(
        engine,
        "accuracy noise",
        "Unit noise",
        f"{LENGTH:,} values, normal with mean 0 and deviation 1; of statistics of positive values, their "
        "magnitudes; of statistics of objects, five kinds of them.",
        0.0,
    )
    offset = _classes(
        engine,
        "accuracy offset",
        "Unit noise on an offset",
        f"{LENGTH:,} values around 1e9, with deviation 1: the digits that matter are the last ones.",
        1e9,
    )
    return [noise, offset, _windows(engine)]
