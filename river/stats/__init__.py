"""Running statistics over unbounded streams."""

from __future__ import annotations

from . import base
from ._rust_stats import adopt as _adopt
from .ewmean import EWMean
from .ewvar import EWVar
from .iqr import IQR, RollingIQR
from .kurtosis import Kurtosis
from .ptp import PeakToPeak
from .quantile import Quantile, RollingQuantile
from .skew import Skew

__all__ = [
    "IQR",
    "EWMean",
    "EWVar",
    "Kurtosis",
    "PeakToPeak",
    "Quantile",
    "RollingIQR",
    "RollingQuantile",
    "Skew",
    "base",
]

for _name in __all__:
    if isinstance(_class := globals()[_name], type):
        _adopt(_class)
