from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from river.stats import base
from river.stats._rust_stats import RsKLL, adopt

__all__ = ["KLL"]


class KLL(RsKLL, base.Univariate[Any]):
    """Quantiles with a bounded rank error.

    A sample of the values is kept, each of which comes to represent more and more of them: the
    estimate at `q` is the exact quantile at a probability near `q`, whatever the values are. It is
    the right sketch for values without a natural scale, such as scores, ratings and times of day.

    `update` is O(1) amortised, `get` O(k log k). Memory is about 24 `k` bytes, 9 kB at most with
    200.

    Parameters
    ----------
    q
        The probability of the quantile that `get` returns, from 0 to 1, or a sequence of them. The
        quantile is the smallest value such that a share of at least `q` of all values is less than
        or equal to it.
    k
        How many values the sketch keeps at its highest level, from 8 to 65535. The error is about 2.3 / k.

    Returns
    -------
    `get` returns a float, or a list if `q` is a sequence; None if nothing has been seen. Quantiles
    are values that were seen.

    Raises
    ------
    ValueError
        If `q` is outside 0 to 1, or `k` out of its range.

    Notes
    -----
    With a `k` of 200, the rank error is below 0.0133 in 99 of 100 streams, and generally below
    2.296 / k**0.9723. Up to `k` values, and at 0 and 1, it is exact. Once a NaN has been seen, the
    quantiles stay NaN. Infinities count as the largest and smallest values.

    Which of the values are kept is random, and the generator cannot be seeded: the same data give
    different sketches, with different bytes.

    `bounds` hold with a confidence of 0.99, even if a lower one is requested.

    `+` and `+=` merge sketches of the same `k`. The implementation is that of Apache's datasketches;
    `to_datasketches` and `from_datasketches` write and read the bytes of its `kll_doubles_sketch`.

    Examples
    --------
    >>> from river import sketch

    >>> scores = sketch.KLL(q=0.5)
    >>> for x in range(1, 101):
    ...     scores.update(x)
    >>> scores.get()
    50.0
    >>> scores.quantile([0, 0.25, 1])
    [1.0, 25.0, 100.0]
    >>> scores.rank(75)
    0.75
    >>> scores.bounds(0.9, confidence=0.99)
    (90.0, 90.0)

    References
    ----------
    [^1]: Z. Karnin, K. Lang and E. Liberty, "Optimal quantile approximation in streams", IEEE 57th Annual
    Symposium on Foundations of Computer Science (2016), 71-78.

    """

    def __init__(self, q: float | Sequence[float] = 0.5, k: int = 200) -> None:
        super().__init__(q, k)


adopt(KLL)
