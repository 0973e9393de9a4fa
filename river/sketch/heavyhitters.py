from __future__ import annotations

from typing import Any

from river.stats import base
from river.stats._rust_stats import RsHeavyHitters, adopt

__all__ = ["HeavyHitters"]


class HeavyHitters(RsHeavyHitters, base.Univariate[list[tuple[Any, int]]]):
    """The items that make up a share of a stream, with their counts.

    Some of the items are counted. Whenever there are too many of them, their median count is subtracted from all
    counts, and items with nothing left are dropped: rare ones go, frequent ones stay. `update` is O(1) amortised;
    memory is that of 2.6 to 5.3 / `epsilon` items, and less while there are few.

    Items are str, bytes, ints, floats, bools, None and tuples of these. They are the same if they are equal in Python:
    1, 1.0 and True are one item, and come back as 1. All NaN are one item.

    Parameters
    ----------
    support
        The share of the observations that an item must reach to count as one of the most common, from 0 to 1.
    epsilon
        By how much a count may be too low, as a share of all observations, from 0.000001 to 1. If it is above
        `support`, `most_common` may include items that are rarer than `support`.

    Returns
    -------
    `get` returns what `most_common` does: a list of pairs of an item and its count, empty if nothing has been seen.

    Raises
    ------
    ValueError
        If `support` or `epsilon` is out of its range.
    TypeError
        If an item is of another type; nothing is changed then.

    Notes
    -----
    - Every item whose share is at least `support` is in `most_common`, and none whose share is below `support` -
      `epsilon`.
    - Counts are never too high, and too low by at most `epsilon` times `n`. `bounds(x)` returns numbers between which
      the count of an item is certain to be; the error is usually much smaller.
    - `x in sketch` says whether an item is counted, and `sketch[x]` its count, 0 where it is not.

    Unlike in river, there is no fading factor: counts that fade would neither stay within these bounds nor be
    mergeable. To forget old items, use a window, as in `utils.Rolling(sketch.HeavyHitters, 1_000_000, panes=20)`.

    `+` and `+=` merge sketches of the same parameters, with the same bounds on the whole. The implementation is that of
    Apache's datasketches; `to_datasketches` and `from_datasketches` write and read the bytes of its
    `frequent_strings_sketch`, if all items are text.

    Examples
    --------
    >>> from river import sketch

    >>> words = sketch.HeavyHitters(support=0.15, epsilon=0.01)
    >>> for letter in "abracadabra":
    ...     words.update(letter)
    >>> words.most_common(2)
    [('a', 5), ('b', 2)]
    >>> words.get()
    [('a', 5), ('b', 2), ('r', 2)]
    >>> words["r"], words["z"], "z" in words
    (2, 0, False)
    >>> words.bounds("r")
    (2, 2)

    References
    ----------
    [^1]: D. Anderson, P. Bevan, K. Lang, E. Liberty, L. Rhodes and J. Thaler, "A high-performance algorithm for
    identifying frequent items in data streams", Internet Measurement Conference (2017), 268-282.

    """

    def __init__(self, support: float = 0.001, epsilon: float = 0.005) -> None:
        super().__init__(support, epsilon)


adopt(HeavyHitters)
