"""Traits of the cause at work, as shipped: what they tell, of what, and how much at most."""

from dataclasses import replace

import numpy as np
import pytest
from pytest import approx
from shared import loaded

from lumbayes import contributions, explain, next_question
from lumbayes.network.network import Network
from lumbayes.priors.claim_betas import claim_betas

EXACT, FEW = 1e-9, 4
MOST_AUC = 0.80  # history alone tells a compressed root so well and no better (Vroomen 2002)
base = loaded()
hurts = base.given(back_pain="yes")
TRAITS = base.variables.cause_traits
OLD = ("onset", "severity", "duration")
PUBLISHED = {"about_20": 0.37, "about_30": 0.52, "about_40": 0.68, "about_50": 0.80}


@pytest.fixture(scope="module")
def described():
    """P(dominant cause, each set of answers to all traits | pain), and the causes."""
    shares = base.network.eliminate([("back_pain", np.array([0.0, 1.0]))], {})["dominant_cause"]
    causes = [*shares][1:]
    joint = np.array([shares[cause] for cause in causes])[:, None]
    for trait in TRAITS:
        rows = base.network.table(trait.name)[1:, 1:].T
        joint = (joint[:, :, None] * rows[:, None, :]).reshape(len(causes), -1)
    return causes, joint


def answers(number):
    """The set of answers with this number in `described`."""
    sizes = [len(trait.states) - 1 for trait in TRAITS]
    places = np.unravel_index(number, sizes)
    return {trait.name: trait.states[1 + i] for trait, i in zip(TRAITS, places, strict=True)}


def first_mechanism(case):
    table = contributions(case, draws=FEW)
    return table[table.layer == "mechanism"].index[0]


def information(joint):
    """The mutual information of the rows and the columns, in bits."""
    expected = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    return float((joint * np.log2(joint / expected)).sum())


def test_the_traits_tell_more_than_those_of_the_thread_did(described):
    """Bits of `next_question` about which causes contribute, with nothing but the pain known."""
    bits = next_question(hurts).bits
    assert bits["where"] > 0.05 and bits["worse"] > 0.04
    assert min(bits["earlier"], bits["cough"], bits["duration"]) > 0.02
    _, joint = described
    together = information(joint)
    old = sum(information(base.network.table(name)[1:, 1:] * joint.sum(axis=1)) for name in OLD)
    assert together > 0.1 > 5 * old


@pytest.mark.parametrize("cause", ["muscle_strain", "disc_degeneration", "unexplained"])
def test_some_set_of_answers_makes_a_mechanism_first(described, cause):
    causes, joint = described
    said = answers((joint[causes.index(cause)] / joint.sum(axis=0)).argmax())
    assert first_mechanism(hurts.given(**said)) == cause


def test_a_curved_spine_is_first_once_it_is_measured(described):
    """One in forty has one, so no description alone puts it before a strain."""
    causes, joint = described
    share = joint[causes.index("spinal_curvature")] / joint.sum(axis=0)
    assert share.max() < 0.5
    said, curved = answers(share.argmax()), hurts.given(spinal_curvature="yes")
    assert first_mechanism(curved) == "muscle_strain"
    assert first_mechanism(curved.given(**said)) == "spinal_curvature"


def test_the_traits_do_not_claim_to_tell_a_disc_better_than_histories_do(described):
    causes, joint = described
    for cause in base.variables.outcome.parents:
        own = joint[causes.index(cause)]
        order = np.argsort(own / joint.sum(axis=0))
        own, others = own[order], (joint.sum(axis=0) - own)[order]
        below = np.cumsum(others) - others / 2
        assert 0.6 < own @ below / own.sum() / others.sum() < MOST_AUC, cause


