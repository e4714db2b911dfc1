"""Scoring of files of runners in constant memory; an interrupted run is resumed.

The results of a chunk are a file of their own in `target`.parts, named by the chunk's first row
and by a digest of everything that they depend on: the rows, the priors, the options. Such a file is
written atomically. So the next run finds the chunks that are still valid, computes the others and
joins all in order.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.argument_kinds import optional
from ..data.arguments import CASE, PATH, check_arguments
from ..loading import load
from .odd_cells import OddCells
from .scorer import Scorer
from .stated_outcome import StatedOutcome
from .table_files import TableFile, atomic_write, check_format, check_types, open_table, write_table

if TYPE_CHECKING:
    import pyarrow as pa

    from ..case import Case

CHUNK = 65_536  # rows held at a time
CHUNK_WITH_INTERVALS = 256  # fewer, for a row takes thousands of times as long: a stop costs little


def score(
    source: str | Path,
    target: str | Path,
    case: Case | None = None,
    *,
    keep: Sequence[str] = (),
    intervals: bool = False,
    chunk: int = 0,
    tidy: bool = False,
    sep: str = "",
    progress: bool = False,
) -> int:
    """Compute presence and contribution of every cause for each row of a file, into another file.

    The file is read in chunks. If a call was interrupted, the same call continues where it stopped.

    Parameters
    ----------
    source : str or Path
        The file to read: .parquet, .csv, .tsv, .csv.gz, .tsv.gz or .xlsx. It has one row per
        runner, in columns as `lumbayes.posteriors` takes them. An empty cell means unknown.
    target : str or Path
        The file to write, .parquet or .csv. An existing file is replaced when all rows are
        computed.
    case : Case, optional
        The network. Its evidence applies to every row. By default `load()`.
    keep : sequence of str, optional
        Columns to copy into the results unchanged, as for `batch.score_rows`.
    intervals : bool, default False
        Whether to add the 90% credible intervals of the contributions.
    chunk : int, default 0
        The number of rows per chunk. 0 means 65,536 rows, or 256 with intervals.
    tidy : bool, default False
        Whether to accept other notations, such as Y, n/a or 22,5 (see `batch.tidy_findings`).
    sep : str, optional
        The column separator of a text file. By default it is found in the first line: a comma,
        semicolon or tab.
    progress : bool, default False
        Whether to show a progress bar on standard error.

    Returns
    -------
    int
        The number of rows. `target` has one row per row of `source`, in the same order, with the
        columns of `batch.score_rows`: the kept ones, then all `x:present`, all `x:contribution`
        and, with intervals, all `x:low` and all `x:high`, for each cause x.

    Raises
    ------
    ValueError
        Before anything is computed, if a file cannot be read or written, if a column is neither
        evidence nor kept, or if a kept column is missing or has the name of a result. When a row is
        reached, for the same reasons as in `lumbayes.posteriors`, impossible findings included; the
        message names the row.

    Warns
    -----
    UserWarning
        As for `lumbayes.posteriors`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> from lumbayes import score
    >>> folder = Path(tempfile.mkdtemp())
    >>> pd.DataFrame({"hills": ["yes", "no"]}).to_csv(folder / "runners.csv", index=False)
    >>> score(folder / "runners.csv", folder / "scored.csv")
    2
    >>> pd.read_csv(folder / "scored.csv")["hills:contribution"].round(2).tolist()
    [0.01, 0.0]
    """
    check_arguments("score", locals(), target=PATH, case=optional(CASE))
    source, target = Path(source), Path(target)
    scorer = Scorer(case or load(), tuple(keep), intervals, tidy)
    _check_target(source, target)
    runners = open_table(source, sep)
    with _naming_file(source):
        schema = scorer.score_table(runners.schema.empty_table()).schema
        check_types(target, schema)
    folder = target.with_name(f"{target.name}.parts")
    folder.mkdir(exist_ok=True)
    hint = f" What comes before it is kept in {folder}: correct the row and start again."
    with _naming_file(source, hint):
        size = chunk or (CHUNK_WITH_INTERVALS if intervals else CHUNK)
        parts = [*_scored_parts(scorer, runners, size, folder, progress)]
    write_table(target, schema, map(_read_part, parts), folder)
    shutil.rmtree(folder)
    return runners.n_rows


def _check_target(source: Path, target: Path) -> None:
    check_format(target)
    if not target.parent.is_dir():
        raise ValueError(f"{target}: there is no folder {target.parent}.")
    if target.exists() and source.exists() and target.samefile(source):
        raise ValueError(f"{target}: the results would overwrite the rows; name another file.")


@contextmanager
def _naming_file(source: Path, hint: str = "") -> Iterator[None]:
    """Put the file's name before the message of a `ValueError`, and a hint after it."""
    try:
        yield
    except ValueError as wrong:
        raise ValueError(f"{source}: {wrong}{hint}") from wrong


def _scored_parts(
    scorer: Scorer, runners: TableFile, size: int, folder: Path, progress: bool
) -> Iterator[Path]:
    """The results of each chunk as a file in the folder, computed unless it is there already."""
    from tqdm import tqdm

    row, stated = runners.first_row, StatedOutcome(0, 0)
    odd: OddCells | None = None  # once found, the rows that follow are only checked
    with tqdm(total=runners.n_rows, unit=" rows", unit_scale=True, disable=not progress) as bar:
        for chunk in runners.chunks(size):
            part = folder / f"{row:012d}-{scorer.digest(chunk)}.arrow"
            try:
                if odd:
                    scorer.check_table(chunk, row)
                elif not part.exists():
                    _write_part(part, scorer.score_table(chunk, row))
                stated = stated.joined(scorer.stated_outcome(chunk))
            except OddCells as found:
                odd = odd.joined(found) if odd else found
            row += len(chunk)
            bar.update(len(chunk))
            yield part
    if odd:
        raise odd
    n_read = row - runners.first_row
    if n_read != runners.n_rows:
        raise ValueError(f"it had {runners.n_rows} rows and now has {n_read}: it was changed.")
    if note := stated.note(scorer.case):
        warnings.warn(note, stacklevel=3)  # of who called `score`


def _write_part(part: Path, results: pa.Table) -> None:
    from pyarrow.feather import write_feather

    with atomic_write(part, part.parent) as temporary:
        write_feather(results, temporary, compression="lz4")


def _read_part(part: Path) -> pa.Table:
    from pyarrow.feather import read_table

    return read_table(part)
