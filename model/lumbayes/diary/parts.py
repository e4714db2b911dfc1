"""Parameters as independent parts without bounds, and parts as normal scores.

A distribution over several states is broken like a stick: at each state but the last, the odds that
a later state holds, given that no earlier one does. The sticks of a Dirichlet are independent Betas
(Connor & Mosimann 1969); their parts are log odds. Rows of a trait that share draws
(`priors.prior.sampled`) depend on each other: they are in proportion to sums of independent Gammas,
one a count that they share and one a count that a row adds, and the parts are logarithms of these.

The normal score of a part is the standard normal quantile of its prior probability so far: the
prior of all scores is one normal distribution, with identity covariance where no parameters are
tied by a copula.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..priors.joint_draws import shared_base
from ..priors.prior import ROUNDING, added_counts, gammas
from ..priors.stick_breaking import later_sums, shares_of_sticks

if TYPE_CHECKING:
    from ..inference.compiled import Compiled
    from ..priors.prior import Key

TINY = np.finfo(float).tiny
CERTAIN = 1e12  # counts; a prior of so many is as good as known, and its parameter is not moved
# Linear interpolation between these scores is within 0.001 of all parts.
SCORES = np.linspace(-8, 8, 1001)


class PartTransform:
    """The parts of all priors of a network, in the order of the priors.

    Attributes
    ----------
    keys : list
        The prior's key of each part.
    base_of : dict
        For each row that shares draws the key of the row that it shares them with.
    """

    def __init__(self, compiled: Compiled):
        self.compiled = compiled
        priors = self._priors = compiled.network.priors
        self.base_of = {key: base for key in priors if (base := shared_base(priors, key))}
        self._bases = {*self.base_of.values()}
        self.keys: list[Key] = []
        self._slices: dict[Key, slice] = {}
        counts: list[tuple[float, float]] = []
        self._added = {
            key: np.flatnonzero(self._added_counts(key) > ROUNDING * sum(priors[key].counts))
            for key in self.base_of
        }
        for key, prior in priors.items():
            own = np.array(prior.counts, float)
            if key in self.base_of:
                of_key = [(count, np.nan) for count in self._added_counts(key)[self._added[key]]]
            elif key in self._bases:
                of_key = [(count, np.nan) for count in own]
            else:
                of_key = [*zip(own[:-1], later_sums(own), strict=True)]
            self._slices[key] = slice(len(self.keys), len(self.keys) + len(of_key))
            self.keys += [key] * len(of_key)
            counts += of_key
        self._counts = np.array(counts)  # of a stick's Beta, or of a Gamma and nothing

    def _added_counts(self, key: Key) -> np.ndarray:
        added = added_counts(self._priors[key], self._priors[self.base_of[key]])
        assert added is not None
        return added

    @property
    def is_uncertain(self) -> np.ndarray:
        """Which parts are of a parameter that is not as good as known, shape (n_parts,)."""
        return np.array([sum(self._priors[key].counts) < CERTAIN for key in self.keys])

    def informed_by(self, rows: np.ndarray) -> np.ndarray:
        """Which parts these rows of inputs depend on, shape (n_parts,)."""
        is_used = {
            key: bool(np.isin(self.compiled.parameter_rows(key), rows).any())
            for key in self._priors
        }
        for key, base in self.base_of.items():
            is_used[base] |= is_used[key]
        return np.array([is_used[key] for key in self.keys])

    def draws(self, n_draws: int, seed: int) -> np.ndarray:
        """The parts, (n_parts, n_draws), of draws from the priors: those of `Priors.sample`."""
        priors = self._priors
        shared = self._bases | self.base_of.keys()
        sampled = priors.sample(n_draws, seed, [key for key in priors if key not in shared])
        parts = np.empty((len(self.keys), n_draws))
        for key, part in self._slices.items():
            if key in self._bases:
                parts[part] = _log(gammas(key, priors[key].counts, n_draws, seed).T)
            elif key in self.base_of:
                added = gammas(key, self._added_counts(key), n_draws, seed).T
                parts[part] = _log(added[self._added[key]])
            else:
                drawn = sampled[key]
                shares = np.stack([1 - drawn, drawn]) if drawn.ndim == 1 else drawn.T
                parts[part] = _log(later_sums(shares)) - _log(shares[:-1])
        return parts

    def inputs(self, parts: np.ndarray, chosen: np.ndarray | None = None) -> np.ndarray:
        """The compiled network's inputs, shape (n_inputs, n_draws), at these parts.

        `parts`, shape (n_parts, n_draws), are those chosen, by number, else all; of a parameter all
        or none. Other parameters are at their prior means.
        """
        from scipy.special import expit

        position = np.full(len(self.keys), -1)
        position[slice(None) if chosen is None else chosen] = np.arange(len(parts))
        shares = {}
        for key, part in self._slices.items():
            own = position[part]
            base = position[self._slices[self.base_of[key]]] if key in self.base_of else own
            if base[0] < 0 or (own < 0).any():
                continue
            if key not in self._bases and key not in self.base_of:
                shares[key] = shares_of_sticks(expit(-parts[own]), expit(parts[own]))
                continue
            sums = np.exp(parts[base])
            if key in self.base_of and len(own):
                sums[self._added[key]] += np.exp(parts[own])
            shares[key] = sums / sums.sum(axis=0)
        means = self.compiled.mean_inputs
        batch = np.broadcast_to(means, (len(means), parts.shape[1]))
        return self.compiled.parameter_inputs(shares, batch)

    @cached_property
    def covariance(self) -> np.ndarray:
        """The prior covariance of the normal scores, shape (n_parts, n_parts)."""
        covariance = np.eye(len(self.keys))
        priors = self._priors
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

    def to_scores(self, parts: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """The normal scores of the parts chosen, by number; both of shape (n_parts, n_draws)."""
        pairs = zip(parts, chosen, strict=True)
        return np.array([np.interp(values, self._table[i], SCORES) for values, i in pairs])

    def from_scores(self, scores: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """The parts chosen, by number, at these normal scores, by interpolation."""
        position = (scores.clip(SCORES[0], SCORES[-1]) - SCORES[0]) / (SCORES[1] - SCORES[0])
        below = np.minimum(position.astype(int), len(SCORES) - 2)
        index = below + len(SCORES) * chosen[:, None]
        left, right = self._table.take(index), self._table.take(index + 1)
        return left + (position - below) * (right - left)

    @cached_property
    def _table(self) -> np.ndarray:
        """The values of each part at the SCORES, shape (n_parts, n_scores)."""
        from scipy.special import betaincinv, gammainccinv, gammaincinv, ndtr

        table = np.tile(SCORES, (len(self.keys), 1))
        distinct, row = np.unique(self._counts[self.is_uncertain], axis=0, return_inverse=True)
        is_gamma = np.isnan(distinct[:, 1])
        values = np.empty((len(distinct), len(SCORES)))
        stop, later = distinct[~is_gamma].T[:, :, None]
        p_continue = betaincinv(later, stop, ndtr(SCORES))
        p_stop = betaincinv(stop, later, ndtr(-SCORES))
        values[~is_gamma] = _log(p_continue) - _log(p_stop)
        shape = distinct[is_gamma, :1]
        low, high = gammaincinv(shape, ndtr(SCORES)), gammainccinv(shape, ndtr(-SCORES))
        values[is_gamma] = _log(np.where(SCORES < 0, low, high))
        table[self.is_uncertain] = values[row]
        return table


def _log(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(np.maximum(values, TINY)))
