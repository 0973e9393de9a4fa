from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import base
from ._rust_stats import RsEWQuantile

__all__ = ["EWQuantile"]


class EWQuantile(RsEWQuantile, base.Univariate[Any]):
    """Quantile that follows a stream whose distribution drifts, estimated.

    A value `x` above the estimate `Q` moves it by `fading_factor * a * (x - Q)`, one below by
    `fading_factor * (1 - a) * (x - Q)`. `a` is `q * B / (q * B + (1 - q) * A)`, with the mean distances
    `A` and `B` of the values above and below: so moves up and down cancel on average when a share `q`
    of the values is below the estimate. The means move half as far as the estimate. The first value
    is the first estimate, and the first one that differs from it initialises both mean distances.

    `update` and `get` are O(1) for each quantile. Memory is three numbers for each.

    Parameters
    ----------
    q
        The probability of the quantile, above 0 and below 1, or a sequence of them. Several
        estimates never cross: they are sorted when they are read.
    fading_factor
        How fast old values are forgotten, above 0 and below 1. The memory is about
        1 / (2 * q * (1 - q) * `fading_factor`) values: for the median, 2 / `fading_factor`; for the
        quantile at 0.99 it is 25 times as long, since only one value in a hundred is above it.

    Returns
    -------
    `get` returns a float, or a list where `q` is a sequence; None if nothing has been seen.

    Raises
    ------
    ValueError
        If `q` or `fading_factor` is not above 0 and below 1, or `q` is an empty sequence.

    Notes
    -----
    No bound on the distance from the quantile is known. For normal values that do not drift, the
    estimate scatters like the exact quantile of a window of 1.2 / (q * (1 - q) * `fading_factor`)
    values, with a standard deviation of 0.058 for the median and 0.034 for the quantile at 0.99,
    for values of standard deviation 1 and a `fading_factor` of 0.01; on average it is off by less
    than `fading_factor`. When the level jumps by a thousand deviations, the median catches up after
    18 / `fading_factor` values and the quantile at 0.9 after 10 / `fading_factor` on its way up,
    but after 130 / `fading_factor` on its way down.

    However far away a value is, it moves the median by less than the mean distance of those on the
    other side; the quantile at 0.99 by up to 99 times as much on its way up. The mean distances
    must exist: for values without them, such as those of a Cauchy distribution, a window is more
    accurate.

    Two choices are this package's own: the mean on the value's side is updated before the estimate
    moves, which bounds the move; and the means move half as far as the estimate, so that distances,
    and with them the moves, grow when the level has changed.

    Rounding changes the estimate by less than 3e-16 of it, plus 1e-15 of the range of the values
    and 1e-322, both divided by `fading_factor * q * (1 - q)`, with a `fading_factor` of up to a
    fifth of `q` and of `1 - q`. The change is larger if a trend carries the values away from a
    quantile near 0 or 1 faster than the estimate follows. Once a NaN has been seen, the quantile
    stays NaN. An infinity counts as the mean of the values on its side, so that the estimate stays
    finite; infinities before any finite value are the estimate until there is one. A value that
    equals the estimate changes nothing.

    Two estimates have no exact merge; `RollingQuantile` has one.

    Examples
    --------
    >>> from river import stats

    >>> median = stats.EWQuantile(fading_factor=0.1)
    >>> for level in (0, 1_000):
    ...     median.update_many([level + i * 7 % 10 for i in range(300)])
    ...     print(round(median.get()))
    5
    1005

    Three at once:

    >>> quantiles = stats.EWQuantile(q=[0.1, 0.5, 0.9], fading_factor=0.05)
    >>> quantiles.update_many([i * 37 % 101 for i in range(5_000)])
    >>> [round(quantile, -1) for quantile in quantiles.get()]
    [10.0, 50.0, 90.0]

    References
    ----------
    [^1]: H. L. Hammer, A. Yazidi and H. Rue, "A new quantile tracking algorithm using a generalized
    exponentially weighted average of observations", Applied Intelligence 49 (2019), 1406-1420.
    [^2]: V. Chernozhukov, I. Fernández-Val and A. Galichon, "Quantile and probability curves without
    crossing", Econometrica 78 (2010), 1093-1125.

    """

    def __init__(self, q: float | Sequence[float] = 0.5, fading_factor: float = 0.01) -> None:
        super().__init__(q, fading_factor)
