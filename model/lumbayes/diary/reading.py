"""The runs of a frame read into a history: checked, put in order, and refused where they cannot be
of one body.
"""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pandas as pd

from ..batch.frame import Columns, distinct_rows, findings_of, read_columns
from ..case import Case
from ..data.variables import NO_YES, Measurement
from ..engine.solve import Query, probability
from ..errors import ImpossibleFindings
from ..inference.compiled import Compiled
from .filtering import foretells, itself
from .plate_model import Findings, History, body_of, told_once

DATE = "date"


def read_history(case: Case, runs: pd.DataFrame, half_life: float | None) -> History:
    """The runs of a frame, checked as `posteriors` checks rows; by date where there are dates, else
    as they stand.

    Raises `ValueError` for labels that are not unique, unreadable or missing dates, a half-life
    that is no number of days above 0 or comes without dates, and `ImpossibleFindings` with the runs
    that exclude each other.
    """
    _check_labels(runs)
    days = _days(runs, half_life)
    order = np.argsort(days, kind="stable")
    found = runs.drop(columns=DATE, errors="ignore").iloc[order]
    columns = read_columns(case, found)
    _check_readings(case, [v.name for v, _ in columns.values()])
    keys, which = distinct_rows(found, columns)
    once = told_once(case.variables)
    body = body_of(case.compiled, {v.name for v, _ in columns.values()} | (_told_of(case) - once))
    of_run, whole = (_tellings(told, columns, keys) for told in (case.retract(*once), case))
    history = History(
        case, body, found.index, days[order], which, *mixed(case.compiled, of_run), whole, half_life
    )
    _check_possible(history)
    return history


def _told_of(case: Case) -> set[str]:
    return {*case.findings, *case.likelihoods, *case.interventions}


def _tellings(case: Case, columns: Columns, keys: pd.DataFrame) -> list[dict[int, float]]:
    """What each distinct row tells, on top of what the case holds."""
    told = {
        row: np.broadcast_to(value, len(keys)).tolist()
        for row, value in findings_of(case, columns, keys).items()
    }
    return [{row: values[i] for row, values in told.items()} for i in range(len(keys))]


def _check_labels(runs: pd.DataFrame) -> None:
    if not runs.index.is_unique:
        twice = runs.index[runs.index.duplicated()][0]
        raise ValueError(
            f"Row {twice!r}: two runs bear this label; give each its own, with reset_index() for instance."
        )


def _days(runs: pd.DataFrame, half_life: float | None) -> np.ndarray:
    """Days since the first run; all 0 where there are no dates."""
    if half_life is not None and not (
        isinstance(half_life, int | float) and 0 < half_life < np.inf
    ):
        raise ValueError(
            f"Found half_life={half_life!r}: it is a number of days above 0, or None where nothing fades."
        )
    if DATE not in runs:
        if half_life is not None:
            raise ValueError(
                f"A half-life needs to know when each run was: give the runs a column {DATE!r}."
            )
        return np.zeros(len(runs))
    dates = pd.to_datetime(runs[DATE], errors="coerce", format="ISO8601", utc=True)
    if dates.isna().any():
        row = int(np.flatnonzero(dates.isna())[0])
        found = "nothing" if pd.isna(runs[DATE].iloc[row]) else repr(runs[DATE].iloc[row])
        raise ValueError(
            f"Row {runs.index[row]!r}, column {DATE!r}: found {found}; every run has a date, as 2026-03-01."
        )
    return ((dates - dates.min()) / pd.Timedelta(days=1)).to_numpy(float)


def _check_readings(case: Case, asked: list[str]) -> None:
    for name in case.findings:
        v = case.variables[name]
        if name in asked and isinstance(v, Measurement) and not v.numeric:
            raise ValueError(
                f"Column {name!r}: the case holds it as well; tell it in one of the two places."
            )


def _check_possible(history: History) -> None:
    """Raise `ImpossibleFindings` for the first run that cannot be, alone or together with the runs
    before it.
    """
    circuit, inputs = history.case.compiled.circuit, history.case.compiled.mean_inputs
    alone = np.array(
        [probability(circuit, Query.of(inputs, {**told}))[0] for told in history.whole]
    )
    for label, which in zip(history.labels, history.which):
        if not alone[which] > 0:
            raise ImpossibleFindings(
                f"Row {label!r}: its findings exclude each other in this model."
            )
    if history.half_life is None:
        _check_together(history)


def _check_together(history: History) -> None:
    inputs = history.case.compiled.mean_inputs
    foretold, so_far = foretells(history, inputs), itself(history, inputs)[:, 0] > -np.inf
    can = np.array([foretold(kind)[:, 0] > 0 for kind in range(len(history.kinds))])
    for place, which in enumerate(history.which):
        if not (so_far & can[which]).any():
            apart = [i for i in range(place) if not (can[history.which[i]] & can[which]).any()]
            others = (
                ", ".join(repr(history.labels[i]) for i in apart)
                or "the runs before it and the case"
            )
            raise ImpossibleFindings(
                f"Row {history.labels[place]!r}: its body is not that of {others}: what does not change from run to run"
                " is told otherwise. Correct one of them."
            )
        so_far = so_far & can[which]


def mixed(
    compiled: Compiled, kinds: list[Findings]
) -> tuple[list[dict[int, float]], list[Findings]]:
    """Each kind of run as shares of some patterns of findings.

    Where something is found with many likelihoods, as by readings of a test, P(findings) is a
    mixture of it being there and not: where that makes fewer patterns than there are kinds, these
    are asked.
    """
    nodes = [
        compiled.finding(v.name) for v in compiled.network.nodes if len(v.states) == len(NO_YES)
    ]
    parts = [_parts(kind, [rows for rows in nodes if rows[0] in kind]) for kind in kinds]
    patterns = list(dict.fromkeys(pattern for part in parts for pattern, _ in part))
    if len(patterns) >= len(kinds):
        return [{i: 1.0} for i in range(len(kinds))], kinds
    number = {pattern: i for i, pattern in enumerate(patterns)}
    return [{number[pattern]: share for pattern, share in part} for part in parts], [
        dict(p) for p in patterns
    ]


def _parts(
    kind: Findings, nodes: list[list[int]]
) -> list[tuple[tuple[tuple[int, float], ...], float]]:
    """The patterns that a kind mixes, each with its share."""
    told = [{row: kind[row] for row in rows} for rows in nodes]
    fixed = {row: value for row, value in kind.items() if not any(row in rows for rows in nodes)}
    choices = [[(dict.fromkeys(one, 0.0) | {row: 1.0}, value) for row, value in one.items() if value] for one in told
               if set(one.values()) != {1.0}]  # fmt: skip
    return [
        (
            tuple(
                sorted((fixed | {row: v for one, _ in chosen for row, v in one.items()}).items())
            ),
            prod(s for _, s in chosen),
        )
        for chosen in product(*choices)
    ]
