"""The junction tree: a valid one, holding every table once, and of the size that is known."""

from functools import partial
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbayes import load
from lumbayes.attribution import fired_path_circuit
from lumbayes.engine import circuit as circuits
from lumbayes.engine import junction_tree
from lumbayes.engine.junction_tree import Table, compile_tree, index_of

seeds = st.integers(0, 2**32 - 1)


def table(*scope, **cards):
    return Table(scope, np.zeros([cards.get(v, 2) for v in scope], int))


def random_tables(seed):
    rng = np.random.default_rng(seed)
    names = [f"x{i}" for i in range(rng.integers(2, 9))]
    cards = {v: int(rng.integers(1, 5)) for v in names}
    scopes = [rng.permutation(names)[: rng.integers(1, 4)].tolist() for _ in range(8)]
    return [table(*scope, **cards) for scope in [*scopes, *([v] for v in names)]], names


def scopes_of(tree):
    """The variables of each clique: those of its tables and of the messages it receives."""
    return [
        {v for t in clique.tables for v in t.scope}
        | {v for child in clique.children for v in tree.cliques[child].separator}
        for clique in tree.cliques
    ]


@given(seeds, st.booleans())
def test_any_tree_holds_each_table_once_and_passes_on_what_others_need(seed, is_rooted):
    tables, names = random_tables(seed)
    root = names[seed % len(names)] if is_rooted else None
    tree = compile_tree(tables, root)
    held = [id(t) for clique in tree.cliques for t in clique.tables]
    assert sorted(held) == sorted(map(id, tables))
    children = [child for clique in tree.cliques for child in clique.children]
    assert sorted(children) == [*range(len(tree.cliques) - 1)], "each has one parent, but the root"
    scopes = scopes_of(tree)
    for i, clique in enumerate(tree.cliques):
        assert all(child < i for child in clique.children)
        assert set(clique.separator) <= scopes[i]
    for v in names:  # running intersection: where v leaves the tree, no clique outside has it
        top = [i for i, c in enumerate(tree.cliques) if v in scopes[i] and v not in c.separator]
        last = tree.cliques[-1]
        assert len(top) == (v not in last.separator), v
    assert len(tree.cliques[-1].separator) == 1
    assert root is None or tree.cliques[-1].separator == (root,)


def n_entries(tables, root=None):
    tree = compile_tree(tables, root)
    return sum(prod(tree.cards[v] for v in scope) for scope in scopes_of(tree))


def test_a_chain_a_star_and_a_loop_have_the_smallest_cliques():
    chain = [table(f"x{i}", f"x{i + 1}") for i in range(9)]
    assert n_entries(chain) == 9 * 4
    assert n_entries([table("hub", f"x{i}", hub=5) for i in range(9)]) == 9 * 10
    loop = [table(f"x{i}", f"x{(i + 1) % 6}") for i in range(6)]
    assert n_entries(loop) == 4 * 8, "six variables in a loop make four triangles"


def test_a_clique_inside_another_is_merged_into_it():
    tree = compile_tree([table("a", "b", "c"), table("a", "b"), table("c"), table("d")])
    assert sorted(len(c.tables) for c in tree.cliques) == [1, 3]


def test_the_cheapest_of_the_heuristics_is_taken(monkeypatch):
    """Each of the three alone is larger than the best on some network."""
    eliminate = junction_tree._eliminate

    def with_cost(cost, cards, scopes, root, _):
        return eliminate(cards, scopes, root, cost)

    names = ["_clique_size", "_clique_size_per_state", "_fill_in"]
    beaten = dict.fromkeys(names, 0)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        cards = {f"x{i}": int(rng.integers(2, 7)) for i in range(12)}
        scopes = [rng.permutation([*cards])[:3].tolist() for _ in range(10)]
        tables = [table(*scope, **cards) for scope in scopes]
        best, sizes = n_entries(tables), {}
        for name in names:
            cost = getattr(junction_tree, name)
            with monkeypatch.context() as patched:
                alone = partial(with_cost, cost)
                patched.setattr(junction_tree, "_eliminate", alone)
                sizes[name] = n_entries(tables)
            beaten[name] += sizes[name] > best
        assert best == min(sizes.values())
    assert all(beaten.values()), beaten


