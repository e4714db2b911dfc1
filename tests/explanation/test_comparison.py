"""Replies alone, claims left out, two sets of priors, two runners, and parts of a variance."""

from dataclasses import replace

import asia
import networks
import numpy as np
import pytest
from networks import read_as
from pytest import approx
from shared import loaded

from lumbayes import ImpossibleFindings, contributions, example, load, sensitivity
from lumbayes.engine.query import Query
from lumbayes.explanation import (
    compare,
    compare_links,
    compare_priors,
    contributions_by_reply,
    remedies,
)
from lumbayes.network.network import Network
from lumbayes.priors.priors import Priors
from lumbayes.sensitivity_analysis import most_informative_claims, variance_decomposition
from lumbayes.sensitivity_analysis.functions import SensitivityFunctions
from lumbayes.sensitivity_analysis.variance import origins, variances

EXACT, FEW, DRAWS = 1e-9, 8, 80_000
UNSURE = "your own half-sure answers"
base, literature = loaded(), loaded("literature")
EVIDENCE = example().findings
runner, studied = base.given(**EVIDENCE), literature.given(**EVIDENCE)
SAID = {claim.id: claim for claim in base.priors.claims}
REACH = {claim.id for claim in SAID.values() if claim.used in ("link", "profile", "share")}


def at_work_now(case):
    return contributions(case, draws=FEW).contribution.sort_index()


def same(one, other):
    return at_work_now(one).to_numpy() == approx(at_work_now(other).to_numpy(), abs=EXACT)


def with_these_claims(case, claims):
    """The case under a network built anew from some claims."""
    priors = case.priors
    network = Network(Priors(priors.variables, tuple(claims), priors.words, level=priors.level))
    return replace(case, compiled=case.compiled.with_network(network))


def test_each_answer_alone_is_the_model_built_from_its_claims():
    table, now = contributions_by_reply(runner), at_work_now(runner)
    replies = sorted({SAID[name].answer for name in REACH} - {0})
    assert table.columns.tolist() == ["all", *(f"reply {a}" for a in replies), "apart"]
    assert table["all"].sort_index().tolist() == approx(now.tolist(), abs=EXACT)
    for a in replies:
        alone = with_these_claims(runner, [c for c in SAID.values() if c.answer in (0, a)])
        assert table[f"reply {a}"].sort_index().tolist() == approx(
            at_work_now(alone).tolist(), abs=EXACT
        )
    single = table.filter(like="reply")
    assert table.apart.tolist() == approx(
        (single.max(axis=1) - single.min(axis=1)).tolist(), abs=EXACT
    )
    assert table.apart.is_monotonic_decreasing and table.apart.iloc[0] > 0


def test_a_claim_left_out_is_a_claim_never_made():
    for name in REACH:
        others = [claim for claim in SAID.values() if claim.id != name]
        assert same(runner.exclude_claims(name), with_these_claims(runner, others)), name
    assert not same(runner.exclude_claims("A5-09"), runner)
    twice = runner.exclude_claims("A5-09", "A4-01")
    assert same(twice, runner.exclude_claims("A4-01").exclude_claims("A5-09"))
    assert twice.network.priors["weak_core", "muscle_strain"].claims == (SAID["A1-13"],)
    assert runner.priors["weak_core", "muscle_strain"].claims, "the case itself stays as it was"


def test_a_claim_left_out_leaves_circuits_and_other_draws_as_they_are():
    runner.query(FEW)
    circuit = runner.compiled.circuit  # compiled at first use
    quiet, afresh = (
        runner.exclude_claims("A4-01"),
        with_these_claims(load().given(**EVIDENCE), [c for c in SAID.values() if c.id != "A4-01"]),
    )
    assert quiet.compiled.cache is runner.compiled.cache and quiet.compiled.circuit is circuit
    assert (quiet.query(FEW).inputs == afresh.query(FEW).inputs).all()
    changed = (quiet.query(FEW).inputs != runner.query(FEW).inputs).any(axis=1)
    assert set(np.flatnonzero(changed)) <= set(
        runner.compiled.parameter_rows(("weak_core", "muscle_strain"))
    )
    assert changed.any() and quiet.network.priors["hills"] is runner.priors["hills"]


