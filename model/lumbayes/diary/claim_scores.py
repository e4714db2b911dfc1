"""Claims compared with one runner's runs: confirmed, contradicted or untested.

A claim is scored by its own Beta, not by the pool that it went into: as if it were the only prior
of its link, all other parameters as pooled. The draws are reweighted by the ratio of the two
densities. What the runs say without any claim is the same with the ignorance prior.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..data.claims import Claim
from ..data.variables import Trait
from ..defaults import WIDTH
from ..engine.intervals import credible_interval
from ..engine.query import Overrides
from ..engine.solve import marginals
from ..priors.claim_verdicts import ClaimBetas, ClaimEvidence, claim_table, state_position
from .draws import Draws
from .filtering import leave_one_out_messages
from .plate_model import RunHistory, with_message

Link = tuple[str, str]


def score_claims(
    history: RunHistory, draws: Draws, weights: np.ndarray, width: float = WIDTH
) -> pd.DataFrame:
    """One row a pooled claim, by its id: see `Diary.claims`."""
    n_tests = expected_tests(history, draws, weights)

    def evidence(claim: Claim, betas: ClaimBetas) -> ClaimEvidence:
        value = _parameter(history, draws, claim)
        posterior = _reweighted(weights, value, betas.claim, betas.pooled)
        runs_alone = _reweighted(weights, value, betas.ignorance, betas.pooled)
        conflict = abs(2 * float(runs_alone @ betas.claim.cdf(value)) - 1)
        variance = float(runs_alone @ (value - runs_alone @ value) ** 2)
        n_tests_of_link = n_tests[claim.cause, claim.effect]
        is_tested = n_tests_of_link > 0 and variance < betas.ignorance.var() / 2
        low, high = credible_interval(value, posterior, width)
        mean = float(posterior @ value)
        return ClaimEvidence((mean, low, high), conflict, is_tested, n_tests_of_link)

    return claim_table(history.case.priors, evidence, width)


def _parameter(history: RunHistory, draws: Draws, claim: Claim) -> np.ndarray:
    """The parameter that a claim is about, shape (n_draws,).

    The link, or for a trait the share of one of its levels given that the link is active.
    """
    link = (claim.cause, claim.effect)
    compiled, effect = history.case.compiled, history.case.variables[claim.effect]
    cumulative = draws.inputs[compiled.parameter_rows(link)]
    if effect.follows_cause:  # its rows are shares of a pain
        return np.asarray(cumulative[state_position(history.case.priors, claim)])
    share = np.diff(cumulative, axis=0, prepend=0)[state_position(history.case.priors, claim)]
    return share / (1 - cumulative[0]) if claim.state else share


def _reweighted(weights: np.ndarray, value: np.ndarray, prior: Any, pooled: Any) -> np.ndarray:
    """The weights of the draws if `prior` were the parameter's prior instead of `pooled`."""
    log_ratio = prior.logpdf(value) - pooled.logpdf(value)
    reweighted = weights * np.exp(log_ratio - log_ratio[weights > 0].max())
    return reweighted / reweighted.sum()


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
