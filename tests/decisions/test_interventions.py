"""The next run equals enumeration of both slices, on random and shipped networks."""

from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import engines
import networks
import numpy as np
import pyagrum as gum
import pytest
from diaries import CERTAIN, certain
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pytest import approx
from shared import loaded
from two_slices import NEXT, by_enumeration

from lumbayes import ImpossibleFindings, example, load, next_run
from lumbayes.data.variables import Factor, Mechanism, Outcome
from lumbayes.decisions import what_if, what_if_together
from lumbayes.inference.forecast_level import at_forecast_level, forecast_rate
from lumbayes.network.network import Network
from lumbayes.priors.level import fires_in_a_run

EXACT, FEW = 1e-9, 64
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
UNCERTAIN = loaded(base_rate=0.1, doses=False)  # for doses see inference/test_doses.py
base = certain(UNCERTAIN)  # where parameters are known, figures at their means are exact
network = base.network
variables = network.variables
FACTORS = [factor.name for factor in variables.factors]
CHANGEABLE = [factor.name for factor in variables.factors if factor.changeable]
AFRESH = {
    v.name
    for v in variables.values()
    if isinstance(v, Outcome) or (isinstance(v, Mechanism) and not v.still)
}
runner = base.given(**example().findings)
asker = UNCERTAIN.given(**example().findings)
KNOWN = {
    "nobody": base,
    "the thread's own runner": runner,
    "hilly": runner.given(hills="yes").likelihood(weak_core=3),
    "measured": base.given(back_pain="yes", plank_seconds=30, wet_footprint="solid"),
    "held": runner.do(hills="no"),
    "spared": base.given(back_pain="no"),
}
HELD = sorted({*FACTORS, *AFRESH} - {"back_pain"})
SINGLE = [{name: state} for name in HELD for state in ("no", "yes")]


def pain(case, **changes):
    return next_run(case, **changes)["yes"]


@st.composite
def runs(draw):
    """A network, findings of the run that was told about, and a few changes of the next."""
    spec = draw(networks.specs())
    names = [name for name in spec["variables"] if name.split("_")[0] in ("factor", "mechanism")]
    changed = draw(networks.some(names))
    return (
        spec,
        draw(networks.findings(spec)),
        {name: draw(st.sampled_from(networks.YES_NO)) for name in changed},
    )


@settings(max_examples=40, suppress_health_check=SLOW)
@given(runs())
def test_random_networks_equal_the_enumeration_of_both_slices(run):
    spec, found, changes = run
    case = engines.enter(networks.case_of(networks.network_of(spec, CERTAIN)), **found)
    assume(case.probability > 0)
    assert next_run(case, **changes).to_dict() == approx(
        by_enumeration(spec, found, changes), abs=EXACT
    )


def follows(v, factor):
    """P(v next | v, factor, factor next) for a child v of the factor, in pyAgrum's shape."""
    push, leak = network.priors[factor, v.name].mean, network.priors[v.name].mean
    table = np.zeros((2, 2, 2, 2))
    for now, then, spared, pushed in product((0, 1), repeat=4):
        chance = (leak if spared else 1 - leak) * (push if pushed else 1 - push)
        table[then, now, spared | (pushed & now), spared | (pushed & then)] += chance
    return table / table.sum(axis=-1, keepdims=True)