def test_an_answer_left_out_takes_its_claims_along():
    quiet = runner.exclude_claims(reply=1)
    assert same(quiet, runner.exclude_claims(*(name for name in SAID if SAID[name].answer == 1)))
    assert {claim.answer for claim in quiet.network.priors.claims} == {0, 2, 3, 4, 5, 6}
    silent = runner.with_claims([])
    assert silent.network.priors.claims == () and same(silent, runner.exclude_claims(*SAID))
    assert dict(silent.findings) == EVIDENCE


@pytest.mark.parametrize(("wrong", "words"), [({"reply": 9}, "reply '9'"), ({}, "claim 'A9-99'")])
def test_what_no_one_said_cannot_be_left_out(wrong, words):
    with pytest.raises(ValueError, match=f"Unknown {words}"):
        runner.exclude_claims(*([] if wrong else ["A9-99"]), **wrong)


def test_two_sets_of_numbers_side_by_side():
    table = compare_priors(runner, literature, draws=FEW)
    assert table.columns.tolist() == [
        (s, f) for s in ("this", "other") for f in ("contribution", "low", "high")
    ]
    for name, case in (("this", runner), ("other", studied)):
        expected = contributions(case, draws=FEW).loc[table.index, ["contribution", "low", "high"]]
        assert (table[name] - expected).abs().max(axis=None) < EXACT
    assert table["this", "contribution"].is_monotonic_decreasing


def test_every_number_of_both_sets_link_by_link():
    table = compare_links(base, literature)
    for cause, effect in (
        ("hills", "muscle_strain"),
        ("disc_degeneration", "back_pain"),
        ("flat_feet", ""),
    ):
        key, label = ((cause, effect), f"{cause} → {effect}") if effect else (cause, cause)
        for name, case in (("this", base), ("other", literature)):
            prior = case.priors[key]
            assert table.loc[label, name].tolist() == [
                prior.mean,
                *prior.interval(0.9),
                prior.basis,
            ]
    pairs = [key for key, prior in base.priors.items() if prior.states == ("no", "yes")]
    assert len(table) == len(pairs) and table.index.is_unique


@pytest.mark.parametrize(
    ("size", "delta", "drawn"), [(20, 0.266, 0.232), (50, 0.171, 0.159), (200, 0.086, 0.085)]
)
def test_first_order_variance_beside_draws_as_published(size, delta, drawn):
    net, rng, entered, parts = asia.network(), np.random.default_rng(0), {}, {}
    for name, parents, theta in asia.numbers():
        slope = asia.slope(asia.curve(name, parents, "lung", xray=1, dysp=1), theta)
        parts[name, parents] = slope**2 * theta * (1 - theta) / (size + 1)
        sample = rng.beta(theta * size, (1 - theta) * size, DRAWS)
        rows = net.families[name].rows[(slice(None), *(1 - s for s in parents))]
        entered |= dict(zip(rows, (sample, 1 - sample), strict=True))
    known = net.query(asia.named_states(xray=1, dysp=1))
    entered |= dict(zip(known.overridden, known.override_values, strict=True))
    over_draws = net.posteriors(Query.from_overrides(net.inputs, entered), ["lung"])["lung"][0]
    whole = sum(parts.values())
    assert whole**0.5 == approx(delta, abs=5e-4)
    assert over_draws.std() == approx(drawn, abs=3e-3)
    largest = sorted(parts, key=parts.get)[:-4:-1]
    assert largest == [("xray", (0,)), ("lung", (1,)), ("tub", (0,))]
    assert [parts[key] / whole for key in largest] == approx([0.36, 0.32, 0.26], abs=0.006)


def test_what_the_doubt_is_made_of():
    shares, table = variance_decomposition(runner, "hills"), sensitivity(runner, "hills")
    assert shares.sum() == approx(1, abs=EXACT) and shares.min() >= 0 and shares[UNSURE] == 0
    assert shares["no source"] == approx(
        table.variance_share[table.kind == "ignorance"].sum(), abs=EXACT
    )
    weak, link = (
        variance_decomposition(runner, "weak_core"),
        runner.priors["weak_core", "muscle_strain"],
    )
    parts = variances(SensitivityFunctions(runner), "weak_core")
    apart = sum(
        part * p.between_variance / (p.within_variance + p.between_variance)
        for k, part in parts.items()
        if (p := runner.priors[k]).between_variance
    )
    assert (
        weak["claims that disagree"] == approx(apart / sum(parts.values()), abs=EXACT)
        and link.between_variance > 0
    )


