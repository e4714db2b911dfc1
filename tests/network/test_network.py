"""Noisy-OR and noisy-MAX tables against worked examples, gates, and pgmpy's check."""

from itertools import product

import numpy as np
import pytest

from lumbayes.data.variables import Measurement, Trait, Variable
from lumbayes.loading import read_network
from lumbayes.network.measurement import likelihood
from lumbayes.network.network import Network
from lumbayes.network.noisy_or import by_default, noisy_max
from lumbayes.network.pgmpy_bridge import check
from lumbayes.priors import Opinion, Prior, net

NETWORK = read_network(traits=False)
DESCRIBED = read_network()  # with the traits that follow the cause at work
PRIORS = NETWORK.priors
NODES = {v.name: v for v in NETWORK.nodes}
TRAITS = [v.name for v in NETWORK.variables.traits]
each_node = pytest.mark.parametrize("name", NODES)


@pytest.fixture(scope="module")
def model():
    return NETWORK.to_pgmpy()


def prior(states, *shares):
    return Prior("x", states, shares, "judgement", "for the test")


NO_YES = ("no", "yes")
PAIN = Variable(name="pain", label="Pain", parents=("a", "b"))
GRADED = Variable(name="pain", label="Pain", states=("none", "some", "much"), parents=("a", "b"))


def test_three_states_worked_out_by_hand():
    """Leak (.9, .07, .03), a (.5, .3, .2), b (.6, .1, .3); checked by simulation."""
    shares = {
        "pain": (0.9, 0.07, 0.03),
        ("a", "pain"): (0.5, 0.3, 0.2),
        ("b", "pain"): (0.6, 0.1, 0.3),
    }
    priors = {key: prior(GRADED.states, *values) for key, values in shares.items()}
    assert noisy_max(priors, GRADED, ["a", "b"]) == pytest.approx(
        (0.2700, 0.2732, 0.4568), abs=5e-5
    )
    assert noisy_max(priors, GRADED, ["a"]) == pytest.approx((0.450, 0.326, 0.224), abs=5e-4)
    assert noisy_max(priors, GRADED, []) == pytest.approx((0.9, 0.07, 0.03))


@pytest.mark.parametrize(("leak", "both"), [(0.0, 0.6850), (0.1, 0.6111)])
def test_two_states_worked_out_by_hand(leak, both):
    """Leak .1, numbers .3 and .5: net they give .6850 together, compound .6111."""
    links = {
        (p, "pain"): net(Opinion(number, 0.01), leak).mean for p, number in (("a", 0.3), ("b", 0.5))
    }
    priors = {key: prior(NO_YES, 1 - p, p) for key, p in links.items()} | {
        "pain": prior(NO_YES, 0.9, 0.1)
    }
    assert noisy_max(priors, PAIN, ["a", "b"])[1] == pytest.approx(both, abs=5e-5)


def test_a_trait_by_default_worked_out_by_hand():
    """Link a (.5, .3, .2) leaves half to the leak (.25, .75): .3 + .5 · .25, .2 + .5 · .75."""
    priors = {
        "pain": prior(("some", "much"), 0.25, 0.75),
        ("a", "pain"): prior(GRADED.states, 0.5, 0.3, 0.2),
    }
    assert by_default(priors, GRADED, []) == pytest.approx((0, 0.25, 0.75))
    assert by_default(priors, GRADED, ["a"]) == pytest.approx((0, 0.425, 0.575))


@each_node
def test_a_table_is_a_probability_for_every_state_of_its_parents(name):
    table = NETWORK.table(name)
    assert table.shape == tuple(len(NODES[n].states) for n in (name, *NETWORK.parents(name)))
    assert np.abs(table.sum(axis=0) - 1).max() < 1e-12 and table.min() >= 0


@each_node
def test_a_table_is_the_formula_spelled_out(name):
    """P(v ≤ level) is the product over active parents, by column (Díez & Druzdzel 2006).

    For a trait of a present pain the leak counts only where no link fires.
    """
    v, table = NODES[name], NETWORK.table(name)
    if isinstance(v, Measurement):
        assert np.allclose(
            table.T, [PRIORS[f"{v.reads}={s}", name].shares for s in NODES[v.reads].states]
        )
        return
    leak, trait = dict(zip(PRIORS[name].states, PRIORS[name].shares)), isinstance(v, Trait)
    for column in product(range(2), repeat=len(v.parents)):
        pushes = [
            dict(zip(v.order, PRIORS[p, name].shares)) for p, on in zip(v.parents, column) if on
        ]
        pushes += [] if trait else [leak]
        upto = [
            np.prod([sum(c[s] for s in v.order[: k + 1]) for c in pushes])
            for k in range(len(v.order))
        ]
        share_of = dict(zip(v.order, np.diff(upto, prepend=0)))
        if trait:
            share_of = {
                state: (0 if state == "none" else share_of[state] + upto[0] * leak[state])
                for state in v.order
            }
        at = column + ((1,) if trait else ())
        assert table[(slice(None), *at)] == pytest.approx(
            [share_of[s] for s in v.states], abs=1e-12
        )


