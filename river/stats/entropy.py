from __future__ import annotations

from . import base
from ._rust_stats import RsEntropy

__all__ = ["Entropy"]


class Entropy(RsEntropy, base.Univariate[float]):
    """Shannon entropy of the values seen, in nats.

    Any hashable value will do; two values are the same if they are the same key of a `dict`.
    `update` and `get` are O(1), `update` only on average if counts fade.

    Parameters
    ----------
    fading_factor
        What all counts are multiplied by at each update, above 0 and at most 1. With 1 each value
        seen counts the same; the lower the factor, the faster old values are forgotten.
    eps
        At least 0. It belongs to an update formula that divides by counts, which may be zero. The
        entropy here is computed from the counts themselves, so this has no effect on it.

    Attributes
    ----------
    entropy
        The same as `get()`.
    counter
        The count of each value, as a `collections.Counter`; a new one at each access. If counts
        fade they are floats, and the newest value counts 1.
    n
        How many values were seen.

    Returns
    -------
    `get` returns a float, 0 if nothing has been seen.

    Raises
    ------
    ValueError
        If `fading_factor` is outside 0 (excluded) to 1, or `eps` is negative.
    TypeError
        If a value is not hashable.

    Notes
    -----
    The absolute error is below 2e-14, however long the stream is. A value whose count has faded
    below 5e-20 of the newest one's may be dropped; it no longer changes the entropy.

    As in a `dict`, 1, 1.0 and True are one value, represented by the one that came first. A NaN
    does not equal any other, so two NaNs are one value only if they are the same object.

    `to_bytes` stores values that are None, bool, int, float, str, bytes or tuples of these; pickle
    stores whatever can be pickled.

    `+` and `+=` merge the statistic of a stream with that of the stream that follows it. If counts
    do not fade, `-` and `-=` subtract that of a part.

    Examples
    --------
    >>> from river import stats

    >>> entropy = stats.Entropy()
    >>> for animal in ["cat"] * 301 + ["dog"] * 401 + ["bird"] * 601:
    ...     entropy.update(animal)
    >>> print(f"{entropy.get():.6f}")
    1.058093

    The birds came last. With a fading factor the others are nearly forgotten by then:

    >>> entropy = stats.Entropy(fading_factor=0.99)
    >>> for animal in ["cat"] * 301 + ["dog"] * 401 + ["bird"] * 601:
    ...     entropy.update(animal)
    >>> print(f"{entropy.get():.6f}")
    0.016951

    References
    ----------
    [^1]: C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27
    (1948), 379-423.

    """

    def __init__(self, fading_factor: float = 1.0, eps: float = 1e-8) -> None:
        super().__init__(fading_factor, eps)

    @property
    def name(self) -> str:
        return "entropy"
