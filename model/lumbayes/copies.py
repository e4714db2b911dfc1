"""A pool that copies rows of another: the same numbers and findings, put to a circuit that holds some of them often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .solving import NOTHING, Question

KEPT = 4


class Copies:
    """Row r of the pool copies row `source[r]` of the plain one."""

    def __init__(self, source: Sequence[int]):
        self.source = np.array(source)
        self._of: dict[int, np.ndarray] = {int(row): np.flatnonzero(self.source == row) for row in np.unique(source)}
        self._pools: list[tuple[np.ndarray, np.ndarray]] = []

    def question(self, plain: Question) -> Question:
        """The same question put to the copies: every row that copies an asked one is asked with it."""
        copies = [self._of.get(int(row), NOTHING) for row in plain.rows]
        values = np.repeat(plain.values, [len(c) for c in copies], axis=0)
        return Question(self._pool(plain.pool), np.concatenate([NOTHING, *copies]), values)

    def _pool(self, plain: np.ndarray) -> np.ndarray:
        """The copied pool; the last few are kept, for the same draws are asked for again."""
        for known, pool in self._pools:
            if known is plain:
                return pool
        pool = plain[self.source]
        self._pools = [(plain, pool), *self._pools[: KEPT - 1]]
        return pool
