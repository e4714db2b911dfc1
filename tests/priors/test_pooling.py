"""How replies are pooled: axioms of opinion pools, each for any words of Hypothesis.

A link's pool starts with ignorance, which weighs as much as one answer. Some wishes hold under a
condition only; the test's docstring says which, and so does priors/README.md.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import beta

from lumbayes.data.claims import Claim, StrengthWord
from lumbayes.data.variables import Factor, Outcome, StatedEstimate, Variables
from lumbayes.loading import read_network
from lumbayes.priors import Opinion, Priors, beta_counts, linear_pool, net
from lumbayes.priors.pooling import opinions

THREAD = read_network().priors
# A wide ignorance that weighs as one reply: what pooling does shows best where both count alike.
WIDE = {"beta": [0.5, 1.5], "weight": 1, "why": "for the test"}
IGNORANCE = {**THREAD.variables.ignorance, "link": WIDE}
LEAK = StatedEstimate("judgement", "for the test", {"no": 9, "yes": 1})
CAUSE = Factor(name="hills", label="Hills", group="running", changeable=True, background=LEAK)
EFFECT = Outcome(name="back_pain", label="Pain", parents=("hills",), background=LEAK)
TOY = Variables([CAUSE, EFFECT], IGNORANCE)
SHIPPED = Variables([CAUSE, EFFECT], THREAD.variables.ignorance)
APART = 0.285  # no two of the thread's words lie 0.283 to 0.288 apart
CLOSE = {"rel": 1e-9, "abs": 1e-12}


def word(mean, size):
    """A word of this mean, whose Beta counts as many cases as `size`."""
    return StrengthWord("", mean * size, (1 - mean) * size, "judgement", "", "", 0, "")


shares, sizes, means = st.floats(0, 1), st.floats(2, 40), st.floats(0.02, 0.98)
words = st.builds(word, means, sizes)
answers = st.lists(words, min_size=1, max_size=6)
said = st.builds(
    lambda mean, share: Opinion(mean, share * mean * (1 - mean)), means, st.floats(0.001, 0.6)
)


def claim(number, reading, answer, scale="net"):
    cells = dict.fromkeys(Claim.__annotations__, "") | dict.fromkeys(
        ("than", "chain", "agrees", "conflicts"), ()
    )
    cells |= {
        "cause": "hills",
        "effect": "back_pain",
        "direction": "raises",
        "kind": "causal",
        "used": "link",
    }
    cells |= {"id": str(number), "answer": answer, "reading": reading, "scale": scale}
    return Claim(**cells | {"weight": 1.0})


def linked(spoken, variables=TOY):
    """The prior of one link for which these words are spoken, as pairs (answer, word)."""
    claims = tuple(claim(i, str(i), answer) for i, (answer, _) in enumerate(spoken))
    return Priors(variables, claims, {str(i): word for i, (_, word) in enumerate(spoken)})[
        "hills", "back_pain"
    ]


def pooled(said, variables=TOY):
    """The prior of one link on which each of these words is another answer's."""
    return linked(list(enumerate(said, 1)), variables)


def variance(prior):
    no, yes = prior.counts
    return float(beta(yes, no).var())


UNSPOKEN = pooled([])


@given(answers, st.randoms())
def test_the_order_of_claims_is_irrelevant(said, chance):
    spoken = list(enumerate(said, 1))
    shuffled = chance.sample(spoken, len(spoken))
    one, other = linked(spoken), linked(shuffled)
    assert other.counts == pytest.approx(one.counts, rel=1e-6)
    assert (other.within_variance, other.between_variance) == pytest.approx(
        (one.within_variance, one.between_variance), **CLOSE
    )


def between(low, high):
    """One to three answers with means between these two."""
    return st.lists(
        st.builds(lambda u, size: word(low + (high - low) * u, size), shares, sizes),
        min_size=1,
        max_size=3,
    )


