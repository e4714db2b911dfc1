"""The figures of a fit's reports, each against its definition."""

from statistics import NormalDist, fmean, variance

import networks
import numpy as np
import pandas as pd
import pytest
from pytest import approx
from scipy.special import betaln
from scipy.stats import beta
from shared import loaded

from lumbayes import fit, simulate
from lumbayes.batch.frame import EvidenceRows
from lumbayes.cohort.fit_result import FitResult
from lumbayes.cohort.hmc import Chain
from lumbayes.cohort.parameter_vector import ParameterVector
from lumbayes.cohort.predictive_check import contrast_fits
from lumbayes.cohort.report import ClaimLikelihoods
from lumbayes.priors import label
from lumbayes.priors.claim_betas import ClaimBetas
from lumbayes.priors.claim_likelihood import GridLikelihood
from lumbayes.priors.claim_verdicts import SUPPORT_ODDS, claim_verdict

base = loaded(base_rate=None, traits=False, doses=False)  # strengths as the claims' words give them


@pytest.fixture(scope="module")
def fitted():
    runners = simulate(base, 300, 11)[["hills", "poor_stretching", "muscle_strain", "back_pain"]]
    return fit(base, runners, draws=200)


def test_each_parameter_has_its_movement_interval_and_verdict(fitted):
    table = fitted.parameters(width=0.5)
    for key in ["hills", ("hills", "muscle_strain"), ("worn_shoes", "muscle_strain")]:
        (no, yes), after = base.priors[key].counts, fitted.case.priors[key].counts
        row = table.loc[(label(key), "yes")]
        prior, posterior = beta(yes, no), beta(*after[::-1])
        low, high, variance = *posterior.interval(0.5), posterior.var()
        if key in fitted.draws:
            draws = fitted.draws[key][:, 1]
            assert posterior.mean() == approx(draws.mean())
            assert posterior.var() == approx(draws.var(), rel=1e-6)
            (low, high), variance = np.quantile(draws, [0.25, 0.75]), draws.var()
        assert row["prior"] == approx(prior.mean()) and row["posterior"] == approx(posterior.mean())
        assert row["moved"] == approx((posterior.mean() - prior.mean()) / prior.std())
        assert (row["low"], row["high"]) == approx((low, high))
        assert row["effective_trials"] == approx(sum(after) - no - yes)
        inside = prior.interval(0.5)[0] <= posterior.mean() <= prior.interval(0.5)[1]
        apart = low > prior.interval(0.5)[1] or high < prior.interval(0.5)[0]
        is_tested = variance < prior.var() / 2 or apart
        verdict = "not contradicted" if inside else "contradicted"
        assert row["verdict"] == (verdict if is_tested else "untested")
    assert table.loc[("hills", "yes"), "expected_trials"] == approx(300)
    assert len(table.loc["severity"]) == len(base.variables["severity"].states) - 1


def grid(edges, log_lik, log_lik_at_0=np.nan):
    return GridLikelihood(edges, log_lik, log_lik_at_0)


def test_a_posterior_far_out_in_the_tail_of_a_claim_is_the_conjugate_beta():
    """Above .39 all cells of Beta(3.5, 91.7) had the mass 0, where 1 - F keeps no digit."""
    edges = np.linspace(0, 1, 4001)
    values = (edges[:-1] + edges[1:]) / 2
    likelihood = grid(edges, 600 * np.log(values) + 400 * np.log(1 - values), -np.inf)
    claim, exact = beta(3.5, 91.7), beta(603.5, 491.7)
    masses, log_evidence = likelihood.posterior(claim)
    assert masses @ values == approx(exact.mean(), abs=1e-4)
    constant = betaln(603.5, 491.7) - betaln(3.5, 91.7)
    assert log_evidence == approx(constant, abs=1e-3)


def test_a_posterior_on_the_grid_is_the_conjugate_beta():
    """7 of 10 trials: the claim's, the pooled and the ignorance prior each have theirs."""
    edges = np.linspace(0, 1, 4001)
    values = (edges[:-1] + edges[1:]) / 2
    likelihood = grid(edges, 7 * np.log(values) + 3 * np.log(1 - values), -np.inf)
    betas = ClaimBetas(beta(2, 3), beta(1, 1), beta(0.5, 0.5))
    found = likelihood.evidence(betas, 10.0, 0.8)
    exact = beta(9, 6)
    mean, low, high = found.posterior
    assert mean == approx(exact.mean(), abs=1e-3)
    assert (low, high) == approx(exact.interval(0.8), abs=1e-3)
    alone = beta(7.5, 3.5)
    conflict = 2 * float((np.diff(alone.cdf(edges)) * beta(2, 3).cdf(values)).sum()) - 1
    assert found.conflict == approx(conflict, abs=1e-3)
    assert found.extra["direction"] == approx(1) and found.verdict == "supported"
    assert likelihood.evidence(betas, 0.0, 0.8).verdict == "untested", (
        "of a link that was not tried"
    )


