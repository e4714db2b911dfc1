"""Reports of a fit: prior and posterior of each parameter, and each claim against the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..data.variables import Trait
from ..priors.claim_likelihood import MISFIT, GridLikelihood, grid_edges
from ..priors.claim_verdicts import (
    ClaimBetas,
    ClaimEvidence,
    claim_betas,
    claim_table,
    share_positions,
    state_position,
)
from ..priors.prior import Key, Prior, label
from .hmc import bulk_ess
from .parameter_vector import ParameterVector
from .predictive_check import contrast_fits, misfit_sentence

if TYPE_CHECKING:
    from ..batch.frame import EvidenceRows
    from ..case import Case
    from ..data.claims import Claim
    from .fit_result import FitResult

N_OTHERS = 32  # posterior draws of the other parameters, behind the likelihood of one
TINY = float(np.finfo(float).tiny)


def parameter_report(
    before: Case, after: Case, fitted: FitResult, draws: Mapping[Key, np.ndarray], width: float
) -> pd.DataFrame:
    """One row a parameter, or a state of it if there are more than two: see `FittedModel`."""
    rows = []
    for key, counts in fitted.expected_counts.items():
        prior, posterior = before.priors[key], after.priors[key]
        shared = {
            "number": label(key),
            "expected_trials": float(counts.sum()),
            "effective_trials": sum(posterior.counts) - sum(prior.counts),
        }
        ess = bulk_ess(fitted.chains[key]) if key in draws else np.full(len(prior.states), np.inf)
        first = 0 if len(prior.states) > 2 else 1
        for position in range(first, len(prior.states)):
            row = _state_report(prior, posterior, position, draws.get(key), width)
            rows.append(shared | row | {"ess": float(ess[position])})
    table = pd.DataFrame(rows).set_index(["number", "state"])
    return table[[*(c for c in table.columns if c != "verdict"), "verdict"]]


def _state_report(
    prior: Prior, posterior: Prior, position: int, draws: np.ndarray | None, width: float
) -> dict[str, Any]:
    state = prior.states[position]
    prior_mean, mean = float(prior.shares[position]), float(posterior.shares[position])
    variance = prior_mean * (1 - prior_mean) / (sum(prior.counts) + 1)
    prior_low, prior_high = prior.interval(width, state)
    if draws is None:
        low, high = posterior.interval(width, state)
        left = mean * (1 - mean) / (sum(posterior.counts) + 1)
    else:
        low, high = np.quantile(draws[:, position], [(1 - width) / 2, (1 + width) / 2])
        left = draws[:, position].var()
    is_tested = left < variance / 2 or low > prior_high or high < prior_low
    is_inside = prior_low <= mean <= prior_high
    verdict = "not contradicted" if is_inside else "contradicted"
    return {
        "state": state,
        "prior": prior_mean,
        "posterior": mean,
        "low": float(low),
        "high": float(high),
        "moved": (mean - prior_mean) / np.sqrt(variance),
        "verdict": verdict if is_tested else "untested",
    }


def claim_report(
    before: Case, frame: pd.DataFrame, rows: EvidenceRows, fitted: FitResult, width: float
) -> pd.DataFrame:
    """One row a claim that reaches a parameter: see `FittedModel.claims`."""
    likelihoods = ClaimLikelihoods(before, rows, fitted)
    fits = contrast_fits(before, frame, fitted)

    def evidence(claim: Claim, betas: ClaimBetas) -> ClaimEvidence:
        counts = fitted.expected_counts.get((claim.cause, claim.effect), np.zeros(1))
        fit = fits.get(claim.cause, np.nan)
        return likelihoods.of(claim).evidence(betas, float(counts.sum()), width, fit)

    table = claim_table(before.priors, evidence, width)
    table.attrs["misfits"] = [misfit_sentence(before, c) for c, fit in fits.items() if fit < MISFIT]
    return table


class ClaimLikelihoods:
    """P(rows | the parameter of a claim), all other parameters integrated out.

    P(row) is linear in a parameter's shares. So with the expected counts of each row at a posterior
    draw, the parameter's likelihood given the draw's other parameters is known at every value. Over
    several draws that is the Rao-Blackwellized marginal posterior (Gelfand & Smith 1990); divided
    by the prior it is the likelihood.
    """

    def __init__(self, before: Case, rows: EvidenceRows, fitted: FitResult):
        self._priors, self._fitted = before.priors, fitted
        self._parameters = parameters = ParameterVector(before)
        self._multiplicities = rows.multiplicities
        chosen = np.unique(np.linspace(0, fitted.n_draws - 1, N_OTHERS).astype(int))
        self._shares = [fitted.shares([*parameters.slices], i) for i in chosen]
        wanted = {(c.cause, c.effect) for c in before.priors.claims if c.pooled}
        self._slices = {k: part for k, part in parameters.slices.items() if k in wanted}
        self._counts = {key: list[np.ndarray]() for key in self._slices}
        for shares in self._shares:
            counts = _counts_of_rows(parameters, rows, shares)
            for key, part in self._slices.items():
                self._counts[key].append(counts[part])
        self._made: dict[tuple[Key, int], GridLikelihood] = {}

    def of(self, claim: Claim) -> GridLikelihood:
        """The likelihood of the parameter that a claim is about."""
        key = (claim.cause, claim.effect)
        position = state_position(self._priors, claim)
        if (key, position) not in self._made:
            self._made[key, position] = self._likelihood(claim, key, position)
        return self._made[key, position]

    def _likelihood(self, claim: Claim, key: Key, position: int) -> GridLikelihood:
        from scipy.special import logsumexp

        group = share_positions(self._priors, claim)
        edges = self._edges(claim, key, position, group)
        values = np.concatenate([[0.0], (edges[:-1] + edges[1:]) / 2])
        log_lik = np.zeros((len(self._shares), len(values)))
        if key in self._slices:
            for i, (shares, counts) in enumerate(zip(self._shares, self._counts[key], strict=True)):
                own = shares[self._slices[key]]
                log_lik[i] = _relative_log_likelihood(
                    values, own, counts, group, position, self._multiplicities
                )
        with np.errstate(divide="ignore"):
            log_prior = np.log(np.diff(claim_betas(self._priors, claim).pooled.cdf(edges)))
        scales = logsumexp(log_prior + log_lik[:, 1:], axis=1, keepdims=True)
        at_0, *rest = logsumexp(log_lik - scales, axis=0) - np.log(len(log_lik))
        is_link = not isinstance(self._priors.variables[claim.effect], Trait)
        return GridLikelihood(edges, np.array(rest), float(at_0) if is_link else np.nan)

    def _edges(self, claim: Claim, key: Key, position: int, group: list[int]) -> np.ndarray:
        about = [c for c in self._priors.about(*key) if c.state == claim.state]
        betas = [claim_betas(self._priors, c) for c in about]
        own = {b.claim.args: b.claim for b in betas}.values()
        counts = np.array(self._fitted.counts.get(key, self._priors[key].counts))
        draws = (counts / counts.sum())[None]
        if key in self._fitted.chains:
            draws = self._fitted.chains[key].reshape(-1, len(counts))
        values = draws[:, position] / draws[:, group].sum(axis=1)
        return grid_edges([*own, betas[0].pooled, betas[0].ignorance], values)


def _counts_of_rows(
    parameters: ParameterVector, rows: EvidenceRows, shares: np.ndarray
) -> np.ndarray:
    """The expected counts of each distinct row, shape (n_shares, n_distinct)."""
    parts = []
    for part, evidence in rows.batches():
        counts = parameters.expected_counts(shares, evidence)[1]
        parts.append(np.broadcast_to(counts, (len(shares), part.stop - part.start)))
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(shares), 0))


def _relative_log_likelihood(
    values: np.ndarray,
    shares: np.ndarray,
    counts: np.ndarray,
    group: list[int],
    position: int,
    multiplicities: np.ndarray,
) -> np.ndarray:
    """log P(rows | value) − log P(rows | shares) at values of one share of a group of states.

    All other shares of the group keep their proportions; `counts`, shape (n_states, n_rows), are
    the expected counts at the shares.
    """
    now = max(shares[position] / shares[group].sum(), TINY)
    own = counts[position]
    others = counts[group].sum(axis=0) - own
    constant = 1 - own - others
    ratios = constant + np.outer(values / now, own)
    ratios += np.outer((1 - values) / max(1 - now, TINY), others)
    return np.asarray(np.log(np.maximum(ratios, TINY)) @ multiplicities)
