"""Draws from the joint posterior: Hamiltonian Monte Carlo within Gibbs, in four chains.

Chains that disagree, or whose draws depend too much on one another, are sampled further.

Priors of few counts make a share nearly 0 or nearly 1: by its normal score it is almost a step, on
which gradients say nothing. Such sticks are updated between the trajectories of all others, by
elliptical slice sampling.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..engine.solve import KERNEL_WAIT_BATCH, kernel_for
from .hmc import Chain, bulk_ess, r_hat, sample_chain
from .parameter_vector import matvec
from .posterior import TINY, Posterior

if TYPE_CHECKING:
    from tqdm import tqdm

N_CHAINS = 4
ROUNDS = 2  # of the warm-up, each followed by another map to a standard normal
ROUND_DRAWS = 50  # of each chain
TUNING = 25  # trajectories that tune the step size before each round and before the draws
MIXED_R_HAT = 1.05  # up to which chains agree
ENOUGH_ESS = 100  # effective draws from which an interval's ends are good to some hundredths
MAX_DOUBLINGS = 2  # of the length of chains that have not mixed
SHARP_UPDATES = 10  # parameters with sharp sticks that are updated after each trajectory


class Sampler:
    """Hamiltonian Monte Carlo on the smooth sticks, slice sampling of the sharp ones between.

    Smooth scores are mapped so that the posterior is about a standard normal. After each trajectory
    some parameters with sharp sticks are updated, stick by stick, given all others, by elliptical
    slice sampling (Murray, Adams & MacKay 2010).

    Parameters
    ----------
    posterior : Posterior
    scores : array, shape (n_dimensions,)
        Where the sampler is.
    rng : numpy.random.Generator
    """

    def __init__(self, posterior: Posterior, scores: np.ndarray, rng: np.random.Generator):
        self._posterior, self._scores, self._rng = posterior, scores.copy(), rng
        self.is_smooth = ~posterior.is_sharp
        self._visited = list[np.ndarray]()

    def standardize(self, centre: np.ndarray, covariance: np.ndarray) -> None:
        """Map smooth scores of this mean and covariance, (n_smooth, …), to a standard normal."""
        self._centre, self._spread = centre, np.linalg.cholesky(covariance)
        self._whiten = np.linalg.inv(self._spread)

    def sample(self, n_warmup: int, n_draws: int, on_draw: Callable[[], object]) -> Chain:
        """Sample from where the sampler is; the chain's draws are normal scores of all sticks."""
        self._visited = []
        chain = sample_chain(
            self._density, self._position(), n_warmup, n_draws, self._rng, self._between, on_draw
        )
        return replace(chain, draws=np.array(self._visited[n_warmup:]))

    def _at(self, position: np.ndarray) -> np.ndarray:
        scores = self._scores.copy()
        scores[self.is_smooth] = self._centre + matvec(self._spread, position)
        return scores

    def _density(self, position: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = self._posterior.density(self._at(position))
        return value, matvec(self._spread.T, gradient[self.is_smooth])

    def _between(self, position: np.ndarray) -> np.ndarray:
        self._scores = self._at(position)
        sharp = self._posterior.sharp_parameters
        n_updates = min(SHARP_UPDATES, len(sharp))
        for parameter in self._rng.choice(sharp, n_updates, replace=False).tolist():
            log_likelihood = self._posterior.conditional(self._scores, parameter)
            own = self._scores[self._posterior.scores_of[parameter]]
            for stick in range(len(own)):
                slice_sample(log_likelihood, own, stick, self._rng)
        self._visited.append(self._scores.copy())
        return self._position()

    def _position(self) -> np.ndarray:
        return matvec(self._whiten, self._scores[self.is_smooth] - self._centre)


def slice_sample(
    log_likelihood: Callable[[np.ndarray], float],
    scores: np.ndarray,
    stick: int,
    rng: np.random.Generator,
) -> None:
    """One step of elliptical slice sampling of one of the scores, in place."""
    now, other = scores[stick], rng.standard_normal()
    level = log_likelihood(scores) + np.log(rng.random())
    angle = rng.uniform(0, 2 * np.pi)
    low, high = angle - 2 * np.pi, angle
    while high - low > TINY:  # at an angle of 0 the score is as now
        scores[stick] = now * np.cos(angle) + other * np.sin(angle)
        if log_likelihood(scores) > level:
            return
        low, high = (angle, high) if angle < 0 else (low, angle)
        angle = rng.uniform(low, high)


def n_trajectories(n_each: int) -> int:
    """How many trajectories all chains take, warm-up included, if they mix."""
    return N_CHAINS * (ROUNDS * (TUNING + ROUND_DRAWS) + TUNING + n_each)


def sample_posterior(posterior: Posterior, n_each: int, seed: int, bar: tqdm) -> list[Chain]:
    """Sample `N_CHAINS` chains of at least `n_each` draws of all normal scores.

    Chains start at draws of the normal approximation at the mode. The map to a standard normal is
    its covariance at first, then that of the draws of `ROUNDS` rounds, all chains together. Chains
    that have not mixed are doubled in length, up to `MAX_DOUBLINGS` times.
    """
    kernel_for(KERNEL_WAIT_BATCH)  # thousands of passes follow
    samplers, covariance = _warmed_up(posterior, seed, bar)
    chains = [sampler.sample(TUNING, n_each, bar.update) for sampler in samplers]
    for _ in range(MAX_DOUBLINGS):
        if has_mixed(shares_of(posterior, chains)):
            break
        n_more = len(chains[0].draws)
        bar.total += N_CHAINS * (TUNING + n_more)
        covariance = _standardize(samplers, chains, covariance)
        chains = [
            chain.followed_by(sampler.sample(TUNING, n_more, bar.update))
            for chain, sampler in zip(chains, samplers, strict=True)
        ]
    return chains


def shares_of(posterior: Posterior, chains: list[Chain]) -> np.ndarray:
    """The shares of all draws, shape (n_chains, n_draws, n_shares)."""
    return np.array([[posterior.shares(scores) for scores in chain.draws] for chain in chains])


def has_mixed(shares: np.ndarray) -> bool:
    """Whether all parameters have a small R-hat and enough effective draws."""
    return bool(r_hat(shares).max() <= MIXED_R_HAT and bulk_ess(shares).min() >= ENOUGH_ESS)


def _warmed_up(posterior: Posterior, seed: int, bar: tqdm) -> tuple[list[Sampler], np.ndarray]:
    """A sampler for each chain after the warm-up, and the covariance of their map."""
    smooth = ~posterior.is_sharp
    mode = posterior.mode()
    values, vectors = np.linalg.eigh(posterior.precision(mode))
    spread = vectors / np.sqrt(np.maximum(values, 1))  # nowhere wider than the prior
    samplers = []
    for number in range(N_CHAINS):
        rng = np.random.default_rng([seed, number])
        samplers.append(Sampler(posterior, _start(posterior, mode, spread, rng), rng))
    covariance = (spread @ spread.T)[np.ix_(smooth, smooth)]
    for sampler in samplers:
        sampler.standardize(mode[smooth], covariance)
    for _ in range(ROUNDS):
        chains = [sampler.sample(TUNING, ROUND_DRAWS, bar.update) for sampler in samplers]
        covariance = _standardize(samplers, chains, covariance)
    return samplers, covariance


def _standardize(
    samplers: list[Sampler], chains: list[Chain], covariance: np.ndarray
) -> np.ndarray:
    """Map the samplers by the draws of all chains; the covariance that they then have."""
    smooth = samplers[0].is_smooth
    draws = np.concatenate([chain.draws for chain in chains])[:, smooth]
    covariance = _shrunk(draws, covariance)
    for sampler in samplers:
        sampler.standardize(draws.mean(axis=0), covariance)
    return covariance


def _shrunk(draws: np.ndarray, towards: np.ndarray) -> np.ndarray:
    """The covariance of draws, shrunk as if as many draws as dimensions had another."""
    n_draws, n_dimensions = draws.shape
    centred = draws - draws.mean(axis=0)
    total = centred.T @ centred + n_dimensions * towards
    return np.asarray(total / (n_draws + n_dimensions))


def _start(
    posterior: Posterior, mode: np.ndarray, spread: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """A draw of the normal approximation where the density is not 0."""
    step = spread @ rng.standard_normal(len(mode))
    while not np.isfinite(posterior.density(mode + step)[0]):
        step = step / 2
    return mode + step
