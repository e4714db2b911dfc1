"""How replies are pooled: axioms of opinion pools, each for any words of Hypothesis.

A link's pool starts with ignorance. Each property is tested with a wide one that weighs as much as
one answer, and with the shipped one. Some hold under a condition only; the test's docstring says
which, and so does priors/README.md.
"""

from dataclasses import dataclass

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
LEAK = StatedEstimate("judgement", "for the test", {"no": 9, "yes": 1})
CAUSE = Factor(name="hills", label="Hills", group="running", changeable=True, background=LEAK)
EFFECT = Outcome(name="back_pain", label="Pain", parents=("hills",), background=LEAK)
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


@dataclass(frozen=True)
class Silence:
    """An ignorance of links, and how far apart two words of the thread widen a link."""

    beta: tuple[float, float]
    weight: float
    apart: float

    def linked(self, spoken):
        """The prior of one link for which these words are spoken, as pairs (answer, word)."""
        link = {"beta": list(self.beta), "weight": self.weight, "why": "for the test"}
        variables = Variables([CAUSE, EFFECT], {**THREAD.variables.ignorance, "link": link})
        claims = tuple(claim(i, str(i), answer) for i, (answer, _) in enumerate(spoken))
        readings = {str(i): word for i, (_, word) in enumerate(spoken)}
        return Priors(variables, claims, readings)["hills", "back_pain"]

    def pooled(self, said):
        """The prior of one link on which each of these words is another answer's."""
        return self.linked(list(enumerate(said, 1)))

    def spread(self, said):
        """The variance of the link of these words."""
        return variance(self.pooled(said))

    @property
    def mean(self):
        return self.beta[0] / sum(self.beta)

    @property
    def variance(self):
        return float(beta(*self.beta).var())

    def bar(self, one, other):
        """The least d² at which the second of two words widens the link, if `one` is the first."""
        vague = (self.weight * self.variance + one.variance) / (self.weight + 1)
        return 2 * (vague - other.variance)


def variance(prior):
    no, yes = prior.counts
    return float(beta(yes, no).var())


LINK = THREAD.variables.ignorance["link"]
WIDE = Silence((0.5, 1.5), 1, apart=0.285)  # that of the first coding
SHIPPED = Silence(tuple(LINK["beta"]), LINK["weight"], apart=0.05)
either = pytest.mark.parametrize("silence", [WIDE, SHIPPED], ids=["wide", "shipped"])


@either
@given(answers, st.randoms())
def test_the_order_of_claims_is_irrelevant(silence, said, chance):
    spoken = list(enumerate(said, 1))
    shuffled = chance.sample(spoken, len(spoken))
    one, other = silence.linked(spoken), silence.linked(shuffled)
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


@either
@given(shares, st.data(), answers)
def test_more_answers_in_words_as_strong_make_a_link_as_strong(silence, share, data, more):
    """Condition: each word of the one is at least as strong as any of the other, and ignorance.

    One more answer in a weaker word than the rest lowers the mean of any average, and so does any
    word below ignorance; no word of the thread that reaches a link is that weak (test_priors.py).
    """
    line = silence.mean + (0.95 - silence.mean) * share
    weaker, stronger = data.draw(between(0.02, line)), data.draw(between(line, 0.98))
    stronger = (stronger * len(weaker))[: max(len(weaker), len(stronger))]
    stronger += [
        strong
        for strong in more
        if strong.mean >= max(silence.mean, *(weak.mean for weak in weaker))
    ]
    assert silence.pooled(stronger).mean >= silence.pooled(weaker).mean - 1e-12


@either
@given(answers, words)
def test_dropping_an_answer_moves_the_mean_to_what_remains(silence, remaining, dropped):
    """The other replies and ignorance remain: the mean moves to theirs, away from the dropped."""
    weights = [silence.weight, *[1] * len(remaining)]
    rest = np.average([silence.mean, *(word.mean for word in remaining)], weights=weights)
    before, after = silence.pooled([*remaining, dropped]).mean, silence.pooled(remaining).mean
    assert after == pytest.approx(rest, **CLOSE)
    assert min(dropped.mean, after) - 1e-12 <= before <= max(dropped.mean, after) + 1e-12


