"""Run files as rows of a diary: date, distance, climb; whatever is left out is named."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.thread import ThreadInfo, thread_info
from .elevation import Track, measure_climb
from .formats import is_fit, is_xml, read_fit, read_xml
from .safe_files import Source, read_bytes
from .strava import read_strava

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
SAME_RUN = timedelta(seconds=60)  # two files that begin no farther apart hold the same run
Row = dict[str, Any]


@dataclass(frozen=True)
class Activity:
    """One activity of a file: its row, or why it has none.

    `place` says where it stands; `row` is empty where there is a `reason` to leave it out.
    """

    place: str
    reason: str
    row: Row


def read_runs(
    source: Source | Iterable[Source], name: str | None = None, *, priors: str | Path = "thread"
) -> pd.DataFrame:
    """Read GPX, TCX or FIT files, or Strava's activities.csv, one row a run, oldest first.

    Parameters
    ----------
    source : path, bytes, binary file, or a list of these
        A path, the bytes of a file, a file opened as bytes, or a list of these. A file may be
        packed once, as gzip or as a zip of one file. The contents decide how it is read, not the
        name.
    name : str, optional
        What to call bytes in messages.
    priors : str or path, default "thread"
        The thread, whose about.toml says which activities count as a run, and the greatest
        plausible distance and speed. With a cyclists' thread they are rides.

    Returns
    -------
    pandas.DataFrame
        `date`: when the run began, without a time zone, by the file's own clock where it has one
        (FIT), else in UTC. `km`: its distance. `climb_m_per_km`, `climb_error`, `climb_method`:
        metres of climb per km, their standard error and how they were found, NaN where unknown.
        `km_per_week`: the mean over the four weeks that end with the run, where Strava's list
        reaches that far back. `source`: the file's name. No position is kept. Activities that are
        no runs, and runs that are there twice, are left out: a warning counts them, and
        `.attrs["left_out"]` names each in a sentence.

    Raises
    ------
    RunFileError
        A file is broken, empty, hostile or of another kind, or holds more than 50 MB (10 MB as
        FIT) or 200,000 points. No run is returned then.

    Examples
    --------
    >>> from lumbayes import read_runs
    >>> rows = b"date,type,elapsed_time,distance,elevation_gain\\n2024-03-02,Run,3600,10500,210\\n"
    >>> read_runs(rows, "activities.csv")[["date", "km", "climb_m_per_km"]]
            date    km  climb_m_per_km
    0 2024-03-02  10.5            20.0
    """
    is_single = isinstance(source, str | Path | bytes | bytearray) or hasattr(source, "read")
    files: list[Any] = [source] if is_single else list(source)  # type: ignore[arg-type]
    thread = thread_info(priors)
    activities = [
        activity for file in files for activity in _read_file(file, _file_name(file, name), thread)
    ]
    rows = sorted((a.row for a in activities if not a.reason), key=lambda row: row["utc"])
    rows, repeated = _drop_repeated(rows, thread.activity)
    left_out = [f"{a.place}: {a.reason}." for a in activities if a.reason] + repeated
    frame = pd.DataFrame(rows, columns=COLUMNS).astype(DTYPES)
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


def _file_name(source: Any, name: str | None) -> str:
    """A file's name without its folder and on one line; "file" for one without a name."""
    known = name or (source if isinstance(source, str | Path) else getattr(source, "name", ""))
    last = str(known).replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:100] or "file"


def _read_file(source: Source, name: str, thread: ThreadInfo) -> list[Activity]:
    """Every activity of one file."""
    content = read_bytes(source, name)
    if is_fit(content) or is_xml(content):
        read = read_fit if is_fit(content) else read_xml
        tracks: list[tuple[str, Track | str]] = [(name, track) for track in read(name, content)]
        weekly = pd.Series(dtype=float)
    else:
        tracks = read_strava(name, content, thread.recorded.fastest / KMH_PER_M_S)
        weekly = _km_per_week([track for _, track in tracks if isinstance(track, Track)], thread)
    return [_activity(place, track, name, thread, weekly) for place, track in tracks]


def _activity(
    place: str, track: Track | str, name: str, thread: ThreadInfo, weekly: pd.Series
) -> Activity:
    """An activity with its row, or with the reason to leave it out."""
    if isinstance(track, str):
        return Activity(place, track, {})
    reason = _reason_to_leave_out(track, thread)
    return Activity(place, reason, {} if reason else _row(track, name, weekly))


def _is_run(track: Track, thread: ThreadInfo) -> bool:
    """Whether the file calls it a run, or gives it no name."""
    return not track.sport or thread.recorded.names(track.sport)


def _reason_to_leave_out(track: Track, thread: ThreadInfo) -> str:
    """Why an activity is no row of a diary; empty where it is one."""
    if not _is_run(track, thread):
        return f"{track.sport.strip()[:40]!r} is not a {thread.activity}"
    hours = track.seconds[-1] / 3600 if len(track.seconds) > 1 else math.inf
    farthest = min(thread.recorded.farthest, thread.recorded.fastest * hours)
    if not 0 < track.metres / 1000 <= farthest:
        return f"its distance is missing, or too far for one {thread.activity}, or for that time"
    return ""


def _row(track: Track, name: str, weekly: pd.Series) -> Row:
    climb = measure_climb(track)
    return {
        "utc": track.start,
        "date": track.start + timedelta(seconds=track.offset),
        "km": track.metres / 1000,
        "climb_m_per_km": climb.m_per_km,
        "km_per_week": weekly.get(track.start, math.nan),
        "climb_error": climb.error,
        "climb_method": climb.method,
        "source": name,
    }


def _km_per_week(tracks: list[Track], thread: ThreadInfo) -> pd.Series:
    """The mean distance a week over the four weeks up to each run, by its start.

    NaN where the list begins later, or where one of these runs has no distance.
    """
    runs = sorted((t for t in tracks if _is_run(t, thread)), key=lambda t: t.start)
    distances: dict[datetime, float] = {
        t.start: math.nan if _reason_to_leave_out(t, thread) else t.metres / 1000 for t in runs
    }
    km = pd.Series(distances, dtype=float)
    if km.empty:
        return km
    weeks = timedelta(weeks=WEEKS)
    is_complete = km.isna().rolling(weeks).sum() == 0
    reaches_back = km.index >= min(t.start for t in tracks) + weeks
    return (km.rolling(weeks).sum() / WEEKS).where(is_complete & reaches_back)


def _drop_repeated(rows: list[Row], activity: str) -> tuple[list[Row], list[str]]:
    """The rows without those that begin within a minute of the one before, and a sentence each."""
    kept = list[Row]()
    repeated = list[str]()
    for row in rows:
        if kept and row["utc"] - kept[-1]["utc"] <= SAME_RUN:
            when = f"{row['date']:%Y-%m-%d %H:%M}"
            first = kept[-1]["source"]
            repeated.append(f"{row['source']}: the {activity} of {when} is in {first} already.")
        else:
            kept.append(row)
    return kept, repeated
