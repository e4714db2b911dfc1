"""Files of runners, however long: answered a chunk at a time, and a run that was stopped goes on
where it was.

The answers to a chunk are a file of their own, named by its place and by a digest of all they
follow from: the rows, the numbers of the network, the options. It appears whole or not at all, so
whenever a run is killed, the next one finds what still holds, computes the rest, and joins the
parts in order: no row is lost or doubled, and none is out of date.

Tables in files, .parquet or .csv, however long: read a piece at a time, and written whole or not at
all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..case import Case
from ..errors import allow, unknown
from ..loading import load
from .frame import LEANING, posteriors

if TYPE_CHECKING:
    import pyarrow as pa


class Table(NamedTuple):
    """A table that lies in a file: its columns, how many rows it has, the number of the first one,
    and batches.
    """

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
    """The table in a file, not yet read; of a CSV every cell is text, and an empty one is an empty
    text.

    Raises `ValueError` for a file that is not there, of another kind or broken, and for two columns
    of one name.
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
        raise ValueError(
            f"{path}: the columns {', '.join(twice)} stand there twice; give each a name of its own."
        )
    return table


def _open_parquet(path: Path) -> Table:
    import pyarrow.parquet as parquet

    # Buffered and not read ahead, so that one row group of any size takes no more memory than its
    # pages.
    file = parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
    return Table(
        file.schema_arrow.remove_metadata(), file.metadata.num_rows, 1, file.iter_batches()
    )


def _open_csv(path: Path) -> Table:
    from pyarrow import csv, string

    read = csv.ReadOptions(use_threads=False)  # only then is the row of a mistake told
    parse = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    names = csv.open_csv(path, read, parse).schema.names
    text = csv.ConvertOptions(
        column_types=dict.fromkeys(names, string()), strings_can_be_null=False
    )
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
    """A table written piece by piece; it is begun in `folder`, on the same disk, and appears at
    `path` whole.
    """
    with whole(path, folder) as begun, FORMATS[path.suffix][1](begun, schema) as writer:
        for piece in pieces:
            writer.write_table(piece)


@contextmanager
def whole(path: Path, folder: Path) -> Iterator[Path]:
    """A place to write a file that then appears at `path` at once, all of it safe on the disk; else
    not at all.
    """
    begun = folder / f"{path.name}.{os.getpid()}.begun"
    yield begun
    with begun.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(begun, path)


CHUNK, WITH_INTERVALS = 65_536, 256
FIGURES = ("present", "contribution", "low", "high")


