"""The commands."""

from __future__ import annotations

import inspect
import io
import sys
from pathlib import Path
from typing import Any

import click

from .errors import INTERRUPTED, DataError, quiet_pipes, said_of
from .files import FORMATS, Source

__all__ = ["river"]

_FORMAT = click.option("--format", type=click.Choice(FORMATS), help="What is in the files, if their names do not say.")
_ON_ERROR = click.option(
    "--on-error",
    type=click.Choice(["stop", "skip"]),
    default="stop",
    show_default=True,
    help="What is done with a row that cannot be read. Skipped ones are counted on standard error.",
)
_COLUMN = click.option("--column", "-c", "columns", multiple=True, help="The column to see; twice for two variables.")
_TIME = click.option("--time", "-t", help="The column of times: seconds, or dates and times as ISO 8601 writes them.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(None, "-V", "--version", package_name="river", message="river %(version)s")
def river() -> None:
    """Compute running statistics of files and pipes."""
    quiet_pipes()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


@river.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--columns", help="The columns to describe, with commas between them; all if it is not given.")
@click.option("--text", multiple=True, metavar="COLUMN", help="A column that is text, whatever it looks like.")
@click.option("--by", metavar="COLUMN", help="Describe the rows of each value of this column for themselves.")
@click.option(
    "--max-groups",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="How many values the column of --by may have, which bounds the memory.",
)
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV, a line for each column.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Go on from this file, and save there.")
@_FORMAT
@_ON_ERROR
def describe(
    files: tuple[str, ...],
    columns: str | None,
    text: tuple[str, ...],
    by: str | None,
    max_groups: int,
    form: str | None,
    state: Path | None,
    format: str | None,
    on_error: str,
) -> None:
    """Describe every column of CSV, TSV, JSON lines, Parquet or Arrow files.

    FILE may be - for the standard input; gzip and zstd are unpacked. Files of any size are read once, in bounded
    memory. Distinct values are counted up to 10,000. Up to that number quartiles are exact, beyond it they are
    estimated by a t-digest. NaN counts as missing.
    """
    from river.utils._description import MOST

    from . import show
    from .batches import batches
    from .progress import Progress

    table = _restored(state, by, max_groups)
    wanted = [name.strip() for name in columns.split(",")] if columns else []
    if wanted and by is not None and by not in wanted:
        wanted.append(by)
    skipped = interrupted = 0

    def skip() -> None:
        nonlocal skipped
        skipped += 1

    with Progress() as progress:
        try:
            for path in files:
                source = Source(path, format)
                wrap = progress.of(source)
                for batch in batches(source, wanted, text, skip if on_error == "skip" else None, wrap):
                    with said_of(path, ValueError):
                        table.add(batch)
        except KeyboardInterrupt:
            interrupted = INTERRUPTED
    found = table.describe()
    if form == "json":
        show.as_json(found)
    elif form == "csv":
        show.as_csv(found)
    else:
        show.as_tables(found, MOST)
    if state is not None and not interrupted:
        _save(table, state)
    _report(skipped)
    sys.exit(interrupted)


def _restored(state: Path | None, by: str | None, max_groups: int) -> Any:
    import json

    from .summary import Groups, Table, restored

    if state is None or not state.exists():
        return Table() if by is None else Groups(by, max_groups)
    with said_of(str(state), OSError, ValueError):
        return restored(json.loads(state.read_text("utf-8")), by, max_groups)


def _save(table: Any, state: Path) -> None:
    import json

    from river.utils._files import replacing

    with said_of(str(state), OSError), replacing(state) as file:
        file.write(json.dumps(table.state()).encode())


def _report(skipped: int) -> None:
    if skipped:
        click.echo(f"{skipped:,} rows could not be read and were skipped", err=True)


@river.command()
@click.argument("expressions", nargs=-1, required=True, metavar="STATISTIC... FILE")
@_COLUMN
@_TIME
@click.option("--by", metavar="COLUMN", help="Keep statistics for each value of this column.")
@click.option("--unbuffered", "-u", is_flag=True, help="Write each row at once, for whoever follows.")
@_FORMAT
@_ON_ERROR
def run(
    expressions: tuple[str, ...],
    columns: tuple[str, ...],
    time: str | None,
    by: str | None,
    unbuffered: bool,
    format: str | None,
    on_error: str,
) -> None:
    """Append the running values of statistics to each row of a file.

    STATISTIC is written as in Python, such as 'RollingQuantile(q=.99, window_size=1000)' or 'Shift(1) | Mean()', or
    with a name for its column, as in 'p99=Quantile(.99)'. Durations are written as '5min'. FILE may be - for the
    standard input, and a pipe is followed for as long as it is open. With --by, the values are those of the row's
    group.
    """
    from .rows import Rows, Writer
    from .running import Runner

    *texts, path = expressions
    if not texts:
        raise click.UsageError("a statistic and a file are needed, as in: river run 'Mean()' FILE --column x")
    runner = Runner(tuple(texts), columns, time, on_error == "skip", by)
    code = 0
    try:
        rows = Rows(Source(path, format))
        write = Writer(rows, runner.labels, unbuffered)
        with said_of(path, OSError, EOFError, ValueError):
            for row, values in runner.follow(rows):
                write(row, values)
    except KeyboardInterrupt:
        code = INTERRUPTED
    finally:
        sys.stdout.flush()
    _report(runner.skipped)
    sys.exit(code)


@river.command()
@click.argument("expressions", nargs=-1, required=True, metavar="STATISTIC... FILE")
@_COLUMN
@_TIME
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="A PNG, SVG or PDF; else the terminal."
)
@_FORMAT
@_ON_ERROR
def plot(
    expressions: tuple[str, ...],
    columns: tuple[str, ...],
    time: str | None,
    output: Path | None,
    format: str | None,
    on_error: str,
) -> None:
    """Draw running statistics of a file, into a picture or into the terminal."""
    from .plotting import Course
    from .rows import Rows
    from .running import Runner

    *texts, path = expressions
    if not texts:
        raise click.UsageError("a statistic and a file are needed, as in: river plot 'Mean()' FILE --column x")
    if output and output.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise click.UsageError(f"--output must end with .png, .svg or .pdf, got {output}")
    runner = Runner(tuple(texts), columns, time, on_error == "skip")
    course, code = Course(runner.labels), 0
    try:
        with said_of(path, OSError, EOFError, ValueError):
            for _, values in runner.follow(Rows(Source(path, format))):
                course.add(runner.now, values)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if not course.lines():
        raise DataError(f"{path}: there are no values to draw")
    if output:
        with said_of(str(output), OSError):
            course.save(output, time or "row")
        click.echo(output)
    else:
        course.show(time or "row")
    _report(runner.skipped)
    sys.exit(code)


@river.command("list")
def list_() -> None:
    """List every statistic, with one line for each."""
    from .expressions import classes

    known = classes()
    width = max(map(len, known))
    for name in sorted(known, key=str.lower):
        first = (inspect.getdoc(known[name]) or "").partition("\n")[0]
        click.echo(f"{name:<{width}}  {first}")


@river.command("help")
@click.argument("name")
def help_(name: str) -> None:
    """Show the page of a statistic."""
    from .expressions import classes, like

    known = {key.lower(): cls for key, cls in classes().items()}
    cls = known.get(name.lower())
    if cls is None:
        raise click.UsageError(f"there is no statistic {name}{like(name)}")
    parameters = [p.replace(annotation=p.empty) for p in inspect.signature(cls.__init__).parameters.values()][1:]
    signature = ", ".join(str(parameter) for parameter in parameters)
    click.echo(f"{cls.__name__}({signature})\n\n{inspect.getdoc(cls)}")


@river.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell, to be used as: eval "$(river completion bash)"."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(river, {}, "river", "_RIVER_COMPLETE").source())
