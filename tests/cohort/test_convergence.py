"""Chains are lengthened until they mix; where they do not, a warning names what is rough."""

import io
import re
import warnings
from dataclasses import replace

import networks
import numpy as np
import pandas as pd
import pytest
from shared import loaded
from tqdm import tqdm

from lumbayes import fit, simulate
from lumbayes.batch.frame import EvidenceRows
from lumbayes.cohort import NotConverged, sampling
from lumbayes.cohort.convergence import warn_if_not_converged
from lumbayes.cohort.fit_result import FitResult
from lumbayes.cohort.hmc import bulk_ess, r_hat
from lumbayes.cohort.observed_counts import open_evidence
from lumbayes.cohort.parameter_vector import ParameterVector
from lumbayes.cohort.posterior import Posterior
from lumbayes.priors import label

KEY = ("mechanism_m", "pain")


@pytest.fixture(scope="module")
def case():
    return networks.case_of(networks.network_of(networks.WORKED_OUT, size=3))


@pytest.fixture(scope="module")
def cohort(case):
    return simulate(case, 40, 1)[["factor_a", "pain"]]


def test_chains_are_lengthened_until_they_mix(case, cohort):
    with warnings.catch_warnings():
        warnings.simplefilter("error", NotConverged)
        model = fit(case, cohort, draws=200)
    quality = model.diagnostics()
    assert quality["r_hat"].max() <= sampling.MIXED_R_HAT
    assert quality["ess"].min() >= sampling.ENOUGH_ESS
    n_chains, n_each, _ = model.fitted.chains[KEY].shape
    assert n_chains == sampling.N_CHAINS and n_each in (100, 200)


def test_chains_that_mix_at_once_are_as_long_as_asked_for(case, cohort):
    model = fit(case, cohort, draws=1200)
    assert model.fitted.chains[KEY].shape[:2] == (4, 300)


def test_chains_that_stay_short_are_warned_of(case, cohort, monkeypatch):
    monkeypatch.setattr(sampling, "MAX_DOUBLINGS", 0)
    with pytest.warns(NotConverged, match="R-hat") as caught:
        fit(case, cohort, draws=16)
    assert len([w for w in caught if w.category is NotConverged]) == 1


def test_chains_are_lengthened_along_a_map_of_all_draws_so_far(case, cohort, monkeypatch):
    maps, standardize = [], sampling.Sampler.standardize

    def watched(sampler, centre, covariance):
        maps.append((centre, covariance))
        standardize(sampler, centre, covariance)

    monkeypatch.setattr(sampling.Sampler, "standardize", watched)
    monkeypatch.setattr(sampling, "MAX_DOUBLINGS", 1)
    parameters, rows = ParameterVector(case, [KEY, "pain"]), EvidenceRows(case, cohort)
    evidence = open_evidence(rows, np.ones(rows.n_distinct, bool), np.zeros(4))
    posterior = Posterior(parameters, evidence)
    with tqdm(total=sampling.n_trajectories(12), file=io.StringIO()) as bar:
        chains = sampling.sample_posterior(posterior, 12, 1, bar)
    assert bar.n == bar.total, "the bar ends where it is full"
    assert [len(chain.draws) for chain in chains] == [24] * 4, "twelve are not enough"
    first = np.concatenate([chain.draws[:12] for chain in chains])[:, ~posterior.is_sharp]
    before, (centre, covariance) = maps[-5][1], maps[-1]
    assert centre == pytest.approx(first.mean(axis=0))
    n, d = first.shape
    shrunk = (n * np.cov(first.T, ddof=0) + d * before) / (n + d)
    assert covariance == pytest.approx(shrunk)


def test_the_warning_names_the_parameters_worst_first_and_says_what_to_do(case, cohort):
    model = fit(case, cohort, draws=1200)
    chains = dict(model.fitted.chains)
    shifted = chains[KEY].copy()
    shifted[0] = 0.2 * shifted[0] + np.array([0.0, 0.8])
    chains[KEY] = shifted
    rough = replace(model.fitted, chains=chains)
    assert r_hat(shifted).max() > sampling.MIXED_R_HAT > r_hat(chains["pain"]).max()
    with pytest.warns(NotConverged) as caught:
        warn_if_not_converged(case, rough)
    text = str(caught[0].message)
    assert "1 of " in text and "mechanism_m → pain" in text and "factor_a" not in text
    assert f"{bulk_ess(shifted).min():.0f}" in text and "draws=2400" in text


@pytest.mark.parametrize(("n", "more"), [(8, ""), (9, " and 1 more")])
def test_the_warning_names_up_to_eight_parameters(n, more):
    """Four chains, each of them elsewhere."""
    base = loaded()
    keys = [key for key, prior in base.priors.items() if len(prior.states) == 2][:n]
    yes = np.random.default_rng(0).uniform(0, 0.1, (4, 20)) + 0.2 * np.arange(4)[:, None]
    apart = FitResult({}, {}, dict.fromkeys(keys, np.stack([1 - yes, yes], axis=-1)), 0)
    with pytest.warns(NotConverged) as caught:
        warn_if_not_converged(base, apart)
    (listed,) = re.findall(rf"are rough: (.*){more}\. Of their", str(caught[0].message))
    named = listed.split(", ")
    assert len(named) == 8 and {*named} <= {label(key) for key in keys}


def test_what_is_counted_needs_no_warning(case):
    seen = pd.DataFrame({"factor_a": ["yes", "no"] * 4})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not fit(case, seen).draws
