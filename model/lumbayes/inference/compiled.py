"""The network compiled for inference: its parameters as input rows, its tables as one circuit.

A noisy-MAX family stays in its multiplicative form (Díez & Galán 2003). A hidden hub takes P(v ≤
state | parents), which is a product with one term per parent, and a table of +1 and −1 takes the
differences. So a family of nine parents costs nine small tables instead of 2⁹ columns. The hub of a
trait has one place more, for "no link fired"; there the leak gives the state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ..data.variables import Measurement, Trait, Variable
from ..engine.circuit import CONSTANTS, MINUS, ONE, ZERO, Circuit, compile_circuit
from ..engine.junction_tree import Table
from ..engine.solve import marginals
from .contrast_links import STATES, SUFFIX, contrasted_links, switch_tables, switched
from .dominant_cause import described_pain, link_hub, trait_table
from .dose_links import SUFFIX as DOSE
from .dose_links import DoseLinks, dose_of
from .parameter_inputs import OF_PRIORS, InputKey, Origin, ParameterInputs

if TYPE_CHECKING:
    from ..engine.query import Overrides, Query
    from ..network.network import Network

Made = TypeVar("Made")


class Compiled(ParameterInputs):
    """A network ready for queries.

    Parameters
    ----------
    network : Network

    Attributes
    ----------
    network : Network
    base_claims : sequence of Claim
        The claims of the network that was compiled, including those left out since.
    input_rows : dict
        From key to row of the inputs: ("leak", v, k), ("link", parent, v, k), ("point", state of
        the parent, v, k), ("shut", v, k) for a trait without pain, ("row", cause, v, k) for a trait
        that follows the dominant cause, and ("evidence", v, state) for a likelihood. Leaks and
        links are cumulative, P(v ≤ k). A graded factor has ("dose", factor, level) and ("dosed",
        factor, v, level): see `dose_links`.
    families : dict
        From node to the tables of its family.
    described_families : dict
        The same, with the dominant cause in the family of the pain if traits follow it.
    evidence_tables : list of Table
        One table per node, over the rows of its likelihood.
    """

    def __init__(self, network: Network):
        self.network = network
        self.base_claims = network.priors.claims
        self.input_rows: dict[InputKey, int] = {}
        self.doses = DoseLinks(network.variables)
        self.families = {v.name: self._family(v) for v in network.nodes}
        described = self.families | self._described_pain()
        self.described_families = self._with_switches(described)
        self.evidence_tables = [self._evidence_table(v) for v in network.nodes]
        self.cache: dict[str, Any] = {}
        self._samples: dict[tuple[int, int], np.ndarray] = {}
        self._origin = Origin(network, self._samples, None)

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes to send to another process: no draws, nothing that is shared."""
        left_behind = {"cache": {}, "_samples": {}, "_origin": Origin(self.network, {}, None)}
        return self.__dict__ | left_behind

    @cached_property
    def circuit(self) -> Circuit:
        """The circuit of the whole network."""
        tables = [table for family in self.described_families.values() for table in family]
        n_inputs = len(CONSTANTS) + len(self.input_rows)
        return compile_circuit([*self.evidence_tables, *tables], n_inputs)

    def cached(self, name: str, make: Callable[[Compiled], Made]) -> Made:
        """Return `make(self)`, computed once; results of `with_network` share it under `name`."""
        if name not in self.cache:
            self.cache[name] = make(self)
        return self.cache[name]

    def with_network(self, network: Network) -> Compiled:
        """Return the same tables and circuits with the parameters of another network.

        The other network must have the same variables. Nothing is compiled again.
        """
        other = object.__new__(Compiled)  # a copy by __getstate__ would leave out the circuits
        other.__dict__ = {k: v for k, v in self.__dict__.items() if k not in OF_PRIORS}
        other.network = network
        other._samples = {}
        other._origin = Origin(self.network, self._samples, self.__dict__.get("mean_inputs"))
        return other

    # The tables of each family, as input rows

    def input_row(self, *key: str | int) -> int:
        """Return the input row of a key; a new key gets a new row."""
        return self.input_rows.setdefault(key, len(self.input_rows) + len(CONSTANTS))

    def _family(self, v: Variable) -> list[Table]:
        if isinstance(v, Measurement):
            return [self._measurement(v)]
        if v.follows_cause:
            return [trait_table(v, self.network.variables.outcome, self.input_row)]
        if not self.network.parents(v.name):
            return [self._table((v.name,), lambda k: self.input_row("point", "", v.name, k))]
        return self._trait(v) if isinstance(v, Trait) else self._noisy_max(v)

    def _measurement(self, v: Measurement) -> Table:
        states = self.network.variables[v.reads].states
        return self._table(
            (v.reads, v.name), lambda s, k: self.input_row("point", states[s], v.name, k)
        )

    def _noisy_max(self, v: Variable) -> list[Table]:
        hub = f"{v.name} or less"
        difference = self._table((v.name, hub), self._difference(v))
        leak = self._table((hub,), lambda k: self.input_row("leak", v.name, k))
        links = [table for p in v.parents for table in self._links(hub, p, v.name)]
        return [difference, leak, *links]

    def _links(self, hub: str, parent: str, name: str) -> list[Table]:
        """Return the tables of a link: one, or of a graded parent two."""
        if (parent, name) in self.doses:
            for k in range(2):
                self.input_row("link", parent, name, k)
            return self.doses.tables(hub, parent, self.input_row)
        shape = [len(self.network.variables[name].states), self._n_places(parent)]
        return [self._table((hub, parent), self._link(parent, name), shape)]

    def _described_pain(self) -> dict[str, list[Table]]:
        """Return the pain's family with the dominant cause, where a trait follows it."""
        outcome = self.network.variables.outcome
        if not self.network.variables.cause_traits:
            return {}
        links = [
            table for p in outcome.parents for table in self._links(link_hub(p), p, outcome.name)
        ]
        return {outcome.name: described_pain(outcome, links, self.input_row)}

    def _trait(self, v: Trait) -> list[Table]:
        hub = f"{v.name} or less"
        level = self._table((v.name, hub, v.gate), self._trait_level(v))
        links = [self._table((hub, p, v.gate), self._link(p, v.name, shift=-1)) for p in v.parents]
        return [level, *links]

    def _with_switches(self, families: dict[str, list[Table]]) -> dict[str, list[Table]]:
        """Return the families with a switch at each link that contrasts are evidence on."""
        changed = dict(families)
        for cause, effect in contrasted_links(self.network.variables):
            is_graded = (cause, effect) in self.doses
            node = dose_of(cause) if is_graded else cause
            n_levels = 1 + self.doses.n_levels(cause) if is_graded else self._n_places(cause)
            changed[effect] = [
                switched(table, cause) if table.scope[1:] == (node,) else table
                for table in changed[effect]
            ]
            changed[effect] += switch_tables(cause, n_levels, self.input_row, node)
        return changed

    def _difference(self, v: Variable) -> Callable[..., int]:
        """P(v = s) = P(v ≤ s) - P(v ≤ s - 1), in the order of levels."""
        rank = [v.order.index(s) for s in v.states]
        return lambda s, k: {0: ONE, 1: MINUS}.get(rank[s] - k, ZERO)

    def _trait_level(self, v: Trait) -> Callable[..., int]:
        """At place 0 of the hub no link fired; at place k + 1 all links reach at most level k."""
        rank = [v.order.index(s) for s in v.states]

        def row(s: int, place: int, gate_is_open: int) -> int:
            if place == 0:
                return self.input_row("leak" if gate_is_open else "shut", v.name, rank[s])
            return {0: ONE, 1: MINUS}.get(rank[s] - place + 1, ZERO) if rank[s] else ZERO

        return row

    def _link(self, parent: str, name: str, shift: int = 0) -> Callable[..., int]:
        """A present parent's P(≤ k) at each place; 1 for an absent one, or with the gate shut."""
        return lambda k, is_present, gate_is_open=1: (
            self.input_row("link", parent, name, max(k + shift, 0))
            if is_present and gate_is_open
            else ONE
        )

    def _evidence_table(self, v: Variable) -> Table:
        return self._table((v.name,), lambda s: self.input_row("evidence", v.name, v.states[s]))

    def _table(
        self, scope: tuple[str, ...], row: Callable[..., int], shape: Sequence[int] = ()
    ) -> Table:
        shape = shape or [self._n_places(name) for name in scope]
        rows = [row(*map(int, index)) for index in np.ndindex(*shape)]
        return Table(scope, np.array(rows).reshape(shape))

    def _n_places(self, name: str) -> int:
        """Return the number of a variable's states, or of its hub's places."""
        v = self.network.variables[name.removesuffix(" or less")]
        return len(v.states) + (isinstance(v, Trait) and v.name != name)

    # Evidence and interventions

    def evidence_rows(self, name: str) -> list[int]:
        """Return the input rows of the likelihood of a node, one per state. They hold 1 by default.

        A name such as "hills:contrast" stands for the link of a factor, with the states absent,
        idle and fired.
        """
        variables = self.network.variables
        states = STATES if name.endswith(SUFFIX) else variables[name].states
        return [self.input_rows["evidence", name, s] for s in states]

    def dose_inputs(self, overrides: Overrides) -> Overrides:
        """Return the overrides that hold P(dose | the factor is present)."""
        rows = [row for name in self.doses.tests for row in self.doses.share_rows(name, self)]
        return {row: overrides[row] for row in rows if row in overrides}

    def add_likelihood(
        self, overrides: Overrides, name: str, likelihood: Sequence[float] | np.ndarray
    ) -> None:
        """Multiply a likelihood into the overrides, in place.

        `likelihood` has shape (n_states,) or (n_states, batch_size).
        """
        if name.endswith(DOSE):
            self.doses.add_likelihood(self, overrides, name.removesuffix(DOSE), likelihood)
            return
        for row, weight in zip(self.evidence_rows(name), likelihood, strict=True):
            overrides[row] = overrides[row] * weight if row in overrides else weight


def posteriors(compiled: Compiled, query: Query, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return P(node = state | evidence) by node, each of shape (n_states, batch_size)."""
    rows = {name: compiled.evidence_rows(name) for name in names}
    return marginals(compiled.circuit, query, rows)