def both_runs(case, changes):
    """The shipped network's two slices in pyAgrum, whatever is held already held."""
    bn = gum.BayesNet()
    engines.add_tables(bn, network, network.nodes, case.interventions)
    held = {**{k: v for k, v in case.interventions.items() if k in AFRESH}, **changes}
    follow = [
        v
        for v in variables.factors
        if {*v.parents} & set(changes) and v.name not in {*case.interventions, *changes}
    ]
    again = [v for v in network.nodes if v.name in AFRESH | set(changes)]
    names = {v.name for v in [*again, *follow]}
    for name in names:
        bn.add(gum.LabelizedVariable(name + NEXT, name + NEXT, list(variables[name].states)))
    for v in again:
        for parent in () if v.name in held else network.parents(v.name):
            bn.addArc(parent + NEXT if parent in names else parent, v.name + NEXT)
        state = np.array([float(s == held.get(v.name)) for s in v.states])
        bn.cpt(v.name + NEXT)[:] = np.ascontiguousarray(
            state if v.name in held else network.table(v.name).T
        )
    for v in follow:
        for parent in (v.name, *v.parents, *(parent + NEXT for parent in v.parents)):
            bn.addArc(parent, v.name + NEXT)
        bn.cpt(v.name + NEXT)[:] = follows(v, *v.parents)
    return bn


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"hills": "no"},
        {"weak_core": "no", "hills": "yes", "flat_feet": "no"},
        {"muscle_strain": "no"},
        {"pelvic_imbalance": "yes"},
        {"flat_feet": "yes", "muscle_strain": "yes"},
    ],
    ids=str,
)
@pytest.mark.parametrize("case", KNOWN.values(), ids=KNOWN)
def test_the_shipped_network_equals_pyagrum(case, changes):
    likelihoods = {
        k: dict(zip(variables[k].states, w, strict=True)) for k, w in case.likelihoods.items()
    }
    found = engines.split_evidence(network, case.findings, likelihoods, {})
    _, theirs = engines.ask_pyagrum(
        both_runs(case, changes), **{**found, "do": {}}, names=["back_pain" + NEXT]
    )
    assert next_run(case, **changes).to_dict() == approx(theirs["back_pain" + NEXT], abs=EXACT)


@pytest.mark.parametrize("changes", [{}, *SINGLE, {"hills": "no", "weak_core": "no"}], ids=str)
def test_while_nothing_is_known_it_is_surgery(changes):
    table = next_run(base, **changes)
    assert table.to_dict() == approx(base.do(**changes).posterior("back_pain").to_dict(), abs=EXACT)
    assert table.index.name == "back_pain" and all(
        f"{k}={v}" in table.name for k, v in changes.items()
    )


def test_what_hangs_on_a_changed_factor_follows_it_and_nothing_else_moves():
    known = runner.given(flat_feet="yes", over_pronation="yes")
    assert pain(known, flat_feet="yes") == approx(pain(known), abs=EXACT), (
        "what is so already changes nothing"
    )
    assert pain(known, over_pronation="no") < pain(known, flat_feet="no") < pain(known), (
        "some roll in by themselves"
    )
    assert pain(known, flat_feet="no", over_pronation="yes") == approx(pain(known), abs=EXACT), (
        "held against it"
    )


@pytest.mark.parametrize("state", ["yes", "no"])
def test_a_mechanism_that_is_held_cannot_be_pushed(state):
    alone, other = pain(runner, muscle_strain="no"), pain(runner, hills=state, muscle_strain="no")
    assert pain(runner, muscle_strain="no", hills=state) == approx(alone, abs=EXACT) == other
    held = runner.do(muscle_strain="no")
    assert pain(held, hills=state) == approx(pain(held), abs=EXACT)


def test_the_pain_that_was_felt_teaches_and_is_not_carried_over():
    assert 0 < pain(runner) < 1
    assert pain(base.given(back_pain="no")) < pain(base) < pain(base.given(back_pain="yes"))
    assert runner.do(hills="no").posterior("back_pain")["yes"] == 1, (
        "surgery alone would give the pain back"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"onset": "during"}, "onset: only factors and mechanisms"),
        ({"plank_seconds": 90}, "plank_seconds: only"),
        ({"back_pain": "no"}, "back_pain: only"),
        ({"wet_footprint": "low"}, "wet_footprint: only"),
        ({"hill": "no"}, "Did you mean 'hills'"),
        ({"hills": "flat"}, "hills: Unknown state 'flat'"),
    ],
)
def test_what_no_one_can_change(changes, words):
    for ask in (lambda: next_run(runner, **changes), lambda: what_if_together(runner, changes)):
        with pytest.raises(ValueError, match=words):
            ask()


@pytest.mark.parametrize("ask", [next_run, what_if, lambda case: what_if_together(case, {})])
def test_findings_that_exclude_each_other_are_reported(ask):
    with pytest.raises(ImpossibleFindings):
        ask(base.given(back_pain="no", onset="during"))


@pytest.mark.parametrize("case", KNOWN.values(), ids=KNOWN)
def test_what_could_be_changed_by_how_much_it_would_change(case):
    table = what_if(case, draws=FEW)
    absent = {name for name, state in case.findings.items() if state == "no"}
    assert set(table.index) == set(CHANGEABLE) - absent - set(case.interventions)
    assert table.change.is_monotonic_increasing
    for name, row in table.iterrows():
        assert variables[name].changeable and isinstance(variables[name], Factor)
        assert (row.now, row.changed) == approx((pain(case), pain(case, **{name: "no"})), abs=EXACT)
        assert row.change == approx(row.changed - row.now, abs=EXACT) and row.change <= EXACT
        assert row.seen == approx(pain(case.retract(name).given(**{name: "no"})), abs=EXACT)
        assert row.low <= row.high <= EXACT


