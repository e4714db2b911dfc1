"""Hamiltonian Monte Carlo with trajectories of random length, and its diagnostics.

Leapfrog steps with a Metropolis test (Duane et al. 1987; Neal 2011). The length of a trajectory is
drawn uniformly, which keeps it off the periods of the target (Bou-Rabee & Sanz-Serna 2017). The
step size is tuned during the warm-up by stochastic approximation (Andrieu & Thoms 2008). The target
is expected to be about a standard normal: precondition it first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Density = Callable[[np.ndarray], tuple[float, np.ndarray]]  # the log density and its gradient

TARGET_ACCEPTANCE = 0.8  # at which a gradient is spent best in many dimensions (Beskos et al. 2013)
LONGEST = np.pi  # of a trajectory; half of it turns a normal's position by a right angle
MAX_LEAPFROG_STEPS = 100
MAX_ENERGY_ERROR = 1000.0  # nats; a trajectory beyond it has diverged


@dataclass(frozen=True)
class Chain:
    """One chain after its warm-up.

    Attributes
    ----------
    draws : array, shape (n_draws, n_dimensions)
    acceptance : float
        The mean acceptance probability.
    n_divergent : int
        How many trajectories diverged.
    """

    draws: np.ndarray
    acceptance: float
    n_divergent: int

    def followed_by(self, later: Chain) -> Chain:
        """The chain with the draws of a later one after its own."""
        n_own, n_later = len(self.draws), len(later.draws)
        accepted = n_own * self.acceptance + n_later * later.acceptance
        return Chain(
            np.concatenate([self.draws, later.draws]),
            accepted / (n_own + n_later),
            self.n_divergent + later.n_divergent,
        )


@dataclass(frozen=True)
class State:
    """A position with the log density and its gradient there."""

    position: np.ndarray
    log_density: float
    gradient: np.ndarray


def sample_chain(
    density: Density,
    start: np.ndarray,
    n_warmup: int,
    n_draws: int,
    rng: np.random.Generator,
    between: Callable[[np.ndarray], np.ndarray] | None = None,
    on_draw: Callable[[], object] = lambda: None,
) -> Chain:
    """Sample one chain.

    Parameters
    ----------
    density : callable
        The log density, up to a constant, and its gradient at a position.
    start : array, shape (n_dimensions,)
    n_warmup, n_draws : int
        Trajectories that tune the step size, and those that are kept.
    rng : numpy.random.Generator
    between : callable, optional
        Called with the position after each trajectory, returns the next one. It may update the
        position, and other quantities that the density depends on (Metropolis within Gibbs).
    on_draw : callable, optional
        Called after each trajectory.
    """
    state = State(start, *density(start))
    step = StepSize(len(start))
    draws = np.empty((n_draws, len(start)))
    acceptances, n_divergent = 0.0, 0
    for i in range(-n_warmup, n_draws):
        if i == 0:
            step.finish()
        n_steps = min(int(np.ceil(rng.uniform(0, LONGEST) / step.size)), MAX_LEAPFROG_STEPS)
        state, acceptance, is_divergent = trajectory(density, state, step.size, n_steps, rng)
        if i < 0:
            step.update(acceptance)
        else:
            draws[i] = state.position
            acceptances += acceptance
            n_divergent += is_divergent
        if between:
            position = between(state.position)
            state = State(position, *density(position))
        on_draw()
    return Chain(draws, acceptances / n_draws, n_divergent)


class StepSize:
    """A step size tuned until trajectories are accepted with `TARGET_ACCEPTANCE`."""

    def __init__(self, n_dimensions: int):
        # the order at which the energy error stays the same
        self.size = max(n_dimensions, 1) ** (-1 / 4)
        self._logs = [np.log(self.size)]

    def update(self, acceptance: float) -> None:
        """Lengthen the step where more is accepted than aimed at, else shorten it."""
        change = (acceptance - TARGET_ACCEPTANCE) / np.sqrt(len(self._logs))
        self._logs.append(self._logs[-1] + change)
        self.size = float(np.exp(self._logs[-1]))

    def finish(self) -> None:
        """Settle on the geometric mean over the second half of the warm-up."""
        self.size = float(np.exp(np.mean(self._logs[len(self._logs) // 2 :])))


def trajectory(
    density: Density, state: State, step: float, n_steps: int, rng: np.random.Generator
) -> tuple[State, float, bool]:
    """The next state, the probability that its proposal had, and whether it diverged."""
    momentum = rng.standard_normal(len(state.position))
    energy = momentum @ momentum / 2 - state.log_density
    proposal = state
    error = 0.0
    for _ in range(n_steps):
        momentum = momentum + step / 2 * proposal.gradient
        position = proposal.position + step * momentum
        proposal = State(position, *density(position))
        momentum = momentum + step / 2 * proposal.gradient
        error = float(momentum @ momentum / 2 - proposal.log_density - energy)
        if not error < MAX_ENERGY_ERROR:
            return state, 0.0, True
    acceptance = float(np.exp(min(0.0, -error)))
    return (proposal if rng.random() < acceptance else state), acceptance, False


def r_hat(draws: np.ndarray) -> np.ndarray:
    """Rank-normalized split R-hat of draws, shape (n_chains, n_draws, …): shape (…).

    Chains that agree have 1; above 1.01 sample longer (Vehtari et al. 2021).
    """
    halves = _normal_scores(_split(draws))
    n = halves.shape[1]
    within = halves.var(axis=1, ddof=1).mean(axis=0)
    between = halves.mean(axis=1).var(axis=0, ddof=1)
    return np.asarray(np.sqrt((n - 1) / n + between / within))


def bulk_ess(draws: np.ndarray) -> np.ndarray:
    """Effective sample size of the bulk of draws, shape (n_chains, n_draws, …): shape (…).

    Of split, rank-normalized chains, with Geyer's initial monotone sequence (Vehtari et al. 2021).
    """
    halves = _normal_scores(_split(draws))
    n_chains, n = halves.shape[:2]
    covariances = _autocovariances(halves).mean(axis=0)
    within = covariances[0] * n / (n - 1)
    variance = covariances[0] + halves.mean(axis=1).var(axis=0, ddof=1)
    correlations = 1 - (within - covariances) / variance
    correlations[0] = 1.0
    pairs = correlations[: n // 2 * 2].reshape(-1, 2, *correlations.shape[1:]).sum(axis=1)
    pairs = np.minimum.accumulate(np.maximum(pairs, 0), axis=0)
    total = n_chains * n
    return np.asarray(total / np.maximum(2 * pairs.sum(axis=0) - 1, 1 / np.log10(total)))


def _split(draws: np.ndarray) -> np.ndarray:
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, draws.shape[1] - half :]])


def _normal_scores(draws: np.ndarray) -> np.ndarray:
    from scipy.special import ndtri
    from scipy.stats import rankdata

    flat = draws.reshape(-1, *draws.shape[2:])
    ranks = rankdata(flat, axis=0)
    return np.asarray(ndtri((ranks - 3 / 8) / (len(flat) + 1 / 4))).reshape(draws.shape)


def _autocovariances(draws: np.ndarray) -> np.ndarray:
    """Of each chain at each lag, of the shape of `draws`, by the fast Fourier transform."""
    n = draws.shape[1]
    centred = draws - draws.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * n, axis=1)
    return np.fft.irfft(np.abs(spectrum) ** 2, 2 * n, axis=1)[:, :n] / n
