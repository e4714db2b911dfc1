"""Posteriors against the oracle, pgmpy and pyAgrum: published, random and shipped."""

import engines
import networks
import pytest
from engines import enter, split_evidence
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from networks import case_of, network_of, noisy, spec_of
from pgmpy.inference import CausalInference, VariableElimination
from pytest import approx
from shared import loaded

import oracle
from lumbayes import ImpossibleFindings
from lumbayes.network.measurement import likelihood
from lumbayes.network.pgmpy_bridge import check

EXACT, SIX_DECIMALS = 1e-9, 5e-7
random_cases = networks.specs().flatmap(
    lambda spec: st.tuples(st.just(spec), networks.findings(spec))
)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def same(ours, theirs):
    """Equal at 1e-9, state by state, for every node."""
    assert set(ours) == set(theirs)
    for name, states in theirs.items():
        assert ours[name] == approx(states, rel=0, abs=EXACT), name


def same_chance(ours, theirs):
    """Equal at 1e-9; of rare findings the first seven digits as well, and 0 only where it is 0."""
    assert ours == approx(theirs, rel=0, abs=EXACT) and ours == approx(theirs, rel=1e-7, abs=0)


def of_variables(network, found):
    """What another engine says of the variables, without the latent dominant cause."""
    return {v.name: found[v.name] for v in network.nodes}


def all_posteriors(case):
    return {v.name: case.posterior(v.name).to_dict() for v in case.network.nodes}


# Factors a, b, c, a mechanism m, the pain, an effect that no pain gates; figures published, of an
# enumeration of all switches: what is known | P(known)
RUNNER = networks.WORKED_OUT
PUBLISHED = [
    ({"pain": "yes"}, 0.316775),
    ({"pain": "yes", "factor_a": "yes"}, 0.160188),
    ({"pain": "yes", "trait_t": "yes"}, 0.097649),
    ({"pain": "yes", "trait_t": "no", "factor_a": "no"}, 0.108376),
]


@pytest.mark.parametrize(("known", "chance"), PUBLISHED)
def test_three_factors_and_a_mechanism_as_published(known, chance):
    case = case_of(network_of(RUNNER)).given(**known)
    assert case.probability == approx(chance, abs=SIX_DECIMALS)
    same_chance(case.probability, oracle.probability(RUNNER, known))
    same(
        all_posteriors(case),
        {name: oracle.posterior(RUNNER, name, known) for name in RUNNER["variables"]},
    )


@settings(max_examples=200, suppress_health_check=SLOW)
@given(random_cases)
def test_random_networks_equal_three_other_ways(drawn):
    spec, found = drawn
    network = network_of(spec)
    case = enter(case_of(network), **found)
    chance = oracle.probability(spec, **found)
    same_chance(case.probability * engines.scale(found["likelihood"]), chance)
    same_chance(oracle.probability(spec_of(network), **found), chance)
    if not chance:
        with pytest.raises(ImpossibleFindings):
            case.posterior("pain")
        return
    ours = all_posteriors(case)
    same(ours, {name: oracle.posterior(spec, name, **found) for name in spec["variables"]})
    model = network.to_pgmpy(found["do"])
    same(ours, of_variables(network, engines.ask_pgmpy(model, **found)))
    by_pyagrum, theirs = engines.ask_pyagrum(engines.to_pyagrum(network, found["do"]), **found)
    same_chance(by_pyagrum, chance)
    same(ours, of_variables(network, theirs))


@pytest.fixture(scope="module")
def shipped():
    case = loaded(doses=False)  # of readings a likelihood of the factor alone; doses: test_doses.py
    model = case.network.to_pgmpy()
    check(model)
    return case, model


@settings(max_examples=30, suppress_health_check=SLOW, phases=[Phase.generate])
@given(data=st.data())
def test_the_shipped_network_equals_two_other_engines(shipped, data):
    base, model = shipped
    evidence = data.draw(networks.runners(base.network))
    found = split_evidence(base.network, **evidence)
    case = base.given(**evidence["given"]).likelihood(**evidence["likelihood"]).do(**evidence["do"])
    chance, theirs = engines.ask_pyagrum(engines.to_pyagrum(base.network, evidence["do"]), **found)
    same_chance(case.probability * engines.scale(evidence["likelihood"]), chance)
    if not chance:
        with pytest.raises(ImpossibleFindings):
            case.posterior("back_pain")
        return
    ours = all_posteriors(case)
    same(ours, of_variables(base.network, theirs))
    held = base.network.to_pgmpy(found["do"]) if "back_pain" in found["do"] else model
    same(ours, of_variables(base.network, engines.ask_pgmpy(held, **found)))


