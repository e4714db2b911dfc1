"""Accelerated EM: the step length is exact where it can be, and it saves most of the passes."""

import numpy as np
import pytest
from pytest import approx

from lumbayes import load, simulate
from lumbayes.batch import sample_parameters
from lumbayes.batch.frame import EvidenceRows
from lumbayes.cohort import em
from lumbayes.cohort.parameter_vector import ParameterVector

base = load(base_rate=None, traits=False)  # strengths as the claims' words give them
PARAMETERS = ParameterVector(base)
LATENT = ["muscle_strain", "spinal_curvature", "unexplained"]
CLOSE = 0.1  # nats of log posterior from the mode


def iterates(rate):
    """Three EM iterates that approach their limit by a constant rate in log shares, and it."""
    rng = np.random.default_rng(0)
    limit = PARAMETERS.normalized(rng.uniform(1, 2, len(PARAMETERS.prior_counts)))
    direction = rng.normal(size=len(limit))
    return limit, [np.exp(np.log(limit) + rate**i * direction) for i in range(3)]


@pytest.mark.parametrize("rate", [0.01, 0.5, 0.9, 0.99])
def test_iterates_with_a_constant_rate_are_extrapolated_to_their_limit(rate):
    limit, steps = iterates(rate)
    assert em.extrapolate(PARAMETERS, *steps) == approx(limit, rel=1e-9)


@pytest.mark.parametrize("rate", [-0.5, 1.0])
def test_a_step_is_never_shorter_than_the_plain_one_nor_infinite(rate):
    """Iterates that alternate would be shortened; iterates that do not move have no rate."""
    _, steps = iterates(rate)
    plain = PARAMETERS.normalized(steps[2])
    assert em.extrapolate(PARAMETERS, *steps) == approx(plain, rel=1e-9)


@pytest.fixture(scope="module")
def rows():
    runners = simulate(sample_parameters(base, 3), 600, 1, missing=0.2)
    return EvidenceRows(base, runners.drop(columns=LATENT))


@pytest.fixture(scope="module")
def plain_path(rows):
    """The log posterior after each pass of EM without acceleration."""
    current = em.e_step(PARAMETERS, rows, PARAMETERS.normalized(PARAMETERS.prior_counts))
    path = [current.log_posterior]
    for _ in range(250):
        current = em.e_step(PARAMETERS, rows, em.m_step(PARAMETERS, current))
        path.append(current.log_posterior)
    return np.array(path)


def test_acceleration_reaches_the_same_mode_in_a_quarter_of_the_passes(
    rows, plain_path, monkeypatch
):
    n_passes, real = [0], em.e_step

    def counted(*args):
        n_passes[0] += 1
        return real(*args)

    monkeypatch.setattr(em, "e_step", counted)
    path = [(n_passes[0], step.log_posterior) for step in em.em_path(PARAMETERS, rows)]
    mode = plain_path[-1]
    assert path[-1][1] == approx(mode, abs=CLOSE / 2)
    accelerated = next(n for n, log_posterior in path if log_posterior > mode - CLOSE)
    plain = 1 + int(np.argmax(plain_path > mode - CLOSE))
    assert accelerated <= 24
    assert plain >= 80
    assert path[-1][0] <= 40


def test_an_extrapolation_that_lowers_the_log_posterior_is_replaced_by_the_plain_step(
    rows, plain_path, monkeypatch
):
    uniform = PARAMETERS.normalized(np.ones(len(PARAMETERS.prior_counts)))
    monkeypatch.setattr(em, "extrapolate", lambda *_: uniform)
    path = [step.log_posterior for step in em.em_path(PARAMETERS, rows, max_steps=3)]
    assert path == approx(plain_path[[0, 2, 4, 6]], rel=1e-12)
