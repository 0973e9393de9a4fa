"""`river describe` compared with other tools that describe a file: megabytes per second, and peak resident memory."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.engine import Engine
from benchmarks.peers import OUT, ROOT
from benchmarks.tables import NONE, Bar, Table, duration

ROWS, COLUMNS = 1_000_000, 10
#: How many times the rows are repeated in the large file, of about 1 GB.
TIMES = 5
RUNS = 3
MEGABYTE = 1e6

# Last on the path: an installed `river` comes before the one in the checkout.
_RIVER = f"import sys; sys.path.append({str(ROOT)!r}); from river.cli import main; main()"
_POLARS = "import polars as pl; print(pl.scan_{format}({path!r}).describe())"
_DUCKDB = "import duckdb; duckdb.sql(\"SUMMARIZE SELECT * FROM '{path}'\").show()"
#: Runs the command in its arguments, and prints its seconds, its bytes and the code it exited with. It imports next to
#: nothing, since Linux counts the memory that was resident in the process that starts a program as that program's: 9 MB
#: here.
_MEASURE = """
import os, sys, time
null = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
start = time.monotonic()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=null)
_, status, usage = os.wait4(pid, 0)
seconds = time.monotonic() - start
# macOS counts bytes where Linux counts kibibytes.
size = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print([seconds, size, os.waitstatus_to_exitcode(status)])
"""


@dataclasses.dataclass(frozen=True)
class Run:
    """The time and memory that one run of a command took."""

    seconds: float
    bytes: float


def commands(path: Path) -> dict[str, list[str]]:
    """Return the command of each tool."""
    text = str(path)
    return {
        "this": [sys.executable, "-c", _RIVER, "describe", text],
        "polars": [sys.executable, "-c", _POLARS.format(format=path.suffix[1:], path=text)],
        "DuckDB": [sys.executable, "-c", _DUCKDB.format(path=text)],
        # Otherwise it would read its cache from the last run.
        "qsv": ["qsv", "stats", "--everything", "--force", "--cache-threshold", "0", text],
        "xan, all": ["xan", "stats", "--all", text],
        "xan, approx": ["xan", "stats", "--approx", text],
    }


#: Programs that are measured if they are on the path, and read nothing but CSV.
PROGRAMS = ("qsv", "xan")


def run(command: list[str]) -> Run | None:
    """Run a command; return None if it fails, for instance because a library is missing."""
    measured = [sys.executable, "-I", "-S", "-c", _MEASURE, *command]
    done = subprocess.run(measured, stdout=subprocess.PIPE, text=True, check=True)
    seconds, size, code = json.loads(done.stdout)
    return Run(seconds, size) if code == 0 else None


def files(folder: Path, full: bool) -> Iterator[Path]:
    """Write the files into a folder one after another, and yield them."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv, parquet

    noise = np.random.default_rng(42)
    table = pa.table({f"x{i}": noise.normal(size=ROWS) for i in range(COLUMNS)})
    small, columnar, large = (folder / name for name in ("small.csv", "small.parquet", "large.csv"))
    csv.write_csv(table, small)
    yield small
    parquet.write_table(table, columnar)
    yield columnar
    if full:
        header, _, rows = small.read_bytes().partition(b"\n")
        with large.open("wb") as file:
            file.write(header + b"\n")
            for _ in range(TIMES):
                file.write(rows)
        yield large


def measure(engine: Engine) -> list[Table]:
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    names = [name for name, command in commands(Path("a.csv")).items() if command[0] not in absent]
    table = Table(
        key="files",
        title="Files from the command line",
        about=f"`river describe` of {COLUMNS} columns of numbers, beside polars `describe`, DuckDB `SUMMARIZE`, "
        "qsv `stats --everything` and xan `stats`, with `--all` and with `--approx`, each in a process of its own: "
        f"megabytes of the file a second, by the clock, in the fastest of {RUNS} runs, its seconds, and the most "
        "memory that was resident. Here, in DuckDB and by `--approx`, quartiles are estimates; polars has neither "
        "skewness nor kurtosis.",
        header=["", *names],
    )
    for name in absent:
        table.not_built(f"{name} (it is not on the path)", "it is not on the path")
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        for path in files(Path(folder), engine.full):
            _add(table, names, path)
    return [table]


def _add(table: Table, names: list[str], path: Path) -> None:
    size, kind = path.stat().st_size / MEGABYTE, {".csv": "CSV", ".parquet": "Parquet"}[path.suffix]
    rows = ROWS * (TIMES if path.stem == "large" else 1)
    what = f"{rows:,} rows, {kind} of {size:,.0f} MB"
    found: dict[str, Run | None] = {}
    for name, command in commands(path).items():
        if name in names:
            reads = command[0] not in PROGRAMS or kind == "CSV"
            runs = [each for _ in range(RUNS) if reads and (each := run(command))]
            found[name] = min(runs, key=lambda each: each.seconds) if runs else None
    figures: dict[str, Any] = {name: each and dataclasses.asdict(each) for name, each in found.items()}
    table.add(what, [_cell(each, size) for each in found.values()], runs=figures)
    this = found["this"]
    if this:
        table.bars.append(Bar(f"river describe, {what}", this.bytes / MEGABYTE, "under", 300.0, "MB"))


def _cell(run: Run | None, size: float) -> str:
    if run is None:
        return NONE
    rate = f"{size / run.seconds:,.0f} MB/s"
    return f"{rate} ({duration(run.seconds * 1e9)}), {run.bytes / MEGABYTE:,.0f} MB"
