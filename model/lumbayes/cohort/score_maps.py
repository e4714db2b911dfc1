"""Shares of parameters as functions of normal scores, with their gradients.

A parameter is split into sticks, each with a Beta prior. The normal score of a stick is
Φ⁻¹(F(stick)), with F its prior's distribution function: the prior of all scores is a standard
normal, and no score has a bound that a mode could lie on. Rows of a trait that share draws
(`priors.prior.sampled`) are in proportion to sums of Gammas, and have a normal score a Gamma.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..priors.prior import ROUNDING
from ..priors.stick_breaking import later_sums

SHARP = 5  # 1 over the Beta count below which a stick is sharp
TINY = float(np.finfo(float).tiny)
Pull = Callable[[np.ndarray], np.ndarray]


class Sticks:
    """The sticks of several parameters with Beta priors (`stick_breaking`), as one vector.

    Parameters
    ----------
    counts : list of array, each of shape (n_states,)
        Of the Dirichlet of each parameter.
    """

    def __init__(self, counts: list[np.ndarray]):
        from scipy.sparse import block_diag
        from scipy.special import betainc, betaln, ndtri

        self.stop = np.concatenate([np.empty(0), *(c[:-1] for c in counts)])
        self.later = np.concatenate([np.empty(0), *(later_sums(c) for c in counts)])
        self._log_beta = betaln(self.stop, self.later)
        self._score_of_half = ndtri(betainc(self.stop, self.later, 1 / 2))
        # A share is the product of its own stick and what all earlier ones leave. Sparse, because
        # products of dense matrices of this size start threads that take longer than the product.
        nothing = np.empty((0, 0))
        own = [np.eye(len(c))[:, :-1] for c in counts]
        left = [np.tri(len(c), k=-1)[:, :-1] for c in counts]
        self._own = block_diag([nothing, *own], format="csr")
        self._left = block_diag([nothing, *left], format="csr")
        self._transposed = self._own.T, self._left.T

    @property
    def n_scores(self) -> int:
        """The number of scores, one a stick."""
        return len(self.stop)

    def at(self, scores: np.ndarray) -> tuple[np.ndarray, Pull]:
        """The shares at normal scores, and the gradient by scores of what has one by log shares."""
        logs = self._sticks(scores)
        return self._shares(*logs), lambda counts: self._gradient(scores, *logs, counts)

    def _sticks(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The logarithms of the sticks at normal scores and of 1 minus each: (n_sticks,).

        The smaller of the two is inverted, by the smaller tail, which keeps the digits of both.
        """
        from scipy.special import betainccinv, betaincinv, ndtr

        is_low = scores < self._score_of_half
        own, other = np.where(is_low, (self.stop, self.later), (self.later, self.stop))
        is_below, tail = is_low == (scores < 0), ndtr(-np.abs(scores))
        smaller = _by_tail((betaincinv, betainccinv), is_below, own, other, tail)
        log_smaller, log_larger = np.log(np.maximum(smaller, TINY)), np.log1p(-smaller)
        log_stopped = np.where(is_low, log_smaller, log_larger)
        return log_stopped, np.where(is_low, log_larger, log_smaller)

    @property
    def is_sharp(self) -> np.ndarray:
        """Whether a stick is almost a step function of its score: its Beta is nearly all 0 or 1."""
        return np.minimum(self.stop, self.later) * SHARP < 1

    def _shares(self, log_stopped: np.ndarray, log_going_on: np.ndarray) -> np.ndarray:
        """The shares of all states of all parameters, shape (n_shares,)."""
        return np.exp(self._own @ log_stopped + self._left @ log_going_on)

    def _gradient(
        self,
        scores: np.ndarray,
        log_stopped: np.ndarray,
        log_going_on: np.ndarray,
        counts: np.ndarray,
    ) -> np.ndarray:
        """The gradient by normal scores of a function, from that by log shares, `counts`."""
        own, left = self._transposed
        by_log_odds = own @ counts * np.exp(log_going_on) - left @ counts * np.exp(log_stopped)
        log_normal = -(scores**2 + np.log(2 * np.pi)) / 2
        log_beta = self.stop * log_stopped + self.later * log_going_on
        log_beta -= self._log_beta
        return np.asarray(by_log_odds * np.exp(log_normal - log_beta))


class SharedRows:
    """Rows of traits that share draws: Gammas of a first row, and what others add to them.

    Parameters
    ----------
    groups : list of list of array, each of shape (n_states,)
        The counts of rows that share draws; of each group first the row that all others hold.
    """

    def __init__(self, groups: list[list[np.ndarray]]):
        from scipy.sparse import block_diag
        from scipy.special import gammaln

        counts: list[np.ndarray] = [np.empty(0)]
        sums: list[np.ndarray] = [np.empty((0, 0))]
        for first, *others in groups:
            one = np.eye(len(first))
            columns: list[np.ndarray] = [np.tile(one, (1 + len(others), 1))]
            counts.append(first)
            for number, row in enumerate(others, start=1):
                is_added = row - first > ROUNDING * first.sum()
                place = np.eye(1 + len(others))[:, [number]]
                columns.append(np.kron(place, one[:, is_added]))
                counts.append((row - first)[is_added])
            sums.append(np.hstack(columns))
        self.counts = np.concatenate(counts)
        self._log_gamma = gammaln(self.counts)
        self._sums_of = block_diag(sums, format="csr")
        self._transposed = self._sums_of.T
        sizes = [len(row) for group in groups for row in group]
        self._totals_of = block_diag([np.ones((n, n)) for n in [0, *sizes]], format="csr")

    @property
    def n_scores(self) -> int:
        """The number of scores, one a Gamma."""
        return len(self.counts)

    def at(self, scores: np.ndarray) -> tuple[np.ndarray, Pull]:
        """The shares at normal scores, and the gradient by scores of what has one by log shares."""
        from scipy.special import gammainccinv, gammaincinv, ndtr

        tail = ndtr(-np.abs(scores))
        gammas = _by_tail((gammaincinv, gammainccinv), scores < 0, self.counts, tail)
        gammas = np.maximum(gammas, TINY)
        sums = self._sums_of @ gammas
        totals = self._totals_of @ sums

        def gradient(by_log_shares: np.ndarray) -> np.ndarray:
            by_sums = by_log_shares / sums - self._totals_of @ by_log_shares / totals
            log_normal = -(scores**2 + np.log(2 * np.pi)) / 2
            log_gamma = self.counts * np.log(gammas) - gammas - self._log_gamma
            by_log_gammas = gammas * (self._transposed @ by_sums)
            return np.asarray(by_log_gammas * np.exp(log_normal - log_gamma))

        return sums / totals, gradient


def _by_tail(
    inverses: tuple[Callable[..., np.ndarray], Callable[..., np.ndarray]],
    is_lower: np.ndarray,
    *arguments: np.ndarray,
) -> np.ndarray:
    """Invert a distribution function, by the first function in the lower tail, else by the second.

    Masks, as scipy's functions write out of bounds if they are called with `where`.
    """
    values = np.empty(is_lower.shape)
    for inverse, mask in zip(inverses, (is_lower, ~is_lower), strict=True):
        values[mask] = inverse(*(argument[mask] for argument in arguments))
    return values
