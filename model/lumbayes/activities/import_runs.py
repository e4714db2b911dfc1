"""Run files as rows of a diary: date, distance, climb; whatever is left out is named."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.thread import ThreadInfo, thread_info
from ..errors import RunFileError
from .elevation import measure_climb
from .fit_files import is_fit, read_fit
from .names import activity_named
from .safe_files import NoRecording, RunFile, Source, list_files
from .same_runs import Run, bring_together
from .strava import read_strava
from .track import Track
from .xml_files import is_xml, read_xml

FINDINGS = ["climb_m_per_km", "km_per_week"]
COLUMNS = ["date", "km", *FINDINGS, "climb_error", "climb_method", "source"]
DTYPES: dict[str, Any] = {
    "date": "datetime64[us]",
    "km": float,
    "climb_m_per_km": float,
    "km_per_week": float,
    "climb_error": float,
    "climb_method": "str",
    "source": "str",
}
WEEKS = 4  # over which `km_per_week` is a mean
KMH_PER_M_S = 3.6
SPRINT = 1.5  # times the fastest average: the fastest step from one point to the next
Progress = Callable[[int, int, str], object]
Place = tuple[str, Track | str]  # where an activity stands, and it or why there is none


def read_runs(
    source: Source | Iterable[Source],
    name: str | None = None,
    *,
    priors: str | Path = "thread",
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Read GPX, TCX or FIT files, or Strava's activities.csv, one row a run, oldest first.

    Parameters
    ----------
    source : path, bytes, binary file, (name, bytes), or a list of these
        A path of a file or a folder, the bytes of a file, a pair of its name and its bytes, a file
        opened as bytes, or a list of these. A file may be gzipped. A folder and a zip, such as
        Strava's whole export, may hold many files. The contents decide how a file is read, not
        its name.
    name : str, optional
        What to call bytes in messages.
    priors : str or path, default "thread"
        The thread, whose about.toml says which activities count as a run, and the greatest
        plausible distance and speed. With a cyclists' thread they are rides.
    progress : callable, optional
        Called after each file with the number of files read, the number of all, and the name.

    Returns
    -------
    pandas.DataFrame
        `date`: when the run began, without a time zone: by the file's own clock where it has one,
        else by the hours of the longitude where the runner was, else in UTC (Strava's list).
        `km`: its distance. `climb_m_per_km`, `climb_error`, `climb_method`: metres of climb per
        km, their standard error and how they were found, NaN where unknown. `km_per_week`: the
        mean over the four weeks that end with the run, where Strava's list reaches that far back.
        `source`: the file's name. No position is kept. Recordings that overlap in time are of one
        run and make one row. What is left out, files that cannot be read among them, is counted
        in a warning, and `.attrs["left_out"]` has a sentence for each.

    Raises
    ------
    RunFileError
        A single file is broken, empty, hostile or of another kind, or holds more than 50 MB
        (25 MB as FIT) or 200,000 points. Of several files, such a file is left out.

    Examples
    --------
    >>> from lumbayes import read_runs
    >>> rows = b"date,type,elapsed_time,distance,elevation_gain\\n2024-03-02,Run,3600,10500,210\\n"
    >>> read_runs(rows, "activities.csv")[["date", "km", "climb_m_per_km"]]
            date    km  climb_m_per_km
    0 2024-03-02  10.5            20.0
    """
    is_single = isinstance(source, str | Path | bytes | bytearray) or hasattr(source, "read")
    is_single = is_single or (isinstance(source, tuple) and isinstance(source[-1:], bytes))
    sources: list[Any] = [source] if is_single else list(source)  # type: ignore[arg-type]
    thread = thread_info(priors)
    with ExitStack() as stack:
        files, left_out = _list_all(sources, name, is_single, stack)
        runs = list[Run]()
        is_alone = is_single and len(files) == 1 and not left_out
        for number, file in enumerate(files):
            found, sentences = _read(file, number, thread, is_alone)
            runs += found
            left_out += sentences
            if progress:
                progress(number + 1, len(files), file.name)
    rows, repeated = bring_together(runs)
    left_out += _repeated(repeated, thread)
    frame = pd.DataFrame([_row(run) for run in rows], columns=COLUMNS).astype(DTYPES)
    frame.attrs["left_out"] = tuple(left_out)
    if left_out:
        n_more = len(left_out) - 1
        more = f" So are {n_more} more; .attrs['left_out'] names each." if n_more else ""
        warnings.warn(f"Left out: {left_out[0]}{more}", stacklevel=2)
    return frame


def run_findings(runs: pd.DataFrame, names: Iterable[str] = FINDINGS) -> pd.DataFrame:
    """Return the columns of `read_runs` that are findings, as `posteriors` and `Diary` take them.

    Parameters
    ----------
    runs : pandas.DataFrame
        From `read_runs`.
    names : iterable of str, optional
        The variables that the thread has, such as `case.variables`; another thread may have fewer.

    Returns
    -------
    pandas.DataFrame
        The columns `climb_m_per_km` and `km_per_week`, or those of them in `names`.

    Examples
    --------
    >>> from lumbayes import read_runs
    >>> from lumbayes.activities import run_findings
    >>> list(run_findings(read_runs([])).columns)
    ['climb_m_per_km', 'km_per_week']
    """
    return runs[[name for name in FINDINGS if name in names]]


