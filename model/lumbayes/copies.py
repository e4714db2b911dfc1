"""A pool that copies rows of another: the same numbers and findings, put to a circuit that holds some of them often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .solving import Question

KEPT = 4


class Copies:
    """Row r of the pool copies row `source[r]` of the plain one."""

    def __init__(self, source: Sequence[int]):
        self.source = np.array(source)
        self._pools: list[tuple[np.ndarray, np.ndarray]] = []

    def question(self, plain: Question) -> Question:
        """The same question put to the copies: every row that copies an asked one is asked with it."""
        sources = plain.sources[self.source]
        rows = np.flatnonzero(sources < 0)
        return Question(self._pool(plain.pool), rows, plain.values[~sources[rows]])

    def _pool(self, plain: np.ndarray) -> np.ndarray:
        """The copied pool; the last few of many lanes are kept, for the same draws are asked for again."""
        if plain.shape[1] == 1:
            return plain[self.source]
        for known, pool in self._pools:
            if known is plain:
                return pool
        pool = plain[self.source]
        self._pools = [(plain, pool), *self._pools[: KEPT - 1]]
        return pool