@pytest.mark.parametrize("name", TRAITS)
def test_without_the_pain_there_is_no_trait(name):
    """The last parent of a trait is the pain: absent, the trait is 'none'; present, never."""
    table = NETWORK.table(name)
    assert NETWORK.parents(name)[-1] == "back_pain" and NODES[name].states[0] == "none"
    assert (table[0, ..., 0] == 1).all() and (table[1:, ..., 0] == 0).all()
    assert (table[0, ..., 1] == 0).all()


@pytest.mark.parametrize("name", ["over_pronation", "muscle_strain", "back_pain"])
def test_every_cause_raises_its_effect_whatever_else_is_there(name):
    yes = NETWORK.table(name)[1]
    assert all((np.diff(yes, axis=i) > 0).all() for i in range(yes.ndim))
    assert yes.min() > 0 and yes.max() < 1


def test_what_no_one_named_has_real_mass():
    """Published prevalence lies between 4.5% and 22.6%; the unnamed cause stands for it."""
    share = PRIORS["unexplained"]
    assert 0.045 < share.interval()[0] < share.mean < share.interval()[1] < 0.25
    assert PRIORS["unexplained", "back_pain"].mean > 0.9


def test_numbers_read_off_a_device_are_evidence_and_not_nodes():
    numeric = {v.name for v in NETWORK.variables.measurements if v.numeric}
    pictures = {v.name for v in NETWORK.variables.measurements} - numeric
    assert numeric and pictures <= set(NODES) and not numeric & set(NODES)
    assert set(NODES) | numeric == set(NETWORK.variables)


def test_what_is_off_the_subject_has_no_node():
    assert not [
        name
        for name in NODES
        if any(word in name for word in ("walk", "calor", "chiro", "advil", "surg"))
    ]


def test_pgmpy_agrees_and_is_content(model):
    assert model.check_model()
    assert set(model.nodes()) == set(NODES)
    assert set(model.edges()) == {(p, name) for name in NODES for p in NETWORK.parents(name)}
    check(model)


@each_node
def test_pgmpy_has_the_same_table_with_the_same_names(model, name):
    cpd = model.get_cpds(name)
    assert cpd.variables == [name, *NETWORK.parents(name)]
    assert cpd.state_names == {n: list(NODES[n].states) for n in cpd.variables}
    assert np.abs(cpd.values - NETWORK.table(name)).max() < 1e-12


def test_a_table_that_is_off_by_little_is_found_out(model):
    """pgmpy itself lets a column be off by a hundredth; here a millionth is too much."""
    spoilt = model.copy()
    spoilt.get_cpds("hills").values[0] += 1e-6
    assert spoilt.check_model()
    with pytest.raises(ValueError, match="'hills' is not a probability: a column is off by 1"):
        check(spoilt)


def test_a_negative_share_is_found_out(model):
    spoilt = model.copy()
    spoilt.get_cpds("hills").values[:] = [1.1, -0.1]
    with pytest.raises(ValueError):
        check(spoilt)


@each_node
def test_a_labelled_table_is_the_table(name):
    """Each cell is found by the names of its states, whatever the order of the axes."""
    table, labelled = NETWORK.table(name), NETWORK.cpt(name)
    parents = NETWORK.parents(name)
    assert labelled.index.tolist() == list(NODES[name].states) and labelled.index.name == name
    if not parents:
        assert labelled[""].tolist() == table.tolist()
        return
    assert labelled.columns.names == list(parents)
    for at in product(*(range(len(NODES[p].states)) for p in parents)):
        column = tuple(NODES[p].states[i] for p, i in zip(parents, at))
        assert (
            labelled[column if len(column) > 1 else column[0]].tolist()
            == table[(slice(None), *at)].tolist()
        )


