"""Reports of a fit: prior and posterior of each parameter, and each claim against the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..case import Case
from ..data.claims import Claim
from ..priors.claim_verdicts import ClaimBetas, ClaimEvidence, claim_betas, claim_table, verdict
from ..priors.prior import Key, Prior, label

QUANTILES = 199  # at which the posterior without claims is compared with a claim's own Beta


def parameter_report(
    before: Case, after: Case, expected_counts: Mapping[Key, np.ndarray], width: float
) -> pd.DataFrame:
    """One row a parameter, or a state of it if there are more than two: see `FittedModel`."""
    rows = []
    for key, counts in expected_counts.items():
        prior, posterior = before.priors[key], after.priors[key]
        shared = {
            "number": label(key),
            "expected_trials": float(counts.sum()),
            "effective_trials": sum(posterior.counts) - sum(prior.counts),
        }
        states = prior.states if len(prior.states) > 2 else prior.states[1:]
        rows += [shared | _state_report(prior, posterior, state, width) for state in states]
    return pd.DataFrame(rows).set_index(["number", "state"])


def _state_report(prior: Prior, posterior: Prior, state: str, width: float) -> dict[str, Any]:
    position = prior.states.index(state)
    prior_mean = float(prior.shares[position])
    posterior_mean = float(posterior.shares[position])
    sd = np.sqrt(prior_mean * (1 - prior_mean) / (sum(prior.counts) + 1))
    prior_low, prior_high = prior.interval(width, state)
    low, high = posterior.interval(width, state)
    is_tested = sum(posterior.counts) - sum(prior.counts) >= sum(prior.counts)
    return {
        "state": state,
        "prior": prior_mean,
        "posterior": posterior_mean,
        "low": low,
        "high": high,
        "moved": (posterior_mean - prior_mean) / sd,
        "verdict": verdict(is_tested, not prior_low <= posterior_mean <= prior_high),
    }


def claim_report(
    before: Case,
    after: Case,
    without_claims: Case,
    expected_counts: Mapping[Key, np.ndarray],
    width: float,
) -> pd.DataFrame:
    """One row a claim that reaches a parameter: see `FittedModel.claims`."""
    grid = (np.arange(QUANTILES) * 2 + 1) / (2 * QUANTILES)

    def evidence(claim: Claim, betas: ClaimBetas) -> ClaimEvidence:
        posterior = claim_betas(after.priors, claim).pooled
        rows_alone = claim_betas(without_claims.priors, claim).pooled
        conflict = abs(2 * betas.claim.cdf(rows_alone.ppf(grid)).mean() - 1)
        is_tested = rows_alone.var() < betas.ignorance.var() / 2
        counts = expected_counts.get((claim.cause, claim.effect), np.zeros(1))
        mean, (low, high) = posterior.mean(), posterior.interval(width)
        n_tests = float(counts.sum())
        return ClaimEvidence((mean, low, high), float(conflict), is_tested, n_tests)

    return claim_table(before.priors, evidence, width)
