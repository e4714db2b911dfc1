"""A posterior predictive check: do runs with a cause hurt less than any strengths allow?

In this model no cause protects. If runs with one hurt far less often than runs without it, the
posterior cannot follow, and what it says of that cause is no answer to these runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..defaults import SEED
from ..engine.query import Query
from .draws import Draws, systematic_resample
from .filtering import log_prior, message
from .plate_model import log_outputs

if TYPE_CHECKING:
    from .history import Findings, RunHistory

N_REPLICATES = 400


def contrast_fits(history: RunHistory, draws: Draws, weights: np.ndarray) -> dict[str, float]:
    """P(a replicate's difference is as low as the observed one), by cause.

    The difference is the share of runs that hurt with the cause, less that without it, over runs
    where cause and pain are both known; causes without both kinds of runs are left out. Replicates
    draw parameters and shared state from their posterior and each run's pain again, given its other
    findings (Gelman, Meng & Stern 1996).
    """
    outcome = history.case.variables.outcome
    if outcome.name in history.case.interventions:
        return {}
    hurt = known_states(history, outcome.name)
    states = {c.name: known_states(history, c.name) for c in history.case.variables.causes}
    contrasted = {
        name: (state == 1) & (hurt >= 0)
        for name, state in states.items()
        if all(((state == k) & (hurt >= 0)).any() for k in (0, 1))
    }
    if not contrasted:
        return {}
    rng = np.random.default_rng(SEED)
    chosen = systematic_resample(rng, weights, N_REPLICATES)
    p_pain = _pain_probabilities(history, draws.inputs[:, chosen], rng)
    replicates = rng.random(p_pain.shape) < p_pain
    fits = {}
    for name, with_cause in contrasted.items():
        without = (states[name] == 0) & (hurt >= 0)
        observed = (hurt[with_cause] == 1).mean() - (hurt[without] == 1).mean()
        drawn = replicates[with_cause].mean(axis=0) - replicates[without].mean(axis=0)
        fits[name] = float((drawn <= observed + np.finfo(float).eps).mean())
    return fits


def misfit_sentence(history: RunHistory, cause: str) -> str:
    """The sentence for a cause whose runs cannot be reconciled with the model."""
    label = history.case.variables[cause].label
    return (
        f"Your runs and this model cannot be reconciled: runs with {label!r} hurt less often than "
        "runs without it, by more than any strength of its link allows."
    )


def known_states(history: RunHistory, name: str) -> np.ndarray:
    """The position of a variable's state in each run, −1 where it is not known for certain."""
    rows = history.case.compiled.evidence_rows(name)
    states = []
    for findings in history.findings:
        possible = [i for i, row in enumerate(rows) if findings.get(row, 1.0) > 0]
        states.append(possible[0] if len(possible) == 1 else -1)
    return np.array(states)[history.run_to_distinct]


def _pain_probabilities(
    history: RunHistory, inputs: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """P(pain | other findings of each run, a draw), shape (n_runs, n_draws).

    Each draw has a shared state from its posterior given all runs, on the day of the last.
    """
    log_shared = log_prior(history, inputs) + message(history, inputs)
    shared = np.exp(log_shared - log_shared.max(axis=0)).cumsum(axis=0)
    state = (shared < rng.random(inputs.shape[1]) * shared[-1]).sum(axis=0)
    columns = np.arange(inputs.shape[1])
    known: dict[tuple[tuple[int, float], ...], np.ndarray] = {}
    of_distinct = []
    for findings in _without_pain(history):
        key = tuple(sorted(findings.items()))
        if key not in known:
            no, yes = (
                log_outputs(history.shared.run, query)[state, columns]
                for query in _queries_of_outcome(history, findings, inputs)
            )
            known[key] = 1 / (1 + np.exp((no - yes).clip(-700, 700)))
        of_distinct.append(known[key])
    return np.array(of_distinct)[history.run_to_distinct]


def _without_pain(history: RunHistory) -> list[Findings]:
    """The findings of each distinct run but for its pain and how that was."""
    variables, compiled = history.case.variables, history.case.compiled
    names = [variables.outcome.name, *(trait.name for trait in variables.traits)]
    rows = {row for name in names for row in compiled.evidence_rows(name)}
    return [{k: v for k, v in run.items() if k not in rows} for run in history.findings]


def _queries_of_outcome(history: RunHistory, findings: Findings, inputs: np.ndarray) -> list[Query]:
    """The findings with each state of the outcome."""
    rows = history.case.compiled.evidence_rows(history.case.variables.outcome.name)
    return [
        Query.from_overrides(inputs, {**findings, **{row: float(row == held) for row in rows}})
        for held in rows
    ]