def test_what_is_known_to_be_absent_cannot_be_taken_away():
    absent = {"hills": "no", "worn_shoes": "no"}
    assert set(what_if(runner.given(**absent), draws=FEW).index) == set(CHANGEABLE) - set(absent)
    assert "hills" in what_if(runner.given(hills="yes"), draws=FEW).index


def test_where_nothing_can_be_taken_away_the_table_is_empty():
    table = what_if(runner.given(**dict.fromkeys(CHANGEABLE, "no")), draws=FEW)
    assert table.empty and {*table.columns} == {"now", "changed", "change", "low", "high", "seen"}


def test_seeing_is_not_doing_where_findings_tie_factors_together():
    tied, free = what_if(runner, draws=FEW), what_if(base, draws=FEW)
    assert (tied.seen - tied.changed).min() > 1e-6, (
        "one cause ruled out, the pain points more to the others"
    )
    assert free.seen.tolist() == approx(free.changed.tolist(), abs=EXACT)


def test_intervals_are_of_the_same_draws():
    table, again = what_if(asker, draws=FEW), what_if(asker, draws=FEW)
    assert table.equals(again) and not table.low.equals(what_if(asker, draws=FEW, seed=1).low)
    wide, narrow = what_if(asker, width=0.9), what_if(asker, width=0.5)
    assert ((wide.low < narrow.low) & (narrow.high < wide.high)).all()
    assert wide.change.between(wide.low, wide.high).all()


def test_several_changes_together_are_weighed_over_the_same_draws():
    for name, row in what_if(asker, draws=FEW).iterrows():
        assert what_if_together(asker, {name: "no"}, draws=FEW).to_dict() == approx(
            row.drop("seen").to_dict(), abs=EXACT
        )
    changes = {"hills": "no", "weak_core": "no"}
    both, each = what_if_together(asker, changes), what_if(asker)
    assert (both.now, both.changed) == approx((pain(asker), pain(asker, **changes)), abs=EXACT)
    assert both.low < both.change < both.high <= EXACT and both.low < each.low.min()
    assert what_if_together(asker, {}, draws=FEW)[["change", "low", "high"]].tolist() == approx(
        [0, 0, 0], abs=EXACT
    )


def hills_alone():
    """Hills, found present, the only cause: a link of Beta(.5, 1.5) and next to no leak."""
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(["factor_a", "pain"], networks.YES_NO),
        "families": {"factor_a": networks.noisy(0.5), "pain": networks.noisy(1e-9, factor_a=0.25)},
    }
    return networks.case_of(networks.network_of(spec, 2)).given(factor_a="yes")


def test_a_painful_run_raises_what_its_only_cause_does_in_the_next():
    """One pain with a link of Beta(.5, 1.5) makes it Beta(1.5, 1.5): .50, where .25 was shown."""
    case = hills_alone().given(pain="yes")
    figure = next_run(case)
    assert figure["yes"] == approx(0.5, abs=0.02)
    assert abs(figure["yes"] - 0.5) < 4 * figure.attrs["standard_error"] < 0.04
    row = what_if(case).loc["factor_a"]
    assert (row.now, row.changed, row.change) == approx((0.5, 0, -0.5), abs=0.02)
    assert row.low == approx(-0.903, abs=0.02) and row.high == approx(-0.097, abs=0.02), (
        "the interval of Beta(1.5, 1.5)"
    )
    together = what_if_together(case, {"factor_a": "no"})
    assert together.change == approx(row.change, abs=EXACT)


def test_a_run_that_did_not_hurt_lowers_it():
    assert next_run(hills_alone().given(pain="no"))["yes"] == approx(0.5 / 3, abs=0.02)
    assert next_run(hills_alone())["yes"] == approx(0.25, abs=0.02)


def test_a_mechanism_that_is_the_same_in_every_run_stays():
    scanned = base.given(back_pain="yes", disc_degeneration="yes")
    assert pain(scanned) == approx(pain(scanned, disc_degeneration="yes"), abs=EXACT)
    assert pain(scanned, disc_degeneration="no") < pain(scanned) - 0.01


