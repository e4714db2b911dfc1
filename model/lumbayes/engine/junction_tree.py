"""A junction tree: the order in which the variables of many small tables are summed out.

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

MAX_ENTRIES = 15_000_000  # of all cliques together: about 1 GiB
BYTES_PER_ENTRY = 64  # a circuit's arrays and its buffer
Cards = Mapping[str, int]  # the number of states of each variable
Neighbours = Mapping[str, set[str]]  # of each variable, itself included
Elimination = tuple[list[str], dict[str, frozenset[str]]]  # the order, and each variable's clique


@dataclass(frozen=True)
class Table:
    """A function of a few variables, whose entries are numbers of rows.

    Attributes
    ----------
    scope : tuple of str
        The variables.
    rows : array of int, one axis per variable of `scope`
        For each entry the row, an input's or one of the circuit, that holds its value.
    factors : int
        The most inputs that an entry multiplies since it was last rescaled.
    """

    scope: tuple[str, ...]
    rows: np.ndarray
    factors: int = 1


@dataclass
class Clique:
    """Variables that are summed out together.

    Attributes
    ----------
    separator : tuple of str
        The variables of the message that the clique sends to its parent.
    tables : list of Table
        The tables that are multiplied in it.
    children : list of int
        The numbers of the cliques whose messages it receives.
    """

    separator: tuple[str, ...]
    tables: list[Table] = field(default_factory=list)
    children: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class JunctionTree:
    """Cliques, children before parents. The root is last; its message is over one variable.

    Attributes
    ----------
    cliques : tuple of Clique
        The cliques in this order; `Clique.children` are positions in it.
    cards : dict of str to int
        The number of states of each variable.
    """

    cliques: tuple[Clique, ...]
    cards: dict[str, int]


def compile_tree(tables: Sequence[Table], root: str | None = None) -> JunctionTree:
    """Build a junction tree of tables, the smallest of those that three heuristics give.

    Parameters
    ----------
    tables : sequence of Table
        The tables whose product is summed.
    root : str, optional
        The variable that the last clique's message is over. By default any variable.

    Returns
    -------
    JunctionTree

    Raises
    ------
    MemoryError
        If the cliques have more than `MAX_ENTRIES` entries together.
    """
    cards = {v: n for table in tables for v, n in zip(table.scope, table.rows.shape, strict=True)}
    scopes = {table.scope: None for table in tables}
    costs = (_clique_size, _clique_size_per_state, _fill_in)
    eliminations = [_eliminate(cards, scopes, root, cost) for cost in costs]
    order, cliques = min(eliminations, key=partial(_n_entries, cards))
    _check_size(_n_entries(cards, (order, cliques)))
    merged_into, parent = _merge(order, cliques)
    sequence = _children_first(merged_into, parent)
    number = {v: i for i, v in enumerate(sequence)}
    with_top = cliques | {"": frozenset({order[-1]})}
    tree = [Clique(tuple(sorted(cliques[v] & with_top[parent[v]]))) for v in sequence]
    for v in sequence[:-1]:
        tree[number[parent[v]]].children.append(number[v])
    rank = {v: i for i, v in enumerate(order)}
    for table in tables:
        first_eliminated = min(table.scope, key=rank.__getitem__)
        tree[number[merged_into[first_eliminated]]].tables.append(table)
    return JunctionTree(tuple(tree), cards)


def _n_entries(cards: Cards, elimination: Elimination) -> int:
    """Return the number of entries of the maximal cliques."""
    order, cliques = elimination
    maximal = set(_merge(order, cliques)[0].values())
    return sum(prod(cards[v] for v in cliques[k]) for k in maximal)


def _check_size(entries: int) -> None:
    if entries > MAX_ENTRIES:
        size = f"{entries:.2g} table entries, about {entries * BYTES_PER_ENTRY / 2**30:.1f} GiB"
        raise MemoryError(
            f"The junction tree of this network needs {size}; up to {MAX_ENTRIES:.2g} entries are"
            " built. Use fewer states, or fewer parents of one variable."
        )


def _clique_size(neighbours: Neighbours, cards: Cards, v: str) -> float:
    """Return the entries of the clique that summing v out makes."""
    return prod(cards[u] for u in neighbours[v])


def _clique_size_per_state(neighbours: Neighbours, cards: Cards, v: str) -> float:
    """Return the clique's entries for each state of v (Cano & Moral 1995)."""
    return _clique_size(neighbours, cards, v) / cards[v]


