"""Parameters as log odds and as normal scores, both without bounds, by stick-breaking.

A distribution over several states is broken like a stick: at each state but the last, the odds that
a later state holds, given that no earlier one does. The sticks of a Dirichlet are independent Betas
(Connor & Mosimann 1969). The normal score of a stick is the standard normal quantile of its prior
probability so far: whatever the Betas, the prior of all scores is one normal distribution, with
identity covariance where no parameters are tied by a copula.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ..priors.stick_breaking import later_sums, shares_of_sticks

if TYPE_CHECKING:
    from ..inference.compiled import Compiled
    from ..priors.prior import Key

TINY = np.finfo(float).tiny
CERTAIN = 1e12  # counts; a prior of so many is as good as known, and its parameter is not moved
# Linear interpolation between these scores is within 0.001 of all log odds.
SCORES = np.linspace(-8, 8, 1001)


class LogOddsTransform:
    """The sticks of all priors of a network, in the order of the priors.

    Attributes
    ----------
    keys : list
        The prior's key of each stick.
    stop_counts, continue_counts : array, shape (n_sticks, 1)
        The counts of each stick's Beta: that this state holds, that a later one does.
    """

    def __init__(self, compiled: Compiled):
        self.compiled = compiled
        counts = {key: np.array(prior.counts) for key, prior in compiled.network.priors.items()}
        self.keys = [key for key, c in counts.items() for _ in c[1:]]
        stop = [c[:-1] for c in counts.values()]
        later = [later_sums(c) for c in counts.values()]
        self.stop_counts = np.concatenate(stop)[:, None]
        self.continue_counts = np.concatenate(later)[:, None]

    @property
    def is_uncertain(self) -> np.ndarray:
        """Which sticks are of a parameter that is not as good as known, shape (n_sticks,)."""
        priors = self.compiled.network.priors
        return np.array([sum(priors[key].counts) < CERTAIN for key in self.keys])

    def from_shares(self, shares: Mapping[Key, np.ndarray]) -> np.ndarray:
        """The log odds, shape (n_sticks, n_draws), of shares, (n_states, n_draws) by key."""
        sticks = []
        for of_states in shares.values():
            later = np.maximum(later_sums(of_states), TINY)
            sticks.append(np.log(later) - np.log(np.maximum(of_states[:-1], TINY)))
        return np.concatenate(sticks)

    def inputs(self, log_odds: np.ndarray, sticks: np.ndarray | None = None) -> np.ndarray:
        """The compiled network's inputs, shape (n_inputs, n_draws), at these log odds.

        `log_odds`, shape (n_sticks, n_draws), are of some sticks, by number, else of all; of a
        parameter all sticks or none. Other parameters are at their prior means.
        """
        from scipy.special import expit

        p_continue, p_stop = expit(log_odds), expit(-log_odds)
        keys = self.keys if sticks is None else [self.keys[i] for i in sticks]
        shares = {}
        last = 0
        for key, group in groupby(keys):
            first, last = last, last + len([*group])
            shares[key] = shares_of_sticks(p_stop[first:last], p_continue[first:last])
        means = self.compiled.mean_inputs
        batch = np.broadcast_to(means, (len(means), log_odds.shape[1]))
        return self.compiled.parameter_inputs(shares, batch)

    @cached_property
    def covariance(self) -> np.ndarray:
        """The prior covariance of the normal scores, shape (n_sticks, n_sticks)."""
        covariance = np.eye(len(self.keys))
        priors = self.compiled.network.priors
        if priors.ties is None:
            return covariance
        tied_keys = [key for key, prior in priors.ties.numbers.items() for _ in prior.counts[1:]]
        is_tied = {key for key in tied_keys if priors.tied(key)}
        in_copula = [i for i, key in enumerate(tied_keys) if key in is_tied]
        copula_order = [
            tied_keys.index(key) if key in is_tied else len(tied_keys) for key in self.keys
        ]
        here = np.argsort(copula_order, kind="stable")[: len(in_copula)]
        correlation = priors.ties.factor @ priors.ties.factor.T
        covariance[np.ix_(here, here)] = correlation[np.ix_(in_copula, in_copula)]
        return covariance

    def to_scores(self, log_odds: np.ndarray, sticks: np.ndarray) -> np.ndarray:
        """The normal scores of some sticks, by number; both of shape (n_sticks, n_draws)."""
        pairs = zip(log_odds, sticks, strict=True)
        return np.array([np.interp(values, self._table[i], SCORES) for values, i in pairs])

    def from_scores(self, scores: np.ndarray, sticks: np.ndarray) -> np.ndarray:
        """The log odds of some sticks, by number, at these normal scores, by interpolation."""
        position = (scores.clip(SCORES[0], SCORES[-1]) - SCORES[0]) / (SCORES[1] - SCORES[0])
        below = np.minimum(position.astype(int), len(SCORES) - 2)
        index = below + len(SCORES) * sticks[:, None]
        left, right = self._table.take(index), self._table.take(index + 1)
        return left + (position - below) * (right - left)

    @cached_property
    def _table(self) -> np.ndarray:
        """The log odds of each stick at the SCORES, shape (n_sticks, n_scores)."""
        from scipy.special import betaincinv, ndtr

        table = np.tile(SCORES, (len(self.keys), 1))
        counts = np.hstack([self.stop_counts, self.continue_counts])[self.is_uncertain]
        distinct, row = np.unique(counts, axis=0, return_inverse=True)
        stop, later = distinct.T[:, :, None]
        p_continue = betaincinv(later, stop, ndtr(SCORES))
        p_stop = betaincinv(stop, later, ndtr(-SCORES))
        log_odds = np.log(np.maximum(p_continue, TINY)) - np.log(np.maximum(p_stop, TINY))
        table[self.is_uncertain] = log_odds[row]
        return table