@given(data=st.data())
def test_what_a_number_says_equals_adding_up_small_steps(shipped, data):
    test = data.draw(
        st.sampled_from([v for v in shipped[0].network.variables.measurements if v.numeric])
    )
    reading = data.draw(st.floats(test.low, test.high))
    assert likelihood(test, reading) == approx(
        list(engines.speaks(test, reading).values()), rel=1e-7, abs=EXACT
    )


# Z -> X -> Y <- Z, W -> Y, Y -> S: doing X is not seeing X, and an effect of Y seen makes the
# difference show.
SURGERY = {
    "factor_z": noisy(1 / 2),
    "factor_w": noisy(1 / 2),
    "factor_x": noisy(1 / 4, factor_z=1 / 2),
    "pain": noisy(1 / 5, factor_x=1 / 2, factor_z=1 / 2, factor_w=1 / 2),
    "sign": noisy(1 / 5, pain=3 / 4),
}
SURGERY = {
    "outcome": "pain",
    "variables": dict.fromkeys(SURGERY, networks.YES_NO),
    "families": SURGERY,
}


@pytest.mark.parametrize(
    ("seen", "truth"), [({"factor_w": "yes"}, 17 / 20), ({"sign": "yes"}, 124 / 133)]
)
def test_doing_is_right_where_pgmpy_alone_is_not(seen, truth):
    network, done = network_of(SURGERY), {"factor_x": "yes"}
    assert case_of(network).given(**seen).do(**done).posterior("pain")["yes"] == approx(
        truth, abs=EXACT
    )
    model = network.to_pgmpy()
    cut = VariableElimination(model.do(list(done))).query(
        ["pain"], evidence={**seen, **done}, show_progress=False
    )
    assert cut.get_value(pain="yes") == approx(truth, abs=EXACT)
    alone = CausalInference(model).query(["pain"], do=done, evidence=seen, show_progress=False)
    assert abs(alone.get_value(pain="yes") - truth) > 1 / 100, (
        "pgmpy has mended its do(): say so in the README"
    )


def test_parts_that_nothing_connects():
    families = {f"factor_{i}": noisy(1 / (2 + i)) for i in range(4)} | {
        "pain": noisy(1 / 10, factor_0=1 / 2)
    }
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(families, networks.YES_NO),
        "families": families,
    }
    for known in ({}, {"pain": "yes"}, {"factor_1": "yes", "pain": "no"}):
        ours = all_posteriors(case_of(network_of(spec)).given(**known))
        same(ours, {name: oracle.posterior(spec, name, known) for name in families})


def test_a_trait_that_nothing_but_its_gate_touches():
    trait = {"parents": [], "gate": "pain", "order": ["none", "late", "early"], "links": {}}
    families = {"factor": noisy(1 / 2), "pain": noisy(1 / 10, factor=1 / 2)}
    families["trait"] = trait | {"leak": {"none": 0.0, "early": 1 / 4, "late": 3 / 4}}
    states = {
        "factor": networks.YES_NO,
        "pain": networks.YES_NO,
        "trait": ["none", "early", "late"],
    }
    spec = {"outcome": "pain", "variables": states, "families": families}
    for known in ({}, {"pain": "yes"}, {"trait": "late"}):
        ours = all_posteriors(case_of(network_of(spec)).given(**known))
        same(ours, {name: oracle.posterior(spec, name, known) for name in states})


@pytest.mark.parametrize(
    "findings",
    [
        {"back_pain": "no", "onset": "during"},
        {"back_pain": "yes", "severity": "none"},
        {"onset": "none", "duration": "days"},
    ],
)
def test_impossible_findings_have_probability_zero_and_no_posterior(shipped, findings):
    for case in (
        shipped[0].given(**findings),
        shipped[0].given(**findings, hills="yes").likelihood(worn_shoes=3),
    ):
        assert case.probability == 0.0
        with pytest.raises(ImpossibleFindings, match="exclude each other"):
            case.posterior("muscle_strain")


def test_what_is_done_cannot_be_found_otherwise(shipped):
    case = shipped[0].do(hills="no").given(hills="yes")
    assert case.probability == 0.0
    with pytest.raises(ImpossibleFindings, match="do hills=no"):
        case.posterior("back_pain")
