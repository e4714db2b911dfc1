"""A junction tree compiled to index arrays: exact sums over any product of tables, many cases (lanes) at a time.

A table entry is a row of a *pool* of numbers, shape (rows, lanes); a lane is one case or one draw of the parameters.
Tables may hold negative entries (the noisy-MAX in multiplicative form does), so messages are signed and never divided.
Lauritzen & Spiegelhalter 1988; Shafer & Shenoy 1990; Darwiche 2009, ch. 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np


@dataclass(frozen=True)
class Table:
    """A function of a few variables: `rows` has one axis a variable of `scope` and holds row numbers of the pool."""

    scope: tuple[str, ...]
    rows: np.ndarray


@dataclass
class Clique:
    """Variables summed together, separator to the parent first; index arrays run over its entries in C order."""

    scope: tuple[str, ...]
    separator: tuple[str, ...]
    entries: int = 0
    messages: int = 1
    tables: list[np.ndarray] = field(default_factory=list)
    children: list[tuple[int, np.ndarray]] = field(default_factory=list)


@dataclass(frozen=True)
class JunctionTree:
    """Cliques with children before parents (the root is last), and for each variable a clique and its state there."""

    cliques: tuple[Clique, ...]
    home: Mapping[str, tuple[int, np.ndarray]]
    cards: Mapping[str, int]


def compile_tree(tables: Sequence[Table], root: str | None = None) -> JunctionTree:
    """Triangulate by the smallest next clique and lay the tree out; `root` is a variable the last clique must hold."""
    cards = {v: n for table in tables for v, n in zip(table.scope, table.rows.shape, strict=True)}
    order, scopes = _eliminate(cards, [t.scope for t in tables], root)
    keeper, parent = _merge(order, scopes)
    sequence = _children_first(keeper, parent)
    number = {v: i for i, v in enumerate(sequence)}
    cliques = [_clique(scopes[v], scopes.get(parent[v], frozenset()), cards) for v in sequence]
    for v in sequence[:-1]:
        above = cliques[number[parent[v]]]
        above.children.append((number[v], _index(above.scope, cliques[number[v]].separator, cards)))
    rank = {v: i for i, v in enumerate(order)}
    for table in tables:
        clique = cliques[number[keeper[min(table.scope, key=rank.__getitem__)]]]
        clique.tables.append(table.rows.ravel()[_index(clique.scope, table.scope, cards)])
    home = {v: (number[keeper[v]], _index(cliques[number[keeper[v]]].scope, (v,), cards)) for v in order}
    return JunctionTree(tuple(cliques), home, dict(cards))


def _eliminate(
    cards: Mapping[str, int], scopes: Iterable[Sequence[str]], root: str | None
) -> tuple[list[str], dict[str, frozenset[str]]]:
    near: dict[str, set[str]] = {v: set() for v in cards}
    for scope in scopes:
        for v in scope:
            near[v].update(scope)
    cost = {v: prod(cards[u] for u in near[v] | {v}) for v in cards}
    order, cliques = [], {}
    while cost:
        v = min((v for v in cost if v != root or len(cost) == 1), key=cost.__getitem__)
        rest = near[v] - {v}
        for u in rest:
            near[u] = (near[u] | rest) - {v}
            cost[u] = prod(cards[w] for w in near[u] | {u})
        cliques[v] = frozenset(rest | {v})
        order.append(v)
        del cost[v]
    return order, cliques


def _merge(order: list[str], cliques: dict[str, frozenset[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Fold each clique that lies inside a child into that child; parents of the kept ones, all under the last root."""
    rank = {v: i for i, v in enumerate(order)}
    above = {v: min(cliques[v] - {v}, key=rank.__getitem__, default="") for v in order}
    keeper: dict[str, str] = {}
    top: dict[str, str] = {}
    for v in order:
        inside = [u for u in order[: rank[v]] if above[u] == v and len(cliques[u]) == len(cliques[v]) + 1]
        keeper[v] = keeper[inside[0]] if inside else v
        top[keeper[v]] = v
    root = keeper[order[-1]]
    parent = {k: keeper[above[t]] if above[t] else root for k, t in top.items()}
    parent[root] = ""
    return keeper, parent


