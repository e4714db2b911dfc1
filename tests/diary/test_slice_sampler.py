"""The moves of the posterior draws leave a known target invariant, and reach it from elsewhere."""

import networks
import numpy as np
import pytest
from pytest import approx
from scipy.stats import beta, binom, kstest, multivariate_normal, norm

from lumbayes.diary.draws import systematic_resample
from lumbayes.diary.parts import PartTransform
from lumbayes.diary.smc import MAX_TRIES, EllipticalSliceSampler

RARE = 1e-3  # the seeds are fixed, so nothing here fails by chance
N_DRAWS, N_MOVES = 6000, 25
PRIOR = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, -0.3], [0.0, -0.3, 1.0]])
NOISE, OBSERVED = 0.5, np.array([1.2, -0.4, 0.8])
PRECISION = np.linalg.inv(PRIOR) + np.eye(3) / NOISE**2
COVARIANCE = np.linalg.inv(PRECISION)
MEAN = COVARIANCE @ OBSERVED / NOISE**2
DIRECTIONS = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, -1, 0], [1, 1, 1]]


def log_likelihood(scores):
    return -((scores - OBSERVED[:, None]) ** 2).sum(axis=0) / (2 * NOISE**2)


def fitted(rng, shift):
    """A sampler around a normal that is fitted to few draws, beside the target by a shift."""
    draws = rng.multivariate_normal(MEAN + shift, 1.5 * COVARIANCE, 40).T
    return EllipticalSliceSampler.fit(draws, np.full(40, 1 / 40), PRIOR)


def moved(rng, sampler, scores):
    log_lik = log_likelihood(scores)
    for _ in range(N_MOVES):
        scores, log_lik = sampler.move(rng, scores, log_lik, log_likelihood)
    assert log_lik == approx(log_likelihood(scores))
    return scores


def assert_posterior(scores):
    for direction in DIRECTIONS:
        sd = np.sqrt(direction @ COVARIANCE @ direction)
        standard = (direction @ scores - direction @ MEAN) / sd
        assert kstest(standard, norm.cdf).pvalue > RARE, direction
        assert kstest((standard**2), "chi2", args=(1,)).pvalue > RARE, direction
    whitened = np.linalg.inv(np.linalg.cholesky(COVARIANCE)) @ (scores - MEAN[:, None])
    assert np.cov(whitened) == approx(np.eye(3), abs=4.5 * np.sqrt(2 / N_DRAWS))


@pytest.mark.parametrize("shift", [0.0, 0.4])
def test_exact_draws_stay_exact_draws(shift):
    rng = np.random.default_rng(1)
    exact = rng.multivariate_normal(MEAN, COVARIANCE, N_DRAWS).T
    assert_posterior(exact)
    scores = moved(rng, fitted(rng, shift), exact)
    assert_posterior(scores)
    assert (scores != exact).mean() > 0.9, "the draws have moved"


def test_draws_from_the_prior_become_draws_from_the_posterior():
    rng = np.random.default_rng(2)
    start = rng.multivariate_normal(np.zeros(3), PRIOR, N_DRAWS).T
    assert_posterior(moved(rng, fitted(rng, 0.2), start))


def test_one_move_is_reversible():
    """Of exact draws, pairs before and after a move are distributed as after and before."""
    rng = np.random.default_rng(3)
    sampler = fitted(rng, 0.4)
    before = rng.multivariate_normal(MEAN, COVARIANCE, 4 * N_DRAWS).T
    after, _ = sampler.move(rng, before, log_likelihood(before), log_likelihood)
    rise = (after - before)[:, (after != before).any(axis=0)]
    for direction in DIRECTIONS:
        change = direction @ rise
        assert kstest(change, -change).pvalue > RARE, direction


