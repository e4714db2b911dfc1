"""Queries to a circuit and their results, for one case or a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

Overrides = dict[int, float | np.ndarray]
NO_ROWS = np.zeros(0, int)
NO_VALUES = np.empty((0, 1))


@dataclass(frozen=True)
class Query:
    """Inputs of a circuit for a batch: shared `inputs`, some of whose rows are overridden.

    Attributes
    ----------
    inputs : array, shape (n_inputs, batch_size) or (n_inputs, 1)
        Parameters and likelihoods, one row an input of the circuit.
    overridden : array of int, shape (n_overrides,)
        The rows of `inputs` that are replaced; of a row named twice, the last value counts.
    override_values : array, shape (n_overrides, batch_size) or (n_overrides, 1)
        The values that replace them.
    """

    inputs: np.ndarray
    overridden: np.ndarray = field(default_factory=lambda: NO_ROWS)
    override_values: np.ndarray = field(default_factory=lambda: NO_VALUES)

    @classmethod
    def from_overrides(cls, inputs: np.ndarray, overrides: Overrides) -> Query:
        """Return a query in which row r has `overrides[r]`, one value for all or one a column."""
        batch_size = max((np.size(value) for value in overrides.values()), default=1)
        values = np.empty((len(overrides), batch_size))
        for i, value in enumerate(overrides.values()):
            values[i] = value
        return cls(inputs, np.array([*overrides], int), values)

    @property
    def batch_size(self) -> int:
        """The number of cases or draws, one column each."""
        override_columns = self.override_values.shape[1] if len(self.overridden) else 1
        return max(self.inputs.shape[1], override_columns)

    @cached_property
    def sources(self) -> np.ndarray:
        """Where each input's values stand: its own row number, or ~i for row i of the overrides."""
        sources = np.arange(len(self.inputs))
        sources[self.overridden] = ~np.arange(len(self.overridden))
        return sources

    def override(self, overrides: Overrides) -> Query:
        """Return the query with further rows overridden; these take precedence."""
        added = Query.from_overrides(self.inputs, overrides)
        batch_size = max(self.override_values.shape[1], added.override_values.shape[1])
        values = [
            np.broadcast_to(query.override_values, (len(query.overridden), batch_size))
            for query in (self, added)
        ]
        rows = np.concatenate([self.overridden, added.overridden])
        return Query(self.inputs, rows, np.concatenate(values))

    def inputs_at(self, rows: np.ndarray) -> np.ndarray:
        """Return some rows with the overrides in place, shape (n_rows, batch_size).

        Rows that are the same in all columns have the shape (n_rows, 1).
        """
        sources = self.sources[rows]
        is_overridden = sources < 0
        if not is_overridden.any():
            return self.inputs[rows]
        effective = np.empty((len(rows), self.batch_size))
        effective[:] = self.inputs[rows]
        effective[is_overridden] = self.override_values[~sources[is_overridden]]
        return effective

    def inputs_in(self, columns: np.ndarray) -> np.ndarray:
        """Return some columns of all rows with the overrides in place, (n_rows, n_columns)."""
        inputs = self.inputs[:, columns if self.inputs.shape[1] > 1 else [0] * len(columns)]
        values = np.broadcast_to(self.override_values, (len(self.overridden), self.batch_size))
        inputs[self.overridden] = values[:, columns]
        return inputs


@dataclass(frozen=True)
class QueryResult:
    """Outputs and derivatives of a circuit, both to be multiplied by exp(`log_scales`).

    Attributes
    ----------
    outputs : array, shape (n_states, batch_size)
        P(root variable = state, evidence).
    log_scales : array, shape (batch_size,)
    derivatives : array, shape (n_output_weights, n_wrt, batch_size)
        The derivative of each weighted sum of outputs by each input row of `wrt`.
    """

    outputs: np.ndarray
    log_scales: np.ndarray
    derivatives: np.ndarray

    @property
    def probability(self) -> np.ndarray:
        """P(evidence), shape (batch_size,)."""
        return self.outputs.sum(axis=0) * np.exp(self.log_scales)


CACHED_INPUTS = 4  # mapped inputs that a RowMap keeps: some MB each for thousands of draws


class RowMap:
    """A circuit whose input row r holds what row `source[r]` of another circuit holds."""

    def __init__(self, source: Sequence[int]):
        self.source = np.array(source)
        self._cache: list[tuple[np.ndarray, np.ndarray]] = []

    def query(self, query: Query) -> Query:
        """Return the query for the mapped circuit; copies of overridden rows are overridden."""
        sources = query.sources[self.source]
        overridden = np.flatnonzero(sources < 0)
        values = query.override_values[~sources[overridden]]
        return Query(self._mapped(query.inputs), overridden, values)

    def _mapped(self, inputs: np.ndarray) -> np.ndarray:
        if inputs.shape[1] == 1:
            return inputs[self.source]
        for original, mapped in self._cache:
            if original is inputs:
                return mapped
        mapped = inputs[self.source]
        self._cache = [(inputs, mapped), *self._cache[: CACHED_INPUTS - 1]]
        return mapped
