from __future__ import annotations

from . import base
from ._rust_stats import RsProduct

__all__ = ["Product"]


class Product(RsProduct, base.Univariate[float]):
    """Product.

    Intermediate overflow and underflow do not affect it: 1e300 times 1e300 times 1e-300 is 1e300.
    `update` and `get` are O(1).

    `revert(x)` reverts an update, even one with a zero. `+` and `+=` merge the statistics of two
    streams, `-` and `-=` undo that. There are no weights, because fractional powers of negative
    numbers are not real.

    Returns
    -------
    `get` returns a float, 1 if nothing has been seen, as `numpy.prod`.

    Raises
    ------
    ValueError
        If more values are reverted than were seen, or a zero that was not seen; nothing is changed
        then.

    Attributes
    ----------
    n : int
        How many values were seen.

    Notes
    -----
    The relative error is below 2e-16, for up to a billion factors; for a subnormal product, 5e-324
    is added. Once a NaN or an infinity has been seen, the product stays infinite or NaN, as in
    NumPy; an infinity times 0 is NaN.

    Examples
    --------
    >>> from river import stats

    >>> product = stats.Product()
    >>> for x in [1.1, 0.9, 1.2]:
    ...     product.update(x)
    >>> round(product.get(), 6)
    1.188
    >>> product.revert(0.9)
    >>> round(product.get(), 6)
    1.32

    """

    def __init__(self) -> None:
        super().__init__()
