"""Running statistics as a picture: a file by matplotlib, or the terminal by plotext."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

__all__ = ["Course"]

#: More points than this cannot be told apart: each time they are exceeded, every second one is dropped.
_MOST = 20_000


class Course:
    """The course of values over time, thinned out so that memory is bounded."""

    def __init__(self, labels: list[str]) -> None:
        self.labels = labels
        self.points: list[tuple[Any, list[Any]]] = []
        self.every = 1
        self.seen = 0

    def add(self, x: Any, values: list[Any]) -> None:
        if self.seen % self.every == 0:
            self.points.append((x, values))
            if len(self.points) > _MOST:
                self.points = self.points[::2]
                self.every *= 2
        self.seen += 1

    def lines(self) -> list[tuple[str, list[Any], list[float]]]:
        """Return a label, the positions and the values of each line: of a statistic, or of each of its quantiles."""
        found: dict[tuple[int, int], tuple[str, list[Any], list[float]]] = {}
        for x, values in self.points:
            for i, (label, value) in enumerate(zip(self.labels, values, strict=True)):
                several = isinstance(value, list)
                for j, number in enumerate(value if several else [value]):
                    if isinstance(number, int | float):
                        _, xs, ys = found.setdefault((i, j), (f"{label}[{j}]" if several else label, [], []))
                        xs.append(x)
                        ys.append(float(number))
        return [found[key] for key in sorted(found)]

    def save(self, path: Path, x_label: str) -> None:
        """Draw into a file, whose suffix determines its format."""
        import matplotlib as mpl

        mpl.use("agg")
        from matplotlib import pyplot

        figure, ax = pyplot.subplots(figsize=(9, 4.5), layout="constrained")
        for label, xs, ys in self.lines():
            ax.plot(xs, ys, label=label, linewidth=1.2)
        ax.set_xlabel(x_label)
        ax.spines[["top", "right"]].set_visible(False)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, ncols=3)
        figure.savefig(path, dpi=150)
        pyplot.close(figure)

    def show(self, x_label: str) -> None:
        """Draw into the terminal."""
        import shutil

        import plotext

        width, _ = shutil.get_terminal_size((100, 30))
        plotext.clear_figure()
        plotext.theme("pro" if sys.stdout.isatty() else "clear")
        plotext.plotsize(width, 24)
        for label, xs, ys in self.lines():
            plotext.plot([_seconds(x) for x in xs], ys, label=label)
        if self.points and isinstance(self.points[0][0], dt.datetime):
            marked = [self.points[i * (len(self.points) - 1) // 4][0] for i in range(5)]
            plotext.xticks([_seconds(x) for x in marked], [f"{x:%Y-%m-%d}" for x in marked])
        plotext.xlabel(x_label)
        drawn = plotext.build()
        print(drawn if sys.stdout.isatty() else plotext.uncolorize(drawn))


def _seconds(x: Any) -> float:
    return x.timestamp() if isinstance(x, dt.datetime) else float(x)
