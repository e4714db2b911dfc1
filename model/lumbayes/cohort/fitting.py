"""The posterior of all parameters given rows: counts where they are seen, draws where latent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from ..batch.frame import EvidenceRows
from ..case import Case
from ..priors.prior import Key
from .observed_counts import observed_counts
from .parameter_vector import ParameterVector, expected_counts
from .posterior import Posterior, open_evidence
from .sampling import N_CHAINS, n_trajectories, sample_posterior

N_EXPECTED = 16  # draws over which expected counts are averaged


@dataclass(frozen=True)
class Fit:
    """The posterior of all parameters.

    Attributes
    ----------
    counts : mapping of key to tuple
        Of each parameter's Dirichlet; of a sampled one that of its mean and variance.
    expected_counts : mapping of key to array, shape (n_states,)
        The expected number of trials that ended in each state.
    chains : mapping of key to array, shape (n_chains, n_draws, n_states)
        The draws of each sampled parameter.
    n_divergent : int
        The number of trajectories that diverged.
    """

    counts: Mapping[Key, tuple[float, ...]]
    expected_counts: Mapping[Key, np.ndarray]
    chains: Mapping[Key, np.ndarray]
    n_divergent: int

    def shares(self, keys: list[Key], draw: int) -> np.ndarray:
        """One joint draw as a vector of shares; parameters that are exact are at their means."""
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
        """The number of joint draws; 1, the means, where all is exact."""
        return next((c.shape[0] * c.shape[1] for c in self.chains.values()), 1)


def fit_rows(case: Case, rows: EvidenceRows, n_draws: int, seed: int, progress: bool) -> Fit:
    """Fit all parameters of a case to rows."""
    parameters = ParameterVector(case)
    observed = observed_counts(parameters, rows)
    counts = parameters.prior_counts + observed.counts
    keys = [
        key for key, latent in zip(parameters.slices, observed.is_latent, strict=True) if latent
    ]
    chains, n_divergent = dict[Key, np.ndarray](), 0
    if keys:
        is_share = np.repeat(observed.is_latent, parameters.n_states)
        closed = (observed.counts - observed.counts_of_open_rows)[is_share]
        evidence = open_evidence(rows, observed.is_open, closed)
        posterior = Posterior(ParameterVector(case, keys), evidence)
        n_each = max(-(-n_draws // N_CHAINS), 4)
        labels = {"desc": "trajectories", "disable": not progress}
        with tqdm(total=n_trajectories(n_each), **labels) as bar:
            samples = sample_posterior(posterior, n_each, seed, bar.update)
        chains = _by_key(posterior, [sample.draws for sample in samples])
        n_divergent = sum(sample.n_divergent for sample in samples)
    all_counts = {key: tuple(counts[part].tolist()) for key, part in parameters.slices.items()}
    all_counts |= {key: _moments(draws) for key, draws in chains.items()}
    found = Fit(all_counts, {}, chains, n_divergent)
    expected = _expected_counts(parameters, rows, found)
    by_key = {key: expected[part] for key, part in parameters.slices.items()}
    return Fit(all_counts, by_key, chains, n_divergent)


def _by_key(posterior: Posterior, draws: list[np.ndarray]) -> dict[Key, np.ndarray]:
    shares = np.array([[posterior.shares(scores) for scores in chain] for chain in draws])
    return {key: shares[:, :, part] for key, part in posterior.parameters.slices.items()}


def _moments(chains: np.ndarray) -> tuple[float, ...]:
    """The counts of the Dirichlet with the mean and the total variance of draws."""
    draws = chains.reshape(-1, chains.shape[-1])
    means = draws.mean(axis=0)
    total = (means * (1 - means)).sum() / draws.var(axis=0).sum() - 1
    return tuple((means * total).tolist())


def _expected_counts(parameters: ParameterVector, rows: EvidenceRows, found: Fit) -> np.ndarray:
    """The expected counts, averaged over evenly spaced draws."""
    chosen = np.unique(np.linspace(0, found.n_draws - 1, N_EXPECTED).astype(int))
    keys = [*parameters.slices]
    counts = [expected_counts(parameters, rows, found.shares(keys, i)) for i in chosen]
    return np.asarray(np.mean(counts, axis=0))
