"""Rows in groups with smaller circuits: the same likelihood and slopes as by the whole circuit."""

from itertools import product

import networks
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest import approx
from shared import loaded

from lumbayes import load, simulate
from lumbayes.batch import sample_parameters
from lumbayes.batch.frame import EvidenceRows
from lumbayes.cohort.observed_counts import open_evidence
from lumbayes.cohort.parameter_vector import ParameterVector
from lumbayes.cohort.row_groups import group_rows

CLOSE = 1e-9
HIDDEN = ["muscle_strain", "spinal_curvature", "unexplained"]
SLOW = [*HealthCheck]


def cohort(case, n_rows, seed=1):
    frame = simulate(sample_parameters(case, 3), n_rows, seed, missing=0.2)
    return frame.drop(columns=HIDDEN)


def batches(rows):
    return [(evidence, rows.multiplicities[part]) for part, evidence in rows.batches()]


def scores(parameters, shares, counts):
    """The derivatives of log P by log shares that keep each parameter's sum."""
    return counts - shares * parameters.spread_sums(counts)


def check_same(case, frame, seed=0):
    """Log likelihood, scores and relative slopes by groups and by one pass over all rows."""
    parameters, rows = ParameterVector(case), EvidenceRows(case, frame)
    rng = np.random.default_rng(seed)
    shares = parameters.normalized(rng.gamma(parameters.prior_counts + 0.1) + 1e-6)
    groups = group_rows(parameters, batches(rows))
    log_lik, counts = 0.0, np.zeros(len(shares))
    for evidence, multiplicities in batches(rows):
        one = parameters.summed_counts(shares, evidence, multiplicities)
        log_lik, counts = log_lik + one[0], counts + one[1]
    ours = groups.log_likelihood(shares)
    assert ours[0] == approx(log_lik, rel=CLOSE)
    expected = scores(parameters, shares, counts)
    assert scores(parameters, shares, ours[1]) == approx(expected, rel=1e-6, abs=1e-6)
    for number, part in [*enumerate(parameters.slices.values())][::7]:
        moved = shares.copy()
        moved[part] = rng.dirichlet(np.ones(part.stop - part.start))
        ratio = groups.log_ratio(shares, number)(moved[part])
        assert ratio == approx(groups.log_likelihood(moved)[0] - ours[0], rel=1e-6, abs=1e-6)
    return groups


@pytest.mark.parametrize("options", [{}, {"base_rate": 0.3}, {"base_rate": None, "traits": False}])
def test_the_thread_s_network_in_groups(options):
    case = load(**options)
    check_same(case, cohort(case, 150))


def test_a_repeated_row_counts_as_often_as_it_occurs():
    frame = pd.DataFrame({"hills": ["yes", "no", "yes"] * 5, "back_pain": ["yes", "no", "yes"] * 5})
    check_same(loaded(), frame)


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(networks.specs(), st.integers(0, 99))
def test_random_networks_in_groups(spec, seed):
    case = networks.case_of(networks.network_of(spec, size=5))
    frame = simulate(case, 12, seed, missing=0.4)
    check_same(case, frame, seed)


def test_rows_without_pain_have_a_smaller_circuit():
    """Their traits are all none, which the other cells of the row say where the pain is blank."""
    case = loaded()
    frame = pd.DataFrame(
        {"hills": ["yes", "no"], "back_pain": ["no", None], "onset": [None, "none"]}
    )
    groups = check_same(case, frame)
    (group,) = groups.groups
    assert group.n_rows == 2
    assert group.n_circuit_rows < len(case.compiled.circuit.starts) / 3


def test_what_is_stated_by_halves_stays_in_the_circuit():
    frame = pd.DataFrame({"back_pain:likelihood": [4.0, 0.5, None], "hills": ["yes", "no", None]})
    check_same(loaded(), frame)


def test_what_a_case_states_by_halves_of_every_row_stays_in_the_circuit():
    frame = pd.DataFrame({"back_pain": ["yes", "no", None], "hills": ["yes", "no", None]})
    check_same(loaded().likelihood(weak_core=4).believe(flat_feet=0.6), frame)


def test_of_rows_that_say_nothing_of_latent_parameters_no_evidence_is_left():
    rows = EvidenceRows(loaded(), pd.DataFrame({"hills": ["yes", "no", "no"]}))
    observed = np.zeros(1)
    assert open_evidence(rows, np.array([False, False]), observed).batches == []
    ((evidence, multiplicities),) = open_evidence(rows, np.array([False, True]), observed).batches
    assert multiplicities.tolist() == [2]
    assert {np.size(values) for values in evidence.values()} == {1}


def test_a_rare_row_keeps_its_digits_among_common_ones():
    """Ten rare findings together cancel where no row of the rest does.

    P(row) as a sum over the causes has no differences, so doubles are enough for it.
    """
    n, rare, link = 10, 1 / 1024, 0.5
    parents = {i: [(3 * i + k * k) % n for k in range(4)] for i in range(n)}
    families = {f"factor_{i}": networks.noisy(rare) for i in range(n)} | {
        f"mechanism_{i}": networks.noisy(rare, **{f"factor_{p}": link for p in parents[i]})
        for i in range(n)
    }
    families["pain"] = networks.noisy(0.1, mechanism_0=0.5)
    spec = {
        "outcome": "pain",
        "variables": dict.fromkeys(families, networks.YES_NO),
        "families": families,
    }
    case = networks.case_of(networks.network_of(spec, size=1e9))
    states = ["no", "yes", "no"]
    frame = pd.DataFrame({f"mechanism_{i}": states for i in range(n)})
    groups = check_same(case, frame)
    causes = np.array([*product([0, 1], repeat=n)])
    weights = np.where(causes, rare, 1 - rare).prod(axis=1)
    absent = np.array(
        [(1 - rare) * (1 - link) ** causes[:, parents[i]].sum(axis=1) for i in range(n)]
    )
    all_found, none_found = weights @ (1 - absent).prod(axis=0), weights @ absent.prod(axis=0)
    parameters = ParameterVector(case)
    log_lik, _ = groups.log_likelihood(parameters.normalized(parameters.prior_counts))
    assert log_lik == approx(np.log(all_found) + 2 * np.log(none_found), rel=1e-9)