@either
@given(answers, shares, sizes)
def test_dropping_an_answer_moves_the_mean_towards_the_other_answers(
    silence, remaining, share, size
):
    """Condition, as ignorance stays: the dropped word lay on ignorance's side of the rest.

    At least a share w/(w + k) of ignorance's distance from the k answers left, where w is the
    weight of ignorance. An answer that agrees with
    the others held ignorance off, so without it the mean falls back towards ignorance, and that is
    as it should be.
    """
    others = float(np.mean([word.mean for word in remaining]))
    held = silence.weight / (silence.weight + len(remaining))
    nearest = others + (silence.mean - others) * held
    furthest = 0.01 if others > silence.mean else 0.99
    dropped = word(nearest + (furthest - nearest) * share, size)
    before, after = silence.pooled([*remaining, dropped]).mean, silence.pooled(remaining).mean
    assert abs(after - others) <= abs(before - others) + 1e-12


@either
def test_dropping_the_last_answer_leaves_the_stated_ignorance(silence):
    (yes, no), unspoken = silence.beta, silence.pooled([])
    assert (unspoken.counts, unspoken.basis, unspoken.claims) == ((no, yes), "ignorance", ())


@either
@given(words, st.integers(1, 8))
def test_one_more_answer_that_agrees_narrows(silence, said, n):
    """Condition: the word is no vaguer than ignorance; also for the first reply's narrowing."""
    assume(said.variance < silence.variance - 1e-9)
    assert silence.spread([said] * (n + 1)) < silence.spread([said] * n) < silence.variance


@pytest.mark.parametrize("name", THREAD.words)
def test_with_a_wide_ignorance_a_second_answer_that_agrees_narrows_the_interval(name):
    """With the shipped ignorance, narrower than any word, it widens the link in absolute terms."""
    said = THREAD.words[name]
    widths = [np.diff(WIDE.pooled([said] * n).interval(0.9))[0] for n in (1, 2, 3)]
    assert widths[0] > widths[1] > widths[2]
    assert SHIPPED.variance < SHIPPED.spread([said]) < SHIPPED.spread([said] * 2)


def relative(silence, said):
    """The standard deviation of the link, divided by its mean."""
    prior = silence.pooled(said)
    return np.sqrt(variance(prior)) / prior.mean


@either
@given(words, st.integers(1, 8))
def test_one_more_answer_that_agrees_narrows_relative_to_the_mean(silence, said, n):
    """Condition: it is stronger than ignorance, its variance over its mean no larger."""
    assume(said.mean > silence.mean + 1e-6)
    assume(said.variance / said.mean <= silence.variance / silence.mean)
    widths = [relative(silence, [said] * k) for k in (0, n, n + 1)]
    assert widths[0] > widths[1] > widths[2]


