"""Numbers that the same rows have taught, drawn together: where two share the credit, one is high
as the other is low.

A number is split into breaks, each the share of one state among it and those after it: of a
Dirichlet these are independent Betas (of two states there is one). Each break keeps the Beta that
the counts say, and normal scores behind them carry what ties them (a Gaussian copula: NORTA, Cario
& Nelson 1997).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .prior import Key, Prior


@dataclass(frozen=True, eq=False)
class GaussianCopula:
    """The numbers that are tied, and `factor`, shape (breaks, breaks): times independent normal
    scores, the tied ones.

    The breaks stand number by number, in the order of `numbers`, and of each in the order of its
    states.
    """

    numbers: Mapping[Key, Prior]
    factor: np.ndarray

    def sample(self, n: int, seed: int) -> dict[Key, np.ndarray]:
        """`n` joint draws, each as `Prior.sample` gives it; a number's independent scores have
        their own stream.
        """
        own = [_scores(key, len(prior.counts) - 1, n, seed) for key, prior in self.numbers.items()]
        ends = np.cumsum([len(scores) for scores in own])[:-1]
        together = np.split(self.factor @ np.concatenate(own), ends)
        return {
            key: _drawn(prior.counts, part)
            for (key, prior), part in zip(self.numbers.items(), together)
        }


def _scores(key: Key, breaks: int, n: int, seed: int) -> np.ndarray:
    return np.random.default_rng([seed, zlib.crc32(f"tied {key!r}".encode())]).standard_normal(
        (breaks, n)
    )


def _drawn(counts: tuple[float, ...], scores: np.ndarray) -> np.ndarray:
    """The draws of one number at these normal scores of its breaks, shape (breaks, n)."""
    from scipy.special import betaincinv, ndtr

    left, shares = np.ones(scores.shape[1]), []
    for place, score in enumerate(scores):
        taken, after = counts[place], sum(counts[place + 1 :])
        shares.append(left * betaincinv(taken, after, ndtr(score)))
        left = left * betaincinv(
            after, taken, ndtr(-score)
        )  # as 1 minus the other it would be nought far too often
    return left if len(counts) == 2 else np.stack([*shares, left], axis=1)


def tied(numbers: Mapping[Key, Prior], covariance: np.ndarray) -> GaussianCopula:
    """Ties with the correlations of a covariance of the breaks' log odds."""
    spread = np.sqrt(np.diag(covariance))
    return GaussianCopula(numbers, np.linalg.cholesky(covariance / np.outer(spread, spread)))