def _fill_in(neighbours: Neighbours, cards: Cards, v: str) -> tuple[float, float]:
    """Return twice the edges that summing v out adds, then the clique's entries (Rose 1972)."""
    added = sum(len(neighbours[v] - neighbours[u]) for u in neighbours[v])
    return added, _clique_size(neighbours, cards, v)


def _eliminate(
    cards: Cards, scopes: Iterable[Sequence[str]], root: str | None, cost_of: Callable[..., Any]
) -> Elimination:
    """Sum out the variable of the lowest cost, again and again, the root last."""
    neighbours: dict[str, set[str]] = {v: set() for v in cards}
    for scope in scopes:
        for v in scope:
            neighbours[v].update(scope)
    cost = {v: cost_of(neighbours, cards, v) for v in cards}
    order, cliques = [], {}
    while cost:
        v = min((v for v in cost if v != root or len(cost) == 1), key=cost.__getitem__)
        cliques[v], rest = frozenset(neighbours[v]), neighbours[v] - {v}
        complete = all(rest <= neighbours[u] for u in rest)
        for u in rest:
            neighbours[u] = (neighbours[u] | rest) - {v}
        order.append(v)
        del cost[v]
        touched = rest if complete else rest.union(*(neighbours[u] for u in rest))
        cost |= {u: cost_of(neighbours, cards, u) for u in touched}
    return order, cliques


def _merge(
    order: list[str], cliques: dict[str, frozenset[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Merge each clique that is a subset of a child into it; the parents of those that remain.

    Unconnected parts hang under the root's clique, whose parent is "".
    """
    rank = {v: i for i, v in enumerate(order)}
    above = {v: min(cliques[v] - {v}, key=rank.__getitem__, default="") for v in order}
    superset: dict[str, str] = {}
    for u in order:
        if above[u] and len(cliques[u]) == len(cliques[above[u]]) + 1:
            superset.setdefault(above[u], u)
    merged_into: dict[str, str] = {}
    top: dict[str, str] = {}
    for v in order:
        merged_into[v] = merged_into[superset[v]] if v in superset else v
        top[merged_into[v]] = v
    root = merged_into[order[-1]]
    parent = {k: merged_into[above[t]] if above[t] else root for k, t in top.items()}
    parent[root] = ""
    return merged_into, parent


def _children_first(merged_into: Mapping[str, str], parent: Mapping[str, str]) -> list[str]:
    children: dict[str, list[str]] = {k: [] for k in ["", *merged_into.values()]}
    for child, above in parent.items():
        children[above].append(child)
    sequence, stack = [], list(children[""])
    while stack:
        clique = stack.pop()
        sequence.append(clique)
        stack.extend(children[clique])
    return sequence[::-1]


def index_of(scope: Sequence[str], part: Sequence[str], cards: Mapping[str, int]) -> np.ndarray:
    """Return where each entry of a table has its value in a table over some of the variables.

    Parameters
    ----------
    scope : sequence of str
        The variables of the first table.
    part : sequence of str
        Those of the second table, in any order; all are in `scope`.
    cards : mapping of str to int
        The number of states of each variable.

    Returns
    -------
    array of int, shape (n_entries,)
        For each entry of the first table, in C order, the flat index of its entry in the second.
    """
    index = np.zeros([1] * len(scope), int)
    stride = 1
    for v in reversed(part):
        axis = [cards[u] if u == v else 1 for u in scope]
        index = index + stride * np.arange(cards[v]).reshape(axis)
        stride *= cards[v]
    return np.broadcast_to(index, [cards[v] for v in scope]).ravel()
