"""The network's parameters: distributions with their source, whose parts agree."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from shared import loaded

from lumbayes.data.files import folder
from lumbayes.data.variables import Measurement, Trait
from lumbayes.loading import read_network
from lumbayes.priors import Prior, Priors, key_of, label
from lumbayes.priors.orders import compared, prevalence
from lumbayes.priors.pooling import opinions

NETWORK = read_network()
PRIORS = NETWORK.priors
LINKS = [(p, v.name) for v in NETWORK.variables.values() for p in v.parents]
SHARED = [key for key in LINKS if PRIORS[key].claims and len(PRIORS[key].states) == 2]
TINY = 0.05  # a count
each_prior = pytest.mark.parametrize("key", PRIORS, ids=str)
each_shared = pytest.mark.parametrize("key", SHARED, ids=str)


def with_claims(claims):
    """The thread's priors, had only these claims been made."""
    return Priors(PRIORS.variables, tuple(claims), PRIORS.words)


def changed(tmp_path, edit):
    """The priors of a copy of the folder with another variables.toml."""
    shutil.copytree(folder(), tmp_path / "priors")
    path = tmp_path / "priors" / "variables.toml"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    return read_network(tmp_path / "priors").priors


def test_every_number_of_the_network_has_a_prior():
    readings = {
        (f"{v.reads}={s}", v.name)
        for v in NETWORK.nodes
        if isinstance(v, Measurement)
        for s in v.rows
    }
    own = {v.name for v in NETWORK.nodes if not isinstance(v, Measurement)}
    assert set(PRIORS) == {*LINKS, *readings, *own} and len(PRIORS) == len(list(PRIORS))


@each_prior
def test_every_prior_says_where_it_comes_from(key):
    prior = PRIORS[key]
    assert prior.key == key and prior.basis in ("claims", "published", "judgement", "ignorance")
    assert (prior.basis == "claims") == bool(prior.claims)
    assert len(prior.source.split()) >= (2 if prior.claims else 4), (
        "a reason is a sentence, a source has author and year"
    )


@each_prior
def test_mean_shares_interval_and_draws_agree(key):
    """Each state against scipy's Beta: exact mean and interval, Kolmogorov's test of draws."""
    prior = PRIORS[key]
    draws = prior.sample(np.random.default_rng(7), 2000)
    table = np.stack([1 - draws, draws], 1) if draws.ndim == 1 else draws
    assert table.shape == (2000, len(prior.states)) and np.allclose(table.sum(1), 1)
    for i, state in enumerate(prior.states):
        truth = stats.beta(prior.counts[i], sum(prior.counts) - prior.counts[i])
        assert prior.shares[i] == pytest.approx(truth.mean())
        assert prior.interval(0.9, state) == pytest.approx(
            (truth.ppf(0.05), truth.ppf(0.95)), rel=1e-6, abs=1e-12
        )
        is_spike = min(truth.args) < TINY  # most of its mass lies nearer to 0 or 1 than floats do
        assert is_spike or stats.kstest(table[:, i], truth.cdf).pvalue > 1e-4
        assert table[:, i].mean() == pytest.approx(truth.mean(), abs=5 * truth.std() / 2000**0.5)
    assert prior.mean == pytest.approx(prior.shares[-1]) and prior.interval() == prior.interval(
        0.9, prior.states[-1]
    )


@each_prior
def test_a_wider_interval_holds_a_narrower_one_and_no_prior_is_certain(key):
    prior = PRIORS[key]
    (low, high), (lower, higher) = prior.interval(0.5), prior.interval(0.9)
    assert 0 <= lower < low < high < higher <= 1
    assert min(prior.counts) > 0 and prior.shares.min() > 0 and prior.shares.max() < 1


def test_every_leak_and_base_rate_lies_strictly_inside():
    own = [PRIORS[v.name].shares for v in NETWORK.nodes if not isinstance(v, Measurement)]
    assert all(((shares > 0) & (shares < 1)).all() for shares in own)


