"""Reports of a fit: prior and posterior of each parameter, and each claim against the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..priors.claim_betas import ClaimBetas, share_positions, state_position
from ..priors.claim_likelihood import GridLikelihood, grid_edges, grid_values
from ..priors.claim_verdicts import ClaimEvidence, claim_table, is_misfit
from ..priors.prior import Key, Prior, label
from .hmc import bulk_ess
from .parameter_vector import ParameterVector
from .predictive_check import contrast_fits, misfit_sentence
from .row_groups import group_rows

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
    """Return the table of `FittedModel.parameters`."""
    rows = []
    for key, counts in fitted.expected_counts.items():
        prior, posterior = before.priors[key], after.priors[key]
        shared = {
            "parameter": label(key),
            "expected_trials": float(counts.sum()),
            "effective_trials": sum(posterior.counts) - sum(prior.counts),
        }
        ess = bulk_ess(fitted.chains[key]) if key in draws else np.full(len(prior.states), np.inf)
        first = 0 if len(prior.states) > 2 else 1
        for position in range(first, len(prior.states)):
            row = _state_report(prior, posterior, position, draws.get(key), width)
            rows.append(shared | row | {"ess": float(ess[position])})
    table = pd.DataFrame(rows).set_index(["parameter", "state"])
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
    """Return the table of `FittedModel.claims`."""
    likelihoods = ClaimLikelihoods(before, rows, fitted)
    fits = contrast_fits(before, frame, fitted)

    def evidence(claim: Claim, betas: ClaimBetas) -> ClaimEvidence:
        counts = fitted.expected_counts.get((claim.cause, claim.effect), np.zeros(1))
        fit = fits.get(claim.cause, np.nan)
        return likelihoods.of(claim).evidence(betas, float(counts.sum()), width, fit)

    table = claim_table(before.priors, evidence, width)
    misfits = [misfit_sentence(before, c) for c, fit in fits.items() if is_misfit(fit)]
    table.attrs["misfits"] = misfits
    return table


class ClaimLikelihoods:
    """P(rows | the parameter of a claim), all other parameters integrated out.

    At some posterior draws the rows are evaluated at every value of the parameter, all others as
    drawn: see `GridLikelihood.over_draws`.
    """

    def __init__(self, before: Case, rows: EvidenceRows, fitted: FitResult):
        self._priors, self._fitted = before.priors, fitted
        self._parameters = parameters = ParameterVector(before)
        batches = [(evidence, rows.multiplicities[part]) for part, evidence in rows.batches()]
        self._groups = group_rows(parameters, batches)
        chosen = np.unique(np.linspace(0, fitted.n_draws - 1, N_OTHERS).astype(int))
        self._shares = [fitted.shares([*parameters.slices], i) for i in chosen]
        self._made: dict[tuple[Key, int], GridLikelihood] = {}

    def of(self, claim: Claim) -> GridLikelihood:
        """The likelihood of the parameter that a claim is about."""
        key = (claim.cause, claim.effect)
        position = state_position(self._priors, claim)
        if (key, position) not in self._made:
            self._made[key, position] = self._likelihood(claim, key, position)
        return self._made[key, position]

    def _likelihood(self, claim: Claim, key: Key, position: int) -> GridLikelihood:
        group = share_positions(self._priors, claim)
        edges = grid_edges(self._priors, claim, self._draws(key, position, group))
        values = grid_values(edges)
        log_lik = np.zeros((len(values), len(self._shares)))
        if key in self._parameters.slices:  # an intervention cuts links
            number = [*self._parameters.slices].index(key)
            part = self._parameters.slices[key]
            for i, shares in enumerate(self._shares):
                log_ratio = self._groups.log_ratio(shares, number)
                held = _held_at(values, shares[part], group, position)
                log_lik[:, i] = [log_ratio(own) for own in held]
        return GridLikelihood.over_draws(self._priors, claim, edges, log_lik)

    def _draws(self, key: Key, position: int, group: list[int]) -> np.ndarray:
        """Posterior draws of the claim's parameter; its mean where it is exact."""
        counts = np.array(self._fitted.counts.get(key, self._priors[key].counts))
        draws = (counts / counts.sum())[None]
        if key in self._fitted.chains:
            draws = self._fitted.chains[key].reshape(-1, len(counts))
        return np.asarray(draws[:, position] / draws[:, group].sum(axis=1))


def _held_at(values: np.ndarray, shares: np.ndarray, group: list[int], position: int) -> np.ndarray:
    """One parameter's shares with one of a group of states at each value, (n_values, n_states).

    All other shares of the group keep their proportions.
    """
    total = shares[group].sum()
    rest = max(total - shares[position], TINY)
    held = np.tile(shares, (len(values), 1))
    held[:, group] *= ((1 - values) * total / rest)[:, None]
    held[:, position] = values * total
    return held
