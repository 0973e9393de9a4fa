"""What the exponentially weighted statistics have in common."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from river import base

__all__ = ["DEFAULT", "Duration", "Fading", "chosen"]

Duration: TypeAlias = float | datetime.timedelta

# An object of its own, so that a fading factor that was given is told from one that was not.
DEFAULT = float("0.5")

_WORDS = ("fading_factor", "alpha", "halflife")


def chosen(fading_factor: float, alpha: float | None, halflife: Duration | None) -> float:
    """Return the fading factor, of which `alpha` is another word; one of the three may be given."""
    is_given = fading_factor is not DEFAULT
    if is_given + (alpha is not None) + (halflife is not None) > 1:
        raise TypeError(
            "only one of fading_factor, alpha and halflife can be given, got "
            f"fading_factor={fading_factor if is_given else None!r}, alpha={alpha!r}, halflife={halflife!r}"
        )
    return fading_factor if alpha is None else alpha


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
        word = "fading_factor" if self.halflife is None else "halflife"
        return {word: getattr(self, word), "adjust": self.adjust}

    def clone(self, new_params: dict[str, Any] | None = None, include_attributes: bool = False) -> Self:
        """Return a new object with the same parameters, which has seen no data.

        As `base.Base.clone`; a `fading_factor`, `alpha` or `halflife` among the new parameters
        takes the place of what there was, whichever word that was given by.
        """
        if new_params and not new_params.keys().isdisjoint(_WORDS):
            new_params = {"fading_factor": DEFAULT, "alpha": None, "halflife": None, **new_params}
        return super().clone(new_params, include_attributes)