def test_the_forecast_of_somebody_in_pain_starts_at_the_visitors_level():
    runner = loaded()
    assert pain(runner) == approx(runner.priors.level.rate, abs=0.002), "of any run without pain"
    visitor = loaded(base_rate="visitor")
    in_pain = {"back_pain": "yes", "hills": "yes"}
    theirs, ours = pain(visitor.given(**in_pain)), pain(runner.given(**in_pain))
    assert ours == approx(theirs, abs=1e-4) and ours > visitor.priors.level.rate
    asked_for = load(base_rate="after_a_race")
    assert pain(asked_for.given(back_pain="yes")) < 0.2, "a level that was asked for stays"


def test_three_or_more_episodes_before_raise_the_forecast_by_their_odds_ratio():
    runner = loaded()
    forecast = runner.variables.forecast
    rates = [
        forecast_rate(runner.compiled, {"back_pain": "yes", "earlier": state})
        for state in ("never", "three_times_or_more")
    ]
    odds = [rate / (1 - rate) for rate in rates]
    assert odds[1] / odds[0] == approx(forecast.odds_ratios["earlier", "three_times_or_more"])
    earlier = runner.given(earlier="three_times_or_more")  # than this pain, so there is one
    assert earlier.posterior("back_pain")["yes"] == 1
    assert pain(earlier) == pain(earlier.given(back_pain="yes"))
    assert forecast_rate(runner.compiled, {"back_pain": "no"}) is None
    often, never = (
        pain(runner.given(back_pain="yes", earlier=state))
        for state in ("three_times_or_more", "never")
    )
    assert often > never + 0.1


@cache
def other_priors():
    """Priors whose strengths are not, or not only, those that claims give at this level."""
    case = loaded()
    key = ("hills", "muscle_strain")
    stronger = replace(case.priors[key], counts=(30.0, 5.0))
    changed = Network(case.priors.with_priors({key: stronger}))
    return {
        "studies": loaded("literature"),
        "blend": case.blend(loaded("literature"), 0.5),
        "replaced": replace(case, compiled=case.compiled.with_network(changed)),
        "no forecast": load(Path(__file__).parents[1] / "another_thread"),
    }


@pytest.mark.parametrize("kind", ["studies", "blend", "replaced", "no forecast"])
def test_the_forecast_level_is_met_whatever_the_strengths_come_from(kind):
    case = other_priors()[kind]
    evidence = {case.variables.outcome.name: "yes"}
    compiled = at_forecast_level(case.compiled, evidence)
    rate = forecast_rate(case.compiled, evidence)
    if kind == "no forecast":
        assert rate is None and compiled is case.compiled
    else:
        alone = replace(case, compiled=compiled).posterior("back_pain")["yes"]
        assert alone == approx(rate, abs=1e-6) and rate > case.priors.level.rate


def test_a_strength_that_was_replaced_is_scaled_for_the_forecast_and_not_pooled_again():
    case = other_priors()["replaced"]
    key = ("hills", "muscle_strain")
    now = at_forecast_level(case.compiled, {"back_pain": "yes"}).network.priors
    assert now[key].mean > case.priors[key].mean
    assert now[key].mean > 5 * now["uneven_ground", "muscle_strain"].mean


def test_a_blend_keeps_its_proportions_in_the_forecast():
    """Only the part from claims was moved: hazards rose by factors from 6 to 27."""
    blend = other_priors()["blend"]
    before, now = (
        blend.priors,
        at_forecast_level(blend.compiled, {"back_pain": "yes"}).network.priors,
    )
    strong = [key for key in before if fires_in_a_run(key, blend.variables)]
    rises = [np.log1p(-now[key].mean) / np.log1p(-before[key].mean) for key in strong]
    assert len(rises) > 10 and max(rises) < 1.1 * min(rises)


def test_the_forecast_level_is_the_base_rate_itself_without_evidence():
    runner = loaded()
    for findings in ({}, {"earlier": "three_times_or_more"}):
        evidence = {"back_pain": "yes", **findings}
        compiled = at_forecast_level(runner.compiled, evidence)
        alone = replace(runner, compiled=compiled).posterior("back_pain")["yes"]
        assert alone == approx(forecast_rate(runner.compiled, evidence), abs=1e-6)
        assert at_forecast_level(runner.compiled, evidence) is compiled, "and made once"
