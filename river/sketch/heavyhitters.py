from __future__ import annotations

from typing import Any

from river.stats import base
from river.stats._rust_stats import RsHeavyHitters, adopt

__all__ = ["HeavyHitters"]


class HeavyHitters(RsHeavyHitters, base.Univariate[list[tuple[Any, int]]]):
    """The items that make up a share of a stream, with their counts.

    Some of the items are counted. Whenever there are too many of them, their median count is subtracted from all, and
    those with nothing left are forgotten: rare ones go, frequent ones stay. An update is O(1) amortised; memory is
    that of 2.6 to 5.3 / `epsilon` items, and less while there are few.

    Items are str, bytes, ints, floats, bools, None and tuples of these. They are the same where Python has them
    equal: 1, 1.0 and True are one item, and come back as 1. All NaN are one item.

    Parameters
    ----------
    support
        Which share of the observations an item must be to be one of the most common, from 0 to 1.
    epsilon
        Which share of all observations a count may be too low by, from 0.000001 to 1. Where it is above `support`,
        `most_common` may hold items that are rarer than that.

    Returns
    -------
    `get` returns what `most_common` does: a list of pairs of an item and its count, empty where nothing has been seen.

    Raises
    ------
    ValueError
        If `support` or `epsilon` is out of its range.
    TypeError
        If an item is of another type; nothing has changed then.

    Notes
    -----
    - Every item whose share is at least `support` is in `most_common`, and none whose share is below `support` -
      `epsilon`.
    - Counts are never too high, and too low by at most `epsilon` times `n`. `bounds(x)` says between which numbers the
      count of an item is, which is certain; the error is mostly much smaller.
    - `x in sketch` says whether an item is counted, and `sketch[x]` its count, 0 where it is not.

    There is no fading factor as in river: counts that fade are neither within these bounds nor can they be merged. A
    window forgets, as in `utils.Rolling(sketch.HeavyHitters, 1_000_000, panes=20)`.

    `+` and `+=` merge sketches of the same parameters, with the same bounds on the whole. The implementation is
    that of Apache's datasketches; `to_datasketches` and `from_datasketches` write and read the bytes of its
    `frequent_strings_sketch`, where all items are text.

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
