"""Claims compared with one runner's runs: direction, strength and fit, and a verdict in a word.

A claim is scored by its own Beta, not by the pool that it went into: as if it were the only prior
of its link, all other parameters as pooled. What that takes is P(runs | parameter), the others
integrated out, on a grid of the parameter's values. It is the Rao-Blackwellised marginal posterior
(Gelfand & Smith 1990) over the pooled prior: given each posterior draw of the other parameters, the
parameter's own posterior is worked out on the grid, also where no draw of it lies.
Verdicts follow the rules of `priors.claim_verdicts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..data.arguments import check_arguments
from ..data.variables import Trait
from ..defaults import SEED, WIDTH
from ..engine.solve import marginals
from ..priors.claim_betas import ClaimBetas, share_positions, state_position
from ..priors.claim_likelihood import GridLikelihood, grid_edges, grid_values
from ..priors.claim_verdicts import ClaimEvidence, claim_table, is_misfit
from .draws import Draws, systematic_resample
from .filtering import leave_one_out_messages, log_evidence_function
from .plate_model import with_message
from .predictive_check import contrast_fits, misfit_sentence

if TYPE_CHECKING:
    from ..data.claims import Claim
    from ..engine.query import Overrides
    from .history import RunHistory

Link = tuple[str, str]
N_OTHERS = 32  # posterior draws of the other parameters
N_GRID = 512  # posterior draws whose quantiles are edges of the grid


def score_claims(
    history: RunHistory, draws: Draws, weights: np.ndarray, width: float = WIDTH
) -> pd.DataFrame:
    """Return the table of `Diary.claims`."""
    check_arguments("Diary.claims", {"width": width})
    n_tests = expected_tests(history, draws, weights)
    fits = contrast_fits(history, draws, weights)
    of_parameter: dict[tuple[Link, int], GridLikelihood] = {}

    def evidence(claim: Claim, betas: ClaimBetas) -> ClaimEvidence:
        link = (claim.cause, claim.effect)
        key = link, state_position(history.case.priors, claim)
        if key not in of_parameter:
            of_parameter[key] = claim_likelihood(history, draws, weights, claim)
        fit = fits.get(claim.cause, np.nan)
        return of_parameter[key].evidence(betas, n_tests[link], width, fit)

    table = claim_table(history.case.priors, evidence, width)
    table.attrs.update(
        {
            "effective_sample_size": draws.effective_sample_size(weights),
            "misfits": [misfit_sentence(history, c) for c, fit in fits.items() if is_misfit(fit)],
        }
    )
    return table


def claim_likelihood(
    history: RunHistory, draws: Draws, weights: np.ndarray, claim: Claim
) -> GridLikelihood:
    """P(runs | the parameter of a claim), all other parameters integrated out."""
    priors, link = history.case.priors, (claim.cause, claim.effect)
    position, group = state_position(priors, claim), share_positions(priors, claim)
    rng = np.random.default_rng(SEED)
    others = draws.inputs[:, systematic_resample(rng, weights, N_OTHERS)]
    shares = _shares(history, link, draws.inputs[:, systematic_resample(rng, weights, N_GRID)])
    edges = grid_edges(priors, claim, shares[position] / shares[group].sum(axis=0))
    values = grid_values(edges)
    log_lik = np.zeros((len(values), N_OTHERS))
    if len(history):
        inputs = _held_at(history, link, others, values, group, position)
        log_lik = log_evidence_function(history, inputs)(inputs).reshape(-1, N_OTHERS)
    return GridLikelihood.over_draws(priors, claim, edges, log_lik)


def _shares(history: RunHistory, link: Link, inputs: np.ndarray) -> np.ndarray:
    """The shares of a link's states, shape (n_states, n_draws)."""
    priors, compiled = history.case.priors, history.case.compiled
    rows = inputs[compiled.parameter_rows(link)[: len(priors[link].counts)]]
    is_cumulative = not priors.variables[link[1]].follows_cause
    return np.diff(rows, axis=0, prepend=0) if is_cumulative else rows


def _held_at(
    history: RunHistory,
    link: Link,
    others: np.ndarray,
    values: np.ndarray,
    group: list[int],
    position: int,
) -> np.ndarray:
    """Inputs with one share of a link held at each value, (n_inputs, n_values * n_others)."""
    held = values.repeat(others.shape[1])
    inputs = np.tile(others, (1, len(values)))
    shares = _shares(history, link, inputs)
    total = shares[group].sum(axis=0)
    rest = np.maximum(total - shares[position], np.finfo(float).tiny)
    factor = (1 - held) * total / rest
    shares[group] *= factor
    shares[position] = held * total
    return history.case.compiled.parameter_inputs({link: shares}, inputs)


def expected_tests(history: RunHistory, draws: Draws, weights: np.ndarray) -> dict[Link, float]:
    """For each link the expected number of runs with its cause present and its outcome observed.

    The outcome is the trait for links to a trait, else the pain.
    """
    variables = history.case.variables
    effects = [v for v in variables.values() if v.parents]
    if not len(history):
        return {(parent, v.name): 0.0 for v in effects for parent in v.parents}
    present = _presence(history, (draws.inputs @ weights)[:, None])
    observed = {
        v.name: _is_observed(history, v.name) for v in [variables.outcome, *variables.traits]
    }
    outcome_of = {
        v.name: v.name if isinstance(v, Trait) else variables.outcome.name for v in effects
    }
    return {
        (parent, v.name): float(present[parent] @ observed[outcome_of[v.name]])
        for v in effects
        for parent in v.parents
    }


def _presence(history: RunHistory, inputs: np.ndarray) -> dict[str, np.ndarray]:
    """P(cause present in a run | all runs), shape (n_runs,), for one set of parameters."""
    case, shared = history.case, history.shared
    findings = [history.findings[distinct] for distinct in history.run_to_distinct]
    evidence: Overrides = {row: np.array([run[row] for run in findings]) for row in findings[0]}
    messages = np.concatenate(leave_one_out_messages(history, inputs), axis=1)
    query, _ = with_message(shared, inputs, evidence, messages)
    paths = shared.fired_paths
    rows = {cause.name: case.compiled.evidence_rows(cause.name) for cause in case.variables.causes}
    states = marginals(paths.circuit, paths.query(query), rows)
    return {name: probabilities[1] for name, probabilities in states.items()}


def _is_observed(history: RunHistory, name: str) -> np.ndarray:
    """For each run 1 if there is evidence on a variable, else 0."""
    rows = history.case.compiled.evidence_rows(name)
    observed = [any(findings.get(row, 1) != 1 for row in rows) for findings in history.findings]
    return np.array(observed, float)[history.run_to_distinct]