def test_a_half_sure_answer_has_its_own_share():
    likelihood = runner.likelihood(hills=4)
    shares, chance = (
        variance_decomposition(likelihood, "hills"),
        likelihood.posterior("hills")["yes"],
    )
    apart = np.subtract(
        *(at_work_now(runner.given(hills=state))["hills"] for state in ("yes", "no"))
    )
    mine, rest = (
        chance * (1 - chance) * apart**2,
        sum(variances(SensitivityFunctions(likelihood), "hills").values()),
    )
    assert shares[UNSURE] == approx(mine / (mine + rest), abs=EXACT) and mine > 0
    assert shares.sum() == approx(1, abs=EXACT) and shares.is_monotonic_decreasing


def test_the_claim_to_look_into_next():
    table, whole = (
        most_informative_claims(runner, "hills"),
        sum(variances(SensitivityFunctions(runner), "hills").values()),
    )
    assert table.narrows.is_monotonic_decreasing and set(table.index) == REACH
    for name in table.index[:3]:
        word, step = base.priors.words[SAID[name].reading], 1e-4
        ends = [
            at_work_now(read_as(runner, SAID[name], word.mean + way))["hills"]
            for way in (step, -step)
        ]
        slope = (ends[0] - ends[1]) / (2 * step)
        assert table.narrows[name] == approx(slope**2 * word.variance / whole, rel=1e-5)
        assert table.loc[name, ["quote", "words", "reply"]].tolist() == [
            SAID[name].quote,
            SAID[name].words,
            SAID[name].answer,
        ]


@pytest.mark.parametrize(
    "ask",
    [
        lambda case: variance_decomposition(case, "hills"),
        lambda case: most_informative_claims(case, "hills").narrows,
    ],
)
@pytest.mark.parametrize(
    "settled", [runner.given(hills="no"), runner.likelihood(weak_core=3).do(hills="no")]
)
def test_what_cannot_be_at_work_is_in_no_doubt(ask, settled):
    found = ask(settled)
    assert len(found) and (found == 0).all()


def test_remedies_stand_beside_the_factor_they_speak_to_word_for_word():
    entered = remedies(base, "weak_core")
    assert entered.index.tolist() == [c.id for c in SAID.values() if c.id in set(entered.index)], (
        "in the thread's order"
    )
    for name, row in entered.iterrows():
        claim = SAID[name]
        assert "weak_core" in (claim.cause, claim.effect) and claim.kind in ("remedy", "advice")
        assert (row.reply, row.author, row.quote) == (claim.answer, claim.author, claim.quote)
    everything = set().union(*(remedies(base, cause.name).index for cause in base.variables.causes))
    assert (
        len(everything) > 10 and not {"A3-03", "A3-04", "A1-31", "A1-32", "A5-03"} & everything
    ), "no drugs"
    assert (
        remedies(studied, "weak_core").empty
        and remedies(base.exclude_claims(*entered.index), "weak_core").empty
    )


@pytest.mark.parametrize("ask", [variance_decomposition, most_informative_claims, remedies])
def test_only_causes_are_in_doubt(ask):
    for other in ("hill", "back_pain"):
        with pytest.raises(ValueError, match=f"Unknown cause '{other}'"):
            ask(runner, other)


def test_two_runners_side_by_side():
    other = runner.retract("onset").given(flat_feet="no").likelihood(hills=4).do(worn_shoes="no")
    both = compare(runner, other)
    table = both.contributions
    assert table.columns.tolist() == ["a", "b", "difference"]
    assert table.a.sort_index().tolist() == approx(at_work_now(runner).tolist(), abs=EXACT)
    assert table.b.sort_index().tolist() == approx(at_work_now(other).tolist(), abs=EXACT)
    assert table.difference.tolist() == approx((table.b - table.a).tolist(), abs=EXACT)
    assert table.difference.abs().is_monotonic_decreasing and table.difference.min() < 0
    assert both.evidence.T.to_dict("list") == {
        "onset": [EVIDENCE["onset"], ""],
        "flat_feet": ["", "no"],
        "hills": ["no", "no, likelihood 4:1"] if "hills" in EVIDENCE else ["", "likelihood 4:1"],
        "worn_shoes": ["", "do no"],
    }
    same_runner = compare(runner, runner)
    assert same_runner.evidence.empty and (same_runner.contributions.difference == 0).all()


