"""What data say of one claim: the likelihood of the parameter that it is about, on a grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.variables import Trait
from ..defaults import WIDTH
from .claim_betas import claim_betas
from .claim_verdicts import SUPPORT_ODDS, ClaimEvidence, claim_verdict

if TYPE_CHECKING:
    from ..data.claims import Claim
    from .claim_betas import ClaimBetas
    from .priors import Priors

LARGEST_LOG_ODDS = 700.0  # the largest odds that a float holds
LEVELS = np.linspace(0, 1, 13)[1:-1]  # of each distribution, whose quantiles are edges of the grid
EVEN = np.linspace(0, 1, 25)  # further edges, for where data may lead away from all of them


def grid_edges(priors: Priors, claim: Claim, draws: np.ndarray) -> np.ndarray:
    """Return the edges, from 0 to 1, of a grid of values of the parameter of a claim.

    The edges are quantiles of posterior draws of the parameter, shape (n_draws,), and of its
    possible priors: by each claim about it, by all of them pooled, and without claims.
    """
    about = [c for c in priors.about(claim.cause, claim.effect) if c.state == claim.state]
    betas = [claim_betas(priors, c) for c in about]
    own = {b.claim.args: b.claim for b in betas}.values()
    distributions = [*own, betas[0].pooled, betas[0].ignorance]
    edges = [distribution.ppf(LEVELS) for distribution in distributions]
    inside = np.unique(np.concatenate([EVEN, *edges, np.quantile(draws, LEVELS)]))
    inside = inside[inside < 1]
    is_apart = np.diff(inside, prepend=0.0) > np.finfo(float).eps
    return np.concatenate([[0.0], inside[is_apart], [1.0]])


def grid_values(edges: np.ndarray) -> np.ndarray:
    """Return the values at which a likelihood is computed on a grid: 0 and the cells' middles."""
    return np.concatenate([[0.0], (edges[:-1] + edges[1:]) / 2])


def _log_masses(prior: Any, edges: np.ndarray) -> np.ndarray:
    """Return the log mass of each cell, from the nearer tail: far out 1 − F keeps no digit."""
    masses = np.where(
        edges[1:] <= prior.median(), np.diff(prior.cdf(edges)), -np.diff(prior.sf(edges))
    )
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(masses))


@dataclass(frozen=True)
class GridLikelihood:
    """P(data | parameter), up to a constant factor, on a grid of values of the parameter.

    Attributes
    ----------
    edges : array, shape (n_cells + 1,)
        The edges of the cells, from 0 to 1.
    log_lik : array, shape (n_cells,)
        log P(data | parameter) at the middle of each cell, up to a constant.
    log_lik_at_0 : float
        The same at the value 0, with the same constant; NaN if the parameter is a row of a trait.
    """

    edges: np.ndarray
    log_lik: np.ndarray
    log_lik_at_0: float

    @classmethod
    def over_draws(
        cls, priors: Priors, claim: Claim, edges: np.ndarray, log_lik: np.ndarray
    ) -> GridLikelihood:
        """Return the likelihood of the parameter of a claim, all other parameters integrated out.

        `log_lik`, of shape (1 + n_cells, n_draws), is log P(data | value, others) at the values of
        `grid_values` and at posterior draws of the others. Each draw gives a posterior of the
        parameter; the mean of these over its prior is the likelihood (Rao-Blackwellized marginal
        posterior, Gelfand & Smith 1990).
        """
        log_prior = _log_masses(claim_betas(priors, claim).pooled, edges)[:, None]
        scaled = log_lik - np.logaddexp.reduce(log_prior + log_lik[1:], axis=0)
        at_0, *rest = np.logaddexp.reduce(scaled, axis=1) - np.log(log_lik.shape[1])
        is_link = not isinstance(priors.variables[claim.effect], Trait)
        return cls(edges, np.array(rest), float(at_0) if is_link else np.nan)

    @property
    def values(self) -> np.ndarray:
        """The middle of each cell."""
        return grid_values(self.edges)[1:]

    def posterior(self, prior: Any) -> tuple[np.ndarray, float]:
        """Return the posterior mass of each cell for a prior, and log P(data) up to a constant."""
        logs = _log_masses(prior, self.edges) + self.log_lik
        total = float(np.logaddexp.reduce(logs))
        return np.exp(logs - total), total

    def quantile(self, masses: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """Return quantiles of a distribution with these masses of the cells, even inside a cell."""
        return np.interp(levels, np.concatenate([[0.0], np.cumsum(masses)]), self.edges)

    def evidence(
        self, betas: ClaimBetas, n_tests: float, width: float = WIDTH, fit: float = np.nan
    ) -> ClaimEvidence:
        """Return what the data say of one claim about this parameter, with a verdict.

        `n_tests` is the expected number of trials of the link; `fit` a posterior predictive
        probability, NaN if it was not computed.
        """
        posterior, log_claim = self.posterior(betas.claim)
        data_alone, _ = self.posterior(betas.ignorance)
        mean_alone = float(data_alone @ self.values)
        variance = float(data_alone @ (self.values - mean_alone) ** 2)
        side = float(2 * data_alone @ betas.claim.cdf(self.values) - 1)
        is_link = not np.isnan(self.log_lik_at_0)
        log_odds = min(log_claim - self.log_lik_at_0, LARGEST_LOG_ODDS) if is_link else 0.0
        odds = float(np.exp(log_odds))
        is_telling = max(odds, 1 / odds) >= SUPPORT_ODDS if odds else True
        is_tested = n_tests > 0 and (is_telling or variance < betas.ignorance.var() / 2)
        strength = "as stated" if abs(side) <= width else "weaker" if side < 0 else "stronger"
        extra = {
            "direction": odds / (1 + odds) if is_link else np.nan,
            "strength": strength if is_tested else "",
            "fit": fit,
        }
        low, high = self.quantile(posterior, np.array([1 - width, 1 + width]) / 2)
        estimate = float(posterior @ self.values), float(low), float(high)
        word = claim_verdict(is_tested, odds, strength, fit)
        return ClaimEvidence(estimate, abs(side), n_tests, word, extra)