def test_a_beta_prior_and_binomial_data_give_the_conjugate_posterior():
    """In normal scores of a link's own prior, mapped by the transform that the diary uses."""
    counts, n, k = 4, 12, 9
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(["factor_a", "pain"], networks.YES_NO),
        "families": {
            "factor_a": networks.noisy(0.5),
            "pain": networks.noisy(0.1, factor_a=0.3),
        },
    }
    transform = PartTransform(networks.case_of(networks.network_of(spec, counts)).compiled)
    stick = np.array([transform.keys.index(("factor_a", "pain"))])

    def share(scores):
        return 1 / (1 + np.exp(-transform.from_scores(scores, stick)[0]))

    def log_lik(scores):
        return binom.logpmf(k, n, share(scores))

    rng = np.random.default_rng(4)
    posterior = beta(0.3 * counts + k, 0.7 * counts + n - k)
    prior = beta(0.3 * counts, 0.7 * counts)
    exact = norm.ppf(prior.cdf(posterior.rvs(N_DRAWS, random_state=rng)))[None]
    start = rng.standard_normal((1, N_DRAWS))
    sampler = EllipticalSliceSampler.fit(exact[:, :50] - 0.3, np.full(50, 1 / 50), np.eye(1))
    for scores in (exact, start):
        lik = log_lik(scores)
        for _ in range(N_MOVES):
            scores, lik = sampler.move(rng, scores, lik, log_lik)
        assert kstest(share(scores), posterior.cdf).pvalue > RARE


def test_a_draw_for_which_no_point_is_accepted_stays_after_so_many_tries():
    rng = np.random.default_rng(5)
    sampler = fitted(rng, 0.0)
    scores = rng.multivariate_normal(MEAN, COVARIANCE, 50).T
    n_calls = [0]

    def impossible(proposed):
        n_calls[0] += 1
        return np.full(proposed.shape[1], -np.inf)

    log_lik = log_likelihood(scores)
    stayed, same = sampler.move(rng, scores, log_lik, impossible)
    assert (stayed == scores).all() and (same == log_lik).all() and n_calls[0] == MAX_TRIES


class Scripted:
    """A generator whose uniform draws are given and whose normal draw is at a right angle."""

    def __init__(self, *uniforms):
        self.uniforms = iter(uniforms)

    def random(self, size):
        return np.full(size, next(self.uniforms))

    def standard_normal(self, shape):
        return np.array([[0.0], [1.0]])


def test_the_bracket_of_angles_shrinks_towards_the_draw_from_both_sides():
    identity = np.eye(2)
    sampler = EllipticalSliceSampler(np.zeros((2, 1)), identity, identity, identity)
    angles = []

    def impossible(proposed):
        angles.append(np.arctan2(proposed[1, 0], proposed[0, 0]) / np.pi)
        return np.full(1, -np.inf)

    uniforms = Scripted(0.5, 0.25, 0.5, 0.75, 0.5, 0.5)
    sampler.move(uniforms, np.array([[1.0], [0.0]]), np.zeros(1), impossible)
    assert angles == approx([1 / 2, -1 / 2, 1 / 4, -1 / 8])


def test_the_density_ratio_is_that_of_the_prior_to_the_fitted_normal():
    rng = np.random.default_rng(6)
    sampler = fitted(rng, 0.4)
    scores = rng.normal(size=(3, 20))
    own = multivariate_normal(sampler.centre[:, 0], sampler.root @ sampler.root.T)
    expected = multivariate_normal(np.zeros(3), PRIOR).logpdf(scores.T) - own.logpdf(scores.T)
    ratio = sampler.log_density_ratio(scores)
    assert ratio - ratio[0] == approx(expected - expected[0])


def test_the_normal_is_fitted_by_weight_and_its_correlations_shrunk():
    rng = np.random.default_rng(7)
    scores = rng.multivariate_normal(np.zeros(3), PRIOR, 500).T
    weights = rng.dirichlet(np.ones(500))
    sampler = EllipticalSliceSampler.fit(scores, weights, PRIOR)
    covariance = np.cov(scores, aweights=weights, ddof=0)
    size = 1 / (weights**2).sum()
    shrunk = covariance * size / (size + 3)
    np.fill_diagonal(shrunk, np.diag(covariance))
    assert sampler.centre[:, 0] == approx(scores @ weights)
    assert sampler.root @ sampler.root.T == approx(shrunk)


def test_each_draw_is_resampled_about_as_often_as_its_weight_says():
    rng = np.random.default_rng(8)
    weights = rng.dirichlet(np.full(30, 0.3))
    times = np.bincount(systematic_resample(rng, weights, 100), minlength=30)
    assert times.sum() == 100 and (np.abs(times - 100 * weights) < 1).all()