def test_an_idle_disc_is_not_described():
    """Worn discs whose link never fires explain nothing: no answer moves how likely they are."""
    idle = replace(base.priors["disc_degeneration", "back_pain"], counts=(1e9, 1e-3))
    network = Network(base.priors.with_priors({idle.key: idle}))
    case = replace(hurts, compiled=hurts.compiled.with_network(network))
    said = {"where": "past_the_knee", "cough": "into_the_leg", "stiff": "longer"}
    before = case.posterior("disc_degeneration")["yes"]
    assert case.given(**said).posterior("disc_degeneration")["yes"] == approx(before, abs=EXACT)
    assert hurts.given(**said).posterior("disc_degeneration")["yes"] > before + 0.05


def test_what_a_trait_speaks_for_is_the_disc_at_work_not_the_scan():
    scanned = hurts.given(disc_degeneration="yes", where="past_the_knee")
    table = explain(scanned, "disc_degeneration")
    assert table.loc["where=past_the_knee", "sequential_db"] > 3
    assert contributions(scanned, draws=FEW).present["disc_degeneration"] == approx(1)
    assert contributions(scanned, draws=FEW).contribution["disc_degeneration"] < 0.5


def test_without_pain_a_trait_is_lowest_and_says_nothing_else():
    well = base.given(back_pain="no")
    for trait in TRAITS:
        assert well.posterior(trait.name)[trait.states[0]] == approx(1)
    assert well.given(where="none").posterior("hills")["yes"] == approx(
        well.posterior("hills")["yes"], abs=EXACT
    )


@pytest.mark.parametrize("age", PUBLISHED)
def test_worn_discs_are_as_common_at_an_age_as_published(age):
    assert base.given(age=age).posterior("disc_degeneration")["yes"] == approx(
        PUBLISHED[age], abs=0.01
    )


def test_without_the_file_the_thread_alone_is_asked():
    alone = loaded(traits=False)
    assert [trait.name for trait in alone.variables.traits] == [*OLD]
    assert not alone.variables.cause_traits and "age" not in alone.variables
    assert alone.compiled.described_families == alone.compiled.families
    assert alone.posterior("back_pain")["yes"] == approx(base.posterior("back_pain")["yes"])


def test_the_askers_pain_is_counted_in_the_row_of_a_strain():
    strain, disc = (base.priors[cause, "onset"] for cause in ("muscle_strain", "disc_degeneration"))
    assert disc.counts == base.priors["onset"].counts
    assert [claim.id for claim in strain.claims] == ["Q-07"] and not disc.claims
    assert sum(strain.counts) == approx(sum(disc.counts) + 1)


def test_two_causes_at_work_are_described_half_by_each():
    """Strain and unequal legs both there, both sure to act: the average of their two rows."""
    sure = {
        (cause, "back_pain"): replace(base.priors[cause, "back_pain"], counts=(1e-6, 1e9))
        for cause in ("muscle_strain", "leg_length_difference")
    }
    network = Network(base.priors.with_priors(sure))
    known = {c: "no" for c in base.variables.outcome.parents} | {c: "yes" for c, _ in sure}
    case = replace(hurts, compiled=hurts.compiled.with_network(network)).given(**known)
    for trait in TRAITS:
        rows = [base.priors[c, trait.name].shares for c, _ in sure]
        assert case.posterior(trait.name)[1:].tolist() == approx(np.mean(rows, axis=0), abs=1e-6)


@pytest.mark.parametrize("name", ["Q-07", "Q-08", "Q-09", "Q-10"])
@pytest.mark.parametrize("traits", [True, False])
def test_a_claim_on_a_trait_is_about_its_own_level_of_a_pain_that_is_there(traits, name):
    priors = loaded(traits=traits).priors
    claim = next(c for c in priors.claims if c.id == name)
    row = priors[claim.cause, claim.effect]
    counts = dict(zip(row.states, row.counts, strict=True))
    counts.pop("none", None)  # a link without a stated row has this level, of no pain
    named = counts[claim.state]
    betas = claim_betas(priors, claim)
    assert betas.pooled.mean() == approx(named / sum(counts.values()))
    assert betas.claim.mean() == approx(priors.words[claim.reading].mean)