@given(
    st.floats(UNSPOKEN.mean, 0.95).flatmap(
        lambda line: st.tuples(between(0.02, line), between(line, 0.98))
    ),
    answers,
)
def test_more_answers_in_words_as_strong_make_a_link_as_strong(two, more):
    """Condition: each word of the one is at least as strong as any of the other, and ignorance.

    One more answer in a weaker word than the rest lowers the mean of any average, and so does any
    word below ignorance; no word of the thread that reaches a link is that weak (test_priors.py).
    """
    weaker, stronger = two
    stronger = (stronger * len(weaker))[: max(len(weaker), len(stronger))]
    stronger += [
        strong
        for strong in more
        if strong.mean >= max(UNSPOKEN.mean, *(weak.mean for weak in weaker))
    ]
    assert pooled(stronger).mean >= pooled(weaker).mean - 1e-12


@given(answers, words)
def test_dropping_an_answer_moves_the_mean_to_what_remains(remaining, dropped):
    """The other replies and ignorance remain: the mean moves to theirs, away from the dropped."""
    rest = float(np.mean([UNSPOKEN.mean, *(word.mean for word in remaining)]))
    before, after = pooled([*remaining, dropped]).mean, pooled(remaining).mean
    assert after == pytest.approx(rest, **CLOSE)
    assert min(dropped.mean, after) - 1e-12 <= before <= max(dropped.mean, after) + 1e-12


@given(answers, shares, sizes)
def test_dropping_an_answer_moves_the_mean_towards_the_other_answers(remaining, share, size):
    """Condition, as ignorance stays: the dropped word lay on ignorance's side of the rest.

    At least a share 1/k of ignorance's distance from the k answers left. An answer that agrees with
    the others held ignorance off, so without it the mean falls back towards ignorance, and that is
    as it should be.
    """
    others = float(np.mean([word.mean for word in remaining]))
    nearest = others + (UNSPOKEN.mean - others) / len(remaining)
    furthest = 0.01 if others > UNSPOKEN.mean else 0.99
    dropped = word(nearest + (furthest - nearest) * share, size)
    before, after = pooled([*remaining, dropped]).mean, pooled(remaining).mean
    assert abs(after - others) <= abs(before - others) + 1e-12


def test_dropping_the_last_answer_leaves_the_stated_ignorance():
    yes, no = IGNORANCE["link"]["beta"]
    assert (UNSPOKEN.counts, UNSPOKEN.basis, UNSPOKEN.claims) == ((no, yes), "ignorance", ())


@given(words, st.integers(1, 8))
def test_one_more_answer_that_agrees_narrows(said, n):
    """Condition: the word is no vaguer than ignorance; also for the first reply's narrowing."""
    assume(said.variance < variance(UNSPOKEN) - 1e-9)
    assert variance(pooled([said] * (n + 1))) < variance(pooled([said] * n)) < variance(UNSPOKEN)


@pytest.mark.parametrize("variables", [TOY, SHIPPED], ids=["wide", "shipped"])
@pytest.mark.parametrize("name", THREAD.words)
def test_each_answer_that_agrees_narrows_relative_to_the_mean(name, variables):
    priors = [pooled([THREAD.words[name]] * n, variables) for n in range(5)]
    relative = [np.sqrt(variance(prior)) / prior.mean for prior in priors]
    assert relative == sorted(relative, reverse=True)
    if variables is SHIPPED:  # ignorance is narrow for it lies near 0: who agrees widens
        assert variance(priors[0]) < variance(priors[1]) < variance(priors[2])


@pytest.mark.parametrize("name", THREAD.words)
def test_a_second_answer_that_agrees_narrows_the_interval(name):
    widths = [np.diff(pooled([THREAD.words[name]] * n).interval(0.9))[0] for n in (1, 2, 3)]
    assert widths[0] > widths[1] > widths[2]


@given(answers, words)
def test_an_answer_widens_just_when_it_disagrees_with_the_answers(before, added):
    """It does when (m − A)² > (V − v)(1 + 1/n).

    m, v are the word's mean and variance, A the mean of the n replies before, V the pool's
    variance.
    """
    n, inputs = len(before), pooled(before)
    apart = (added.mean - np.mean([word.mean for word in before])) ** 2
    margin = apart - (variance(inputs) - added.variance) * (1 + 1 / n)
    assume(abs(margin) > 1e-9)
    assert (variance(pooled([*before, added])) > variance(inputs)) == (margin > 0)


