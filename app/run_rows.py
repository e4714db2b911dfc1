"""Runs as rows: what a row may hold, rows from run files, rows from a grid, and rows as a frame for
a diary.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

import keep_words as words
from foreign import NotKept, answer, is_day
from lumbayes import read_runs
from lumbayes.activities import run_findings
from lumbayes.data import thread_info

DATE, DISTANCE, FARTHEST = "date", "km", thread_info().recorded.farthest
FROM_FILES = tuple(run_findings(read_runs([])).columns)
Row = Mapping[str, Any]
TEXT = pd.StringDtype(na_value=np.nan)  # what pandas 3 calls "str"; pandas 2.3 has it too


def asked(variables: Any) -> list[Any]:
    """What can be said of one run: if it hurt, how the pain was, and the readings that run files
    give.
    """
    read = [variables[name] for name in FROM_FILES if name in variables]
    return [variables.outcome, *variables.traits, *read]


def row(found: Any, variables: Any) -> dict[str, Any]:
    """A run as the page keeps it: date, distance and findings, nothing where nothing is known; else
    `NotKept`.
    """
    names = [v.name for v in asked(variables)]
    if (
        not isinstance(found, Mapping)
        or not is_day(found.get(DATE))
        or not {*found} <= {DATE, DISTANCE, *names}
    ):
        raise NotKept(words.UNKNOWN)
    known = {name: value for name, value in found.items() if value is not None}
    told = {name: answer(name, known[name], variables) for name in names if name in known}
    return {DATE: known[DATE], **_distance(known), **told}


def from_files(
    files: Iterable[Any], variables: Any, progress: Any = None
) -> tuple[list[dict[str, Any]], list[str]]:
    """The runs of these files, each once, and a sentence for each file or activity that gives none.

    `progress` is called after each file, as `read_runs` does.
    """
    with warnings.catch_warnings(action="ignore"):  # the same is in `left_out`, and said
        found = read_runs(list(files), progress=progress)
    return [_read(run, variables) for run in found.to_dict("records")], [*found.attrs["left_out"]]


def together(old: Iterable[Row], new: Iterable[Row], most: int) -> tuple[tuple[Row, ...], int]:
    """All runs, the newest first and no more than `most`, and how many of the new ones were there
    already. Two runs of one day that are as long as each other are two.
    """
    runs = _numbered(old)
    found = _numbered(new)
    fresh = {which: run for which, run in found.items() if which not in runs}
    newest = sorted([*runs.values(), *fresh.values()], key=lambda run: run[DATE], reverse=True)
    return tuple(newest[:most]), len(found) - len(fresh)


def _numbered(runs: Iterable[Row]) -> dict[tuple[Any, ...], Row]:
    """Runs by their day, how far they went to about a hundred metres, and which of these it is."""
    counts = Counter[tuple[Any, ...]]()
    numbered = dict[tuple[Any, ...], Row]()
    for run in runs:
        which = run[DATE], round(run.get(DISTANCE, 0), 1)
        counts[which] += 1
        numbered[*which, counts[which]] = run
    return numbered


def edited(rows: Iterable[Row], edits: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows after what a grid says was changed, added and deleted; a row without a date is not a
    run yet.
    """
    changed = [{**run, **edits["edited_rows"].get(i, {})} for i, run in enumerate(rows)]
    left = [run for i, run in enumerate(changed) if i not in edits["deleted_rows"]]
    dated = [run for run in [*left, *edits["added_rows"]] if run.get(DATE)]
    return [
        {**run, DATE: str(run[DATE])[:10]} for run in dated
    ]  # a grid writes days with or without a time


def frame(rows: Iterable[Row], variables: Any) -> pd.DataFrame:
    """The rows as a frame, as they stand: date, distance, and a column for each thing that can be
    said of a run.
    """
    columns = [DATE, DISTANCE, *(v.name for v in asked(variables))]
    told: Any = pd.DataFrame([dict(run) for run in rows], columns=columns)
    # said even where a column is empty: otherwise the grid takes a state for a bad number, and
    # writes it into the log
    kinds = {v.name: float if getattr(v, "numeric", False) else TEXT for v in asked(variables)}
    return told.astype({DATE: "datetime64[us]", DISTANCE: float, **kinds})


def _read(run: Any, variables: Any) -> dict[str, Any]:
    """A row of `read_runs` as a run; a reading beyond what its question allows is left open."""
    found: dict[str, Any] = {DATE: f"{run[DATE]:%Y-%m-%d}", DISTANCE: round(run[DISTANCE], 2)}
    for v in (variables[name] for name in FROM_FILES if name in variables):
        value = run[v.name]
        if value is not None and not math.isnan(value) and v.low <= value <= v.high:
            found[v.name] = round(float(value), 1)
    return row(found, variables)


def _distance(known: Row) -> dict[str, float]:
    far = known.get(DISTANCE)
    if far is None:
        return {}
    if isinstance(far, bool) or not isinstance(far, int | float) or not 0 <= far <= FARTHEST:
        raise NotKept(words.UNKNOWN)
    return {DISTANCE: float(far)}
