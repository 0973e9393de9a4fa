from __future__ import annotations

from . import base
from ._rust_stats import RsSum

__all__ = ["Sum"]


class Sum(RsSum, base.Univariate[float]):
    """Sum.

    It is compensated: rounding errors are summed separately and added back. `update` and `get` are O(1).

    `update(x, w=1.0)` takes a frequency weight: `x` counts as `w` values. A weight of 0 changes
    nothing. `revert(x, w=1.0)` reverts a value. `+` and `+=` merge the statistics of two streams,
    `-` and `-=` undo that. `n` is the total weight, a float.

    Returns
    -------
    `get` returns a float, 0 if nothing has been seen.

    Raises
    ------
    ValueError
        If a weight is NaN or infinite, or if more weight is reverted than there is;
        nothing is changed then.

    Attributes
    ----------
    sum : float
        The value that `get` returns.

    Notes
    -----
    The sum carries twice the digits of a float: for n values the error is below 3e-16 of it plus
    1e-31 n of the sum of magnitudes, which matters only where values cancel. A sum beyond the
    largest float is inf, and becomes finite again when later values bring it back. Once a NaN has
    been seen, the sum stays NaN; infinities follow IEEE 754.

    Examples
    --------
    >>> from river import stats

    >>> total = stats.Sum()
    >>> for x in [-5, -3, -1, 1, 3, 5]:
    ...     total.update(x)
    ...     print(total.get())
    -5.0
    -8.0
    -9.0
    -8.0
    -5.0
    0.0

    >>> total = stats.Sum()
    >>> for x in [1e16, 1, -1e16]:
    ...     total.update(x)
    >>> total.get()
    1.0

    References
    ----------
    [^1]: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
    ZAMM 54 (1974), 39-51.

    """

    def __init__(self) -> None:
        super().__init__()
