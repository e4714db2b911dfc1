"""A question put to a circuit, for one case or a whole batch: small ones at once, large ones by the compiled loop."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from .circuit import Circuit, backward, forward

BATCH = 64
WORKERS = os.cpu_count() or 1
NOTHING = np.zeros(0, int)


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
    """One pass up and, for each of the `seeds` (weights of the root's states), one down to the rows `wanted`."""
    seeds = np.zeros((0, len(circuit.roots))) if seeds is None else seeds
    if question.lanes < BATCH:
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
    answer = Answer(np.empty((len(circuit.roots), lanes)), np.empty(lanes), np.empty((len(seeds), len(wanted), lanes)))
    written = (circuit.steps, circuit.kinds, circuit.starts, circuit.terms, circuit.roots)
    unsigned = [np.asarray(part, np.uintp) for part in written]
    asked = (question.pool, question.rows.astype(np.uintp), question.values, seeds, wanted.astype(np.uintp))
    blocks = np.linspace(0, -(-lanes // LANES), WORKERS + 1).astype(int) * LANES
    out = (answer.roots, answer.logs, answer.slopes)
    runs = []
    with ThreadPoolExecutor(WORKERS) as workers:
        for part in zip(blocks[:-1].tolist(), blocks[1:].tolist(), strict=True):
            runs.append(workers.submit(compiled, *unsigned, *asked, *out, *part))
    for run in runs:
        run.result()
    return answer
