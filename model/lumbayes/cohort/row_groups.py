"""The likelihood of rows of findings, in groups with smaller circuits.

Most rows of a cohort are of runners without pain. Their traits are "none" whatever the parameters,
so a circuit in which the pain is a constant has a quarter of the operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from ..defaults import SEED
from ..engine.cancellation import rounding_error
from ..engine.circuit import ONE
from ..engine.query import ACCURACY, Overrides, Query, QueryResult
from ..engine.solve import (
    KERNEL_WAIT_BATCH,
    KernelCall,
    kernel_for,
    marginals,
    run_in_blocks,
    solve,
)
from .folded_circuit import folded_circuit
from .parameter_vector import ParameterVector, matvec

Batch = tuple[Overrides, np.ndarray]  # the evidence of distinct rows and their multiplicities

BLOCK = 256  # rows of one call: their derivatives stay in the cache
SETTLED = 1e-12  # P(state | row) below which a row rules the state out, up to rounding
TINY = float(np.finfo(float).tiny)


def group_rows(parameters: ParameterVector, batches: Iterable[Batch]) -> RowGroups:
    """Group distinct rows by the states of the outcome that they rule out."""
    compiled = parameters.compiled
    outcome = compiled.network.variables.outcome.name
    evidence_rows = compiled.evidence_rows(outcome)
    parts: dict[tuple[bool, ...], list[Batch]] = {}
    for evidence, multiplicities in batches:
        is_possible = _possible_states(parameters, evidence, outcome, len(multiplicities))
        for pattern in np.unique(is_possible, axis=1).T:
            chosen = (is_possible == pattern[:, None]).all(axis=0)
            part = _selected(evidence, chosen)
            if not pattern.all():
                part |= _restricted(part, evidence_rows, pattern, int(chosen.sum()))
            parts.setdefault(tuple(pattern.tolist()), []).append((part, multiplicities[chosen]))
    groups = [_group(parameters, of_pattern) for of_pattern in parts.values()]
    return RowGroups(parameters, groups)


def _possible_states(
    parameters: ParameterVector, evidence: Overrides, outcome: str, n_rows: int
) -> np.ndarray:
    """Which states of the outcome each row allows, shape (n_states, n_rows)."""
    compiled = parameters.compiled
    rng = np.random.default_rng(SEED)
    shares = parameters.normalized(1 + rng.random(len(parameters.prior_counts)))
    query = Query.from_overrides(parameters.inputs(shares), evidence)
    names = {outcome: compiled.evidence_rows(outcome)}
    states = marginals(compiled.circuit, query, names)[outcome]
    return np.broadcast_to(states > SETTLED, (len(states), n_rows))


def _selected(evidence: Overrides, chosen: np.ndarray) -> Overrides:
    return {
        row: np.broadcast_to(value, len(chosen))[chosen] if np.ndim(value) else value
        for row, value in evidence.items()
    }


def _restricted(
    evidence: Overrides, rows: Iterable[int], pattern: np.ndarray, n_rows: int
) -> Overrides:
    """The evidence on the outcome with 0 for what other cells of the rows rule out."""
    return {
        row: np.broadcast_to(evidence.get(row, 1.0), n_rows) * is_possible
        for row, is_possible in zip(rows, pattern.tolist(), strict=True)
    }


def _group(parameters: ParameterVector, batches: list[Batch]) -> RowGroup:
    """One group of several batches."""
    rows = {row for evidence, _ in batches for row in evidence}
    means = parameters.compiled.mean_inputs
    joined: Overrides = {
        row: np.concatenate(
            [
                np.broadcast_to(evidence.get(row, means[row, 0]), len(multiplicities))
                for evidence, multiplicities in batches
            ]
        )
        for row in rows
    }
    return RowGroup(parameters, joined, np.concatenate([of_one for _, of_one in batches]))


@dataclass(frozen=True)
class RowGroups:
    """The likelihood of all rows by the shares of the parameters.

    Attributes
    ----------
    parameters : ParameterVector
    groups : list of RowGroup
    """

    parameters: ParameterVector
    groups: list[RowGroup]

    def log_likelihood(self, shares: np.ndarray) -> tuple[float, np.ndarray]:
        """log P(rows), and its derivatives by log shares, shape (n_shares,).

        The derivatives are right along changes that keep each parameter's sum of shares.
        """
        inputs, slopes = self.parameters.linearized(shares)
        log_lik, gradient = 0.0, np.zeros(len(slopes))
        for group in self.groups:
            of_group = group.log_likelihood(inputs)
            log_lik, gradient = log_lik + of_group[0], gradient + of_group[1]
        return log_lik, shares * matvec(slopes.T, gradient)

    def log_ratio(self, shares: np.ndarray, number: int) -> Callable[[np.ndarray], float]:
        """log P(rows) by the shares of one parameter, less that at `shares`, all others fixed.

        The probability of a row is linear in the inputs that a parameter gives, so one pass over
        the rows that depend on them is enough.
        """
        inputs, _ = self.parameters.linearized(shares)
        part = self.parameters.rows_of(number)
        before = inputs[self.parameters.input_rows[part], 0]
        relative = [group.relative_slopes(inputs, part) for group in self.groups]
        pairs = [
            (slopes, group.multiplicities)
            for slopes, group in zip(relative, self.groups, strict=True)
            if slopes is not None
        ]

        def log_ratio(own: np.ndarray) -> float:
            change = self.parameters.row_values(number, own) - before
            log_lik = 0.0
            for slopes, multiplicities in pairs:
                ratios = np.maximum(1 + change @ slopes, TINY)
                log_lik += float(np.log(ratios) @ multiplicities)
            return log_lik

        return log_ratio


class RowGroup:
    """Distinct rows that rule out the same states of the outcome.

    Parameters
    ----------
    parameters : ParameterVector
    evidence : Overrides
        One value a row.
    multiplicities : array, shape (n_rows,)
    """

    def __init__(
        self, parameters: ParameterVector, evidence: Overrides, multiplicities: np.ndarray
    ):
        self._used, self._circuit = folded_circuit(parameters, evidence)
        self._moving = np.flatnonzero(np.isin(parameters.input_rows, self._used))
        self._n_parameter_rows = len(parameters.input_rows)
        self._wrt = np.searchsorted(self._used, parameters.input_rows[self._moving])
        self._weights = np.ones((1, len(self._circuit.output_rows)))
        rows, values, self.multiplicities = _merged(evidence, self._used, multiplicities)
        inputs = parameters.compiled.mean_inputs[self._used]
        self._queries = [
            Query(inputs, rows, np.ascontiguousarray(values[:, start : start + BLOCK]))
            for start in range(0, self.n_rows, BLOCK)
        ]
        every = np.arange(len(self._used))
        errors = [rounding_error(self._circuit, query.inputs_at(every)) for query in self._queries]
        self._is_cancelling = bool(np.concatenate(errors).max() > ACCURACY)

    @property
    def n_rows(self) -> int:
        """The number of distinct rows."""
        return len(self.multiplicities)

    @property
    def n_circuit_rows(self) -> int:
        """The number of sums and products of the circuit."""
        return len(self._circuit.starts) - 1

    def log_likelihood(self, inputs: np.ndarray) -> tuple[float, np.ndarray]:
        """log P(rows), and its derivatives by the parameters' input rows, shape (n_rows,)."""
        own = inputs[self._used]

        def run(first: int, last: int) -> tuple[float, np.ndarray]:
            parts = [self._log_likelihood(own, number) for number in range(first, last)]
            return sum(part[0] for part in parts), np.sum([part[1] for part in parts], axis=0)

        log_lik, gradient = 0.0, np.zeros(self._n_parameter_rows)
        for value, derivatives in run_in_blocks(run, len(self._queries), 1):
            log_lik += value
            gradient[self._moving] += derivatives
        return log_lik, gradient

    def _log_likelihood(self, inputs: np.ndarray, number: int) -> tuple[float, np.ndarray]:
        """The same of one block, by the rows of `wrt`."""
        multiplicities = self.multiplicities[number * BLOCK : (number + 1) * BLOCK]
        result = self._solve(inputs, number, self._wrt)
        total = result.outputs.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            log_lik = float((np.log(total) + result.log_scales) @ multiplicities)
            return log_lik, result.derivatives[0] @ (multiplicities / total)

    def relative_slopes(self, inputs: np.ndarray, part: slice) -> np.ndarray | None:
        """The derivatives of P(row) by some of the parameters' input rows, over P(row).

        Their shape is (n_inputs_of_part, n_rows); None if all of them are 0.
        """
        is_own = (self._moving >= part.start) & (self._moving < part.stop)
        if not is_own.any():
            return None
        slopes = np.zeros((part.stop - part.start, self.n_rows))
        for number in range(len(self._queries)):
            result = self._solve(inputs[self._used], number, self._wrt[is_own])
            rows = slice(number * BLOCK, (number + 1) * BLOCK)
            relative = result.derivatives[0] / result.outputs.sum(axis=0)
            slopes[self._moving[is_own] - part.start, rows] = relative
        return slopes

    def _solve(self, inputs: np.ndarray, number: int, wrt: np.ndarray) -> QueryResult:
        query = self._queries[number]
        kernel = kernel_for(KERNEL_WAIT_BATCH)
        if self._is_cancelling or kernel is None:
            return solve(self._circuit, replace(query, inputs=inputs), self._weights, wrt)
        n_rows = query.batch_size
        result = QueryResult(
            np.empty((len(self._circuit.output_rows), n_rows)),
            np.zeros(n_rows),
            np.zeros((1, len(wrt), n_rows)),
        )
        KernelCall(kernel, self._circuit, query, wrt).fill(inputs, self._weights, result, 0, n_rows)
        return result


def _merged(
    evidence: Overrides, used: np.ndarray, multiplicities: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The positions in `used` that have evidence, its distinct columns, and how often each occurs.

    Rows that differ in what their group rules out, as traits do without pain, are merged.
    """
    n_rows = len(multiplicities)
    kept = [row for row in evidence if row in set(used.tolist())]
    columns = [np.broadcast_to(evidence[row], n_rows) for row in kept]
    values, which = np.unique(np.array([np.ones(n_rows), *columns]), axis=1, return_inverse=True)
    counts = np.bincount(which.ravel(), weights=multiplicities)
    return np.searchsorted(used, [ONE, *kept]), values, counts