@pytest.mark.parametrize("worse", [30, 2000])
def test_data_that_only_a_link_of_zero_explains_contradict_its_claim(worse):
    """The odds are too small for a number where they are e to the power of −2,000."""
    likelihood = grid(np.linspace(0, 1, 41), np.full(40, -float(worse)), 0.0)
    found = likelihood.evidence(ClaimBetas(beta(2, 3), beta(1, 1), beta(0.5, 0.5)), 10.0)
    assert found.verdict == "contradicted"
    assert found.extra["direction"] == approx(np.exp(-worse), rel=1e-9)


def test_a_word_of_a_verdict_follows_direction_before_strength():
    rows = [
        (False, 1.0, "as stated", "untested"),
        (True, 1.0, "as stated", "not contradicted"),
        (True, 1.0, "stronger", "not contradicted"),
        (True, SUPPORT_ODDS, "stronger", "supported"),
        (True, SUPPORT_ODDS, "weaker", "contradicted"),
        (True, 1 / SUPPORT_ODDS, "as stated", "contradicted"),
    ]
    for is_tested, odds, strength, word in rows:
        assert claim_verdict(is_tested, odds, strength) == word


def test_the_likelihood_of_a_claimed_link_equals_that_of_counts_where_all_is_seen():
    """Hills alone, no strain: each row is a trial of the link that ended in no."""
    states = {v.name: ["no"] * 40 for v in base.variables.factors}
    frame = pd.DataFrame({**states, "hills": ["yes"] * 40, "muscle_strain": ["no"] * 40})
    model = fit(base, frame)
    claims = model.claims()
    hills = claims[(claims["cause"] == "hills") & (claims["effect"] == "muscle_strain")]
    for claim, row in hills.iterrows():
        word = base.priors.words[next(c for c in base.priors.claims if c.id == claim).reading]
        exact = beta(word.alpha, word.beta + 40)
        assert row["posterior"] == approx(exact.mean(), abs=0.01)
        assert row["high"] == approx(exact.ppf(0.95), abs=0.01)
        assert row["tested"] == approx(40) and row["verdict"] == "contradicted"
    assert (claims.loc[claims["cause"] == "worn_shoes", "verdict"] == "untested").all()


@pytest.mark.parametrize(("n", "verdict"), [(14, "contradicted"), (3, "untested")])
def test_a_parameter_is_tested_where_its_intervals_are_apart_however_wide(n, verdict):
    """A rare factor that all have: both posteriors are wider than the prior, one lies beyond it."""
    no, yes = base.priors["spinal_curvature"].counts
    model = fit(base, pd.DataFrame({"spinal_curvature": ["yes"] * n}))
    row = model.parameters().loc[("spinal_curvature", "yes")]
    prior, posterior = beta(yes, no), beta(yes + n, no)
    assert row["posterior"] == approx(posterior.mean()) and posterior.var() > prior.var() / 2
    assert (posterior.ppf(0.05) > prior.ppf(0.95)) == (verdict == "contradicted")
    assert row["verdict"] == verdict


def test_claims_on_links_that_are_cut_are_untested():
    case = base.do(muscle_strain="no")
    claims = fit(case, pd.DataFrame({"hills": ["yes"] * 5 + ["no"] * 9})).claims()
    cut = claims[claims["effect"] == "muscle_strain"]
    assert len(cut) and (cut["tested"] == 0).all() and (cut["verdict"] == "untested").all()
    assert cut["posterior"].tolist() == approx(cut["prior"].tolist(), abs=1e-3)
    assert cut["direction"].tolist() == approx([0.5] * len(cut))


def test_diagnostics_know_a_chain_that_does_not_mix():
    from lumbayes.cohort.hmc import bulk_ess, r_hat

    rng = np.random.default_rng(0)
    independent = rng.standard_normal((4, 1000))
    assert r_hat(independent) == approx(1, abs=0.01)
    assert bulk_ess(independent) == approx(4000, rel=0.15)
    sluggish = np.zeros((4, 4000))
    for i in range(1, 4000):
        sluggish[:, i] = 0.9 * sluggish[:, i - 1] + rng.standard_normal(4)
    assert bulk_ess(sluggish) == approx(16_000 * (1 - 0.9) / (1 + 0.9), rel=0.3)
    apart = independent + np.arange(4)[:, None]
    assert r_hat(apart) > 1.3 and bulk_ess(apart) < 20


