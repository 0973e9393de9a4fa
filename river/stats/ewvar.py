from __future__ import annotations

from . import base
from ._rust_stats import RsEWVar
from .fading import DEFAULT, Duration, Fading, chosen

__all__ = ["EWVar"]


class EWVar(RsEWVar, Fading, base.Univariate[float]):
    """Exponentially weighted variance.

    The mean of the squared distances from the exponentially weighted mean, with the same weights.
    It is computed from distances alone, never as a difference of large numbers, so that it is
    neither negative nor lost in the rounding of an offset. `update` and `get` are O(1).

    Parameters
    ----------
    fading_factor
        The weight of the newest value, between 0 and 1. The closer to 1, the faster old values are
        forgotten.
    alpha
        Another name for `fading_factor`.
    span
        The same in another unit, as in pandas: `fading_factor` is 2 / (`span` + 1), with a `span` of at least 1.
    com
        Like `span`, but `fading_factor` is 1 / (`com` + 1), with a `com` of at least 0.
    halflife
        Instead of `fading_factor`, the time in which the weight of a value halves: a positive
        number of seconds, a timedelta, or a string as in pandas, such as "5s" or "1h30min".
        `update` then takes the time `t` of a value, a datetime, a date, a NumPy datetime64, a
        pandas Timestamp, or a number of seconds (or a timedelta) from any start. A value without a
        time counts as seen one second after the previous one.
    adjust
        Whether the weights are divided by their sum, as pandas does. Otherwise the first value
        stands in for everything before it, which gives it a larger weight.
    bias
        Whether the variance is that of a population, with these weights; otherwise it is the
        estimate from a sample that pandas returns by default: divided by 1 minus the sum of the
        squared weights.
    min_samples
        The number of values, 0 or more, below which `get` returns None and `accumulate` NaN.
    ignore_na
        Whether missing values are ignored: nulls in columns are skipped, and `update(None)` is a
        TypeError. Otherwise both nulls and `update(None)` let earlier weights fade, as in pandas:
        the value after `g` missing ones weighs `fading_factor`, or 1 if `adjust`, against older
        weights that have faded `g + 1` times, and all weights are divided by their sum. With a
        `halflife`, a missing value is a point in time without a value, at `t` or a second after the
        last. NaN is not missing. Windows, groups, summaries and links do not accept a statistic
        with `ignore_na=False`.

    Returns
    -------
    `get` returns a float, 0 if nothing has been seen; None with fewer than `min_samples` values or,
    with `bias=False`, if a single value has all of the weight.

    Raises
    ------
    TypeError
        If more than one of `fading_factor`, `alpha`, `span`, `com` and `halflife` is given. By
        `update`, if `t` is given without a `halflife`, or if datetimes with a time zone, datetimes
        without one, and numbers are mixed.
    ValueError
        If `fading_factor` is outside 0 to 1, `span` is below 1, `com` is below 0, `halflife` is not
        positive and finite, or `min_samples` is negative. By `update`, if `t` is NaN, infinite,
        NaT, or before the last one.

    Notes
    -----
    By default it is the variance of a population, pandas' `var(bias=True)`, not the estimate from a
    sample. The relative error is below 1e-14 divided by the `fading_factor`, even on data with an
    offset of 1e9 and unit noise; for subnormal variances, 5e-324 divided by it is added. A
    deviation whose square is beyond the largest float makes the variance inf for good. Once a NaN
    or an infinity has been seen, it stays NaN.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it; for this,
    the first value is kept.

    Examples
    --------
    >>> from river import stats

    >>> var = stats.EWVar(fading_factor=0.5)
    >>> for x in [1, 3, 5, 4, 6, 8, 7, 9, 11]:
    ...     var.update(x)
    ...     print(round(var.get(), 6))
    0.0
    1.0
    2.75
    1.4375
    1.984375
    3.433594
    1.795898
    2.198975
    3.565369

    With half-lives and the weights that pandas uses by default:

    >>> var = stats.EWVar(halflife=2.0, adjust=True)
    >>> for t, x in [(0, 1), (1, 3), (4, 5)]:
    ...     var.update(x, t=t)
    ...     print(round(var.get(), 6))
    0.0
    0.970563
    2.24306

    References
    ----------
    [^1]: T. Finch, "Incremental calculation of weighted mean and variance", University of
    Cambridge (2009), section 9.

    """

    _prefix = "ewv"

    def __init__(
        self,
        fading_factor: float = DEFAULT,
        *,
        alpha: float | None = None,
        span: float | None = None,
        com: float | None = None,
        halflife: Duration | None = None,
        adjust: bool = False,
        bias: bool = True,
        min_samples: int = 0,
        ignore_na: bool = True,
    ) -> None:
        if alpha is not None or span is not None or com is not None or halflife is not None:
            fading_factor = chosen(fading_factor, alpha, span, com, halflife)
        RsEWVar.__init__(self, fading_factor, halflife, adjust, bias, min_samples, ignore_na)
