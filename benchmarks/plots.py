"""Pictures of the windows tables: time against window size, and the latency of single updates."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = {
    "this": "tab:red",
    "river": "black",
    "pandas": "tab:blue",
    "bottleneck": "tab:green",
    "polars": "tab:orange",
}


def draw(tables: list[Table], folder: Path) -> list[Path]:
    """Draw what was measured, if matplotlib is there; return the files."""
    if importlib.util.find_spec("matplotlib") is None:
        return []
    by_key = {table.key: [row for row in table.data if "ns" in row] for table in tables}
    drawn = []
    for key, draw_one in (("windows", _windows), ("latency", _latency)):
        if rows := by_key.get(key):
            path = folder / f"{key}.png"
            draw_one(rows, path)
            drawn.append(path)
    return drawn


def _axes(count: int, width: float = 4.5, height: float = 3.6) -> tuple[Any, list[Axes]]:
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    across = min(count, 3)
    down = -(-count // across)
    figure, axes = pyplot.subplots(down, across, figsize=(width * across, height * down), squeeze=False, sharey=True)
    for spare in axes.flat[count:]:
        spare.set_visible(False)
    return figure, list(axes.flat[:count])


def _windows(rows: list[dict[str, Any]], path: Path) -> None:
    statistics = list(dict.fromkeys(row["row"] for row in rows))
    figure, axes = _axes(len(statistics))
    for ax, statistic in zip(axes, statistics, strict=True):
        for name, colour in COLOURS.items():
            points = [
                (row["window"], median)
                for row in rows
                if row["row"] == statistic and (median := row["ns"].get(name, {}).get("median"))
            ]
            if points:
                ax.loglog(*zip(*points, strict=True), "o-", color=colour, label=_label(name))
        ax.set_title(statistic)
        ax.set_xlabel("values in the window")
        ax.set_ylabel("ns a value")
        ax.grid(alpha=0.3)
    _save(figure, axes, path)


def _latency(rows: list[dict[str, Any]], path: Path) -> None:
    marks = [mark for mark in rows[0]["ns"] if mark != "max of all runs"]
    figure, axes = _axes(1, width=8.0, height=4.8)
    for row in rows:
        axes[0].semilogy(marks, [row["ns"][mark] for mark in marks], "o-", label=row["row"])
    axes[0].set_ylabel("ns for one update")
    axes[0].grid(alpha=0.3)
    _save(figure, axes, path)


def _label(name: str) -> str:
    return "river 0.26.1" if name == "river" else name


def _save(figure: Any, axes: list[Axes], path: Path) -> None:
    labelled = {label: handle for ax in axes for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    figure.tight_layout(rect=(0, 0, 1, 0.93))
    figure.legend(labelled.values(), labelled.keys(), loc="upper center", ncols=len(labelled))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
