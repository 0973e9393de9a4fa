from __future__ import annotations

from . import base
from ._rust_stats import RsPercentChange

__all__ = ["PercentChange"]


class PercentChange(RsPercentChange, base.Univariate[float]):
    """Change from the previous value to the newest, as a share of the previous one.

    Like `pct_change` in pandas and polars: 0.05 is a rise of five percent. `update` and `get` are
    O(1).

    Returns
    -------
    `get` returns a float, None until two values have been seen. After a 0 it is infinite, or NaN if
    the newest value is 0 too.

    Notes
    -----
    The relative error is below 3e-16. It is NaN while one of the two newest values is.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it.

    Examples
    --------
    >>> from river import stats

    >>> change = stats.PercentChange()
    >>> for x in [100, 125, 100]:
    ...     change.update(x)
    ...     print(change.get())
    None
    0.25
    -0.2

    """

    def __init__(self) -> None:
        super().__init__()
