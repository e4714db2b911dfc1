"""Claims compared with one runner's runs: direction, strength and fit, and a verdict in a word.

A claim is scored by its own Beta, not by the pool that it went into: as if it were the only prior
of its link, all other parameters as pooled. What that takes is P(runs | parameter), the others
integrated out, on a grid of the parameter's values. It is the Rao-Blackwellised marginal posterior
(Gelfand & Smith 1990) over the pooled prior: given each posterior draw of the other parameters, the
parameter's own posterior is worked out on the grid, also where no draw of it lies.

* Direction: P(the link raises the pain at all | runs), at even odds before them between the claim
  and a link of 0. Its odds are a Bayes factor (Kass & Raftery 1995), so of claims about links that
  are 0 at most 1 in `SUPPORT_ODDS` gets odds of `SUPPORT_ODDS` by chance.
* Strength: whether the claim's own interval excludes what the runs say without any claim
  (prior-data conflict, Evans & Moshonov 2006), and on which side.
* Fit: whether runs with the cause hurt so much less often than runs without it that no strengths
  of this model allow it (a posterior predictive check).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..data.arguments import check_arguments
from ..data.variables import Trait
from ..defaults import SEED, WIDTH
from ..engine.intervals import credible_interval, effective_sample_size
from ..engine.solve import marginals
from ..priors.claim_likelihood import SUPPORT_ODDS, claim_verdict
from ..priors.claim_verdicts import (
    ClaimBetas,
    ClaimEvidence,
    claim_betas,
    claim_table,
    share_positions,
    state_position,
)
from .draws import Draws, systematic_resample
from .filtering import leave_one_out_messages, log_evidence_function
from .plate_model import log, log_sum, with_message
from .predictive_check import contrast_fits, is_misfit, misfit_sentence

if TYPE_CHECKING:
    from ..data.claims import Claim
    from ..engine.query import Overrides
    from .history import RunHistory

Link = tuple[str, str]
N_OTHERS = 32  # posterior draws of the other parameters
LEVELS = np.linspace(0, 1, 13)[1:-1]  # of each distribution, whose quantiles are edges of the grid
EVEN = np.linspace(0, 1, 25)  # further edges, for where the runs may lead away from all of them
COLUMNS = ["direction", "strength", "fit"]


def score_claims(
    history: RunHistory, draws: Draws, weights: np.ndarray, width: float = WIDTH
) -> pd.DataFrame:
    """One row a pooled claim, by its id: see `Diary.claims`."""
    check_arguments("Diary.claims", {"width": width})
    n_tests = expected_tests(history, draws, weights)
    fits = contrast_fits(history, draws, weights)
    of_parameter: dict[tuple[Link, int], ParameterLikelihood] = {}

    def evidence(claim: Claim, betas: ClaimBetas) -> ClaimEvidence:
        link = (claim.cause, claim.effect)
        key = link, state_position(history.case.priors, claim)
        if key not in of_parameter:
            of_parameter[key] = ParameterLikelihood(history, draws, weights, claim)
        fit = fits.get(claim.cause, np.nan)
        return of_parameter[key].evidence(betas, n_tests[link], fit, width)

    table = claim_table(history.case.priors, evidence, width)
    table.attrs.update(
        {
            "effective_sample_size": effective_sample_size(weights),
            "misfits": [misfit_sentence(history, c) for c, fit in fits.items() if is_misfit(fit)],
        }
    )
    return table


class ParameterLikelihood:
    """P(runs | one parameter), up to a factor, on a grid of its values.

    Attributes
    ----------
    edges : array, shape (n_cells + 1,)
        From 0 to 1.
    values : array, shape (n_cells,)
        The middle of each cell.
    log_lik : array, shape (n_cells,)
    log_lik_at_0 : float
    """

    def __init__(self, history: RunHistory, draws: Draws, weights: np.ndarray, claim: Claim):
        priors = history.case.priors
        link = (claim.cause, claim.effect)
        self._is_link = not isinstance(priors.variables[claim.effect], Trait)
        pooled = claim_betas(priors, claim).pooled
        self._link = link
        self._rows = history.case.compiled.parameter_rows(link)[: len(priors[link].counts)]
        self._position = state_position(priors, claim)
        self._group = share_positions(priors, claim)
        self._is_cumulative = not priors.variables[claim.effect].follows_cause
        self.edges = self._grid(history, draws, weights, claim)
        self.values = (self.edges[:-1] + self.edges[1:]) / 2
        rng = np.random.default_rng(SEED)
        others = draws.inputs[:, systematic_resample(rng, weights, N_OTHERS)]
        log_lik = self._log_likelihoods(history, others)
        log_pooled = log(np.diff(pooled.cdf(self.edges)))[:, None]
        scaled = log_lik - log_sum(log_pooled + log_lik[1:])
        self.log_lik_at_0, *rest = log_sum(scaled.T) - np.log(N_OTHERS)
        self.log_lik = np.array(rest)

    def _grid(
        self, history: RunHistory, draws: Draws, weights: np.ndarray, claim: Claim
    ) -> np.ndarray:
        """Quantiles of all distributions that the parameter can have, and of its posterior."""
        priors = history.case.priors
        about = [c for c in priors.about(claim.cause, claim.effect) if c.state == claim.state]
        betas = [claim_betas(priors, c) for c in about]
        own = {b.claim.args: b.claim for b in betas}.values()
        distributions = [*own, betas[0].pooled, betas[0].ignorance]
        edges = [distribution.ppf(LEVELS) for distribution in distributions]
        shares = self._shares(draws.inputs)[self._group]
        sampled = self._shares(draws.inputs)[self._position] / shares.sum(axis=0)
        order = np.argsort(sampled)
        edges.append(np.interp(LEVELS, np.cumsum(weights[order]), sampled[order]))
        inside = np.unique(np.concatenate([EVEN, *edges]))
        inside = inside[(inside > 0) & (inside < 1)]
        is_apart = np.diff(inside, prepend=0.0) > np.finfo(float).eps
        return np.concatenate([[0.0], inside[is_apart], [1.0]])

    def _shares(self, inputs: np.ndarray) -> np.ndarray:
        rows = inputs[self._rows]
        return np.diff(rows, axis=0, prepend=0) if self._is_cumulative else rows

    def _log_likelihoods(self, history: RunHistory, others: np.ndarray) -> np.ndarray:
        """log P(runs | value, others), shape (1 + n_cells, N_OTHERS); the first value is 0."""
        values = np.append(0.0, self.values).repeat(N_OTHERS)
        inputs = np.tile(others, (1, len(self.values) + 1))
        shares = self._shares(inputs)
        group, total = self._group, shares[self._group].sum(axis=0)
        rest = np.maximum(total - shares[self._position], np.finfo(float).tiny)
        factor = (1 - values) * total / rest
        held = values * total
        shares[group] *= factor
        shares[self._position] = held
        inputs = history.case.compiled.parameter_inputs({self._link: shares}, inputs)
        if not len(history):
            return np.zeros((len(self.values) + 1, N_OTHERS))
        return log_evidence_function(history, inputs)(inputs).reshape(-1, N_OTHERS)

    def posterior(self, prior: Any) -> tuple[np.ndarray, float]:
        """The posterior mass of each cell under a prior, and log P(runs), up to a constant."""
        logs = log(np.diff(prior.cdf(self.edges))) + self.log_lik
        total = float(log_sum(logs))
        return np.exp(logs - total), total

    def evidence(
        self, betas: ClaimBetas, n_tests: float, fit: float, width: float
    ) -> ClaimEvidence:
        """What the runs say of one claim about this parameter."""
        posterior, log_claim = self.posterior(betas.claim)
        runs_alone, _ = self.posterior(betas.ignorance)
        mean_alone = float(runs_alone @ self.values)
        variance = float(runs_alone @ (self.values - mean_alone) ** 2)
        side = float(2 * runs_alone @ betas.claim.cdf(self.values) - 1)
        odds = float(np.exp(min(log_claim - self.log_lik_at_0, LARGEST))) if self._is_link else 1.0
        is_telling = max(odds, 1 / odds) >= SUPPORT_ODDS
        is_tested = n_tests > 0 and (is_telling or variance < betas.ignorance.var() / 2)
        strength = "as stated" if abs(side) <= width else "weaker" if side < 0 else "stronger"
        extra = {
            "direction": odds / (1 + odds) if self._is_link else np.nan,
            "strength": strength if is_tested else "",
            "fit": fit,
        }
        low, high = credible_interval(self.values, posterior, width)
        estimate = float(posterior @ self.values), low, high
        word = claim_verdict(is_tested, odds, strength, fit)
        return ClaimEvidence(estimate, abs(side), is_tested, n_tests, word, extra)


LARGEST = 700.0  # the logarithm of the largest odds that a float holds


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