def test_equal_seeds_give_equal_draws():
    one, same, other = PRIORS.sample(50, 3), PRIORS.sample(50, 3), PRIORS.sample(50, 4)
    assert all((one[key] == same[key]).all() and (one[key] != other[key]).any() for key in PRIORS)


def test_no_two_priors_share_their_draws():
    draws = PRIORS.sample(50)
    own = [key for key in PRIORS if PRIORS[key].base is None]
    assert len({np.round(draws[key].ravel()[:50], 12).tobytes() for key in own}) == len(own)


def test_another_variable_changes_no_other_draw(tmp_path):
    new = '[factor.cold_weather]\nlabel = "Cold"\ngroup = "running"\nchangeable = false\n'
    more = changed(tmp_path, lambda text: text.replace("[factor.hills]", new + "\n[factor.hills]"))
    before, after = PRIORS.sample(50, 3), more.sample(50, 3)
    assert set(after) == {*before, "cold_weather"}
    assert all((before[key] == after[key]).all() for key in before)


def test_claims_that_reach_no_number_change_none():
    spoken = with_claims(c for c in PRIORS.claims if c.used in ("link", "profile"))
    assert all(spoken[key].counts == prior.counts for key, prior in PRIORS.items())


@each_shared
def test_dropping_answers_one_by_one_ends_in_ignorance(key):
    """The mean moves away from each dropped reply; a link without any is as its file states."""
    left = list(PRIORS[key].claims)
    base = with_claims(())[key]
    while left:
        before, answer = with_claims(left)[key], left[-1].answer
        gone = np.mean([PRIORS.words[c.reading].mean for c in left if c.answer == answer])
        left = [c for c in left if c.answer != answer]
        after = with_claims(left)[key]
        assert min(gone, after.mean) <= before.mean <= max(gone, after.mean)
    assert (after.counts, after.basis, after.claims) == (base.counts, base.basis, ())
    assert base.basis == "ignorance"


@each_shared
def test_the_two_parts_of_the_variance_are_kept(key):
    prior = PRIORS[key]
    assert prior.within_variance + prior.between_variance == pytest.approx(
        stats.beta(*prior.counts[::-1]).var()
    )
    means = {round(opinion.mean, 9) for opinion in opinions(prior.claims, PRIORS.words, 0).values()}
    assert prior.within_variance > 0 and (prior.between_variance > 0) == (len(means) > 1)


def relative_sd(prior):
    return np.sqrt(stats.beta(*prior.counts[::-1]).var()) / prior.mean


def test_three_replies_are_surer_than_silence():
    """Their standard deviation is smaller beside their mean in both links that have so many.

    Silence is near 0 with a long tail, so its own is small only beside 1.
    """
    answers = {key: len({c.answer for c in PRIORS[key].claims}) for key in SHARED}
    three = [key for key in SHARED if answers[key] == 3]
    assert three == [("hills", "muscle_strain"), ("weak_core", "muscle_strain")]
    base = with_claims(())
    assert all(relative_sd(PRIORS[key]) < relative_sd(base[key]) / 3 for key in three)


def test_a_link_no_one_speaks_of_is_near_0_with_a_long_tail_and_called_ignorance():
    """With all claims withdrawn every link to the pain or to a mechanism but those stated
    otherwise is ignorance.
    """
    base = with_claims(())
    variables = base.variables
    of_causes = [key for key in LINKS if not isinstance(variables[key[1]], Trait)]
    silent = [base[key] for key in of_causes]
    ignorant = [prior for prior in silent if prior.basis == "ignorance"]
    assert {prior.key for prior in silent} - {prior.key for prior in ignorant} == {
        ("unexplained", "back_pain"),
        ("muscle_strain", "back_pain"),
    }
    direct = [prior for prior in ignorant if prior.key[1] != "over_pronation"]
    assert all(prior.mean < 0.05 and prior.interval()[1] > 5 * prior.mean for prior in direct)


