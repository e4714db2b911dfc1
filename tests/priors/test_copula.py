"""A Gaussian copula ties parameters and leaves each the distribution of its own counts."""

from dataclasses import replace

import numpy as np
import pytest
from pytest import approx
from scipy.stats import beta, kstest, spearmanr
from shared import loaded

from lumbayes.priors.copula import tied

N, RARE = 4096, 1e-4
base = loaded(base_rate=None, traits=False, doses=False)
KEYS = ["hills", ("muscle_strain", "severity"), ("hills", "muscle_strain")]
NUMBERS = {key: base.priors[key] for key in KEYS}
N_STICKS = sum(len(prior.counts) - 1 for prior in NUMBERS.values())
CORRELATION = np.full((N_STICKS, N_STICKS), 0.7) + 0.3 * np.eye(N_STICKS)


@pytest.fixture(scope="module")
def priors():
    return base.priors.with_priors({}, tied(NUMBERS, 4 * CORRELATION))


def test_each_parameter_is_drawn_as_its_own_counts_say(priors):
    for key, draws in priors.sample(N, keys=KEYS).items():
        counts = priors[key].counts
        by_state = draws if draws.ndim == 2 else np.stack([1 - draws, draws], axis=1)
        assert by_state.sum(axis=1) == approx(np.ones(N)) and (by_state >= 0).all()
        assert kstest(by_state[:, 0], beta(counts[0], sum(counts[1:])).cdf).pvalue > RARE


def test_tied_parameters_have_the_correlation_given(priors):
    draws = priors.sample(N, keys=KEYS)
    exact = 6 / np.pi * np.arcsin(0.7 / 2)  # Spearman's, of a normal with correlation 0.7
    found = spearmanr(draws["hills"], draws["hills", "muscle_strain"]).statistic
    assert found == approx(exact, abs=0.03)


def test_draws_are_the_same_again_and_some_of_them_are_those_of_all(priors):
    every, some = priors.sample(50, 3), priors.sample(50, 3, [KEYS[0], "onset"])
    assert all((some[key] == every[key]).all() for key in some) and len(some) == 2
    assert (priors.sample(50, 4)["hills"] != every["hills"]).all()


def test_a_parameter_that_another_has_replaced_is_tied_no_more(priors):
    other = priors.with_priors({"hills": replace(priors["hills"])})
    before, after = priors.sample(50), other.sample(50)
    assert (after.pop("hills") == base.priors.sample(50)["hills"]).all()
    assert all((after[key] == before[key]).all() for key in after)
