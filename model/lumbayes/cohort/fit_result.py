"""The posterior that a fit found: counts, expected counts and draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..priors.prior import Key


@dataclass(frozen=True)
class FitResult:
    """The posterior of all parameters, as a fit found it.

    A key is a variable ("hills", for a base rate or leak) or a pair (cause, effect) for a link.

    Attributes
    ----------
    counts : mapping of key to tuple
        The Dirichlet counts of each parameter. Those of a sampled parameter are of the Dirichlet
        with the mean and variance of its draws.
    expected_counts : mapping of key to array, shape (n_states,)
        The expected number of the parameter's trials that ended in each state.
    chains : mapping of key to array, shape (n_chains, n_draws, n_states)
        The draws of each sampled parameter; other parameters have none.
    n_divergent : int
        The number of Hamiltonian Monte Carlo trajectories that diverged.
    """

    counts: Mapping[Key, tuple[float, ...]]
    expected_counts: Mapping[Key, np.ndarray]
    chains: Mapping[Key, np.ndarray]
    n_divergent: int

    def shares(self, keys: list[Key], draw: int) -> np.ndarray:
        """Return one joint draw of some parameters as a vector, exact ones at their means."""
        vectors = []
        for key in keys:
            if key in self.chains:
                vectors.append(self.chains[key].reshape(-1, len(self.counts[key]))[draw])
            else:
                counts = np.array(self.counts[key])
                vectors.append(counts / counts.sum())
        return np.concatenate(vectors)

    @property
    def n_draws(self) -> int:
        """The number of joint draws; 1 if all parameters are exact."""
        return next((c.shape[0] * c.shape[1] for c in self.chains.values()), 1)