def test_a_row_of_a_trait_that_no_reply_speaks_of_is_labelled_judgement_or_published():
    silent = [
        PRIORS[key]
        for key in LINKS
        if isinstance(NETWORK.variables[key[1]], Trait) and not PRIORS[key].claims
    ]
    assert silent and {prior.basis for prior in silent} <= {"judgement", "published"}
    assert all(prior.source for prior in silent)


def test_without_the_set_of_traits_a_trait_link_of_which_no_reply_speaks_hardly_pushes():
    """It is called ignorance, and the levels it would push to share the rest alike."""
    priors = loaded(traits=False).priors
    silent = [
        prior
        for key, prior in priors.items()
        if isinstance(key, tuple)
        and isinstance(priors.variables[key[1]], Trait)
        and not prior.claims
    ]
    assert silent and {prior.basis for prior in silent} == {"ignorance"}
    assert all(1 - prior.shares[0] <= 0.05 for prior in silent)
    assert all(np.ptp(prior.shares[1:]) == 0 for prior in silent)


def test_no_word_that_reaches_a_link_is_weaker_than_ignorance():
    """Else more replies could weaken a link; test_pooling.py proves it under this condition."""
    yes, no = PRIORS.variables.ignorance["link"]["beta"]
    reach = {c.reading for key in SHARED for c in PRIORS[key].claims}
    assert reach and min(PRIORS.words[reading].mean for reading in reach) >= yes / (yes + no)


def test_only_a_claim_on_an_order_is_one():
    other = next(claim for claim in PRIORS.claims if claim.used == "link")
    claims = [replace(c, than=("hills",)) if c is other else c for c in PRIORS.claims]
    assert replace(PRIORS, claims=tuple(claims)).orders() == PRIORS.orders() != []


def verdicts(claim):
    return {
        (row["than"], row["quantity"]): row["verdict"]
        for row in PRIORS.orders()
        if row["claim"].id == claim
    }


def test_or_even_is_not_contradicted():
    found = verdicts("A1-08")
    assert found == {
        ("pelvic_imbalance", "how common"): "holds",
        ("pelvic_imbalance", "link to back_pain"): "tie",
        ("pelvic_imbalance", "how often it leads to back_pain"): "holds",
    }


def test_more_commonly_holds_but_for_the_core_of_which_other_replies_speak():
    """Feet that people say roll in are more common than either; how often they strain a back lies
    between tight hamstrings, and a weak core, which two more replies blame.
    """
    found = verdicts("A1-16")
    often = "how often it leads to muscle_strain"
    assert {than for than, _ in found} == {"weak_core", "tight_hamstrings"} and len(found) == 6
    assert found["weak_core", "how common"] == found["tight_hamstrings", "how common"] == "holds"
    assert found["tight_hamstrings", often] == "holds" and found["weak_core", often] == "conflict"


def test_causes_are_compared_by_an_effect_that_has_no_others():
    variables, (one, other) = PRIORS.variables, ("leg_length_difference", "pelvic_imbalance")
    effect = replace(variables["back_pain"], parents=(one, other))
    changed = variables.with_variables(
        effect if v.name == effect.name else v for v in variables.values()
    )
    claim = next(c for c in PRIORS.claims if c.id == "A1-08")
    rows = compared(replace(PRIORS, variables=changed), claim, other)
    assert claim.cause == one and "link to back_pain" in {row["quantity"] for row in rows}


def test_an_order_shows_the_means_it_compares():
    for row in PRIORS.orders():
        high, low = row["cause_mean"], row["than_mean"]
        assert row["verdict"] == (
            "tie" if abs(high - low) < 1e-9 else "holds" if high > low else "conflict"
        )
        common = prevalence(PRIORS, row["cause"])
        assert common == high or row["quantity"] != "how common"


def test_answers_that_describe_a_pain_count_as_one_runner_each():
    """The asker's 'Normally' at cool-down: one report's counts, most of them on that level."""
    report = PRIORS.variables.ignorance["profile"]["report"]
    described, silent = PRIORS["muscle_strain", "onset"], with_claims(())["muscle_strain", "onset"]
    added = np.array(described.counts) - silent.counts
    assert added.sum() == pytest.approx(report) and added.min() >= 0
    assert described.states[int(added.argmax())] == "cool_down"
    assert added.max() == pytest.approx(report * PRIORS.words["usually"].mean)


