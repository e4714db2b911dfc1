"""The level: a run hurts as often as stated, and the order of strengths is that of the words."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, special, stats
from shared import loaded

from lumbayes import load
from lumbayes.attribution import contribution_at_means
from lumbayes.batch import sample_parameters
from lumbayes.inference.forecast_level import at_forecast_level
from lumbayes.network.network import Network
from lumbayes.priors.level import FIRM, Level, fires_in_a_run, scaled, scaled_counts
from lumbayes.priors.pooling import Opinion
from lumbayes.priors.shares import pooled_share, rate_of_share

BASE = loaded()
RAW = loaded(base_rate=None)
RATES = {name: rate.counts for name, rate in BASE.variables.base_rates.items()}
ASKER = dict(
    back_pain="yes",
    onset="cool_down",
    severity="severe",
    duration="tens_of_minutes",
    km_per_week=5.6,
)


def pain(case):
    return case.posterior("back_pain")["yes"]


@pytest.mark.parametrize("name", RATES)
def test_a_run_hurts_as_often_as_each_named_rate(name):
    counts = RATES[name]
    case = load(base_rate=name)
    assert pain(case) == pytest.approx(counts["yes"] / sum(counts.values()), abs=1e-9)
    assert case.priors.level.name == name and case.priors.level.counts == (
        counts["no"],
        counts["yes"],
    )


@pytest.mark.parametrize("rate", [0.01, 0.03, 0.045, 0.136, 0.3, 0.6])
def test_a_run_hurts_as_often_as_a_number(rate):
    case = load(base_rate=rate)
    assert pain(case) == pytest.approx(rate, abs=1e-9)
    assert f"base rate {rate:.3g}, T " in repr(case)


def test_without_a_base_rate_strengths_are_those_of_the_words():
    assert RAW.priors.level is None and pain(RAW) > 0.3
    assert "base rate" not in repr(RAW)
    raw = loaded(base_rate=0.5).priors.at_divisor(1)
    assert raw["hills", "muscle_strain"].counts == RAW.priors["hills", "muscle_strain"].counts


def test_the_default_is_the_first_named_rate():
    assert repr(BASE).startswith("Case('thread', base rate 0.03 (any_run), T ")
    assert BASE.priors.level == load(base_rate="any_run").priors.level


@pytest.mark.parametrize("rate", [1e-60, 1e-40, 1e-20, 1e-11])
def test_a_rate_too_small_for_any_level_is_refused_in_a_sentence(rate):
    with pytest.raises(ValueError, match=rf"^Found base_rate={rate:g}: no level of these streng"):
        load(base_rate=rate)


@pytest.mark.parametrize("rate", [0.99999, 1 - 1e-12, np.nextafter(1, 0)])
def test_a_rate_beside_1_is_met_to_within_a_millionth(rate):
    assert pain(load(base_rate=rate)) == pytest.approx(rate, abs=1e-6)


def test_a_rate_of_numpy_is_the_number():
    assert load(base_rate=np.float32(0.25)).priors.level == loaded(base_rate=0.25).priors.level


def test_without_a_level_there_is_none_to_change():
    with pytest.raises(ValueError, match="no level; load them with a base_rate"):
        RAW.priors.at_divisor(2)


@pytest.mark.parametrize("rate", [0, 1, 1.5, -0.1, True, float("nan"), 10**400])
def test_a_rate_that_is_no_probability_is_refused(rate):
    with pytest.raises(ValueError, match="it is a probability, above 0 and below 1"):
        load(base_rate=rate)


def test_an_unknown_rate_is_refused_by_name():
    with pytest.raises(ValueError, match="Did you mean 'any_run'"):
        load(base_rate="any_rum")


def test_the_level_stays_when_claims_are_left_out():
    """A cause without its claims is weaker; the others do not grow to make up for it."""
    fewer = BASE.exclude_claims(reply=2)
    assert fewer.priors.level is BASE.priors.level
    assert pain(fewer) < pain(BASE)
    assert fewer.priors["weak_core", "muscle_strain"] is BASE.priors["weak_core", "muscle_strain"]


def test_no_level_changes_the_order_of_strengths():
    links = [key for key in BASE.priors if isinstance(key, tuple) and key[1] == "muscle_strain"]
    orders = []
    for rate in (None, 0.01, 0.03, 0.3):
        means = np.array([load(base_rate=rate).priors[key].mean for key in links])
        orders.append(means.round(12).argsort(kind="stable").tolist())
    assert all(order == orders[0] for order in orders)


def test_only_what_fires_in_a_run_is_divided():
    """Base rates, links between factors and what hurts by its meaning stay."""
    priors, variables = BASE.priors, BASE.variables
    changed = {key for key in priors if priors[key].counts != RAW.priors[key].counts}
    share = {"unexplained"}  # its rate follows from its share of all pain
    assert changed == {key for key in priors if fires_in_a_run(key, variables)}
    assert {"muscle_strain", "back_pain", ("hills", "muscle_strain")} | share <= changed
    assert not changed & {"hills", "disc_degeneration", ("muscle_strain", "back_pain")}
    assert ("flat_feet", "over_pronation") not in changed


def test_the_mechanisms_of_the_asker_sum_to_about_one():
    """Rare causes seldom meet: what is at work in one pain is, mostly, one thing."""
    direct = BASE.variables["back_pain"].parents
    together = contribution_at_means(BASE.given(**ASKER), direct).sum()
    assert 0.95 <= together <= 1.05
    first = loaded(base_rate=None, coding="first").given(**ASKER)
    assert contribution_at_means(first, direct).sum() > 1.2


def test_all_factors_no_is_unexplained_and_neither_strain_nor_disc():
    no = dict.fromkeys([factor.name for factor in BASE.variables.factors], "no")
    causes = ["unexplained", "muscle_strain", "disc_degeneration", "spinal_curvature"]
    figures = contribution_at_means(BASE.given(back_pain="yes", **no), causes)
    assert figures[0] > 0.5 and figures[0] > 3 * figures[1:].max()
    first = contribution_at_means(
        loaded(base_rate=None, coding="first").given(back_pain="yes", **no), causes
    )
    assert first[2] > first[0]  # worn discs led only by being common


@pytest.mark.parametrize("counts", [(6.0, 4.0), (1.96, 0.04), (0.5, 0.5), (2.0, 9.0), (99.0, 1.0)])
@pytest.mark.parametrize("divisor", [0.5, 1, 3, 30, 1000])
def test_scaled_counts_against_integration(counts, divisor):
    """Mean and second moment of 1 − (1 − λ)^(1/T), λ ~ Beta, by quadrature over its quantiles."""
    no, yes = counts
    law = stats.beta(yes, no)

    def moment(power):
        fired = lambda u: (-np.expm1(np.log1p(-law.ppf(u)) / divisor)) ** power  # noqa: E731
        return integrate.quad(fired, 0, 1, limit=400, epsabs=1e-13)[0]

    first, second = moment(1), moment(2)
    new_no, new_yes = scaled_counts(counts, divisor)
    size = new_no + new_yes
    assert new_yes / size == pytest.approx(first, rel=1e-5)
    variance = new_no * new_yes / size**2 / (size + 1)
    assert variance == pytest.approx(second - first**2, rel=1e-4)


def test_scaling_keeps_the_proportion_of_a_priors_variances():
    prior = RAW.priors["hills", "muscle_strain"]
    less = scaled(prior, 30)
    assert less.within_variance + less.between_variance == pytest.approx(
        less.variance / prior.variance * (prior.within_variance + prior.between_variance)
    )
    assert less.between_variance / less.within_variance == pytest.approx(
        prior.between_variance / prior.within_variance
    )
    assert scaled(prior, 1) is prior


def share_prior(name, mean, size=10.0):
    return replace(BASE.priors["hills"], key=name, counts=((1 - mean) * size, mean * size))


def test_shares_are_pooled_with_what_others_leave_over():
    """By hand: .6 and .2 stated; a reply gives the second .7, which leaves the first .3 · .6/.8."""
    shares = {"a": share_prior("a", 0.6), "b": share_prior("b", 0.2)}
    said = {"a": {}, "b": {1: Opinion(0.7, 0.01)}}
    assert pooled_share("a", shares, {"a": {}, "b": {}}) is shares["a"]
    assert pooled_share("a", shares, said).mean == pytest.approx((0.6 + 0.3 * 0.75) / 2)
    assert pooled_share("b", shares, said).mean == pytest.approx((0.2 + 0.7) / 2)
    half = {"a": {}, "b": {1: Opinion(0.7, 0.01, 0.5)}}
    assert pooled_share("b", shares, half).mean == pytest.approx((0.2 + 0.5 * 0.7) / 1.5)


def test_a_share_of_pain_is_a_rate_of_runs():
    share, level = share_prior("a", 0.6, 20), Level(0.1, (9.0, 1.0))
    rate = rate_of_share(share, level, 0.95)
    assert rate.mean == pytest.approx(0.6 * 0.1 / 0.95)
    relative = 0.4 / 0.6 / 21 + 9 / 11
    assert rate.variance / rate.mean**2 == pytest.approx(relative)
    known = rate_of_share(share, Level(0.1), 0.95)
    assert known.variance / known.mean**2 == pytest.approx(0.4 / 0.6 / 21)
    vague = rate_of_share(share_prior("a", 0.95, 20), Level(0.9, (0.05, 0.45)), 0.95)
    assert vague.mean == pytest.approx(0.9)
    assert vague.variance / vague.mean**2 == pytest.approx((0.1 / 0.9) / 2), "half of the largest"
    with pytest.raises(ValueError, match="it cannot come that often; give a lower rate"):
        rate_of_share(share_prior("a", 0.99), Level(0.98), 0.95)


def test_unexplained_has_its_share_of_the_pain():
    """Of all pain, not of all factors: its figure is its pooled share at every level."""
    figures = [
        contribution_at_means(load(base_rate=rate).given(back_pain="yes"), ["unexplained"])[0]
        for rate in (0.01, 0.03, 0.3)
    ]
    assert max(figures) - min(figures) < 0.01


@pytest.mark.parametrize("beside", [-5e-7, -4e-8, 4e-9, 3e-7])
def test_the_last_digits_of_a_count_beside_1_do_not_decide_about_its_draws(beside):
    """numpy draws Gammas below 1 and above in two ways; a level is searched to such digits."""
    prior = BASE.priors["back_pain"]
    assert abs(prior.counts[1] - 1) < 1e-6
    near = replace(prior, counts=(prior.counts[0], 1 + beside))
    draws = [p.sample(np.random.default_rng(3), 50) for p in (prior, near)]
    assert draws[0] == pytest.approx(draws[1], rel=1e-6)


def test_another_divisor_divides_what_no_claim_gives_as_it_is():
    """Fitted, drawn and blended strengths were those of the claims again at any other T."""
    key, still = ("weak_core", "muscle_strain"), ("flat_feet", "over_pronation")
    fitted = {k: replace(BASE.priors[k], counts=(90.0, 4.0), basis="fitted") for k in (key, still)}
    literature = loaded("literature").priors
    for priors in (
        BASE.priors.with_priors(fitted),
        sample_parameters(BASE, seed=1).priors,
        BASE.priors.blend(literature, 0.5),
    ):
        assert priors.at_divisor(priors.level.divisor)[key] == priors[key]
        other = priors.at_divisor(2)
        assert other.level.divisor == 2
        assert other[key].counts == scaled_counts(priors[key].counts, 2 / priors.level.divisor)
        assert other[still] is priors[still]
        assert other["unexplained"] is priors["unexplained"], "it follows from its share of pain"
    studied = literature.with_priors(fitted).at_divisor(2)
    assert studied[key] is fitted[key], "of the literature T divides nothing"
    claimed = BASE.priors.with_priors(fitted).at_divisor(1)["hills", "muscle_strain"]
    assert claimed.counts == RAW.priors["hills", "muscle_strain"].counts


@pytest.mark.parametrize("counts", [(11.0, 1e-18), (9.9e7, 1e6), (4.0, 0.0), (0.0, 4.0)])
def test_another_divisor_divides_strengths_whose_variance_no_float_holds(counts):
    """As `sample_parameters` draws them, next to 0, and as a great many runners leave them."""
    key = ("weak_core", "muscle_strain")
    prior = replace(BASE.priors[key], counts=counts, basis="draw")
    priors = BASE.priors.with_priors({key: prior})
    divided = priors.at_divisor(1)[key]
    strength = -np.expm1(np.log1p(-min(prior.mean, 1 - 1e-16)) * priors.level.divisor)
    assert divided.mean == pytest.approx(strength, rel=1e-4)
    assert divided.basis == "draw"
    if counts[0] == 0:  # so strong that no level gives the rate
        return
    raised = at_forecast_level(
        BASE.compiled.with_network(Network(priors)), {"back_pain": "yes"}
    ).network.priors[key]
    assert raised.mean >= prior.mean and sum(raised.counts) > 0


def test_a_blend_at_another_divisor_is_blended_again_as_it_is():
    """The other set stayed at the old T: .311, pooled again .121."""
    key = ("weak_core", "muscle_strain")
    blend = BASE.blend(loaded("literature"), 0.5)
    raised = at_forecast_level(blend.compiled, {"back_pain": "yes"}).network.priors
    for priors in (blend.priors, blend.priors.at_divisor(1), raised):
        claims = priors.about(*key)
        again = [priors.pooled_again([key])[key], priors.link(*key, claims)]
        assert [prior.mean for prior in again] == pytest.approx([priors[key].mean] * 2, rel=0.15)


def test_the_variance_of_many_counts_is_divided_as_that_of_few():
    """By a difference of moments, 1e7 counts became 11,472 where 3e8 are due."""
    few, many = (scaled_counts((99 * n, n), 29.4) for n in (9, 1e5))
    assert sum(many) / sum(few) == pytest.approx(1e5 / 9, rel=0.01)
    for divisor in (29.4, 1 / 29.4):
        below, above = (scaled_counts((0.9 * n, 0.1 * n), divisor) for n in (FIRM, FIRM + 1e-6))
        assert above == pytest.approx(below, rel=1e-4)


@pytest.mark.parametrize("rate", [5e-5, 2e-5, 3.1e-6, 1e-6, 1e-9])
def test_a_very_low_base_rate_has_a_level(rate):
    for set_of_priors in ("thread", "literature"):
        case = load(set_of_priors, base_rate=rate)
        assert case.posterior("back_pain")["yes"] == pytest.approx(rate, rel=1e-6)


@pytest.mark.parametrize("counts", [(6.0, 4.0), (1.96, 0.04), (1e-4, 0.5), (9900.0, 100.0)])
def test_counts_divided_by_very_much_have_the_moments_of_the_hazard(counts):
    """For large T the divided strength is the hazard over T: both moments are known."""
    no, yes = counts
    mean = special.digamma(no + yes) - special.digamma(no)
    variance = special.polygamma(1, no) - special.polygamma(1, no + yes)
    for divisor in (1e8, 1e10, 1e12):
        new_no, new_yes = scaled_counts(counts, divisor)
        size = new_no + new_yes
        assert new_yes / size * divisor == pytest.approx(mean, rel=1e-4)
        found = (new_no / size) * (new_yes / size) / (size + 1)
        assert found * divisor**2 == pytest.approx(variance, rel=1e-3)
    below, above = (scaled_counts(counts, 1000 + step) for step in (-1e-6, 1e-6))
    assert above == pytest.approx(below, rel=1e-6)


def test_a_base_rate_next_to_zero_is_refused_as_one():
    with pytest.raises(ValueError, match=r"^Found base_rate=1e-300: no level of these strengths"):
        load(base_rate=1e-300)
