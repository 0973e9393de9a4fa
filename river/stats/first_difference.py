from __future__ import annotations

from . import base
from ._rust_stats import RsFirstDifference

__all__ = ["FirstDifference"]


class FirstDifference(RsFirstDifference, base.Univariate[float]):
    """The newest value minus the one before.

    `update` and `get` are O(1).

    Returns
    -------
    `get` returns a float, None until two values have been seen. It is one rounded subtraction.

    Notes
    -----
    The value is exact, rounded once. It is NaN while one of the two newest values is.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it.

    Examples
    --------
    >>> from river import stats

    >>> difference = stats.FirstDifference()
    >>> for x in [3, 5, 4, 4]:
    ...     difference.update(x)
    ...     print(difference.get())
    None
    2.0
    -1.0
    0.0

    Linked to others it makes statistics of steps, for instance the longest one up:

    >>> longest = stats.FirstDifference() | stats.Max()
    >>> for x in [3, 5, 4, 4]:
    ...     longest.update(x)
    >>> longest.get()
    2.0

    """

    def __init__(self) -> None:
        super().__init__()
