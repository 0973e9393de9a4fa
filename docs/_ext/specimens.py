"""For each class of `river.stats` and `river.sketch`: its formula, and how it is shown at work on real data.

Everything else on a class's page follows from its docstring and from the class itself.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from vega_datasets import data

MEAN = r"\overline{x} = \frac{1}{n} \sum_i x_i"
FADING = r"\kappa = 1 - \alpha"
ORDER = r"x_{(\lfloor h \rfloor)} + (h - \lfloor h \rfloor)(x_{(\lfloor h \rfloor + 1)} - x_{(\lfloor h \rfloor)}),"
ORDER += r" \quad h = (n - 1) q + 1"


@dataclass(frozen=True)
class Specimen:
    """A formula, and a picture: an object, fed with a stream."""

    formula: str
    constructor: str
    stream: str = "temperatures"
    over: bool = False
    """Whether the value is drawn over the data: it has their unit and their range."""


SPECIMENS = {
    "AbsMax": Specimen(r"\max_i |x_i|", "AbsMax()", "anomalies", over=True),
    "AutoCorr": Specimen(
        r"r(x_{k+1} \ldots x_n,\ x_1 \ldots x_{n-k}), \quad k = \text{lag}", "AutoCorr(lag=7)", "highs"
    ),
    "BayesianMean": Specimen(
        r"\frac{w_0 \mu_0 + \sum_i x_i}{w_0 + n}", "BayesianMean(prior=50.0, prior_weight=100.0)", over=True
    ),
    "ChiSquared": Specimen(
        r"\sum_{i,j} \frac{(O_{ij} - E_{ij})^2}{E_{ij}}, \quad E_{ij} = \frac{O_{i \cdot} O_{\cdot j}}{n}",
        "ChiSquared()",
        "season and weather",
    ),
    "CoefficientOfVariation": Specimen(r"s / |\overline{x}|", "CoefficientOfVariation()"),
    "Count": Specimen("n", "Count()"),
    "CountDistinct": Specimen(r"|\{x_i\}|", "CountDistinct()", "weather"),
    "Cov": Specimen(
        r"\frac{1}{n - \text{ddof}} \sum_i (x_i - \overline{x})(y_i - \overline{y})", "Cov()", "temperature and wind"
    ),
    "DDSketch": Specimen(
        r"|\hat{Q}(q) - Q(q)| \le \alpha\, |Q(q)|, \quad Q(q) = \inf \{x : F(x) \ge q\}",
        "sketch.DDSketch(0.9)",
        over=True,
    ),
    "EWCorr": Specimen(
        r"\frac{c_{xy}}{\sqrt{c_{xx} c_{yy}}}, \quad c_{xy} = \sum_i w_i (x_i - \overline{x}_w)(y_i - \overline{y}_w)",
        "EWCorr(0.05)",
        "temperature and wind",
    ),
    "EWCov": Specimen(
        r"\sum_i w_i (x_i - \overline{x}_w)(y_i - \overline{y}_w), \quad w_{i-1} = \kappa w_i,\ " + FADING,
        "EWCov(0.05)",
        "temperature and wind",
    ),
    "EWMean": Specimen(
        r"m_n = \alpha x_n + (1 - \alpha) m_{n-1}, \quad m_1 = x_1", "EWMean(1 / 24)", "fortnight", over=True
    ),
    "EWQuantile": Specimen(
        r"Q \leftarrow Q + \alpha (x - Q) \cdot \begin{cases} a & x > Q \\ 1 - a & x < Q \end{cases}, \quad"
        r" a = \frac{q B}{q B + (1 - q) A}",
        "EWQuantile(0.9, 1 / 24)",
        over=True,
    ),
    "EWStd": Specimen(r"\sqrt{v_n}, \quad v_n = (1 - \alpha)(v_{n-1} + \alpha (x_n - m_{n-1})^2)", "EWStd(1 / 168)"),
    "EWVar": Specimen(r"v_n = (1 - \alpha)(v_{n-1} + \alpha (x_n - m_{n-1})^2), \quad v_1 = 0", "EWVar(1 / 168)"),
    "Entropy": Specimen(r"-\sum_k p_k \ln p_k, \quad p_k = n_k / n", "Entropy()", "weather"),
    "Extrema": Specimen(r"(\min_i x_i, \max_i x_i)", "Extrema()", over=True),
    "First": Specimen(r"x_1", "First()", over=True),
    "FirstDifference": Specimen(r"x_n - x_{n-1}", "FirstDifference()", "fortnight"),
    "GeometricMean": Specimen(r"\left( \prod_i x_i \right)^{1/n}", "GeometricMean()", over=True),
    "HarmonicMean": Specimen(r"\frac{n}{\sum_i 1/x_i}", "HarmonicMean()", over=True),
    "HeavyHitters": Specimen(r"n_k - \varepsilon n \le \hat{n}_k \le n_k", "sketch.HeavyHitters()", "weather"),
    "IQR": Specimen(r"\hat{Q}(q_{\sup}) - \hat{Q}(q_{\inf})", "IQR()"),
    "KLL": Specimen(r"|F(\hat{Q}(q)) - q| \lesssim 2.3 / k", "sketch.KLL(0.9)", over=True),
    "KolmogorovSmirnov": Specimen(r"\sup_t |F_x(t) - F_y(t)|", "KolmogorovSmirnov()", "two years"),
    "KullbackLeibler": Specimen(r"\sum_i p_i \ln \frac{p_i}{q_i}", "KullbackLeibler()", "weather of two years"),
    "Kurtosis": Specimen(
        r"g_2 = \frac{m_4}{m_2^2} - 3, \quad G_2 = \frac{(n-1)\,((n+1) g_2 + 6)}{(n-2)(n-3)}, \quad"
        r" m_k = \frac{1}{n} \sum_i (x_i - \overline{x})^k",
        "Kurtosis()",
    ),
    "Last": Specimen(r"x_n", "Last()", "fortnight", over=True),
    "Link": Specimen(r"\text{right}(\text{left}(x))", "PercentChange() | stats.Std()", "stock"),
    "MAD": Specimen(r"\text{median}_i\, |x_i - \text{median}_j\, x_j|", "MAD()"),
    "Max": Specimen(r"\max_i x_i", "Max()", over=True),
    "MaxDrawdown": Specimen(r"\max_{i \le j} \frac{x_i - x_j}{x_i}", "MaxDrawdown()", "stock"),
    "Mean": Specimen(MEAN, "Mean()", over=True),
    "Min": Specimen(r"\min_i x_i", "Min()", over=True),
    "Mode": Specimen(r"\arg\max_k n_k", "Mode()", "weather"),
    "Moment": Specimen(r"m_k = \frac{1}{n} \sum_i (x_i - \overline{x})^k, \quad k = \text{order}", "Moment(order=3)"),
    "NUnique": Specimen(r"\hat{n} \approx \alpha_m m^2 / \sum_{j=1}^m 2^{-M_j}", "sketch.NUnique()", "weather"),
    "PeakToPeak": Specimen(r"\max_i x_i - \min_i x_i", "PeakToPeak()"),
    "PearsonCorr": Specimen(
        r"\frac{\sum_i (x_i - \overline{x})(y_i - \overline{y})}"
        r"{\sqrt{\sum_i (x_i - \overline{x})^2 \sum_i (y_i - \overline{y})^2}}",
        "PearsonCorr()",
        "temperature and wind",
    ),
    "PercentChange": Specimen(r"x_n / x_{n-1} - 1", "PercentChange()", "stock"),
    "Product": Specimen(r"\prod_i x_i", "Product()", "growth"),
    "Quantile": Specimen(r"\hat{Q}(q) \approx \inf \{x : F(x) \ge q\}", "Quantile(0.9)", over=True),
    "Rate": Specimen(r"\frac{n - 1}{\max_i t_i - \min_i t_i}", "Rate()", "rainy days"),
    "Regression": Specimen(
        r"b = \frac{\sum_i (x_i - \overline{x})(y_i - \overline{y})}{\sum_i (x_i - \overline{x})^2}, \quad"
        r" a = \overline{y} - b \overline{x}",
        "Regression()",
        "temperature and wind",
    ),
    "RollingAbsMax": Specimen(r"\max_{i > n - w} |x_i|", "RollingAbsMax(168)", "anomalies", over=True),
    "RollingIQR": Specimen(r"Q_w(q_{\sup}) - Q_w(q_{\inf})", "RollingIQR(168)"),
    "RollingMax": Specimen(r"\max_{i > n - w} x_i", "RollingMax(168)", over=True),
    "RollingMin": Specimen(r"\min_{i > n - w} x_i", "RollingMin(168)", over=True),
    "RollingMode": Specimen(r"\arg\max_k n_k \quad (i > n - w)", "RollingMode(30)", "weather"),
    "RollingPeakToPeak": Specimen(r"\max_{i > n - w} x_i - \min_{i > n - w} x_i", "RollingPeakToPeak(168)"),
    "RollingQuantile": Specimen(ORDER, "RollingQuantile(0.9, 168)", over=True),
    "RollingRank": Specimen(
        r"\#\{x_i < x_n\} + \frac{\#\{x_i = x_n\} + 1}{2} \quad (n - w < i \le n)", "RollingRank(24)", "fortnight"
    ),
    "RootMeanSquare": Specimen(r"\sqrt{\frac{1}{n} \sum_i x_i^2}", "RootMeanSquare()", over=True),
    "SEM": Specimen(r"s / \sqrt{n}", "SEM()"),
    "SemiVar": Specimen(r"\frac{1}{n} \sum_i \min(x_i - \text{target}, 0)^2", "SemiVar(target=50.0)"),
    "Shift": Specimen(r"x_{n-k}, \quad k = \text{amount}", "Shift(24)", "fortnight", over=True),
    "Skew": Specimen(
        r"g_1 = \frac{m_3}{m_2^{3/2}}, \quad G_1 = g_1 \frac{\sqrt{n (n - 1)}}{n - 2}, \quad"
        r" m_k = \frac{1}{n} \sum_i (x_i - \overline{x})^k",
        "Skew()",
    ),
    "Std": Specimen(r"s = \sqrt{\frac{1}{n - \text{ddof}} \sum_i (x_i - \overline{x})^2}", "Std()"),
    "Sum": Specimen(r"\sum_i x_i", "Sum()", "anomalies"),
    "TDigest": Specimen(r"\hat{Q}(q) \approx \inf \{x : F(x) \ge q\}", "sketch.TDigest(0.9)", over=True),
    "Var": Specimen(r"s^2 = \frac{1}{n - \text{ddof}} \sum_i (x_i - \overline{x})^2", "Var()"),
    "ZScore": Specimen(r"\frac{x_n - \overline{x}}{s}", "ZScore()", "fortnight"),
    "Rolling": Specimen(
        r"S(x_{n-w+1} \ldots x_n), \quad w = \text{window\_size}",
        "utils.Rolling(stats.Mean, window_size=168)",
        over=True,
    ),
    "TimeRolling": Specimen(
        r"S(\{x_i : t - \text{period} < t_i \le t\}), \quad t = \max_i t_i",
        "utils.TimeRolling(stats.Mean, period=dt.timedelta(days=7))",
        over=True,
    ),
    "TumblingWindow": Specimen(
        r"S(\{x_i : k\,\text{period} \le t_i < (k + 1)\,\text{period}\}), \quad k = 0, 1, \ldots",
        "utils.TumblingWindow(stats.Max, period=dt.timedelta(days=7))",
        over=True,
    ),
    "SkipNaN": Specimen(r"S(x_i : x_i \text{ is a number})", "utils.SkipNaN(stats.Mean())", over=True),
    "Summary": Specimen(
        r"(S_1, \ldots, S_k)", "utils.Summary(low=stats.Min(), mean=stats.Mean(), high=stats.Max())", over=True
    ),
    "GroupBy": Specimen(
        r"S(\{x_i : \text{key}_i = \text{key}_n\})", "utils.GroupBy(stats.Count)", "season and weather"
    ),
}


@dataclass(frozen=True)
class Stream:
    """Columns that a statistic sees, their times, and what they are."""

    times: Any
    columns: tuple[Any, ...]
    label: str


@functools.cache
def stream(name: str) -> Stream:
    match name:
        case "temperatures":
            frame = data.seattle_temps()
            return Stream(frame["date"], (frame["temp"].to_numpy(float),), "Temperature in Seattle, °F, hourly")
        case "fortnight":
            frame = data.seattle_temps()
            frame = frame[frame["date"].between("2010-07-01", "2010-07-15", inclusive="left")]
            return Stream(frame["date"], (frame["temp"].to_numpy(float),), "Temperature in Seattle, °F, hourly")
        case "anomalies":
            frame = data.seattle_temps()
            degrees = frame["temp"].to_numpy(float)
            return Stream(frame["date"], (degrees - degrees.mean(),), "Temperature in Seattle, °F from the year's mean")
        case "weather":
            frame = data.seattle_weather()
            return Stream(frame["date"], (frame["weather"].to_numpy(object),), "Weather in Seattle, daily")
        case "season and weather":
            frame = data.seattle_weather()
            seasons = frame["date"].dt.quarter.map({1: "winter", 2: "spring", 3: "summer", 4: "autumn"})
            columns = seasons.to_numpy(object), frame["weather"].to_numpy(object)
            return Stream(frame["date"], columns, "Season and weather in Seattle")
        case "highs":
            frame = data.seattle_weather()
            return Stream(
                frame["date"], (frame["temp_max"].to_numpy(float),), "Highest temperature in Seattle, °C, daily"
            )
        case "temperature and wind":
            frame = data.seattle_weather()
            columns = frame["temp_max"].to_numpy(float), frame["wind"].to_numpy(float)
            return Stream(frame["date"], columns, "Highest temperature in °C, and wind in m/s")
        case "two years":
            return _two_years("temp_max", float, "Highest temperature in °C")
        case "weather of two years":
            return _two_years("weather", object, "Weather in Seattle")
        case "rainy days":
            frame = data.seattle_weather()
            times = frame["date"][frame["precipitation"] > 0]
            return Stream(times, (times.to_numpy(),), "Days with rain in Seattle")
        case "stock":
            frame = data.stocks()
            frame = frame[frame["symbol"] == "AMZN"]
            return Stream(frame["date"], (frame["price"].to_numpy(float),), "Price of a share of Amazon, $, monthly")
        case "growth":
            prices = stream("stock")
            (price,) = prices.columns
            label = "Price of a share of Amazon, as a multiple of the month before"
            return Stream(prices.times[1:], (price[1:] / price[:-1],), label)
    raise ValueError(f"no stream is called {name!r}")


def _two_years(column: str, dtype: type[Any], label: str) -> Stream:
    frame, days = data.seattle_weather(), 365
    year = frame["date"].dt.year
    columns = tuple(frame[column][year == y].to_numpy(dtype)[:days] for y in (2012, 2013))
    return Stream(frame["date"][year == 2013][:days], columns, f"{label}: 2012 and 2013")


def numbers(values: Any) -> Any:
    """Return values for an axis: categories and times as they are, numbers as floats."""
    array = np.asarray(values)
    return array if array.dtype.kind in "OM" else pd.to_numeric(array).astype(float)
