from __future__ import annotations

from . import base
from ._rust_stats import RsEWCorr
from .fading import DEFAULT, Duration, Fading, chosen

__all__ = ["EWCorr"]


class EWCorr(RsEWCorr, Fading, base.Bivariate[float]):
    """Exponentially weighted correlation.

    The exponentially weighted covariance divided by the square roots of both exponentially weighted
    variances, with the same weights; pandas' `ewm(...).corr`. `update` and `get` are O(1).

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
    min_samples
        The number of pairs, 0 or more, below which `get` returns None and `accumulate` NaN.
    ignore_na
        Whether pairs with a missing value are ignored: nulls in columns are skipped, and
        `update(None, y)` is a TypeError. Otherwise both nulls and `update(None, y)` let earlier
        weights fade, as in pandas: the pair after `g` missing ones weighs `fading_factor`, or 1 if
        `adjust`, against older weights that have faded `g + 1` times, and all weights are divided
        by their sum. With a `halflife`, a missing pair is a point in time without a pair, at `t` or
        a second after the last. NaN is not missing. Windows, groups, summaries and links do not
        accept a statistic with `ignore_na=False`.

    Returns
    -------
    `get` returns a float between -1 and 1; 0 if nothing has been seen or one variable is constant;
    None with fewer than `min_samples` pairs.

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
    The error is below 3e-14 divided by the `fading_factor`, even on data with an offset of 1e9 and
    unit noise. Deviations whose squares are beyond the largest float make the correlation 0 or NaN
    for good, and those whose squares are below the smallest count for nothing. Once a NaN or an
    infinity has been seen, it stays NaN.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it; for this,
    the first pair is kept.

    Examples
    --------
    >>> from river import stats

    >>> corr = stats.EWCorr(fading_factor=0.5)
    >>> for x, y in zip([1, 3, 5, 4], [2, 4, 3, 6]):
    ...     corr.update(x, y)
    ...     print(round(corr.get(), 6))
    0.0
    1.0
    0.426401
    0.32969

    References
    ----------
    [^1]: T. Finch, "Incremental calculation of weighted mean and variance", University of
    Cambridge (2009), section 9.

    """

    _prefix = "ewcorr"

    def __init__(
        self,
        fading_factor: float = DEFAULT,
        *,
        alpha: float | None = None,
        span: float | None = None,
        com: float | None = None,
        halflife: Duration | None = None,
        adjust: bool = False,
        min_samples: int = 0,
        ignore_na: bool = True,
    ) -> None:
        if alpha is not None or span is not None or com is not None or halflife is not None:
            fading_factor = chosen(fading_factor, alpha, span, com, halflife)
        RsEWCorr.__init__(self, fading_factor, halflife, adjust, min_samples, ignore_na)
