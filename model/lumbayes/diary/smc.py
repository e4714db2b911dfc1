"""Posterior draws of all parameters given runs, by iterated batch importance sampling.

Draws from the priors are weighted by the likelihood of the runs, one run after the other. When the
effective sample size falls too low, they are resampled by weight and moved by elliptical slice
sampling, in normal scores, which leaves the posterior given the runs so far invariant: the fewer
draws are effective, the more moves (iterated batch importance sampling, Chopin 2002; elliptical
slice sampling, Murray, Adams & MacKay 2010; around a fitted normal, Nishihara, Murray & Adams
2014).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..defaults import DRAWS, SEED
from ..engine.intervals import (
    DRAWS_PER_EFFECTIVE,
    ENOUGH_EFFECTIVE,
    effective_sample_size,
)
from ..inference.caching import cached_for_priors
from .draws import Draws, systematic_resample
from .filtering import log_evidence_function, log_evidence_path
from .log_odds import LogOddsTransform

if TYPE_CHECKING:
    from ..inference.compiled import Compiled
    from .history import RunHistory

N_RESAMPLED = 1024  # draws that are kept and moved
MIN_EFFECTIVE = 128  # effective draws below which they are resampled
MOVES_PER_EFFECTIVE_DRAW = 400  # moves are this number divided by the effective draws, rounded up
MAX_MOVES = 20
MAX_TRIES = 4  # points on an ellipse; a draw for which none is accepted stays
FULL_CIRCLE = 2 * np.pi
COLUMNS_AT_ONCE = 2**17  # draws times runs of one pass of the filter, at first
# Products of matrices; `@` would start threads for matrices as small as these.
matmul = partial(np.einsum, "ij,jk->ik")


def is_exact(history: RunHistory) -> bool:
    """Whether figures at the prior means are exact: one run uses each parameter once."""
    return len(history.informative()) <= 1


def summary(history: RunHistory, stages: Sequence[Draws]) -> str:
    """How the parameters were sampled, in one line."""
    n_moves, n_runs = len(stages) - 1, len(history)
    draws = f"{stages[-1].n_draws:,} draws"
    if is_exact(history):
        exact = f"{n_runs or 'no'} run: exact at the mean of every parameter"
        return f"{exact}, intervals from {draws} of the priors"
    if not n_moves:
        return f"{draws} of the priors, weighted by {n_runs} runs"
    moves = f"resampled and moved {n_moves} times when few were effective"
    return f"{draws}, weighted by {n_runs} runs, {moves}"


def prior_means(history: RunHistory) -> Draws:
    """All parameters at their means."""
    return Draws(history.case.compiled.mean_inputs, np.zeros(1), np.zeros((0, 1)))


def prior_draws(compiled: Compiled) -> Draws:
    """Draws from the priors."""
    sampled = compiled.network.priors.sample(DRAWS, SEED)
    shares = {key: np.stack([1 - s, s]) if s.ndim == 1 else s.T for key, s in sampled.items()}
    log_odds = LogOddsTransform(compiled).from_shares(shares)
    return Draws(compiled.sampled_inputs(DRAWS, SEED), np.zeros(DRAWS), log_odds)


def sample_posterior(history: RunHistory) -> list[Draws]:
    """Draws for each stage of the runs; a stage begins after the `n_runs` of its draws."""
    compiled = history.case.compiled
    transform = cached_for_priors(compiled, "log odds", LogOddsTransform)
    stages = [cached_for_priors(compiled, "draws of the priors", prior_draws)]
    sticks = informed_sticks(history, transform)
    while (degenerate := _first_degenerate(history, stages[-1])) is not None:
        n_runs, log_lik = degenerate
        stages.append(_resample_move(history.first(n_runs), log_lik, stages[-1], transform, sticks))
    return stages


def _first_degenerate(history: RunHistory, draws: Draws) -> tuple[int, np.ndarray] | None:
    """The number of runs after which too few draws are effective, and log P(runs | draw)."""
    start, n_draws = draws.n_runs, draws.n_draws
    n_at_once = max(COLUMNS_AT_ONCE // n_draws, 1)
    while start < len(history):
        end = min(start + n_at_once, len(history))
        path = log_evidence_path(history.first(end), draws.inputs, end - start)
        for n_runs, log_lik in enumerate(path, start + 1):
            fewest = max(MIN_EFFECTIVE, n_draws / DRAWS_PER_EFFECTIVE)
            if n_runs == len(history):
                fewest = ENOUGH_EFFECTIVE
            if effective_sample_size(draws.weights(log_lik)) < fewest:
                return n_runs, log_lik
        start, n_at_once = end, 2 * n_at_once
    return None


def _resample_move(
    history: RunHistory,
    log_lik: np.ndarray,
    draws: Draws,
    transform: LogOddsTransform,
    sticks: np.ndarray,
) -> Draws:
    """Draws from the posterior given these runs, out of draws that are weighted by `log_lik`.

    Only the given sticks are moved; of all others the draws stay.
    """
    rng = np.random.default_rng([SEED, len(history)])
    weights = draws.weights(log_lik)

    def inputs(scores: np.ndarray) -> np.ndarray:
        return transform.inputs(transform.from_scores(scores, sticks), sticks)

    scores = transform.to_scores(draws.log_odds[sticks], sticks)
    prior = transform.covariance[np.ix_(sticks, sticks)]
    resampled = systematic_resample(rng, weights, N_RESAMPLED)
    log_evidence = log_evidence_function(history, inputs(scores[:, resampled]))
    sampler = EllipticalSliceSampler.fit(scores, weights, prior)
    moved, moved_log_lik = scores[:, resampled], log_lik[resampled]
    for _ in range(_n_moves(weights)):
        moved, moved_log_lik = sampler.move(
            rng, moved, moved_log_lik, lambda scores: log_evidence(inputs(scores))
        )
    log_odds = draws.log_odds[:, :N_RESAMPLED].copy()
    log_odds[sticks] = transform.from_scores(moved, sticks)
    log_weights = draws.log_evidence(log_lik) - moved_log_lik
    return Draws(transform.inputs(log_odds), log_weights, log_odds, len(history))


def _n_moves(weights: np.ndarray) -> int:
    n_moves = np.ceil(MOVES_PER_EFFECTIVE_DRAW / effective_sample_size(weights))
    return min(int(n_moves), MAX_MOVES)


def informed_sticks(history: RunHistory, transform: LogOddsTransform) -> np.ndarray:
    """The numbers of the uncertain sticks that P(runs) may depend on."""
    circuits = (history.shared.run, history.shared.prior)
    used_rows = np.concatenate([circuit.terms for circuit in circuits])
    rows = transform.compiled.parameter_rows
    is_used = [bool(np.isin(rows(key), used_rows).any()) for key in transform.keys]
    return np.flatnonzero(is_used & transform.is_uncertain)


@dataclass(frozen=True)
class EllipticalSliceSampler:
    """Moves that leave prior × likelihood invariant, along ellipses of a fitted normal.

    Attributes
    ----------
    centre : array, shape (n_scores, 1)
        The fitted normal's mean.
    root : array, shape (n_scores, n_scores)
        The Cholesky factor of its covariance.
    whiten, whiten_prior : arrays, shape (n_scores, n_scores)
        The inverse Cholesky factors of its covariance and of the prior's.
    """

    centre: np.ndarray
    root: np.ndarray
    whiten: np.ndarray
    whiten_prior: np.ndarray

    @classmethod
    def fit(
        cls, scores: np.ndarray, weights: np.ndarray, prior: np.ndarray
    ) -> EllipticalSliceSampler:
        """Fit the normal to weighted draws, (n_scores, n_draws); `prior` is a covariance.

        The fewer draws are effective, the more correlations are shrunk towards 0.
        """
        centre = (scores @ weights)[:, None]
        covariance = matmul((scores - centre) * weights, (scores - centre).T)
        size = effective_sample_size(weights)
        trust = size / (size + len(scores))
        shrunk = trust * covariance + (1 - trust) * np.diag(np.diag(covariance))
        root = np.linalg.cholesky(shrunk)
        return cls(centre, root, np.linalg.inv(root), np.linalg.inv(np.linalg.cholesky(prior)))

    def log_density_ratio(self, scores: np.ndarray) -> np.ndarray:
        """log (prior / fitted normal), up to a constant, shape (n_draws,)."""
        own = matmul(self.whiten, scores - self.centre)
        prior = matmul(self.whiten_prior, scores)
        return (own**2 - prior**2).sum(axis=0) / 2

    def move(
        self,
        rng: np.random.Generator,
        scores: np.ndarray,
        log_lik: np.ndarray,
        log_likelihood: Callable[[np.ndarray], np.ndarray],
    ) -> tuple[np.ndarray, np.ndarray]:
        """Move each draw along an ellipse through it, to a point above its slice.

        `scores` (n_scores, n_draws) and their log-likelihoods (n_draws,) are returned moved. The
        bracket of angles shrinks towards the draw at each try; after `MAX_TRIES` the draw stays,
        which leaves the target invariant too.
        """
        scores, log_lik, n_draws = scores.copy(), log_lik.copy(), scores.shape[1]
        slice_level = log_lik + self.log_density_ratio(scores) + np.log(rng.random(n_draws))
        start = scores - self.centre
        other = matmul(self.root, rng.standard_normal(scores.shape))
        angle = FULL_CIRCLE * rng.random((n_draws,))
        low, high = angle - FULL_CIRCLE, angle.copy()
        pending = np.arange(n_draws)
        for _ in range(MAX_TRIES):
            if not len(pending):
                break
            cos, sin = np.cos(angle[pending]), np.sin(angle[pending])
            proposed = self.centre + start[:, pending] * cos + other[:, pending] * sin
            proposed_log_lik = log_likelihood(proposed)
            density = proposed_log_lik + self.log_density_ratio(proposed)
            is_accepted = density > slice_level[pending]
            accepted = pending[is_accepted]
            scores[:, accepted] = proposed[:, is_accepted]
            log_lik[accepted] = proposed_log_lik[is_accepted]
            pending = pending[~is_accepted]
            rejected = angle[pending]
            low[pending] = np.where(rejected < 0, rejected, low[pending])
            high[pending] = np.where(rejected >= 0, rejected, high[pending])
            width = high[pending] - low[pending]
            angle[pending] = low[pending] + width * rng.random(len(pending))
        return scores, log_lik
