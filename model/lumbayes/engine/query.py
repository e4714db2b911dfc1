"""Queries to a circuit and their results, for one case or a batch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

Overrides = dict[int, float | np.ndarray]
NO_ROWS = np.zeros(0, int)
NO_VALUES = np.empty((0, 1))
ACCURACY = 1e-9  # relative rounding error that a probability may have
ACCURACY_OF_DRAWS = 1e-6  # the same of each draw: the ends of an interval differ by less than shows


@dataclass(frozen=True)
class Query:
    """Inputs of a circuit for a batch: shared `inputs`, some of whose rows are overridden.

    Attributes
    ----------
    inputs : array, shape (n_inputs, batch_size) or (n_inputs, 1)
        Parameters and likelihoods, one row per input of the circuit.
    overridden : array of int, shape (n_overrides,)
        The rows of `inputs` that are replaced. If a row occurs twice, the last value counts.
    override_values : array, shape (n_overrides, batch_size) or (n_overrides, 1)
        The values that replace them.
    copied : array of int, shape (n_circuit_inputs,), or None
        For each input of the circuit the row of `inputs` that it holds; None if input r holds row
        r.
    accuracy : float
        The relative rounding error that P(evidence) may have.
    """

    inputs: np.ndarray
    overridden: np.ndarray = field(default_factory=lambda: NO_ROWS)
    override_values: np.ndarray = field(default_factory=lambda: NO_VALUES)
    copied: np.ndarray | None = None
    accuracy: float = ACCURACY

    @classmethod
    def from_overrides(
        cls, inputs: np.ndarray, overrides: Overrides, accuracy: float = ACCURACY
    ) -> Query:
        """Return a query in which row r holds `overrides[r]`, a number or one value per column."""
        batch_size = max((np.size(value) for value in overrides.values()), default=1)
        values = np.empty((len(overrides), batch_size))
        for i, value in enumerate(overrides.values()):
            values[i] = value
        return cls(inputs, np.array([*overrides], int), values, accuracy=accuracy)

    @property
    def batch_size(self) -> int:
        """The number of columns, one per case or draw."""
        override_columns = self.override_values.shape[1] if len(self.overridden) else 1
        return max(self.inputs.shape[1], override_columns)

    @cached_property
    def sources(self) -> np.ndarray:
        """Where each input has its values: row r of `inputs` as r, row i of the overrides as ~i."""
        sources = np.arange(len(self.inputs)) if self.copied is None else self.copied.copy()
        sources[self.overridden] = ~np.arange(len(self.overridden))
        return sources

    def override(self, overrides: Overrides) -> Query:
        """Return the query with further rows overridden, in place of earlier overrides."""
        added = Query.from_overrides(self.inputs, overrides)
        batch_size = max(self.override_values.shape[1], added.override_values.shape[1])
        values = [
            np.broadcast_to(query.override_values, (len(query.overridden), batch_size))
            for query in (self, added)
        ]
        rows = np.concatenate([self.overridden, added.overridden])
        return replace(self, overridden=rows, override_values=np.concatenate(values))

    def copied_to(self, source: np.ndarray) -> Query:
        """Return a query to another circuit; its input r holds what `source[r]` holds here."""
        sources = self.sources[source]
        overridden = np.flatnonzero(sources < 0)
        values = self.override_values[~sources[overridden]]
        copied = sources.clip(0)
        return replace(self, overridden=overridden, override_values=values, copied=copied)

    def inputs_at(self, rows: np.ndarray) -> np.ndarray:
        """Return the values of some input rows, the overrides in place, shape (n_rows, batch_size).

        The shape is (n_rows, 1) if none of the rows is overridden and `inputs` has one column.
        """
        sources = self.sources[rows]
        is_overridden = sources < 0
        if not is_overridden.any():
            return self.inputs[sources]
        effective = np.empty((len(rows), self.batch_size))
        effective[:] = self.inputs[sources.clip(0)]
        effective[is_overridden] = self.override_values[~sources[is_overridden]]
        return effective

    def inputs_in(self, columns: np.ndarray) -> np.ndarray:
        """Return some columns of all input rows, the overrides in place, (n_inputs, n_columns)."""
        inputs, values = (
            array[:, columns] if array.shape[1] > 1 else array
            for array in (self.inputs, self.override_values)
        )
        one_each = replace(self, inputs=inputs, override_values=values)
        effective = np.empty((len(self.sources), len(columns)))
        effective[:] = one_each.inputs_at(np.arange(len(self.sources)))
        return effective


@dataclass(frozen=True)
class QueryResult:
    """Outputs and derivatives of a circuit; both are to be multiplied by exp(`log_scales`).

    Attributes
    ----------
    outputs : array, shape (n_states, batch_size)
        P(root variable = state, evidence), divided by exp(`log_scales`).
    log_scales : array, shape (batch_size,)
        The logarithm of the factor that outputs and derivatives lack.
    derivatives : array, shape (n_output_weights, n_wrt, batch_size)
        The derivative of each weighted sum of outputs by each input row of `wrt`, divided in the
        same way.
    """

    outputs: np.ndarray
    log_scales: np.ndarray
    derivatives: np.ndarray

    @property
    def probability(self) -> np.ndarray:
        """P(evidence), shape (batch_size,), with the scales multiplied in."""
        return self.outputs.sum(axis=0) * np.exp(self.log_scales)