@pytest.mark.parametrize("n_draws", [6, 7, 12])
def test_r_hat_and_ess_are_those_of_their_definition(n_draws):
    """Vehtari et al. (2021), equations 1 to 4 and 10 to 14, in plain Python."""
    from lumbayes.cohort.hmc import bulk_ess, r_hat

    draws = np.random.default_rng(n_draws).standard_normal((2, n_draws)).cumsum(axis=1)
    n = n_draws // 2
    halves = [half for chain in draws.tolist() for half in (chain[:n], chain[-n:])]
    ranked = sorted(x for half in halves for x in half)
    to_score = NormalDist().inv_cdf
    scores = [
        [to_score((ranked.index(x) + 1 - 3 / 8) / (len(ranked) + 1 / 4)) for x in half]
        for half in halves
    ]
    means = [fmean(half) for half in scores]
    within = fmean(variance(half) for half in scores)
    total = (n - 1) / n * within + variance(means)
    assert r_hat(draws) == approx((total / within) ** 0.5)

    def covariance(half, lag):
        centred = [x - fmean(half) for x in half]
        return sum(a * b for a, b in zip(centred, centred[lag:], strict=False)) / n

    correlations = [
        1 - (within - fmean(covariance(half, lag) for half in scores)) / total for lag in range(n)
    ]
    pairs = [1 + correlations[1]]
    for lag in range(2, n // 2 * 2, 2):
        pairs.append(min(max(correlations[lag] + correlations[lag + 1], 0), pairs[-1]))
    time, size = max(2 * sum(pairs) - 1, 1 / np.log10(4 * n)), 4 * n
    assert bulk_ess(draws) == approx(size / time)


def test_hamiltonian_monte_carlo_samples_a_normal():
    from lumbayes.cohort.hmc import sample_chain

    sd = np.array([0.5, 1.0, 1.5])
    chain = sample_chain(
        lambda x: (-float((x / sd) @ (x / sd)) / 2, -x / sd**2),
        np.zeros(3),
        100,
        4000,
        np.random.default_rng(0),
    )
    assert chain.n_divergent == 0 and 0.7 < chain.acceptance < 0.95
    assert chain.draws.std(axis=0) == approx(sd, rel=0.06)
    assert chain.draws.mean(axis=0) == approx(np.zeros(3), abs=0.08)


def test_a_chain_followed_by_another_counts_the_draws_of_both():
    chain = Chain(np.zeros((2, 1)), 0.5, 1).followed_by(Chain(np.ones((3, 1)), 1.0, 2))
    assert chain.draws.tolist() == [[0], [0], [1], [1], [1]]
    assert chain.acceptance == approx(4 / 5) and chain.n_divergent == 3


@pytest.mark.parametrize("outside", [-np.inf, np.nan])
def test_a_trajectory_that_diverges_is_counted_and_stays_where_it_began(outside):
    from lumbayes.cohort.hmc import sample_chain

    def half_normal(x):
        return (-float(x @ x) / 2 if x[0] > 0 else outside), -x

    chain = sample_chain(half_normal, np.ones(1), 100, 1000, np.random.default_rng(0))
    assert chain.draws.min() > 0
    assert chain.draws.mean() == approx((2 / np.pi) ** 0.5, abs=0.08)
    is_still = (np.diff(chain.draws[:, 0]) == 0).sum()
    assert 0 < chain.n_divergent <= is_still + 1  # of the first draw the start is not known
    assert chain.acceptance <= 1 - chain.n_divergent / 1000


def test_a_network_without_claims_has_an_empty_table_of_claims():
    case = networks.case_of(networks.network_of(networks.WORKED_OUT, size=3))
    assert len(fit(case, pd.DataFrame({"pain": ["no"]}), draws=20).claims()) == 0


def test_rows_that_no_strengths_allow_are_said_to_be_so():
    """Nobody on hills hurts, everybody on flat ground does: no cause of this model protects."""
    states = ["yes"] * 20 + ["no"] * 20
    frame = pd.DataFrame({"hills": states, "back_pain": states[::-1]})
    claims = fit(base, frame, draws=100).claims()
    hills = claims[claims["cause"] == "hills"]
    assert (hills["fit"] < 0.01).all() and (hills["verdict"] == "contradicted").all()
    (sentence,) = claims.attrs["misfits"]
    assert "cannot be reconciled" in sentence and base.variables["hills"].label in sentence
    turned = fit(base, frame.assign(back_pain=states), draws=100).claims()
    assert not turned.attrs["misfits"] and (turned.loc[hills.index, "fit"] > 0.01).all()
    assert (turned.loc[hills.index, "verdict"] == "supported").any()


@pytest.fixture(scope="module")
def at_means():
    return FitResult({key: prior.counts for key, prior in base.priors.items()}, {}, {}, 0)


@pytest.mark.parametrize(("state", "expected"), [("yes", 1.0), ("no", 0.0)])
@pytest.mark.parametrize("blank", ["yes", "no"])
def test_rows_without_a_known_pain_do_not_count_in_a_comparison(at_means, state, expected, blank):
    """All with one state of hills hurt and all with the other do not; of many others none knows."""
    hills = ["yes"] * 20 + ["no"] * 20 + [blank] * 2000
    pain = [("yes" if h == state else "no") for h in hills[:40]] + [None] * 2000
    frame = pd.DataFrame({"hills": hills, "back_pain": pain})
    assert contrast_fits(base, frame, at_means) == {"hills": expected}


def test_a_difference_as_low_as_the_lowest_of_all_is_drawn_as_often_as_it_is_likely(at_means):
    """One runner on hills does not hurt and one on flat ground does; nothing can be lower."""
    frame = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["no", "yes"]})
    spared, hurt = (base.given(hills=state).posterior("back_pain") for state in ("yes", "no"))
    fits = contrast_fits(base, frame, at_means)
    assert fits["hills"] == approx(spared["no"] * hurt["yes"], abs=0.06)


