"""The next question, when to stop, conflicts: published figures and single cases."""

from itertools import product
from math import log2, prod

import asia
import networks
import numpy as np
import published
import pytest
from hypothesis import HealthCheck, assume, given, settings
from pytest import approx
from shared import loaded

from lumbayes import ImpossibleFindings, conflict, contributions, example, next_question
from lumbayes.decisions import same_decision_probability
from lumbayes.decisions.value_of_information import READINGS, entropy
from lumbayes.engine.rank_probability import TIE_DECIMALS
from lumbayes.explanation.evidence_conflict import _recheck
from lumbayes.inference.known_outcome import says_outcome
from lumbayes.network.contrast import tick_rates
from lumbayes.network.measurement import typical_readings

EXACT, SIX, FEW, SAMPLES = 1e-9, 6, 8, 4000
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
base = loaded()
variables = base.variables
FACTORS = [factor.name for factor in variables.factors]
runner = base.given(**example().findings)
asked = base.given(back_pain="yes", onset="during", climb_m_per_km=25).likelihood(worn_shoes=3)
FIGHTING = dict(flat_feet="no", wet_footprint="solid", over_pronation="yes")
HELD = base.do(flat_feet="yes", hills="no").given(
    over_pronation="no", heel_wear="inner", back_pain="yes"
)
some_cases = networks.runners(base.network)


def at_work_now(case):
    """Contributions, of which those that differ by rounding alone are equal."""
    return contributions(case, draws=FEW).contribution.sort_index().round(TIE_DECIMALS)


def bits(figures):
    return float(sum(-p * log2(p) - (1 - p) * log2(1 - p) for p in figures if 0 < p < 1))


def answered(case, name, readings=READINGS):
    """Each possible answer: its case and probability; a number by readings of equal weight."""
    v = variables[name]
    number = getattr(v, "numeric", False)
    evidence = [
        case.given(**{name: a})
        for a in (typical_readings(v, readings).tolist() if number else v.states)
    ]
    weights = np.array([c.probability for c in evidence])
    return [(c, w) for c, w in zip(evidence, weights / weights.sum(), strict=True) if w > 0]


def fights(case):
    """log2 of prod P(finding) / P(findings), by single cases under the same intervention.

    What speaks of the pain counts given the pain, which counts once.
    """
    bare = base.do(**case.interventions)
    state = variables.known_outcome(
        {k: v for k, v in case.findings.items() if says_outcome(case, k)}
    )
    known = bare.given(back_pain=state) if state else bare
    alone, given = [known.probability], lambda k: known if says_outcome(case, k) else bare
    alone += [
        given(k).given(**{k: v}).probability / given(k).probability
        for k, v in case.findings.items()
    ]
    alone += [
        given(k).likelihood(**{k: dict(zip(variables[k].states, w, strict=True))}).probability
        / given(k).probability
        for k, w in case.likelihoods.items()
    ]
    return log2(prod(alone) / case.probability)


def test_asia_is_the_network_that_ships_with_pgmpy():
    theirs = published.model("asia")
    assert {cpd.variable for cpd in theirs.get_cpds()} == set(asia.TABLES)
    for ours in asia.Model().get_cpds():
        cpd = theirs.get_cpds(ours.variable)
        assert {name: tuple(states) for name, states in cpd.state_names.items()} == ours.state_names
        order = [cpd.variables.index(name) for name in ours.variables]
        np.testing.assert_allclose(np.transpose(cpd.values, order), ours.values, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "gain"),
    [("xray", 0.301746), ("smoke", 0.034277), ("bronc", 0.019890), ("asia", 0.000001)],
)
def test_expected_gains_as_published(name, gain):
    yes = asia.chance(name, dysp=1)
    now, *after = entropy(
        np.array([asia.chance("lung", dysp=1, **e) for e in ({}, {name: 1}, {name: 0})])
    )
    assert round(now, SIX) == 0.477682
    assert round(now - np.dot([yes, 1 - yes], after), SIX) == gain


@pytest.mark.parametrize(("name", "same"), [("smoke", 0.7856), ("bronc", 1)])
def test_the_chance_of_the_same_decision_as_published(name, same):
    answers = {
        state: asia.chance("lung", xray=1, dysp=1, **{name: state}) >= 1 / 2 for state in (1, 0)
    }
    yes = asia.chance(name, xray=1, dysp=1)
    assert asia.chance("lung", xray=1, dysp=1) >= 1 / 2
    assert round(yes * answers[1] + (1 - yes) * answers[0], 4) == same


