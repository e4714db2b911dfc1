"""Intervals hold the truth as often as they say, and what is nothing is seldom "supported".

A small version of tests/benchmarks/bench_verdicts.py, with bands of four standard errors.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import bench_verdicts

WORLDS, DIARIES, MANY_WORLDS, MANY_DIARIES = 25, 2, 500, 300


@pytest.fixture(scope="module")
def base():
    return bench_verdicts.base()


@pytest.mark.parametrize("share", bench_verdicts.KINDS.values(), ids=bench_verdicts.KINDS)
def test_ninety_percent_intervals_hold_about_ninety_percent_of_true_values(base, share):
    inside, n = bench_verdicts.coverage(base, WORLDS, share)
    assert n > 4 * WORLDS and 0.78 < inside < 0.99


def test_claims_about_a_link_that_is_nothing_are_not_supported(base):
    rate, counts = bench_verdicts.false_support(base, range(DIARIES))
    assert rate == 0 and set(counts) <= {"untested", "not contradicted", "contradicted"}


@pytest.mark.slow
@pytest.mark.parametrize("share", bench_verdicts.KINDS.values(), ids=bench_verdicts.KINDS)
def test_coverage_over_five_hundred_worlds(base, share):
    inside, _ = bench_verdicts.coverage(base, MANY_WORLDS, share)
    assert inside == pytest.approx(0.9, abs=0.03)


@pytest.mark.slow
def test_the_rate_of_false_support_over_three_hundred_diaries(base):
    rate, _ = bench_verdicts.false_support(base, range(MANY_DIARIES))
    assert rate <= 0.05