def test_a_trait_says_whether_a_row_hurt_where_the_pain_is_blank(at_means):
    frame = pd.DataFrame(
        {"hills": ["yes", "no"] * 20, "back_pain": ["no", "no", "yes", "yes"] * 10}
    )
    frame["back_pain"] = frame["back_pain"].where(frame.index % 5 != 0, "yes")
    severity = frame["back_pain"].map({"yes": "mild", "no": "none"})
    traits = frame.drop(columns="back_pain").assign(severity=severity)
    expected = contrast_fits(base, frame, at_means)
    assert expected and contrast_fits(base, traits, at_means) == expected
    some = frame.assign(severity=severity, back_pain=frame["back_pain"].where(frame.index % 2 == 0))
    assert contrast_fits(base, some, at_means) == expected


def test_what_is_not_seen_with_and_without_pain_known_is_not_compared(at_means):
    columns = {
        "hills": ["yes", "no", None, None],
        "worn_shoes": ["yes", "yes", "yes", None],
        "flat_feet": ["no", "no", "no", None],
        "weak_core": ["yes", "yes", "no", "no"],
        "back_pain": ["yes", "no", None, None],
    }
    frame = pd.DataFrame(columns)
    assert [*contrast_fits(base, frame, at_means)] == ["hills"]
    assert contrast_fits(base, frame.drop(columns="hills"), at_means) == {}
    assert contrast_fits(base, frame.drop(columns="back_pain"), at_means) == {}


def test_where_the_pain_is_held_causes_are_not_compared(at_means):
    frame = pd.DataFrame({"hills": ["yes", "no"], "back_pain": ["yes", "yes"]})
    assert contrast_fits(base.do(back_pain="yes"), frame, at_means) == {}


def test_the_likelihood_of_a_claimed_dose_is_that_of_the_rows_at_each_value():
    """P(idle) of a graded link is a power of its share: the likelihood is not linear in it."""
    case = loaded(base_rate="visitor")
    frame = pd.DataFrame(
        {
            "climb_m_per_km": [70.0, 5, 30, 45, 80] * 20,
            "back_pain": ["yes", "no", "yes"] * 33 + ["no"],
        }
    )
    rows, parameters = EvidenceRows(case, frame), ParameterVector(case)
    counts = {key: prior.counts for key, prior in case.priors.items()}
    at_means = FitResult(counts, {}, {}, 0)
    claim = next(c for c in case.priors.claims if c.cause == "hills" and c.pooled)
    likelihood = ClaimLikelihoods(case, rows, at_means).of(claim)
    shares = parameters.normalized(parameters.prior_counts)
    part = parameters.slices["hills", "muscle_strain"]

    def log_lik(value):
        moved = shares.copy()
        moved[part] = 1 - value, value
        batches = [(e, rows.multiplicities[p]) for p, e in rows.batches()]
        return sum(parameters.summed_counts(moved, e, m)[0] for e, m in batches)

    exact = np.array([log_lik(value) for value in likelihood.values])
    ours = likelihood.log_lik
    assert ours - ours[0] == approx(exact - exact[0], abs=1e-6)
    assert likelihood.log_lik_at_0 - ours[0] == approx(log_lik(0.0) - exact[0], abs=1e-6)
