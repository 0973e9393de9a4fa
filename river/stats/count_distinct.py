from __future__ import annotations

from . import base
from ._rust_stats import RsCountDistinct

__all__ = ["CountDistinct"]


class CountDistinct(RsCountDistinct, base.Univariate[int]):
    """Number of distinct values.

    Any hashable value will do; two values are the same if they are the same key of a `dict`.
    `update`, `revert` and `get` are O(1). Memory grows with the number of distinct values, each of
    which is kept with its count.

    Returns
    -------
    `get` returns an int, 0 if nothing has been seen. It is exact.

    Raises
    ------
    ValueError
        If `revert` is given a value that is not among those seen.
    TypeError
        If a value is not hashable.

    Notes
    -----
    The count is exact. As in a `dict`, 1, 1.0 and True are one value, represented by the one that
    came first. A NaN does not equal any other, so two NaNs are one value only if they are the same
    object.

    `to_bytes` stores values that are None, bool, int, float, str, bytes or tuples of these; pickle
    stores whatever can be pickled.

    `+` and `+=` merge the statistics of two streams, `-` and `-=` subtract that of a part.

    Examples
    --------
    >>> from river import stats

    >>> distinct = stats.CountDistinct()
    >>> for x in ["sun", "rain", "sun", "fog"]:
    ...     distinct.update(x)
    >>> distinct.get()
    3

    In a window it counts those of the last values:

    >>> from river import utils
    >>> distinct = utils.Rolling(stats.CountDistinct, window_size=2)
    >>> for x in ["sun", "rain", "sun", "sun"]:
    ...     distinct.update(x)
    >>> distinct.get()
    1

    """

    def __init__(self) -> None:
        super().__init__()
