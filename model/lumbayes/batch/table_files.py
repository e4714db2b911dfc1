"""Parquet and CSV files of any length, read a chunk at a time and written atomically."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile

import pandas as pd

from ..errors import allow

if TYPE_CHECKING:
    import pyarrow as pa

# Parquet's read buffer, bytes: a row group of any size then takes no more memory than its pages.
PARQUET_BUFFER = 1 << 20
SEPARATORS = ",;\t"
LONGEST_HEADER = 100_000  # bytes within which the first line of a text ends


class TableFile(NamedTuple):
    """A table in a file: `first_row` is the number that messages give its first row."""

    schema: pa.Schema
    n_rows: int
    first_row: int
    batches: Iterable[pa.RecordBatch]

    def chunks(self, size: int) -> Iterator[pa.Table]:
        """The rows in order, `size` at a time, whatever batches the file is stored in."""
        import pyarrow as pa

        pending = self.schema.empty_table()
        for batch in self.batches:
            pending = pa.concat_tables([pending, pa.Table.from_batches([batch])])
            while len(pending) >= size:
                yield pending.slice(0, size).combine_chunks()
                pending = pending.slice(size)
        if len(pending):
            yield pending.combine_chunks()


def open_table(path: Path, sep: str = "") -> TableFile:
    """Open a table without reading its rows; all cells of a text are text, empty ones "".

    `sep` parts the cells of a text; without one it is the comma, semicolon or tab of which the
    first line has most. Raises `ValueError` for a file that is missing, broken or of another kind,
    and for repeated column names.
    """
    opener = READERS[_kind(path, READERS)]
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file.")
    try:
        table = opener(path, sep)
    except ValueError as broken:
        raise ValueError(f"{path}: {_explained(str(broken))}") from broken
    names = table.schema.names
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(
            f"{path}: the columns {', '.join(repeated)} stand there twice; give each a name of its "
            "own."
        )
    return table


def _explained(broken: str) -> str:
    """What Arrow says of a broken text, with what to do about it."""
    if "invalid UTF8" in broken:
        return (
            f"it is neither UTF-8 nor UTF-16; save it as UTF-8, in Excel as 'CSV UTF-8' ({broken})."
        )
    if wrong := re.search(r"Row #(\d+): Expected (\d+) columns, got (\d+)", broken):
        row, expected, found = wrong.groups()
        return (
            f"row {row} has {found} cells and the first row {expected}; look for a stray "
            "separator there, or name the separator that the file has (sep, --sep)."
        )
    return broken


def check_format(path: Path) -> None:
    """Raise `ValueError` unless tables can be written to a file of this name."""
    _kind(path, WRITERS)


def check_types(path: Path, schema: pa.Schema) -> None:
    """Raise `ValueError` for a column that a file of this name cannot hold."""
    import pyarrow as pa

    open_writer = WRITERS[_kind(path, WRITERS)]
    for field in schema:
        column = pa.schema([field])
        try:
            with open_writer(pa.BufferOutputStream(), column) as writer:
                writer.write_table(column.empty_table())
        except (pa.ArrowInvalid, NotImplementedError) as unsupported:
            raise ValueError(
                f"column {field.name!r} holds {field.type}, which {path.name} cannot: write a file "
                "of another kind, or do not keep the column."
            ) from unsupported


def _kind(path: Path, kinds: Mapping[str, Any]) -> str:
    """The ending of a file's name, in lower case, that says how to open it."""
    name = path.name.lower()
    found = next((kind for kind in kinds if name.endswith(kind)), path.suffix)
    allow(str(path), "kind of file", [found], kinds)
    return found


def write_table(path: Path, schema: pa.Schema, chunks: Iterable[pa.Table], folder: Path) -> None:
    """Write a table chunk by chunk in `folder`, on the same disk, and move it to `path` whole."""
    open_writer = WRITERS[_kind(path, WRITERS)]
    with atomic_write(path, folder) as temporary, open_writer(temporary, schema) as writer:
        for chunk in chunks:
            writer.write_table(chunk)


@contextmanager
def atomic_write(path: Path, folder: Path) -> Iterator[Path]:
    """A temporary path in `folder`; what is written there appears at `path` at once, or not at all.

    The file is synced to the disk before it is moved.
    """
    temporary = folder / f"{path.name}.{os.getpid()}.begun"
    yield temporary
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)


def _open_parquet(path: Path, _: str) -> TableFile:
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(path, buffer_size=PARQUET_BUFFER, pre_buffer=False)
    schema = file.schema_arrow.remove_metadata()
    return TableFile(schema, file.metadata.num_rows, 1, file.iter_batches())


def _open_text(path: Path, sep: str) -> TableFile:
    """A text with a separator, in UTF-8 or UTF-16, gzipped if its name ends in .gz."""
    from pyarrow import csv, input_stream, string

    encoding, first_line = _first_line(path)
    read = csv.ReadOptions(use_threads=False, encoding=encoding)  # so that errors name the row
    parse = csv.ParseOptions(
        delimiter=sep or max(SEPARATORS, key=first_line.count),
        newlines_in_values=True,
        ignore_empty_lines=False,
    )

    def batches(convert: csv.ConvertOptions | None = None) -> csv.CSVStreamingReader:
        return csv.open_csv(input_stream(path), read, parse, convert)  # unpacked by its ending

    names = batches().schema.names
    as_text = dict.fromkeys(names, string())
    convert = csv.ConvertOptions(column_types=as_text)
    n_rows = sum(batch.num_rows for batch in batches(convert))
    reader = batches(convert)
    return TableFile(reader.schema, n_rows, 2, reader)  # row 1 is the header


def _first_line(path: Path) -> tuple[str, str]:
    """The encoding of a text by its byte order mark, and its first line."""
    from pyarrow import input_stream

    with input_stream(path) as stream:
        start = stream.read(LONGEST_HEADER)
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return encoding, start.decode(encoding, "replace").split("\n", 1)[0]


def _open_workbook(path: Path, _: str) -> TableFile:
    """The first sheet of a workbook, all its cells as text."""
    import pyarrow as pa

    try:
        frame = pd.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")
    except ImportError:
        raise ValueError(
            "a workbook needs the package openpyxl: pip install 'lumbayes[excel]'. Or save it as"
            " CSV."
        ) from None
    except (BadZipFile, KeyError) as broken:
        raise ValueError("it is no workbook that can be read; save it as CSV.") from broken
    table = pa.Table.from_pandas(frame.astype(object), preserve_index=False)
    table = table.cast(pa.schema([(str(name), pa.string()) for name in table.column_names]))
    return TableFile(table.schema, len(table), 2, table.to_batches())


def _parquet_writer(path: Any, schema: pa.Schema) -> Any:
    from pyarrow import types
    from pyarrow.parquet import ParquetWriter

    # a dictionary of results would be as long as the column
    repeated = [field.name for field in schema if not types.is_floating(field.type)]
    return ParquetWriter(path, schema, use_dictionary=repeated)


def _csv_writer(path: Any, schema: pa.Schema) -> Any:
    from pyarrow.csv import CSVWriter

    return CSVWriter(path, schema)


READERS: dict[str, Callable[[Path, str], TableFile]] = {
    ".csv": _open_text,
    ".csv.gz": _open_text,
    ".tsv": _open_text,
    ".tsv.gz": _open_text,
    ".parquet": _open_parquet,
    ".xlsx": _open_workbook,
}
WRITERS: dict[str, Callable[[Path, Any], Any]] = {".csv": _csv_writer, ".parquet": _parquet_writer}
