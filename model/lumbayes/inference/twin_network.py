"""The next run: the factors as this case has taught them, mechanisms and pain drawn afresh, some of
them changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from ..data.variables import Factor, Mechanism, Outcome
from ..engine.circuit import ONE, ZERO, compile_circuit
from ..engine.junction_tree import Table
from ..engine.solve import Query, RowMap, Told
from .compiled import Compiled

ALONE, NEXT = " left alone", " next run"


class NextRun:
    """The circuit of both slices. `held` are the rows, shape (states, states), that hand what a
    factor or mechanism would be by itself on to what it is in the next run: the same, unless it is
    held."""

    def __init__(self, compiled: Compiled):
        self.compiled = compiled
        self._source = list(range(len(compiled.mean_inputs)))
        variables = compiled.network.variables
        self._follow = {v.name for v in variables.factors if v.parents}
        afresh = [v.name for v in variables.values() if isinstance(v, Mechanism | Outcome)]
        families = {
            name: tables for name, tables in compiled.families.items() if name not in self._follow
        }
        first = [table for family in families.values() for table in family]
        second = [self._renamed(table, name) for name in afresh for table in families[name]]
        both = [table for name in self._follow for table in shared(compiled, name)]
        self.held = {v.name: self._handed_on(len(v.states)) for v in variables.causes}
        handed = [Table((self._alone(name), name + NEXT), rows) for name, rows in self.held.items()]
        root = variables.outcome.name + ALONE
        tables = [*first, *compiled.found, *both, *second, *handed]
        self.circuit = compile_circuit(tables, len(self._source), root)
        self.copies = RowMap(self._source)

    def _alone(self, name: str) -> str:
        """What a cause would be in the second slice: itself, where nothing lies before it or is
        drawn again.
        """
        factor = isinstance(self.compiled.network.variables[name], Factor)
        return name if factor and name not in self._follow else name + ALONE

    def _handed_on(self, states: int) -> np.ndarray:
        rows = len(self._source) + np.arange(states * states).reshape(states, states)
        self._source += np.where(np.eye(states, dtype=bool), ONE, ZERO).ravel().tolist()
        return rows

    def _renamed(self, table: Table, name: str) -> Table:
        """A family's table in the second slice: its own variable left alone, its parents as they
        are there.
        """
        own = {name: name + ALONE, f"{name} or less": f"{name} or less" + ALONE}
        return Table(tuple(own.get(v, v + NEXT) for v in table.scope), table.rows)

    def query(self, plain: Query, changes: Mapping[str, str]) -> Query:
        """The case put to both slices, with the changes in the second."""
        asked = self.copies.query(plain)
        told: Told = {}
        for name, state in changes.items():
            kept = [float(s == state) for s in self.compiled.network.variables[name].states]
            told |= dict(zip(self.held[name].ravel().tolist(), kept * len(kept), strict=True))
        return asked.but(told)


def shared(compiled: Compiled, name: str) -> Iterable[Table]:
    """The family of a variable in both slices at once: leak and links drawn once, parents as they
    are in each.

    P(first ≤ k, second ≤ l) is a product like either alone: a push counts up to the lesser place it
    must not pass.
    """
    difference, leak, *links = compiled.families[name]
    hub, again = f"{name} or less", f"{name} or less" + ALONE
    yield difference
    yield Table((name + ALONE, again), difference.rows)
    places = np.arange(len(leak.rows))
    yield Table((hub, again), leak.rows[np.minimum.outer(places, places)])
    for table in links:
        states = np.arange(table.rows.shape[1])
        place, later, on, still = np.ix_(places, places, states, states)
        # a parent that is absent in one slice pushes nothing there: any place, so the last, may be
        # reached
        lesser = np.minimum(np.where(on, place, places[-1]), np.where(still, later, places[-1]))
        pushes = table.rows[lesser, np.maximum(on, still)]
        yield Table((hub, again, table.scope[1], table.scope[1] + NEXT), pushes)
