"""The network in which each variable also says by which causal paths it is present.

For one cause c, a variable v on a path from c to the pain is in one of four states: ABSENT; present
WITHOUT_CAUSE; present ONLY_VIA_CAUSE, which means that v would be absent had c been absent; or
BOTH. A fired link passes the state of the parent on, and v is the join of the states passed to it.
So P(v ≤ state) is a product over the parents, and the family keeps its multiplicative form. By
default every present parent passes on WITHOUT_CAUSE; marking c overrides the rows of the links of
c. One pass serves all causes that have a single link.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..engine.circuit import MINUS, ONE, ZERO, compile_circuit
from ..engine.junction_tree import Table
from ..engine.query import NO_ROWS, Query
from ..engine.solve import solve
from .contrast_links import (
    FIRED,
    FIRED_MINUS,
    IDLE,
    contrasted_links,
    switch_of,
    switch_tables,
)
from .dominant_cause import Selector, link_hub
from .dose_links import dose_of
from .paths import MarkedCauses, variables_on_paths

if TYPE_CHECKING:
    from .compiled import Compiled

ABSENT, WITHOUT_CAUSE, ONLY_VIA_CAUSE, BOTH = range(4)
# IS_BELOW[s, h]: state s ≤ h, where BOTH is the join of WITHOUT_CAUSE and ONLY_VIA_CAUSE
IS_BELOW = np.array([[1, 1, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1], [0, 0, 0, 1]], bool)
# P(v = state) from P(v ≤ h), the Möbius transform of that order
MOEBIUS = np.array(
    [
        [ONE, ZERO, ZERO, ZERO],
        [MINUS, ONE, ZERO, ZERO],
        [MINUS, ZERO, ONE, ZERO],
        [ONE, MINUS, MINUS, ONE],
    ]
)


class FiredPathCircuit:
    """The circuit of the causal paths; its outputs are P(state of the pain, evidence).

    Parameters
    ----------
    compiled : Compiled
    messages : sequence of Table, optional
        Further tables, over input rows that follow those of `compiled`.

    Attributes
    ----------
    circuit : Circuit
    links : dict
        From parent to its links, each a list of input rows.
    source, marked_source : arrays of int, shape (n_inputs,)
        For each input row, the row of the compiled network that it copies: if no cause is marked,
        and if the parent of the link is marked.
    """

    def __init__(self, compiled: Compiled, messages: Sequence[Table] = ()):
        self.compiled = compiled
        self.links: dict[str, list[list[int]]] = {}
        self._marked_causes: dict[tuple[str, ...], MarkedCauses] = {}
        ends = [len(compiled.mean_inputs), *(table.rows.max() + 1 for table in messages)]
        self._source = list(range(max(ends)))
        self._marked_source = list(self._source)
        variables = compiled.network.variables
        self.on_paths = {
            v for cause in variables.causes for v in variables_on_paths(variables, cause.name)
        }
        self._described = {v.gate for v in variables.cause_traits}
        self._contrasted = set(contrasted_links(variables))
        families = compiled.described_families
        tables = [table for v in families if v not in self.on_paths for table in families[v]]
        tables += [*compiled.evidence_tables, *messages]
        tables += [table for name in sorted(self.on_paths) for table in self._family(name)]
        root = _path_variable(variables.outcome.name)
        self.circuit = compile_circuit(tables, len(self._source), root)
        self.source = np.array(self._source)
        self.marked_source = np.array(self._marked_source)
        self._marked_rows = {parent: self._changed(rows) for parent, rows in self.links.items()}

    def query(self, query: Query) -> Query:
        """Return a query to the compiled network as one to this circuit, with no cause marked."""
        return query.copied_to(self.source)

    def marked_rows(self, cause: str) -> np.ndarray:
        """Return the rows that marking a cause overrides."""
        return self._marked_rows.get(cause, NO_ROWS)

    def marked_causes(self, causes: tuple[str, ...]) -> MarkedCauses:
        """Return the rows to override to mark each of some causes, cached."""
        if causes not in self._marked_causes:
            n_links = [
                len(self.links[cause]) if len(self.marked_rows(cause)) else 0 for cause in causes
            ]
            one_link = [i for i, n in enumerate(n_links) if n == 1]
            several_links = [i for i, n in enumerate(n_links) if n > 1]
            rows = [NO_ROWS, *(self.marked_rows(causes[i]) for i in one_link)]
            ends = np.cumsum([len(part) for part in rows])
            parts = {i: slice(*own) for i, own in zip(one_link, pairwise(ends), strict=True)}
            self._marked_causes[causes] = MarkedCauses(np.concatenate(rows), parts, several_links)
        return self._marked_causes[causes]

    def _changed(self, links: list[list[int]]) -> np.ndarray:
        rows = np.concatenate(links)
        return rows[self.source[rows] != self.marked_source[rows]]

    def _family(self, name: str) -> Iterator[Table]:
        """Yield the tables of a variable on a path: its presence, its hub, its leak and links."""
        hub, path = f"{name} or below", _path_variable(name)
        leak = self.compiled.input_rows["leak", name, 0]
        yield Table((path, name), np.array([[ONE, ZERO], [ZERO, ONE], [ZERO, ONE], [ZERO, ONE]]))
        yield Table((path, hub), MOEBIUS)
        if name in self._described:
            yield from self._described_pain(name, hub)
            return
        yield Table((hub,), np.where(IS_BELOW[WITHOUT_CAUSE], ONE, leak))
        for parent in self.compiled.network.variables[name].parents:
            yield from self._link(parent, name, hub)

    def _described_pain(self, name: str, hub: str) -> Iterator[Table]:
        """Yield leak and links of the pain with the dominant cause, by the places of its hub."""
        outcome = self.compiled.network.variables.outcome
        selector = Selector(outcome, self._input_row)
        yield from selector.tables()
        yield selector.leak(IS_BELOW[WITHOUT_CAUSE], hub)
        for parent in outcome.parents:
            yield from self._link(parent, name, link_hub(parent))
            yield selector.link(parent, np.arange(len(IS_BELOW)), hub)

    def _link(self, parent: str, name: str, hub: str) -> Iterator[Table]:
        if (parent, name) in self.compiled.doses:
            yield from self._graded_link(parent, name, hub)
            return
        link = self.compiled.input_rows["link", parent, name, 0]
        is_on_path = parent in self.on_paths
        scope = hub, _path_variable(parent) if is_on_path else parent
        states = [WITHOUT_CAUSE, ONLY_VIA_CAUSE, BOTH] if is_on_path else [WITHOUT_CAUSE]
        if (parent, name) in self._contrasted:
            yield from self._switched_link(parent, [link] * len(states), scope, states)
            return
        passed_on = np.array([self._new_rows(ONE, link, state) for state in states])
        self.links.setdefault(parent, []).append(passed_on.ravel().tolist())
        yield Table(scope, np.concatenate([np.full((1, 4), ONE), passed_on]).T)

    def _graded_link(self, parent: str, name: str, hub: str) -> Iterator[Table]:
        """Yield the link of a graded factor by its dose, and the dose given the factor."""
        doses, node = self.compiled.doses, dose_of(parent)
        idle = doses.idle_rows(parent, self._input_row)
        states = [WITHOUT_CAUSE] * len(idle)
        yield doses.dose_table(parent, self._input_row)
        if (parent, name) in self._contrasted:
            yield from self._switched_link(parent, idle, (hub, node), states)
            return
        passed_on = np.array([self._new_rows(ONE, row, WITHOUT_CAUSE) for row in idle])
        self.links.setdefault(parent, []).append(passed_on.ravel().tolist())
        yield Table((hub, node), np.concatenate([np.full((1, 4), ONE), passed_on]).T)

    def _input_row(self, *key: str | int) -> int:
        return self.compiled.input_rows[key]

    def _switched_link(
        self, parent: str, idle: Sequence[int], scope: tuple[str, str], states: Sequence[int]
    ) -> Iterator[Table]:
        """Yield a link with its switch: idle it passes nothing on, fired the parent's state.

        `idle` holds for each of the `states` the row of P(link idle).
        """
        fired = np.array([self._new_rows(ONE, ZERO, state) for state in states])
        minus = np.array(
            [self._new_rows(row, ZERO, s) for row, s in zip(idle, states, strict=True)]
        )
        self.links.setdefault(parent, []).append([*fired.ravel().tolist(), *minus.ravel().tolist()])
        rows = np.full((4, len(states) + 1, 3), ZERO)
        rows[:, 0, IDLE] = ONE
        rows[:, 1:, IDLE] = idle
        rows[:, 1:, FIRED] = fired.T
        rows[:, 1:, FIRED_MINUS] = minus.T
        yield Table((*scope, switch_of(parent)), rows)
        is_graded = scope[1] == dose_of(parent)
        n_levels = 1 + len(idle) if is_graded else 2
        yield from switch_tables(parent, n_levels, self._input_row, scope[1] if is_graded else "")

    def _new_rows(self, below: int, above: int, state: int) -> list[int]:
        """Add rows for what a parent passes on: its state, or ONLY_VIA_CAUSE when marked.

        `below` stands at the places of the hub that the state is below, `above` at the others.
        """
        first = len(self._source)
        self._source += np.where(IS_BELOW[state], below, above).tolist()
        self._marked_source += np.where(IS_BELOW[ONLY_VIA_CAUSE], below, above).tolist()
        return list(range(first, first + 4))


def _path_variable(name: str) -> str:
    return f"way of {name}"


# Weights of the pain's states ABSENT, WITHOUT_CAUSE, ONLY_VIA_CAUSE and BOTH, one row a figure
CONTRIBUTION = np.array([[0.0, 0.0, 1.0, 1.0]])
CONTRIBUTION_AND_BUT_FOR = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.0]])


def contribution_probabilities(
    paths: FiredPathCircuit,
    query: Query,
    causes: Sequence[str],
    output_weights: np.ndarray = CONTRIBUTION_AND_BUT_FOR,
) -> tuple[np.ndarray, np.ndarray]:
    """Return contribution and but-for of each cause, and P(evidence), for a batch.

    Causes with one link share a downward pass; the others take an upward pass each.

    Parameters
    ----------
    paths : FiredPathCircuit
    query : Query, to the compiled network
    causes : sequence of str
    output_weights : array, shape (n_figures, 4), optional
        Each row is 1 at the states of the pain whose probability is asked for, else 0. By default
        the rows are those of contribution and but-for.

    Returns
    -------
    figures : array, shape (n_figures, n_causes, batch_size)
    probability : array, shape (batch_size,)
    """
    wrt = paths.marked_causes(tuple(causes)).rows
    result = solve(paths.circuit, paths.query(query), output_weights, wrt)
    totals = result.outputs.sum(axis=0)
    figures = _figures(paths, query, causes, output_weights, result.derivatives, totals)
    return figures, result.probability


def presence_and_contribution(
    paths: FiredPathCircuit,
    query: Query,
    causes: Sequence[str],
    output_weights: np.ndarray = CONTRIBUTION_AND_BUT_FOR,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return P(cause | evidence), shape (n_causes, batch_size), and `contribution_probabilities`.

    All passes are shared. The first figure is computed as its complement, which with no cause
    marked is P(evidence); its derivatives give P(cause | evidence).
    """
    evidence_rows = np.array([paths.compiled.evidence_rows(name) for name in causes]).T
    wrt = np.concatenate([evidence_rows.ravel(), paths.marked_causes(tuple(causes)).rows])
    weights = np.concatenate([1 - output_weights[:1], output_weights[1:]])
    result = solve(paths.circuit, paths.query(query), weights, wrt)
    by_evidence = result.derivatives[0, : evidence_rows.size]
    joint = (by_evidence * query.inputs_at(evidence_rows.ravel())).clip(0)
    absent, present = joint.reshape(*evidence_rows.shape, -1)
    by_links, totals = result.derivatives[:, evidence_rows.size :], result.outputs.sum(axis=0)
    by_links[0] *= -1
    figures = _figures(paths, query, causes, output_weights, by_links, totals)
    return present / (absent + present), figures, result.probability


