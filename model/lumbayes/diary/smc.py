"""What runs teach about every number, by draws from all priors that the runs weigh one after the
other.

While the weights stay even these draws are all there is. Once few of them carry most of the weight
they are drawn again by weight, and each is moved along ellipses, in normal scores, that leave what
the runs so far have taught as it is, the oftener the fewer they were: iterated batch importance
sampling (Chopin 2002) with elliptical slice sampling (Murray, Adams & MacKay 2010; around a fitted
normal, Nishihara, Murray & Adams 2014).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from ..defaults import DRAWS, SEED
from ..engine.intervals import effective_sample_size
from ..inference.compiled import Compiled
from .filtering import foretelling, reached
from .log_odds import LogOddsTransform
from .plate_model import History, summed

KEPT, FEWEST, AT_LAST, MOVED, MOST, TRIES = 384, 96, 256, 180, 20, 4
TURN, ROOM = 2 * np.pi, 2**17
product = partial(
    np.einsum, "ij,jk->ik"
)  # of matrices; @ would wake threads for it, and mostly wait for them


@dataclass(frozen=True)
class Draws:
    """Joint draws of every number: the pool, shape (rows, draws), and `logs`, the logarithm of what
    each stands for: 0 where they are drawn from the prior, 1 / P(runs | draw) up to a constant
    where they are drawn from what runs teach.

    `runs` is how many runs they know of, `odds` the same draws as log-odds.
    """

    inputs: np.ndarray
    logs: np.ndarray
    odds: np.ndarray = field(repr=False)
    runs: int = 0

    def weights(self, foretold: np.ndarray) -> np.ndarray:
        """The share of each draw once log P(findings | draw), shape (draws,), is known; sums to
        1.
        """
        logs = self.logs + foretold
        weights = np.exp(logs - logs.max())
        return weights / weights.sum()

    def total(self, foretold: np.ndarray) -> float:
        """log P(findings), the draws summed out."""
        return float(summed(self.logs + foretold) - np.log(len(self.logs)))


def at_means(history: History) -> Draws:
    """Every number at its mean: exact where no number is used twice, for then the joint is linear
    in each.
    """
    return Draws(history.case.compiled.mean_inputs, np.zeros(1), np.zeros((0, 1)))


def learn(history: History) -> list[Draws]:
    """Draws for each stretch of the runs; the last ones know them all. Those of a stretch start
    from its `runs`.
    """
    compiled = history.case.compiled
    odds, stages = (
        compiled.keep("odds", LogOddsTransform),
        [compiled.keep("draws of the priors", from_priors)],
    )
    bears = _bearing(history, odds)
    while (worn := _worn(history, stages[-1])) is not None:
        runs, taught = worn
        stages.append(_moved(history.first(runs), taught, stages[-1], odds, bears))
    return stages


def from_priors(compiled: Compiled) -> Draws:
    """Draws that know of no run."""
    sampled = compiled.network.priors.sample(DRAWS, SEED)
    shares = {k: np.stack([1 - s, s]) if s.ndim == 1 else s.T for k, s in sampled.items()}
    return Draws(
        compiled.sampled_inputs(DRAWS, SEED), np.zeros(DRAWS), LogOddsTransform(compiled).of(shares)
    )


def _worn(history: History, draws: Draws) -> tuple[int, np.ndarray] | None:
    """After how many runs the draws are worth too few, if they ever are, and log P(these runs |
    draw), shape (draws,).

    One run alone wears nothing out. After the last run, from which answers are drawn, more are
    wanted."""
    start, at_once = draws.runs, max(ROOM // draws.inputs.shape[1], 1)
    while start < len(history):
        until = min(start + at_once, len(history))
        for runs, taught in enumerate(
            reached(history.first(until), draws.inputs, until - start), start + 1
        ):
            fewest = FEWEST if runs < len(history) else AT_LAST
            if runs > 1 and effective_sample_size(draws.weights(taught)) < fewest:
                return runs, taught
        start, at_once = until, 2 * at_once
    return None


def _moved(
    history: History, taught: np.ndarray, draws: Draws, odds: LogOddsTransform, bears: np.ndarray
) -> Draws:
    """Draws from what these runs teach, out of draws that know fewer and foretell them as `taught`,
    log P(runs | draw); sticks that none of them `bears` on stay as drawn."""
    rng = np.random.default_rng([SEED, len(history)])
    weights, total = draws.weights(taught), draws.total(taught)
    whole = draws.odds[:, :KEPT].copy()

    def inputs(scores: np.ndarray) -> np.ndarray:
        return odds.inputs(odds.at(scores, bears), bears)

    scores, chosen = odds.scores(draws.odds[bears], bears), _chosen(rng, weights)
    asked, prior = (
        foretelling(history, inputs(scores[:, chosen])),
        odds.covariance[np.ix_(bears, bears)],
    )

    def likely(scores: np.ndarray) -> np.ndarray:
        return asked(inputs(scores))

    around, now, height = Ellipses.around(scores, weights, prior), scores[:, chosen], taught[chosen]
    for _ in range(min(int(np.ceil(MOVED / effective_sample_size(weights))), MOST)):
        now, height = around.move(rng, now, height, likely)
    whole[bears] = odds.at(now, bears)
    return Draws(odds.inputs(whole), total - height, whole, len(history))


def _chosen(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """As many draws as are kept, each about as often as its weight says (systematic resampling,
    Kitagawa 1996).
    """
    places = (rng.random() + np.arange(KEPT)) / KEPT
    return np.searchsorted(np.cumsum(weights), places).clip(max=len(weights) - 1)


def _bearing(history: History, odds: LogOddsTransform) -> np.ndarray:
    """The sticks, by number, that the runs or the body may bear on: those whose rows the sums
    take.
    """
    taken = np.concatenate([circuit.terms for circuit in (history.body.run, history.body.itself)])
    borne_on = [bool(np.isin(odds.compiled.of_prior(key), taken).any()) for key in odds.keys]
    return np.flatnonzero(borne_on & odds.open)


@dataclass(frozen=True)
class Ellipses:
    """A normal distribution to move around, by its `middle`, shape (numbers, 1), and `root` of its
    covariance, shape (numbers, numbers); `white` and `prior` turn scores less their middle round,
    by this and by their prior."""

    middle: np.ndarray
    root: np.ndarray
    white: np.ndarray
    prior: np.ndarray

    @classmethod
    def around(cls, scores: np.ndarray, weights: np.ndarray, prior: np.ndarray) -> Ellipses:
        """The one that fits weighted draws, its covariances shrunk by how few these are; `prior` is
        a covariance.
        """
        middle = (scores @ weights)[:, None]
        covariance = product((scores - middle) * weights, (scores - middle).T)
        size = effective_sample_size(weights)
        kept = size / (size + len(scores))
        root = np.linalg.cholesky(kept * covariance + (1 - kept) * np.diag(np.diag(covariance)))
        return cls(middle, root, np.linalg.inv(root), np.linalg.inv(np.linalg.cholesky(prior)))

    def log(self, scores: np.ndarray) -> np.ndarray:
        """The logarithm of the prior's density over its own, up to a constant."""
        return (
            product(self.white, scores - self.middle) ** 2 - product(self.prior, scores) ** 2
        ).sum(axis=0) / 2

    def move(
        self,
        rng: np.random.Generator,
        now: np.ndarray,
        height: np.ndarray,
        likely: Callable[[np.ndarray], np.ndarray],
    ) -> tuple[np.ndarray, np.ndarray]:
        """Each draw moved along an ellipse through it, to a place whose log-likelihood `height` is
        high enough.

        Where a few tries find none it stays, which leaves what is sampled as it is no less.
        """
        now, height, n = now.copy(), height.copy(), now.shape[1]
        floor = height + self.log(now) + np.log(rng.random(n))
        start, other = now - self.middle, product(self.root, rng.standard_normal(now.shape))
        angle = TURN * rng.random((n,))
        low, high, left = angle - TURN, angle.copy(), np.arange(n)
        for _ in range(TRIES):
            if not len(left):
                break
            tried = (
                self.middle
                + start[:, left] * np.cos(angle[left])
                + other[:, left] * np.sin(angle[left])
            )
            found = likely(tried)
            good = found + self.log(tried) > floor[left]
            now[:, left[good]], height[left[good]] = tried[:, good], found[good]
            left = left[~good]
            low[left] = np.where(angle[left] < 0, angle[left], low[left])
            high[left] = np.where(angle[left] >= 0, angle[left], high[left])
            angle[left] = low[left] + (high[left] - low[left]) * rng.random(len(left))
        return now, height
