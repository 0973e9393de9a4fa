"""Write the stub of `river.stats._rust_stats`, which follows from the module that is built: `make stubs`.

Signatures are those that the module states. The types of parameters come from the table of the classes in Rust; those
of values and attributes are observed on objects that have seen the streams of the conformance table.
"""

from __future__ import annotations

import inspect
import itertools
import re
import types
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from river.stats import _rust_stats
from tests.processes import ROOT
from tests.stats.cases import BY_NAME, Case

PATH = ROOT / "river" / "stats" / "_rust_stats.pyi"
TABLE = ROOT / "rust_src" / "python" / "classes" / "table.rs"
WIDTH = 120

#: The types of a constructor's argument and of the attribute, by the parameter's type in the table.
KINDS = {
    "Any": ("Any", "Any"),
    "Duration": ("float | str | datetime.timedelta | None", "float | None"),
    "Integer": ("SupportsIndex", "int"),
    "Interpolation": ("str", "str"),
    "Probabilities": ("float | Sequence[float]", "float | tuple[float, ...]"),
    "Word": ("str", "str"),
    "bool": ("bool", "bool"),
    "f64": ("float", "float"),
}
#: What no stub lists; the last two are created on access.
UNLISTED = {"__doc__", "__module__", "__annotations__", "__slotnames__"}
#: The arguments of a method, by the kind of observation.
OBSERVED = {
    "any": {"x": "Any"},
    "number": {"x": "_Number", "w": "_Number", "t": "_Time"},
    "pair": {"x": "_Number", "y": "_Number", "w": "_Number", "t": "_Time"},
    "object": {"x": "Hashable"},
    "object pair": {"x": "Hashable", "y": "Hashable"},
    "time": {"t": "_Time"},
}
#: The parameters of classes that are written by hand, and are not rows of the table.
WRITTEN_OUT = {"RsShift": {"amount": ("Integer", True), "fill_value": ("Any", True)}}
#: The types of other arguments.
ARGUMENTS = {
    **dict.fromkeys(("cov", "m", "mean", "mean_x", "mean_y", "n", "var"), "_Number"),
    "confidence": "float",
    "data": "bytes",
    "xs": "Iterable[_Number]",
}
RETURNED = {
    **dict.fromkeys(("__init__", "__setstate__", "revert", "update", "update_many"), "None"),
    **dict.fromkeys(("revert_x", "revert_y", "update_x", "update_y"), "None"),
    **dict.fromkeys(
        ("__add__", "__iadd__", "__isub__", "__iter__", "__new__", "__radd__", "__rsub__", "__sub__"), "Self"
    ),
    **dict.fromkeys(("_from_state", "from_bytes", "from_datasketches"), "Self"),
    **dict.fromkeys(("seal", "to_bytes", "to_datasketches"), "bytes"),
    "bounds": "tuple[float, float] | None",
    "cdf": "list[float] | None",
    "rank": "float | None",
    **dict.fromkeys(("__len__", "_late"), "int"),
}
#: The return type of a method that differs from others of its name, or the type of an attribute.
RETURNED_OTHERWISE = {
    ("RsTumblingWindow", "update"): "Any",
    ("RsCounts", "__getitem__"): "int",
    ("RsCounts", "copy"): "dict[Any, int]",
    ("RsRolling", "window_size"): "int",
}

HEADER = '''\
"""The kernels of `river.stats`, in Rust; the public classes derive from these. Written by `make stubs`."""

import datetime
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Never, Self, SupportsFloat, SupportsIndex, TypeAlias, final

from typing_extensions import disjoint_base

{imports}

__all__ = [
{names}
]

_Number: TypeAlias = SupportsFloat | SupportsIndex
# NumPy's datetime64 and timedelta64 too, which is not to be imported here.
_Time: TypeAlias = datetime.datetime | datetime.timedelta | _Number | Any

'''

Parameters = Mapping[str, tuple[str, bool]]