def _figures(
    paths: FiredPathCircuit,
    query: Query,
    causes: Sequence[str],
    output_weights: np.ndarray,
    derivatives: np.ndarray,
    totals: np.ndarray,
) -> np.ndarray:
    """Return what marking each cause's links changes in P(pain in those states | evidence)."""
    marked = paths.marked_causes(tuple(causes))
    figures = np.zeros((len(output_weights), len(causes), query.batch_size))
    if len(marked.rows):
        default = query.inputs_at(paths.source[marked.rows])
        change = query.inputs_at(paths.marked_source[marked.rows]) - default
        for i, own in marked.one_link.items():
            figures[:, i] = np.einsum("frb,rb->fb", derivatives[:, own], change[own]) / totals
    for i in marked.several_links:
        figures[:, i] = _figures_of_one(paths, query, causes[i], output_weights)
    return figures.clip(0, 1) + 0.0  # no zero with a sign


def _figures_of_one(
    paths: FiredPathCircuit, query: Query, cause: str, output_weights: np.ndarray
) -> np.ndarray:
    """Return the figures of a cause with several links by an upward pass with it marked."""
    rows = paths.marked_rows(cause)
    marked = query.inputs_at(paths.marked_source[rows])
    overrides = dict(zip(rows.tolist(), marked, strict=True))
    outputs = solve(paths.circuit, paths.query(query).override(overrides)).outputs
    return output_weights @ outputs / outputs.sum(axis=0)