def test_only_possible_runners_of_one_thread_are_compared():
    impossible = base.given(back_pain="no", onset="during")
    for pair in ((runner, impossible), (impossible, runner)):
        with pytest.raises(ImpossibleFindings):
            compare(*pair)
    families = {"factor_0": networks.noisy(0.3), "pain": networks.noisy(0.1, factor_0=0.6)}
    variables = dict.fromkeys(families, networks.YES_NO)
    spec = {"outcome": "pain", "variables": variables, "families": families}
    with pytest.raises(ValueError, match="of two threads; only one of them has disc_degeneration"):
        compare(runner, networks.case_of(networks.network_of(spec)))


def test_priors_are_not_compared_where_evidence_would_be_dropped():
    for other, label in (
        (literature.given(worn_shoes="yes"), "worn_shoes=yes"),
        (studied.likelihood(hills=2), "hills likelihood 2:1"),
        (studied.do(hills="no"), "do hills=no"),
    ):
        expected = rf"also holds {label}, which .*compare\(case_a, case_b\)"
        with pytest.raises(ValueError, match=expected):
            compare_priors(runner, other, draws=FEW)
    alike = compare_priors(runner, studied, draws=FEW)
    assert alike.equals(compare_priors(runner, literature, draws=FEW))


def test_remedies_are_all_that_speak_of_the_cause():
    for cause in base.variables.causes:
        wanted = [
            claim.id
            for claim in SAID.values()
            if cause.name in (claim.cause, claim.effect)
            and claim.kind in ("remedy", "advice")
            and "is carried" not in claim.note
        ]
        assert remedies(base, cause.name).index.tolist() == wanted


def test_the_variance_of_a_blend_is_that_of_its_parts():
    blend = base.blend(literature, 0.5)
    for prior in blend.priors.values():
        assert sum(origins(prior).values()) == approx(1)
    published = variance_decomposition(blend, "weak_core")["published figures"]
    assert published > variance_decomposition(base, "weak_core")["published figures"]


def test_a_state_that_is_ruled_out_has_no_part_in_the_variance_of_a_likelihood():
    case = base.given(back_pain="yes").likelihood(onset={"during": 3})
    chances = case.posterior("onset").drop("none")
    known = [case.retract("onset").given(onset=state) for state in chances.index]
    values = np.array([at_work_now(c)["weak_core"] for c in known])
    mean = np.average(values, weights=chances)
    own = float(np.average((values - mean) ** 2, weights=chances))
    rest = sum(variances(SensitivityFunctions(case), "weak_core").values())
    share = variance_decomposition(case, "weak_core")[UNSURE]
    assert case.posterior("onset")["none"] == 0 and share == approx(own / (own + rest), abs=EXACT)


def test_a_likelihood_has_its_share_beside_a_contrast_and_other_beliefs():
    for case in (
        base.given(back_pain="yes").likelihood(hills=2).contrast(hills="worse"),
        base.given(back_pain="yes").believe(hills=0.4, flat_feet=0.8, over_pronation=0.9),
    ):
        own = 0.0
        for name in case.likelihoods:
            chance = case.posterior(name)["yes"]
            ends = [at_work_now(case.given(**{name: state}))["hills"] for state in ("no", "yes")]
            own += chance * (1 - chance) * (ends[1] - ends[0]) ** 2
        rest = sum(variances(SensitivityFunctions(case), "hills").values())
        share = variance_decomposition(case, "hills")[UNSURE]
        assert share == approx(own / (own + rest), abs=EXACT)


def test_contrasts_are_not_dropped_under_priors_without_them():
    case = base.given(back_pain="yes").contrast(hills="worse")
    with pytest.raises(ValueError, match="Unknown factor 'hills'"):
        compare_priors(case, load(traits=False), draws=FEW)


def test_priors_over_other_states_are_not_blended():
    fewer, words = load(traits=False), "onset: Unknown states .next_day, cool_down, during.*Allowed"
    with pytest.raises(ValueError, match=f"^{words}: during, cool_down, next_day"):
        base.blend(fewer, 0.5)
    with pytest.raises(ValueError, match=r"^onset: Unknown states"):
        fewer.blend(base, 0.5)
