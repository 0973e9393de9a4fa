"""Statistics as they are written in a shell: `RollingQuantile(q=.99, window_size=1000)`.

An expression is parsed and never evaluated: it holds names of statistics, literals, and `|` between statistics.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import click

from river import sketch, stats, utils

__all__ = ["Statistic", "classes", "read"]

_LONGEST = 10_000
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)")
_UNITS = {"us": "microseconds", "ms": "milliseconds", "s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
#: Statistics that see values as they are written, and not as numbers.
_OF_OBJECTS = {
    *("ChiSquared", "Count", "CountDistinct", "Entropy", "HeavyHitters"),
    *("KullbackLeibler", "Mode", "NUnique", "RollingMode"),
}
_NAMED = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)(.*)", re.DOTALL)


def classes() -> dict[str, type[Any]]:
    """Return the classes that an expression may name."""
    found = {name: getattr(stats, name) for name in stats.__all__ if name not in ("Link", "base")}
    found |= {name: getattr(sketch, name) for name in sketch.__all__}
    return found | {name: getattr(utils, name) for name in ("Rolling", "TimeRolling", "TumblingWindow")}


@dataclass(frozen=True)
class Statistic:
    """A statistic, what its column is called, and what its update takes."""

    label: str
    object: Any
    of_objects: bool
    timed: bool
    """Whether `update` takes the time as `t`."""
    of_times: bool
    """Whether the time is all that `update` takes."""

    @property
    def variables(self) -> int:
        """How many columns the statistic sees."""
        if self.of_times:
            return 0
        statistic = getattr(self.object, "cls", None) or type(self.object)
        return 2 if isinstance(statistic, type) and issubclass(statistic, stats.base.Bivariate) else 1


def read(text: str) -> Statistic:
    """Return what an expression stands for, or raise a usage error that says what is wrong with it."""
    named = _NAMED.fullmatch(text)
    label, expression = (named[1], named[2]) if named else (text.strip(), text)
    if len(expression) > _LONGEST:
        raise click.UsageError(f"an expression has at most {_LONGEST:,} characters, this one has {len(expression):,}")
    try:
        node = ast.parse(expression.strip(), mode="eval").body
        made = _statistic(node)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise click.UsageError(f"{expression.strip()!r} cannot be read: {error}") from error
    except (TypeError, ValueError) as error:
        raise click.UsageError(f"{expression.strip()!r}: {error}") from error
    first = _first(node)
    timed = isinstance(made, utils.TimeRolling) or getattr(made, "halflife", None) is not None
    timed = timed or (isinstance(made, utils.TumblingWindow) and made.period is not None)
    return Statistic(label, made, first in _OF_OBJECTS, timed, isinstance(made, stats.Rate))


def _statistic(node: ast.expr) -> Any:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _statistic(left) | _statistic(right)
        case ast.Call(func=function, args=args, keywords=keywords):
            cls = _class(function)
            given = {keyword.arg: _argument(keyword.value) for keyword in keywords if keyword.arg is not None}
            if len(given) < len(keywords) or any(isinstance(arg, ast.Starred) for arg in args):
                raise ValueError("parameters cannot be unpacked")
            return cls(*map(_argument, args), **given)
        case ast.Name() | ast.Attribute():
            return _class(node)()
    raise ValueError(f"expected a statistic such as Mean(), got {ast.unparse(node)}")


def _class(node: ast.expr) -> type[Any]:
    match node:
        case ast.Attribute(value=ast.Name(id="sketch" | "stats" | "utils"), attr=name) | ast.Name(id=name):
            if name in (known := classes()):
                return known[name]
            raise ValueError(f"there is no statistic {name}{like(name)}")
    raise ValueError(f"expected the name of a statistic, got {ast.unparse(node)}")


def _argument(node: ast.expr) -> Any:
    if isinstance(node, ast.Name | ast.Attribute):
        return _class(node)
    value = ast.literal_eval(node)
    if isinstance(value, str) and (duration := _DURATION.fullmatch(value.strip())):
        return dt.timedelta(**{_UNITS[duration[2]]: float(duration[1])})
    return value


def _first(node: ast.expr) -> str:
    """Return the name of the statistic that sees the values."""
    match node:
        case ast.BinOp(left=left):
            return _first(left)
        case ast.Call(func=function, args=args, keywords=keywords):
            name = _first(function)
            inner = [*args[:1], *(keyword.value for keyword in keywords if keyword.arg == "cls")]
            return _first(inner[0]) if inner and hasattr(utils, name) else name
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def like(name: str) -> str:
    """Return a question that suggests what may be meant, "" if nothing is close."""
    import difflib

    by_lower = {known.lower(): known for known in classes()}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f", did you mean {by_lower[close[0]]}?" if close else "; `river list` names them all"
