"""Figures of one run given the others, of what runs share, and of the next run."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..data.arguments import RUN_LABEL, check_arguments
from ..data.variables import Factor, Mechanism
from ..engine.intervals import credible_intervals
from ..engine.query import Query
from ..engine.solve import marginals
from ..inference.causal_paths import (
    CONTRIBUTION,
    CONTRIBUTION_AND_BUT_FOR,
    contribution_probabilities,
)
from .filtering import log_prior, message, messages_from
from .plate_model import log_outputs, log_sum, shared_names, with_message

if TYPE_CHECKING:
    from ..case import Case
    from .draws import Draws
    from .history import RunHistory

MAX_NAMED = 12  # labels of runs that a message names; the rest are counted
FIGURES = ("contribution", "low", "high")


def last_painful_run(history: RunHistory) -> int:
    """The position of the last run that is known to have hurt; `ValueError` if none is."""
    outcome = history.case.variables.outcome
    no_pain = history.case.compiled.evidence_rows(outcome.name)[0]
    for position in reversed(range(len(history))):
        findings = history.findings[history.run_to_distinct[position]]
        if findings.get(no_pain, 1) == 0:
            return position
    raise ValueError(
        f"No run has {outcome.name}={outcome.states[-1]!r}: without pain nothing contributes."
    )


def position_of(history: RunHistory, run: Hashable) -> int:
    """The position of the run with a label, or of a date as text; `ValueError` if none has it."""
    check_arguments("Diary.contributions", {"run": run}, run=RUN_LABEL)
    labels: list[Hashable] = list(history.labels)
    if isinstance(run, str) and isinstance(history.labels, pd.DatetimeIndex):
        date = pd.to_datetime(run, errors="coerce")
        labels = [run if label == date else label for label in labels]
    if run not in labels:
        shown = [_shown(label) for label in labels]
        some = ", ".join(shown[:MAX_NAMED])
        more = f" and {len(shown) - MAX_NAMED} more" if len(shown) > MAX_NAMED else ""
        raise ValueError(f"No run {run!r}: the runs are {some or 'none yet'}{more}.")
    return labels.index(run)


def _shown(label: Hashable) -> str:
    if isinstance(label, pd.Timestamp):
        return str(label).removesuffix(" 00:00:00")
    return repr(label)


def run_figures(
    history: RunHistory, draws: Draws, position: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Figures of every cause in one run, given all runs, for each draw.

    Contribution and but-for, shape (2, n_causes, n_draws); presence, (n_causes, n_draws); the
    draws' weights, (n_draws,).
    """
    paths, compiled = history.shared.fired_paths, history.case.compiled
    names = [cause.name for cause in history.case.variables.causes]
    from_others = message(history, draws.inputs, position)
    findings = history.findings[history.run_to_distinct[position]]
    query, log_scale = with_message(history.shared, draws.inputs, {**findings}, from_others)
    figures, probability = contribution_probabilities(paths, query, names, CONTRIBUTION_AND_BUT_FOR)
    rows = {name: compiled.evidence_rows(name) for name in names}
    states = marginals(paths.circuit, paths.query(query), rows)
    present = np.array([states[name][1] for name in names])
    return figures, present, draws.weights(np.log(probability) + log_scale)


def shared_posterior(history: RunHistory, draws: Draws, name: str) -> np.ndarray:
    """P(each state of a still variable | all runs), shape (n_states,)."""
    shared, case, inputs = history.shared, history.case, draws.inputs
    from_runs = message(history, inputs)
    query, _ = with_message(shared, inputs, history.evidence_inputs(), from_runs)
    states = marginals(shared.posterior, query, {name: case.compiled.evidence_rows(name)})[name]
    weights = draws.weights(log_sum(log_prior(history, inputs) + from_runs))
    return np.asarray(states @ weights)


def check_changes(case: Case, changes: Mapping[str, str]) -> None:
    """Raise `ValueError` for what cannot be changed: all but factors and mechanisms."""
    for name in changes:
        if not isinstance(case.variables[name], Factor | Mechanism):
            raise ValueError(
                f"{name}: only factors and mechanisms can be changed, not what a run shows."
            )
    case.do(**changes)


def next_outcome(history: RunHistory, draws: Draws, changes: Mapping[str, str]) -> np.ndarray:
    """P(each state of the outcome in the next run | do(changes), all runs), (n_states,)."""
    variables = history.case.variables
    outcome, shared = variables.outcome, shared_names(variables)
    of_run = {name: state for name, state in changes.items() if name not in shared}
    of_shared = {name: state for name, state in changes.items() if name in shared}
    log_shared = _log_next_shared(history, draws.inputs, of_shared)
    run = _next_run(history.case).retract(*changes, *shared).do(**of_run)
    doses = history.case.compiled.dose_inputs(history.evidence_inputs())
    log_joint = []
    for state in outcome.states:
        evidence = run.given(**{outcome.name: state}).evidence_inputs()
        query = Query.from_overrides(draws.inputs, doses | evidence)
        log_lik = log_sum(log_shared + log_outputs(history.shared.run, query))
        log_joint.append(draws.log_evidence(log_lik))
    joint = np.exp(np.array(log_joint) - max(log_joint))
    return joint / joint.sum()


def _log_next_shared(
    history: RunHistory, inputs: np.ndarray, interventions: Mapping[str, str]
) -> np.ndarray:
    """log P(shared state in the next run, all runs), shape (n_states, n_draws)."""
    from_runs = message(history, inputs)
    if not interventions:
        return log_prior(history, inputs) + from_runs
    evidence = history.evidence_inputs()
    query, log_scale = with_message(history.shared, inputs, evidence, from_runs)
    return log_outputs(history.shared.after_intervention(interventions), query) + log_scale


def contribution_path(
    history: RunHistory, stages: Sequence[Draws], width: float
) -> Iterator[np.ndarray]:
    """After each run the figures of all causes if the next hurt, (n_figures * n_causes,)."""
    check_arguments("Diary.trajectory", {"width": width})
    outcome = history.case.variables.outcome
    names = [cause.name for cause in history.case.variables.causes]
    hurt = _next_run(history.case).given(**{outcome.name: outcome.states[-1]})
    evidence, paths = history.evidence_inputs(hurt), history.shared.fired_paths
    ends = [*(stage.n_runs for stage in stages[1:]), len(history)]
    for draws, end in zip(stages, ends, strict=True):
        for from_runs in messages_from(history.first(end), draws.inputs, draws.n_runs):
            query, log_scale = with_message(history.shared, draws.inputs, evidence, from_runs)
            (contribution,), probability = contribution_probabilities(
                paths, query, names, CONTRIBUTION
            )
            weights = draws.weights(np.log(probability) + log_scale)
            bounds = credible_intervals(contribution, weights, width)
            yield np.concatenate([contribution @ weights, *bounds.T])


def _next_run(case: Case) -> Case:
    """What the case holds of every run, without its pain and traits."""
    variables = case.variables
    return case.retract(variables.outcome.name, *(trait.name for trait in variables.traits))
