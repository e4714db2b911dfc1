"""Recordings of one run brought together, so that each run is one row."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .elevation import Climb

SAME_START = 60  # seconds between the starts of one run that lasted for an unknown time
NEAR_KM = 3  # per cent by which two recordings of one run differ
NEARLY_ALL = 90  # per cent of the longest recording that a shorter one must hold to stand for it
MOST_BEFORE = 20  # runs before this one that it is compared with


@dataclass(frozen=True)
class Run:
    """One run from one file. `start` is in UTC, `date` by the runner's clock as far as known.

    `file` counts the files, `clock` says how far to trust the date (see `Track`), `lasts` is in
    seconds, NaN where unknown, and `is_list` holds for rows of Strava's list.
    """

    start: datetime
    date: datetime
    km: float
    lasts: float
    climb: Climb
    source: str
    file: int
    clock: int
    has_time: bool
    is_list: bool
    km_per_week: float = math.nan


def bring_together(runs: Iterable[Run]) -> tuple[list[Run], list[tuple[Run, Run]]]:
    """Return the runs, each once and by start, and the pairs of a left-out one and its own.

    Two recordings are of one run if they overlap in time by half of the shorter. A row with a date
    alone is the run of another file on that date that is as long, each such run once.
    """
    groups = list[list[Run]]()
    for run in sorted(runs, key=lambda run: (not run.has_time, run.start, run.file)):
        recent = groups[-MOST_BEFORE:] if run.has_time else groups
        is_same = _is_same if run.has_time else _is_same_day
        group = next((group for group in reversed(recent) if is_same(run, group)), None)
        if group is None:
            groups.append([run])
        else:
            group.append(run)
    kept, again = list[Run](), list[tuple[Run, Run]]()
    for group in groups:
        best = _best(group)
        whole = _with_all(best, group)
        kept.append(whole)
        again += [(run, whole) for run in group if run is not best]
    return sorted(kept, key=lambda run: run.start), again


def _is_same(run: Run, group: list[Run]) -> bool:
    return any(_overlap(run, other) for other in group)


def _overlap(run: Run, other: Run) -> bool:
    """Whether two recordings overlap by half of the shorter; by their starts if that is unknown.

    `run` does not start before `other`.
    """
    lasts = np.array([run.lasts, other.lasts])
    if not (lasts > 0).all():
        return (run.start - other.start).total_seconds() <= SAME_START
    ends = [r.start + timedelta(seconds=r.lasts) for r in (run, other)]
    overlap = (min(ends) - run.start).total_seconds()
    return 2 * overlap >= lasts.min()


def _is_same_day(run: Run, group: list[Run]) -> bool:
    """Whether a group of other files has a run of this date that is as long."""
    is_new = all(other.file != run.file for other in group)
    return is_new and any(
        run.date.date() == other.date.date()
        and abs(run.km - other.km) <= max(run.km, other.km) * NEAR_KM / 100
        for other in group
    )


def _best(group: list[Run]) -> Run:
    """The recording that says most of the run."""
    longest = max(run.km for run in group)
    return max((run for run in group if 100 * run.km >= NEARLY_ALL * longest), key=_knows)


def _with_all(best: Run, group: list[Run]) -> Run:
    """The best recording with the date of the best clock, and the distance a week of a list."""
    clock = max(group, key=lambda run: (run.clock, run is best))
    weekly = next((run.km_per_week for run in group if run.km_per_week >= 0), math.nan)
    return replace(best, date=clock.date, clock=clock.clock, km_per_week=weekly)


def _knows(run: Run) -> tuple[bool, bool, bool, int]:
    """What makes a recording the better one: a known climb, a device's total, its own points."""
    is_known = run.climb.m_per_km >= 0
    return is_known, is_known and math.isnan(run.climb.error), not run.is_list, -run.file
