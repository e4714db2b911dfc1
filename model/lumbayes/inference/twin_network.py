"""This run and the next one as a twin network.

The two runs share the factors and the mechanisms that are `still`, such as worn discs. The other
mechanisms and the pain are drawn again for the next run.

In the next run each cause has two values: the natural one, and the one after interventions (" next
run"), on which its children depend (Pearl 2009, ch. 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..data.variables import Factor
from ..engine.circuit import ONE, ZERO, compile_circuit
from ..engine.junction_tree import Table
from ..engine.query import Overrides, Query

if TYPE_CHECKING:
    from .compiled import Compiled

NATURAL, NEXT = " left alone", " next run"


class TwinNetwork:
    """The circuit of both runs; its outputs are P(pain in the next run = state, evidence).

    Attributes
    ----------
    circuit : Circuit
    transition_rows : dict of name to array of int, shape (n_states, n_states)
        From cause to the input rows of P(value after interventions | natural value). They hold the
        identity for a cause without an intervention.
    """

    def __init__(self, compiled: Compiled):
        self.compiled = compiled
        self._source = list(range(len(compiled.mean_inputs)))
        variables = compiled.network.variables
        stays = [v for v in variables.causes if isinstance(v, Factor) or v.still]
        redrawn = [v.name for v in [*variables.causes, variables.outcome] if v not in stays]
        self._unchanged = {v.name for v in stays if not v.parents}
        # what stays and has parents follows an intervention on these, by the same leak and links
        self._dependent = [v.name for v in stays if v.parents]
        described = compiled.described_families
        families = {v: f for v, f in described.items() if v not in self._dependent}
        tables = [table for family in families.values() for table in family]
        tables += compiled.evidence_tables
        tables += [table for name in self._dependent for table in twin_family(compiled, name)]
        tables += [self._in_next_run(table, v) for v in redrawn for table in compiled.families[v]]
        self.transition_rows = {v.name: self._identity(len(v.states)) for v in variables.causes}
        tables += [
            Table((self._natural(name), name + NEXT), rows)
            for name, rows in self.transition_rows.items()
        ]
        root = variables.outcome.name + NATURAL
        self.circuit = compile_circuit(tables, len(self._source), root)
        self.source = np.array(self._source)

    def query(self, query: Query, changes: Mapping[str, str]) -> Query:
        """Return a query to the compiled network as one to both runs.

        `changes` are the interventions in the next run, from cause to state.
        """
        overrides: Overrides = {}
        for name, state in changes.items():
            is_state = [float(s == state) for s in self.compiled.network.variables[name].states]
            rows = self.transition_rows[name].ravel().tolist()
            overrides |= dict(zip(rows, is_state * len(is_state), strict=True))
        return query.copied_to(self.source).override(overrides)

    def changed_rows(self, name: str, state: str) -> list[int]:
        """Return the input rows of P(state after interventions | natural value) for one state."""
        position = self.compiled.network.variables[name].states.index(state)
        rows: list[int] = self.transition_rows[name][:, position].tolist()
        return rows

    def _natural(self, name: str) -> str:
        """Name a cause's natural value; what stays and has no parents has one in both slices."""
        return name if name in self._unchanged else name + NATURAL

    def _identity(self, n_states: int) -> np.ndarray:
        rows = len(self._source) + np.arange(n_states * n_states).reshape(n_states, n_states)
        self._source += np.where(np.eye(n_states, dtype=bool), ONE, ZERO).ravel().tolist()
        return rows

    def _in_next_run(self, table: Table, name: str) -> Table:
        """Return a family's table over the natural value of `name` and the next run's parents."""
        hub = f"{name} or less"
        own = {name: name + NATURAL, hub: hub + NATURAL}
        return Table(tuple(own.get(v, v + NEXT) for v in table.scope), table.rows)


def twin_family(compiled: Compiled, name: str) -> Iterable[Table]:
    """Yield the tables of a variable in both runs: leak and links are shared, parents are not.

    P(first ≤ k, second ≤ l) is a product of the same form as either alone: a link counts up to the
    lower of the two places.
    """
    difference, leak, *links = compiled.families[name]
    hub = f"{name} or less"
    twin_hub = hub + NATURAL
    yield difference
    yield Table((name + NATURAL, twin_hub), difference.rows)
    places = np.arange(len(leak.rows))
    yield Table((hub, twin_hub), leak.rows[np.minimum.outer(places, places)])
    for table in links:
        states = np.arange(table.rows.shape[1])
        place, twin_place, on, twin_on = np.ix_(places, places, states, states)
        # an absent parent sets no bound in its slice: any place up to the last may be reached
        bound = np.where(on, place, places[-1])
        twin_bound = np.where(twin_on, twin_place, places[-1])
        rows = table.rows[np.minimum(bound, twin_bound), np.maximum(on, twin_on)]
        yield Table((hub, twin_hub, table.scope[1], table.scope[1] + NEXT), rows)
