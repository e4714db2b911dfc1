"""A runner's case: unknown variables, order of entry, interventions, and messages to mistakes."""

import math
import re
from dataclasses import replace
from itertools import combinations

import networks
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from networks import spec_of
from pytest import approx
from shared import loaded

import oracle
from lumbayes import ImpossibleFindings, example, load
from lumbayes.priors.priors import Priors

BASE = loaded()
VARIABLES = BASE.variables
SPEC = spec_of(BASE.network)
NODES = [v.name for v in BASE.network.nodes]
IN_FAMILIES = [name for name in NODES if name in SPEC["families"]]  # all but described traits
FACTORS = [v.name for v in VARIABLES.factors]
CAUSES = [v.name for v in VARIABLES.causes]
READINGS = [v.name for v in VARIABLES.measurements]
PAIN = VARIABLES.outcome.name
WAYS = {cause: set(oracle.between(SPEC, cause, [PAIN])) for cause in CAUSES}
ASKED = [PAIN, "muscle_strain", "over_pronation", "hills", "severity"]
EXACT, ROUNDING = 1e-9, 1e-12
some_cases = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])


def say(said, case=BASE):
    return case.given(**said["given"]).likelihood(**said["likelihood"]).do(**said["do"])


def possible(data, **wishes):
    """What a runner may have said, and the case, whose findings do not exclude each other."""
    said = data.draw(networks.runners(BASE.network, **wishes))
    assume(say(said).probability > 0)
    return said, say(said)


def posteriors(case, names=ASKED):
    return np.concatenate([case.posterior(name).to_numpy() for name in names])


@some_cases
@given(data=st.data())
def test_unknown_is_left_out_and_weighs_what_the_others_say(data):
    """Forgetting removes the finding, and an unknown answer is the average over its answers."""
    said, case = possible(data)
    name = data.draw(
        st.sampled_from([n for n in NODES if not any(n in part for part in said.values())])
    )
    shares = {state: share for state, share in case.posterior(name).items() if share > ROUNDING}
    average = sum(
        share * posteriors(case.given(**{name: state})) for state, share in shares.items()
    )
    state = data.draw(st.sampled_from(VARIABLES[name].states))
    assert posteriors(case) == approx(average, rel=0, abs=EXACT)
    assert np.array_equal(
        posteriors(case.given(**{name: state}).retract(name)), posteriors(case.given())
    )
    assert np.array_equal(posteriors(case.retract(*VARIABLES)), posteriors(BASE))


@some_cases
@given(data=st.data())
def test_order_is_irrelevant_and_equal_input_gives_equal_output_to_the_bit(data):
    said, case = possible(data)
    again = {
        part: dict(data.draw(st.permutations(list(found.items())))) for part, found in said.items()
    }
    shuffled = BASE
    for call, name, value in data.draw(
        st.permutations([(c, n, v) for c in again for n, v in again[c].items()])
    ):
        shuffled = getattr(shuffled, call)(**{name: value})
    assert posteriors(shuffled) == approx(posteriors(case), rel=0, abs=ROUNDING)
    assert shuffled.probability == approx(case.probability, rel=EXACT)
    anew = say(said, load())
    assert (
        np.array_equal(posteriors(anew), posteriors(case)) and anew.probability == case.probability
    )


@some_cases
@given(data=st.data(), ratio=st.floats(1 / 50, 50))
def test_a_likelihood_of_one_changes_nothing_and_likelihoods_multiply(data, ratio):
    said, case = possible(data)
    name = data.draw(
        st.sampled_from([n for n in NODES if len(VARIABLES[n].states) == 2 and n not in said["do"]])
    )
    assert np.array_equal(posteriors(case.likelihood(**{name: 1})), posteriors(case))
    once, squared = {name: {"yes": ratio}}, {name: {"yes": ratio * ratio}}
    twice, once_squared = (
        case.likelihood(**once).likelihood(**once),
        case.likelihood(**squared),
    )
    assert posteriors(twice) == approx(posteriors(once_squared), rel=0, abs=EXACT)
    before, after = case.posterior(name), case.likelihood(**once).posterior(name)
    assert after["yes"] * before["no"] == approx(
        ratio * before["yes"] * after["no"], rel=0, abs=EXACT
    )


def test_three_to_one_twice_is_nine_to_one():
    twice = BASE.likelihood(weak_core=3).likelihood(weak_core=3).posterior("weak_core")
    assert twice.equals(BASE.likelihood(weak_core=9).posterior("weak_core"))
    odds = BASE.posterior("weak_core")
    assert twice["yes"] / twice["no"] == approx(9 * odds["yes"] / odds["no"])


