"""Any discrete network: posteriors equal pyAgrum's on pgmpy's networks, alone or batched."""

import time
from itertools import combinations, product
from math import prod

import engines
import numpy as np
import published
import pytest
from discrete import Discrete
from pgmpy.factors.discrete import TabularCPD
from pgmpy.models import DiscreteBayesianNetwork
from pytest import approx

from lumbayes.engine.junction_tree import Table, compile_tree

EXACT, SAME, SETS = 1e-9, 1e-12, 50
SOON = 2  # seconds


def put(name, states, table, parents=(), **of):
    """A pgmpy table whose columns run over the parents' states."""
    named = {name: list(states)} | {p: list(of[p]) for p in parents}
    return TabularCPD(name, len(states), table, list(parents), [len(of[p]) for p in parents], named)


def network(*cpds):
    model = DiscreteBayesianNetwork([(p, cpd.variable) for cpd in cpds for p in cpd.variables[1:]])
    model.add_nodes_from(cpd.variable for cpd in cpds)
    model.add_cpds(*cpds)
    model.check_model()
    return model


def equal(ours, theirs):
    assert set(ours) == set(theirs)
    for name, states in theirs.items():
        assert ours[name] == approx(states, rel=0, abs=EXACT), name


def check(model, sets):
    """Each set alone against pyAgrum, then all as a batch; returns how many were possible."""
    ours, bn = Discrete(model), published.as_pyagrum(model)
    batch = published.together(ours, sets)
    batch_size, chances = ours.posteriors(batch), ours.probability(batch)
    for column, found in enumerate(sets):
        truth, theirs = engines.ask_pyagrum(bn, **found)
        chance, answer = published.ask(ours, found)
        assert chance == approx(truth, rel=EXACT, abs=0)
        assert chances[column] == approx(chance, rel=SAME, abs=0)
        if not truth:
            assert all(np.isnan([*states.values()]).all() for states in answer.values())
            continue
        equal(answer, theirs)
        for name, states in answer.items():
            assert batch_size[name][:, column] == approx([*states.values()], rel=0, abs=SAME), name
    return int(np.sum(chances > 0))


@pytest.mark.parametrize("name", published.QUICK)
def test_every_posterior_equals_pyagrums(name):
    rng = np.random.default_rng(len(name))
    model = published.model(name)
    assert check(model, [published.findings(model, rng) for _ in range(SETS)]) > SETS / 2


@pytest.mark.parametrize("name", published.REFUSED)
def test_a_tree_too_large_is_refused_before_it_is_built(name):
    states, parents = published.shape(name)
    model = network(
        *(put(n, states[n], uniform(n, states, parents[n]), parents[n], **states) for n in states)
    )
    start = time.perf_counter()
    with pytest.raises(
        MemoryError, match=r"needs [\d.]+e\+\d+ table entries, about [\d.]+ GiB; up to 1\.5e\+07"
    ):
        Discrete(model)
    assert time.perf_counter() - start < SOON


def uniform(name, states, parents):
    return np.full(
        (len(states[name]), prod(len(states[p]) for p in parents)), 1 / len(states[name])
    )


def test_the_size_named_is_the_size_of_the_tree():
    """Twenty-six binary variables that all meet in pairs make one clique of 2**26 entries."""
    pairs = [Table((f"x{i}", f"x{j}"), np.full((2, 2), 3)) for i, j in combinations(range(26), 2)]
    with pytest.raises(MemoryError, match=r"needs 6\.7e\+07 table entries, about 4\.0 GiB"):
        compile_tree(pairs)


def test_state_names_with_any_characters():
    odd = [
        '"quoted"',
        "a,b",
        "< 5 km/h",
        "5 – 10 km",
        "yes=no",
        "",
        " ",
        "é€",
        "100%",
        "{x}",
        "nan",
    ]
    rng = np.random.default_rng(3)
    tables = rng.dirichlet(np.ones(len(odd)), 3).T
    model = network(
        put("a: speed|x", ["0", "00", "0.0"], [[0.2], [0.3], [0.5]]),
        put("how fast?", odd, tables, ["a: speed|x"], **{"a: speed|x": ["0", "00", "0.0"]}),
    )
    ours = Discrete(model)
    assert ours.states["how fast?"] == tuple(odd)
    for i, state in enumerate(odd):
        found = ours.posteriors(ours.query({"how fast?": state}))["a: speed|x"][:, 0]
        joint = tables[i] * [0.2, 0.3, 0.5]
        assert found == approx(joint / joint.sum(), abs=SAME)


