"""Tables of any size as batches of columns, read by pyarrow."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import pyarrow as pa

from .errors import DataError
from .files import Source

__all__ = ["batches"]

_BLOCK = 2 << 20
Wrap = Callable[[IO[bytes]], IO[bytes]]


def batches(
    source: Source, columns: Iterable[str], text: Iterable[str], skipped: Callable[[], None] | None, wrap: Wrap
) -> Iterator[Any]:
    """Yield the batches of a file.

    Parameters
    ----------
    source
        The file.
    columns
        The columns that are wanted, or all if there are none.
    text
        The columns that are text, whatever their first values look like.
    skipped
        Called for each row that cannot be read; without it, such a row is an error.
    wrap
        Puts something around the bytes, such as a progress bar.

    """
    wanted = list(columns)
    try:
        opened = {"parquet": _parquet, "arrow": _arrow, "jsonl": _jsonl}.get(source.format)
        found = opened(source, wanted, wrap) if opened else _csv(source, wanted, list(text), skipped, wrap)
        yield from found
    except pa.ArrowCancelled as error:
        raise KeyboardInterrupt from error
    except KeyError as error:
        raise DataError(f"{source.path}: there is no column {error.args[0]}") from error
    except (pa.ArrowException, OSError) as error:
        hint = ""
        if "conversion error" in str(error):
            hint = "; if the column holds text, say so by --text"
        raise DataError(f"{source.path}: {error}{hint}") from error


def _csv(
    source: Source, columns: list[str], text: list[str], skipped: Callable[[], None] | None, wrap: Wrap
) -> Iterator[Any]:
    from pyarrow import csv

    def on_invalid_row(_row: Any) -> str:
        if skipped is None:
            return "error"
        skipped()
        return "skip"

    delimiter = "\t" if source.format == "tsv" else ","
    with contextlib.closing(
        csv.open_csv(
            pa.PythonFile(source.bytes(wrap(source.raw)), mode="r"),
            read_options=csv.ReadOptions(block_size=_BLOCK),
            parse_options=csv.ParseOptions(delimiter=delimiter, invalid_row_handler=on_invalid_row),
            convert_options=csv.ConvertOptions(
                include_columns=columns or None,
                column_types={name: pa.string() for name in text},
                strings_can_be_null=True,
            ),
        )
    ) as reader:
        yield from reader


def _jsonl(source: Source, columns: list[str], wrap: Wrap) -> Iterator[Any]:
    from pyarrow import json

    reader = json.open_json(
        pa.PythonFile(source.bytes(wrap(source.raw)), mode="r"), read_options=json.ReadOptions(block_size=_BLOCK)
    )
    for batch in reader:
        yield batch.select(columns) if columns else batch


def _parquet(source: Source, columns: list[str], _wrap: Wrap) -> Iterator[Any]:
    from pyarrow import parquet

    with parquet.ParquetFile(source.seekable(), pre_buffer=False) as file:
        for name in columns:
            if name not in file.schema_arrow.names:
                raise KeyError(name)
        yield from file.iter_batches(batch_size=1 << 16, columns=columns or None)


def _arrow(source: Source, columns: list[str], wrap: Wrap) -> Iterator[Any]:
    if source.path != "-" and not source.compression:
        with contextlib.suppress(pa.ArrowInvalid), pa.memory_map(source.path) as memory:
            file = pa.ipc.open_file(memory)
            for i in range(file.num_record_batches):
                batch = file.get_batch(i)
                yield batch.select(columns) if columns else batch
            return
    for batch in pa.ipc.open_stream(source.bytes(wrap(source.raw))):
        yield batch.select(columns) if columns else batch
