"""What a description looks like: as tables, as JSON, as CSV."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from typing import Any

__all__ = ["as_csv", "as_json", "as_tables"]

_WIDEST = 24


def as_json(found: dict[str, Any]) -> None:
    """Print what is known as JSON."""
    json.dump(found, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    print()


def tables(found: dict[str, Any]) -> dict[str | None, dict[str, Any]]:
    """Return the tables of the groups by their keys; the only one by None."""
    groups: dict[str | None, dict[str, Any]] = found.get("groups", {None: found})
    return groups


def names(found: dict[str, Any]) -> list[str]:
    """Return the names of all that is said of any column, in their order."""
    columns = (column for table in tables(found).values() for column in table["columns"].values())
    by_length = sorted(columns, key=len, reverse=True)
    return list(dict.fromkeys(name for column in by_length for name in column))


def as_csv(found: dict[str, Any]) -> None:
    """Print what is known as CSV, a line for each column, or for each group and column."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    header = names(found)
    rows.writerow([*([found["by"]] if "by" in found else []), "column", *header])
    for key, table in tables(found).items():
        for name, column in table["columns"].items():
            cells = (column.get(statistic) for statistic in header)
            texts = (" ".join(cell) if isinstance(cell, list) else cell for cell in cells)
            rows.writerow([*([] if key is None else [key]), name, *texts])


def as_tables(found: dict[str, Any], most_distinct: int) -> None:
    """Print tables as wide as the terminal, statistics down and columns across, one after the other for each group."""
    from rich.console import Console

    # Output that is not a terminal has no width: nothing is cut there.
    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=1_000_000)
    header = [name for name in names(found) if name != "estimated"]
    for key, table in tables(found).items():
        if key is not None:
            console.print(f"{found['by']}: {key} ({table['rows']:,} rows)", markup=False)
        print_table(console, table["columns"], header, most_distinct)
        if key is not None:
            console.print()
    groups = f" in {len(found['groups']):,} groups" if "groups" in found else ""
    console.print(f"{found['rows']:,} rows{groups}" + "".join(notes(found)))


def print_table(console: Any, columns: dict[str, Any], header: list[str], most_distinct: int) -> None:
    """Print columns side by side, and below them those that do not fit."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    columns = dict(columns)
    while columns:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        table.add_column("")
        room = console.width - 10
        shown: list[list[Text]] = []
        for name, column in columns.items():
            cells = [Text(cell(key, column, most_distinct)) for key in header]
            width = max(min(len(name), _WIDEST), *(part.cell_len for part in cells)) + 2
            if shown and room < width:
                break
            room -= width
            shown.append(cells)
            table.add_column(Text(name), justify="right", max_width=_WIDEST, no_wrap=True)
        for key, row in zip(header, zip(*shown, strict=True), strict=True):
            table.add_row(key, *row)
        console.print(table)
        for name in list(columns)[: len(shown)]:
            del columns[name]
        if columns:
            console.print()


def notes(found: dict[str, Any]) -> Iterator[str]:
    columns = (column for table in tables(found).values() for column in table["columns"].values())
    if any("estimated" in column for column in columns):
        yield "; ≈ estimated in constant memory, by a t-digest"


def cell(key: str, column: dict[str, Any], most_distinct: int) -> str:
    value = column.get(key)
    if value is None:
        return f"> {most_distinct:,}" if key == "distinct" and key in column and column["n"] else ""
    if isinstance(value, float):
        return ("≈ " if key in column.get("estimated", ()) else "") + f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) and key != "top" else str(value)[:_WIDEST]
