"""Inputs taken over from another network are those that its own priors give."""

from dataclasses import replace

import numpy as np
import pytest
from shared import loaded

from lumbayes.batch import sample_parameters
from lumbayes.inference.compiled import Compiled
from lumbayes.network.network import Network
from lumbayes.priors.joint_draws import JointDraws

BASE = loaded()
assert BASE.posterior("hills")["yes"] > 0, "its inputs are computed"
CHANGED = {
    "another T": loaded(base_rate=0.3),
    "a claim left out": BASE.exclude_claims("A1-28"),
    "all parameters drawn": sample_parameters(BASE, seed=1),
    "a blend": BASE.blend(loaded("literature"), 0.5),
}


@pytest.mark.parametrize("name", CHANGED)
def test_inputs_at_the_means_are_those_of_the_network_alone(name):
    compiled = CHANGED[name].compiled
    assert compiled._origin.means is not None
    assert np.array_equal(compiled.mean_inputs, Compiled(compiled.network).mean_inputs)


def test_what_was_taken_over_can_be_taken_over_again():
    between = BASE.exclude_claims("A1-28")
    assert between.posterior("hills")["yes"] > 0  # its inputs are computed
    compiled = between.exclude_claims("A4-01").compiled
    assert np.array_equal(compiled.mean_inputs, Compiled(compiled.network).mean_inputs)


def tied(case, **draws):
    """A case with joint draws of P(yes) of these parameters."""
    shares = {key: np.stack([1 - np.array(p), p], axis=1) for key, p in draws.items()}
    new = {key: replace(case.priors[key], source="for the test") for key in draws}
    priors = case.priors.with_priors(new, JointDraws(new, shares))
    return replace(case, compiled=case.compiled.with_network(Network(priors)))


CHANGED_DRAWS = {
    **CHANGED,
    "ties of other parameters": tied(tied(BASE, hills=[0.1, 0.2]), flat_feet=[0.3, 0.4]),
    "no ties any more": tied(BASE, hills=[0.1, 0.2]).exclude_claims("A1-28"),
}


@pytest.mark.parametrize("name", CHANGED_DRAWS)
def test_draws_are_those_of_the_network_alone(name):
    compiled = CHANGED_DRAWS[name].compiled
    origin = compiled._origin
    known = Compiled(origin.network).sampled_inputs(8, 1)
    compiled._origin = origin._replace(samples={(8, 1): known})
    compiled._samples.clear()
    assert np.array_equal(
        compiled.sampled_inputs(8, 1), Compiled(compiled.network).sampled_inputs(8, 1)
    )
