"""Tables of figures, the bars they are held to, and the report they make up."""

from __future__ import annotations

import dataclasses
import math
import operator
import platform
import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.engine import Engine, Sample

NONE = "–"
_SENSES: dict[str, Callable[[float, float], bool]] = {
    "at most": operator.le,
    "at least": operator.ge,
    "under": operator.lt,
}


@dataclasses.dataclass(frozen=True)
class Bar:
    """A figure that the project holds itself to."""

    what: str
    measured: float | None
    sense: str
    limit: float
    unit: str = ""

    @property
    def verdict(self) -> str:
        if self.measured is None:
            return "not measured"
        return "reached" if _SENSES[self.sense](self.measured, self.limit) else "**missed**"

    def cells(self) -> list[str]:
        unit = f" {self.unit}" if self.unit else ""
        measured = NONE if self.measured is None else f"{figure(self.measured)}{unit}"
        return [self.what, f"{self.sense} {figure(self.limit)}{unit}", measured, self.verdict]


@dataclasses.dataclass
class Table:
    """A table of the report: text cells to read, and the figures behind them as data."""

    key: str
    title: str
    about: str
    header: list[str]
    rows: list[list[str]] = dataclasses.field(default_factory=list)
    bars: list[Bar] = dataclasses.field(default_factory=list)
    absent: list[str] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)
    data: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def add(self, name: str, cells: Iterable[str], **figures: Any) -> None:
        self.rows.append([name, *cells])
        self.data.append({"row": name, **figures})

    def not_built(self, name: str, reason: str) -> None:
        """Leave out one or more rows, because something is not installed or lacks the feature."""
        self.absent.append(name)
        self.data.append({"row": name, "not built": reason})

    def markdown(self) -> str:
        lines = [f"### {self.title}", "", self.about, ""]
        if self.rows:
            lines += [*grid(self.header, self.rows), ""]
        if self.absent:
            lines += [f"Left out: {'; '.join(self.absent)}.", ""]
        for note in self.notes:
            lines += [note, ""]
        return "\n".join(lines)


def grid(header: list[str], rows: list[list[str]]) -> list[str]:
    """Return a Markdown table: the first column to the left, the others to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return [f"| {' | '.join(row)} |" for row in (header, rule, *rows)]


def figure(value: float) -> str:
    """Return a number to three significant digits, without an exponent."""
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def duration(ns: float | None) -> str:
    """Return nanoseconds in the unit that suits them."""
    if ns is None:
        return NONE
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            return f"{figure(ns / size)} {unit}"
    return f"{figure(ns)} ns"


def timing(sample: Sample | None, times: float = 1) -> str:
    """Return the median of a sample, `~` in front where part of the run was timed."""
    if sample is None or sample.median is None:
        return NONE
    return ("~" if sample.scaled else "") + duration(sample.median * times)


def factor(value: float | None) -> str:
    return NONE if value is None else f"{figure(value)}×"


def raw(samples: Mapping[str, Sample]) -> dict[str, Any]:
    """Return samples as data for JSON."""
    return {name: {"median": sample.median, **dataclasses.asdict(sample)} for name, sample in samples.items()}


def machine() -> str:
    """Name the processor, the number of cores and the operating system."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE)
        model = found[1] if found else model
    return f"{model}, {cores()} cores, {platform.system()} {platform.machine()}"


def cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Report:
    """What one call of `python -m benchmarks` found."""

    def __init__(self, engine: Engine, tables: list[Table]) -> None:
        self.tables = tables
        self.full = engine.full
        self.this = engine.versions("this")
        self.peer = engine.versions("river")
        self.errors = engine.errors
        self.date = time.strftime("%Y-%m-%d")

    @property
    def setting(self) -> str:
        """Machine and versions, one paragraph."""
        libraries = ", ".join(f"{name} {version}" for name, version in self.this.items())
        peer = f"river {self.peer['river']}" if self.peer else "river 0.26.1 could not be had"
        return f"{machine()}. {libraries}; peer {peer}. {self.date}."

    def markdown(self) -> str:
        parts = [f"# Benchmarks\n\n{self.setting}\n", *(t.markdown() for t in self.tables)]
        bars = [[table.key, *bar.cells()] for table in self.tables for bar in table.bars]
        if bars:
            header = ["table", "bar", "limit", "measured", ""]
            parts.append("\n".join(["### Bars", "", *grid(header, bars)]) + "\n")
        return "\n".join(parts)

    def data(self) -> dict[str, Any]:
        return {
            "machine": machine(),
            "this": self.this,
            "peer": self.peer,
            "date": self.date,
            "full": self.full,
            "errors": self.errors,
            "tables": {
                t.key: {
                    "rows": t.data,
                    "bars": [{**dataclasses.asdict(b), "verdict": b.verdict} for b in t.bars],
                }
                for t in self.tables
            },
        }

    def write_into(self, document: Path) -> None:
        """Replace the text between the markers of each table that the document quotes."""
        text = document.read_text()
        for table in self.tables:
            # On separate lines: a page that includes another names its markers.
            begin, end = f"\n<!-- benchmark {table.key} -->\n", "\n<!-- end -->"
            before, found, rest = text.partition(begin)
            if found:
                _, end, after = rest.partition(end)
                text = f"{before}{begin}{table.markdown()}\n{self.setting}\n{end}{after}"
        document.write_text(text)
