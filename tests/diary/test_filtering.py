"""Messages from runs to the shared state, filtered and smoothed, against plain matrices."""

import warnings

import numpy as np
import pandas as pd
import pytest
from diaries import EXACT, base, runs_of
from pytest import approx

from lumbayes import Diary
from lumbayes.diary.filtering import (
    flat_message,
    leave_one_out_messages,
    log_evidence,
    log_evidence_function,
    log_evidence_path,
    log_prior,
    message,
    messages_from,
    run_likelihoods,
)
from lumbayes.diary.kernel_filter import FilterSteps, KernelFilter

RUNS, N_DRAWS, FEW_DRAWS = 12, 70, 5
INPUTS = base.compiled.sampled_inputs(N_DRAWS, 1)


@pytest.fixture(
    scope="module", params=[None, 30, 1e9], ids=["nothing fades", "a month", "hardly fades"]
)
def history(request):
    """Runs with readings, equal runs, runs on one day, and runs long after the one before."""
    rng = np.random.default_rng(0)
    runs = runs_of(back_pain="ynnyynynnyyy", hills="yn-yynyynnny", weak_core="-----y------")
    runs["climb_m_per_km"] = [*rng.uniform(0, 60, RUNS - 3), None, None, None]
    runs["date"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(
        [0, 1, 1, 2, 9, 9, 30, 31, 40, 90, 91, 91], unit="D"
    )
    return Diary(base.given(plank_seconds=40), runs, half_life=request.param)._history


def matrices(history, draw):
    """P(shared state) and P(each run | it), (n_states,), and a transition matrix for each gap."""
    inputs = INPUTS[:, [draw]]
    prior = np.exp(log_prior(history, inputs)[:, 0])
    likelihood = run_likelihoods(history, inputs)
    likelihoods = [likelihood(distinct)[:, 0] for distinct in history.run_to_distinct]
    gaps = [over_a_gap(history, prior, gap) for gap in np.diff(history.days)]
    return prior, likelihoods, gaps


def over_a_gap(history, prior, gap):
    """Each changeable factor stays, or is redrawn given all others, one after the other."""
    whole = np.eye(len(prior))
    if history.half_life is None:
        return whole
    stays = 2 ** (-gap / history.half_life)
    for place in history.shared.changeable:
        alike = np.delete(history.shared.states, place, axis=1)
        same = (alike[:, None] == alike).all(axis=2) * prior
        whole = (
            stays * np.eye(len(prior)) + (1 - stays) * same / same.sum(axis=1, keepdims=True)
        ) @ whole
    return whole


def from_one_side(likelihoods, gaps):
    """The message of the runs so far after each run, in this order."""
    found = [likelihoods[0]]
    for now, gap in zip(likelihoods[1:], gaps, strict=True):
        found.append(now * (gap @ found[-1]))
    return found


@pytest.mark.parametrize("draw", [0, 7, N_DRAWS - 1])
def test_messages_equal_products_of_matrices(history, draw):
    prior, likelihoods, gaps = matrices(history, draw)
    forth = from_one_side(likelihoods, gaps)
    back = from_one_side(likelihoods[::-1], gaps[::-1])[::-1]
    ours = message(history, INPUTS)[:, draw]
    assert np.exp(ours) == approx(forth[-1], rel=EXACT)
    assert log_evidence(history, INPUTS)[draw] == approx(np.log(prior @ forth[-1]), abs=EXACT)
    assert log_evidence_path(history, INPUTS, 5)[:, draw] == approx(
        np.log([prior @ message for message in forth[-5:]]), abs=EXACT
    )
    left_out = [message[:, draw] for message in leave_one_out_messages(history, INPUTS)]
    for place in range(RUNS):
        before = gaps[place - 1] @ forth[place - 1] if place else 1.0
        later = gaps[place] @ back[place + 1] if place < RUNS - 1 else 1.0
        assert np.exp(left_out[place]) == approx(before * later * np.ones(len(prior)), rel=EXACT)
        assert np.exp(message(history, INPUTS, place)[:, draw]) == approx(
            before * later * np.ones(len(prior)), rel=EXACT
        )


@pytest.mark.parametrize("n_draws", [FEW_DRAWS, N_DRAWS])
def test_filtering_in_two_parts_equals_filtering_at_once(history, n_draws):
    inputs = INPUTS[:, :n_draws]
    whole = [message(history.first(runs), inputs) for runs in range(1, RUNS + 1)]
    for first in (0, 1, 5, RUNS - 1):
        resumed = list(messages_from(history, inputs, first))
        assert len(resumed) == RUNS - first
        for part, at_once in zip(resumed, whole[first:], strict=True):
            assert part == approx(at_once, rel=EXACT, abs=EXACT)


def test_few_draws_equal_many(history):
    prepared = log_evidence_function(history, INPUTS)
    inputs = INPUTS[:, :FEW_DRAWS]
    assert prepared(inputs) == approx(log_evidence(history, inputs), abs=EXACT)
    for excluded in (None, 0, 6, RUNS - 1):
        many = message(history, INPUTS, excluded)[:, :FEW_DRAWS]
        assert message(history, inputs, excluded) == approx(many, rel=EXACT)


def test_a_shared_state_that_is_all_but_excluded_does_not_underflow():
    hurts = ["no"] * 12_000 + ["yes"]
    runs = pd.DataFrame({"back_pain": hurts, "date": pd.Timestamp("2026-01-01")})
    messages = [message(Diary(base, runs, half_life=h)._history, INPUTS) for h in (None, 1.0)]
    assert np.isfinite(messages[0]).all() and messages[0].min() < -1000
    assert messages[1] == approx(messages[0], rel=EXACT)


def test_evidence_that_the_kernel_cannot_hold_counts_as_if_nothing_faded():
    n = 900
    said = {v.name: "no" for v in base.variables.factors if not v.still}
    runs = pd.DataFrame([said | {"muscle_strain": "yes", "back_pain": "yes"}] * n)
    runs["date"] = pd.date_range("2026-01-01", periods=n)
    never, hardly = (Diary(base, runs, half_life=h)._history for h in (None, 1e18))
    steps = FilterSteps.of_runs(hardly, range(n), 0)
    no_evidence = np.empty((0, N_DRAWS))
    assert not KernelFilter(hardly, steps, INPUTS).run(
        INPUTS, flat_message(hardly, INPUTS), no_evidence
    )
    assert message(hardly, INPUTS) == approx(message(never, INPUTS), rel=EXACT)
    expected = log_evidence(never, INPUTS)
    assert log_evidence(hardly, INPUTS) == approx(expected, rel=EXACT)
    assert log_evidence_function(hardly, INPUTS)(INPUTS) == approx(expected, rel=EXACT)


def test_a_gap_that_leaves_nothing_of_what_heals_warns_of_nothing():
    runs = runs_of(back_pain="yny").assign(date=["2019-03-01", "2019-03-02", "2026-03-01"])
    history = Diary(base, runs, half_life=1)._history
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        few = message(history, INPUTS[:, :FEW_DRAWS])
    assert few == approx(message(history, INPUTS)[:, :FEW_DRAWS], rel=EXACT)