@some_cases
@given(data=st.data())
def test_doing_leaves_the_ancestors_alone(data):
    """Evidence on what does not follow from x is independent of do(x): only effects change."""
    x = data.draw(st.sampled_from([n for n in IN_FAMILIES if oracle.before(SPEC, n, None)]))
    others = [n for n in IN_FAMILIES if x not in oracle.upstream(SPEC, [n], None)]
    _, case = possible(data, among=others)
    causes = data.draw(networks.some(oracle.upstream(SPEC, [x], None)[:-1], least=1, most=3))
    for state in VARIABLES[x].states:
        done = case.do(**{x: state})
        assert posteriors(done, causes) == approx(posteriors(case, causes), rel=0, abs=EXACT)
        assert done.posterior(x)[state] == 1 and done.probability == approx(case.probability)


def apart(one, other):
    """Two causes share only the pain: neither lies on the other's path, and paths meet there."""
    return WAYS[one] & WAYS[other] == {PAIN} and not {one, other} & (WAYS[one] | WAYS[other])


APART = [pair for pair in combinations(CAUSES, 2) if apart(*pair)]


@some_cases
@given(data=st.data())
def test_with_the_pain_known_one_cause_explains_another_away(data):
    """Of causes that share only the pain, confirming one never raises the other.

    No trait is known, for a trait is evidence on several mechanisms; other evidence is free.
    """
    assert {("hills", "leg_length_difference"), ("muscle_strain", "unexplained")} < set(APART)
    one, other = data.draw(st.permutations(data.draw(st.sampled_from(APART))))
    free = [n for n in [*CAUSES, *READINGS] if n not in (one, other)]
    _, case = possible(data, kinds=["given", "likelihood"], among=free)
    hurt = case.given(**{PAIN: "yes"})
    assert (
        hurt.given(**{one: "yes"}).posterior(other)["yes"]
        <= hurt.posterior(other)["yes"] + ROUNDING
    )
    assert (
        hurt.given(**{one: "no"}).posterior(other)["yes"] >= hurt.posterior(other)["yes"] - ROUNDING
    )
    fine = case.given(**{PAIN: "no"})
    assert fine.given(**{one: "yes"}).posterior(other)["yes"] == approx(
        fine.posterior(other)["yes"], rel=0, abs=EXACT
    )


@some_cases
@given(data=st.data())
def test_without_the_pain_factors_with_no_common_parent_stay_independent(data):
    """If only factors and tests of them are evidence; neither factor is the other's parent."""
    one, other = data.draw(st.lists(st.sampled_from(FACTORS), min_size=2, max_size=2, unique=True))
    assume(not set(oracle.upstream(SPEC, [one], None)) & set(oracle.upstream(SPEC, [other], None)))
    _, case = possible(data, among=[n for n in [*FACTORS, *READINGS] if n != one])
    for state in ("no", "yes"):
        message = case.given(**{one: state})
        assert message.posterior(other)["yes"] == approx(
            case.posterior(other)["yes"], rel=0, abs=EXACT
        )


def test_claims_off_the_subject_have_no_path_to_any_node():
    priors = BASE.priors
    off = {claim.id for claim in priors.claims if claim.kind == "off-topic"}
    assert off and not [
        key for key, prior in priors.items() if off & {claim.id for claim in prior.claims}
    ]
    kept = Priors(
        VARIABLES,
        tuple(c for c in priors.claims if c.id not in off),
        priors.words,
        level=priors.level,
    )
    assert {key: replace(prior, claims=()) for key, prior in kept.items()} == {
        key: replace(prior, claims=()) for key, prior in priors.items()
    }


def test_a_case_is_a_value():
    case = BASE.given(hills="yes")
    assert dict(BASE.findings) == {} and dict(case.findings) == {"hills": "yes"}
    assert case.given(hills="yes").findings == case.findings
    assert case.retract("hills").given(hills="no").findings == {"hills": "no"}
    assert case.without_evidence().labels() == [] and case.labels() == ["hills=yes"]
    assert BASE.probability == approx(1) and posteriors(BASE.given(**example().findings)).min() >= 0


