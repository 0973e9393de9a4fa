"""Subclasses of every class, where pickle can find them.

`Tagged<Name>` and `Slotted<Name>` add attributes, in a dict and in slots; `Labelled<Name>` has
another signature.
"""

from __future__ import annotations

from typing import Any

from tests.stats.cases import CASES, Case


def _labelled_init(case: Case) -> Any:
    def __init__(self: Any, label: str, *, n: int = 1) -> None:
        super(type(self), self).__init__(**case.params[0])
        self.label = label * n

    return __init__


def _define(name: str, bases: tuple[type[Any], ...], body: dict[str, Any]) -> type[Any]:
    cls = type(bases[-1])(name, bases, {"__module__": __name__, **body})
    globals()[name] = cls
    return cls


TAGGED = {case.name: _define(f"Tagged{case.name}", (case.cls,), {}) for case in CASES}
SLOTTED = {case.name: _define(f"Slotted{case.name}", (case.cls,), {"__slots__": ("note", "unset")}) for case in CASES}
LABELLED = {
    case.name: _define(f"Labelled{case.name}", (case.cls,), {"__init__": _labelled_init(case)}) for case in CASES
}


class Gets:
    """Defines what its state is."""

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "got": "by getstate"}


class Sets:
    """Defines how its state is set."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, set="by setstate")


def _hooked(*hooks: type[Any]) -> dict[str, type[Any]]:
    prefix = "".join(hook.__name__ for hook in hooks)
    return {case.name: _define(f"{prefix}{case.name}", (*hooks, case.cls), {}) for case in CASES}


#: Subclasses with one of the hooks of pickle, and with both.
HOOKED = {"getstate": _hooked(Gets), "setstate": _hooked(Sets), "both": _hooked(Gets, Sets)}
