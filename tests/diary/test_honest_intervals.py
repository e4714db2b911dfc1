"""Intervals hold the truth as often as they say, and what is nothing is seldom "supported".

A small version of tests/benchmarks/bench_verdicts.py, with bands of four standard errors.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import bench_verdicts
from shared import loaded

from lumbayes import Diary

CPU_SECONDS = 4  # of two cores: less than two seconds on a quiet machine
WORLDS, DIARIES, MANY_WORLDS, MANY_DIARIES = 25, 2, 500, 300
FEW_DRAWS = 1024  # for an interval where there are many worlds, a quarter of the usual number
SELDOM, OFTEN, SURE = 1 / 200, 1 / 20, 50


@pytest.fixture(scope="module")
def base():
    return bench_verdicts.base()


def test_ninety_percent_intervals_hold_about_ninety_percent_of_true_values(base):
    for inside, n in bench_verdicts.coverage(base, WORLDS, bench_verdicts.KINDS).values():
        assert n > 4 * WORLDS and 0.78 < inside < 0.99


def test_claims_about_a_link_that_is_nothing_are_not_supported(base):
    rate, counts = bench_verdicts.support(base, range(DIARIES), 0.0)
    assert rate == 0 and set(counts) <= {"untested", "not contradicted", "contradicted"}


@pytest.mark.slow
def test_coverage_over_five_hundred_worlds(base):
    found = bench_verdicts.coverage(base, MANY_WORLDS, bench_verdicts.KINDS, draws=FEW_DRAWS)
    for kind, (inside, _) in found.items():
        assert inside == pytest.approx(0.9, abs=0.03), kind


@pytest.mark.slow
def test_of_links_that_are_nothing_one_in_two_hundred_is_supported_and_not_one_in_twenty(base):
    """Wald's sequential test (1945): it ends when one rate is fifty times likelier than another.

    In each runner's diary four habits do nothing: each is judged while the others are open, too.
    """
    log_odds = 0.0
    for verdicts in bench_verdicts.verdicts_of_worlds(base, range(MANY_DIARIES), 0.0, links=4):
        is_false = "supported" in verdicts
        log_odds += np.log(SELDOM / OFTEN if is_false else (1 - SELDOM) / (1 - OFTEN))
        if abs(log_odds) > np.log(SURE):
            break
    assert log_odds > np.log(SURE)


def test_a_hundred_runs_with_onset_and_duration_take_less_than_two_seconds():
    rng = np.random.default_rng(0)
    hills = rng.choice(["yes", "no"], 100)
    hurts = rng.random(100) < np.where(hills == "yes", 0.6, 0.2)
    runs = pd.DataFrame({"hills": hills, "back_pain": np.where(hurts, "yes", "no")})
    onset = rng.choice(["during", "cool_down", "next_day"], 100)
    duration = rng.choice(["minutes", "tens_of_minutes", "hours", "days"], 100)
    runs["onset"] = np.where(hurts, onset, "none")
    runs["duration"] = np.where(hurts, duration, "none")
    case = loaded()
    Diary(case, runs.head(2)).contributions(0)  # the kernel is in memory, the circuits are made
    start = time.process_time()
    Diary(case, runs).contributions()
    assert time.process_time() - start < CPU_SECONDS