@dataclass(frozen=True)
class Scoring:
    """What is asked of every row: the case it is asked of, columns to carry through, whether
    intervals are wanted.
    """

    case: Case
    keep: tuple[str, ...] = ()
    intervals: bool = False

    def asked(self, columns: Sequence[str]) -> list[str]:
        """The columns that are findings; raises a `ValueError` for those that are neither findings
        nor kept.
        """
        variables = self.case.variables
        allow("keep", "column", self.keep, columns)
        if taken := [
            c for c in self.keep if c in {f"{v}:{figure}" for v in variables for figure in FIGURES}
        ]:
            raise ValueError(
                f"The columns {taken} have the names of answers; give them others to keep them."
            )
        known = [c for c in columns if str(c).partition(LEANING)[0] in variables]
        if strange := [c for c in columns if c not in known and c not in self.keep]:
            hint = "What is no question is carried through if it is named in keep."
            raise ValueError(
                f"Columns {strange}: {unknown('question', strange[0], variables)} {hint}"
            )
        return known

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The answers to a frame, after what is kept of it."""
        found = posteriors(
            self.case, frame[self.asked(list(frame.columns))], intervals=self.intervals
        )
        found.columns = found.columns.map(lambda pair: ":".join(reversed(pair)))
        return pd.concat([frame[list(self.keep)], found], axis=1)

    def table(self, piece: pa.Table, first: int = 0) -> pa.Table:
        """The same for a piece of a file whose first row has that number; pandas never touches what
        is kept.
        """
        import pyarrow as pa

        index = pd.RangeIndex(first, first + len(piece))
        frame = pd.DataFrame(
            {c: piece[c].to_pandas().array for c in self.asked(piece.column_names)}, index=index
        )
        found = Scoring(self.case, intervals=self.intervals).rows(frame)
        columns = [*(piece[c] for c in self.keep), *(found[c].to_numpy() for c in found.columns)]
        return pa.table(columns, [*self.keep, *found.columns])

    def digest(self, piece: pa.Table) -> str:
        """What the answers to a piece follow from, as a few letters."""
        from pyarrow import BufferOutputStream, parquet

        sink = BufferOutputStream()
        parquet.write_table(
            piece, sink, compression="none"
        )  # holds values alone; Arrow's own form holds what lies by
        return sha256(self._told + sink.getvalue()).hexdigest()

    @cached_property
    def _told(self) -> bytes:
        case, variables = self.case, [*self.case.variables.values()]
        numbers = [(key, prior.counts) for key, prior in case.priors.items()]
        held = [dict(told) for told in (case.findings, case.likelihoods, case.interventions)]
        priors = case.priors
        said = repr((variables, numbers, held, self.keep, self.intervals)).encode()
        tied = [key for key in priors if self.intervals and priors.tied(key)]
        return said + (
            repr(tied).encode() + priors.ties.factor.tobytes() if priors.ties and tied else b""
        )


def score_rows(
    case: Case, frame: pd.DataFrame, *, keep: Sequence[str] = (), intervals: bool = False
) -> pd.DataFrame:
    """`posteriors` as a flat table: the columns of `keep` unchanged, then `hills:present`, …,
    `hills:contribution`, …

    A column that is kept is also a finding if it bears a question's name. Index, order and errors
    as in `posteriors`.
    """
    return Scoring(case, tuple(keep), intervals).rows(frame)


def score_partitions(
    case: Case, table: Any, *, keep: Sequence[str] = (), intervals: bool = False
) -> Any:
    """`score_rows` over a Dask dataframe, lazily: each partition where it lies, the case sent to
    each worker once.
    """
    from dask import delayed

    scoring = Scoring(case, tuple(keep), intervals)
    nothing = scoring.rows(table.head(0, npartitions=-1))
    return table.map_partitions(_partition, delayed(scoring, pure=True), meta=nothing)


def _partition(frame: pd.DataFrame, scoring: Scoring) -> pd.DataFrame:
    return scoring.rows(frame)


def score(
    source: str | Path, target: str | Path, case: Case | None = None, *,
    keep: Sequence[str] = (), intervals: bool = False, chunk: int = 0, progress: bool = False,
) -> int:  # fmt: skip
    """Answer every row of `source` in `target`, each .parquet or .csv, in constant memory; returns
    how many rows.

    The answers are those of `score_rows`, in the same order; of a CSV all cells are text, and an
    empty one is unknown. `chunk` rows are held at a time. A run that was killed, or stopped by a
    row that is not right, goes on when it is started again; meanwhile `target`.parts holds its
    chunks. Raises `ValueError` that names the file and what is wrong: an unknown column before
    anything is computed, a row when it is reached (row 1 of a CSV is its header).
    """
    source, target = Path(source), Path(target)
    scoring = Scoring(case or load(), tuple(keep), intervals)
    if chunk < 0:
        raise ValueError(
            f"Found chunk={chunk}: it is how many rows are held at a time, 1 or more; 0 leaves it open."
        )
    _check_target(source, target)
    runners = open_table(source)
    with _told_of(source):
        schema = scoring.table(runners.schema.empty_table()).schema
    folder = target.with_name(f"{target.name}.parts")
    folder.mkdir(exist_ok=True)
    with _told_of(
        source, f" What comes before it is kept in {folder}: mend the row and start again."
    ):
        size = chunk or (WITH_INTERVALS if intervals else CHUNK)
        parts = [*_parts(scoring, runners, size, folder, progress)]
    write_table(target, schema, map(_read, parts), folder)
    shutil.rmtree(folder)
    return runners.rows


def _check_target(source: Path, target: Path) -> None:
    allow(str(target), "kind of file", [target.suffix], FORMATS)
    if not target.parent.is_dir():
        raise ValueError(f"{target}: there is no folder {target.parent}.")
    if target.exists() and source.exists() and target.samefile(source):
        raise ValueError(
            f"{target}: the answers would stand in the place of the rows; name another file."
        )


@contextmanager
def _told_of(source: Path, more: str = "") -> Iterator[None]:
    try:
        yield
    except ValueError as wrong:
        raise ValueError(f"{source}: {wrong}{more}") from wrong


def _parts(
    scoring: Scoring, runners: Table, size: int, folder: Path, progress: bool
) -> Iterator[Path]:
    """The answers to each piece as a file in the folder, computed if it is not there."""
    from tqdm import tqdm

    first = runners.first
    with tqdm(total=runners.rows, unit=" rows", unit_scale=True, disable=not progress) as bar:
        for piece in runners.pieces(size):
            part = folder / f"{first:012d}-{scoring.digest(piece)}.arrow"
            if not part.exists():
                _write(part, scoring.table(piece, first))
            first += len(piece)
            bar.update(len(piece))
            yield part
    if first - runners.first != runners.rows:
        raise ValueError(
            f"it had {runners.rows} rows and now has {first - runners.first}: it changed meanwhile."
        )


def _write(part: Path, answers: pa.Table) -> None:
    from pyarrow.feather import write_feather

    with whole(part, part.parent) as begun:
        write_feather(answers, begun, compression="lz4")


def _read(part: Path) -> pa.Table:
    from pyarrow.feather import read_table

    return read_table(part)
