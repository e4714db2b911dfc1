"""Tables in files, .parquet or .csv, however long: read a piece at a time, and written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import allow

if TYPE_CHECKING:
    import pyarrow as pa



class Table(NamedTuple):
    """A table that lies in a file: its columns, how many rows it has, the number of the first one, and batches."""

    schema: pa.Schema
    rows: int
    first: int
    batches: Iterable[pa.RecordBatch]

    def pieces(self, size: int) -> Iterator[pa.Table]:
        """The rows in order, `size` at a time, wherever the file's own batches end."""
        import pyarrow as pa

        waiting = self.schema.empty_table()
        for batch in self.batches:
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
            while len(waiting) >= size:
                yield waiting.slice(0, size).combine_chunks()
                waiting = waiting.slice(size)
        if len(waiting):
            yield waiting.combine_chunks()


def open_table(path: Path) -> Table:
    """The table in a file, not yet read; of a CSV every cell is text, and an empty one is an empty text.

    Raises `ValueError` for a file that is not there, of another kind or broken, and for two columns of one name.
    """
    allow(str(path), "kind of file", [path.suffix], FORMATS)
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file.")
    try:
        table = FORMATS[path.suffix][0](path)
    except ValueError as broken:
        raise ValueError(f"{path}: {broken}") from broken
    names = table.schema.names
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{path}: the columns {', '.join(twice)} stand there twice; give each a name of its own.")
    return table


def _open_parquet(path: Path) -> Table:
    import pyarrow.parquet as parquet

    # Buffered and not read ahead, so that one row group of any size takes no more memory than its pages.
    file = parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    return Table(file.schema_arrow.remove_metadata(), file.metadata.num_rows, 1, file.iter_batches())


def _open_csv(path: Path) -> Table:
    from pyarrow import csv, string

    read = csv.ReadOptions(use_threads=False)  # only then is the row of a mistake told
    parse = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    names = csv.open_csv(path, read, parse).schema.names
    text = csv.ConvertOptions(column_types=dict.fromkeys(names, string()), strings_can_be_null=False)
    rows = sum(batch.num_rows for batch in csv.open_csv(path, read, parse, text))
    reader = csv.open_csv(path, read, parse, text)
    return Table(reader.schema, rows, 2, reader)


def _parquet_writer(path: Path, schema: pa.Schema) -> Any:
    from pyarrow.parquet import ParquetWriter

    return ParquetWriter(path, schema)


def _csv_writer(path: Path, schema: pa.Schema) -> Any:
    from pyarrow.csv import CSVWriter

    return CSVWriter(path, schema)

FORMATS: dict[str, tuple[Callable[[Path], Table], Callable[[Path, pa.Schema], Any]]] = {
    ".csv": (_open_csv, _csv_writer),
    ".parquet": (_open_parquet, _parquet_writer),
}


def write_table(path: Path, schema: pa.Schema, pieces: Iterable[pa.Table], folder: Path) -> None:
    """A table written piece by piece; it is begun in `folder`, on the same disk, and appears at `path` whole."""
    with whole(path, folder) as begun, FORMATS[path.suffix][1](begun, schema) as writer:
        for piece in pieces:
            writer.write_table(piece)


@contextmanager
def whole(path: Path, folder: Path) -> Iterator[Path]:
    """A place to write a file that then appears at `path` at once, all of it safe on the disk; else not at all."""
    begun = folder / f"{path.name}.{os.getpid()}.begun"
    yield begun
    with begun.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(begun, path)
