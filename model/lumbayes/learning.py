"""What runs teach about every number: joint draws of all priors, weighed by how well they foretell the runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .case import DRAWS, SEED
from .history import History, itself, message


@dataclass(frozen=True)
class Draws:
    """Joint draws of every number: the pool, shape (rows, draws), and `logs`, by how much each stands for more of the
    prior than another (0 where all are drawn from it)."""

    pool: np.ndarray
    logs: np.ndarray

    def weights(self, foretold: np.ndarray) -> np.ndarray:
        """The share of each draw once log P(findings | draw), shape (draws,), is known; sums to 1."""
        logs = self.logs + foretold
        weights = np.exp(logs - logs.max())
        return weights / weights.sum()


def at_means(history: History) -> Draws:
    """Every number at its mean: exact where no number is used twice, for then the joint is linear in each."""
    return Draws(history.case.compiled.mean_pool, np.zeros(1))


def learn(history: History) -> Draws:
    """Draws of the priors, all alike."""
    return Draws(history.case.compiled.drawn_pool(DRAWS, SEED), np.zeros(DRAWS))


def foretold(history: History, pool: np.ndarray) -> np.ndarray:
    """log P(all runs and what the case holds | draw), shape (draws,)."""
    return np.logaddexp.reduce(itself(history, pool) + message(history, pool), axis=0)