NAN, INFINITE = math.nan, math.inf
UNKNOWN_NAME = r"Unknown variable 'hils'.*Did you mean 'hills'.*Allowed: .*weak_core"
NUMBER = "plank_seconds is a number.*ask for 'weak_core'"
MISTAKES = [
    *[(call, {"hils": "yes"}, UNKNOWN_NAME) for call in ("given", "likelihood", "do")],
    *[
        (call, {"hills": "yess"}, "hills.*'yess'.*Did you mean 'yes'.*Allowed: no, yes")
        for call in ("given", "do")
    ],
    (
        "given",
        {"onset": "cool down"},
        "onset.*'cool down'.*Did you mean 'cool_down'.*Allowed: .*next_day",
    ),
    (
        "given",
        {"wet_footprint": "solids"},
        "wet_footprint.*'solids'.*Did you mean 'solid'.*Allowed: .*normal",
    ),
    *[("given", {"hills": x}, f"hills.*'{x}'.*Allowed: no, yes") for x in (None, NAN, True, 1)],
    *[("given", {"hills": x}, "eave it out if it is not known") for x in (None, NAN)],
    *[
        ("given", {"plank_seconds": x}, f"{x}.*from 1 to 600 s.*leave it out")
        for x in (NAN, None, True, "60")
    ],
    *[
        ("given", {"plank_seconds": x}, f"plank_seconds={x}.*from 1 to 600 s")
        for x in (0, -1, 601, INFINITE)
    ],
    *[
        ("likelihood", {"hills": x}, f"hills.*likelihood ratio of {x}.*above 0")
        for x in (0, -1, INFINITE, NAN, None, True)
    ],
    ("likelihood", {"onset": 3}, "onset has 4 states.*none, during, cool_down, next_day"),
    ("likelihood", {"onset": {"cooldown": 3}}, "onset.*'cooldown'.*Did you mean 'cool_down'"),
    ("likelihood", {"plank_seconds": 3}, NUMBER),
    ("do", {"plank_seconds": "yes"}, NUMBER),
]


@pytest.mark.parametrize(
    ("call", "said", "message"), MISTAKES, ids=[f"{c} {s}" for c, s, _ in MISTAKES]
)
def test_a_mistake_is_reported_in_a_sentence(call, said, message):
    with pytest.raises(ValueError, match=message) as raised:
        getattr(BASE, call)(**said)
    assert not isinstance(raised.value, ImpossibleFindings)


def test_a_contradiction_and_a_node_that_is_none_are_reported():
    with pytest.raises(
        ValueError, match=r"hills was given as 'yes' and now as 'no'.*retract\('hills'\)"
    ):
        BASE.given(hills="yes").given(hills="no")
    with pytest.raises(ValueError, match=r"plank_seconds was given as 60.0 and now as 61.0"):
        BASE.given(plank_seconds=60).given(plank_seconds=61)
    with pytest.raises(ValueError, match=NUMBER):
        BASE.posterior("plank_seconds")
    for call in (BASE.posterior, BASE.retract):
        with pytest.raises(ValueError, match=r"'weakcore'.*Did you mean 'weak_core'"):
            call("weakcore")


ENTERED = BASE.given(back_pain="yes", plank_seconds=22).likelihood(flat_feet=3).do(worn_shoes="no")


def test_all_posteriors_are_the_posterior_of_each_variable():
    table = ENTERED.posteriors()
    assert table.index.names == ["variable", "state"]
    assert table.index.unique("variable").tolist() == NODES
    for name in NODES:
        assert table[name].equals(ENTERED.posterior(name).rename(table.name).rename_axis("state"))
    assert table.name == f"P(variable = state{ENTERED.condition()})"
    assert BASE.posteriors().name == "P(variable = state)"
    with pytest.raises(ImpossibleFindings):
        BASE.given(back_pain="no", onset="during").posteriors()


def test_a_posterior_names_its_condition():
    condition = "back_pain=yes, plank_seconds=22, flat_feet likelihood 3:1, do worn_shoes=no"
    assert ENTERED.posterior("hills").name == f"P(hills | {condition})"
    assert BASE.posterior("hills").name == "P(hills)"
    with pytest.raises(ImpossibleFindings, match=r"in this model: back_pain=no, onset=during\.$"):
        BASE.given(back_pain="no", onset="during").posterior("hills")


def test_a_case_is_printed_in_two_lines():
    plain = loaded(base_rate=None)
    assert repr(plain) == "Case('thread', no claim left out)\nentered: nothing"
    divisor = f"{BASE.priors.level.divisor:.3g}"
    assert repr(BASE).startswith(f"Case('thread', base rate 0.03 (any_run), T {divisor}, ")
    assert repr(loaded("literature")).startswith("Case('literature', base rate ")
    fewer = plain.given(hills="yes").exclude_claims("A4-01").exclude_claims("A5-09")
    assert repr(fewer) == "Case('thread', without claims A4-01, A5-09)\nentered: hills=yes"
    first, second = repr(ENTERED.exclude_claims(reply=1)).split("\n")
    n_excluded = sum(claim.answer == 1 for claim in BASE.priors.claims)
    assert first.count("A1-") == 12 and first.endswith(f", {n_excluded - 12} more)")
    assert second == f"entered: {', '.join(ENTERED.labels())}"