def test_an_unknown_prior_is_reported():
    with pytest.raises(ValueError, match=r"No prior 'hill'.*pair \(cause, effect\).*hills"):
        PRIORS["hill"]


@pytest.mark.parametrize("width", [0, 1, -0.9, 90, float("nan")])
def test_a_width_that_is_none_is_reported(width):
    message = r"found an interval of width .* above 0 and below 1, as 0\.9 is"
    with pytest.raises(ValueError, match=f"weak_core → muscle_strain: {message}"):
        PRIORS["weak_core", "muscle_strain"].interval(width)
    with pytest.raises(ValueError, match=f"can: {message}"):
        PRIORS.words["can"].interval(width)


@pytest.mark.parametrize("state", ["mdoerate", ""])
def test_a_state_that_is_none_is_reported(state):
    with pytest.raises(
        ValueError, match=f"severity: Unknown state '{state}'.*Allowed: mild, moderate, severe"
    ):
        PRIORS["severity"].interval(state=state)


def test_a_prior_says_why_in_a_sentence_beside_its_source():
    """The figure's sentence; of pooled claims how many replies and how, of a pain whose."""
    feet, core = PRIORS["flat_feet"], PRIORS["weak_core"]
    assert feet.source == "Kosashvili et al. 2008, Foot Ankle Int 29:910" and feet.why.startswith(
        "16% of 97,279"
    )
    assert core.why == core.source == NETWORK.variables["weak_core"].background.why
    before = "and of ignorance, which weighs as much as 4 replies"
    pooled = PRIORS["weak_core", "muscle_strain"]
    assert pooled.why == f"the average of 3 replies {before}"
    assert pooled.source == "replies 1, 4, 5"
    assert PRIORS["flat_feet", "over_pronation"].why.startswith(f"the average of 1 reply {before}")
    message = PRIORS["muscle_strain", "onset"]
    assert message.source == "the asker's own pain"
    assert message.why == "1 account of a pain, counted as 1 runner, over a stated figure"


@each_prior
def test_every_prior_has_a_why(key):
    assert len(PRIORS[key].why.split()) >= 4


def test_a_link_spoken_of_with_a_stated_figure_says_so():
    claim = next(c for c in PRIORS.claims if c.used == "link" and c.effect == "back_pain")
    link = PRIORS.link("unexplained", "back_pain", [replace(claim, cause="unexplained")])
    assert link.why.startswith("the average of 1 reply and of a stated figure, ")


def test_a_prior_of_more_states_names_them():
    prior = Prior("x", ("none", "some", "much"), (1, 2, 5), "judgement", "for the test")
    assert prior.mean == 5 / 8 and replace(prior, counts=(5, 2, 1)).mean == 1 / 8
    assert prior.sample(np.random.default_rng(1), 4).shape == (4, 3)


def test_a_label_is_read_back_as_its_key():
    assert label(("hills", "muscle_strain")) == "hills → muscle_strain"
    assert all(key_of(label(key)) == key for key in PRIORS)


def test_parameters_that_were_not_fitted_together_are_not_tied():
    assert not any(PRIORS.tied(key) for key in PRIORS)


def test_the_source_of_a_pooled_link_names_its_replies():
    for key in SHARED:
        replies = sorted({c.answer for c in PRIORS[key].claims})
        noun = "replies" if len(replies) > 1 else "reply"
        assert PRIORS[key].source == f"{noun} {', '.join(map(str, replies))}"
        assert PRIORS[key].why.startswith(f"the average of {len(replies)} {noun} and of ignorance")


def test_a_set_of_priors_knows_its_keys():
    assert "hills" in PRIORS and ("hills", "muscle_strain") in PRIORS
    assert "hill" not in PRIORS and ("muscle_strain", "hills") not in PRIORS


