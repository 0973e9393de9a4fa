from __future__ import annotations

from . import base
from ._rust_stats import RsMoment

__all__ = ["Moment"]


class Moment(RsMoment, base.Univariate[float]):
    """Moment of an order up to 8, about the mean or about 0.

    The mean of powers of the distances from the mean, or of the values themselves; SciPy's
    `moment`. One object provides the moments of all orders up to its own. `update` and `get` are
    O(order²).

    Parameters
    ----------
    order
        The power, an integer between 1 and 8.
    central
        Whether the powers are of distances from the mean, instead of the values themselves.

    Returns
    -------
    `get` returns a float, 0 if nothing has been seen.

    Raises
    ------
    ValueError
        If `order` is outside 1 to 8.

    Attributes
    ----------
    moments : list
        The moments of orders 1 to `order`.
    n : int
        How many values were seen.

    Notes
    -----
    The error is below 1e-13 of the mean of the powers' magnitudes, even on data with an offset of
    1e9 and unit noise if the moment is central. A power beyond the largest float makes the moment
    infinite or NaN, and those below the smallest are lost. Once a NaN or an infinity has been seen,
    a central moment stays NaN.

    `+` and `+=` merge two statistics of the same order.

    Examples
    --------
    >>> from river import stats

    >>> moment = stats.Moment(order=4)
    >>> for x in [1, 2, 3, 6]:
    ...     moment.update(x)
    >>> moment.get()
    24.5
    >>> moment.moments
    [0.0, 3.5, 4.5, 24.5]

    >>> moment = stats.Moment(order=2, central=False)
    >>> for x in [1, 2, 3]:
    ...     moment.update(x)
    >>> round(moment.get(), 6)
    4.666667

    References
    ----------
    [^1]: P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and
    arbitrary-order statistical moments", Sandia report SAND2008-6212, 2008.

    """

    def __init__(self, order: int, central: bool = True) -> None:
        super().__init__(order, central)