@pytest.mark.parametrize("variables", [TOY, SHIPPED], ids=["wide", "shipped"])
@given(one=words, other=words)
def test_two_answers_that_disagree_widen_in_either_order(variables, one, other):
    """Exactly when d² > 2(w v₀ + max(v₁ − (w + 1)v₂, v₂ − (w + 1)v₁)) / (w + 1).

    d is how far apart they are, v₀ and w the variance and weight of ignorance.
    """
    w, ignorance = variables.ignorance["link"]["weight"], variance(pooled([], variables))
    v, u = one.variance, other.variance
    bar = 2 * (w * ignorance + max(v - (w + 1) * u, u - (w + 1) * v)) / (w + 1)
    margin = (one.mean - other.mean) ** 2 - bar
    assume(abs(margin) > 1e-9)
    both, *alone = (variance(pooled(said, variables)) for said in ([one, other], [one], [other]))
    assert (both > max(alone)) == (margin > 0)


@given(words, words)
def test_far_apart_is_wide_whatever_the_words(one, other):
    """Condition: no word vaguer than ignorance, means over √2 of its deviation (0.36) apart."""
    assume(max(one.variance, other.variance) <= variance(UNSPOKEN))
    assume((one.mean - other.mean) ** 2 > 2 * variance(UNSPOKEN))
    assert variance(pooled([one, other])) > max(variance(pooled([one])), variance(pooled([other])))


@pytest.mark.parametrize(
    "order", [("can", "flat_assertion"), ("flat_assertion", "can")], ids=" then ".join
)
def test_a_mild_answer_and_a_strong_one_widen_in_either_order(order):
    first, second = (THREAD.words[name] for name in order)
    assert variance(pooled([first, second])) > variance(pooled([first]))
    assert np.diff(pooled([first, second]).interval()) > np.diff(pooled([first]).interval())


@pytest.mark.parametrize(
    ("variables", "apart"), [(TOY, APART), (SHIPPED, 0.05)], ids=["wide", "shipped"]
)
def test_words_of_the_thread_far_enough_apart_widen_in_either_order(variables, apart):
    words = THREAD.words.values()
    pairs = [(one, other) for one in words for other in words if abs(one.mean - other.mean) > apart]
    assert len(pairs) > 50
    for one, other in pairs:
        assert variance(pooled([one, other], variables)) > variance(pooled([one], variables))


@given(answers)
def test_a_link_is_surer_than_ignorance_just_when_its_answers_are(said):
    """Its variance lies between ignorance's and the replies': each one's and their spread."""
    alone = np.mean([word.variance for word in said]) + np.var([word.mean for word in said])
    low, high = sorted((alone, variance(UNSPOKEN)))
    assert low - 1e-12 <= variance(pooled(said)) <= high + 1e-12


@given(answers, st.integers(0, 5), st.integers(2, 4))
def test_answers_are_counted_and_not_sentences(said, which, times):
    """An answer that repeats itself word for word says no more than once."""
    spoken = list(enumerate(said, 1))
    repeated = [*spoken, *[spoken[which % len(spoken)]] * times]
    assert linked(repeated).counts == pytest.approx(linked(spoken).counts, rel=1e-6)


@given(answers)
def test_an_answer_of_many_words_is_one_voice(said):
    """Its claims are averaged, so it weighs against ignorance as one answer does."""
    one = linked([(1, word) for word in said])
    assert one.mean == pytest.approx(
        (UNSPOKEN.mean + np.mean([word.mean for word in said])) / 2, **CLOSE
    )


@given(answers)
def test_thin_and_disagreement_make_up_the_variance(said):
    prior = pooled(said)
    assert prior.within_variance + prior.between_variance == pytest.approx(
        variance(prior), rel=1e-9
    )
    share = len(said) / (len(said) + IGNORANCE["link"]["weight"])
    assert prior.between_variance == pytest.approx(
        share * np.var([word.mean for word in said]), **CLOSE
    )