@pytest.mark.parametrize("n_levels", [1, 2, 3])
def test_the_levels_that_a_reply_names_sum_to_one_report(n_levels):
    """Where it names all levels their readings are scaled; else the others share what is left."""
    onset = NETWORK.variables["onset"]
    pattern = next(c for c in PRIORS.claims if c.used == "profile" and c.effect == "onset")
    claims = [replace(pattern, state=state) for state in onset.order[1 : 1 + n_levels]]
    described, silent = (PRIORS.link("muscle_strain", "onset", these) for these in (claims, []))
    added = np.array(described.counts) - silent.counts
    assert added.min() >= 0
    assert added.sum() == pytest.approx(PRIORS.variables.ignorance["profile"]["report"])
    named = [i for i, state in enumerate(described.states) if state in onset.order[1:][:n_levels]]
    assert np.ptp(added[named]) == pytest.approx(0, abs=1e-12)


def test_each_reply_that_describes_a_pain_is_one_report():
    """Two replies add twice what one does, each its own state, and the sentence says two."""
    onset, report = NETWORK.variables["onset"], PRIORS.variables.ignorance["profile"]["report"]
    pattern = next(c for c in PRIORS.claims if c.used == "profile" and c.effect == "onset")
    first, second = (
        replace(pattern, state=state, answer=reply)
        for reply, state in enumerate(onset.order[1:3], 1)
    )
    said = {
        n: PRIORS.link("muscle_strain", "onset", these)
        for n, these in enumerate(([], [first], [second], [first, second]))
    }
    counts = [np.array(prior.counts) for prior in said.values()]
    assert counts[3] - counts[0] == pytest.approx(counts[1] - counts[0] + counts[2] - counts[0])
    assert counts[3].sum() - counts[0].sum() == pytest.approx(2 * report)
    assert said[1].why.startswith("1 account of a pain, counted as 1 runner, over ")
    assert said[3].why.startswith("2 accounts of a pain, each counted as 1 runner, over ")


def test_ignorance_with_counts_of_its_own_has_those(tmp_path):
    old = 'background = { basis = "judgement", beta = [6.2, 13.8]'
    new = 'background = { basis = "ignorance", beta = [3, 5]'
    priors = changed(tmp_path, lambda text: text.replace(old, new))
    assert priors["weak_core"].counts == (5, 3) and priors["weak_core"].basis == "ignorance"


def test_a_factor_of_which_nothing_is_stated_has_the_ignorance_of_base_rates(tmp_path):
    priors = changed(
        tmp_path,
        lambda text: text.replace('background = { basis = "judgement", beta = [6.2, 13.8]', "# "),
    )
    yes, no = PRIORS.variables.ignorance["base_rate"]["beta"]
    assert priors["weak_core"].counts == (no, yes) and priors["weak_core"].basis == "ignorance"
    assert priors["weak_core"].why == "nothing is said of it"


def test_a_mixed_row_shares_draws_only_where_both_share_those_of_one_row():
    row = PRIORS["muscle_strain", "onset"]
    assert row.base == "onset" == row.mix(row, 0.5).base
    assert row.mix(replace(row, base=None), 0.5).base is None


def test_rows_of_which_nothing_else_is_known_share_the_draws_of_the_background():
    """Else doubt about pains in general would look like doubt about which cause it is."""
    draws = PRIORS.sample(4000)
    assert (draws["unexplained", "onset"] == draws["onset"]).all()
    strain, background = draws["muscle_strain", "onset"], draws["onset"]
    prior = PRIORS["muscle_strain", "onset"]
    for place, count in enumerate(prior.counts):
        share = stats.beta(count, sum(prior.counts) - count)
        assert stats.kstest(strain[:, place], share.cdf).pvalue > 1e-3
        assert np.corrcoef(strain[:, place], background[:, place])[0, 1] > 0.6
    of_disc = draws["disc_degeneration", "where"]
    own = np.corrcoef(of_disc[:, 0], draws["unexplained", "where"][:, 0])[0, 1]
    assert abs(own) < 0.1, "a row with counts of its own is drawn by itself"
