"""`python -m benchmarks`: measure, print the tables, keep them in benchmarks/out/."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks import (
    accuracy,
    batch,
    classes,
    drift,
    engines,
    files,
    groups,
    headline,
    merging,
    models,
    objects,
    plots,
    sketches,
    windows,
)
from benchmarks.engine import Engine, write_json
from benchmarks.peers import OUT, ROOT
from benchmarks.tables import Report

TABLES = {
    "headline": headline.measure,
    "classes": classes.measure,
    "objects": objects.measure,
    "models": models.measure,
    "windows": windows.measure,
    "batch": batch.measure,
    "merging": merging.measure,
    "groups": groups.measure,
    "sketches": sketches.measure,
    "drift": drift.measure,
    "accuracy": accuracy.measure,
    "files": files.measure,
    "engines": engines.measure,
}

#: Where tables are quoted.
DOCUMENTS = ("README.md", "docs/benchmarks.md", "docs/windows.md", "docs/accuracy.md", "docs/scale.md")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="time every column's whole run")
    parser.add_argument("--only", choices=TABLES, action="append", help="one table (repeatable)")
    parser.add_argument("--json", type=Path, default=OUT / "report.json", metavar="FILE")
    parser.add_argument("--readme", action="store_true", help="update the tables and pictures in README.md and docs")
    options = parser.parse_args()

    engine = Engine(options.full)
    tables = []
    for name in options.only or TABLES:
        start = time.monotonic()
        print(f"measuring {name} ...", end=" ", flush=True, file=sys.stderr)
        tables += TABLES[name](engine)
        print(f"{time.monotonic() - start:.0f} s", file=sys.stderr)
    report = Report(engine, tables)
    engine.close()

    print(report.markdown())
    write_json(options.json, report.data())
    options.json.with_suffix(".md").write_text(report.markdown())
    for path in plots.draw(tables, options.json.parent):
        print(f"drew {path}", file=sys.stderr)
    if options.readme:
        for document in DOCUMENTS:
            report.write_into(ROOT / document)
        plots.draw(tables, ROOT / "docs" / "images")
    for error in report.errors:
        print(f"error: {error}", file=sys.stderr)
    return 1 if report.errors else 0


if __name__ == "__main__":
    sys.exit(main())