@pytest.mark.parametrize(
    ("evidence", "bits", "left"),
    [
        ({"xray": 1, "dysp": 1}, -0.5556, {}),
        ({"xray": 1, "dysp": 0}, 0.6508, {"lung": -1.5468}),
        ({"smoke": 0, "xray": 1, "dysp": 0}, 0.6895, {"lung": 0.5407, "tub": -1.9187}),
    ],
)
def test_conflict_as_published(evidence, bits, left):
    """By probabilities of Discrete; conflict() takes a Case and is tested below."""
    ours = log2(
        prod(asia.joint(**{name: state}) for name, state in evidence.items())
        / asia.joint(**evidence)
    )
    assert round(ours, 4) == bits
    for cause, rest in left.items():
        assert round(ours - log2(asia.chance(cause, **evidence) / asia.chance(cause)), 4) == rest


@pytest.mark.parametrize(
    ("scenario", "factor"),
    [({"lung": 1}, 28.18), ({"asia": 0, "lung": 1}, 27.74), ({"tub": 0, "lung": 1}, 27.73)],
)
def test_what_explains_findings_best_as_published(scenario, factor):
    """The generalised Bayes factor P(e | h) / P(e | not h) of a scenario (Yuan, Lim & Lu 2011)."""
    before, both, found = (
        asia.joint(**scenario),
        asia.joint(**scenario, xray=1, dysp=1),
        asia.joint(xray=1, dysp=1),
    )
    assert round((both / before) / ((found - both) / (1 - before)), 2) == factor


def test_virtual_evidence_and_jeffreys_rule_as_published():
    likelihood = {"smoke": [0.8, 0.2]}
    assert round(asia.chance("smoke", likelihood, dysp=1), SIX) == 0.873879
    assert round(asia.chance("lung", likelihood, dysp=1), SIX) == 0.132629
    rest = asia.chance("smoke", dysp=1)
    weights = np.array([0.8 / rest, 0.2 / (1 - rest)])
    assert (weights / weights.max()).round(SIX).tolist() == [1, 0.433054]
    assert asia.chance("smoke", {"smoke": weights}, dysp=1) == approx(0.8, abs=EXACT)
    assert round(asia.chance("lung", {"smoke": weights}, dysp=1), SIX) == 0.123430


@pytest.mark.parametrize("case", [runner, asked])
@pytest.mark.parametrize(
    "name", ["weak_core", "wet_footprint", "severity", "plank_seconds", "hills"]
)
def test_each_question_by_its_answers_one_by_one(case, name):
    table, now = next_question(case), at_work_now(case)
    if name in case.findings:
        assert name not in table.index
        return
    row, evidence = table.loc[name], answered(case, name)
    after = [at_work_now(c) for c, _ in evidence]
    assert row.bits == approx(
        bits(now) - sum(p * bits(a) for a, (_, p) in zip(after, evidence, strict=True)), abs=EXACT
    )
    assert row.could_move == approx(max(abs(a[now.idxmax()] - now.max()) for a in after), abs=EXACT)
    first = now[FACTORS].idxmax()
    flips = sum(
        p for a, (_, p) in zip(after, evidence, strict=True) if a[FACTORS].idxmax() != first
    )
    assert row.could_flip == approx(flips, abs=EXACT)
    assert (row.question, row.seconds) == (variables[name].question, variables[name].seconds)


def test_whether_hilly_runs_are_worse_is_worth_what_its_two_answers_tell():
    case = base.given(back_pain="yes", hills="yes")
    row = next_question(case).loc["hills:contrast"]
    rates = tick_rates(base.variables.contrasts)
    now = contributions(case).contribution
    answers = {"worse": rates, "not worse": 1 - rates}
    evidence = {text: case.contrast(hills=text) for text in answers}
    chance = {t: c.probability * answers[t].max() / case.probability for t, c in evidence.items()}
    assert sum(chance.values()) == approx(1, abs=1e-9)
    after = {
        t: entropy(contributions(c).contribution.to_numpy()).sum() for t, c in evidence.items()
    }
    left = sum(chance[text] * after[text] for text in answers)
    assert row.bits == approx(entropy(now.to_numpy()).sum() - left, abs=1e-9)
    assert row.question == base.variables.contrasts.factors["hills"].question
    known = next_question(case.contrast(hills="worse")).index
    assert "hills:contrast" not in known and "high_mileage:contrast" in known
    assert "hills:contrast" not in next_question(base.given(back_pain="yes", hills="no")).index


