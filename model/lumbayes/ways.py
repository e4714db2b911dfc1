"""How the pain came about: the network in which each variable on a way to the pain says which cause it is there by.

For one cause c, a variable v on its ways is ABSENT; OTHER, there without c; NEEDS, there and only through c; or BOTH,
reached by c and there without it too. A fired link hands its parent's state on and v is the join of what it is handed,
so P(v below h) is a product over the parents and the family keeps its multiplicative form. Every link of a way has rows
of its own in the pool. At rest they say that nobody is c: every present parent hands on OTHER. Marking c means giving
its links other rows, and since the sums are linear in them, one pass down answers for all causes with a single link.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .circuit import MINUS, ONE, ZERO, compile_circuit
from .inference import Compiled
from .junction import Table
from .solving import Question
from .variables import Trait, Variables

ABSENT, OTHER, NEEDS, BOTH = range(4)
BELOW = np.array([[1, 1, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1], [0, 0, 0, 1]], bool)
MOEBIUS = np.array(
    [[ONE, ZERO, ZERO, ZERO], [MINUS, ONE, ZERO, ZERO], [MINUS, ZERO, ONE, ZERO], [ONE, MINUS, MINUS, ONE]]
)


KEPT = 4


class Ways:
    """The circuit of the ways. Each of its rows copies a row of the plain pool: `rest` when nobody is marked, `marked`
    when the parent is; `links` are the rows of each parent's links, a list a link."""

    def __init__(self, compiled: Compiled):
        self.compiled = compiled
        self.rest = list(range(len(compiled.mean_pool)))
        self.marked = list(self.rest)
        self.links: dict[str, list[list[int]]] = {}
        self._pools: list[tuple[np.ndarray, np.ndarray]] = []
        variables = compiled.network.variables
        self.between = {v for cause in variables.causes for v in on_the_way(variables, cause.name)}
        plain = [table for name, family in compiled.families.items() if name not in self.between for table in family]
        split = [table for name in sorted(self.between) for table in self._family(name)]
        self.circuit = compile_circuit([*plain, *compiled.found, *split], len(self.rest), _way(variables.outcome.name))

    def _family(self, name: str) -> Iterator[Table]:
        hub, way, leak = f"{name} or below", _way(name), self.compiled.rows["leak", name, 0]
        yield Table((way, name), np.array([[ONE, ZERO], [ZERO, ONE], [ZERO, ONE], [ZERO, ONE]]))
        yield Table((way, hub), MOEBIUS)
        yield Table((hub,), np.where(BELOW[OTHER], ONE, leak))
        for parent in self.compiled.network.variables[name].parents:
            link = self.compiled.rows["link", parent, name, 0]
            present = [OTHER, NEEDS, BOTH] if parent in self.between else [OTHER]
            handed = np.array([self._rows(link, state) for state in present])
            self.links.setdefault(parent, []).append(handed.ravel().tolist())
            rows = np.concatenate([np.full((1, 4), ONE), handed]).T
            yield Table((hub, _way(parent) if parent in self.between else parent), rows)

    def _rows(self, link: int, state: int) -> list[int]:
        """Rows of their own for what a parent in that state hands on: at rest the state itself, marked NEEDS."""
        first = len(self.rest)
        self.rest += np.where(BELOW[state], ONE, link).tolist()
        self.marked += np.where(BELOW[NEEDS], ONE, link).tolist()
        return list(range(first, first + 4))

    def rows(self, parent: str) -> np.ndarray:
        """The rows that change when that parent is the cause marked."""
        rows = np.array([row for link in self.links.get(parent, []) for row in link], int)
        return rows[np.array(self.rest)[rows] != np.array(self.marked)[rows]]

    def question(self, plain: Question) -> Question:
        """The same question put to the ways: every row that copies an asked one is asked with it."""
        rest = np.array(self.rest)
        copies = [np.flatnonzero(rest == row) for row in plain.rows]
        rows = np.concatenate([np.zeros(0, int), *copies])
        values = np.repeat(plain.values, [len(c) for c in copies], axis=0)
        return Question(self._pool(plain.pool), rows, values)

    def _pool(self, plain: np.ndarray) -> np.ndarray:
        """The rows of the ways for a plain pool; the last few are kept, for the same draws are asked for again."""
        for known, pool in self._pools:
            if known is plain:
                return pool
        pool = plain[np.array(self.rest)]
        self._pools = [(plain, pool), *self._pools[: KEPT - 1]]
        return pool


def _way(name: str) -> str:
    return f"way of {name}"


def on_the_way(variables: Variables, cause: str) -> set[str]:
    """The variables that some directed path from the cause to the pain goes through, the pain included."""
    causal = [v for v in variables.values() if v.parents and not isinstance(v, Trait)]
    after, before = {cause}, {variables.outcome.name}
    for _ in causal:
        after |= {v.name for v in causal if after & set(v.parents)}
        before |= {p for v in causal if v.name in before for p in v.parents}
    return (after & before) - {cause}
