"""The network compiled: every table laid out in one pool of numbers, so that a whole batch is
answered in one pass.

A noisy-MAX family stays in its multiplicative form (Díez & Galán 2003): a hidden hub takes P(v ≤
state | parents), a product with one factor a parent, and a table of +1 and −1 takes the
differences. A family of nine parents costs nine small tables instead of 2⁹ columns. The hub of a
trait has one place more, for "no parent pushed", where the leak says the level. Rows of the pool
are named by keys: ("leak", v, k), ("link", parent, v, k), …
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from ..data.variables import Measurement, Trait, Variable
from ..engine.circuit import CONSTANTS, MINUS, ONE, ZERO, Circuit, compile_circuit
from ..engine.junction_tree import Table
from ..engine.solve import Query, Told, marginals
from ..network.network import Network
from ..priors.prior import Key

Row = tuple[str | int, ...]
Kept = TypeVar("Kept")


class Compiled:
    """A network ready to answer: its pool of numbers and the circuit of its sums.

    `values` below is a mapping from prior key to shares, shape (states, lanes): the means (one
    lane) or draws.
    """

    def __init__(self, network: Network):
        self.network = network
        self.rows: dict[Row, int] = {}
        self.families = {v.name: self._family(v) for v in network.nodes}
        self.found = [self._table((v.name,), self._finding(v)) for v in network.nodes]
        self.kept: dict[str, Any] = {}
        self.drawn: dict[tuple[int, int], np.ndarray] = {}
        self.before = (network, self.drawn)

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs of it: all but what was kept on the way, which is soon made
        again.
        """
        return {k: v for k, v in self.__dict__.items() if k != "mean_inputs"} | {
            "kept": {}, "drawn": {}, "before": (self.network, {})}  # fmt: skip

    @cached_property
    def circuit(self) -> Circuit:
        """The sums of the whole network."""
        tables = [*self.found, *(table for family in self.families.values() for table in family)]
        return compile_circuit(tables, len(CONSTANTS) + len(self.rows))

    def keep(self, name: str, make: Callable[[Compiled], Kept]) -> Kept:
        """Something made of this network once and kept beside it."""
        if name not in self.kept:
            self.kept[name] = make(self)
        return self.kept[name]

    def row(self, *key: str | int) -> int:
        """The pool's row for one number, made when first asked for."""
        return self.rows.setdefault(key, len(self.rows) + len(CONSTANTS))

    def _family(self, v: Variable) -> list[Table]:
        if isinstance(v, Measurement):
            states = self.network.variables[v.reads].states
            return [
                self._table((v.reads, v.name), lambda s, k: self.row("point", states[s], v.name, k))
            ]
        if not self.network.parents(v.name):
            return [self._table((v.name,), lambda k: self.row("point", "", v.name, k))]
        hub, rank = f"{v.name} or less", [v.order.index(s) for s in v.states]
        if isinstance(v, Trait):
            links = [self._table((hub, p, v.gate), self._pushes(p, v.name, -1)) for p in v.parents]
            return [self._table((v.name, hub, v.gate), self._level(v.name, rank)), *links]
        difference = self._table(
            (v.name, hub), lambda s, k: {0: ONE, 1: MINUS}.get(rank[s] - k, ZERO)
        )
        leak = self._table((hub,), lambda k: self.row("leak", v.name, k))
        return [
            difference,
            leak,
            *(self._table((hub, p), self._pushes(p, v.name)) for p in v.parents),
        ]

    def _level(self, name: str, rank: list[int]) -> Callable[..., int]:
        """A trait's level from its hub: at place 0 nothing pushed, at place k + 1 all pushes reach
        at most level k.
        """

        def row(s: int, place: int, open_: int) -> int:
            if place == 0:
                return self.row("leak" if open_ else "shut", name, rank[s])
            return {0: ONE, 1: MINUS}.get(rank[s] - place + 1, ZERO) if rank[s] else ZERO

        return row

    def _pushes(self, parent: str, name: str, shift: int = 0) -> Callable[..., int]:
        """A present parent's cumulated shares at each place of the hub; 1 for an absent one, or
        with the gate shut.
        """
        return lambda k, on, open_=1: (
            self.row("link", parent, name, max(k + shift, 0)) if on and open_ else ONE
        )

    def _finding(self, v: Variable) -> Callable[[int], int]:
        return lambda s: self.row("finding", v.name, v.states[s])

    def _table(self, scope: tuple[str, ...], row: Callable[..., int]) -> Table:
        shape = [self._card(name) for name in scope]
        return Table(
            scope, np.array([row(*map(int, i)) for i in np.ndindex(*shape)]).reshape(shape)
        )

    def _card(self, name: str) -> int:
        v = self.network.variables[name.removesuffix(" or less")]
        return len(v.states) + (isinstance(v, Trait) and v.name != name)

    def parameter_inputs(
        self, values: Mapping[Key, np.ndarray], known: np.ndarray | None = None
    ) -> np.ndarray:
        """The pool, shape (rows, lanes), for some values of the priors and no findings; the rest as
        in a known one.
        """
        inputs = (
            self._blank(max(v.shape[1] for v in values.values())) if known is None else known.copy()
        )
        for key, shares in values.items():
            inputs[self.of_prior(key)] = self.cumulated(key, shares)
        return inputs

    def _blank(self, batch_size: int) -> np.ndarray:
        inputs = np.ones((len(self.rows) + len(CONSTANTS), batch_size))
        inputs[: len(CONSTANTS)] = CONSTANTS
        for name, row in self.rows.items():
            if name[0] == "shut":
                inputs[row] = float(name[2] == 0)
        return inputs

    def of_prior(self, key: Key) -> list[int]:
        """The rows of the pool that hold one prior's number, in the order of its variable's states
        or levels.
        """
        if isinstance(key, str):
            v = self.network.variables[key]
            return (
                self._numbered("leak", v)
                if self.network.parents(key)
                else self._numbered("point", "", v)
            )
        cause, v = key[0], self.network.variables[key[1]]
        if isinstance(v, Measurement):
            return self._numbered("point", cause.partition("=")[2], v)
        return self._numbered("link", cause, v)

    def _numbered(self, kind: str, *rest: Any) -> list[int]:
        *between, v = rest
        return [self.rows[(kind, *between, v.name, k)] for k in range(len(v.states))]

    def cumulated(self, key: Key, shares: np.ndarray) -> np.ndarray:
        """A prior's shares as its rows hold them, shape (states, lanes): as they are, or summed
        along the order.
        """
        v = self.network.variables[key if isinstance(key, str) else key[1]]
        if isinstance(v, Trait) and key == v.name:
            return np.concatenate([np.zeros((1, *shares.shape[1:])), shares])
        return np.cumsum(shares, axis=0) if v.parents else shares

    def under(self, network: Network) -> Compiled:
        """The same tables and circuits with other numbers: a network of the same variables,
        compiled for nothing.
        """
        other = object.__new__(Compiled)  # a copy by its state would leave out the circuits
        other.__dict__ = {k: v for k, v in self.__dict__.items() if k != "mean_inputs"}
        other.network, other.drawn, other.before = network, {}, (self.network, self.drawn)
        return other

    @cached_property
    def mean_inputs(self) -> np.ndarray:
        """The pool at the mean of every prior, one lane. The joint is linear in each, so posteriors
        there are exact.
        """
        return self.parameter_inputs(
            {key: prior.shares[:, None] for key, prior in self.network.priors.items()}
        )

    def sampled_inputs(self, n: int, seed: int) -> np.ndarray:
        """The pool over `n` joint draws of every prior, kept: all questions use the same draws.

        Priors that are the same as in the network this one was made of are not drawn again.
        """
        if (n, seed) not in self.drawn:
            priors, (network, drawn) = self.network.priors, self.before
            known = drawn.get((n, seed))
            fresh = [k for k in priors if known is None or priors[k] is not network.priors[k]]
            sampled = priors.sample(n, seed, fresh)
            values = {k: np.stack([1 - s, s]) if s.ndim == 1 else s.T for k, s in sampled.items()}
            self.drawn[n, seed] = self.parameter_inputs(values, known)
        return self.drawn[n, seed]

    def intervention(self, name: str, state: str) -> dict[int, float]:
        """do(name = state) as rows of the pool: the arrows into it are cut and it is held there
        (Pearl 2009, ch. 3).
        """
        v = self.network.variables[name]
        held: dict[Row, float] = {
            k: float(v.states[int(k[3])] == state) for k in self.rows if k[::2] == ("point", name)
        }
        at = np.array([s == state for s in v.order], float)
        level = at if isinstance(v, Trait) else np.cumsum(at)
        held |= {
            (kind, name, k): float(share)
            for kind in ("leak", "shut")
            for k, share in enumerate(level)
        }
        held |= {("link", p, name, k): 1.0 for p in v.parents for k in range(len(v.states))}
        return {self.rows[key]: value for key, value in held.items() if key in self.rows}

    def finding(self, name: str) -> list[int]:
        """The rows of a node's findings, one a state: a likelihood of 1 everywhere until something
        is found.
        """
        return [self.rows["finding", name, s] for s in self.network.variables[name].states]

    def enter(self, told: Told, name: str, weights: Sequence[float] | np.ndarray) -> None:
        """Enter a likelihood, shape (states,) or (states, lanes), into what is told, in place;
        several multiply.
        """
        for row, weight in zip(self.finding(name), weights, strict=True):
            told[row] = told.get(row, 1.0) * weight


def posteriors(compiled: Compiled, question: Query, names: Sequence[str]) -> dict[str, np.ndarray]:
    """P(name = state | findings) for each name, shape (states, lanes): one pass up and one down for
    all of them.
    """
    return marginals(compiled.circuit, question, {name: compiled.finding(name) for name in names})
