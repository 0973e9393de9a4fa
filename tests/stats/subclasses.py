"""Subclasses of every class, where pickle can find them.

`Tagged<Name>` and `Slotted<Name>` add attributes, in a dict and in slots; `Labelled<Name>` takes
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


def _define(name: str, base: type[Any], body: dict[str, Any]) -> type[Any]:
    cls = type(name, (base,), {"__module__": __name__, **body})
    globals()[name] = cls
    return cls


TAGGED = {case.name: _define(f"Tagged{case.name}", case.cls, {}) for case in CASES}
SLOTTED = {case.name: _define(f"Slotted{case.name}", case.cls, {"__slots__": ("note", "unset")}) for case in CASES}
LABELLED = {case.name: _define(f"Labelled{case.name}", case.cls, {"__init__": _labelled_init(case)}) for case in CASES}
