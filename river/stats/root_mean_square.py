from __future__ import annotations

from . import base
from ._rust_stats import RsRootMeanSquare

__all__ = ["RootMeanSquare"]


class RootMeanSquare(RsRootMeanSquare, base.Univariate[float]):
    """Root mean square.

    The root of the mean of the squares, also called the quadratic mean. `update` and `get` are
    O(1).

    `update(x, w=1.0)` takes a frequency weight: `x` counts as `w` values. A weight of 0 changes
    nothing. `revert(x, w=1.0)` reverts a value. `+` and `+=` merge the statistics of two streams,
    `-` and `-=` undo that. `n` is the total weight, a float.

    Returns
    -------
    `get` returns a float, None if nothing has been seen.

    Raises
    ------
    ValueError
        If a weight is NaN or infinite, or if more weight is reverted than there is;
        nothing is changed then.

    Notes
    -----
    The relative error is below 1e-15; magnitudes from 1e-300 to 1e300 lose no precision, though
    their squares are out of range. Once a NaN has been seen, it stays NaN; an infinity makes it
    inf.

    Examples
    --------
    >>> from river import stats

    >>> rms = stats.RootMeanSquare()
    >>> for x in [3, 4, -5, 0]:
    ...     rms.update(x)
    ...     print(round(rms.get(), 6))
    3.0
    3.535534
    4.082483
    3.535534

    References
    ----------
    [^1]: D. H. D. West, "Updating mean and variance estimates: an improved method",
    Communications of the ACM 22 (1979), 532-535.

    """

    def __init__(self) -> None:
        super().__init__()