def test_a_tree_of_the_largest_size_is_built_and_one_entry_more_refused(monkeypatch):
    tables = [table("a", "b", a=3, b=5)]
    monkeypatch.setattr(junction_tree, "MAX_ENTRIES", 15)
    assert compile_tree(tables).cards == {"a": 3, "b": 5}
    monkeypatch.setattr(junction_tree, "MAX_ENTRIES", 14)
    with pytest.raises(MemoryError, match="needs 15 table entries"):
        compile_tree(tables)


@given(seeds)
def test_the_index_of_a_table_in_a_larger_one(seed):
    rng = np.random.default_rng(seed)
    cards = {v: int(rng.integers(1, 5)) for v in "abcd"}
    scope = rng.permutation([*"abcd"]).tolist()
    part = rng.permutation(scope)[: rng.integers(0, 5)].tolist()
    values = rng.random([cards[v] for v in part])
    found = values.ravel()[index_of(scope, part, cards)].reshape([cards[v] for v in scope])
    for states in np.ndindex(*found.shape):
        state = dict(zip(scope, states, strict=True))
        assert found[states] == values[tuple(state[v] for v in part)]


def test_the_circuits_of_the_shipped_network_do_not_grow():
    """A clique that holds many links, or a product in a bad order, would multiply them."""
    for traits, limits in ((False, (1_300, 1_700)), (True, (2_100, 3_200))):
        case = load(traits=traits)
        circuits_of = case.compiled.circuit, fired_path_circuit(case).circuit
        sizes = [int(circuit.steps[-1]) for circuit in circuits_of]
        assert sizes[0] < limits[0] and sizes[1] < limits[1], sizes


def test_products_of_tables_are_made_smallest_first():
    """Over scopes of sizes 2, 3 and 50 the two small ones are multiplied first: 6 products."""
    rows = np.arange(3, 5), np.arange(5, 8), np.arange(8, 58)
    tables = [Table((v,), r) for v, r in zip("abc", rows, strict=True)]
    joint = Table(("a", "b", "c"), np.full((2, 3, 50), 1))
    circuit = circuits.compile_circuit([*tables, joint], 58, "a")
    n_products = [
        stop - start
        for start, stop, kind in zip(circuit.steps[:-1], circuit.steps[1:], circuit.kinds)
        if not kind & circuits.SUM
    ]
    assert n_products[0] == 6


def test_the_costs_of_summing_a_variable_out():
    """v meets a and b; a also meets c, b nothing else, and a and b do not meet."""
    neighbours = {"v": set("vab"), "a": set("vac"), "b": set("vb"), "c": set("ac")}
    cards = {"v": 2, "a": 3, "b": 5, "c": 7}
    assert junction_tree._clique_size(neighbours, cards, "v") == 30
    assert junction_tree._clique_size_per_state(neighbours, cards, "v") == 15
    assert junction_tree._fill_in(neighbours, cards, "v") == (2, 30), "a meets b, and b meets a"
    assert junction_tree._fill_in(neighbours, cards, "b") == (0, 10)


@given(seeds, st.sampled_from(["_clique_size", "_clique_size_per_state", "_fill_in"]))
def test_each_step_sums_out_the_cheapest_variable_by_its_present_cost(seed, name):
    """Against a loop that works out every cost at every step."""
    rng, cost = np.random.default_rng(seed), getattr(junction_tree, name)
    names = [f"x{i}" for i in range(14)]
    cards = {v: int(rng.integers(2, 5)) for v in names}
    scopes = [[v] for v in names] + [rng.permutation(names)[:2].tolist() for _ in range(20)]
    order, cliques = junction_tree._eliminate(cards, scopes, names[0], cost)
    neighbours = {v: {u for s in scopes if v in s for u in s} for v in cards}
    assert sorted(order) == sorted(names) and order[-1] == names[0]
    for i, v in enumerate(order):
        left = [u for u in order[i:] if u != names[0]] or [names[0]]
        assert cost(neighbours, cards, v) == min(cost(neighbours, cards, u) for u in left)
        clique = neighbours.pop(v)
        assert cliques[v] == clique
        for u in clique - {v}:
            neighbours[u] = (neighbours[u] | clique) - {v}
