from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from river.stats import base
from river.stats._rust_stats import RsDDSketch, adopt

__all__ = ["DDSketch"]


class DDSketch(RsDDSketch, base.Univariate[Any]):
    """Quantiles with a bounded relative error.

    Values are counted by their logarithm, so that each quantile is within `relative_accuracy` of the exact one: the
    right sketch for latencies, sizes and prices. Nothing is random, and a merge is a sum: in whatever order parts are
    merged, answers and bytes are the same.

    `update` is O(1), `get` O(buckets).

    Memory grows with the ratio of the largest to the smallest magnitude, not with the number of values: 8 bytes for
    each step of `relative_accuracy` between them, as many again for negative values, plus a quarter. With 0.01, values
    from a microsecond to a day take 10 kB, and those over the whole range of floats 0.7 MB at most, twice that with
    negative ones; 0.0001 takes a hundred times as much.

    Parameters
    ----------
    q
        The probability of the quantile that `get` returns, from 0 to 1, or a sequence of them. The
        quantile is the smallest value such that a share of at least `q` of all values is less than
        or equal to it.
    relative_accuracy
        The largest relative error of a quantile, at least 0.0001 and below 1.

    Returns
    -------
    `get` returns a float, or a list if `q` is a sequence; None if nothing has been seen.

    Raises
    ------
    ValueError
        If `q` is outside 0 to 1, or `relative_accuracy` out of its range.

    Notes
    -----
    The error is at most `relative_accuracy` of the quantile, 0.01 by default, and 1e-12 of it for
    rounding, over the whole range of floats, negative values and 0 among them. The smallest and the
    largest value, the quantiles at 0 and 1, are exact. Once a NaN has been seen, the quantiles stay
    NaN. Infinities count as the largest and smallest values.

    `bounds` are certain, whatever confidence is requested.

    `+` and `+=` merge sketches of the same `relative_accuracy`. Sums of fractional weights are
    rounded, so that the last digits depend on the order.

    Examples
    --------
    >>> from river import sketch

    >>> latency = sketch.DDSketch(q=[0.5, 0.99], relative_accuracy=0.01)
    >>> for x in range(1, 1001):
    ...     latency.update(x)
    >>> [round(x) for x in latency.get()]
    [497, 995]
    >>> latency.rank(100)
    0.1
    >>> low, high = latency.bounds(0.99)
    >>> low <= 990 <= high
    True

    References
    ----------
    [^1]: C. Masson, J. E. Rim and H. K. Lee, "DDSketch: a fast and fully-mergeable quantile sketch with
    relative-error guarantees", Proceedings of the VLDB Endowment 12 (2019), 2195-2205.

    """

    def __init__(self, q: float | Sequence[float] = 0.5, relative_accuracy: float = 0.01) -> None:
        super().__init__(q, relative_accuracy)


adopt(DDSketch)
