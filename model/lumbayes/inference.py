"""The network compiled: every table laid out in one pool of numbers, so that a whole batch is answered in one pass.

A noisy-MAX family stays in its multiplicative form (Díez & Galán 2003): a hidden hub takes P(v ≤ state | parents), a
product with one factor a parent, and a table of +1 and −1 takes the differences. A family of nine parents costs nine
small tables instead of 2⁹ columns. Rows of the pool are named by keys: ("leak", v, k), ("link", parent, v, k), …
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from .junction import JunctionTree, Table, compile_tree, downward, marginal, upward
from .network import Network
from .priors import Key, Prior
from .variables import Measurement, Trait, Variable

Row = tuple[str | int, ...]
ZERO, ONE, MINUS = 0, 1, 2
CONSTANTS = (0.0, 1.0, -1.0)


class Compiled:
    """A network ready to answer: its pool of numbers and its junction tree.

    `values` below is a mapping from prior key to shares, shape (states, lanes): the means (one lane) or draws.
    """

    def __init__(self, network: Network):
        self.network = network
        self.rows: dict[Row, int] = {}
        self.families = {v.name: self._family(v) for v in network.nodes}
        self.found = [self._table((v.name,), self._finding(v)) for v in network.nodes]
        self.trees: dict[str, JunctionTree] = {}
        self.drawn: dict[tuple[int, int], np.ndarray] = {}

    @cached_property
    def tree(self) -> JunctionTree:
        """The junction tree of the whole network."""
        return compile_tree([*self.found, *(table for family in self.families.values() for table in family)])

    def row(self, *key: str | int) -> int:
        """The pool's row for one number, made when first asked for."""
        return self.rows.setdefault(key, len(self.rows) + len(CONSTANTS))

    def _family(self, v: Variable) -> list[Table]:
        if isinstance(v, Measurement):
            states = self.network.variables[v.reads].states
            return [self._table((v.reads, v.name), lambda s, k: self.row("point", states[s], v.name, k))]
        if not v.parents:
            return [self._table((v.name,), lambda k: self.row("point", "", v.name, k))]
        hub, gate = f"{v.name} or less", (v.gate,) if isinstance(v, Trait) else ()
        rank = [v.order.index(s) for s in v.states]
        difference = self._table((v.name, hub), lambda s, k: {0: ONE, 1: MINUS}.get(rank[s] - k, ZERO))
        leak = self._table((hub, *gate), lambda k, open=1: self.row("leak" if open else "shut", v.name, k))
        links = [self._table((hub, p, *gate), self._pushes(p, v.name)) for p in v.parents]
        return [difference, leak, *links]

    def _pushes(self, parent: str, name: str) -> Callable[..., int]:
        return lambda k, present, open=1: self.row("link", parent, name, k) if present and open else ONE

    def _finding(self, v: Variable) -> Callable[[int], int]:
        return lambda s: self.row("finding", v.name, v.states[s])

    def _table(self, scope: tuple[str, ...], row: Callable[..., int]) -> Table:
        shape = [self._card(name) for name in scope]
        return Table(scope, np.array([row(*map(int, i)) for i in np.ndindex(*shape)]).reshape(shape))

    def _card(self, name: str) -> int:
        return len(self.network.variables[name.removesuffix(" or less")].states)

    def parameters(self, values: Mapping[Key, np.ndarray]) -> np.ndarray:
        """The pool, shape (rows, lanes), for some values of the priors and no findings."""
        lanes = max(v.shape[1] for v in values.values())
        pool = np.ones((len(self.rows) + len(CONSTANTS), lanes))
        pool[: len(CONSTANTS)] = np.array(CONSTANTS)[:, None]
        for v in self.network.nodes:
            for key, shares in self._numbers(v, values).items():
                for k, share in enumerate(shares):
                    pool[self.rows[(*key, k)]] = share
        return pool

    def _numbers(self, v: Variable, values: Mapping[Key, np.ndarray]) -> dict[tuple[str, ...], np.ndarray]:
        if isinstance(v, Measurement):
            return {("point", s, v.name): values[f"{v.reads}={s}", v.name] for s in v.rows}
        if not v.parents:
            return {("point", "", v.name): values[v.name]}
        links: dict[tuple[str, ...], np.ndarray]
        links = {("link", p, v.name): np.cumsum(values[p, v.name], axis=0) for p in v.parents}
        leak = np.cumsum(values[v.name], axis=0)
        if isinstance(v, Trait):
            leak = np.concatenate([np.zeros((1, leak.shape[1])), leak])
        return {("leak", v.name): leak, **links}

    @cached_property
    def mean_pool(self) -> np.ndarray:
        """The pool at the mean of every prior, one lane."""
        return self.parameters(means(self.network.priors))

    def drawn_pool(self, n: int, seed: int) -> np.ndarray:
        """The pool over `n` joint draws of every prior, kept: all questions use the same draws."""
        if (n, seed) not in self.drawn:
            self.drawn[n, seed] = self.parameters(draws(self.network.priors, n, seed))
        return self.drawn[n, seed]

    def surgery(self, pool: np.ndarray, name: str, state: str) -> None:
        """do(name = state), in place: the arrows into it are cut and it is held there (Pearl 2009, ch. 3)."""
        v = self.network.variables[name]
        held = [float(s == state) for s in v.states]
        upto = np.cumsum([s == state for s in v.order]).astype(float)
        for key, row in self.rows.items():
            if key[0] == "point" and key[2] == name:
                pool[row] = held[int(key[3])]
            elif key[0] in ("leak", "shut") and key[1] == name:
                pool[row] = upto[int(key[2])]
            elif key[0] == "link" and key[2] == name:
                pool[row] = 1.0

    def find(self, pool: np.ndarray, name: str, likelihood: np.ndarray) -> None:
        """Enter a finding, in place: `likelihood` has shape (states,) or (states, lanes); hard is one-hot."""
        for state, weight in zip(self.network.variables[name].states, likelihood, strict=True):
            pool[self.rows["finding", name, state]] *= weight


def means(priors: Mapping[Key, Prior]) -> dict[Key, np.ndarray]:
    """Every prior at its mean, as one lane. The joint is linear in each, so posteriors at the means are exact."""
    return {key: prior.shares[:, None] for key, prior in priors.items()}


def draws(priors: Mapping[Key, Prior], n: int, seed: int) -> dict[Key, np.ndarray]:
    """`n` joint draws of all priors as lanes; the same seed gives the same draws, whatever is asked of them."""
    sampled = priors.sample(n, seed)  # type: ignore[attr-defined]
    return {k: np.stack([1 - s, s]) if s.ndim == 1 else s.T for k, s in sampled.items()}


def probability(tree: JunctionTree, pool: np.ndarray) -> np.ndarray:
    """P(findings) a lane. Differences that cancel to rounding are nought: no finding set of the model is that rare."""
    up = upward(tree, pool)
    total = up.total * np.exp(up.log_scale)
    if (total < 1e-6).any():
        size = upward(tree, np.abs(pool))
        total = np.where(total <= 1e-12 * size.total * np.exp(size.log_scale), 0.0, total)
    return total


def posteriors(tree: JunctionTree, pool: np.ndarray, names: list[str]) -> dict[str, np.ndarray]:
    """P(name = state | findings) for each name, shape (states, lanes): one upward and one downward pass."""
    beliefs = downward(tree, upward(tree, pool))
    return {name: marginal(tree, beliefs, name) for name in names}
