from __future__ import annotations

from . import base
from ._rust_stats import RsEWMean
from .fading import DEFAULT, Duration, Fading, chosen

__all__ = ["EWMean"]


class EWMean(RsEWMean, Fading, base.Univariate[float]):
    """Exponentially weighted mean.

    The newest value weighs `fading_factor`, each older one `1 - fading_factor` times the one after
    it; the first value seen is the first mean. `update` and `get` are O(1).

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
    `get` returns a float, 0 if nothing has been seen; None with fewer than `min_samples` values.

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
    The mean is kept as its distance from a number near it, so that a common offset of all values
    costs no digits. The error is below 3e-16 of the mean, plus 1e-16 of the range of the values and
    5e-324, both divided by the `fading_factor`. Once a NaN has been seen, the mean stays NaN.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it; for this,
    the first value is kept.

    Examples
    --------
    >>> from river import stats

    >>> mean = stats.EWMean(fading_factor=0.5)
    >>> for x in [1, 3, 5, 4, 6, 8, 7, 9, 11]:
    ...     mean.update(x)
    ...     print(mean.get())
    1.0
    2.0
    3.5
    3.75
    4.875
    6.4375
    6.71875
    7.859375
    9.4296875

    A mean of irregular measurements, in which one of an hour ago weighs half:

    >>> import datetime

    >>> mean = stats.EWMean(halflife=datetime.timedelta(hours=1), adjust=True)
    >>> mean.update(20, t=datetime.datetime(2024, 3, 1, 12))
    >>> mean.update(26, t=datetime.datetime(2024, 3, 1, 13))
    >>> round(mean.get(), 6)
    24.0

    References
    ----------
    [^1]: T. Finch, "Incremental calculation of weighted mean and variance", University of
    Cambridge (2009), section 9.

    """

    _prefix = "ewm"

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
        RsEWMean.__init__(self, fading_factor, halflife, adjust, min_samples, ignore_na)