def test_nine_readings_are_near_enough_to_many():
    now, evidence = bits(at_work_now(runner)), answered(runner, "plank_seconds", 99)
    slowly = now - sum(p * bits(at_work_now(c)) for c, p in evidence)
    assert next_question(runner).bits["plank_seconds"] == approx(slowly, rel=0.05)


@settings(max_examples=15, suppress_health_check=SLOW)
@given(some_cases)
def test_what_is_listed_and_that_a_test_tells_no_more_than_what_it_reads(said):
    case = base.given(**said["given"]).likelihood(**said["likelihood"]).do(**said["do"])
    assume(case.probability > 0)
    table, known = next_question(case), {*case.findings, *case.interventions, *case.likelihoods}
    tests = {test.name: test.reads for test in variables.measurements}
    certain = {
        test for test, factor in tests.items() if factor in {*case.findings, *case.interventions}
    }
    mechanisms = {mechanism.name for mechanism in variables.mechanisms}
    listed = {v.name for v in variables.values() if v.question} - mechanisms - known - certain
    entered = {**case.findings, **case.interventions}
    contrasts = {f"{n}:contrast" for n in variables.contrasts.factors if entered.get(n) != "no"}
    assert set(table.index) == listed | contrasts
    assert (table.bits >= 0).all() and table.bits.is_monotonic_decreasing
    assert table.could_flip.between(0, 1 + EXACT).all() and table.could_move.between(0, 1).all()
    for test, factor in tests.items():
        if {test, factor} <= set(table.index):
            assert table.bits[test] <= table.bits[factor] + EXACT


def test_nothing_is_left_to_ask_where_all_is_answered():
    case = loaded(traits=False)
    listed = {name: case.variables[name] for name in next_question(case).index}
    done = case.given(**{n: v.states[0] for n, v in listed.items() if not hasattr(v, "reads")})
    table = next_question(done)
    assert table.empty and [*table] == [*next_question(case)]
    assert same_decision_probability(done, samples=3) == 1


@pytest.mark.parametrize(
    "open_", [("hills", "weak_core", "tight_hamstrings"), ("weak_core", "severity"), ()]
)
def test_the_first_place_after_every_answer(open_):
    evidence = {name: "yes" if name in ("worn_shoes", "high_mileage") else "no" for name in FACTORS}
    evidence |= {trait.name: trait.states[1] for trait in variables.traits}
    evidence |= {"back_pain": "yes", "onset": "during", "severity": "mild", "duration": "hours"}
    case = base.given(**{k: v for k, v in evidence.items() if k not in open_})
    first, slowly = at_work_now(case)[FACTORS].idxmax(), 0.0
    for answers in product(*(variables[name].states for name in open_)):
        after = case.given(**dict(zip(open_, answers, strict=True)))
        if after.probability > 0:
            slowly += (
                after.probability
                / case.probability
                * (at_work_now(after)[FACTORS].idxmax() == first)
            )
    assert same_decision_probability(case, samples=SAMPLES) == approx(
        slowly, abs=4 / 2 / SAMPLES**0.5 if open_ else 0
    )
    assert (slowly == 1) == (not open_) or open_ == ("weak_core", "severity")


def test_stopping_is_drawn_from_a_fixed_seed():
    assert (
        same_decision_probability(runner)
        == same_decision_probability(runner)
        != same_decision_probability(runner, seed=1)
    )


