"""Runs as rows: what a row may hold, rows from run files, and rows as a frame for a diary."""

import base64
import binascii
import warnings
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from lumbayes import read_runs
from lumbayes.activities import run_findings
from text import run_words as words
from text.page_words import ABOUT

DATE, START, DISTANCE = "date", "start", "km"
FARTHEST = ABOUT.recorded.farthest
FROM_FILES = tuple(run_findings(read_runs([])).columns)
MOST_FILES, MOST_BYTES, MOST_RUNS = 200, 60_000_000, 365
SAME_MINUTE, SAME_START = 1, 15  # minutes between the starts of two recordings of one run
NEAR = 3  # per cent by which their distances differ, unless they start in the same minute
Row = dict[str, Any]
TO_THE_MINUTE = "%Y-%m-%dT%H:%M"  # in UTC
TEXT = pd.StringDtype(na_value=np.nan)  # what pandas 3 calls "str"; pandas 2.3 has it too


def asked(variables: Any) -> list[Any]:
    """Return what can be said of one run: if it hurt, how the pain was, and readings of files."""
    return [variables.outcome, *variables.traits, *readings(variables)]


def readings(variables: Any) -> list[Any]:
    """Return the readings that files give, as far as this thread has them."""
    return [variables[name] for name in FROM_FILES if name in variables]


def valid(found: Iterable[Any], variables: Any) -> list[Row]:
    """Return the rows that are runs, as the page keeps them."""
    return [row for run in found if (row := checked(run, variables))]


def checked(found: Any, variables: Any) -> Row | None:
    """Return a run as the page keeps it; None where a cell of it cannot be.

    Nothing is clipped or read in another way.
    """
    questions = {v.name: v for v in asked(variables)}
    if not isinstance(found, Mapping) or not {*found} <= {DATE, START, DISTANCE, *questions}:
        return None
    known = {name: value for name, value in found.items() if value is not None}
    is_run = (
        is_day(known.get(DATE))
        and (START not in known or _is_written(known[START], datetime, TO_THE_MINUTE))
        and _in(known.get(DISTANCE, 0), 0, FARTHEST)
        and all(_is_answer(known[name], questions[name]) for name in questions.keys() & known)
    )
    return known if is_run else None


def _is_answer(value: Any, v: Any) -> bool:
    return _in(value, v.low, v.high) if getattr(v, "numeric", False) else value in v.states


def _in(value: Any, low: float, high: float) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and low <= value <= high


def is_day(text: object) -> bool:
    """Return whether this is a day written as 2026-11-24."""
    return _is_written(text, date)


def _is_written(text: object, kind: type[date], form: str = "") -> bool:
    """Return whether a text is a day or a time exactly as `kind` writes it in this form."""
    try:
        return isinstance(text, str) and f"{kind.fromisoformat(text):{form}}" == text
    except ValueError:
        return False


def files_of(sent: Any) -> list[tuple[str, bytes]]:
    """Return names and bytes of the files that a browser sent; raise ValueError for too many."""
    files = [(str(f["name"]), f["data"]) for f in sent]
    if len(files) > MOST_FILES:
        raise ValueError(words.TOO_MANY.format(MOST_FILES))
    if sum(len(data) for _, data in files) > MOST_BYTES * 4 // 3:
        raise ValueError(words.TOO_LARGE.format(MOST_BYTES // 1_000_000))
    try:
        return [(name, base64.b64decode(data, validate=True)) for name, data in files]
    except (binascii.Error, TypeError) as wrong:
        raise ValueError(words.READ_NONE) from wrong


def from_files(files: Iterable[tuple[str, bytes]], variables: Any) -> tuple[list[Row], list[str]]:
    """Return the runs of these files, and a sentence for each file or activity that gives none."""
    with warnings.catch_warnings(action="ignore"):  # the same is in `left_out`
        found = read_runs(list(files))
    return [_read(run, variables) for run in found.to_dict("records")], [*found.attrs["left_out"]]


def together(old: Iterable[Row], new: Iterable[Row], most: int) -> tuple[list[Row], int]:
    """Return all runs, the newest first and no more than `most`, and how many were there already.

    Each run of one list is at most one of the other, so that a day may have equal commutes.
    """
    runs, open_runs, again = list(old), list(old), 0
    for run in new:
        same = next((i for i, before in enumerate(open_runs) if _is_same(before, run)), None)
        if same is None:
            runs.append(run)
        else:
            del open_runs[same]
            again += 1
    return sorted(runs, key=lambda run: run[DATE], reverse=True)[:most], again


def frame(rows: Iterable[Mapping[str, Any]], variables: Any) -> pd.DataFrame:
    """Return the rows as a frame: date, distance, and a column for each thing said of a run.

    How a pain was says that there was one.
    """
    columns = [DATE, DISTANCE, *(v.name for v in asked(variables))]
    outcome = variables.outcome.name
    found = [{**run, outcome: variables.known_outcome(run)} for run in rows]
    table: Any = pd.DataFrame(found, columns=columns)
    numbers = dict.fromkeys([DISTANCE, *(v.name for v in readings(variables))], float)
    return table.astype({**dict.fromkeys(columns, TEXT), DATE: "datetime64[us]", **numbers})


def _read(run: Any, variables: Any) -> Row:
    """Return a row of `read_runs` as a run; a reading beyond its question's range is left open."""
    found: Row = {DATE: f"{run[DATE]:%Y-%m-%d}"}
    if not pd.isna(run[START]):
        found[START] = f"{run[START]:{TO_THE_MINUTE}}"
    found[DISTANCE] = round(run[DISTANCE], 2)
    for v in readings(variables):
        if v.low <= run[v.name] <= v.high:
            found[v.name] = round(float(run[v.name]), 1)
    return found


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two rows are of one run: by their starts, by their day where one has none."""
    lengths = [one.get(DISTANCE) or 0, other.get(DISTANCE) or 0]
    is_near = abs(lengths[0] - lengths[1]) <= max(lengths) * NEAR / 100
    if START in one and START in other:
        starts = [datetime.fromisoformat(run[START]) for run in (one, other)]
        minutes = abs((starts[0] - starts[1]).total_seconds()) / 60
        return minutes <= SAME_MINUTE or (minutes <= SAME_START and is_near)
    return one[DATE] == other[DATE] and is_near
