"""The dominant cause of a pain, which the traits of the pain depend on, as tables.

The dominant cause is uniform over the causes whose links into the pain fired. It is the background
if only the leak of the pain fired, and none without pain. Traits that follow the dominant cause
depend on nothing else. The share 1/k of k fired links is ∫ t^(k − 1) dt from 0 to 1, and
Gauss-Legendre quadrature with m nodes is exact up to the degree 2m − 1. So with half as many nodes
as links, for a set S of fired links with c in it,

    P(c dominates, S) = Σ_t w_t P(c fires) Π_{j in S, not c} t P(j fires) Π_{j not in S} P(j idle)

is a product over the links for each c and node t: a hidden selector of (c, t) takes the place of a
table over all subsets. To each link its part is silent, chosen, or one of the others at a node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from ..engine.circuit import MINUS, ONE, ZERO
from ..engine.junction_tree import Table
from ..network.noisy_or import DOMINANT_CAUSE, dominant_causes

if TYPE_CHECKING:
    from ..data.variables import Outcome, Variable
    from .compiled import InputKey

SELECTOR, LEAK_HUB = "dominant cause and node", "pain by its leak or below"
SILENT, CHOSEN = 0, 1  # parts of a link; a later one is that of another cause's link at a node
NO_CAUSE, ONLY_LEAK, N_ALONE = 0, 1, 2  # selections without a link; those of a cause follow

InputRow = Callable[..., int]


def quadrature_inputs(n_links: int) -> dict[InputKey, float]:
    """Return the constants of the quadrature by input key: nodes, 1 − nodes, and weights."""
    nodes, weights = np.polynomial.legendre.leggauss(max(-(-n_links // 2), 1))
    values: dict[InputKey, float] = {}
    for t, (node, weight) in enumerate(zip((nodes + 1) / 2, weights / 2, strict=True)):
        values["node", "at", t] = float(node)
        values["node", "rest", t] = float(1 - node)
        values["node", "weight", t] = float(weight)
    return values


class Selector:
    """The tables of the selector, and of the part of each link into the pain in it.

    Parameters
    ----------
    outcome : Outcome
        The pain.
    input_row : function
        It returns the input row of a key.
    """

    def __init__(self, outcome: Outcome, input_row: InputRow):
        self.outcome = outcome
        self._row = input_row
        self.n_nodes = len(quadrature_inputs(len(outcome.parents))) // 3
        self.n_states = N_ALONE + len(outcome.parents) * self.n_nodes

    def tables(self) -> list[Table]:
        """Return the tables of the selector's weights, the leak, the dominant cause, and parts."""
        weights = [self._row("node", "weight", t) for t in range(self.n_nodes)]
        rows = [ONE, ONE, *weights * len(self.outcome.parents)]
        leak = [self._row("leak", self.outcome.name, k) for k in (0, 1)]
        parts = [self._part(p, i) for i, p in enumerate(self.outcome.parents)]
        return [
            Table((SELECTOR,), np.array(rows)),
            Table((LEAK_HUB,), np.array(leak)),
            self._cause(),
            *parts,
        ]

    def presence(self, name: str, present: np.ndarray) -> Table:
        """Return the table of a variable and the selector: `present` states go with a pain."""
        is_pain = np.arange(self.n_states) != NO_CAUSE
        return Table((name, SELECTOR), np.where(present[:, None] == is_pain, ONE, ZERO))

    def leak(self, below: np.ndarray, pain_hub: str = "") -> Table:
        """Return the table of the leak over its places: 0 is off, 1 is on or off.

        `below`, of shape (n_places,), says which places of the hub of the pain a leak that fires is
        below. Without a hub it has the shape (1,).
        """
        rows = np.full((len(below), 2, self.n_states), ZERO)
        rows[:, 0, NO_CAUSE] = ONE
        rows[below, 1, ONLY_LEAK] = ONE
        rows[below, 0, ONLY_LEAK] = MINUS
        rows[below, 1, N_ALONE:] = ONE
        rows[~below, 0, N_ALONE:] = ONE
        return _table((pain_hub, LEAK_HUB, SELECTOR), rows)

    def link(self, parent: str, places: np.ndarray, pain_hub: str = "") -> Table:
        """Return the table of a link over its places and its part; place 0 is not fired.

        `places` are those of the hub of the pain. Without a hub it is the one place at which a link
        may have fired or not.
        """
        n_places = int(places.max()) + 1
        rows = np.full((len(places), n_places, CHOSEN + 1 + self.n_nodes), ZERO)
        rows[:, 0, SILENT] = ONE
        for i, place in enumerate(places):
            rows[i, place, CHOSEN] = ONE if place else ZERO
            rows[i, 0, CHOSEN] = MINUS if place else ZERO
            for t in range(self.n_nodes):
                rows[i, 0, CHOSEN + 1 + t] = self._row("node", "rest", t) if place else ONE
                if place:
                    rows[i, place, CHOSEN + 1 + t] = self._row("node", "at", t)
        return _table((pain_hub, link_hub(parent), part_of(parent)), rows)

    def _cause(self) -> Table:
        causes = dominant_causes(self.outcome)
        selected = np.zeros(self.n_states, int)
        selected[ONLY_LEAK] = len(causes) - 1
        selected[N_ALONE:] = 1 + np.arange(len(self.outcome.parents)).repeat(self.n_nodes)
        is_cause = selected[:, None] == np.arange(len(causes))
        return Table((SELECTOR, DOMINANT_CAUSE), np.where(is_cause, ONE, ZERO))

    def _part(self, parent: str, number: int) -> Table:
        n_links = len(self.outcome.parents)
        parts = np.tile(CHOSEN + 1 + np.arange(self.n_nodes), (n_links, 1))
        parts[number] = CHOSEN
        parts = np.concatenate([np.full(N_ALONE, SILENT), parts.ravel()])
        is_part = parts[:, None] == np.arange(CHOSEN + 1 + self.n_nodes)
        return Table((SELECTOR, part_of(parent)), np.where(is_part, ONE, ZERO))


def described_pain(outcome: Outcome, links: Iterable[Table], input_row: InputRow) -> list[Table]:
    """Return the tables of the pain with the dominant cause; `links` are over hub and parent."""
    selector, fires = Selector(outcome, input_row), np.array([True])
    tables = [*links, *selector.tables(), selector.leak(fires)]
    tables.append(selector.presence(outcome.name, np.array([False, True])))
    return tables + [selector.link(parent, np.array([1])) for parent in outcome.parents]


def link_hub(parent: str) -> str:
    """Return the name of the hub of a single link into the pain."""
    return f"pain by {parent} or below"


def part_of(parent: str) -> str:
    """Return the name of the part of a link in the selection."""
    return f"part of {parent}"


def trait_table(v: Variable, outcome: Outcome, input_row: InputRow) -> Table:
    """Return the table of a trait given the dominant cause."""
    names = range(len(v.states))
    rows = [[input_row("shut", v.name, k) for k in names]]
    for cause in [*outcome.parents, ""]:
        rows.append([input_row("row", cause, v.name, k) for k in names])
    return Table((v.name, DOMINANT_CAUSE), np.array(rows).T)


def _table(scope: tuple[str, ...], rows: np.ndarray) -> Table:
    """Return a table; without a name for its first axis, of length 1, that axis is dropped."""
    return Table(scope, rows) if scope[0] else Table(scope[1:], rows[0])
