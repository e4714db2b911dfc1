"""A junction tree: in which order the variables of many small tables are summed out, as cliques and index arrays.

Lauritzen & Spiegelhalter 1988; Shafer & Shenoy 1990; Darwiche, Modeling and Reasoning with Bayesian Networks, ch. 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

LARGEST = 20_000_000
BYTES_AN_ENTRY = 64


@dataclass(frozen=True)
class Table:
    """A function of a few variables: `rows` has one axis a variable of `scope` and holds row numbers of the pool."""

    scope: tuple[str, ...]
    rows: np.ndarray


@dataclass
class Clique:
    """Variables summed together: its own tables, the cliques whose messages it takes, what its own message is over."""

    separator: tuple[str, ...]
    tables: list[Table] = field(default_factory=list)
    children: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class JunctionTree:
    """Cliques with children before parents; the last is the root, its message is over the states of one variable."""

    cliques: tuple[Clique, ...]
    cards: dict[str, int]


def compile_tree(tables: Sequence[Table], root: str | None = None) -> JunctionTree:
    """Triangulate by the smallest next clique and lay the tree out; `root` is a variable the last clique must hold."""
    cards = {v: n for table in tables for v, n in zip(table.scope, table.rows.shape, strict=True)}
    order, scopes = _eliminate(cards, [t.scope for t in tables], root)
    _check_size(scopes, cards)
    keeper, parent = _merge(order, scopes)
    sequence = _children_first(keeper, parent)
    number = {v: i for i, v in enumerate(sequence)}
    above_root = {"": frozenset({order[-1]})}
    cliques = [Clique(tuple(sorted(scopes[v] & (scopes | above_root)[parent[v]]))) for v in sequence]
    for v in sequence[:-1]:
        cliques[number[parent[v]]].children.append(number[v])
    rank = {v: i for i, v in enumerate(order)}
    for table in tables:
        cliques[number[keeper[min(table.scope, key=rank.__getitem__)]]].tables.append(table)
    return JunctionTree(tuple(cliques), cards)


def _check_size(scopes: Mapping[str, Sequence[str] | frozenset[str]], cards: Mapping[str, int]) -> None:
    entries = sum(prod(cards[v] for v in scope) for scope in scopes.values())
    if entries > LARGEST:
        needed = f"{entries:.2g} table entries, about {entries * BYTES_AN_ENTRY / 2**30:.1f} GiB"
        raise MemoryError(f"The junction tree of this network needs {needed}; up to {LARGEST:.2g} entries are built.")


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


def index_of(scope: Sequence[str], part: Sequence[str], cards: Mapping[str, int]) -> np.ndarray:
    """For each entry of a table over `scope`, in C order, the entry of a table over `part` that it agrees with."""
    index = np.zeros([1] * len(scope), int)
    stride = 1
    for v in reversed(part):
        axis = [cards[u] if u == v else 1 for u in scope]
        index = index + stride * np.arange(cards[v]).reshape(axis)
        stride *= cards[v]
    return np.broadcast_to(index, [cards[v] for v in scope]).ravel()