def test_the_table_of_a_numeric_measurement_is_its_relative_likelihood():
    plank = NETWORK.variables["plank_seconds"]
    table = NETWORK.cpt("plank_seconds")
    assert table.index.name == "plank_seconds (s)" and table.columns.names == ["weak_core"]
    assert len(table) > 5 and table.index.is_monotonic_increasing
    for seconds, row in table.iterrows():
        assert row.tolist() == pytest.approx(likelihood(plank, seconds).tolist())
    assert table["no"].iloc[-1] > 1 > table["no"].iloc[0], "long planks are those of strong cores"


def test_the_table_of_an_unknown_variable_names_the_nearest():
    with pytest.raises(ValueError, match=r"variable 'hill'\. Did you mean 'hills'"):
        NETWORK.cpt("hill")


def test_a_network_says_in_one_line_what_it_is():
    assert repr(NETWORK) == "Network('thread': 29 variables, 28 links, 91 claims)"
    studied = read_network("literature", traits=False)
    assert repr(studied) == "Network('literature': 29 variables, 28 links, 0 claims)"
    blend = Network(PRIORS.blend(studied.priors, 0.25))
    assert repr(blend).startswith("Network('thread and 0.25 of literature'")


def test_what_is_no_cause_is_named_with_the_nearest():
    NETWORK.check_causes("hills", "muscle_strain")
    for name, nearest in (("hill", "hills"), ("onset", ""), ("plank_seconds", "")):
        with pytest.raises(ValueError, match=f"Unknown cause '{name}'.*{nearest}.*weak_core"):
            NETWORK.check_causes("hills", name)


def test_a_trait_of_the_cause_at_work_has_one_row_a_cause():
    assert DESCRIBED.parents("where") == ("dominant_cause",)
    table = DESCRIBED.cpt("where")
    causes = ["none", *DESCRIBED.variables.outcome.parents, "background"]
    assert table.columns.tolist() == causes and table.columns.name == "dominant_cause"
    assert table["none"].tolist() == [1, 0, 0, 0, 0, 0]
    disc = DESCRIBED.priors["disc_degeneration", "where"].shares
    assert table["disc_degeneration"].tolist() == [0, *disc]


def test_the_dominant_cause_spelled_out():
    """Of two causes at work each is described half the time; without any it is the background."""
    outcome = DESCRIBED.variables.outcome
    table = DESCRIBED.table("dominant_cause")
    assert DESCRIBED.parents("dominant_cause") == (*outcome.parents, outcome.name)
    assert np.abs(table.sum(axis=0) - 1).max() < 1e-12 and table.min() >= 0
    assert (table[0, ..., 0] == 1).all() and (table[0, ..., 1] == 0).all()
    nothing_there = (0,) * len(outcome.parents)
    assert table[(-1, *nothing_there, 1)] == 1
    link = [DESCRIBED.priors[p, outcome.name].mean for p in outcome.parents]
    leak = DESCRIBED.priors[outcome.name].mean
    both, first, second = (
        link[0] * link[1], link[0] * (1 - link[1]), (1 - link[0]) * link[1]
    )  # fmt: skip
    joint = [first + both / 2, second + both / 2, leak * (1 - link[0]) * (1 - link[1])]
    found = table[(slice(None), 1, 1, *nothing_there[2:], 1)]
    assert found[[1, 2, -1]] == pytest.approx(np.array(joint) / sum(joint), abs=1e-12)


def test_a_labelled_table_of_the_dominant_cause_is_its_table():
    table, outcome = DESCRIBED.cpt("dominant_cause"), DESCRIBED.variables.outcome
    assert table.index.tolist() == ["none", *outcome.parents, "background"]
    assert table.columns.names == [*outcome.parents, outcome.name]
    assert np.array_equal(table.to_numpy().ravel(), DESCRIBED.table("dominant_cause").ravel())


def test_a_pain_that_is_set_is_described_with_and_without_a_dominant_cause():
    """Nothing that comes before it is learnt from it: every cause keeps its base rate."""
    for network in (NETWORK, DESCRIBED):
        pain = {network.variables.outcome.name: "yes"}
        found = network.eliminate([], pain)
        assert found["hills"]["yes"] == pytest.approx(network.eliminate([], {})["hills"]["yes"])
        assert found["severity"]["none"] == 0


def test_pgmpy_has_the_latent_cause_too():
    model = DESCRIBED.to_pgmpy()
    assert set(model.nodes()) == {v.name for v in DESCRIBED.nodes} | {"dominant_cause"}
    check(model)
    held = DESCRIBED.to_pgmpy(["back_pain"]).get_cpds("dominant_cause").values
    assert (held[-1, ..., 1] == 1).all(), "no listed cause is at work in a pain that is set"
