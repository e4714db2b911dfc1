"""The posterior of all parameters given rows: counts where they are seen, draws where latent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from ..priors.joint_draws import shared_groups
from ..priors.prior import Key
from .fit_result import FitResult
from .observed_counts import ObservedCounts, observed_counts, open_evidence
from .parameter_vector import ParameterVector
from .posterior import Posterior
from .sampling import N_CHAINS, n_trajectories, sample_posterior, shares_of

if TYPE_CHECKING:
    from ..batch.frame import EvidenceRows
    from ..case import Case

N_EXPECTED = 16  # draws over which expected counts are averaged


def fit_rows(case: Case, rows: EvidenceRows, n_draws: int, seed: int, progress: bool) -> FitResult:
    """Fit all parameters of a case to rows."""
    parameters = ParameterVector(case)
    observed = observed_counts(parameters, rows)
    counts = parameters.prior_counts + observed.counts
    is_sampled = _is_sampled(parameters, observed)
    keys = [key for key, sampled in zip(parameters.slices, is_sampled, strict=True) if sampled]
    chains, n_divergent = dict[Key, np.ndarray](), 0
    if keys:
        is_share = np.repeat(is_sampled, parameters.n_states)
        closed = (observed.counts - observed.counts_of_open_rows)[is_share]
        evidence = open_evidence(rows, observed.is_open, closed)
        posterior = Posterior(ParameterVector(case, keys), evidence)
        n_each = max(-(-n_draws // N_CHAINS), 4)
        labels = {"desc": "trajectories", "disable": not progress}
        with tqdm(total=n_trajectories(n_each), **labels) as bar:
            samples = sample_posterior(posterior, n_each, seed, bar)
        shares = shares_of(posterior, samples)
        chains = {key: shares[:, :, part] for key, part in posterior.parameters.slices.items()}
        n_divergent = sum(sample.n_divergent for sample in samples)
    all_counts = {key: tuple(counts[part].tolist()) for key, part in parameters.slices.items()}
    all_counts |= {key: _moments(draws) for key, draws in chains.items()}
    found = FitResult(all_counts, {}, chains, n_divergent)
    expected = _expected_counts(parameters, rows, found)
    by_key = {key: expected[part] for key, part in parameters.slices.items()}
    return FitResult(all_counts, by_key, chains, n_divergent)


def _is_sampled(parameters: ParameterVector, observed: ObservedCounts) -> np.ndarray:
    """Which parameters are sampled: latent ones, and rows that share draws of which one is touched.

    Of rows that share draws one is informed by the others, so none has a Dirichlet posterior.
    """
    is_sampled = observed.is_latent.copy()
    is_touched = is_sampled | (parameters.sums(observed.counts) > 0)
    number = {key: i for i, key in enumerate(parameters.slices)}
    groups = shared_groups(parameters.compiled.network.priors, parameters.slices)
    for base, rows in groups.items():
        group = [number[key] for key in (base, *rows)]
        is_sampled[group] = is_touched[group].any()
    return is_sampled


def _moments(chains: np.ndarray) -> tuple[float, ...]:
    """The counts of the Dirichlet with the mean and the total variance of draws."""
    draws = chains.reshape(-1, chains.shape[-1])
    means = draws.mean(axis=0)
    total = (means * (1 - means)).sum() / draws.var(axis=0).sum() - 1
    return tuple((means * total).tolist())


def expected_counts(
    parameters: ParameterVector, rows: EvidenceRows, shares: np.ndarray
) -> np.ndarray:
    """The expected counts of all rows together, shape (n_shares,)."""
    counts = np.zeros(len(shares))
    for part, evidence in rows.batches():
        counts += parameters.summed_counts(shares, evidence, rows.multiplicities[part])[1]
    return counts


def _expected_counts(
    parameters: ParameterVector, rows: EvidenceRows, found: FitResult
) -> np.ndarray:
    """The expected counts, averaged over evenly spaced draws."""
    chosen = np.unique(np.linspace(0, found.n_draws - 1, N_EXPECTED).astype(int))
    keys = [*parameters.slices]
    counts = [expected_counts(parameters, rows, found.shares(keys, i)) for i in chosen]
    return np.asarray(np.mean(counts, axis=0))
