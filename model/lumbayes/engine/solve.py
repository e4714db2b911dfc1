"""Evaluation of queries for one case or a batch, by numpy or by the compiled kernel."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from .cancellation import evaluate_exactly, rounding_error
from .circuit import Circuit, backward, forward
from .query import NO_ROWS, Query, QueryResult

KERNEL_MIN_BATCH = 64  # below it, importing numba (about a second) costs more than it gains
KERNEL_WAIT_BATCH = 20_000  # columns from which waiting for a compile of seconds pays
NUMPY_COLUMNS = 256  # a chunk's buffer, about 2 MB for the shipped network, stays in the cache
RARE = 1e-6  # probabilities below it are checked for cancellation
LOOKED_AT = 16  # rare columns of a batch whose error is bounded before that of all others
MARGIN = 10  # their error is this many times smaller than allowed, or all are looked at
_kernel_is_ready = threading.Event()
_import_lock = threading.Lock()
_import_threads: list[threading.Thread] = []


def solve(
    circuit: Circuit,
    query: Query,
    output_weights: np.ndarray | None = None,
    wrt: np.ndarray = NO_ROWS,
) -> QueryResult:
    """Evaluate a circuit and its derivatives for a batch.

    One upward pass gives the outputs, and one downward pass for each row of `output_weights` the
    derivatives of that weighted sum of outputs by the input rows `wrt` (Darwiche 2003).

    Parameters
    ----------
    circuit : Circuit
        The circuit to evaluate.
    query : Query
        Its inputs, one column per case or draw.
    output_weights : array, shape (n_output_weights, n_states), optional
        The weighted sums of outputs whose derivatives are wanted. By default none.
    wrt : array of int, shape (n_wrt,), optional
        The input rows by which derivatives are taken. By default none.

    Returns
    -------
    QueryResult
        Outputs and derivatives, up to the factor exp(`log_scales`) of each column.

    Notes
    -----
    The first large batch of a process starts importing the compiled kernel in the background and is
    meanwhile evaluated by numpy; only a very large batch waits. Both agree up to rounding. Rare
    columns of which cancellation leaves too little are evaluated again in extended precision. In a
    batch such columns are looked for if the rarest column, or one of some others, comes near that.
    """
    if output_weights is None:
        output_weights = np.zeros((0, len(circuit.output_rows)))
    kernel = kernel_for(query.batch_size)
    if kernel is None:
        result = _solve_by_numpy(circuit, query, output_weights, wrt)
    else:
        result = _solve_by_kernel(kernel, circuit, query, output_weights, wrt)
    return _without_cancellation(circuit, query, result, output_weights, wrt, kernel)


def kernel_for(batch_size: int) -> Any:
    """Return the compiled kernel's module if it is in memory, else None.

    A batch of 64 columns or more (`KERNEL_MIN_BATCH`) starts the import in the background; one of
    20,000 or more (`KERNEL_WAIT_BATCH`) waits for it.
    """
    if not _kernel_is_ready.is_set() and batch_size >= KERNEL_MIN_BATCH:
        with _import_lock:
            if not _import_threads:
                _import_threads.append(
                    threading.Thread(target=_import_kernel, name="lumbayes kernel")
                )
                _import_threads[0].start()
        if batch_size >= KERNEL_WAIT_BATCH:
            _import_threads[0].join()
    return sys.modules["lumbayes.engine.kernels.sweep"] if _kernel_is_ready.is_set() else None


def _import_kernel() -> None:
    importlib.import_module("lumbayes.engine.kernels.sweep")
    _kernel_is_ready.set()


def _solve_by_numpy(
    circuit: Circuit, query: Query, output_weights: np.ndarray, wrt: np.ndarray
) -> QueryResult:
    inputs = query.inputs_at(np.arange(circuit.n_inputs))
    starts = range(0, query.batch_size, NUMPY_COLUMNS)
    chunks = [inputs[:, start : start + NUMPY_COLUMNS] for start in starts]
    parts = [_evaluate(circuit, chunk, output_weights, wrt) for chunk in chunks]
    return QueryResult(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))


def _evaluate(
    circuit: Circuit, inputs: np.ndarray, output_weights: np.ndarray, wrt: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    buffer, scales = forward(circuit, inputs)
    derivatives = np.zeros((len(output_weights), len(wrt), inputs.shape[1]))
    for i, weights in enumerate(output_weights):
        derivatives[i] = backward(circuit, buffer, scales, weights)[wrt]
    return buffer[circuit.output_rows], np.log(scales).sum(axis=0), derivatives


def _solve_by_kernel(
    kernel: Any, circuit: Circuit, query: Query, output_weights: np.ndarray, wrt: np.ndarray
) -> QueryResult:
    batch_size = query.batch_size
    result = QueryResult(
        np.empty((len(circuit.output_rows), batch_size)),
        np.zeros(batch_size),
        np.zeros((len(output_weights), len(wrt), batch_size)),
    )
    inputs = np.ascontiguousarray(query.inputs)
    weights = np.ascontiguousarray(output_weights)
    call = KernelCall(kernel, circuit, query, wrt)

    def fill(first: int, last: int) -> None:
        call.fill(inputs, weights, result, first, last)

    run_in_blocks(fill, batch_size, BLOCK_COLUMNS)
    return result


BLOCK_COLUMNS = 128  # columns of a block: its buffer stays in the second-level cache


class KernelCall:
    """A circuit with the overrides of a query, as arrays that the compiled kernel takes."""

    def __init__(self, kernel: Any, circuit: Circuit, query: Query, wrt: np.ndarray = NO_ROWS):
        self._kernel = kernel
        self._circuit = (*circuit.unsigned_arrays, np.ascontiguousarray(wrt, np.uintp))
        self._sources = query.sources
        self._override_values = np.ascontiguousarray(query.override_values)

    def fill(
        self,
        inputs: np.ndarray,
        output_weights: np.ndarray,
        result: QueryResult,
        first: int,
        last: int,
    ) -> None:
        """Evaluate columns `first` to `last` (exclusive) of these inputs, into `result`."""
        result.log_scales[first:last] = 0.0
        self._kernel.sweep(
            *self._circuit,
            self._sources,
            inputs,
            self._override_values,
            output_weights,
            result.outputs,
            result.log_scales,
            result.derivatives,
            min(len(result.log_scales), BLOCK_COLUMNS),
            first,
            last,
        )


N_WORKERS = os.cpu_count() or 1
BLOCKS_PER_WORKER = 4  # fewer blocks than that take less time than waking a thread


def run_in_blocks(run: Callable[[int, int], Any], batch_size: int, block_columns: int) -> list[Any]:
    """Call `run(first, last)` on ranges of columns and return the results in order.

    The ranges are shared among threads, by whole blocks of `block_columns`; a small batch is one
    range.
    """
    n_blocks = -(-batch_size // block_columns)
    if n_blocks < N_WORKERS * BLOCKS_PER_WORKER:
        return [run(0, batch_size)]
    edges = (np.arange(N_WORKERS + 1) * n_blocks // N_WORKERS * block_columns).tolist()
    return list(_workers().map(run, edges[:-1], edges[1:]))


def map_parts(run: Callable[[Any], Any], parts: Sequence[Any]) -> Iterator[Any]:
    """Yield `run` of each part in order, computed by as many threads as there are processors.

    These threads are not those of `run_in_blocks`, for which they may wait.
    """
    if len(parts) < 2:
        yield from map(run, parts)
        return
    with ThreadPoolExecutor(N_WORKERS) as workers:
        yield from workers.map(run, parts)


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(N_WORKERS, thread_name_prefix="lumbayes")


def _without_cancellation(
    circuit: Circuit,
    query: Query,
    result: QueryResult,
    output_weights: np.ndarray,
    wrt: np.ndarray,
    kernel: Any,
) -> QueryResult:
    """Return a result with the columns evaluated again of which rounding has taken too much."""
    with np.errstate(divide="ignore"):
        logs = np.log(np.abs(result.outputs.sum(axis=0))) + result.log_scales
    rare = np.flatnonzero(logs < np.log(RARE))
    if not len(rare):
        return result
    columns = np.append(rare[:: -(-len(rare) // LOOKED_AT)], rare[np.argmin(logs[rare])])
    if rounding_error(circuit, query.inputs_in(columns), kernel).max() <= query.accuracy / MARGIN:
        return result
    lost = rare[rounding_error(circuit, query.inputs_in(rare), kernel) > query.accuracy]
    if len(lost):
        exact = evaluate_exactly(circuit, query.inputs_in(lost), output_weights, wrt)
        result.outputs[:, lost] = exact.outputs
        result.log_scales[lost] = exact.log_scales
        result.derivatives[:, :, lost] = exact.derivatives
    return result


def probability(circuit: Circuit, query: Query) -> np.ndarray:
    """Compute P(evidence) of each column, shape (batch_size,)."""
    return solve(circuit, query).probability


def marginals(
    circuit: Circuit, query: Query, rows: Mapping[str, Sequence[int]]
) -> dict[str, np.ndarray]:
    """Compute P(name = state | evidence) of several variables, by one upward and one downward pass.

    Parameters
    ----------
    circuit : Circuit
        The circuit of the joint distribution.
    query : Query
        Its inputs, one column per case or draw.
    rows : mapping of str to sequence of int
        By variable, the input rows of its evidence, one per state.

    Returns
    -------
    dict of str to array, shape (n_states, batch_size)
        By variable, the probability of each state; NaN in columns where P(evidence) is 0.
    """
    wrt = np.array([row for states in rows.values() for row in states], int)
    result = solve(circuit, query, np.ones((1, len(circuit.output_rows))), wrt)
    joint = dict(zip(wrt.tolist(), result.derivatives[0] * query.inputs_at(wrt), strict=True))
    tables = {
        name: np.stack([joint[row] for row in states]).clip(0) for name, states in rows.items()
    }
    with np.errstate(invalid="ignore"):
        return {name: table / table.sum(axis=0) for name, table in tables.items()}