def parameters() -> dict[str, Parameters]:
    """Return the parameters of each class: type in Rust, and whether there is a default."""
    rows = re.findall(r"^    (Rs\w+) = \"\w+\": [\w<>]+\(([^;]*)\)[\w\s]*;", TABLE.read_text("utf-8"), re.MULTILINE)
    each = re.compile(r"(\w+)(?: in [\w.]+)?: ([\w<>]+)( =)?")
    found = {name: {param: (kind, bool(default)) for param, kind, default in each.findall(row)} for name, row in rows}
    return found | WRITTEN_OUT


def stub() -> str:
    """Return the text of the stub."""
    module, params, public = vars(_rust_stats), parameters(), set[type[Any]]()
    names = sorted(name for name in module if not name.startswith("__"))
    lines: list[str] = []
    for name in names:
        if not inspect.isclass(module[name]):
            lines += function(name, module[name], {})
            continue
        case = BY_NAME.get(name.removeprefix("Rs"))
        members = list(class_members(module[name], case, params.get(name, {}), public))
        lines.append("@disjoint_base" if module[name].__flags__ & 1 << 10 else "@final")  # Py_TPFLAGS_BASETYPE
        lines += [f"class {name}:", *(f"    {line}" for line in members), ""]
    modules = sorted({cls.__module__.removeprefix("river.stats") for cls in public})
    imports = {key: [cls.__name__ for cls in public if cls.__module__.endswith(f"stats{key}")] for key in modules}
    header = HEADER.format(
        imports="\n".join(f"from {key} import {', '.join(sorted(names))}" for key, names in imports.items()),
        names="\n".join(f'    "{name}",' for name in names),
    )
    return header + "\n".join(lines) + "\n"


def class_members(cls: type[Any], case: Case | None, params: Parameters, public: set[type[Any]]) -> Iterator[str]:
    """Yield the lines for the members of a class, and add the public classes that these name."""
    taken = {name: KINDS[kind][0] for name, (kind, _) in params.items()}
    for name, member in sorted(vars(cls).items()):
        if inspect.isgetsetdescriptor(member) or inspect.ismemberdescriptor(member):
            yield "@property"
            type_ = KINDS[params[name][0]][1] if name in params else RETURNED_OTHERWISE.get((cls.__name__, name))
            type_ = type_ or seen(case, name, public)
            yield f"def {name}(self) -> {type_}: ..."
            if case and name in params and can_be_set(case, name):
                yield f"@{name}.setter"
                yield f"def {name}(self, {name}: {taken[name]}) -> None: ..."
        elif name == "__init__" and params:
            stated = [f"{name}: {taken[name]}{' = ...' * default}" for name, (_, default) in params.items()]
            yield from wrapped(name, ["self", *stated], "None")
        elif name == "__hash__" and member is None:
            yield "__hash__: ClassVar[None]  # type: ignore[assignment]"
        elif name not in UNLISTED:
            if isinstance(member, (staticmethod, types.ClassMethodDescriptorType)):
                yield f"@{type(member).__name__.removesuffix('_descriptor')}"
            value = seen(case, name, public) if name == "get" else RETURNED_OTHERWISE.get((cls.__name__, name))
            if name == "get" and "Probabilities" in {kind for kind, _ in params.values()}:
                value = "Any"  # one or several
            if name == "get" and "min_samples" in params:
                value = f"{value} | Any"  # None, but only if that is asked for
            if name in ("__add__", "__radd__") and not hasattr(cls, "__iadd__"):
                value = "Never"  # an estimate, which has no exact merge
            kind = "any" if case and case.holds_any else case and case.kind
            observed = OBSERVED[kind] if case and name not in ("accumulate", "update_many") else {}
            if name == "update" and "ignore_na" in params:
                observed = observed | {x: f"{observed[x]} | None" for x in case.arguments}
            operand = "object" if cls is _rust_stats.RsCounts else "Self"
            given = {"other": operand, "value": operand} | taken | observed
            yield from function(name, getattr(cls, name), given, value)


