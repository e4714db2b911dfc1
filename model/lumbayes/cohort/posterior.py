"""The joint posterior density of latent parameters, by the normal scores of their priors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..priors.joint_draws import shared_groups
from .row_groups import group_rows
from .score_maps import TINY, SharedRows, Sticks

if TYPE_CHECKING:
    from ..engine.query import Overrides
    from .parameter_vector import ParameterVector

DIFFERENCE = 1e-4  # of a normal score, for the Hessian


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
        slices, counts = parameters.slices, parameters.prior_counts
        shared = shared_groups(parameters.compiled.network.priors, slices)
        groups = [[base, *rows] for base, rows in shared.items()]
        sharing = [key for group in groups for key in group]
        alone = [number for number, key in enumerate(slices) if key not in sharing]
        self._shares_of = [*slices.values()]
        self._sticks_of = {number: Sticks([counts[self._shares_of[number]]]) for number in alone}
        sticks = Sticks([counts[self._shares_of[number]] for number in alone])
        gammas = SharedRows([[counts[slices[key]] for key in group] for group in groups])
        self._maps: list[tuple[Sticks | SharedRows, np.ndarray]] = [
            (sticks, _positions([self._shares_of[number] for number in alone])),
            (gammas, _positions([slices[key] for key in sharing])),
        ]
        self.n_dimensions = sticks.n_scores + gammas.n_scores
        ends = np.cumsum([0, *(parameters.n_states[alone] - 1)]).tolist()
        self.scores_of = {n: slice(*ends[i : i + 2]) for i, n in enumerate(alone)}
        self.is_sharp = np.concatenate([sticks.is_sharp, np.zeros(gammas.n_scores, bool)])
        self.sharp_parameters = [n for n in alone if self.is_sharp[self.scores_of[n]].any()]

    def shares(self, scores: np.ndarray) -> np.ndarray:
        """The shares at normal scores, shape (n_shares,)."""
        return self._at(scores)[0]

    def _at(self, scores: np.ndarray) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
        """The shares, and the map from a gradient by log shares to that by normal scores."""
        shares, pulls, first = np.empty(len(self.parameters.prior_counts)), [], 0
        for score_map, positions in self._maps:
            own = scores[first : first + score_map.n_scores]
            shares[positions], pull = score_map.at(own)
            pulls.append((pull, positions))
            first += score_map.n_scores

        def gradient(by_log_shares: np.ndarray) -> np.ndarray:
            return np.concatenate([pull(by_log_shares[positions]) for pull, positions in pulls])

        return shares, gradient

    def log_likelihood(self, shares: np.ndarray) -> tuple[float, np.ndarray]:
        """log P(rows), and its derivatives by log shares that keep each parameter's sum."""
        log_lik, by_log_shares = self._groups.log_likelihood(shares)
        log_lik += float(self.evidence.observed @ np.log(np.maximum(shares, TINY)))
        return log_lik, by_log_shares + self.evidence.observed

    def density(self, scores: np.ndarray) -> tuple[float, np.ndarray]:
        """The log posterior density of normal scores, up to a constant, and its gradient."""
        shares, gradient = self._at(scores)
        log_lik, by_log_shares = self.log_likelihood(shares)
        if not np.isfinite(log_lik):
            return -np.inf, np.zeros_like(scores)
        return log_lik - scores @ scores / 2, gradient(by_log_shares) - scores

    def conditional(self, scores: np.ndarray, parameter: int) -> Callable[[np.ndarray], float]:
        """The log likelihood by the scores of one parameter, all others as they are.

        One pass over the rows is enough: see `RowGroups.log_ratio`.
        """
        part, sticks = self._shares_of[parameter], self._sticks_of[parameter]
        observed = self.evidence.observed[part]
        log_ratio = self._groups.log_ratio(self.shares(scores), parameter)

        def log_likelihood(own: np.ndarray) -> float:
            now, _ = sticks.at(own)
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


def _positions(parts: list[slice]) -> np.ndarray:
    """The places of some parts of a vector, one after the other."""
    return np.array([place for part in parts for place in range(part.start, part.stop)], int)
