from __future__ import annotations

from . import base
from ._rust_stats import RsKullbackLeibler

__all__ = ["KullbackLeibler"]


class KullbackLeibler(RsKullbackLeibler, base.Bivariate[float]):
    """Kullback-Leibler divergence of two streams of labels: how far the first is from the second.

    It is the sum of `p ln(p / q)` over all labels, with the share `p` of each label in the first
    stream and its share `q` in the second, in nats. It is 0 if all shares are the same, and
    positive otherwise. Any hashable values will do; two values are the same label if they are the
    same key of a `dict`.

    Each update adds one label to each stream, `revert` removes one from each. `update_x(x)` and
    `update_y(y)` add a label to one stream alone, `revert_x` and `revert_y` remove one, so that the
    streams may differ in length: for example, a reference that was counted once, and a live stream.
    All are O(1). `get` is linear in the number of distinct labels, and so is memory.

    Attributes
    ----------
    n_x, n_y
        How many labels are in the first stream, and in the second.
    x_totals, y_totals
        How often each label is in the first stream, and in the second: a `collections.Counter` that
        is built anew at each access.
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
    The relative error of the value is below 1e-15, even if the streams are almost alike. For other
    units, divide by the logarithm of the base: by `math.log(2)` for bits.

    As in a `dict`, 1, 1.0 and True are one label, represented by the one that came first. A NaN
    does not equal any other, so two NaNs are one label only if they are the same object. None is a
    label like any other, but a missing value in a column of `update_many` skips the whole pair.

    `to_bytes` stores labels that are None, bool, int, float, str, bytes or tuples of these; pickle
    stores whatever can be pickled.

    `+` and `+=` merge the streams of two statistics, `-` and `-=` subtract a part of them.

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
