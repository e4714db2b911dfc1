"""The joint posterior density of latent parameters, by the normal scores of their priors.

A parameter is split into sticks, each with a Beta prior. The normal score of a stick is
Φ⁻¹(F(stick)), with F its prior's distribution function: the prior of all scores is a standard
normal, and no score has a bound that a mode could lie on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..priors.stick_breaking import later_sums
from .row_groups import group_rows

if TYPE_CHECKING:
    from ..engine.query import Overrides
    from .parameter_vector import ParameterVector

SHARP = 5  # 1 over the Beta count below which a stick is sharp
DIFFERENCE = 1e-4  # of a normal score, for the Hessian
TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class Evidence:
    """The rows that depend on latent parameters, and what all other rows settle.

    Attributes
    ----------
    batches : list of (overrides, array)
        The evidence of distinct rows and their multiplicities.
    observed : array, shape (n_shares,)
        The settled outcomes of all other rows.
    """

    batches: list[tuple[Overrides, np.ndarray]]
    observed: np.ndarray


class Posterior:
    """The posterior of some parameters given the open rows.

    Parameters
    ----------
    parameters : ParameterVector
    evidence : Evidence
    """

    def __init__(self, parameters: ParameterVector, evidence: Evidence):
        self.parameters = parameters
        self.evidence = evidence
        self._groups = group_rows(parameters, evidence.batches)
        counts = [parameters.prior_counts[part] for part in parameters.slices.values()]
        self._sticks = Sticks(counts)
        self._sticks_of = [Sticks([of_one]) for of_one in counts]
        self._shares_of = [*parameters.slices.values()]
        ends = np.cumsum(parameters.n_states - 1).tolist()
        self.scores_of = [
            slice(first, end) for first, end in zip([0, *ends[:-1]], ends, strict=True)
        ]
        self.n_dimensions = ends[-1]
        self.is_sharp = self._sticks.is_sharp
        self.sharp_parameters = [
            number for number, part in enumerate(self.scores_of) if self.is_sharp[part].any()
        ]

    def shares(self, scores: np.ndarray) -> np.ndarray:
        """The shares at normal scores, shape (n_shares,)."""
        return self._sticks.shares(*self._sticks.sticks(scores))

    def log_likelihood(self, shares: np.ndarray) -> tuple[float, np.ndarray]:
        """log P(rows), and its derivatives by log shares that keep each parameter's sum."""
        log_lik, by_log_shares = self._groups.log_likelihood(shares)
        log_lik += float(self.evidence.observed @ np.log(np.maximum(shares, TINY)))
        return log_lik, by_log_shares + self.evidence.observed

    def density(self, scores: np.ndarray) -> tuple[float, np.ndarray]:
        """The log posterior density of normal scores, up to a constant, and its gradient."""
        logs = self._sticks.sticks(scores)
        log_lik, counts = self.log_likelihood(self._sticks.shares(*logs))
        if not np.isfinite(log_lik):
            return -np.inf, np.zeros_like(scores)
        gradient = self._sticks.gradient(scores, *logs, counts)
        return log_lik - scores @ scores / 2, gradient - scores

    def conditional(self, scores: np.ndarray, parameter: int) -> Callable[[np.ndarray], float]:
        """The log likelihood by the scores of one parameter, all others as they are.

        One pass over the rows is enough: see `RowGroups.log_ratio`.
        """
        part, sticks = self._shares_of[parameter], self._sticks_of[parameter]
        observed = self.evidence.observed[part]
        log_ratio = self._groups.log_ratio(self.shares(scores), parameter)

        def log_likelihood(own: np.ndarray) -> float:
            now = sticks.shares(*sticks.sticks(own))
            return float(observed @ np.log(np.maximum(now, TINY))) + log_ratio(now)

        return log_likelihood

    def mode(self) -> np.ndarray:
        """The mode of the density of normal scores."""
        from scipy.optimize import minimize

        def objective(scores: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = self.density(scores)
            return -value, -gradient

        start = np.zeros(self.n_dimensions)
        return np.asarray(minimize(objective, start, jac=True, method="L-BFGS-B").x)

    def precision(self, scores: np.ndarray) -> np.ndarray:
        """Minus the Hessian of the log density, by differences of its gradient."""
        steps = np.eye(len(scores)) * DIFFERENCE
        ahead, behind = (
            np.array([self.density(scores + sign * step)[1] for step in steps]) for sign in (1, -1)
        )
        hessian = (ahead - behind) / (2 * DIFFERENCE)
        return np.asarray(-(hessian + hessian.T) / 2)


class Sticks:
    """The sticks of several parameters with Beta priors (`stick_breaking`), as one vector.

    Parameters
    ----------
    counts : list of array, each of shape (n_states,)
        Of the Dirichlet of each parameter.
    """

    def __init__(self, counts: list[np.ndarray]):
        from scipy.sparse import block_diag
        from scipy.special import betainc, ndtri

        self.stop = np.concatenate([c[:-1] for c in counts])
        self.later = np.concatenate([later_sums(c) for c in counts])
        self._score_of_half = ndtri(betainc(self.stop, self.later, 1 / 2))
        # A share is the product of its own stick and what all earlier ones leave. Sparse, because
        # products of dense matrices of this size start threads that take longer than the product.
        self._own = block_diag([np.eye(len(c))[:, :-1] for c in counts], format="csr")
        self._left = block_diag([np.tri(len(c), k=-1)[:, :-1] for c in counts], format="csr")

    def sticks(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The logarithms of the sticks at normal scores and of 1 minus each: (n_sticks,).

        The smaller of the two is inverted, which keeps its digits.
        """
        from scipy.special import betaincinv, ndtr

        is_low = scores < self._score_of_half
        own, other = np.where(is_low, (self.stop, self.later), (self.later, self.stop))
        smaller = betaincinv(own, other, ndtr(np.where(is_low, scores, -scores)))
        log_smaller, log_larger = np.log(np.maximum(smaller, TINY)), np.log1p(-smaller)
        log_stopped = np.where(is_low, log_smaller, log_larger)
        return log_stopped, np.where(is_low, log_larger, log_smaller)

    @property
    def is_sharp(self) -> np.ndarray:
        """Whether a stick is almost a step function of its score: its Beta is nearly all 0 or 1."""
        return np.minimum(self.stop, self.later) * SHARP < 1

    def shares(self, log_stopped: np.ndarray, log_going_on: np.ndarray) -> np.ndarray:
        """The shares of all states of all parameters, shape (n_shares,)."""
        return np.exp(self._own @ log_stopped + self._left @ log_going_on)

    def gradient(
        self,
        scores: np.ndarray,
        log_stopped: np.ndarray,
        log_going_on: np.ndarray,
        counts: np.ndarray,
    ) -> np.ndarray:
        """The gradient by normal scores of a function, from that by log shares, `counts`."""
        from scipy.special import betaln

        by_log_odds = self._own.T @ counts * np.exp(log_going_on)
        by_log_odds -= self._left.T @ counts * np.exp(log_stopped)
        log_normal = -(scores**2 + np.log(2 * np.pi)) / 2
        log_beta = self.stop * log_stopped + self.later * log_going_on
        log_beta -= betaln(self.stop, self.later)
        return np.asarray(by_log_odds * np.exp(log_normal - log_beta))
