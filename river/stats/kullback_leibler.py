from __future__ import annotations

from . import base
from ._rust_stats import RsKullbackLeibler

__all__ = ["KullbackLeibler"]


class KullbackLeibler(RsKullbackLeibler, base.Bivariate[float]):
    """Kullback-Leibler divergence of two streams of labels: how far the first is from the second.

    It is the sum of `p ln(p / q)` over all labels, with the share `p` of each label in the first stream
    and its share `q` in the second, in nats. It is 0 if all shares are the same, and positive
    otherwise. Any hashable values will do; two values are one label where a `dict` takes them for one
    key.

    Each update adds one label to either stream, `revert` removes one of either. `update_x(x)` and
    `update_y(y)` add a label to one stream alone, `revert_x` and `revert_y` remove one, so that the
    streams may differ in length: a reference that was counted once, and what comes in now. All are
    O(1). `get` is linear in the number of distinct labels, and so is memory.

    Attributes
    ----------
    n_x, n_y
        How many labels the first stream has had, and the second.
    x_totals, y_totals
        How often each label is in the first stream, and in the second: a `collections.Counter` that is
        made anew at each access.
    n
        How many pairs were seen; where the streams differ in length, the larger of `n_x` and `n_y`.

    Returns
    -------
    `get` returns a float: 0 where one of the streams is empty, `inf` where a label is in the first
    stream and not in the second.

    Raises
    ------
    ValueError
        If `revert` is given a label that is not in its stream.
    TypeError
        If a label is not hashable.

    Notes
    -----
    The relative error of the value is below 1e-15, also where the streams are almost alike. For
    other units, divide by the logarithm of the base: by `math.log(2)` for bits.

    As in a `dict`, 1, 1.0 and True are one label, and the one that came first stands for all. A NaN is
    equal to no other, so two NaNs are one label only if they are the same object. None is a label
    like any other, but a missing value in a column of `update_many` leaves the pair out.

    `to_bytes` holds labels of None, bool, int, float, str, bytes and tuples of these; pickle holds
    whatever can be pickled.

    `+` and `+=` merge the streams of two statistics, `-` and `-=` remove a part of them.

    Examples
    --------
    >>> from river import stats

    >>> kl = stats.KullbackLeibler()
    >>> for x, y in zip("aaab", "aabb"):
    ...     kl.update(x, y)
    >>> round(kl.get(), 6)
    0.130812

    >>> for label in "abab":
    ...     kl.update_y(label)
    >>> kl.n_x, kl.n_y, kl.y_totals
    (4, 8, Counter({'a': 4, 'b': 4}))
    >>> kl.update_x("c")
    >>> kl
    KullbackLeibler: inf

    References
    ----------
    [^1]: S. Kullback and R. A. Leibler, "On information and sufficiency", Annals of Mathematical
    Statistics 22 (1951), 79-86.

    """

    def __init__(self) -> None:
        super().__init__()

    @property
    def name(self) -> str:
        return "kullback_leibler"
