"""What the exponentially weighted statistics have in common."""

from __future__ import annotations

import datetime
import inspect
from typing import TYPE_CHECKING, Any, ClassVar, Self, SupportsFloat, SupportsIndex, TypeAlias

from river import base

__all__ = ["DEFAULT", "Duration", "Fading", "chosen"]

Duration: TypeAlias = float | datetime.timedelta

# An object of its own, so that a fading factor that was given is told from one that was not.
DEFAULT = float("0.5")

# The parameters that say the same, of which one is given.
_WORDS: dict[str, Any] = {"fading_factor": DEFAULT, "alpha": None, "halflife": None}


def chosen(fading_factor: float, alpha: float | None, halflife: Duration | None) -> float:
    """Return the fading factor, of which `alpha` is another word; one of the three may be given."""
    is_given = fading_factor is not DEFAULT
    if is_given + (alpha is not None) + (halflife is not None) > 1:
        raise TypeError(
            "only one of fading_factor, alpha and halflife can be given, got "
            f"fading_factor={fading_factor if is_given else None!r}, alpha={alpha!r}, halflife={halflife!r}"
        )
    if alpha is None:
        return fading_factor
    if not isinstance(alpha, SupportsFloat | SupportsIndex):
        raise TypeError(f"alpha must be a number, got {alpha!r} ({type(alpha).__name__})")
    return alpha


class Fading(base.Base):
    """A statistic in which old values fade."""

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

        As `base.Base.clone`; a `fading_factor`, `alpha` or `halflife` among the new parameters
        takes the place of what there was, whichever word that was given by.
        """
        if new_params and not new_params.keys().isdisjoint(_WORDS):
            known = inspect.signature(type(self)).parameters
            new_params = {word: value for word, value in _WORDS.items() if word in known} | new_params
        return super().clone(new_params, include_attributes)
