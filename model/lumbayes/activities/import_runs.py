"""Run files as rows of a diary: when, how far, how much climb a km; whatever is left out is
said.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.thread import ThreadInfo, thread_info
from .elevation import Track, climbed
from .formats import is_fit, is_xml, read_fit, read_strava, read_xml
from .safe_files import Source, content

FINDINGS = ["climb_m_per_km", "km_per_week"]
DTYPES: dict[str, Any] = {
    "date": "datetime64[us]",
    **dict.fromkeys(["km", *FINDINGS, "climb_error"], float),
}
DTYPES |= dict.fromkeys(["climb_method", "source"], "str")
COLUMNS = ["date", "km", *FINDINGS, "climb_error", "climb_method", "source"]
WEEKS = 4
METRES_A_SECOND = 3.6  # km an hour
SAME = timedelta(seconds=60)
Row = dict[str, Any]
Told = list[tuple[str, Track | str]]


def read_runs(
    source: Source | Iterable[Source], name: str | None = None, *, priors: str | Path = "thread"
) -> pd.DataFrame:
    """The runs of a GPX, TCX or FIT file or of Strava's activities.csv, one row a run, oldest
    first.

    `source` is a path, the bytes, a file opened as bytes, or a list of these; `name` is what bytes
    are called. A file may be packed once, as gzip or as a zip of one file, and what it holds
    counts, not how its name ends. What counts as a run, and how far and fast one can be, says
    `about(priors)`: with a cyclists' thread they are rides.

    `date` is when the run began, without a time zone: the file's own clock where it has one (FIT),
    else UTC; `km` how far; `climb_m_per_km`, `climb_error` and `climb_method` as in `Climb`, NaN
    where it cannot be told; `km_per_week` the mean of the four weeks that end with the run, only
    where Strava's list reaches that far back; `source` the file's name. No position leaves this
    function. What is no run, or is the same run again, is left out: a warning counts it and
    `.attrs["left_out"]` names each in a sentence.

    Raises `UnreadableRun`, a `ValueError` of one sentence, for a file that is broken, empty,
    hostile or none of these, or holds more than 50 MB (10 MB as FIT) or 200,000 points; nothing
    else happens then.
    """
    single = isinstance(source, str | Path | bytes | bytearray) or hasattr(source, "read")
    files: list[Any] = [source] if single else list(source)  # type: ignore[arg-type]
    thread = thread_info(priors)
    told = [one for file in files for one in _told(file, _named(file, name), thread)]
    left_out = [f"{where}: {why}." for where, why, _ in told if why]
    rows, again = _once(
        sorted((row for *_, row in told if row), key=lambda row: row["utc"]), thread.activity
    )
    frame = pd.DataFrame(rows, columns=COLUMNS).astype(DTYPES)
    frame.attrs["left_out"] = (*left_out, *again)
    if left_out or again:
        first, many_more = (*left_out, *again)[0], len(left_out) + len(again) - 1
        more = f" So are {many_more} more; .attrs['left_out'] names each." if many_more else ""
        warnings.warn(f"Left out: {first}{more}", stacklevel=2)
    return frame


def run_findings(runs: pd.DataFrame, asked: Iterable[str] = FINDINGS) -> pd.DataFrame:
    """The columns of `read_runs` that are findings, as `posteriors` and `Diary` take them; the
    others explain them.

    Another thread may ask for fewer: `findings(rides, case.variables)` are those that are `asked`
    there.
    """
    return runs[[name for name in FINDINGS if name in asked]]


def _named(source: Any, name: str | None) -> str:
    """A file's name without its folder and on one line; one without a name is called just
    "file".
    """
    known = name or (source if isinstance(source, str | Path) else getattr(source, "name", ""))
    last = str(known).replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:100] or "file"


def _told(source: Source, name: str, thread: ThreadInfo) -> list[tuple[str, str, Row]]:
    """What one file tells of, activity by activity: where it stands, why it is left out, else its
    row.
    """
    found = content(source, name)
    if is_fit(found) or is_xml(found):
        tracks: Told = [
            (name, track) for track in (read_fit if is_fit(found) else read_xml)(name, found)
        ]
        weekly = pd.Series(dtype=float)
    else:
        tracks = read_strava(name, found, thread.recorded.fastest / METRES_A_SECOND)
        weekly = _weekly([track for _, track in tracks if isinstance(track, Track)], thread)
    told = [(where, track, _why_not(track, thread)) for where, track in tracks]
    return [(where, why, {} if why else _row(track, name, weekly)) for where, track, why in told]


def _is_run(track: Track, thread: ThreadInfo) -> bool:
    """Whether its file calls it so, or calls it nothing: then it is one because it was given as
    one.
    """
    return not track.sport or thread.recorded.names(track.sport)


def _why_not(track: Track | str, thread: ThreadInfo) -> str:
    """Why something a file tells of is no row of a diary; empty where it is one."""
    if isinstance(track, str):
        return track
    if not _is_run(track, thread):
        return f"{track.sport.strip()[:40]!r} is not a {thread.activity}"
    hours = track.seconds[-1] / 3600 if len(track.seconds) > 1 else math.inf
    if (
        not 0
        < track.metres / 1000
        <= min(thread.recorded.farthest, thread.recorded.fastest * hours)
    ):
        return f"its distance is missing, or too far for one {thread.activity}, or for that time"
    return ""


def _row(track: Any, name: str, weekly: pd.Series) -> Row:
    climb = climbed(track)
    date = track.start + timedelta(seconds=track.offset)
    return {"utc": track.start, "date": date, "km": track.metres / 1000, "climb_m_per_km": climb.m_per_km,
            "km_per_week": weekly.get(track.start, math.nan), "climb_error": climb.error,
            "climb_method": climb.method, "source": name}  # fmt: skip


def _weekly(tracks: list[Track], thread: ThreadInfo) -> pd.Series:
    """The mean distance a week over the four weeks up to each run, by its start; unknown where the
    list begins later, or where one of these runs has no distance."""
    runs = sorted((t for t in tracks if _is_run(t, thread)), key=lambda t: t.start)
    km = pd.Series(
        {t.start: math.nan if _why_not(t, thread) else t.metres / 1000 for t in runs}, dtype=float
    )
    if km.empty:
        return km
    weeks = timedelta(weeks=WEEKS)
    known = (km.isna().rolling(weeks).sum() == 0) & (
        km.index >= min(t.start for t in tracks) + weeks
    )
    return (km.rolling(weeks).sum() / WEEKS).where(known)


def _once(rows: list[Row], activity: str) -> tuple[list[Row], list[str]]:
    """The rows without those that begin within a minute of the one before: the same run from
    another file.
    """
    kept, again = list[Row](), list[str]()
    for row in rows:
        if kept and row["utc"] - kept[-1]["utc"] <= SAME:
            when = f"{row['date']:%Y-%m-%d %H:%M}"
            again.append(
                f"{row['source']}: the {activity} of {when} is in {kept[-1]['source']} already."
            )
        else:
            kept.append(row)
    return kept, again
