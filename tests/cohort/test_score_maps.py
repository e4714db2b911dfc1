"""Shares by normal scores: their gradients, and the priors that scores must have."""

import numpy as np
import pytest
from pytest import approx
from scipy.special import betainc, betaincc
from scipy.stats import norm
from shared import loaded

from lumbayes.cohort.score_maps import SharedRows, Sticks
from lumbayes.priors.joint_draws import shared_base, shared_groups

ROWS = [np.array([1.5, 1.0, 0.5]), np.array([1.9, 1.4, 0.7]), np.array([1.5, 1.0, 0.5])]
PAIRS = [np.array([2.0, 0.3]), np.array([2.0, 1.3])]
MAPS = {
    "sticks": Sticks([np.array([2.0, 3.0, 0.5]), np.array([0.4, 9.0])]),
    "shared rows": SharedRows([ROWS, PAIRS]),
}
N = 20_000


@pytest.mark.parametrize("name", MAPS)
def test_gradients_by_scores_are_those_of_differences(name):
    score_map, step = MAPS[name], 1e-6
    rng = np.random.default_rng(1)
    for scores in rng.standard_normal((5, score_map.n_scores)) * 1.5:
        shares, pull = score_map.at(scores)
        weights = rng.standard_normal(len(shares))  # of a function of log shares

        def at(moved, weights=weights):
            return weights @ np.log(score_map.at(moved)[0])

        steps = step * np.eye(len(scores))
        differences = [(at(scores + s) - at(scores - s)) / (2 * step) for s in steps]
        assert pull(weights) == approx(np.array(differences), rel=1e-4, abs=1e-6)


def test_rows_that_share_gammas_have_their_own_dirichlet_and_equal_rows_are_one():
    scores = np.random.default_rng(2).standard_normal((N, MAPS["shared rows"].n_scores))
    shares = np.array([MAPS["shared rows"].at(own)[0] for own in scores])
    for counts, part in zip([*ROWS, *PAIRS], np.split(shares, [3, 6, 9, 11], axis=1), strict=True):
        mean = counts / counts.sum()
        variance = mean * (1 - mean) / (counts.sum() + 1)
        assert part.sum(axis=1) == approx(np.ones(N))
        assert part.mean(axis=0) == approx(mean, abs=5 * np.sqrt(variance.max() / N))
        assert part.var(axis=0) == approx(variance, rel=0.06)
    assert (shares[:, 6:9] == shares[:, :3]).all()


def test_scores_far_out_leave_shares_that_are_shares():
    for score_map in MAPS.values():
        for far in (-10.0, 10.0):
            shares, pull = score_map.at(np.full(score_map.n_scores, far))
            assert np.isfinite(shares).all() and (shares >= 0).all()
            assert np.isfinite(pull(np.ones(len(shares)))).all()


@pytest.mark.parametrize(
    "counts", [(2900.0, 1.0), (273.0, 0.5), (0.5, 273.0), (6.2, 13.8), (3.0, 3.0)]
)
@pytest.mark.parametrize("score", [-15.0, -9.0, -1.0, 1.0, 9.0, 15.0])
def test_a_stick_has_the_tail_of_its_prior_that_its_score_has(counts, score):
    """Also where the share of a rare thing is far above its prior, as of many who hurt."""
    stop, later = counts
    (stopped, going_on), _ = Sticks([np.array(counts)]).at(np.array([score]))
    if stopped < going_on:
        below, above = betainc(stop, later, stopped), betaincc(stop, later, stopped)
    else:
        below, above = betaincc(later, stop, going_on), betainc(later, stop, going_on)
    assert (below if score < 0 else above) == approx(norm.cdf(-abs(score)), rel=1e-6)
    assert stopped + going_on == approx(1)


def test_gammas_that_are_0_in_this_arithmetic_leave_shares_too():
    few = SharedRows([[np.array([0.3, 0.4]), np.array([0.3, 0.5])]])
    shares, pull = few.at(np.full(few.n_scores, -30.0))
    assert shares[:2].sum() == approx(1) == shares[2:].sum()
    assert np.isfinite(pull(np.ones(4))).all()


def test_nothing_to_map_is_nothing():
    for score_map in (Sticks([]), SharedRows([])):
        shares, pull = score_map.at(np.empty(0))
        assert len(shares) == len(pull(shares)) == score_map.n_scores == 0


def test_rows_share_draws_as_their_groups_say():
    """Of rows in one group the correlation of draws is that of what they share."""
    priors = loaded().priors
    groups = shared_groups(priors, priors)
    assert groups["severity"] and ("muscle_strain", "severity") in groups["severity"]
    assert all(shared_base(priors, row) == base for base, rows in groups.items() for row in rows)
    draws = priors.sample(4000, 1, ["severity", *groups["severity"]])
    for row in groups["severity"]:
        same = priors[row].counts == approx(priors["severity"].counts)
        assert (draws[row] == approx(draws["severity"])) == same
    assert shared_groups(priors, ["hills", ("muscle_strain", "severity")]) == {}
