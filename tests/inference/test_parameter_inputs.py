"""Inputs taken over from another network are those that its own priors give."""

import numpy as np
import pytest
from shared import loaded

from lumbayes.batch import sample_parameters
from lumbayes.inference.compiled import Compiled

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
