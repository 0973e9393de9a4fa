from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from river.stats import base
from river.stats._rust_stats import RsTDigest, adopt

__all__ = ["TDigest"]


class TDigest(RsTDigest, base.Univariate[Any]):
    """Quantiles that are accurate at both ends, without a guarantee.

    Means of neighbouring values are kept, of few values at both ends and of many in the middle. So for most data,
    extreme quantiles are much more accurate than those of other sketches of that size; but no error bound is known, and
    there are data for which they are far off. It is the right sketch for data that other systems keep as t-digests.

    `update` is O(1) amortised, `get` O(compression). Memory is at most 160 `compression` bytes,
    plus 1 kB.

    Parameters
    ----------
    q
        The probability of the quantile that `get` returns, from 0 to 1, or a sequence of them.
        Between means the value is interpolated.
    compression
        About how many means are kept, from 10 to 65535; never more than twice as many.

    Returns
    -------
    `get` returns a float, or a list if `q` is a sequence; None if nothing has been seen.

    Raises
    ------
    ValueError
        If `q` is outside 0 to 1, or `compression` out of its range.

    Notes
    -----
    No bound on the error is known, so `bounds` raises a TypeError. Once a NaN has been seen, the quantiles stay NaN.
    Infinities count as the largest and smallest values. In `rank` and `cdf`, half of the values that are equal to a
    number count as below it.

    Weights are whole numbers.

    `+` and `+=` merge digests of the same `compression`. The implementation is that of Apache's
    datasketches; `to_datasketches` and `from_datasketches` write and read the bytes of its
    `tdigest_double`.

    Examples
    --------
    >>> from river import sketch

    >>> latency = sketch.TDigest(q=0.999)
    >>> for x in range(100_000):
    ...     latency.update(x)
    >>> abs(latency.get() - 99_900) < 10
    True
    >>> latency.update(1e6, w=200)
    >>> latency.get() > 900_000
    True

    References
    ----------
    [^1]: T. Dunning and O. Ertl, "Computing extremely accurate quantiles using t-digests", arXiv:1902.04023
    (2019).

    """

    def __init__(self, q: float | Sequence[float] = 0.5, compression: int = 100) -> None:
        super().__init__(q, compression)


adopt(TDigest)
