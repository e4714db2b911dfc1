"""What runs say of the body, carried on, left out and asked of many draws: equal to doing it over
by plain matrices.
"""

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from test_diary import EXACT, base, told

from lumbayes import Diary
from lumbayes.diary.filtering import (
    leave_one_out_messages,
    log_evidence,
    log_evidence_function,
    log_evidence_path,
    log_prior,
    message,
    messages_from,
    run_likelihoods,
)

RUNS, LANES, FEW = 12, 70, 5
POOL = base.compiled.sampled_inputs(LANES, 1)


@pytest.fixture(
    scope="module", params=[None, 30, 1e9], ids=["nothing fades", "a month", "hardly fades"]
)
def history(request):
    """Runs of all sorts: some told by readings, some alike, some on one day, some long after the
    one before.
    """
    rng = np.random.default_rng(0)
    runs = told(back_pain="ynnyynynnyyy", hills="yn-yynyynnny", weak_core="-----y------")
    runs["climb_m_per_km"] = [*rng.uniform(0, 60, RUNS - 3), None, None, None]
    runs["date"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(
        [0, 1, 1, 2, 9, 9, 30, 31, 40, 90, 91, 91], unit="D"
    )
    return Diary(base.given(plank_seconds=40), runs, half_life=request.param)._history


def plainly(history, lane):
    """P(body) and for each run P(run | body), shape (bodies,), and for each gap between runs what a
    message becomes over it, as a matrix."""
    inputs = POOL[:, [lane]]
    chances, foretold = np.exp(log_prior(history, inputs)[:, 0]), run_likelihoods(history, inputs)
    said = [foretold(kind)[:, 0] for kind in history.run_to_distinct]
    return chances, said, [over_a_gap(history, chances, gap) for gap in np.diff(history.days)]


def over_a_gap(history, chances, gap):
    """Each state of what may heal stays, or comes anew by its chance given all else: one factor
    after the other.
    """
    whole = np.eye(len(chances))
    if history.half_life is None:
        return whole
    stays = 2 ** (-gap / history.half_life)
    for place in history.shared.changeable:
        alike = np.delete(history.shared.states, place, axis=1)
        same = (alike[:, None] == alike).all(axis=2) * chances
        whole = (
            stays * np.eye(len(chances)) + (1 - stays) * same / same.sum(axis=1, keepdims=True)
        ) @ whole
    return whole


def from_one_side(said, gaps):
    """After each run, in this order, what it and those before it say."""
    found = [said[0]]
    for now, gap in zip(said[1:], gaps):
        found.append(now * (gap @ found[-1]))
    return found


@pytest.mark.parametrize("lane", [0, 7, LANES - 1])
def test_what_runs_say_is_what_plain_matrices_have(history, lane):
    chances, said, gaps = plainly(history, lane)
    forth, back = from_one_side(said, gaps), from_one_side(said[::-1], gaps[::-1])[::-1]
    ours = message(history, POOL)[:, lane]
    assert np.exp(ours) == approx(forth[-1], rel=EXACT)
    assert log_evidence(history, POOL)[lane] == approx(np.log(chances @ forth[-1]), abs=EXACT)
    assert log_evidence_path(history, POOL, 5)[:, lane] == approx(
        np.log([chances @ said for said in forth[-5:]]), abs=EXACT
    )
    left_out = [said[:, lane] for said in leave_one_out_messages(history, POOL)]
    for place in range(RUNS):
        before = gaps[place - 1] @ forth[place - 1] if place else 1.0
        later = gaps[place] @ back[place + 1] if place < RUNS - 1 else 1.0
        assert np.exp(left_out[place]) == approx(before * later * np.ones(len(chances)), rel=EXACT)
        assert np.exp(message(history, POOL, place)[:, lane]) == approx(
            before * later * np.ones(len(chances)), rel=EXACT
        )


@pytest.mark.parametrize("n_draws", [FEW, LANES])
def test_a_diary_told_in_two_parts_says_what_it_says_as_a_whole(history, n_draws):
    inputs = POOL[:, :n_draws]
    whole = [message(history.first(runs), inputs) for runs in range(1, RUNS + 1)]
    for first in (0, 1, 5, RUNS - 1):
        carried = list(messages_from(history, inputs, first))
        assert len(carried) == RUNS - first
        for said, at_once in zip(carried, whole[first:]):
            assert said == approx(at_once, rel=EXACT, abs=EXACT)


def test_a_few_draws_are_told_what_many_are(history):
    asked = log_evidence_function(history, POOL)
    assert asked(POOL[:, :FEW]) == approx(log_evidence(history, POOL[:, :FEW]), abs=EXACT)
    for but in (None, 0, 6, RUNS - 1):
        few, many = message(history, POOL[:, :FEW], but), message(history, POOL, but)[:, :FEW]
        assert few == approx(many, rel=EXACT)


def test_a_body_that_is_all_but_excluded_is_not_lost():
    runs = pd.DataFrame({"back_pain": ["no"] * 4000 + ["yes"], "date": pd.Timestamp("2026-01-01")})
    said = [message(Diary(base, runs, half_life=h)._history, POOL) for h in (None, 1.0)]
    assert np.isfinite(said[0]).all() and said[0].min() < -1000
    assert said[1] == approx(said[0], rel=EXACT)