@pytest.mark.parametrize(
    "case",
    [
        runner,
        asked,
        base.given(**FIGHTING),
        HELD,
        runner.likelihood(weak_core={"no": 5}).given(hills="no"),
        base.given(hills="yes"),
        base.given(weak_core="no", plank_seconds=22, back_pain="yes", severity="mild"),
        base.given(weak_core="no", plank_seconds=22, severity="mild", onset="next_day"),
        base.given(severity="none", duration="none", hills="yes").likelihood(onset={"during": 3}),
        base.given(severity="mild", hills="no").likelihood(back_pain=2, onset={"during": 3}),
    ],
)
def test_conflict_by_single_cases(case):
    found, names = conflict(case), [*case.findings, *case.likelihoods]
    assert found.bits == approx(fights(case), abs=EXACT)
    assert (
        found.pairs.is_monotonic_decreasing
        and len(found.pairs) == len(names) * (len(names) - 1) / 2
    )
    for pair, fight in found.pairs.items():
        kept = {part.removesuffix(" likelihood") for part in pair.split(" / ")}
        assert fight == approx(fights(case.retract(*{*names} - kept)), abs=EXACT)
    left = {name: fights(case.retract(name)) for name in names}
    best = left.get(found.recheck.removesuffix(" likelihood"), found.bits)
    assert (best == approx(min(left.values()))) if found.bits > EXACT else found.recheck == ""
    for cause in variables.causes if found.bits > 0 else ():
        if cause.name not in {*names, *case.interventions} | {
            getattr(variables[n], "reads", "") for n in names
        }:
            bare = base.do(**case.interventions).posterior(cause.name)["yes"]
            rest = found.bits - log2(case.posterior(cause.name)["yes"] / bare)
            pair = {part.removesuffix(" likelihood") for part in found.pairs.index[0].split(" / ")}
            alone = case.retract(*{*names} - pair).posterior(cause.name)["yes"]
            of_pair = found.pairs.iloc[0] - log2(alone / bare)
            assert (cause.name in found.reconciles.index) == (rest <= 0 and of_pair <= 0)
            assert found.reconciles.get(cause.name, rest) == approx(rest, abs=EXACT)


def test_answers_that_fight_and_what_reconciles_them():
    found = conflict(base.given(**FIGHTING))
    assert found.bits > 1 and found.pairs.index[0] == "flat_feet / wet_footprint"
    assert found.recheck in ("flat_feet", "wet_footprint")
    odd = conflict(base.given(back_pain="yes", muscle_strain="no", disc_degeneration="no"))
    assert (
        odd.reconciles.index.tolist() == ["unexplained"] and odd.reconciles.iloc[0] < 0 < odd.bits
    )
    fine = conflict(base.given(flat_feet="yes", wet_footprint="solid"))
    assert fine.bits < 0 and fine.reconciles.empty and fine.recheck == ""
    silent = conflict(base)
    assert silent.bits == approx(0, abs=EXACT) and silent.pairs.empty and silent.recheck == ""


@pytest.mark.parametrize(
    ("without_each", "recheck"),
    [([0.9, 0.5], "b"), ([1.2, 0.9], "b"), ([1.2, 1.0], ""), ([1.2, 1.1], "")],
)
def test_what_to_look_at_again_is_what_lowers_the_conflict_most_if_anything_does(
    without_each, recheck
):
    assert _recheck(["a", "b"], 1.0, np.array(without_each)) == recheck


@pytest.mark.parametrize("ask", [next_question, same_decision_probability, conflict])
def test_findings_that_exclude_each_other_are_reported(ask):
    with pytest.raises(ImpossibleFindings):
        ask(base.given(back_pain="no", onset="during"))


def test_a_conflict_lists_what_resolves_it_best_first_and_labels_its_variables():
    found = conflict(base.given(back_pain="yes", over_pronation="yes", flat_feet="no"))
    assert found.bits > 0
    assert found.reconciles.is_monotonic_increasing and (found.reconciles <= 0).all()
    assert found.labels == {name: v.label for name, v in variables.items()}


def test_a_described_pain_hides_no_conflict_and_no_cause_resolves_what_it_leaves():
    apart = conflict(base.given(weak_core="no", plank_seconds=22))
    for evidence in (
        {"back_pain": "yes"},
        {"severity": "mild"},
        {"back_pain": "yes", "severity": "mild", "onset": "next_day", "duration": "hours"},
    ):
        found = conflict(base.given(weak_core="no", plank_seconds=22, **evidence))
        assert found.bits == approx(apart.bits, abs=1.5) and found.pairs.iloc[0] == apart.bits
        assert "unexplained" not in found.reconciles and found.recheck == "weak_core"
    pairs = conflict(base.given(back_pain="yes", severity="mild")).pairs
    assert pairs["back_pain / severity"] == approx(0, abs=EXACT)


def test_an_intervention_alone_is_no_conflict():
    for held in (base.do(hills="yes"), base.do(hills="yes", flat_feet="no"), base):
        found = conflict(held)
        assert found.bits == 0 and found.reconciles.empty and found.pairs.empty
