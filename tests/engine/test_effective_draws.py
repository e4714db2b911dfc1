"""Intervals rest on enough effective draws; what is fully observed weighs nothing."""

import warnings

import networks
import numpy as np
import pandas as pd
import pytest
from pytest import approx
from shared import loaded

from lumbayes import contributions, posteriors
from lumbayes.attribution import contribution_draws
from lumbayes.decisions import what_if, what_if_together
from lumbayes.defaults import DRAWS
from lumbayes.engine.intervals import (
    ENOUGH_EFFECTIVE,
    MAX_BATCHES,
    FewEffectiveDraws,
    effective_sample_size,
    interval_attrs,
    sample_until_effective,
)

RAW = loaded(base_rate=None, traits=False, doses=False, coding="first")
HARD_DAY = {"back_pain": "yes", "onset": "during", "severity": "moderate", "duration": "hours"}
SCANS = {"disc_degeneration": "yes", "spinal_curvature": "yes"}
ALL = {v.name: "yes" for v in RAW.variables.factors}
ROOTS = {v.name: "yes" for v in RAW.variables.factors if not v.parents}


def test_a_base_rate_that_is_observed_does_not_weigh_the_draws():
    """All factors, the traits and two scans: once 4.8 effective draws of 4,096."""
    case = RAW.given(**ALL, **HARD_DAY, **SCANS)
    sampled, weights = contribution_draws(case, draws=DRAWS, seed=0)
    assert sampled.shape[1] == DRAWS, "no further batch is needed"
    assert effective_sample_size(weights) > ENOUGH_EFFECTIVE
    low, high = contributions(case).loc["prolonged_sitting", ["low", "high"]]
    assert low < 0.03 and high > 0.5


@pytest.mark.parametrize("extra", [{}, HARD_DAY])
def test_an_observed_root_has_the_interval_of_an_intervention_on_it(extra):
    """Without anything above it, seeing a factor and setting it are the same (Pearl 2009)."""
    seen, set_ = RAW.given(**ROOTS, **extra), RAW.given(**extra).do(**ROOTS)
    ours, theirs = (contributions(case)[["contribution", "low", "high"]] for case in (seen, set_))
    pd.testing.assert_frame_equal(ours, theirs.loc[ours.index], rtol=0, atol=1e-9)


def test_weights_keep_the_probability_of_the_evidence_as_their_mean():
    case = RAW.given(**ROOTS, back_pain="yes", wet_footprint="solid")
    _, weights = contribution_draws(case, draws=1 << 14, seed=2)
    error = weights.std() / np.sqrt(len(weights))
    assert weights.mean() == approx(case.probability, abs=4 * error)


def test_half_sure_evidence_on_a_root_still_weighs_its_base_rate():
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(["factor_a", "pain"], networks.YES_NO),
        "families": {
            "factor_a": networks.noisy(0.25),
            "pain": networks.noisy(0.1, factor_a=0.5),
        },
    }
    case = networks.case_of(networks.network_of(spec, 2))
    weights = contribution_draws(case.likelihood(factor_a=9), draws=DRAWS, seed=0)[1]
    assert np.ptp(weights) > 0.1
    assert np.ptp(contribution_draws(case.given(factor_a="yes"), draws=DRAWS, seed=0)[1]) < 1e-12


def test_every_table_with_intervals_says_what_they_rest_on():
    case = RAW.given(back_pain="yes", hills="yes")
    tables = [
        contributions(case),
        what_if(case),
        what_if_together(case, {"hills": "no"}),
    ]
    for table in tables:
        assert table.attrs["draws"] == DRAWS and table.attrs["note"] == ""
        assert ENOUGH_EFFECTIVE < table.attrs["effective_sample_size"] <= DRAWS


def test_rows_of_a_frame_have_the_intervals_of_a_case():
    case = RAW.given(back_pain="yes")
    table = posteriors(case, pd.DataFrame([ALL]), intervals=True)
    alone = contributions(case.given(**ALL))
    for name in ("hills", "prolonged_sitting"):
        for figure in ("contribution", "low", "high"):
            assert table[figure, name].iloc[0] == approx(alone[figure][name], abs=1e-9)


def test_more_draws_are_made_until_enough_are_effective():
    batches = []

    def evaluate(batch):
        batches.append(batch)
        weights = np.zeros(1000)
        weights[:30] = 1.0
        return np.full((2, 1000), batch), weights

    values, weights = sample_until_effective(evaluate, 1000)
    assert batches == [0, 1, 2, 3] and values.shape == (2, 4000) and weights.sum() == 120
    sample_until_effective(lambda batch: (np.zeros(4), np.array([1.0, 0, 0, 0])), 4)
    values, weights = sample_until_effective(
        lambda batch: (np.zeros(1000), np.eye(1, 1000)[0]), 1000
    )
    assert len(values) == MAX_BATCHES * 1000, "and not for ever"


def test_few_effective_draws_are_said_in_words():
    weights = np.full(4096, 1e-9)
    weights[:37] = 1.0
    with pytest.warns(FewEffectiveDraws, match="37 effective draws of 4,096"):
        assert "37 effective draws" in interval_attrs(weights)["note"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert interval_attrs(np.ones(4096))["note"] == ""


def test_the_effective_sample_size_of_tiny_weights_does_not_underflow():
    assert effective_sample_size(np.full(10, 1e-200)) == approx(10)
    assert effective_sample_size(np.zeros(3)) == 0


@pytest.mark.parametrize("ratio", [1e200, {"yes": 1e-200}])
def test_ratios_too_large_for_a_number_say_so(ratio):
    """Twice 1e200 once was "these findings exclude each other"."""
    case = RAW.likelihood(weak_core=ratio)
    assert 0 <= case.posterior("weak_core")["yes"] <= 1
    with pytest.raises(ValueError, match=r"weak_core: found likelihood ratios .* too large for a"):
        case.likelihood(weak_core=ratio)
