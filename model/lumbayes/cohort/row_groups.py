"""Rows of findings in groups, each with a circuit of its own that leaves out what rows rule out.

Most rows of a cohort are of runners without pain. Their traits are "none" whatever the parameters,
so a circuit in which the pain is a constant has a quarter of the operations. Evidence that is the
same 0 or 1 in all rows of a group stands in the tables as that constant when the group's circuit is
compiled (constant folding).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..defaults import SEED
from ..engine.circuit import CONSTANTS, ONE, ZERO, Circuit, compile_circuit
from ..engine.exact import rounding_error
from ..engine.query import Overrides, Query, QueryResult
from ..engine.solve import (
    ACCURACY,
    KERNEL_WAIT_BATCH,
    KernelCall,
    kernel_for,
    marginals,
    run_in_blocks,
    solve,
)

if TYPE_CHECKING:
    from .parameter_vector import ParameterVector

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
    joined = {
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
        return log_lik, shares * (slopes.T @ gradient)

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
        self.multiplicities = multiplicities.astype(float)
        constants = _constants(parameters, evidence)
        self._used, self._circuit = _without_unused(_folded_circuit(parameters, constants))
        self._moving = np.flatnonzero(np.isin(parameters.input_rows, self._used))
        self._n_parameter_rows = len(parameters.input_rows)
        self._wrt = np.searchsorted(self._used, parameters.input_rows[self._moving])
        self._weights = np.ones((1, len(self._circuit.output_rows)))
        position = {row: i for i, row in enumerate(self._used.tolist())}
        kept = {position[row]: value for row, value in evidence.items() if row in position}
        self._queries = [
            Query.from_overrides(
                parameters.compiled.mean_inputs[self._used],
                {row: value[start : start + BLOCK] for row, value in kept.items()} or {ZERO: 0.0},
            )
            for start in range(0, self.n_rows, BLOCK)
        ]
        self._is_cancelling = any(
            rounding_error(self._circuit, query.inputs_at(np.arange(len(self._used)))).max()
            > ACCURACY
            for query in self._queries
        )

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


def _constants(parameters: ParameterVector, evidence: Overrides) -> dict[int, int]:
    """The constant, ZERO or ONE, of each input that is the same in all rows, as a row number."""
    compiled = parameters.compiled
    constants = {int(row): ONE for row in parameters.input_rows[parameters.is_sum_of_shares]}
    for v in compiled.network.nodes:
        for row in compiled.evidence_rows(v.name):
            values = np.unique(evidence.get(row, compiled.mean_inputs[row]))
            if len(values) == 1 and values[0] in (0.0, 1.0):
                constants[row] = ONE if values[0] else ZERO
    return constants


def _folded_circuit(parameters: ParameterVector, constants: dict[int, int]) -> Circuit:
    """The circuit of the whole network with constants in place of some inputs."""
    compiled = parameters.compiled
    n_inputs = len(CONSTANTS) + len(compiled.input_rows)
    of_row = np.arange(n_inputs)
    for row, constant in constants.items():
        of_row[row] = constant
    families = [table for family in compiled.described_families.values() for table in family]
    tables = [*compiled.evidence_tables, *families]
    return compile_circuit([replace(t, rows=of_row[t.rows]) for t in tables], n_inputs)


def _without_unused(circuit: Circuit) -> tuple[np.ndarray, Circuit]:
    """The inputs that the outputs depend on, constants included, and the circuit over these."""
    is_used = _used_rows(circuit)
    is_used[: len(CONSTANTS)] = True
    place = np.cumsum(is_used) - 1
    used = np.flatnonzero(is_used[: circuit.n_inputs])
    is_kept = is_used[circuit.n_inputs :]
    n_terms = np.diff(circuit.starts)
    n_rows_of_step = np.add.reduceat(is_kept.astype(int), circuit.steps[:-1] - circuit.n_inputs)
    filled = n_rows_of_step > 0
    compact = Circuit(
        n_inputs=len(used),
        steps=len(used) + np.cumsum([0, *n_rows_of_step[filled]]),
        kinds=circuit.kinds[filled],
        starts=np.cumsum([0, *n_terms[is_kept]]),
        terms=place[circuit.terms[np.repeat(is_kept, n_terms)]],
        output_rows=place[circuit.output_rows],
    )
    return used, compact


def _used_rows(circuit: Circuit) -> np.ndarray:
    """Whether the outputs depend on each row, shape (n_rows,)."""
    is_used = np.zeros(int(circuit.steps[-1]), bool)
    is_used[circuit.output_rows] = True
    for row in range(len(is_used) - 1, circuit.n_inputs - 1, -1):
        if is_used[row]:
            first, last = circuit.starts[row - circuit.n_inputs : row - circuit.n_inputs + 2]
            is_used[circuit.terms[first:last]] = True
    return is_used
