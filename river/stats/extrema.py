from __future__ import annotations

from typing import NamedTuple

from . import base
from ._rust_stats import RsExtrema

__all__ = ["Extrema", "Extremes"]


class Extremes(NamedTuple):
    """The smallest and the largest of some values, and the positions where they were first seen."""

    min: float
    max: float
    argmin: int
    argmax: int


class Extrema(RsExtrema, base.Univariate[Extremes]):
    """Smallest and largest value, with the position of each.

    Positions count from 0, as `numpy.argmin` and `numpy.argmax` do; among equal values the first
    counts. `update` and `get` are O(1).

    Returns
    -------
    `get` returns a named tuple `(min, max, argmin, argmax)` of two floats and two integers, None if
    nothing has been seen. It is exact.

    Notes
    -----
    Values and positions are exact. A NaN counts as both the smallest and the largest value, and the
    first one stays, as in NumPy.

    Examples
    --------
    >>> from river import stats

    >>> extrema = stats.Extrema()
    >>> for x in [3, -4, 7, -4, 2]:
    ...     extrema.update(x)
    >>> extrema.get()
    Extremes(min=-4.0, max=7.0, argmin=1, argmax=2)
    >>> extrema.get().argmax
    2

    """

    def __init__(self) -> None:
        super().__init__()
