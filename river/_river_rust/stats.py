"""The classes that pickles of river 0.25 and 0.26 name."""

from river.stats._rust_stats import (
    RsEWMean,
    RsEWVar,
    RsIQR,
    RsKurtosis,
    RsPeakToPeak,
    RsQuantile,
    RsRollingIQR,
    RsRollingQuantile,
    RsSkew,
)

__all__ = [
    "RsEWMean",
    "RsEWVar",
    "RsIQR",
    "RsKurtosis",
    "RsPeakToPeak",
    "RsQuantile",
    "RsRollingIQR",
    "RsRollingQuantile",
    "RsSkew",
]
