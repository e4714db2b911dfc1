"""How the pain came about: the network in which each variable on a way to the pain says which cause
it is there by.

For one cause c, a variable v on its ways is ABSENT; OTHER, there without c; NEEDS, there and only
through c; or BOTH, reached by c and there without it too. A fired link hands its parent's state on
and v is the join of what it is handed, so P(v below h) is a product over the parents and the family
keeps its multiplicative form. Every link of a way has rows of its own in the pool. At rest they say
that nobody is c: every present parent hands on OTHER. Marking c means giving its links other rows,
and since the sums are linear in them, one pass down answers for all causes with a single link.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.variables import Trait, Variables
from ..engine.circuit import MINUS, ONE, ZERO, compile_circuit
from ..engine.junction_tree import Table
from ..engine.solve import NOTHING, Query, RowMap
from .compiled import Compiled

ABSENT, WITHOUT_CAUSE, ONLY_VIA_CAUSE, BOTH = range(4)
BELOW = np.array([[1, 1, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1], [0, 0, 0, 1]], bool)
MOEBIUS = np.array(
    [
        [ONE, ZERO, ZERO, ZERO],
        [MINUS, ONE, ZERO, ZERO],
        [MINUS, ZERO, ONE, ZERO],
        [ONE, MINUS, MINUS, ONE],
    ]
)


@dataclass(frozen=True)
class Shared:
    """The changing `rows` of all causes with one link, where each cause's start, the `places` of
    these causes in a list of names, and the places of causes with several links, which need a pass
    up of their own."""

    rows: np.ndarray
    starts: np.ndarray
    places: np.ndarray
    alone: list[int]


class FiredPathCircuit:
    """The circuit of the ways. Each of its rows copies a row of the plain pool: `rest` when nobody
    is marked, `marked` when the parent is; `links` are the rows of each parent's links, a list a
    link. `heard` are tables of what is known from elsewhere, in rows behind the plain pool's."""

    def __init__(self, compiled: Compiled, heard: Sequence[Table] = ()):
        self.compiled = compiled
        self.links: dict[str, list[list[int]]] = {}
        self._shared: dict[tuple[str, ...], Shared] = {}
        self._rest = list(
            range(max([len(compiled.mean_inputs), *(table.rows.max() + 1 for table in heard)]))
        )
        self._marked = list(self._rest)
        variables = compiled.network.variables
        self.between = {v for cause in variables.causes for v in on_the_way(variables, cause.name)}
        plain = [
            table
            for name, family in compiled.families.items()
            if name not in self.between
            for table in family
        ]
        split = [table for name in sorted(self.between) for table in self._family(name)]
        root = _way(variables.outcome.name)
        self.circuit = compile_circuit(
            [*plain, *compiled.found, *heard, *split], len(self._rest), root
        )
        self._copies, self.marked = RowMap(self._rest), np.array(self._marked)
        self.rest = self._copies.source
        self._changed = {parent: self._changing(rows) for parent, rows in self.links.items()}

    def _changing(self, links: list[list[int]]) -> np.ndarray:
        rows = np.concatenate(links)
        return rows[self.rest[rows] != self.marked[rows]]

    def rows(self, parent: str) -> np.ndarray:
        """The rows that change when that parent is the cause marked."""
        return self._changed.get(parent, NOTHING)

    def shared(self, names: tuple[str, ...]) -> Shared:
        """What `names` need of one pass down, kept."""
        if names not in self._shared:
            one = [
                i
                for i, name in enumerate(names)
                if len(self.links.get(name, ())) == 1 and len(self.rows(name))
            ]
            alone = [
                i
                for i, name in enumerate(names)
                if len(self.links.get(name, ())) > 1 and len(self.rows(name))
            ]
            rows = [NOTHING, *(self.rows(names[i]) for i in one)]
            starts = np.cumsum([len(part) for part in rows])[:-1]
            self._shared[names] = Shared(np.concatenate(rows), starts, np.array(one, int), alone)
        return self._shared[names]

    def _family(self, name: str) -> Iterator[Table]:
        hub, way, leak = f"{name} or below", _way(name), self.compiled.rows["leak", name, 0]
        yield Table((way, name), np.array([[ONE, ZERO], [ZERO, ONE], [ZERO, ONE], [ZERO, ONE]]))
        yield Table((way, hub), MOEBIUS)
        yield Table((hub,), np.where(BELOW[WITHOUT_CAUSE], ONE, leak))
        for parent in self.compiled.network.variables[name].parents:
            link = self.compiled.rows["link", parent, name, 0]
            present = (
                [WITHOUT_CAUSE, ONLY_VIA_CAUSE, BOTH] if parent in self.between else [WITHOUT_CAUSE]
            )
            handed = np.array([self._rows(link, state) for state in present])
            self.links.setdefault(parent, []).append(handed.ravel().tolist())
            rows = np.concatenate([np.full((1, 4), ONE), handed]).T
            yield Table((hub, _way(parent) if parent in self.between else parent), rows)

    def _rows(self, link: int, state: int) -> list[int]:
        """Rows of their own for what a parent in that state hands on: at rest the state itself,
        marked NEEDS.
        """
        first = len(self._rest)
        self._rest += np.where(BELOW[state], ONE, link).tolist()
        self._marked += np.where(BELOW[ONLY_VIA_CAUSE], ONE, link).tolist()
        return list(range(first, first + 4))

    def query(self, plain: Query) -> Query:
        """The same question put to the ways, nobody marked."""
        return self._copies.query(plain)


def _way(name: str) -> str:
    return f"way of {name}"


def on_the_way(variables: Variables, cause: str) -> set[str]:
    """The variables that some directed path from the cause to the pain goes through, the pain
    included.
    """
    causal = [v for v in variables.values() if v.parents and not isinstance(v, Trait)]
    after, before = {cause}, {variables.outcome.name}
    for _ in causal:
        after |= {v.name for v in causal if after & set(v.parents)}
        before |= {p for v in causal if v.name in before for p in v.parents}
    return (after & before) - {cause}
