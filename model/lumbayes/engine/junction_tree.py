"""A junction tree: in which order the variables of many small tables are summed out, as cliques and
index arrays.

Lauritzen & Spiegelhalter 1988; Shafer & Shenoy 1990; Darwiche, Modeling and Reasoning with Bayesian
Networks, ch. 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import prod
from typing import Any

import numpy as np

LARGEST = 15_000_000
BYTES_AN_ENTRY = 64
Cards = Mapping[str, int]
Near = Mapping[str, set[str]]
Eliminated = tuple[list[str], dict[str, frozenset[str]]]


@dataclass(frozen=True)
class Table:
    """A function of a few variables: `rows` has one axis a variable of `scope` and holds row
    numbers of the pool.

    `factors` is how many numbers of the pool an entry multiplies, at most, since it was last
    scaled.
    """

    scope: tuple[str, ...]
    rows: np.ndarray
    factors: int = 1


@dataclass
class Clique:
    """Variables summed together: its own tables, the cliques whose messages it takes, what its own
    message is over.
    """

    separator: tuple[str, ...]
    tables: list[Table] = field(default_factory=list)
    children: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class JunctionTree:
    """Cliques with children before parents; the last is the root, its message is over the states of
    one variable.
    """

    cliques: tuple[Clique, ...]
    cards: dict[str, int]


def compile_tree(tables: Sequence[Table], root: str | None = None) -> JunctionTree:
    """Triangulate, the cheapest of three ways, and lay the tree out; `root` is a variable the last
    clique must hold.
    """
    cards = {v: n for table in tables for v, n in zip(table.scope, table.rows.shape, strict=True)}
    scopes = {table.scope: None for table in tables}
    ways = [_eliminate(cards, scopes, root, how) for how in (_size, _share, _fill)]
    order, cliques = min(ways, key=partial(_entries, cards))
    _check_size(_entries(cards, (order, cliques)))
    keeper, parent = _merge(order, cliques)
    sequence = _children_first(keeper, parent)
    number = {v: i for i, v in enumerate(sequence)}
    above_root = {"": frozenset({order[-1]})}
    laid = [Clique(tuple(sorted(cliques[v] & (cliques | above_root)[parent[v]]))) for v in sequence]
    for v in sequence[:-1]:
        laid[number[parent[v]]].children.append(number[v])
    rank = {v: i for i, v in enumerate(order)}
    for table in tables:
        laid[number[keeper[min(table.scope, key=rank.__getitem__)]]].tables.append(table)
    return JunctionTree(tuple(laid), cards)


def _entries(cards: Cards, eliminated: Eliminated) -> int:
    """How many entries the cliques have that lie in no other."""
    order, cliques = eliminated
    kept = set(_merge(order, cliques)[0].values())
    return sum(prod(cards[v] for v in cliques[k]) for k in kept)


def _check_size(entries: int) -> None:
    if entries > LARGEST:
        needed = f"{entries:.2g} table entries, about {entries * BYTES_AN_ENTRY / 2**30:.1f} GiB"
        raise MemoryError(
            f"The junction tree of this network needs {needed}; up to {LARGEST:.2g} entries are built."
        )


def _size(near: Near, cards: Cards, v: str) -> float:
    """The entries of the clique that summing v out would make."""
    return prod(cards[u] for u in near[v])


def _share(near: Near, cards: Cards, v: str) -> float:
    """The same for each state of v (Cano & Moral 1995)."""
    return _size(near, cards, v) / cards[v]


def _fill(near: Near, cards: Cards, v: str) -> tuple[float, float]:
    """How many pairs summing v out would bring together (Rose 1972)."""
    return sum(len(near[v] - near[u]) for u in near[v]), _size(near, cards, v)


def _eliminate(
    cards: Cards, scopes: Iterable[Sequence[str]], root: str | None, cost_of: Callable[..., Any]
) -> Eliminated:
    """Sum out the cheapest variable after the other, the root last: the order, and the clique each
    was summed in.
    """
    near: dict[str, set[str]] = {v: set() for v in cards}
    for scope in scopes:
        for v in scope:
            near[v].update(scope)
    cost = {v: cost_of(near, cards, v) for v in cards}
    order, cliques = [], {}
    while cost:
        v = min((v for v in cost if v != root or len(cost) == 1), key=cost.__getitem__)
        cliques[v], rest = frozenset(near[v]), near[v] - {v}
        complete = all(rest <= near[u] for u in rest)
        for u in rest:
            near[u] = (near[u] | rest) - {v}
        order.append(v)
        del cost[v]
        touched = rest if complete else rest.union(*(near[u] for u in rest))
        cost |= {u: cost_of(near, cards, u) for u in touched}
    return order, cliques


def _merge(
    order: list[str], cliques: dict[str, frozenset[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Fold each clique that lies inside a child into that child; parents of the kept ones, all
    under the last root.
    """
    rank = {v: i for i, v in enumerate(order)}
    above = {v: min(cliques[v] - {v}, key=rank.__getitem__, default="") for v in order}
    inside: dict[str, str] = {}
    for u in order:
        if above[u] and len(cliques[u]) == len(cliques[above[u]]) + 1:
            inside.setdefault(above[u], u)
    keeper: dict[str, str] = {}
    top: dict[str, str] = {}
    for v in order:
        keeper[v] = keeper[inside[v]] if v in inside else v
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
    """For each entry of a table over `scope`, in C order, the entry of a table over `part` that it
    agrees with.
    """
    index = np.zeros([1] * len(scope), int)
    stride = 1
    for v in reversed(part):
        axis = [cards[u] if u == v else 1 for u in scope]
        index = index + stride * np.arange(cards[v]).reshape(axis)
        stride *= cards[v]
    return np.broadcast_to(index, [cards[v] for v in scope]).ravel()
