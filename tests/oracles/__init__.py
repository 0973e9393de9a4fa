"""Statistics in pure Python, readable from their definitions.

The tests hold the compiled classes to these; the benchmark takes the incremental ones as its pure
Python column. They keep to the simplest right form and to numbers: what NaN means is one rule for
all statistics, and the tests state it once.
"""

from tests.oracles.counts import ChiSquared, Count, Entropy, Mode, RollingMode
from tests.oracles.covariance import AutoCorr, Cov, PearsonCorr
from tests.oracles.exponential import EWCov, EWMean, EWVar
from tests.oracles.exponential_times import TimedEWCov, TimedEWMean, TimedEWVar
from tests.oracles.extrema import (
    AbsMax,
    Extrema,
    Max,
    Min,
    PeakToPeak,
    RollingAbsMax,
    RollingMax,
    RollingMin,
    RollingPeakToPeak,
)
from tests.oracles.kolmogorov_smirnov import KolmogorovSmirnov
from tests.oracles.means import BayesianMean, GeometricMean, HarmonicMean, Mean, RootMeanSquare, Sum
from tests.oracles.moments import Kurtosis, Skew
from tests.oracles.quantile import IQR, MAD, Quantile
from tests.oracles.rolling_quantile import RollingIQR, RollingQuantile
from tests.oracles.shift import FirstDifference, Link, Rate, Shift
from tests.oracles.sketches import KLL, DDSketch, TDigest
from tests.oracles.spread import SEM, CoefficientOfVariation, Std, Var

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
    "Cov",
    "DDSketch",
    "EWCov",
    "EWMean",
    "EWVar",
    "Entropy",
    "Extrema",
    "FirstDifference",
    "GeometricMean",
    "HarmonicMean",
    "KolmogorovSmirnov",
    "Kurtosis",
    "Link",
    "Max",
    "Mean",
    "Min",
    "Mode",
    "PeakToPeak",
    "PearsonCorr",
    "Quantile",
    "Rate",
    "RollingAbsMax",
    "RollingIQR",
    "RollingMax",
    "RollingMin",
    "RollingMode",
    "RollingPeakToPeak",
    "RollingQuantile",
    "RootMeanSquare",
    "Shift",
    "Skew",
    "Std",
    "Sum",
    "TDigest",
    "TimedEWCov",
    "TimedEWMean",
    "TimedEWVar",
    "Var",
]
