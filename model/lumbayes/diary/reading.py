"""The runs of a frame as a history: checked, ordered by date, and consistent with one runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..batch.columns import (
    EvidenceColumn,
    check_entered_once,
    distinct_rows,
    is_numeric,
    parse_columns,
)
from ..batch.encoding import are_known
from ..batch.frame import batch_evidence
from ..batch.stated_outcome import with_known_outcome
from ..data.arguments import ANYTHING, check_arguments
from ..data.variables import NO_YES, Measurement
from ..engine.query import Overrides, Query
from ..engine.solve import probability
from ..errors import ImpossibleFindings
from ..inference.forecast_level import at_forecast_level
from ..inference.known_outcome import case_with_known_outcome
from .dates import DATE, days_since_first
from .filtering import forward_messages, log_prior, run_likelihoods
from .history import Findings, RunHistory
from .plate_model import SharedState, shared_names
from .shared_evidence import extract_shared

if TYPE_CHECKING:
    from ..case import Case
    from ..inference.compiled import Compiled


def read_history(case: Case, runs: pd.DataFrame, half_life: float | None) -> RunHistory:
    """Read the runs of a frame, by date if there are dates, else as they stand.

    Raises `ValueError` for repeated labels, missing or unreadable dates and a wrong half-life, and
    `ImpossibleFindings` for runs that exclude each other.
    """
    check_arguments("Diary", locals(), half_life=ANYTHING)
    _check_no_contrast(case)
    _check_labels(runs)
    days = days_since_first(runs, half_life)
    order = np.argsort(days, kind="stable")
    frame = runs.drop(columns=DATE, errors="ignore").iloc[order]
    columns = parse_columns(case.variables, frame)
    distinct_rows(frame, columns)  # raises for a cell that is not allowed
    frame = with_known_outcome(case, frame)
    columns = parse_columns(case.variables, frame)
    _check_picture_once(case, frame, columns)
    case = _at_level(case_with_known_outcome(case), frame)
    case, frame, shared_evidence, log_scale = extract_shared(case, frame, columns, half_life)
    columns = {name: column for name, column in columns.items() if name in frame}
    encoded, run_to_distinct = distinct_rows(frame, columns)
    check_entered_once(case, columns, encoded)
    if half_life is None:
        encoded, run_to_distinct = _in_order_of_content(encoded, run_to_distinct)
    shared = shared_names(case.variables)
    per_run = case.retract(*shared)
    # a reading of what is shared says of each run's dose what it says, but of the factor once
    doses = case.dose_inputs() | case.compiled.dose_inputs(shared_evidence)
    of_runs = _findings(per_run, columns, encoded, doses)
    mixtures, patterns = as_mixtures(case.compiled, of_runs)
    is_blank = np.asarray(encoded.isna()).all(axis=1) & np.array(not per_run.evidence())
    history = RunHistory(
        case=case,
        shared=_shared_state(case, columns, shared, half_life is not None),
        shared_evidence=shared_evidence,
        labels=frame.index,
        days=days[order],
        run_to_distinct=run_to_distinct,
        mixtures=mixtures,
        patterns=patterns,
        findings=_with_shared(_findings(case, columns, encoded), shared_evidence),
        is_blank=np.asarray(is_blank),
        half_life=half_life,
        log_scale=log_scale,
    )
    _check_possible(history)
    return history


def _at_level(case: Case, frame: pd.DataFrame) -> Case:
    """The case at the level of somebody in pain, where a run hurt, as a forecast starts there."""
    variables, findings = case.variables, dict(case.findings)
    odds_ratios = variables.forecast.odds_ratios if variables.forecast else {}
    for name, state in [(variables.outcome.name, variables.outcome.states[-1]), *odds_ratios]:
        if name in frame and (frame[name] == state).any():
            findings[name] = state
    return replace(case, compiled=at_forecast_level(case.compiled, findings))


def _in_order_of_content(
    encoded: pd.DataFrame, run_to_distinct: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """The distinct rows sorted by what they hold, whatever the order of rows and columns."""
    names = sorted(encoded.columns)
    if not names:
        return encoded, run_to_distinct
    order = np.lexsort(encoded[names].fillna(-1.0).to_numpy().T)
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    return encoded.iloc[order], rank[run_to_distinct]


def _with_shared(findings: list[Findings], shared_evidence: Overrides) -> list[Findings]:
    """The findings of each run with what all runs say of the shared state."""
    return [
        run | {row: run.get(row, 1.0) * float(value) for row, value in shared_evidence.items()}
        for run in findings
    ]


def _shared_state(
    case: Case, columns: Mapping[str, EvidenceColumn], shared: set[str], heals: bool
) -> SharedState:
    """The circuits for runs with evidence on these variables, compiled once for the network."""
    held = {*case.findings, *case.likelihoods, *case.interventions}
    per_run = {column.variable.name for column in columns.values()} | (held - shared)
    variables = [case.variables[name] for name in per_run]
    observed = sorted({v.reads if is_numeric(v) else v.name for v in variables})
    name = f"shared state of {', '.join(observed)}{' that heals' if heals else ''}"
    return case.compiled.cached(name, lambda compiled: SharedState(compiled, observed, heals))


def _findings(
    case: Case,
    columns: Mapping[str, EvidenceColumn],
    encoded: pd.DataFrame,
    doses: Overrides | None = None,
) -> list[Findings]:
    """The findings of each distinct row, on top of what the case holds and of these doses."""
    evidence = {
        row: np.broadcast_to(values, len(encoded)).tolist()
        for row, values in batch_evidence(case, columns, encoded, doses).items()
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
        is_dates = DATE not in runs and isinstance(runs.index, pd.DatetimeIndex)
        new = f"rename_axis({DATE!r}).reset_index()" if is_dates else "reset_index(drop=True)"
        raise ValueError(
            f"Row {label!r}: two runs have this label; give each its own, with {new} for instance."
        )


def _check_picture_once(
    case: Case, frame: pd.DataFrame, columns: Mapping[str, EvidenceColumn]
) -> None:
    """Raise `ValueError` for a picture test that both the case and the runs hold."""
    of_runs = {c.variable.name for name, c in columns.items() if are_known(frame[name]).any()}
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
    _check_possible_together(history)


def _check_possible_together(history: RunHistory) -> None:
    """Raise `ImpossibleFindings` for the first run that excludes all remaining shared states."""
    inputs = history.case.compiled.mean_inputs
    prior = log_prior(history, inputs)
    for position, message in enumerate(forward_messages(history, inputs, range(len(history)))):
        if not (prior + message > -np.inf).any():
            raise ImpossibleFindings(
                f"Row {history.labels[position]!r}: its findings exclude those of "
                f"{_excluded_runs(history, position)}: what is the same in these runs was entered "
                "differently. Correct one of them."
            )


def _excluded_runs(history: RunHistory, position: int) -> str:
    """The earlier runs that share no possible state with the one at a position."""
    likelihood = run_likelihoods(history, history.case.compiled.mean_inputs)
    distinct = history.run_to_distinct
    allows = {number: likelihood(number)[:, 0] > 0 for number in distinct[: position + 1].tolist()}
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
    Readings give each run a likelihood of its own but the same two patterns, of a graded factor one
    a level, so fewer circuits need to be evaluated. Where that saves nothing each run is its own
    pattern.
    """
    binary = [v.name for v in compiled.network.nodes if len(v.states) == len(NO_YES)]
    nodes = [(compiled.evidence_rows(name), _dose_rows(compiled, name)) for name in binary]
    expanded = [
        _mixture(found, [node for node in nodes if node[0][0] in found]) for found in findings
    ]
    patterns = list(dict.fromkeys(pattern for mixture in expanded for pattern in mixture))
    if len(patterns) >= len(findings):
        return [{i: 1.0} for i in range(len(findings))], list(findings)
    number = {pattern: i for i, pattern in enumerate(patterns)}
    mixtures = [
        {number[pattern]: weight for pattern, weight in mixture.items()} for mixture in expanded
    ]
    return mixtures, [dict(pattern) for pattern in patterns]


