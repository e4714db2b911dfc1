"""A question put to a circuit, for one case or a whole batch: small ones at once, large ones by the
compiled loop.

A pool that copies rows of another: the same numbers and findings, put to a circuit that holds some
of them often.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

import numpy as np

from .circuit import Circuit, backward, forward

BATCH, CHUNK, WORTH_WAITING = 64, 256, 20_000
LANES, WORTH_FOLDING = (
    64,
    16,
)  # blocks of 64 numbers a row keep a folded circuit in the second-level cache
WORTH_SHARING, WORKERS = 4, os.cpu_count() or 1  # so many blocks a worker pay for waking it
Told = dict[int, float | np.ndarray]
NOTHING, NO_NUMBERS = np.zeros(0, int), np.zeros(0)
CANCELLED, ROUNDING = 1e-6, 1e-15
_ready, _sending = threading.Event(), threading.Lock()
_sent: list[threading.Thread] = []


@dataclass(frozen=True)
class Query:
    """A pool, shape (inputs, lanes or 1), with `values`, shape (rows, lanes or 1), standing in its
    place at `rows`.
    """

    inputs: np.ndarray
    rows: np.ndarray
    values: np.ndarray

    @property
    def batch_size(self) -> int:
        """How many cases or draws are asked at once."""
        return max(self.inputs.shape[1], self.values.shape[1] if len(self.rows) else 1)

    @classmethod
    def of(cls, inputs: np.ndarray, told: Told) -> Query:
        """A question in which row r of the pool has the value `told[r]`: a number, or one a
        lane.
        """
        values = np.empty((len(told), max((np.size(value) for value in told.values()), default=1)))
        for i, value in enumerate(told.values()):
            values[i] = value
        return cls(inputs, np.array([*told], int), values)

    @cached_property
    def sources(self) -> np.ndarray:
        """Where each row of the pool has its numbers: its own number, or ~i for row i of `values`,
        told last.
        """
        sources = np.arange(len(self.inputs))
        sources[self.rows] = ~np.arange(len(self.rows))
        return sources

    def but(self, told: Told) -> Query:
        """The same question with these rows told otherwise; what is told last counts."""
        more = Query.of(self.inputs, told)
        batch_size = max(self.values.shape[1], more.values.shape[1])
        values = [np.broadcast_to(q.values, (len(q.rows), batch_size)) for q in (self, more)]
        return Query(self.inputs, np.concatenate([self.rows, more.rows]), np.concatenate(values))

    def at(self, rows: np.ndarray) -> np.ndarray:
        """Some rows as they are asked, shape (rows, lanes)."""
        found = np.empty((len(rows), self.batch_size))
        found[:], sources = self.inputs[rows], self.sources[rows]
        told = sources < 0
        found[told] = self.values[~sources[told]]
        return found

    def magnitudes(self) -> Query:
        """The same question without signs: how large the numbers are that cancel."""
        return Query(np.abs(self.inputs), self.rows, self.values)


@dataclass(frozen=True)
class QueryResult:
    """`roots` (states, lanes), to be multiplied by exp(`logs`) (lanes), and `slopes` (seeds, wanted
    rows, lanes).
    """

    roots: np.ndarray
    logs: np.ndarray
    derivatives: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """P(findings), a lane."""
        return self.roots.sum(axis=0) * np.exp(self.logs)


def solve(
    circuit: Circuit,
    question: Query,
    output_weights: np.ndarray | None = None,
    wrt: np.ndarray = NOTHING,
) -> QueryResult:
    """One pass up and, for each of the `seeds` (weights of the root's states), one down to the rows
    `wanted`.

    The compiled loop takes over once it is in memory. The first batch of a process sends for it,
    which takes seconds the first time on a machine, and is meanwhile answered by numpy; only a very
    large batch waits. Which of the two has answered makes no difference but for rounding, and to
    P(findings) not even that if nothing is rescaled (`folding`).
    """
    output_weights = np.zeros((0, len(circuit.roots))) if output_weights is None else output_weights
    loop = loop_for(question.batch_size)
    return (
        _by_loop(loop, circuit, question, output_weights, wrt)
        if loop
        else _by_numpy(circuit, question, output_weights, wrt)
    )


def loop_for(batch_size: int) -> Any:
    """The compiled loop's room if it is in memory; else None, and it is sent for if the batch is
    worth it.
    """
    if not _ready.is_set() and batch_size >= BATCH:
        with _sending:
            if not _sent:
                _sent.append(threading.Thread(target=_fetch, name="lumbayes kernel"))
                _sent[0].start()
        if batch_size >= WORTH_WAITING:
            _sent[0].join()
    return sys.modules["lumbayes.engine.kernels.sweep"] if _ready.is_set() else None


def _fetch() -> None:
    importlib.import_module("lumbayes.engine.kernels.sweep")
    _ready.set()


def _by_numpy(
    circuit: Circuit, question: Query, output_weights: np.ndarray, wrt: np.ndarray
) -> QueryResult:
    inputs = question.at(np.arange(circuit.n_inputs))
    parts = [
        _part(circuit, inputs[:, i : i + CHUNK], output_weights, wrt)
        for i in range(0, question.batch_size, CHUNK)
    ]
    return QueryResult(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))


def _part(
    circuit: Circuit, inputs: np.ndarray, output_weights: np.ndarray, wrt: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    buffer, scales = forward(circuit, inputs)
    derivatives = [backward(circuit, buffer, scales, seed)[wrt] for seed in output_weights]
    stacked = np.stack(derivatives) if derivatives else np.zeros((0, len(wrt), inputs.shape[1]))
    return buffer[circuit.roots], np.log(scales).sum(axis=0), stacked


def _by_loop(
    loop: Any, circuit: Circuit, question: Query, output_weights: np.ndarray, wrt: np.ndarray
) -> QueryResult:
    inputs, output_weights, wrt = map(np.ascontiguousarray, (question.inputs, output_weights, wrt))
    derivatives = np.zeros((len(output_weights), len(wrt), question.batch_size))
    answer = QueryResult(
        np.empty((len(circuit.roots), question.batch_size)),
        np.zeros(question.batch_size),
        derivatives,
    )
    in_parts(
        partial(folded(loop, circuit, question, wrt).fill, inputs, output_weights, answer),
        question.batch_size,
        LANES,
    )
    return answer


@dataclass(frozen=True)
class Folded:
    """A circuit made smaller for questions that tell the same of pools in which the same rows are
    steady.
    """

    loop: Any
    arrays: tuple[np.ndarray, ...]
    values: np.ndarray
    log: float

    def fill(
        self,
        inputs: np.ndarray,
        output_weights: np.ndarray,
        answer: QueryResult,
        first: int,
        last: int,
    ) -> None:
        """Write what is answered for lanes first to last into the arrays of an answer."""
        answer.logs[first:last], width = self.log, min(len(answer.logs), LANES)
        rest = answer.roots, answer.logs, answer.derivatives, width, first, last
        self.loop.sweep(*self.arrays, inputs, self.values, output_weights, *rest)


def folded(loop: Any, circuit: Circuit, question: Query, wrt: np.ndarray = NOTHING) -> Folded:
    """The circuit as the compiled loop takes it for such questions, made smaller where that is
    worth it.
    """
    values = np.ascontiguousarray(question.values)
    if question.batch_size < WORTH_FOLDING:
        return Folded(loop, (*circuit.unsigned, wrt, NO_NUMBERS, question.sources), values, 0.0)
    *smaller, log = loop.fold(
        *circuit.arrays, wrt, question.sources, np.ascontiguousarray(question.inputs), values
    )
    return Folded(loop, tuple(smaller), values, log)


def in_parts(run: Callable[[int, int], Any], batch_size: int, width: int) -> list[Any]:
    """What `run` returns for lanes from one up to another, shared among the workers by blocks of
    that width.
    """
    blocks = -(-batch_size // width)
    if blocks < WORKERS * WORTH_SHARING:
        return [run(0, batch_size)]
    edges = (np.arange(WORKERS + 1) * blocks // WORKERS * width).tolist()
    return list(_workers().map(run, edges[:-1], edges[1:]))


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="lumbayes")


def probability(circuit: Circuit, question: Query) -> np.ndarray:
    """P(findings) a lane. What is left where differences cancel to rounding is nought, not a very
    rare case.
    """
    total = solve(circuit, question).total
    if (total < CANCELLED).any():
        size = solve(circuit, question.magnitudes()).total
        total = np.where(total <= ROUNDING * size, 0.0, total)
    return total


def marginals(
    circuit: Circuit, question: Query, rows: Mapping[str, Sequence[int]]
) -> dict[str, np.ndarray]:
    """P(name = state | findings), shape (states, lanes), of names whose rows are given; NaN where
    P(findings) is 0.
    """
    wrt = np.array([row for states in rows.values() for row in states])
    answer = solve(circuit, question, np.ones((1, len(circuit.roots))), wrt)
    joint = dict(zip(wrt.tolist(), answer.derivatives[0] * question.at(wrt), strict=True))
    tables = {
        name: np.stack([joint[row] for row in states]).clip(0) for name, states in rows.items()
    }
    with np.errstate(invalid="ignore"):
        return {name: table / table.sum(axis=0) for name, table in tables.items()}


KEPT = 4


class RowMap:
    """Row r of the pool copies row `source[r]` of the plain one."""

    def __init__(self, source: Sequence[int]):
        self.source = np.array(source)
        self._known_inputs: list[tuple[np.ndarray, np.ndarray]] = []

    def query(self, plain: Query) -> Query:
        """The same question put to the copies: every row that copies an asked one is asked with
        it.
        """
        sources = plain.sources[self.source]
        rows = np.flatnonzero(sources < 0)
        return Query(self._inputs(plain.inputs), rows, plain.values[~sources[rows]])

    def _inputs(self, plain: np.ndarray) -> np.ndarray:
        """The copied pool; the last few of many lanes are kept, for the same draws are asked for
        again.
        """
        if plain.shape[1] == 1:
            return plain[self.source]
        for known, inputs in self._known_inputs:
            if known is plain:
                return inputs
        inputs = plain[self.source]
        self._known_inputs = [(plain, inputs), *self._known_inputs[: KEPT - 1]]
        return inputs
