"""Joint draws of all parameters, with their weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..engine.intervals import effective_sample_size
from .plate_model import log_sum


@dataclass(frozen=True)
class Draws:
    """Joint draws of all parameters.

    Attributes
    ----------
    inputs : array, shape (n_inputs, n_draws)
    log_weights : array, shape (n_draws,)
        0 for draws from the priors; for draws from the posterior given `n_runs` runs
        −log P(these runs | draw), up to a constant.
    parts : array, shape (n_parts, n_draws)
    n_runs : int
    independent : float
        The share of the draws that are as good as independent: those resampled from one draw are
        not until they have been moved far.
    """

    inputs: np.ndarray
    log_weights: np.ndarray
    parts: np.ndarray
    n_runs: int = 0
    independent: float = 1.0

    @property
    def n_draws(self) -> int:
        """The number of draws."""
        return self.inputs.shape[1]

    def weights(self, log_lik: np.ndarray) -> np.ndarray:
        """The normalized weights given log P(findings | draw), both of shape (n_draws,)."""
        logs = self.log_weights + log_lik
        weights = np.exp(logs - logs.max())
        return weights / weights.sum()

    def effective_sample_size(self, weights: np.ndarray) -> float:
        """The number of independent, equally weighted draws that weighted ones are worth."""
        return self.independent * effective_sample_size(weights)

    def log_evidence(self, log_lik: np.ndarray) -> float:
        """log P(findings), averaged over the draws."""
        return float(log_sum(self.log_weights + log_lik) - np.log(len(self.log_weights)))


def systematic_resample(rng: np.random.Generator, weights: np.ndarray, n: int) -> np.ndarray:
    """Positions of `n` draws, each about as often as its weight says (Kitagawa 1996)."""
    quantiles = (rng.random() + np.arange(n)) / n
    return np.searchsorted(np.cumsum(weights), quantiles).clip(max=len(weights) - 1)
