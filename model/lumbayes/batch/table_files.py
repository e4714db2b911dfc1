"""Parquet and CSV files of any length, read a chunk at a time and written atomically."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import allow

if TYPE_CHECKING:
    import pyarrow as pa

# Parquet's read buffer, bytes: a row group of any size then takes no more memory than its pages.
PARQUET_BUFFER = 1 << 20


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


def open_table(path: Path) -> TableFile:
    """Open a table without reading its rows; all cells of a CSV are text, empty ones "".

    Raises `ValueError` for a file that is missing, broken or of another kind, and for repeated
    column names.
    """
    check_format(path)
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file.")
    try:
        table = FORMATS[path.suffix].open(path)
    except ValueError as broken:
        raise ValueError(f"{path}: {broken}") from broken
    names = table.schema.names
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(
            f"{path}: the columns {', '.join(repeated)} stand there twice; give each a name of its "
            "own."
        )
    return table


def check_format(path: Path) -> None:
    """Raise `ValueError` unless the file's suffix is that of a known format."""
    allow(str(path), "kind of file", [path.suffix], FORMATS)


def write_table(path: Path, schema: pa.Schema, chunks: Iterable[pa.Table], folder: Path) -> None:
    """Write a table chunk by chunk in `folder`, on the same disk, and move it to `path` whole."""
    open_writer = FORMATS[path.suffix].writer
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


def _open_parquet(path: Path) -> TableFile:
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(path, buffer_size=PARQUET_BUFFER, pre_buffer=False)
    schema = file.schema_arrow.remove_metadata()
    return TableFile(schema, file.metadata.num_rows, 1, file.iter_batches())


def _open_csv(path: Path) -> TableFile:
    from pyarrow import csv, string

    read = csv.ReadOptions(use_threads=False)  # with threads, errors do not name the row
    parse = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    names = csv.open_csv(path, read, parse).schema.names
    as_text = dict.fromkeys(names, string())
    convert = csv.ConvertOptions(column_types=as_text, strings_can_be_null=False)
    n_rows = sum(batch.num_rows for batch in csv.open_csv(path, read, parse, convert))
    reader = csv.open_csv(path, read, parse, convert)
    return TableFile(reader.schema, n_rows, 2, reader)  # row 1 is the header


def _parquet_writer(path: Path, schema: pa.Schema) -> Any:
    from pyarrow.parquet import ParquetWriter

    return ParquetWriter(path, schema)


def _csv_writer(path: Path, schema: pa.Schema) -> Any:
    from pyarrow.csv import CSVWriter

    return CSVWriter(path, schema)


class Format(NamedTuple):
    """How tables of one file format are opened and written."""

    open: Callable[[Path], TableFile]
    writer: Callable[[Path, pa.Schema], Any]


FORMATS = {
    ".csv": Format(_open_csv, _csv_writer),
    ".parquet": Format(_open_parquet, _parquet_writer),
}