@pytest.mark.parametrize(("n", "more"), [(12, ""), (13, ", 1 more")])
def test_up_to_twelve_claims_left_out_are_printed(n, more):
    ids = [claim.id for claim in BASE.priors.claims]
    first = repr(BASE.exclude_claims(*ids[:n])).split("\n")[0]
    assert first.endswith(f"without claims {', '.join(ids[:12])}{more})")


def test_the_question_counts_as_a_reply_that_can_be_excluded():
    claims = BASE.exclude_claims(reply=0).priors.claims
    assert claims == tuple(c for c in BASE.priors.claims if c.answer) != BASE.priors.claims


def test_the_largest_likelihood_counts_as_one():
    yes, no = BASE.posterior("weak_core")[["yes", "no"]]
    assert BASE.likelihood(weak_core=3).probability == approx(yes + no / 3)
    assert BASE.likelihood(weak_core={"no": 3}).probability == approx(yes / 3 + no)


NUMBERS = [np.float32(0.25), np.float16(0.25), np.float64(0.25), 0.25]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: type(number).__name__)
def test_a_number_of_numpy_is_the_number(number):
    """As a cell of a table is one; a quarter is the same in each."""
    said = {"flat_feet": number}
    assert BASE.believe(**said).beliefs == BASE.believe(flat_feet=0.25).beliefs
    assert BASE.likelihood(flat_feet=number * 16).likelihoods == {"flat_feet": (1, 4)}
    assert BASE.given(plank_seconds=number * 160).findings == {"plank_seconds": 40}
    with pytest.raises(ValueError, match=r"believe\(flat_feet=.*likelihood\(.*'no': 4\}"):
        BASE.likelihood(**said)


def test_a_whole_number_of_numpy_is_the_number():
    assert BASE.likelihood(flat_feet=np.int64(4)).likelihoods == {"flat_feet": (1, 4)}
    assert BASE.given(plank_seconds=np.int64(40)).findings == {"plank_seconds": 40}
    with pytest.raises(ValueError, match="above 0 and below 1"):
        BASE.believe(flat_feet=np.int64(1))


@pytest.mark.parametrize("state", ["line\nend", "x" * 61, ["x" * 56], ["x" * 57]])
def test_a_state_that_is_none_is_repeated_where_it_is_short_or_a_text(state):
    is_shown = isinstance(state, str) or len(str(state)) <= 60
    shown = repr(str(state) if is_shown else "a list")
    with pytest.raises(ValueError, match=re.escape(f"hills: Unknown state {shown}")):
        BASE.given(hills=state)


NO_RATIO = [0, -1, True, "3", None, [3], np.inf, np.nan, 10**400]


@pytest.mark.parametrize("ratio", NO_RATIO, ids=lambda ratio: str(ratio)[:9])
def test_what_is_no_ratio_is_refused(ratio):
    for said in (ratio, {"yes": ratio}):
        with pytest.raises(ValueError, match=r"flat_feet: found a likelihood ratio of .*above 0"):
            BASE.likelihood(flat_feet=said)


NO_PROBABILITY = [0, 1, -0.1, 1.1, True, "0.5", None, [0.5], np.nan, 10**400]


@pytest.mark.parametrize("share", NO_PROBABILITY, ids=lambda share: str(share)[:9])
def test_what_is_no_probability_is_refused(share):
    for said in (share, {"yes": share}):
        with pytest.raises(ValueError, match=r"flat_feet: found a probability of .*above 0 and"):
            BASE.believe(flat_feet=said)


@pytest.mark.parametrize("ratio", [0.7, 1 / 3, 0.999, np.float64(0.5)])
def test_a_ratio_that_looks_like_a_probability_is_refused_with_what_to_write(ratio):
    with pytest.raises(ValueError, match=r"believe\(weak_core=.*likelihood\(weak_core=\{'no': "):
        BASE.likelihood(weak_core=ratio)
    assert BASE.likelihood(weak_core={"yes": ratio}).likelihoods == {"weak_core": (1.0, ratio)}


def test_a_reply_without_a_claim_is_unknown():
    with pytest.raises(ValueError, match="exclude_claims: Unknown reply '0'"):
        loaded("literature").exclude_claims(reply=0)
