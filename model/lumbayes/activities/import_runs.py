"""Run files as rows of a diary: date, distance, climb; whatever is left out is named."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.argument_kinds import optional, table_with
from ..data.arguments import NAMES_OF_ANY, PROGRESS, RUN_FILES, TEXT, check_arguments
from ..data.frames import as_frame
from ..data.thread import thread_info
from ..errors import RunFileError
from .one_file import read_one, repeated_sentences
from .safe_files import NoRecording, RunFile, Source, file_name, list_files
from .same_runs import Run, bring_together

FINDINGS = ["climb_m_per_km", "km_per_week"]
COLUMNS = ["date", "start", "km", *FINDINGS, "climb_error", "climb_method", "source"]
DTYPES: dict[str, Any] = {
    "date": "datetime64[us]",
    "start": "datetime64[us]",
    "km": float,
    "climb_m_per_km": float,
    "km_per_week": float,
    "climb_error": float,
    "climb_method": "str",
    "source": "str",
}
RUNS = table_with(*FINDINGS, of="read_runs")
LABEL = optional(TEXT)
Progress = Callable[[int, int, str], object]


def read_runs(
    source: Source | Iterable[Source],
    name: str | None = None,
    *,
    priors: str | Path = "thread",
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Read recorded runs from GPX, TCX, FIT or Strava files, one row per run, oldest first.

    Parameters
    ----------
    source : path, bytes, binary file, (name, bytes), or a list of these
        A path is that of a file or folder. Files may be gzipped or in a zip, such as the whole
        export of Strava. The contents decide how a file is read, not its name.
    name : str, optional
        The name of each item in messages and in the column `source`. By default the file's own
        name, or "file" for bytes. Files of a folder or zip of several keep their own names.
    priors : str or Path, default "thread"
        A set of priors, as for `load`. Its about.toml says which activities count as a run, and the
        greatest plausible distance and speed.
    progress : callable, optional
        Called after each file with three arguments: the number of files read so far, the number of
        all files, and the file's name.

    Returns
    -------
    pandas.DataFrame
        One row per run, numbered from 0; recordings that overlap in time are one run. No position
        is kept. Columns:

        - `date`: the start of the run in local time, without a time zone; in UTC if the file has
          neither the local time nor a position (see docs/run_files.md).
        - `start`: the start in UTC, without a time zone; NaT if only the day is known.
        - `km`: the distance in km.
        - `climb_m_per_km`: metres of climb per km; NaN if unknown.
        - `km_per_week`: km per week, the mean over the four weeks that end with the run. Only
          Strava's list of activities gives it; NaN otherwise.
        - `climb_error`: the standard error of `climb_m_per_km` in m per km. NaN if the climb is
          unknown, or a total that the watch or Strava gave.
        - `climb_method`: how the climb was found, such as "the watch's own total", or "unknown: "
          and the reason.
        - `source`: the name of the file.

        The table is empty, with all columns, if there is no run. `attrs["left_out"]` is a tuple
        with a sentence for each recording or file that was left out, such as an activity that is no
        run. A warning gives the first sentence and the number of the others.

    Raises
    ------
    RunFileError
        If `source` is a single file that cannot be read (it does not exist, is damaged, empty, too
        large or of another kind), a damaged or too large zip, or a too large folder (limits:
        docs/run_files.md). A file inside a list, folder or zip is left out instead.
    ValueError
        If the set of priors does not exist.

    Examples
    --------
    >>> from lumbayes import read_runs
    >>> rows = b"date,type,elapsed_time,distance,elevation_gain\\n2024-03-02,Run,3600,10500,210\\n"
    >>> read_runs(rows, "activities.csv")[["date", "km", "climb_m_per_km", "climb_method"]]
            date    km  climb_m_per_km        climb_method
    0 2024-03-02  10.5            20.0  Strava's own total
    """
    check_arguments("read_runs", locals(), source=RUN_FILES, name=LABEL, progress=PROGRESS)
    is_pair = (
        isinstance(source, tuple) and len(source) == 2 and isinstance(source[1], bytes | bytearray)
    )
    is_single = is_pair or isinstance(source, str | Path | bytes | bytearray)
    is_single = is_single or hasattr(source, "read")
    sources: list[Any] = [source] if is_single else list(source)  # type: ignore[arg-type]
    thread = thread_info(priors)
    runs, left_out = list[Run](), list[str]()
    n_others = Counter[str]()
    with ExitStack() as stack:
        files = _list_all(sources, name, is_single, stack, left_out, n_others)
        for number, file in enumerate(files):
            try:
                found, sentences = read_one(file, number, thread)
            except RunFileError as error:
                if is_single and not file.container:
                    raise
                found, sentences = [], [str(error)]
                if file.container and isinstance(error, NoRecording):
                    n_others[file.container] += 1
                    sentences = []
            runs += found
            left_out += sentences
            if progress:
                progress(number + 1, len(files), file.name)
    rows, repeated = bring_together(runs)
    left_out += repeated_sentences(repeated, thread)
    for container, n_files in n_others.items():
        left_out.append(f"{container}: {n_files} other files in it are no recordings.")
    return _frame(rows, left_out)


