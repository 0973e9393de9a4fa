"""The directive `facts`: a class at a glance, made from its docstring, the class itself and `specimens`."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docstrings import paragraphs, sections
from docutils import nodes
from docutils.statemachine import StringList
from specimens import SPECIMENS, Stream, numbers, stream
from sphinx.util.docutils import SphinxDirective

from river import sketch, stats, utils

#: Beside the pages of the classes, which are made by autosummary.
PICTURES = "reference/pictures"
LINE, DATA = "#d1495b", "#8d99ae"


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.:]) +(?=[A-Z`])", text)


def those(lines: list[str], pattern: str) -> str:
    """Return the sentences in which the pattern is found."""
    found = [s for paragraph in paragraphs(lines) for s in sentences(paragraph) if re.search(pattern, s)]
    return " ".join(found)


def make(name: str) -> Any:
    constructor = SPECIMENS[name].constructor
    names = {"sketch": sketch, "stats": stats, "utils": utils, "dt": dt}
    return eval(qualified(constructor), names)


def qualified(constructor: str) -> str:
    """Return a constructor with its module, which is `stats` where none is named."""
    return constructor if constructor.startswith(("utils.", "sketch.")) else f"stats.{constructor}"


def facts(cls: type[Any]) -> Iterator[tuple[str, str]]:
    """Yield what a table says of a class, in reStructuredText."""
    name = cls.__name__
    docstring = dict(sections((inspect.getdoc(cls) or "").splitlines()))
    yield "Formula", f".. math:: {SPECIMENS[name].formula}"
    cost = those(docstring[""], r"O\(|costs?\b|linear in|[Mm]emory")
    error = those(docstring.get("Notes", []), r"error|exact\b|Rounding changes")
    statistic = make(name)
    own = cls.__module__.startswith(("river.stats.", "river.sketch.")) and name != "Link"
    if not cost or (own and not error and name not in ("Mode", "RollingMode")):
        raise ValueError(f"the docstring of {name} says nothing of its cost or its error")
    yield "Cost", cost
    if error:
        yield "Error", error
    yield "Empty", f"``get()`` returns ``{statistic.get()!r}``"
    yield "Also", also(statistic)


def also(statistic: Any) -> str:
    can = {
        "weights": "w" in inspect.signature(statistic.update).parameters,
        "``revert``": hasattr(statistic, "revert"),
        "``+`` and ``+=``": hasattr(type(statistic), "__iadd__"),
        "``-`` and ``-=``": hasattr(type(statistic), "__isub__"),
        "``to_bytes``": hasattr(statistic, "to_bytes"),
        "columns": hasattr(statistic, "update_many"),
    }
    return ", ".join(what for what, there in can.items() if there)


def draw(name: str, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    specimen, source = SPECIMENS[name], stream(SPECIMENS[name].stream)
    statistic = make(name)
    after = values(statistic, source)
    rows = 1 if specimen.over else 2
    figure, axes = pyplot.subplots(rows, 1, figsize=(6.5, 1.7 + 1.1 * rows), sharex=True, squeeze=False)
    top, bottom = axes[0, 0], axes[-1, 0]
    for column, colour in zip(source.columns, (DATA, "#30638e"), strict=False):
        top.plot(source.times, numbers(column), ".", markersize=2, color=colour, alpha=0.6)
    top.set_title(source.label, loc="left", fontsize=9)
    for line in after:
        bottom.plot(source.times, line, color=LINE, linewidth=1.5, drawstyle="steps-post")
    bottom.set_xlabel(qualified(specimen.constructor), fontsize=9, family="monospace", color=LINE)
    for ax in axes.flat:
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(labelsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


def values(statistic: Any, source: Stream) -> list[Any]:
    """Return the value after each observation, as one line or several."""
    if isinstance(statistic, utils.TimeRolling | utils.TumblingWindow):
        found = []
        for t, x in zip(source.times, *source.columns, strict=True):
            statistic.update(x, t=t)
            found.append(statistic.get())
        return [numbers([float("nan") if value is None else value for value in found])]
    if isinstance(statistic, utils.Summary | utils.SkipNaN):
        seen = []
        for row in zip(*source.columns, strict=True):
            statistic.update(*row)
            value = statistic.get()
            seen.append(tuple(value.values()) if isinstance(value, dict) else (value,))
        return [numbers(line) for line in zip(*seen, strict=True)]
    found = statistic.accumulate(*source.columns)
    if isinstance(statistic, sketch.HeavyHitters):
        # The counts of the two that are most frequent.
        return [numbers([dict(enumerate(value)).get(i, ("", 0))[1] for value in found]) for i in (0, 1)]
    if isinstance(statistic, stats.Extrema):
        return [numbers([value[side] for value in found]) for side in (0, 1)]
    return [numbers(found)]


class Facts(SphinxDirective):
    """A picture of a class at work, and a table of what matters."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        module, _, name = self.arguments[0].rpartition(".")
        cls = getattr(importlib.import_module(module), name)
        if name not in SPECIMENS:
            return []
        lines = [f".. image:: /{PICTURES}/{name}.png", f"   :alt: {name} at work on real data"]
        lines += ["   :class: statistic", "", ".. list-table::", "   :widths: auto", "   :class: facts", ""]
        for title, text in facts(cls):
            lines += [f"   * - {title}", f"     - {text}"]
        parsed = nodes.container()
        self.state.nested_parse(StringList([*lines, ""], self.arguments[0]), self.content_offset, parsed)
        return parsed.children


def draw_all(app: Any) -> None:
    folder = Path(app.srcdir) / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for name in SPECIMENS:
        path = folder / f"{name}.png"
        if not path.exists():
            draw(name, path)


def check(_app: Any) -> None:
    public = {
        name for module in (sketch, stats, utils) for name in module.__all__ if inspect.isclass(getattr(module, name))
    }
    if lacking := public - set(SPECIMENS):
        raise ValueError(f"docs/_ext/specimens.py lacks {', '.join(sorted(lacking))}")


def setup(app: Any) -> dict[str, bool]:
    app.connect("builder-inited", check)
    app.connect("builder-inited", draw_all)
    app.add_directive("facts", Facts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
