"""Any discrete Bayesian network of pgmpy in the same engine: exact posteriors in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lumbayes.engine.circuit import CONSTANTS, ONE, ZERO, compile_circuit
from lumbayes.engine.junction_tree import Table
from lumbayes.engine.query import Query
from lumbayes.engine.solve import marginals, probability
from lumbayes.errors import unknown

Findings = Mapping[str, str]
Likelihoods = Mapping[str, Sequence[float] | np.ndarray]


class Discrete:
    """A network of plain tables; entries of 0 and 1 are folded, so they cost nothing.

    `model` is a pgmpy `DiscreteBayesianNetwork`, of which only `get_cpds()` is used; `states` gives
    each node's states in order, told apart by identity: 1 and "1" are two. Raises `ValueError` for
    a column that is no distribution, and `MemoryError` with the size when its junction tree would
    not fit.
    """

    def __init__(self, model: Any):
        cpds = {cpd.variable: cpd for cpd in model.get_cpds()}
        self.states = {name: tuple(cpd.state_names[name]) for name, cpd in cpds.items()}
        for name, cpd in cpds.items():
            _check_distributions(name, cpd.values)
        self.inputs = CONSTANTS
        self.families = {
            name: self._table(tuple(cpd.variables), cpd.values) for name, cpd in cpds.items()
        }
        found = {
            name: self._table((name,), np.full(len(states), np.nan))
            for name, states in self.states.items()
        }
        self.found = {name: table.rows.tolist() for name, table in found.items()}
        self.inputs = np.nan_to_num(self.inputs, nan=1.0)
        self.circuit = compile_circuit([*self.families.values(), *found.values()], len(self.inputs))

    def _table(self, scope: tuple[str, ...], values: np.ndarray) -> Table:
        rows = np.where(values == 1, ONE, np.where(values == 0, ZERO, -1))
        kept = values[rows < 0]
        rows[rows < 0] = len(self.inputs) + np.arange(len(kept))
        self.inputs = np.concatenate([self.inputs, kept[:, None]])
        return Table(scope, rows)

    def query(self, hard: Findings | None = None, likelihood: Likelihoods | None = None) -> Query:
        """A query of findings and likelihoods; several likelihoods of one node multiply.

        A likelihood has the shape (n_states,) or (n_states, batch_size).
        """
        overrides: dict[int, float | np.ndarray] = {}
        weights = [(name, self._one(name, state)) for name, state in (hard or {}).items()]
        for name, given in (likelihood or {}).items():
            _check_likelihood(name, given, len(self.states[self._known(name)]))
        for name, given in [*weights, *(likelihood or {}).items()]:
            for row, weight in zip(self.found[self._known(name)], given, strict=True):
                overrides[row] = overrides.get(row, 1.0) * weight
        return Query.from_overrides(self.inputs, overrides)

    def posteriors(
        self, question: Query, names: Sequence[str] | None = None
    ) -> dict[str, np.ndarray]:
        """P(name = state | findings) of some nodes or all, shape (n_states, batch_size).

        NaN where P(findings) is 0.
        """
        return marginals(
            self.circuit,
            question,
            {name: self.found[self._known(name)] for name in names or self.states},
        )

    def probability(self, question: Query) -> np.ndarray:
        """P(findings), shape (batch_size,)."""
        return probability(self.circuit, question)

    def _known(self, name: str) -> str:
        if name not in self.states:
            raise ValueError(unknown("node", name, self.states))
        return name

    def _one(self, name: str, state: Any) -> np.ndarray:
        states = self.states[self._known(name)]
        is_state = [s == state and type(s) is type(state) for s in states]
        if not any(is_state):
            known = {repr(s): s for s in states}
            raise ValueError(f"{name}: {unknown('state', repr(state), known)}")
        return np.array(is_state, float)


CLOSE = 1e-6  # how near to 1 a column adds up; published tables are rounded


def _check_distributions(name: str, values: np.ndarray) -> None:
    """Raise `ValueError` unless each column is a distribution over the node's states."""
    total = values.sum(axis=0)
    if not (values >= 0).all() or not (np.abs(total - 1) <= CLOSE).all():
        worst = total.ravel()[np.argmax(np.abs(np.nan_to_num(total, nan=np.inf) - 1).ravel())]
        raise ValueError(
            f"{name}: found a column that adds up to {worst:.9g} or has a negative entry; a "
            "distribution is not negative and adds up to 1."
        )


def _check_likelihood(name: str, given: Any, n_states: int) -> None:
    """Raise `ValueError` unless it has a finite weight of 0 or more for each state."""
    weights = np.asarray(given, float)
    if len(weights) != n_states or not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError(
            f"{name}: found likelihoods {given!r}; give {n_states} finite numbers, 0 or more."
        )
    if not (weights > 0).any(axis=0).all():
        raise ValueError(f"{name}: found a likelihood of 0 for every state; one must be above.")
