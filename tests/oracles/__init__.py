"""Statistics in pure Python, readable from their definitions.

The tests compare the compiled classes with these; the benchmark uses the incremental ones as its
pure Python column. They keep to the simplest correct form and to numbers: what NaN means is one
rule for all statistics, and the tests state it once.
"""

from tests.oracles.counts import ChiSquared, Count, CountDistinct, Entropy, KullbackLeibler, Mode, RollingMode
from tests.oracles.covariance import AutoCorr, Cov, PearsonCorr, Regression
from tests.oracles.ew_quantile import EWQuantile
from tests.oracles.exponential import EWCorr, EWCov, EWMean, EWStd, EWVar
from tests.oracles.exponential_times import TimedEWCov, TimedEWMean, TimedEWVar
from tests.oracles.extrema import (
    AbsMax,
    Extrema,
    Max,
    MaxDrawdown,
    Min,
    PeakToPeak,
    RollingAbsMax,
    RollingMax,
    RollingMin,
    RollingPeakToPeak,
)
from tests.oracles.kolmogorov_smirnov import KolmogorovSmirnov
from tests.oracles.means import BayesianMean, GeometricMean, HarmonicMean, Mean, Product, RootMeanSquare, Sum
from tests.oracles.moments import Kurtosis, Moment, Skew
from tests.oracles.quantile import IQR, MAD, Quantile
from tests.oracles.rolling_quantile import RollingIQR, RollingQuantile, RollingRank
from tests.oracles.shift import First, FirstDifference, Last, Link, PercentChange, Rate, Shift
from tests.oracles.sketches import KLL, DDSketch, TDigest
from tests.oracles.spread import SEM, CoefficientOfVariation, SemiVar, Std, Var, ZScore

__all__ = [
    "IQR",
    "KLL",
    "MAD",
    "SEM",
    "AbsMax",
    "AutoCorr",
    "BayesianMean",
    "ChiSquared",
    "CoefficientOfVariation",
    "Count",
    "CountDistinct",
    "Cov",
    "DDSketch",
    "EWCorr",
    "EWCov",
    "EWMean",
    "EWQuantile",
    "EWStd",
    "EWVar",
    "Entropy",
    "Extrema",
    "First",
    "FirstDifference",
    "GeometricMean",
    "HarmonicMean",
    "KolmogorovSmirnov",
    "KullbackLeibler",
    "Kurtosis",
    "Last",
    "Link",
    "Max",
    "MaxDrawdown",
    "Mean",
    "Min",
    "Mode",
    "Moment",
    "PeakToPeak",
    "PearsonCorr",
    "PercentChange",
    "Product",
    "Quantile",
    "Rate",
    "Regression",
    "RollingAbsMax",
    "RollingIQR",
    "RollingMax",
    "RollingMin",
    "RollingMode",
    "RollingPeakToPeak",
    "RollingQuantile",
    "RollingRank",
    "RootMeanSquare",
    "SemiVar",
    "Shift",
    "Skew",
    "Std",
    "Sum",
    "TDigest",
    "TimedEWCov",
    "TimedEWMean",
    "TimedEWVar",
    "Var",
    "ZScore",
]
