"""Every number of a network as log-odds, where nothing can step outside 0 to 1, and as normal
scores.

A number of several levels is broken like a stick: of what is left at each level, the odds that it
lies further on. The sticks of a Dirichlet are independent Betas (Connor & Mosimann 1969). The
normal score of a stick is the standard normal quantile of its prior's probability so far: whatever
the Betas, the prior of all scores is one normal, and a round one where no numbers are tied.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import groupby

import numpy as np

from ..inference.compiled import Compiled
from ..priors.prior import Key

TINY, CERTAIN = np.finfo(float).tiny, 1e12
SCORES = np.linspace(
    -8, 8, 1001
)  # so fine that straight lines between lie within 0.001 of all log-odds


class LogOddsTransform:
    """The sticks of all priors of a network, in the order of these: `keys` whose each is, and its
    Beta's counts `here` (that it breaks at this level) and `further`, shape (sticks, 1)."""

    def __init__(self, compiled: Compiled):
        self.compiled = compiled
        counts = {key: np.array(prior.counts) for key, prior in compiled.network.priors.items()}
        self.keys = [key for key, c in counts.items() for _ in c[1:]]
        self.here = np.concatenate([c[:-1] for c in counts.values()])[:, None]
        self.further = np.concatenate([np.cumsum(c[::-1])[::-1][1:] for c in counts.values()])[
            :, None
        ]

    @property
    def open(self) -> np.ndarray:
        """Which sticks are of a number whose prior leaves it room to move, shape (sticks,)."""
        return np.array(
            [sum(self.compiled.network.priors[key].counts) < CERTAIN for key in self.keys]
        )

    def of(self, shares: Mapping[Key, np.ndarray]) -> np.ndarray:
        """The log-odds, shape (sticks, draws), of shares (states, draws) by key."""
        sticks = [np.log(_further(s)) - np.log(np.maximum(s[:-1], TINY)) for s in shares.values()]
        return np.concatenate(sticks)

    def inputs(self, odds: np.ndarray, which: np.ndarray | None = None) -> np.ndarray:
        """The pool of these log-odds of some sticks, by number, else of all, shape (rows, draws);
        others' numbers are at their means. Of a number all sticks are given or none."""
        on, off = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))
        keys = self.keys if which is None else [self.keys[i] for i in which]
        shares, last = {}, 0
        for key, sticks in groupby(keys):
            first, last = last, last + len([*sticks])
            left = np.cumprod(on[first:last], axis=0)
            shares[key] = np.concatenate(
                [off[first : first + 1], left[:-1] * off[first + 1 : last], left[-1:]]
            )
        means = self.compiled.mean_inputs
        return self.compiled.parameter_inputs(
            shares, np.broadcast_to(means, (len(means), odds.shape[1]))
        )

    @cached_property
    def covariance(self) -> np.ndarray:
        """The prior covariance of the normal scores of all sticks: 1 each, and what ties numbers
        learnt together.
        """
        whole, priors = np.eye(len(self.keys)), self.compiled.network.priors
        if priors.ties is None:
            return whole
        breaks = [key for key, prior in priors.ties.numbers.items() for _ in prior.counts[1:]]
        tied = {key for key in breaks if priors.tied(key)}
        theirs = [place for place, key in enumerate(breaks) if key in tied]
        ours = np.argsort(
            [breaks.index(key) if key in tied else len(breaks) for key in self.keys], kind="stable"
        )
        ours = ours[: len(theirs)]
        whole[np.ix_(ours, ours)] = (priors.ties.factor @ priors.ties.factor.T)[
            np.ix_(theirs, theirs)
        ]
        return whole

    def scores(self, odds: np.ndarray, which: np.ndarray) -> np.ndarray:
        """The normal scores of some sticks, by number, given their log-odds; both of shape (which,
        draws).
        """
        return np.array(
            [np.interp(row, self._lines[i], SCORES) for row, i in zip(odds, which, strict=True)]
        )

    def at(self, scores: np.ndarray, which: np.ndarray) -> np.ndarray:
        """The log-odds of some sticks, by number, given their normal scores, on straight lines
        between SCORES.
        """
        place = (scores.clip(SCORES[0], SCORES[-1]) - SCORES[0]) / (SCORES[1] - SCORES[0])
        left = np.minimum(place.astype(int), len(SCORES) - 2)
        first = left + len(SCORES) * which[:, None]
        before, after = self._lines.take(first), self._lines.take(first + 1)
        return before + (place - left) * (after - before)

    @cached_property
    def _lines(self) -> np.ndarray:
        """For each stick its log-odds at the SCORES, shape (sticks, scores)."""
        from scipy.special import betaincinv, ndtr

        lines = np.tile(SCORES, (len(self.keys), 1))
        counts, same = np.unique(
            np.hstack([self.here, self.further])[self.open], axis=0, return_inverse=True
        )
        here, further = counts.T[:, :, None]
        on, off = betaincinv(further, here, ndtr(SCORES)), betaincinv(here, further, ndtr(-SCORES))
        lines[self.open] = (np.log(np.maximum(on, TINY)) - np.log(np.maximum(off, TINY)))[same]
        return lines


def _further(shares: np.ndarray) -> np.ndarray:
    """What lies beyond each level, summed from the far end so that little is not lost in much."""
    return np.maximum(np.cumsum(shares[::-1], axis=0)[::-1][1:], TINY)
