"""Running statistics over unbounded streams."""

from __future__ import annotations

from . import base
from ._rust_stats import adopt as _adopt
from .auto_corr import AutoCorr
from .base import Link
from .chi_squared import ChiSquared
from .coefficient_of_variation import CoefficientOfVariation
from .count import Count
from .count_distinct import CountDistinct
from .cov import Cov
from .entropy import Entropy
from .ewcorr import EWCorr
from .ewcov import EWCov
from .ewmean import EWMean
from .ewquantile import EWQuantile
from .ewstd import EWStd
from .ewvar import EWVar
from .extrema import Extrema
from .first import First
from .first_difference import FirstDifference
from .geometric_mean import GeometricMean
from .harmonic_mean import HarmonicMean
from .iqr import IQR, RollingIQR
from .kolmogorov_smirnov import KolmogorovSmirnov
from .kullback_leibler import KullbackLeibler
from .kurtosis import Kurtosis
from .last import Last
from .mad import MAD
from .max_drawdown import MaxDrawdown
from .maximum import AbsMax, Max, RollingAbsMax, RollingMax
from .mean import BayesianMean, Mean
from .minimum import Min, RollingMin
from .mode import Mode, RollingMode
from .moment import Moment
from .pearson import PearsonCorr
from .percent_change import PercentChange
from .product import Product
from .ptp import PeakToPeak, RollingPeakToPeak
from .quantile import Quantile, RollingQuantile
from .rate import Rate
from .regression import Regression
from .rolling_rank import RollingRank
from .root_mean_square import RootMeanSquare
from .sem import SEM
from .semi_var import SemiVar
from .shift import Shift
from .skew import Skew
from .std import Std
from .summing import Sum
from .var import Var
from .z_score import ZScore

__all__ = [
    "IQR",
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
    "Var",
    "ZScore",
    "base",
]

#: Classes in which `n` describes the statistic itself. In all others, subclasses may have an attribute of that name.
_COUNTING = frozenset({"ChiSquared", "Count", "Cov", "Entropy", "Mean", "SEM", "Var"})

for _name in set(__all__) - {"base"}:
    _class = globals()[_name]
    _adopt(_class)
    if _name not in _COUNTING:
        _class.n = base.View(_class.n)

# Expose nothing here but the classes and their modules.
del _COUNTING, _adopt, _class, _name  # pyright: ignore[reportPossiblyUnboundVariable] - there are classes
