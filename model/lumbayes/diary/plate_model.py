"""The plate model of one runner: variables shared by all runs, and the circuits over their states.

The still variables that the findings of runs depend on have one joint state in all runs, the shared
state. It is latent, and given it the runs are independent (a plate model, Spiegelhalter & Lauritzen
1990). So what other runs say is a message: a weight for each shared state, entered as one table
over the still variables. One upward pass gives P(findings of a run | shared state) for all states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..data.variables import Factor, Variable, Variables
from ..engine.circuit import ONE, ZERO, Circuit, compile_circuit
from ..engine.junction_tree import Table
from ..engine.query import Overrides, Query
from ..engine.solve import solve
from ..inference.causal_paths import FiredPathCircuit
from ..inference.twin_network import NATURAL, NEXT, twin_family
from ..network.noisy_or import DOMINANT_CAUSE

if TYPE_CHECKING:
    from ..inference.compiled import Compiled

SHARED = "shared state"  # the variable whose states are the shared states


class SharedState:
    """The circuits of one runner's shared state and of a run given it.

    Attributes
    ----------
    names : list of str
        The still variables that make up the shared state.
    states : array of int, shape (n_states, n_names)
        Their states, 0 or 1, in each shared state.
    message_rows : array of int, shape (n_states,)
        The input rows, after those of the compiled network, that hold a message.
    """

    def __init__(self, compiled: Compiled, observed: Iterable[str], heals: bool = False):
        variables = compiled.network.variables
        self.compiled = compiled
        self.observed = {*observed, variables.outcome.name}
        self._still = {v.name for v in variables.still}
        names = self._relevant & self._still
        if heals:
            names |= self._followed_through_time(names)
        self.names = [v.name for v in variables.still if v.name in names]
        bits = np.arange(len(self.names))[::-1]
        self.states = np.arange(2 ** len(self.names))[:, None] >> bits & 1
        self._n_inputs = len(compiled.mean_inputs)
        self.message_rows = self._n_inputs + np.arange(len(self.states))

    @property
    def n_states(self) -> int:
        """The number of shared states."""
        return len(self.states)

    @property
    def changeable(self) -> list[int]:
        """Which of `names` may heal: the changeable factors."""
        variables = self.compiled.network.variables
        return [i for i, name in enumerate(self.names) if _is_changeable(variables[name])]

    @cached_property
    def run(self) -> Circuit:
        """One run; its outputs are P(findings of the run | shared state)."""
        families = self.compiled.families
        if DOMINANT_CAUSE in self._relevant:
            families = self.compiled.described_families
        per_run = sorted(self._relevant - self._still - {DOMINANT_CAUSE})
        tables = [table for name in per_run for table in families[name]]
        tables += [*self._evidence(self._relevant), *self._state_tables()]
        return compile_circuit(tables, self._n_inputs, SHARED)

    @cached_property
    def prior(self) -> Circuit:
        """The shared state; its outputs are P(shared state, what the case holds of it)."""
        tables = [*self._shared_tables(), *self._state_tables()]
        return compile_circuit(tables, self._n_inputs, SHARED)

    @cached_property
    def posterior(self) -> Circuit:
        """The shared state with a message."""
        tables = [*self._shared_tables(), *self._message()]
        return compile_circuit(tables, self._n_inputs + self.n_states)

    def after_intervention(self, interventions: Mapping[str, str]) -> Circuit:
        """The shared state with a message, then with some still variables set by intervention.

        Its outputs are P(shared state afterwards, message, what the case holds). What depends on
        the variables that are set follows by the link activations that it had.
        """
        variables = self.compiled.network.variables
        affected = [
            name for name in sorted(self._still - set(interventions)) if variables[name].parents
        ]
        twins = [table for name in affected for table in twin_family(self.compiled, name)]
        copies = []
        for name in sorted(self._still):
            before = name + NATURAL if name in affected else name
            state = interventions.get(name)
            copies.append(Table((before, name + NEXT), _copied_or_set(variables[name], state)))
        tables = [*self._shared_tables(affected), *self._message(), *twins, *copies]
        n_inputs = self._n_inputs + self.n_states
        return compile_circuit([*tables, *self._state_tables(NEXT)], n_inputs, SHARED)

    @cached_property
    def fired_paths(self) -> FiredPathCircuit:
        """A run with a message, and how its pain came about."""
        return FiredPathCircuit(self.compiled, self._message())

    @cached_property
    def _relevant(self) -> set[str]:
        """The observed variables and their ancestors, as far up as the still variables."""
        relevant = set[str]()
        added = set(self.observed)
        while added:
            relevant |= added
            per_run = added - self._still
            parents = {p for name in per_run for p in self.compiled.network.parents(name)}
            added = parents - relevant
        return relevant

    def _followed_through_time(self, names: set[str]) -> set[str]:
        """The still ancestors of these, if one that may heal is among them or depends on them."""
        variables, ancestors, added = self.compiled.network.variables, set[str](), set(names)
        while added:
            added = {p for name in added for p in variables[name].parents} & self._still - ancestors
            ancestors |= added
        children = {name for name in names | ancestors if variables[name].parents}
        heals = [name for name in ancestors | children if _is_changeable(variables[name])]
        return ancestors if heals else set()

    def _families(self, names: Iterable[str]) -> list[Table]:
        return [table for name in sorted(names) for table in self.compiled.families[name]]

    def _evidence(self, names: Iterable[str]) -> list[Table]:
        return [table for table in self.compiled.evidence_tables if table.scope[0] in names]

    def _shared_tables(self, excluded: Iterable[str] = ()) -> list[Table]:
        """The families of all shared variables but the excluded ones, and their evidence."""
        shared = shared_names(self.compiled.network.variables) & set(self.compiled.families)
        return [*self._families(shared - set(excluded)), *self._evidence(shared)]

    def _state_tables(self, suffix: str = "") -> list[Table]:
        """The state of each still variable (with a suffix to its name) in each shared state."""
        tables = [Table((SHARED,), np.full(self.n_states, ONE))]
        for name, states in zip(self.names, self.states.T, strict=True):
            is_state = states[:, None] == [0, 1]
            tables.append(Table((SHARED, name + suffix), np.where(is_state, ONE, ZERO)))
        return tables

    def _message(self) -> list[Table]:
        if not self.names:
            return []
        return [Table(tuple(self.names), self.message_rows.reshape([2] * len(self.names)))]


def _is_changeable(variable: Variable) -> bool:
    return isinstance(variable, Factor) and variable.changeable


def _copied_or_set(variable: Variable, state: str | None) -> np.ndarray:
    """Which state follows each state of a variable: the same one, or the one it is set to."""
    follows = np.eye(len(variable.states), dtype=bool)
    if state is not None:
        follows = follows[[variable.states.index(state)] * len(variable.states)]
    return np.where(follows, ONE, ZERO)


def shared_names(variables: Variables) -> set[str]:
    """The still variables and the tests that read one: one value for all runs."""
    still = {v.name for v in variables.still}
    return still | {v.name for v in variables.measurements if v.reads in still}


def log_outputs(circuit: Circuit, query: Query) -> np.ndarray:
    """The logarithm of each output, shape (n_outputs, batch_size); −∞ for probability 0."""
    result = solve(circuit, query)
    return log(result.outputs.clip(0)) + result.log_scales


def log(values: np.ndarray) -> np.ndarray:
    """Logarithms, −∞ of 0 without a warning."""
    with np.errstate(divide="ignore"):
        return np.log(values)


def log_sum(logs: np.ndarray) -> np.ndarray:
    """The logarithm of the sum over the first axis, of logarithms."""
    from scipy.special import logsumexp

    return np.asarray(logsumexp(logs, axis=0))


def with_message(
    shared: SharedState, inputs: np.ndarray, evidence: Overrides, message: np.ndarray
) -> tuple[Query, np.ndarray]:
    """A query of evidence with a message, logarithms of shape (n_states, batch_size).

    The message is scaled so that its largest weight is 1; the second result, shape (batch_size,),
    is to be added to the logarithm of P(evidence).
    """
    scale = message.max(axis=0)
    parameters = np.broadcast_to(inputs, (len(inputs), message.shape[1]))
    all_inputs = np.concatenate([parameters, np.exp(message - scale)])
    return Query.from_overrides(all_inputs, evidence), scale
