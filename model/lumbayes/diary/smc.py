"""Posterior draws of all parameters given runs, by iterated batch importance sampling.

Draws from the priors are weighted by the likelihood of the runs, one run after the other. When the
effective sample size falls too low, they are resampled by weight and moved by elliptical slice
sampling, in normal scores, which leaves the posterior given the runs so far invariant, until those
resampled from one draw have parted (iterated batch importance sampling, Chopin 2002; elliptical
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
    ENOUGH_EFFECTIVE,
    effective_sample_size,
)
from ..inference.caching import cached_for_priors
from .draws import Draws, systematic_resample
from .filtering import log_evidence_function, log_evidence_path
from .parts import PartTransform

if TYPE_CHECKING:
    from ..inference.compiled import Compiled
    from .history import RunHistory

N_RESAMPLED = 768  # draws that are kept and moved
MIN_EFFECTIVE = 100  # effective draws below which they are resampled
ENOUGH_ON_THE_WAY = 128  # of these that are as good as independent, where more runs follow
MAX_MOVES = 20
REFIT = 2  # moves after which the normal is fitted again, to draws that have moved
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
    parts = PartTransform(compiled).draws(DRAWS, SEED)
    return Draws(compiled.sampled_inputs(DRAWS, SEED), np.zeros(DRAWS), parts)


def sample_posterior(history: RunHistory) -> list[Draws]:
    """Draws for each stage of the runs; a stage begins after the `n_runs` of its draws."""
    compiled = history.case.compiled
    transform = cached_for_priors(compiled, "parts", PartTransform)
    stages = [cached_for_priors(compiled, "draws of the priors", prior_draws)]
    informed = informed_parts(history, transform)
    while (degenerate := _first_degenerate(history, stages[-1])) is not None:
        n_runs, log_lik = degenerate
        enough = ENOUGH_EFFECTIVE if n_runs == len(history) else ENOUGH_ON_THE_WAY
        before = history.first(n_runs)
        stages.append(_resample_move(before, log_lik, stages[-1], transform, informed, enough))
    return stages


def _first_degenerate(history: RunHistory, draws: Draws) -> tuple[int, np.ndarray] | None:
    """The number of runs after which too few draws are effective, and log P(runs | draw)."""
    start, n_draws = draws.n_runs, draws.n_draws
    n_at_once = max(COLUMNS_AT_ONCE // n_draws, 1)
    while start < len(history):
        end = min(start + n_at_once, len(history))
        path = log_evidence_path(history.first(end), draws.inputs, end - start)
        for n_runs, log_lik in enumerate(path, start + 1):
            fewest: float = MIN_EFFECTIVE
            if n_runs == len(history):
                fewest = ENOUGH_EFFECTIVE / draws.independent
            if effective_sample_size(draws.weights(log_lik)) < fewest:
                return n_runs, log_lik
        start, n_at_once = end, 2 * n_at_once
    return None


def _resample_move(
    history: RunHistory,
    log_lik: np.ndarray,
    draws: Draws,
    transform: PartTransform,
    informed: np.ndarray,
    enough: int,
) -> Draws:
    """Draws from the posterior given these runs, out of draws that are weighted by `log_lik`.

    Only the informed parts are moved, until `enough` draws are as good as independent; of all
    others the draws stay.
    """
    rng = np.random.default_rng([SEED, len(history)])
    weights = draws.weights(log_lik)

    def inputs(scores: np.ndarray) -> np.ndarray:
        return transform.inputs(transform.from_scores(scores, informed), informed)

    scores = transform.to_scores(draws.parts[informed], informed)
    prior = transform.covariance[np.ix_(informed, informed)]
    resampled = systematic_resample(rng, weights, N_RESAMPLED)
    log_evidence = log_evidence_function(history, inputs(scores[:, resampled]))
    sampler = EllipticalSliceSampler.fit(scores, weights, prior)
    equal = np.full(N_RESAMPLED, 1 / N_RESAMPLED)
    start, start_log_lik = scores[:, resampled], log_lik[resampled]
    moved, moved_log_lik = start, start_log_lik
    independent = draws.effective_sample_size(weights) / N_RESAMPLED
    share = independent
    for n_moves in range(1, MAX_MOVES + 1):
        if n_moves % REFIT == 0:
            sampler = EllipticalSliceSampler.fit(moved, equal, prior)
        moved, moved_log_lik = sampler.move(
            rng, moved, moved_log_lik, lambda scores: log_evidence(inputs(scores))
        )
        in_common = _in_common(
            [*start, start_log_lik + sampler.log_density_ratio(start)],
            [*moved, moved_log_lik + sampler.log_density_ratio(moved)],
        )
        # a mean has the variance of independent draws, the part in common counted as before
        share = float(1 / (1 - in_common + in_common / independent))
        if share * N_RESAMPLED >= enough:
            break
    parts = draws.parts[:, :N_RESAMPLED].copy()
    parts[informed] = transform.from_scores(moved, informed)
    log_weights = draws.log_evidence(log_lik) - moved_log_lik
    return Draws(transform.inputs(parts), log_weights, parts, len(history), share)


def _in_common(start: Sequence[np.ndarray], moved: Sequence[np.ndarray]) -> float:
    """What draws that were resampled from one draw still have in common, 0 to 1.

    At most the correlation of a chain with its own start. The last of the values is the log density
    over the fitted normal, by which draws are slow; the others are scores, which all turn by one
    angle, so their mean correlation is that of each.
    """
    pairs = zip(start, moved, strict=True)
    *scores, density = (float(np.corrcoef(before, after)[0, 1]) for before, after in pairs)
    return max(sum(scores) / len(scores), density, 0.0)


def informed_parts(history: RunHistory, transform: PartTransform) -> np.ndarray:
    """The numbers of the uncertain parts that P(runs) may depend on."""
    circuits = (history.shared.run, history.shared.prior)
    used_rows = np.concatenate([circuit.terms for circuit in circuits])
    return np.flatnonzero(transform.informed_by(used_rows) & transform.is_uncertain)


@dataclass(frozen=True)
class EllipticalSliceSampler:
    """Moves that leave prior × likelihood invariant, along ellipses of a fitted normal.

    Attributes
    ----------
    centre : array, shape (n_scores, 1)
        The fitted normal's mean.
    root : array, shape (n_scores, n_scores)
        The Cholesky factor of its covariance.
    whiten : array, shape (n_scores, n_scores)
        The inverse Cholesky factor of its covariance.
    whiten_prior : array, shape (n_scores, n_scores)
        That of the prior's covariance.
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
        roots = np.linalg.cholesky(shrunk), np.linalg.cholesky(prior)
        return cls(centre, roots[0], *(np.linalg.inv(root) for root in roots))

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
