"""What runners teach about each number: how often its switch was thrown, and how it fell, as far as can be told.

P(findings) is linear in each share of a number. So share · ∂P/∂share / P(findings) is the chance that the switch was
thrown and fell that way (Darwiche 2003), for a noisy-OR p · P(y | others) / P(y) (Díez 1993), and one pass down gives
it for all numbers at once. A switch is thrown where its cause is there; the leak of a trait, where nothing pushed.
"""

from __future__ import annotations

import numpy as np

from .case import Case
from .engine.solve import Question, solve
from .priors.prior import Key


class Switches:
    """Every number of a case's network laid end to end in one vector of shares; `places` says where each stands.

    `sizes` says how many states each number has, `prior` are the counts of all their priors, `rows` the rows of the
    pool that hold them. Numbers of arrows that the case's surgery has cut are left out.
    """

    def __init__(self, case: Case):
        self.compiled = case.compiled
        priors = {k: p for k, p in case.network.priors.items() if _effect(k) not in case.surgery}
        self.prior = np.concatenate([prior.counts for prior in priors.values()]).astype(float)
        self.sizes = np.array([len(prior.counts) for prior in priors.values()])
        self._starts = np.cumsum(self.sizes) - self.sizes
        self.places = {key: slice(at, at + size) for key, at, size in zip(priors, self._starts, self.sizes)}
        self.rows = np.concatenate([self.compiled.of_prior(key) for key in priors])
        self._sums = _along([self.compiled.cumulated(key, np.eye(size)) for key, size in zip(priors, self.sizes)])

    def total(self, values: np.ndarray) -> np.ndarray:
        """The sum of some values, shape (places, …), over the states of each number."""
        return np.add.reduceat(values, self._starts, axis=0)

    def each(self, values: np.ndarray) -> np.ndarray:
        """The same sum at every place of its number."""
        return np.repeat(self.total(values), self.sizes, axis=0)

    def largest(self, values: np.ndarray) -> np.ndarray:
        """The largest of some values of each number, at every place of it."""
        return np.repeat(np.maximum.reduceat(values, self._starts), self.sizes)

    def within(self, counts: np.ndarray) -> np.ndarray:
        """Counts as shares of their number."""
        return counts / self.each(counts)

    def spread(self, shares: np.ndarray) -> np.ndarray:
        """diag(shares) − shares sharesᵀ of each number, along the diagonal of one matrix."""
        return _along([np.diag(shares[at]) - np.outer(shares[at], shares[at]) for at in self.places.values()])

    def breaks(self, shares: np.ndarray) -> np.ndarray:
        """How the log odds of each state against those after it hang on the log shares, shape (breaks, places)."""
        return _along([_breaks(shares[at]) for at in self.places.values()])

    def pool(self, shares: np.ndarray) -> np.ndarray:
        """The compiled network's pool with these shares in the place of the means."""
        pool = self.compiled.mean_pool.copy()
        pool[self.rows, 0] = self._sums @ shares
        return pool

    def slopes(self, question: Question) -> tuple[np.ndarray, np.ndarray]:
        """How log P(findings) rises with each row of the pool that holds a number, shape (rows, lanes), and itself."""
        circuit = self.compiled.circuit
        answer = solve(circuit, question, np.ones((1, len(circuit.roots))), self.rows)
        total = answer.roots.sum(axis=0)
        return answer.slopes[0] / total, np.log(total) + answer.logs

    def fallen(self, shares: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """P(the switch was thrown and fell so | findings) from such slopes, or how often from a sum of them."""
        # A row of the pool holds a sum of shares, so a share's slope is the sum of the slopes of the rows it is in.
        return (shares * (self._sums.T @ slopes).T).T


def _effect(key: Key) -> str:
    return key if isinstance(key, str) else key[1]


def _breaks(shares: np.ndarray) -> np.ndarray:
    """The same of one number: each state against the mean of those after it, as they weigh."""
    later = np.triu(np.tile(shares, (len(shares), 1)), 1)[:-1]
    return np.eye(len(shares))[:-1] - later / later.sum(axis=1, keepdims=True)


def _along(parts: list[np.ndarray]) -> np.ndarray:
    """Matrices along the diagonal of one, nought elsewhere."""
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*parts))
