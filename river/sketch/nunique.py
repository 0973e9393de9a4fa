from __future__ import annotations

from river.stats import base
from river.stats._rust_stats import RsNUnique, adopt

__all__ = ["NUnique"]


class NUnique(RsNUnique, base.Univariate[int]):
    """The number of distinct items, estimated by HyperLogLog.

    The hashes of the items are divided into many groups, and for each the largest number of leading
    zeros is kept. `update` and `get` are O(1); memory is 1 byte per group, 16 kB for an
    `error_rate` of 0.01, and less while there are few items.

    Items are str, bytes, ints, floats, bools, None and tuples of these. They are the same if they are equal in Python:
    1, 1.0 and True are one item. All NaN are one item.

    Parameters
    ----------
    error_rate
        The largest standard error of the estimate, as a share of it; at least 0.0008 and below 1.
    seed
        An integer that is hashed with each item, so that nobody who does not know it can choose items that spoil the
        estimate. Results are the same in every process, without a seed or with the same seed.

    Returns
    -------
    `get` returns an int, 0 if nothing has been seen.

    Raises
    ------
    ValueError
        If `error_rate` or `seed` is out of its range.
    TypeError
        If an item is of another type; nothing is changed then.

    Notes
    -----
    The standard error is 1.04 divided by the root of the number of groups, and at most `error_rate`; about 95 of 100
    estimates are within twice that. Up to a hundred items, the estimate is nearly always exact. `bounds` hold with a
    confidence of 0.682, 0.954 or 0.997.

    `+` and `+=` merge sketches of the same `error_rate` and `seed`: the estimate is that of one sketch that has seen
    everything. The implementation is that of Apache's datasketches; `to_datasketches` and `from_datasketches` write and
    read the bytes of its `hll_sketch`.

    Examples
    --------
    >>> from river import sketch

    >>> visitors = sketch.NUnique(error_rate=0.01)
    >>> for address in ["ann", "bob", "ann", "eve", 1, 1.0, True, ("ann", 1)]:
    ...     visitors.update(address)
    >>> visitors.get()
    5
    >>> monday, tuesday = sketch.NUnique(), sketch.NUnique()
    >>> monday.update_many(range(60_000))
    >>> tuesday.update_many(range(40_000, 100_000))
    >>> low, high = (monday + tuesday).bounds(0.997)
    >>> low <= 100_000 <= high
    True

    References
    ----------
    [^1]: P. Flajolet, É. Fusy, O. Gandouet and F. Meunier, "HyperLogLog: the analysis of a near-optimal
    cardinality estimation algorithm", Conference on Analysis of Algorithms (2007), 127-146.

    """

    def __init__(self, error_rate: float = 0.01, seed: int | None = None) -> None:
        super().__init__(error_rate, seed)

    @property
    def name(self) -> str:
        """The name of the statistic, as it appears in features."""
        return "n_unique"


adopt(NUnique)
