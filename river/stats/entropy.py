from __future__ import annotations

from . import base
from ._rust_stats import RsEntropy

__all__ = ["Entropy"]


class Entropy(RsEntropy, base.Univariate[float]):
    """Shannon entropy of the values seen, in nats.

    Any hashable value will do; two values are one where a `dict` takes them for one key. `update`
    and `get` are O(1), the former on average where counts fade.

    Parameters
    ----------
    fading_factor
        What all counts are multiplied by at each update, above 0 and at most 1. With 1 each value
        seen counts the same; the lower the factor, the faster old values are forgotten.
    eps
        At least 0. It belongs to an updating formula that divides by counts which may be zero. The
        entropy here is the one of the counts themselves, so it does not enter.

    Attributes
    ----------
    entropy
        The same as `get()`.
    counter
        How often each value counts, as a `collections.Counter`; a new one at each access. Where
        counts fade they are floats, and the newest value counts 1.
    n
        How many values were seen.

    Returns
    -------
    `get` returns a float, 0 where nothing has been seen.

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

    As in a `dict`, 1, 1.0 and True are one value, and the one that came first stands for all. A NaN
    is equal to no other, so two NaNs are one value only if they are the same object.

    `to_bytes` holds values of None, bool, int, float, str, bytes and tuples of these; pickle holds
    whatever can be pickled.

    `+` and `+=` merge the statistic of a stream with that of the one after it. Where counts do
    not fade, `-` and `-=` remove a part.

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