def _children_first(keeper: Mapping[str, str], parent: Mapping[str, str]) -> list[str]:
    below: dict[str, list[str]] = {k: [] for k in ["", *keeper.values()]}
    for child, above in parent.items():
        below[above].append(child)
    sequence, stack = [], list(below[""])
    while stack:
        clique = stack.pop()
        sequence.append(clique)
        stack.extend(below[clique])
    return sequence[::-1]


def _clique(scope: frozenset[str], above: frozenset[str], cards: Mapping[str, int]) -> Clique:
    separator = tuple(sorted(scope & above))
    order = separator + tuple(sorted(scope - above))
    return Clique(order, separator, prod(cards[v] for v in order), prod(cards[v] for v in separator))


def _index(scope: Sequence[str], part: Sequence[str], cards: Mapping[str, int]) -> np.ndarray:
    """For each entry of a table over `scope`, the entry of a table over `part` that it agrees with."""
    grid = np.indices([cards[v] for v in scope]).reshape(len(scope), -1)
    axes = [grid[scope.index(v)] for v in part]
    shape = tuple(cards[v] for v in part)
    return np.ravel_multi_index(axes, shape) if part else np.zeros(grid.shape[1] if scope else 1, int)


@dataclass
class Upward:
    """What the upward pass leaves: a clique's own tables and message, the root's belief, and the scale of each lane."""

    own: list[np.ndarray]
    messages: list[np.ndarray]
    root: np.ndarray
    total: np.ndarray
    log_scale: np.ndarray


def upward(tree: JunctionTree, pool: np.ndarray) -> Upward:
    """Sum everything towards the root. `total` · exp(`log_scale`) is the sum of the product of all tables, a lane."""
    own: list[np.ndarray] = []
    messages: list[np.ndarray] = []
    log_scale = np.zeros(pool.shape[1])
    for clique in tree.cliques:
        product = np.ones((clique.entries, pool.shape[1]))
        for rows in clique.tables:
            product *= pool[rows]
        own.append(product.copy() if clique.children else product)
        for child, index in clique.children:
            product *= messages[child][index]
        message = product.reshape(clique.messages, -1, pool.shape[1]).sum(axis=1)
        scale = np.abs(message).max(axis=0)
        scale[scale == 0] = 1
        messages.append(message / scale)
        log_scale += np.log(scale)
    return Upward(own, messages, product, messages[-1].sum(axis=0), log_scale)


def downward(tree: JunctionTree, up: Upward) -> list[np.ndarray]:
    """Beliefs of every clique (entries, lanes): the sum of all that agrees with each entry, up to a lane's scale."""
    lanes = up.total.shape[0]
    inward: list[np.ndarray] = [np.ones((1, lanes))] * len(tree.cliques)
    beliefs: list[np.ndarray] = [np.empty(0)] * len(tree.cliques)
    for i in range(len(tree.cliques) - 1, -1, -1):
        clique = tree.cliques[i]
        product = up.own[i] * np.repeat(inward[i], clique.entries // clique.messages, axis=0)
        factors = [up.messages[child][index] for child, index in clique.children]
        after = [np.ones((1, lanes))]
        for factor in factors[:0:-1]:
            after.append(after[-1] * factor)
        for (child, index), factor in zip(clique.children, factors, strict=True):
            message = _sum_by(product * after.pop(), index, tree.cliques[child].messages)
            scale = np.abs(message).max(axis=0)
            inward[child] = message / np.where(scale == 0, 1, scale)
            product = product * factor
        beliefs[i] = product
    return beliefs


def _sum_by(values: np.ndarray, index: np.ndarray, size: int) -> np.ndarray:
    order = np.argsort(index, kind="stable")
    return values[order].reshape(size, -1, values.shape[1]).sum(axis=1)


def marginal(tree: JunctionTree, beliefs: Sequence[np.ndarray], name: str) -> np.ndarray:
    """P(variable = state | findings), shape (states, lanes), each lane summing to 1."""
    clique, index = tree.home[name]
    sums = _sum_by(beliefs[clique], index, tree.cards[name])
    return sums / sums.sum(axis=0)


def root_marginal(tree: JunctionTree, up: Upward, name: str) -> np.ndarray:
    """The same for a variable of the root clique, without a downward pass."""
    return marginal(tree, [np.empty(0)] * (len(tree.cliques) - 1) + [up.root], name)