def _list_all(
    sources: list[Any],
    name: str | None,
    is_single: bool,
    stack: ExitStack,
    left_out: list[str],
    n_others: Counter[str],
) -> list[RunFile]:
    """The files of all sources; adds a sentence for each source without one, and counts others."""
    files = list[RunFile]()
    for source in sources:
        label = file_name(source, name)
        try:
            found, n_more = list_files(source, label, stack)
        except RunFileError as error:
            if is_single:
                raise
            left_out.append(str(error))
            continue
        files += found
        if n_more:
            n_others[label] += n_more
        elif not found:
            left_out.append(f"{label}: there is no recording in it.")
    return files


def _frame(runs: list[Run], left_out: list[str]) -> pd.DataFrame:
    """The rows of `read_runs`, with a warning if something was left out."""
    rows = [
        {
            "date": run.date,
            "start": run.start if run.has_time else pd.NaT,
            "km": run.km,
            "climb_m_per_km": run.climb.m_per_km,
            "km_per_week": run.km_per_week,
            "climb_error": run.climb.error,
            "climb_method": run.climb.method,
            "source": run.source,
        }
        for run in runs
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS).astype(DTYPES)
    frame.attrs["left_out"] = tuple(left_out)
    if left_out:
        n_more = len(left_out) - 1
        more = f" So are {n_more} more; .attrs['left_out'] names each." if n_more else ""
        warnings.warn(f"Left out: {left_out[0]}{more}", stacklevel=3)
    return frame


def run_findings(runs: pd.DataFrame, names: Collection[str] = FINDINGS) -> pd.DataFrame:
    """Return the columns of `read_runs` that are findings, for `posteriors` or `Diary`.

    Parameters
    ----------
    runs : pandas.DataFrame
        The result of `read_runs`.
    names : collection of str, default ["climb_m_per_km", "km_per_week"]
        The columns to keep, if they are findings. Give `case.variables` to drop the findings of
        variables that the case does not have.

    Returns
    -------
    pandas.DataFrame
        The rows and the index of `runs`, with at most two columns: `climb_m_per_km`, metres of
        climb per km, and `km_per_week`, km run per week. NaN means unknown.

    Raises
    ------
    ValueError
        If `runs` lacks one of the two columns.

    Examples
    --------
    >>> from lumbayes import read_runs
    >>> from lumbayes.activities import run_findings
    >>> list(run_findings(read_runs([])).columns)
    ['climb_m_per_km', 'km_per_week']
    """
    runs = as_frame(runs)
    check_arguments("run_findings", {"runs": runs, "names": names}, runs=RUNS, names=NAMES_OF_ANY)
    return runs[[name for name in FINDINGS if name in names]]
