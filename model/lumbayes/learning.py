"""What runs teach about every number, by draws from all priors that the runs weigh one after the other.

While the weights stay even these draws are all there is. Once few of them carry most of the weight they are drawn again
by weight, and each is moved along ellipses that leave what the runs so far have taught as it is, the oftener the fewer
they were: iterated batch importance sampling (Chopin 2002) with elliptical slice sampling (Murray, Adams & MacKay 2010;
around a fitted normal, Nishihara, Murray & Adams 2014).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .body import summed
from .case import DRAWS, SEED
from .contribution import effective_draws
from .history import History, after, itself, message
from .odds import Odds

KEPT, FEWEST, MOVES, MOST, TRIES = 512, 128, 2, 20, 4
TURN = 2 * np.pi


@dataclass(frozen=True)
class Draws:
    """Joint draws of every number: the pool, shape (rows, draws), and `logs`, the logarithm of what each stands for: 0
    where they are drawn from the prior, 1 / P(runs | draw) up to a constant where they are drawn from what runs teach.

    `runs` is how many runs they know of, `odds` the same draws as log-odds.
    """

    pool: np.ndarray
    logs: np.ndarray
    odds: np.ndarray = field(repr=False)
    runs: int = 0

    def weights(self, foretold: np.ndarray) -> np.ndarray:
        """The share of each draw once log P(findings | draw), shape (draws,), is known; sums to 1."""
        logs = self.logs + foretold
        weights = np.exp(logs - logs.max())
        return weights / weights.sum()

    def total(self, foretold: np.ndarray) -> float:
        """log P(findings), the draws summed out."""
        return float(summed(self.logs + foretold) - np.log(len(self.logs)))


def at_means(history: History) -> Draws:
    """Every number at its mean: exact where no number is used twice, for then the joint is linear in each."""
    return Draws(history.case.compiled.mean_pool, np.zeros(1), np.zeros((0, 1)))


def learn(history: History) -> list[Draws]:
    """Draws for each stretch of the runs; the last ones know them all. Those of a stretch start from its `runs`."""
    odds = Odds(history.case.compiled)
    stages = [_from_priors(history, odds)]
    while (t := _worn(history, stages[-1])) is not None:
        stages.append(_moved(history.first(t), stages[-1], stages[0], odds))
    return stages


def foretold(history: History, pool: np.ndarray) -> np.ndarray:
    """log P(all runs and what the case holds | draw), shape (draws,)."""
    return summed(itself(history, pool) + message(history, pool))


def _from_priors(history: History, odds: Odds) -> Draws:
    compiled = history.case.compiled
    sampled = compiled.network.priors.sample(DRAWS, SEED)
    shares = {k: np.stack([1 - s, s]) if s.ndim == 1 else s.T for k, s in sampled.items()}
    return Draws(compiled.drawn_pool(DRAWS, SEED), np.zeros(DRAWS), odds.of(shares))


def _worn(history: History, draws: Draws) -> int | None:
    """After how many runs the draws are worth too few, if they ever are; one run alone wears nothing out."""
    prior = itself(history, draws.pool)
    for t, said in enumerate(after(history, draws.pool, draws.runs), draws.runs + 1):
        if t > 1 and effective_draws(draws.weights(summed(prior + said))) < FEWEST:
            return t
    return None


def _moved(history: History, draws: Draws, priors: Draws, odds: Odds) -> Draws:
    """Draws from what these runs teach, out of draws that know fewer; numbers that no run bears on stay as drawn."""
    rng = np.random.default_rng([SEED, len(history)])
    taught = foretold(history, draws.pool)
    weights, total = draws.weights(taught), draws.total(taught)
    bears = _bearing(history, odds)
    whole = priors.odds[:, :KEPT].copy()

    def prior(every: np.ndarray) -> np.ndarray:
        return odds.density(every)[bears].sum(axis=0)

    def target(some: np.ndarray) -> np.ndarray:
        every = np.zeros((len(whole), some.shape[1]))
        every[bears] = some
        return prior(every) + foretold(history, odds.pool(every))

    around = Ellipses.around(draws.odds[bears], weights)
    chosen = _chosen(rng, weights)
    whole[bears] = now = draws.odds[bears][:, chosen]
    height = prior(whole) + taught[chosen]
    for _ in range(min(int(np.ceil(MOVES * FEWEST / effective_draws(weights))), MOST)):
        now, height = around.move(rng, now, height, target)
    whole[bears] = now
    return Draws(odds.pool(whole), total - (height - prior(whole)), whole, len(history))


def _chosen(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """As many draws as are kept, each about as often as its weight says (systematic resampling, Kitagawa 1996)."""
    places = (rng.random() + np.arange(KEPT)) / KEPT
    return np.searchsorted(np.cumsum(weights), places).clip(max=len(weights) - 1)


def _bearing(history: History, odds: Odds) -> np.ndarray:
    """Which sticks the runs or the body may bear on: those whose rows the sums take."""
    taken = np.concatenate([circuit.terms for circuit in (history.body.run, history.body.itself)])
    return np.array([bool(np.isin(odds.compiled.of_prior(key), taken).any()) for key in odds.keys])


@dataclass(frozen=True)
class Ellipses:
    """A normal distribution of `middle` (numbers, 1) and `root` (numbers, numbers) of its covariance to move around."""

    middle: np.ndarray
    root: np.ndarray

    @classmethod
    def around(cls, odds: np.ndarray, weights: np.ndarray) -> Ellipses:
        """The one that fits weighted draws, its covariances shrunk by how few these are."""
        middle = (odds @ weights)[:, None]
        covariance = (odds - middle) * weights @ (odds - middle).T
        size = effective_draws(weights)
        kept = size / (size + len(odds))
        return cls(middle, np.linalg.cholesky(kept * covariance + (1 - kept) * np.diag(np.diag(covariance))))

    def log(self, odds: np.ndarray) -> np.ndarray:
        """Its log-density, up to a constant."""
        return -(np.linalg.solve(self.root, odds - self.middle) ** 2).sum(axis=0) / 2

    def move(
        self, rng: np.random.Generator, now: np.ndarray, height: np.ndarray, target: Callable[[np.ndarray], np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Each draw moved along an ellipse through it, to a place that the target finds likely enough.

        Where a few tries find none it stays, which leaves the target as it is no less.
        """
        now, height, n = now.copy(), height.copy(), now.shape[1]
        floor = height - self.log(now) + np.log(rng.random(n))
        start, other = now - self.middle, self.root @ rng.standard_normal(now.shape)
        angle = TURN * rng.random((n,))
        low, high, left = angle - TURN, angle.copy(), np.arange(n)
        for _ in range(TRIES):
            if not len(left):
                break
            tried = self.middle + start[:, left] * np.cos(angle[left]) + other[:, left] * np.sin(angle[left])
            found = target(tried)
            good = found - self.log(tried) > floor[left]
            now[:, left[good]], height[left[good]] = tried[:, good], found[good]
            left = left[~good]
            low[left] = np.where(angle[left] < 0, angle[left], low[left])
            high[left] = np.where(angle[left] >= 0, angle[left], high[left])
            angle[left] = low[left] + (high[left] - low[left]) * rng.random(len(left))
        return now, height
