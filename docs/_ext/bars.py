"""The directive `bars`: a picture of a benchmark's table, drawn from the table as it stands in a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

UNITS = {"s": 1e9, "ms": 1e6, "µs": 1e3, "ns": 1.0}
DURATION = re.compile(r"~?([\d.,]+) (s|ms|µs|ns)\b")
COLOURS = {"pure Python": "#8d99ae", "river 0.26.1": "#30638e", "this": "#d1495b"}


def read(text: str, key: str) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of the table between the markers."""
    found = re.search(rf"<!-- benchmark {key} -->\n(.*?)<!-- end -->", text, re.DOTALL)
    if found is None:
        raise ValueError(f"no table is marked {key!r}")
    lines = [line for line in found[1].splitlines() if line.startswith("|")]
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return header, rows


def nanoseconds(cell: str) -> dict[str, float]:
    """Return the durations in a cell, each under the name before it: `polars 8.10 ns, pandas 10.4 ns`."""
    times = {}
    for part in cell.split(", "):
        if match := DURATION.search(part):
            name = part[: match.start()].strip()
            times[name] = float(match[1].replace(",", "")) * UNITS[match[2]]
    return times


def table(text: str, key: str) -> dict[str, dict[str, float]]:
    """Return nanoseconds, for each row and each contestant."""
    header, rows = read(text, key)
    found: dict[str, dict[str, float]] = {}
    for name, *cells in rows:
        times: dict[str, float] = {}
        for column, cell in zip(header[1:], cells, strict=True):
            times |= {contestant or column: ns for contestant, ns in nanoseconds(cell).items()}
        found[name] = times
    return found


def draw(rows: dict[str, dict[str, float]], names: list[str], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    rows = {row: times for row, times in rows.items() if "this" in times and any(name in times for name in names)}
    figure, ax = pyplot.subplots(figsize=(6.5, 1.3 + 0.3 * len(rows)))
    others = [name for name in names if name != "this"]
    spare = iter(("#edae49", "#00798c", "#5f4b8b", "#66a182", "#9c6644", "#3d405b"))
    for name in [*others, "this"]:
        points = [(times[name] / times["this"], place) for place, times in enumerate(rows.values()) if name in times]
        if points:
            xs, ys = zip(*points, strict=True)
            ax.plot(xs, ys, "o", markersize=7, color=COLOURS.get(name) or next(spare), label=name)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.invert_yaxis()
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter("{x:g}×")
    ax.set_xlabel("time, as a multiple of what this package takes")
    ax.axvline(1, color=COLOURS["this"], linewidth=1, alpha=0.5)
    ax.grid(axis="x", alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


class Bars(SphinxDirective):
    """A picture of the table with this key, in this page or in the file that `from` names."""

    required_arguments = 1
    option_spec: ClassVar[Any] = {"names": directives.unchanged_required, "from": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        (key,) = self.arguments
        names = [name.strip() for name in self.options["names"].split(",")]
        page = Path(self.env.doc2path(self.env.docname))
        page = page.parent / self.options.get("from", page.name)
        self.env.note_dependency(str(page))
        path = Path(self.env.srcdir) / "reference" / "pictures" / f"benchmark-{key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        draw(table(page.read_text("utf-8"), key), names, path)
        image = nodes.image(uri=f"/reference/pictures/{path.name}", alt=f"The table {key} as a picture")
        return [image]


def setup(app: Any) -> dict[str, bool]:
    app.add_directive("bars", Bars)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
