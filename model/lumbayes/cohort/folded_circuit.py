"""A network's circuit for rows that share some evidence: what this rules out is left out.

Evidence that is the same 0 or 1 in all rows stands in the tables as that constant when the circuit
is compiled, and so does the sum of a parameter's shares (constant folding).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..engine.circuit import CONSTANTS, ONE, ZERO, Circuit, compile_circuit

if TYPE_CHECKING:
    from ..engine.query import Overrides
    from .parameter_vector import ParameterVector


def folded_circuit(parameters: ParameterVector, evidence: Overrides) -> tuple[np.ndarray, Circuit]:
    """Compile the circuit of a network for rows with this evidence.

    Returns
    -------
    used : array of int
        The inputs of the whole network's circuit that this one takes, in order.
    circuit : Circuit
    """
    compiled = parameters.compiled
    constants = _constants(parameters, evidence)
    n_inputs = len(CONSTANTS) + len(compiled.input_rows)
    of_row = np.arange(n_inputs)
    for row, constant in constants.items():
        of_row[row] = constant
    families = [table for family in compiled.described_families.values() for table in family]
    tables = [*compiled.evidence_tables, *families]
    folded = [replace(table, rows=of_row[table.rows]) for table in tables]
    return _without_unused(compile_circuit(folded, n_inputs))


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
