"""The runs of one file, and a sentence for each activity in it that is none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from ..errors import RunFileError
from .elevation import measure_climb
from .fit_files import is_fit, read_fit
from .names import activity_named
from .same_runs import Run, bring_together
from .strava import read_strava
from .track import LONGEST, TOO_LONG, Track
from .xml_files import is_xml, read_xml

if TYPE_CHECKING:
    from ..data.thread import ThreadInfo
    from .safe_files import RunFile

WEEKS = timedelta(weeks=4)  # over which `km_per_week` is a mean
KMH_PER_M_S = 3.6
SPRINT = 1.5  # times the fastest average: the fastest step from one point to the next


def read_one(file: RunFile, number: int, thread: ThreadInfo) -> tuple[list[Run], list[str]]:
    """Return the runs of one file, and a sentence for each activity that is none.

    Raises `RunFileError` where the file cannot be read, or holds a recording that makes no run.
    """
    name, content = file.name, file.read()
    fastest = thread.recorded.fastest / KMH_PER_M_S
    if not is_fit(content) and not is_xml(content):
        return _read_list(name, content, number, thread)
    tracks = (read_fit if is_fit(content) else read_xml)(name, content, SPRINT * fastest)
    problems = [_problem(track, thread) for track in tracks]
    if all(problems):
        raise RunFileError(f"{name}: {problems[0]}.")
    runs, left_out = list[Run](), list[str]()
    for track in tracks:
        reason = _reason_to_leave_out(track, thread)
        if reason or isinstance(track, str):
            left_out.append(f"{name}: {reason}.")
        else:
            runs.append(_run(track, name, number, is_list=False))
    return runs, left_out


def _read_list(
    name: str, content: bytes, number: int, thread: ThreadInfo
) -> tuple[list[Run], list[str]]:
    """The runs of Strava's list, each with the distance a week up to it."""
    runs, left_out, unknown_km = list[Run](), list[str](), list[datetime]()
    places = read_strava(name, content, thread.recorded.fastest / KMH_PER_M_S)
    for place, track in places:
        reason = _reason_to_leave_out(track, thread)
        if reason:
            left_out.append(f"{place}: {reason}.")
        if isinstance(track, str):
            continue
        if not reason:
            runs.append(_run(track, name, number, is_list=True))
        elif _is_run(track, thread):
            unknown_km.append(track.start)
    first = min((t.start for _, t in places if isinstance(t, Track)), default=datetime.max)
    once, repeated = bring_together(runs)
    left_out += repeated_sentences(repeated, thread)
    return _with_weeks(once, unknown_km, first), left_out


def _is_run(track: Track, thread: ThreadInfo) -> bool:
    """Whether the file calls it a run, in any language, or gives it no name."""
    names = thread.recorded.names
    return not track.sport or names(track.sport) or names(activity_named(track.sport))


def _problem(track: Track | str, thread: ThreadInfo) -> str:
    """Why a recording of a run cannot be read; empty for one that can, and for another sport."""
    if isinstance(track, str):
        return track
    return track.problem if _is_run(track, thread) else ""


def _reason_to_leave_out(track: Track | str, thread: ThreadInfo) -> str:
    """Why an activity is no row of a diary; empty where it is one."""
    if isinstance(track, str):
        return track
    if not _is_run(track, thread):
        article = "an" if thread.activity[:1].lower() in "aeiou" else "a"
        return f"{track.sport.strip()[:40]!r} is not {article} {thread.activity}"
    if track.problem:
        return track.problem
    if track.lasts > LONGEST:
        return TOO_LONG
    seconds = [track.lasts, *track.seconds[-1:]]
    hours = max((s for s in seconds if s > 0), default=math.inf) / 3600
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


def _with_weeks(runs: list[Run], unknown_km: list[datetime], first: datetime) -> list[Run]:
    """The runs of a list with the mean distance a week over the four weeks up to each.

    NaN where the list begins later, or where one of these runs has no distance.
    """
    distances = [run.km for run in runs] + [math.nan] * len(unknown_km)
    starts = [run.start for run in runs] + unknown_km
    km = pd.Series(distances, pd.DatetimeIndex(starts), dtype=float).sort_index()
    is_complete = km.isna().rolling(WEEKS).sum() == 0
    mean = (km.rolling(WEEKS).sum() / (WEEKS / timedelta(weeks=1))).where(is_complete)
    last = mean.groupby(level=0).last()
    return [
        replace(run, km_per_week=last[run.start]) if run.start >= first + WEEKS else run
        for run in runs
    ]


def repeated_sentences(pairs: list[tuple[Run, Run]], thread: ThreadInfo) -> Iterator[str]:
    """Yield one sentence for each file whose runs are in others already."""
    n_of_file = Counter(run.file for run, _ in pairs)
    for run, kept in {run.file: (run, kept) for run, kept in reversed(pairs)}.values():
        if n_of_file[run.file] > 1:
            n_runs = f"{n_of_file[run.file]} of its {thread.activities}"
            yield f"{run.source}: {n_runs} are in other files, or in it, already."
        else:
            when = f"{kept.date:%Y-%m-%d %H:%M}"
            yield f"{run.source}: the {thread.activity} of {when} is in {kept.source} already."