def function(name: str, function: Any, types: Mapping[str, str], returned: str | None = None) -> Iterator[str]:
    """Yield the lines of a function with the signature that it states."""
    stated = function.__text_signature__[1:-1].replace("$self, /", "self").replace("$type", "cls").replace("$", "")
    arguments = [argument(text, types) for text in stated.split(", ") if text]
    if name in ("_from_state", "from_datasketches") and arguments[0] != "cls":
        arguments.insert(0, "cls")
    yield from wrapped(name, arguments, returned or RETURNED.get(name, "Any"))


def argument(stated: str, types: Mapping[str, str]) -> str:
    """Return an argument of a signature with its type."""
    name, _, default = stated.partition("=")
    if name in ("*", "/", "self", "cls"):
        return name
    # An observation that may be omitted is not looked at.
    type_ = "Any" if name == "x" and default else types.get(name) or ARGUMENTS.get(name, "Any")
    optional = " | None" if default == "None" and type_ != "Any" else ""
    return f"{name}: {type_}{optional}" + (f" = {default}" if default else "")


def wrapped(name: str, arguments: list[str], returned: str) -> Iterator[str]:
    """Yield the lines of a function as a formatter breaks them."""
    line = f"def {name}({', '.join(arguments)}) -> {returned}: ..."
    if len(line) <= WIDTH - 4:
        yield line
        return
    inside = [", ".join(arguments)]
    # Inside a class the lines are indented twice.
    if len(inside[0]) > WIDTH - 8:
        inside = [f"{argument}," for argument in arguments]
    yield from (f"def {name}(", *(f"    {part}" for part in inside), f") -> {returned}: ...")


def seen(case: Case | None, name: str, public: set[type[Any]]) -> str:
    """Return the type of an attribute, or of what a method returns, in objects of a class."""
    if case is None:
        return "Any"
    stats = [stat for params in case.params for stat in (case.make(params), case.fed(params=params))]
    values = [value() if callable(value := getattr(stat, name)) else value for stat in stats]
    return spelled(values, public)


def spelled(values: Iterable[Any], public: set[type[Any]]) -> str:
    """Return the type of the values; other types become `Any`."""

    def every(parts: Iterable[Iterable[Any]]) -> str:
        return spelled(itertools.chain.from_iterable(parts), public)

    types = set[str]()
    for cls, alike in sorted_by_type(values).items():
        name = "None" if cls is type(None) else cls.__name__
        if cls is _rust_stats.RsCounts:
            types.add(f"Mapping[{every(alike)}, {every(value.values() for value in alike)}]")
        elif cls.__module__.startswith("river."):
            public.add(cls)
            types.add(name)
        elif cls is Counter:
            types.add(f"Counter[{every(alike)}]")
        elif issubclass(cls, dict):
            types.add(f"{name}[{every(alike)}, {every(value.values() for value in alike)}]")
        elif cls in (list, deque):
            types.add(f"{name}[{every(alike)}]")
        elif cls is tuple:
            types.add(f"tuple[{', '.join(spelled(parts, public) for parts in zip(*alike, strict=True))}]")
        else:
            types.add(name if cls in (bool, float, int, type(None)) else "Any")
    return "Any" if "Any" in types or not types else " | ".join(sorted(types, key=lambda name: (name == "None", name)))


def sorted_by_type(values: Iterable[Any]) -> dict[type[Any], list[Any]]:
    """Return the values of each type."""
    found: dict[type[Any], list[Any]] = {}
    for value in values:
        found.setdefault(type(value), []).append(value)
    return found


def can_be_set(case: Case, name: str) -> bool:
    stat = case.make()
    try:
        setattr(stat, name, getattr(stat, name))
    except AttributeError:
        return False
    return True


if __name__ == "__main__":
    PATH.write_text(stub(), encoding="utf-8")