def _list_all(
    sources: list[Any], name: str | None, is_single: bool, stack: ExitStack
) -> tuple[list[RunFile], list[str]]:
    """The files of all sources, and a sentence for each source or group that is none."""
    files, left_out = list[RunFile](), list[str]()
    for source in sources:
        label = _file_name(source, name)
        try:
            found, n_others = list_files(source, label, stack)
        except RunFileError as error:
            if is_single:
                raise
            left_out.append(str(error))
            continue
        files += found
        if n_others:
            left_out.append(f"{label}: {n_others} other files in it are no recordings.")
        elif not found:
            left_out.append(f"{label}: there is no recording in it.")
    return files, left_out


def _file_name(source: Any, name: str | None) -> str:
    """A file's name without its folder and on one line; "file" for one without a name."""
    own = source[0] if isinstance(source, tuple) else getattr(source, "name", "")
    known = name or (source if isinstance(source, str) else own)
    last = str(known).replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:100] or "file"


def _read(
    file: RunFile, number: int, thread: ThreadInfo, is_alone: bool
) -> tuple[list[Run], list[str]]:
    """The runs of one file, and a sentence for each activity that is none."""
    name = _file_name((file.name,), None)
    try:
        content = file.read()
        is_recording = is_fit(content) or is_xml(content)
        places = _recording(name, content, thread) if is_recording else None
        if places is None:
            places = read_strava(name, content, thread.recorded.fastest / KMH_PER_M_S)
    except RunFileError as error:
        if is_alone:
            raise
        return [], [str(error)]
    runs, left_out = list[Run](), list[str]()
    unknown_km = list[pd.Timestamp]()
    for place, track in places:
        reason = track if isinstance(track, str) else _reason_to_leave_out(track, thread)
        if reason:
            left_out.append(f"{place}: {reason}.")
            if isinstance(track, Track) and _is_run(track, thread):
                unknown_km.append(pd.Timestamp(track.start))
        elif isinstance(track, Track):
            runs.append(_run(track, name, number, not is_recording))
    if not is_recording:
        first = min((t.start for _, t in places if isinstance(t, Track)), default=None)
        once, repeated = bring_together(runs)
        left_out += _repeated(repeated, thread)
        runs = _with_weeks(once, unknown_km, first)
    return runs, left_out


def _recording(name: str, content: bytes, thread: ThreadInfo) -> list[Place]:
    """The tracks of a GPX, TCX or FIT file; raises if not one of its activities can be read."""
    read = read_fit if is_fit(content) else read_xml
    tracks = read(name, content, SPRINT * thread.recorded.fastest / KMH_PER_M_S)
    if all(isinstance(track, str) for track in tracks):
        raise RunFileError(f"{name}: {tracks[0]}.")
    return [(name, track) for track in tracks]


def _is_run(track: Track, thread: ThreadInfo) -> bool:
    """Whether the file calls it a run, in any language, or gives it no name."""
    names = thread.recorded.names
    return not track.sport or names(track.sport) or names(activity_named(track.sport))


def _reason_to_leave_out(track: Track, thread: ThreadInfo) -> str:
    """Why an activity is no row of a diary; empty where it is one."""
    if not _is_run(track, thread):
        return f"{track.sport.strip()[:40]!r} is not a {thread.activity}"
    seconds = [track.lasts, *track.seconds[-1:]]
    hours = max([s for s in seconds if s > 0], default=math.inf) / 3600
    farthest = min(thread.recorded.farthest, thread.recorded.fastest * hours)
    if not 0 < track.metres / 1000 <= farthest:
        return f"its distance is missing, or too far for one {thread.activity}, or for that time"
    return ""


def _run(track: Track, name: str, number: int, is_list: bool) -> Run:
    return Run(
        start=track.start,
        date=track.start + timedelta(seconds=track.offset),
        km=track.metres / 1000,
        lasts=track.lasts,
        climb=measure_climb(track),
        source=name,
        file=number,
        clock=track.clock,
        has_time=track.has_time,
        is_list=is_list,
    )


def _row(run: Run) -> dict[str, Any]:
    return {
        "date": run.date,
        "km": run.km,
        "climb_m_per_km": run.climb.m_per_km,
        "km_per_week": run.km_per_week,
        "climb_error": run.climb.error,
        "climb_method": run.climb.method,
        "source": run.source,
    }


def _with_weeks(runs: list[Run], unknown_km: list[Any], first: Any) -> list[Run]:
    """The runs of a list with the mean distance a week over the four weeks up to each.

    NaN where the list begins later, or where one of these runs has no distance.
    """
    km = pd.Series([*(run.km for run in runs), *(math.nan for _ in unknown_km)], dtype=float)
    km.index = pd.DatetimeIndex([*(run.start for run in runs), *unknown_km])
    order = km.index.argsort(kind="stable")
    weeks = timedelta(weeks=WEEKS)
    by_time = km.iloc[order].rolling(weeks)
    sums = by_time.sum() / WEEKS
    is_complete = km.iloc[order].isna().rolling(weeks).sum() == 0
    known = sums.where(is_complete).groupby(level=0).last()
    return [
        replace(run, km_per_week=known[run.start] if run.start >= first + weeks else math.nan)
        for run in runs
    ]


def _repeated(pairs: list[tuple[Run, Run]], thread: ThreadInfo) -> Iterator[str]:
    """One sentence for each file whose runs are in others already."""
    n_of_file = Counter(run.file for run, _ in pairs)
    said = set[int]()
    for run, kept in sorted(pairs, key=lambda pair: pair[0].file):
        n_runs = n_of_file[run.file]
        when = f"{kept.date:%Y-%m-%d %H:%M}"
        if n_runs == 1:
            yield f"{run.source}: the {thread.activity} of {when} is in {kept.source} already."
        elif run.file not in said:
            yield f"{run.source}: {n_runs} of its {thread.activities} are in other files already."
        said.add(run.file)


__all__ = ["NoRecording", "read_runs", "run_findings"]