def test_states_are_reported_apart_by_identity():
    """1 and "1" are two states: merged, their posterior was .41 instead of .90."""
    ours = Discrete(network(TabularCPD("n", 3, [[0.2], [0.3], [0.5]])))
    assert ours.posteriors(ours.query({"n": 2}))["n"][:, 0] == approx([0, 0, 1])
    with pytest.raises(ValueError, match="n: Unknown state \"'2'\""):
        ours.query({"n": "2"})
    kinds = [1, "1", "one"]
    model = network(
        put("a", kinds, [[0.1], [0.6], [0.3]]),
        put("b", ["no", "yes"], [[0.1, 0.9, 0.5], [0.9, 0.1, 0.5]], ["a"], a=kinds),
    )
    ours = Discrete(model)
    for place, state in enumerate(kinds):
        found = ours.posteriors(ours.query({"a": state}))
        assert found["a"][:, 0] == approx(np.eye(3)[place])
        assert found["b"][1, 0] == approx([0.9, 0.1, 0.5][place])


@pytest.mark.parametrize(
    "column", [[[0.5], [0.49]], [[0.5], [0.6]], [[1.5], [-0.5]], [[np.nan], [0.5]]]
)
def test_a_column_that_is_no_distribution_is_refused(column):
    """One that adds up to .99 bent its parent's prior to .4975."""

    class Cpd:
        variable, variables, state_names = "x", ["x"], {"x": ["no", "yes"]}
        values = np.array(column)[:, 0]

    class Model:
        def get_cpds(self):
            return [Cpd()]

    with pytest.raises(ValueError, match=r"^x: found a column that adds up to .*adds up to 1"):
        Discrete(Model())


@pytest.mark.parametrize("wrong", [[1, -1], [np.nan, 1], [1, np.inf], [0, 0], [1, 1, 1]])
def test_what_is_no_likelihood_is_refused(wrong):
    ours = Discrete(circuit_of_gates())
    with pytest.raises(ValueError, match=r"^x: found (likelihoods|a likelihood of 0)"):
        ours.query({}, {"x": wrong})


def logic(rule, first, second):
    return [
        [float(not rule(a, b)) for a, b in product(first, second)],
        [float(rule(a, b)) for a, b in product(first, second)],
    ]


def circuit_of_gates():
    """Fair x, y, loaded z; and = x AND y, or = and OR z, an isolated node; all deterministic."""
    bits, both = [0, 1], {"x": "01", "y": "01", "z": "01", "and": "01", "or": "01"}
    return network(
        put("x", "01", [[0.5], [0.5]]),
        put("y", "01", [[0.5], [0.5]]),
        put("z", "01", [[0.75], [0.25]]),
        put("and", "01", logic(lambda a, b: a and b, bits, bits), ["x", "y"], **both),
        put("or", "01", logic(lambda a, b: a or b, bits, bits), ["and", "z"], **both),
        put("alone", ["never", "sometimes", "always"], [[0.0], [0.25], [0.75]]),
        put("single", ["only"], [[1.0]]),
    )


def test_deterministic_tables_zeros_isolated_nodes_and_single_states():
    model = circuit_of_gates()
    states = published.states_of(model)
    hard = [
        dict(zip(("x", "or", "alone"), states_found))
        for states_found in product("01", "01", states["alone"])
    ]
    sets = [
        {"hard": states_found, "likelihood": {"z": {"0": 0.5, "1": 2.0}}, "do": {}}
        for states_found in hard
    ]
    assert check(model, [*sets, {"hard": {}, "likelihood": {}, "do": {}}]) == 9


def test_deterministic_tables_cost_nothing():
    ours = Discrete(circuit_of_gates())
    gates = [row for name in ("and", "or") for row in ours.families[name].rows.ravel()]
    assert max(gates) < 3, "entries of 0 and 1 are rows of the constants"


def test_findings_that_exclude_each_other_have_probability_zero_and_no_posterior():
    ours = Discrete(circuit_of_gates())
    for impossible in (
        {"x": "0", "and": "1"},
        {"alone": "never"},
        {"and": "1", "or": "0", "z": "0"},
    ):
        question = ours.query(impossible)
        assert ours.probability(question).tolist() == [0.0]
        assert all(np.isnan(found).all() for found in ours.posteriors(question).values())


def test_a_finding_entered_twice_multiplies():
    ours = Discrete(circuit_of_gates())
    twice = ours.query({"x": "1"}, {"x": [0.2, 0.4]})
    assert ours.probability(twice) == approx([0.5 * 0.4])
    assert ours.probability(ours.query({}, {"z": np.array([[0.5, 1], [1, 0.5]])})) == approx(
        [0.625, 0.875]
    )


def test_what_does_not_exist_is_refused_with_the_nearest_match():
    ours = Discrete(circuit_of_gates())
    with pytest.raises(ValueError, match=r"Unknown node 'alon'\. Did you mean 'alone'\?"):
        ours.query({"alon": "never"})
    with pytest.raises(ValueError, match="Unknown node 'zz'"):
        ours.query({}, {"zz": [1, 1]})
    with pytest.raises(ValueError, match=r"alone: Unknown state .*alway.* Did you mean .*always"):
        ours.query({"alone": "alway"})
    with pytest.raises(ValueError, match="Unknown node"):
        ours.posteriors(ours.query({}), ["x", "q"])
    with pytest.raises(ValueError, match="give 3 finite numbers"):
        ours.query({}, {"alone": [1, 1]})