@given(words)
def test_no_one_disagrees_with_silence(said):
    """One answer, however far from ignorance, is no disagreement, nor are two that say the same."""
    assert pooled([said]).between_variance == 0
    assert pooled([said, said]).between_variance == pytest.approx(0, abs=1e-12)


def test_the_reason_of_a_link_says_how_much_silence_weighs_beside_its_replies():
    """More than one of either is in test_priors.py, of the shipped thread."""
    average = "the average of 1 reply and of ignorance, which weighs as much as 1 reply"
    assert pooled([word(0.5, 10)]).why == average


@given(said)
def test_counts_have_the_mean_and_variance_asked_for(opinion):
    no, yes = beta_counts(opinion.mean, opinion.variance)
    found = beta(yes, no).mean(), beta(yes, no).var()
    assert found == pytest.approx((opinion.mean, opinion.variance), rel=1e-6)


@given(st.lists(said, min_size=1, max_size=6), st.data())
def test_a_linear_pool_is_the_mixture(said, data):
    """Mean and variance are those of one voice drawn by weight (law of total variance)."""
    weights = np.array(
        data.draw(st.lists(st.floats(0.1, 10), min_size=len(said), max_size=len(said)))
    )
    mean, within, between = linear_pool(said, weights)
    second = weights @ [v.variance + v.mean**2 for v in said] / weights.sum()
    assert within + between == pytest.approx(second - mean**2, abs=1e-9)


@pytest.mark.parametrize(("compound", "alone"), [(0.3, 0.2222), (0.5, 0.4444), (0.2, 0.1111)])
def test_a_compound_number_is_freed_of_the_background(compound, alone):
    """Leak .1; put back with the leak, it is the compound number again (Díez 1993)."""
    freed = net(Opinion(compound, 0.01), 0.1)
    assert freed.mean == pytest.approx(alone, abs=5e-5)
    assert 1 - (1 - freed.mean) * 0.9 == pytest.approx(compound)
    assert freed.variance == pytest.approx(0.01 / 0.9**2)


def test_only_a_claim_marked_compound_is_converted():
    claims = [claim("X-1", "often", 1, "compound"), claim("X-2", "often", 2, "net")]
    said = opinions(claims, {"often": word(0.3, 10)}, 0.1)
    assert (said[1].mean, said[2].mean) == pytest.approx((0.2 / 0.9, 0.3))


def test_a_compound_number_below_the_background_is_an_error():
    with pytest.raises(
        ValueError,
        match=r"X-1: found a compound 0\.050 below the background 0\.100; code the claim",
    ):
        opinions([claim("X-1", "seldom", 1, "compound")], {"seldom": word(0.05, 20)}, 0.1)


@pytest.mark.parametrize(("mean", "size"), [(0.1, 20), (0.12, 3)])
def test_a_compound_number_too_vague_for_the_background_is_an_error(mean, size):
    """Freed of the background its mean would be below zero or its variance impossible."""
    with pytest.raises(
        ValueError,
        match=r"claims\.csv: X-1: found a compound 0\.1.. too vague .* background 0\.100",
    ):
        opinions([claim("X-1", "seldom", 1, "compound")], {"seldom": word(mean, size)}, 0.1)


def test_a_strength_that_leaves_the_widest_variance_of_all_is_too_vague():
    """A variance of mean · (1 − mean) is that of a coin whose side is fixed: no Beta has it."""
    with pytest.raises(ValueError, match="too vague"):
        net(Opinion(0.5, 0.25), 0.0)


@pytest.mark.parametrize(("mean", "variance"), [(0.5, 0.25), (0.5, 0.3), (0.1, 0.2)])
def test_a_probability_that_varies_more_than_any_can_is_an_error(mean, variance):
    with pytest.raises(ValueError, match=r"varies by less than mean · \(1 − mean\)"):
        beta_counts(mean, variance)