Pattern = tuple[tuple[int, float], ...]  # findings as sorted pairs, to be a key


Node = tuple[Sequence[int], Sequence[int]]  # the rows of its evidence, and of its dose


def _dose_rows(compiled: Compiled, name: str) -> Sequence[int]:
    doses = compiled.doses
    return doses.share_rows(name, compiled) if name in doses.tests else ()


def _mixture(findings: Findings, nodes: Sequence[Node]) -> dict[Pattern, float]:
    """The patterns that mix to these findings, each with its weight."""
    informative = [node for node in nodes if any(findings[row] != 1.0 for row in node[0])]
    mixed = {row for rows, _ in nodes for row in rows}
    mixed |= {row for _, dose_rows in informative for row in dose_rows}
    fixed = {row: value for row, value in findings.items() if row not in mixed}
    mixture = {}
    for chosen in product(*(_possible_states(findings, *node) for node in informative)):
        pattern = dict(fixed)
        for indicator, _ in chosen:
            pattern |= indicator
        mixture[tuple(sorted(pattern.items()))] = prod(weight for _, weight in chosen)
    return mixture


def _possible_states(
    findings: Findings, rows: Sequence[int], dose_rows: Sequence[int]
) -> list[tuple[Findings, float]]:
    """The possible states of a node, and levels of its dose if read, each with its likelihood."""
    none = dict.fromkeys(rows, 0.0)
    states = [(none | {row: 1.0}, findings[row]) for row in rows if findings[row]]
    if not dose_rows or dose_rows[0] not in findings or not findings[rows[-1]]:
        return states
    present, likelihood = states.pop()
    no_level = dict.fromkeys(dose_rows, 0.0)
    levels = [
        (present | no_level | {row: 1.0}, likelihood * findings[row])
        for row in dose_rows
        if findings[row]
    ]
    return [*states, *levels]
