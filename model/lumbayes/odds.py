"""Every number of a network as log-odds, on which priors are smooth and nothing can step outside 0 to 1.

A number of several levels is broken like a stick: of what is left at each level, the odds that it lies further on. The
sticks of a Dirichlet are independent Betas (Connor & Mosimann 1969).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .inference import Compiled
from .prior import Key

TINY = np.finfo(float).tiny


class Odds:
    """The sticks of all priors of a network, in the order of these: `keys` whose each is, and its Beta's counts `here`
    (that it breaks at this level) and `further`, shape (sticks, 1)."""

    def __init__(self, compiled: Compiled):
        self.compiled = compiled
        counts = {key: np.array(prior.counts) for key, prior in compiled.network.priors.items()}
        self.keys = [key for key, c in counts.items() for _ in c[1:]]
        self.here = np.concatenate([c[:-1] for c in counts.values()])[:, None]
        self.further = np.concatenate([np.cumsum(c[::-1])[::-1][1:] for c in counts.values()])[:, None]

    def of(self, shares: Mapping[Key, np.ndarray]) -> np.ndarray:
        """The log-odds, shape (sticks, draws), of shares (states, draws) by key."""
        sticks = [np.log(_further(s)) - np.log(np.maximum(s[:-1], TINY)) for s in shares.values()]
        return np.concatenate(sticks)

    def pool(self, odds: np.ndarray) -> np.ndarray:
        """The pool of these log-odds, shape (rows, draws)."""
        on, off = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))
        shares, first = {}, 0
        for key, prior in self.compiled.network.priors.items():
            last = first + len(prior.counts) - 1
            left = np.cumprod(on[first:last], axis=0)
            shares[key] = np.concatenate([off[first : first + 1], left[:-1] * off[first + 1 : last], left[-1:]])
            first = last
        return self.compiled.parameters(shares)

    def density(self, odds: np.ndarray) -> np.ndarray:
        """The logarithm of each stick's prior density at its log-odds, up to a constant."""
        return self.further * odds - (self.here + self.further) * np.logaddexp(0, odds)


def _further(shares: np.ndarray) -> np.ndarray:
    """What lies beyond each level, summed from the far end so that little is not lost in much."""
    return np.maximum(np.cumsum(shares[::-1], axis=0)[::-1][1:], TINY)
