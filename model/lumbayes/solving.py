"""A question put to a circuit, for one case or a whole batch: small ones at once, large ones by the compiled loop."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from .circuit import Circuit, backward, forward

BATCH = 64
WORKERS = os.cpu_count() or 1
NOTHING = np.zeros(0, int)
CANCELLED, ROUNDING = 1e-6, 1e-12


@dataclass(frozen=True)
class Question:
    """A pool, shape (inputs, lanes or 1), with `values`, shape (rows, lanes or 1), standing in its place at `rows`."""

    pool: np.ndarray
    rows: np.ndarray
    values: np.ndarray

    @property
    def lanes(self) -> int:
        """How many cases or draws are asked at once."""
        return max(self.pool.shape[1], self.values.shape[1] if len(self.rows) else 1)

    @classmethod
    def of(cls, pool: np.ndarray, told: Mapping[int, float | np.ndarray]) -> Question:
        """A question in which row r of the pool has the value `told[r]`: a number, or one a lane."""
        values = np.broadcast_arrays(*map(np.atleast_1d, told.values())) if told else np.empty((0, 1))
        return cls(pool, np.array([*told], int), np.array(values, float))

    def at(self, rows: np.ndarray) -> np.ndarray:
        """Some rows as they are asked, shape (rows, lanes)."""
        found = np.broadcast_to(self.pool[rows], (len(rows), self.lanes)).copy()
        for row, value in zip(self.rows, self.values, strict=True):
            found[rows == row] = value
        return found

    def magnitudes(self) -> Question:
        """The same question without signs: how large the numbers are that cancel."""
        return Question(np.abs(self.pool), self.rows, self.values)


@dataclass(frozen=True)
class Answer:
    """`roots` (states, lanes), to be multiplied by exp(`logs`) (lanes), and `slopes` (seeds, wanted rows, lanes)."""

    roots: np.ndarray
    logs: np.ndarray
    slopes: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """P(findings), a lane."""
        return self.roots.sum(axis=0) * np.exp(self.logs)


def solve(
    circuit: Circuit, question: Question, seeds: np.ndarray | None = None, wanted: np.ndarray = NOTHING
) -> Answer:
    """One pass up and, for each of the `seeds` (weights of the root's states), one down to the rows `wanted`.

    A few lanes are answered at once by numpy; the compiled loop takes over for a batch, or once it is in memory.
    """
    seeds = np.zeros((0, len(circuit.roots))) if seeds is None else seeds
    if question.lanes < BATCH and "lumbayes.kernel" not in sys.modules:
        return _at_once(circuit, question, seeds, wanted)
    return _compiled(circuit, question, seeds, wanted)


def _at_once(circuit: Circuit, question: Question, seeds: np.ndarray, wanted: np.ndarray) -> Answer:
    buffer, scales = forward(circuit, question.at(np.arange(circuit.inputs)))
    slopes = [backward(circuit, buffer, scales, seed)[wanted] for seed in seeds]
    stacked = np.stack(slopes) if slopes else np.zeros((0, 0, question.lanes))
    return Answer(buffer[circuit.roots], np.log(scales).sum(axis=0), stacked)


def _compiled(circuit: Circuit, question: Question, seeds: np.ndarray, wanted: np.ndarray) -> Answer:
    from .kernel import LANES, sweep

    compiled: Callable[..., None] = sweep
    lanes = question.lanes
    roots, logs, slopes = (
        np.empty((len(circuit.roots), lanes)),
        np.empty(lanes),
        np.empty((len(seeds), len(wanted), lanes)),
    )
    given = (question.pool, question.rows.astype(np.uintp), question.values, seeds, wanted.astype(np.uintp))
    run = partial(compiled, *circuit.unsigned, *given, roots, logs, slopes)
    blocks = -(-lanes // LANES)
    if blocks < WORKERS:
        run(0, lanes)
    else:
        edges = (np.arange(WORKERS + 1) * blocks // WORKERS * LANES).tolist()
        list(_workers().map(run, edges[:-1], edges[1:]))
    return Answer(roots, logs, slopes)


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="lumbayes")


def probability(circuit: Circuit, question: Question) -> np.ndarray:
    """P(findings) a lane. What is left where differences cancel to rounding is nought, not a very rare case."""
    total = solve(circuit, question).total
    if (total < CANCELLED).any():
        size = solve(circuit, question.magnitudes()).total
        total = np.where(total <= ROUNDING * size, 0.0, total)
    return total


def marginals(circuit: Circuit, question: Question, rows: Mapping[str, Sequence[int]]) -> dict[str, np.ndarray]:
    """P(name = state | findings), shape (states, lanes), for each name whose rows of findings are given."""
    wanted = np.array([row for states in rows.values() for row in states])
    answer = solve(circuit, question, np.ones((1, len(circuit.roots))), wanted)
    joint = dict(zip(wanted.tolist(), answer.slopes[0] * question.at(wanted), strict=True))
    tables = {name: np.stack([joint[row] for row in states]) for name, states in rows.items()}
    return {name: table / table.sum(axis=0) for name, table in tables.items()}