@pytest.mark.parametrize("name", THREAD.words)
def test_each_word_of_the_thread_narrows_a_link_relative_to_the_mean_and_less_than_itself(name):
    said = THREAD.words[name]
    widths = [relative(SHIPPED, [said] * n) for n in range(7)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > np.sqrt(said.variance) / said.mean


@either
@given(answers, words)
def test_an_answer_widens_just_when_it_disagrees_with_the_answers(silence, before, added):
    """It does when (m − A)² > (V − v)(1 + 1/n).

    m, v are the word's mean and variance, A the mean of the n replies before, V the pool's
    variance.
    """
    n, inputs = len(before), silence.pooled(before)
    apart = (added.mean - np.mean([word.mean for word in before])) ** 2
    margin = apart - (variance(inputs) - added.variance) * (1 + 1 / n)
    assume(abs(margin) > 1e-9)
    assert (silence.spread([*before, added]) > variance(inputs)) == (margin > 0)


@either
@given(words, words)
def test_two_answers_that_disagree_widen_in_either_order(silence, one, other):
    """Exactly when d² > 2(w v₀ + max(v₁ − (w + 1)v₂, v₂ − (w + 1)v₁)) / (w + 1).

    d is how far their means are apart, v₀ and w are the variance and weight of ignorance.
    """
    bar = max(silence.bar(one, other), silence.bar(other, one))
    margin = (one.mean - other.mean) ** 2 - bar
    assume(abs(margin) > 1e-9)
    both = silence.spread([one, other])
    assert (both > max(silence.spread([one]), silence.spread([other]))) == (margin > 0)


@either
@given(means, means, sizes, sizes)
def test_far_apart_is_wide_whatever_the_words(silence, low, high, size, other_size):
    """Condition: no word vaguer than ignorance, means over √2 of its deviation apart."""
    least = 1 / (4 * silence.variance)  # a word of this size is no vaguer, whatever its mean
    one, other = word(low, least + size), word(high, least + other_size)
    assume((low - high) ** 2 > 2 * silence.variance)
    assert silence.spread([one, other]) > max(silence.spread([one]), silence.spread([other]))


@either
@pytest.mark.parametrize(
    "order", [("can", "flat_assertion"), ("flat_assertion", "can")], ids=" then ".join
)
def test_a_mild_answer_and_a_strong_one_widen_in_either_order(silence, order):
    first, second = (THREAD.words[name] for name in order)
    assert silence.spread([first, second]) > silence.spread([first])
    one, both = silence.pooled([first]), silence.pooled([first, second])
    assert np.diff(both.interval()) > np.diff(one.interval())


@either
def test_words_of_the_thread_far_enough_apart_widen_in_either_order(silence):
    words = THREAD.words.values()
    pairs = [
        (one, other)
        for one in words
        for other in words
        if abs(one.mean - other.mean) > silence.apart
    ]
    assert len(pairs) > 50
    assert all(silence.spread([one, other]) > silence.spread([one]) for one, other in pairs)


@either
@given(answers)
def test_a_link_is_surer_than_ignorance_just_when_its_answers_are(silence, said):
    """Its variance lies between ignorance's and the replies': each one's and their spread."""
    alone = np.mean([word.variance for word in said]) + np.var([word.mean for word in said])
    low, high = sorted((alone, silence.variance))
    assert low - 1e-12 <= silence.spread(said) <= high + 1e-12


@either
@given(answers, st.integers(0, 5), st.integers(2, 4))
def test_answers_are_counted_and_not_sentences(silence, said, which, times):
    """An answer that repeats itself word for word says no more than once."""
    spoken = list(enumerate(said, 1))
    repeated = [*spoken, *[spoken[which % len(spoken)]] * times]
    once = silence.linked(spoken)
    assert silence.linked(repeated).counts == pytest.approx(once.counts, rel=1e-6)


@either
@given(answers)
def test_an_answer_of_many_words_is_one_voice(silence, said):
    """Its claims are averaged, so it weighs against ignorance as one answer does."""
    one = silence.linked([(1, word) for word in said])
    means = [silence.mean, np.mean([word.mean for word in said])]
    assert one.mean == pytest.approx(np.average(means, weights=[silence.weight, 1]), **CLOSE)


@either
@given(answers)
def test_thin_and_disagreement_make_up_the_variance(silence, said):
    prior = silence.pooled(said)
    assert prior.within_variance + prior.between_variance == pytest.approx(
        variance(prior), rel=1e-9
    )
    share = len(said) / (len(said) + silence.weight)
    assert prior.between_variance == pytest.approx(
        share * np.var([word.mean for word in said]), **CLOSE
    )


@either
@given(words)
def test_no_one_disagrees_with_silence(silence, said):
    """One answer, however far from ignorance, is no disagreement, nor are two that say the same."""
    assert silence.pooled([said]).between_variance == 0
    assert silence.pooled([said, said]).between_variance == pytest.approx(0, abs=1e-12)


def test_the_reason_of_a_link_says_how_much_silence_weighs_beside_its_replies():
    """More than one of either is in test_priors.py, of the shipped thread."""
    average = "the average of 1 reply and of ignorance, which weighs as much as 1 reply"
    assert WIDE.pooled([word(0.5, 10)]).why == average


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
