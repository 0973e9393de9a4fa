"""What the exponentially weighted statistics have in common."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any, ClassVar, Self, SupportsFloat, SupportsIndex, TypeAlias

from river import base

__all__ = ["DEFAULT", "Duration", "Fading", "chosen"]

Duration: TypeAlias = float | str | datetime.timedelta

# An object of its own, so that a fading factor that was given is told from one that was not.
DEFAULT = float("0.5")

# The parameters that say the same, of which one is given.
_WORDS: dict[str, Any] = {"fading_factor": DEFAULT, "alpha": None, "span": None, "com": None, "halflife": None}


def chosen(
    fading_factor: float,
    alpha: float | None,
    span: float | None,
    com: float | None,
    halflife: Duration | None,
) -> float:
    """Return the fading factor, which `alpha`, `span` and `com` are other words for; one of the five may be given."""
    values = (None if fading_factor is DEFAULT else fading_factor, alpha, span, com, halflife)
    given = [f"{word}={value!r}" for word, value in zip(_WORDS, values, strict=True) if value is not None]
    if len(given) > 1:
        raise TypeError(f"only one of {', '.join(_WORDS)} can be given, got {', '.join(given)}")
    if alpha is not None:
        _check_number("alpha", alpha)
        return alpha
    if span is not None:
        return 2.0 / (_at_least("span", span, 1) + 1.0)
    if com is not None:
        return 1.0 / (_at_least("com", com, 0) + 1.0)
    return fading_factor


def _check_number(word: str, value: Any) -> None:
    if not isinstance(value, SupportsFloat | SupportsIndex):
        raise TypeError(f"{word} must be a number, got {value!r} ({type(value).__name__})")


def _at_least(word: str, value: Any, least: int) -> float:
    _check_number(word, value)
    number = float(value)
    if not number >= least:
        raise ValueError(f"{word} must be a number >= {least}, got {value!r}")
    return number


class Fading(base.Base):
    """A statistic in which old values fade.

    Its classes name the class in Rust whose `__init__` they call: `super()` would take a fifth of a construction.
    """

    # What the name starts with.
    _prefix: ClassVar[str]

    if TYPE_CHECKING:

        @property
        def fading_factor(self) -> float: ...
        @property
        def halflife(self) -> float | None: ...
        @property
        def adjust(self) -> bool: ...

    @property
    def alpha(self) -> float:
        """The fading factor."""
        return self.fading_factor

    @property
    def span(self) -> float:
        """The span that the fading factor is 2 / (span + 1) of."""
        return 2.0 / self.fading_factor - 1.0 if self.fading_factor else math.inf

    @property
    def com(self) -> float:
        """The centre of mass that the fading factor is 1 / (com + 1) of."""
        return 1.0 / self.fading_factor - 1.0 if self.fading_factor else math.inf

    @property
    def name(self) -> str:
        """The name of the statistic, with what makes values fade."""
        fading = self.fading_factor if self.halflife is None else f"halflife_{self.halflife}"
        return f"{self._prefix}_{fading}{'_adjusted' if self.adjust else ''}"

    def _get_params(self) -> dict[str, Any]:
        params = super()._get_params()
        word = "fading_factor" if self.halflife is None else "halflife"
        # A subclass may have a constructor of its own, which takes none of the words, or another one.
        others = _WORDS.keys() - {word} if word in params else frozenset()
        return {name: value for name, value in params.items() if name not in others}

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return a new object with the same parameters, which has seen no data.

        As `base.Base.clone`; a `fading_factor`, `alpha`, `span`, `com` or `halflife` among the new
        parameters takes the place of what there was, whichever word that was given by.
        """
        if new_params and not new_params.keys().isdisjoint(_WORDS):
            known = self._parameters()
            new_params = {word: value for word, value in _WORDS.items() if word in known} | new_params
        return super().clone(new_params, include_attributes)
