"""The runs of a frame as a history: checked, ordered by date, and consistent with one runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

import numpy as np
import pandas as pd

from ..batch.columns import EvidenceColumn, distinct_rows, is_numeric, parse_columns
from ..batch.frame import batch_evidence
from ..case import Case
from ..data.variables import NO_YES, Measurement
from ..engine.query import Query
from ..engine.solve import probability
from ..errors import ImpossibleFindings
from ..inference.compiled import Compiled
from .filtering import log_prior, run_likelihoods
from .plate_model import Findings, RunHistory, SharedState, shared_names

DATE = "date"


def read_history(case: Case, runs: pd.DataFrame, half_life: float | None) -> RunHistory:
    """Read the runs of a frame, by date if there are dates, else as they stand.

    Raises `ValueError` for repeated labels, missing or unreadable dates and a wrong half-life, and
    `ImpossibleFindings` for runs that exclude each other.
    """
    _check_no_contrast(case)
    _check_labels(runs)
    days = _days(runs, half_life)
    order = np.argsort(days, kind="stable")
    frame = runs.drop(columns=DATE, errors="ignore").iloc[order]
    columns = parse_columns(case.variables, frame)
    _check_entered_once(case, columns)
    encoded, run_to_distinct = distinct_rows(frame, columns)
    shared = shared_names(case.variables)
    of_runs = _findings(case.retract(*shared), columns, encoded)
    # a reading of what is shared gives each run its dose
    doses = {row: float(value) for row, value in case.dose_inputs().items()}
    mixtures, patterns = as_mixtures(case.compiled, [doses | found for found in of_runs])
    history = RunHistory(
        case=case,
        shared=_shared_state(case, columns, shared),
        labels=frame.index,
        days=days[order],
        run_to_distinct=run_to_distinct,
        mixtures=mixtures,
        patterns=patterns,
        findings=_findings(case, columns, encoded),
        half_life=half_life,
    )
    _check_possible(history)
    return history


def _shared_state(
    case: Case, columns: Mapping[str, EvidenceColumn], shared: set[str]
) -> SharedState:
    """The circuits for runs with evidence on these variables, compiled once for the network."""
    held = {*case.findings, *case.likelihoods, *case.interventions}
    per_run = {column.variable.name for column in columns.values()} | (held - shared)
    variables = [case.variables[name] for name in per_run]
    observed = sorted({v.reads if is_numeric(v) else v.name for v in variables})
    name = f"shared state of {', '.join(observed)}"
    return case.compiled.cached(name, lambda compiled: SharedState(compiled, observed))


def _findings(
    case: Case, columns: Mapping[str, EvidenceColumn], encoded: pd.DataFrame
) -> list[Findings]:
    """The findings of each distinct row, on top of what the case holds."""
    evidence = {
        row: np.broadcast_to(values, len(encoded)).tolist()
        for row, values in batch_evidence(case, columns, encoded).items()
    }
    return [{row: values[i] for row, values in evidence.items()} for i in range(len(encoded))]


def _check_no_contrast(case: Case) -> None:
    if case.contrasts:
        names = ", ".join(case.contrasts)
        raise ValueError(
            f"Found a contrast of {names}: a diary compares runs with a factor and without it "
            f"by itself. Take it back, case.retract({names.split(', ')[0]!r}), and give the runs."
        )


def _check_labels(runs: pd.DataFrame) -> None:
    if not runs.index.is_unique:
        label = runs.index[runs.index.duplicated()][0]
        raise ValueError(
            f"Row {label!r}: two runs have this label; give each its own, with reset_index() for "
            "instance."
        )


def _days(runs: pd.DataFrame, half_life: float | None) -> np.ndarray:
    """Days since the first run, shape (n_runs,); all 0 without dates."""
    _check_half_life(runs, half_life)
    if DATE not in runs:
        return np.zeros(len(runs))
    dates = pd.to_datetime(runs[DATE], errors="coerce", format="ISO8601", utc=True)
    if dates.isna().any():
        position = int(np.flatnonzero(dates.isna())[0])
        cell = runs[DATE].iloc[position]
        found = "nothing" if pd.isna(cell) else repr(cell)
        raise ValueError(
            f"Row {runs.index[position]!r}, column {DATE!r}: found {found}; every run has a date, "
            "as 2026-03-01."
        )
    return ((dates - dates.min()) / pd.Timedelta(days=1)).to_numpy(float)


def _check_half_life(runs: pd.DataFrame, half_life: float | None) -> None:
    if half_life is None:
        return
    if not isinstance(half_life, int | float) or not 0 < half_life < np.inf:
        raise ValueError(
            f"Found half_life={half_life!r}: it is a number of days above 0, or None if nothing is "
            "forgotten."
        )
    if DATE not in runs:
        raise ValueError(
            f"A half-life needs to know when each run was: give the runs a column {DATE!r}."
        )


def _check_entered_once(case: Case, columns: Mapping[str, EvidenceColumn]) -> None:
    """Raise `ValueError` for a picture test that both the case and the runs hold."""
    of_runs = {column.variable.name for column in columns.values()}
    for name in case.findings:
        variable = case.variables[name]
        if name in of_runs and isinstance(variable, Measurement) and not variable.numeric:
            raise ValueError(
                f"Column {name!r}: the case holds it as well; enter it in one of the two places."
            )


def _check_possible(history: RunHistory) -> None:
    """Raise `ImpossibleFindings` for the first run of probability 0, alone or after the others."""
    circuit, inputs = history.case.compiled.circuit, history.case.compiled.mean_inputs
    queries = [Query.from_overrides(inputs, {**findings}) for findings in history.findings]
    is_possible = [probability(circuit, query)[0] > 0 for query in queries]
    for label, distinct in zip(history.labels, history.run_to_distinct, strict=True):
        if not is_possible[distinct]:
            raise ImpossibleFindings(
                f"Row {label!r}: its findings exclude each other in this model."
            )
    if history.half_life is None:
        _check_possible_together(history)


def _check_possible_together(history: RunHistory) -> None:
    """Raise `ImpossibleFindings` for the first run that excludes all remaining shared states."""
    inputs = history.case.compiled.mean_inputs
    likelihood = run_likelihoods(history, inputs)
    n_distinct = len(history.mixtures)
    allows = np.array([likelihood(distinct)[:, 0] > 0 for distinct in range(n_distinct)])
    remaining = log_prior(history, inputs)[:, 0] > -np.inf
    for position, distinct in enumerate(history.run_to_distinct):
        remaining = remaining & allows[distinct]
        if not remaining.any():
            raise ImpossibleFindings(
                f"Row {history.labels[position]!r}: its findings exclude those of "
                f"{_excluded_runs(history, allows, position)}: what is the same in every run was "
                "entered differently. Correct one of them."
            )


def _excluded_runs(history: RunHistory, allows: np.ndarray, position: int) -> str:
    """The earlier runs that share no possible state with the one at a position."""
    distinct = history.run_to_distinct
    excluded = [
        repr(history.labels[i])
        for i in range(position)
        if not (allows[distinct[i]] & allows[distinct[position]]).any()
    ]
    return ", ".join(excluded) or "the runs before it and the case"


def as_mixtures(
    compiled: Compiled, findings: Sequence[Findings]
) -> tuple[list[dict[int, float]], list[Findings]]:
    """Write each distinct run as a mixture of patterns of findings: weights by pattern, patterns.

    Evidence on a variable with two states is a mixture of the variable being present and absent.
    Readings give each run a likelihood of its own but the same two patterns, so fewer circuits need
    to be evaluated. Where that saves nothing each run is its own pattern.
    """
    binary = [v.name for v in compiled.network.nodes if len(v.states) == len(NO_YES)]
    nodes = [compiled.evidence_rows(name) for name in binary]
    expanded = [_mixture(found, [rows for rows in nodes if rows[0] in found]) for found in findings]
    patterns = list(dict.fromkeys(pattern for mixture in expanded for pattern in mixture))
    if len(patterns) >= len(findings):
        return [{i: 1.0} for i in range(len(findings))], list(findings)
    number = {pattern: i for i, pattern in enumerate(patterns)}
    mixtures = [
        {number[pattern]: weight for pattern, weight in mixture.items()} for mixture in expanded
    ]
    return mixtures, [dict(pattern) for pattern in patterns]


Pattern = tuple[tuple[int, float], ...]  # findings as sorted pairs, to be a key


def _mixture(findings: Findings, nodes: Sequence[Sequence[int]]) -> dict[Pattern, float]:
    """The patterns that mix to these findings, each with its weight."""
    node_rows = {row for rows in nodes for row in rows}
    fixed = {row: value for row, value in findings.items() if row not in node_rows}
    informative = [rows for rows in nodes if any(findings[row] != 1.0 for row in rows)]
    mixture = {}
    for chosen in product(*(_possible_states(findings, rows) for rows in informative)):
        pattern = dict(fixed)
        for indicator, _ in chosen:
            pattern |= indicator
        mixture[tuple(sorted(pattern.items()))] = prod(weight for _, weight in chosen)
    return mixture


def _possible_states(findings: Findings, rows: Sequence[int]) -> list[tuple[Findings, float]]:
    """The possible states of a node, each as findings with its likelihood."""
    none = dict.fromkeys(rows, 0.0)
    return [(none | {row: 1.0}, findings[row]) for row in rows if findings[row]]
