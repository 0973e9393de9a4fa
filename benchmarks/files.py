"""`river describe` beside other tools that describe a file: seconds, and the most memory that was resident."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.engine import Engine
from benchmarks.peers import OUT, ROOT
from benchmarks.tables import NONE, Bar, Table, duration

ROWS, COLUMNS = 1_000_000, 10
#: How many times the rows come in the large file, of about 1 GB.
TIMES = 5
MEGABYTE = 1e6

# Last on the path: an installed `river` comes before the one in the checkout.
_RIVER = f"import sys; sys.path.append({str(ROOT)!r}); from river.cli import main; main()"
_POLARS = "import polars as pl; print(pl.scan_{format}({path!r}).collect(engine='streaming').describe())"
_DUCKDB = "import duckdb; duckdb.sql(\"SUMMARIZE SELECT * FROM '{path}'\").show()"


@dataclasses.dataclass(frozen=True)
class Run:
    """What one run of a command took."""

    seconds: float
    bytes: float


def commands(path: Path) -> dict[str, list[str] | None]:
    """Return the command of each tool; None where it is not installed or does not read the format."""
    text = str(path)
    described: dict[str, list[str] | None] = {
        "this": [sys.executable, "-c", _RIVER, "describe", text],
        "polars": [sys.executable, "-c", _POLARS.format(format=path.suffix[1:], path=text)],
        "DuckDB": [sys.executable, "-c", _DUCKDB.format(path=text)],
        "qsv": ["qsv", "stats", "--everything", text],
        "xan": ["xan", "stats", "--all", text],
    }
    for tool in ("qsv", "xan"):
        if shutil.which(tool) is None or path.suffix != ".csv":
            described[tool] = None
    return described


def run(command: list[str]) -> Run | None:
    """Run a command; return None where it fails, as where a library is missing."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # macOS counts bytes where Linux counts kibibytes.
    size = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Run(time.monotonic() - start, size) if process.returncode == 0 else None


def files(full: bool) -> Iterator[tuple[str, Path]]:
    """Write the files, unless they are there, and yield them with what they are."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv, parquet

    small, columnar, large = (OUT / name for name in ("describe.csv", "describe.parquet", "describe-large.csv"))
    if not columnar.exists():
        noise = np.random.default_rng(42)
        table = pa.table({f"x{i}": noise.normal(size=ROWS) for i in range(COLUMNS)})
        OUT.mkdir(parents=True, exist_ok=True)
        csv.write_csv(table, small)
        parquet.write_table(table, columnar)
    yield f"{ROWS:,} rows, CSV", small
    yield f"{ROWS:,} rows, Parquet", columnar
    if full:
        if not large.exists():
            header, _, rows = small.read_bytes().partition(b"\n")
            large.write_bytes(header + b"\n" + TIMES * rows)
        yield f"{TIMES * ROWS:,} rows, CSV of 1 GB", large


def _cell(run: Run | None) -> str:
    return f"{duration(run.seconds * 1e9)}, {run.bytes / MEGABYTE:.0f} MB" if run else NONE


def measure(engine: Engine) -> list[Table]:
    names = list(commands(Path("a.csv")))
    table = Table(
        key="files",
        title="Files from the command line",
        about=f"`river describe` of {COLUMNS} columns of numbers, beside polars `describe`, DuckDB `SUMMARIZE`, "
        "qsv `stats --everything` and xan `stats --all`, each in a process of its own: time by the clock, the least of "
        "three runs, and the most memory that was resident. Here and in DuckDB quartiles are estimates; polars has "
        "neither skewness nor kurtosis.",
        header=["", *names],
    )
    for what, path in files(engine.full):
        found: dict[str, Run | None] = {}
        for name, command in commands(path).items():
            runs = [each for _ in range(3) if command and (each := run(command))]
            found[name] = min(runs, key=lambda each: each.seconds) if runs else None
        cells = [_cell(each) for each in found.values()]
        figures: dict[str, Any] = {name: each and dataclasses.asdict(each) for name, each in found.items()}
        table.add(what, cells, runs=figures)
        this = found["this"]
        if this:
            table.bars.append(Bar(f"river describe, {what}", this.bytes / MEGABYTE, "under", 300.0, "MB"))
    return [table]
