"""Home tests with a number: smooth, one way, honest about error, and clear about what they take."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lumbayes.loading import read_network
from lumbayes.network.measurement import SCALES, check_reading, likelihood, typical_readings

NETWORK = read_network(doses=False)  # factors that are there or not; graded: test_doses.py
TESTS = {v.name: v for v in NETWORK.variables.measurements if v.numeric}
UNITS = st.floats(0, 1)
A_LITTLE = 1.4  # how much two seconds of plank may change the odds,
A_POINT = 0.05  # and the probability of a weak core
STEP = 2.5  # how much one step of the page's slider may change the odds
NEAR = 0.03  # how far a test's own share beyond its cut may be from the factor's base rate
each_test = pytest.mark.parametrize("name", TESTS)


def ratio(test, reading):
    """What the reading multiplies the odds of the factor by."""
    no, yes = likelihood(test, reading)
    return yes / no


def at(test, share):
    """The reading that far along the test's range, on its own scale."""
    scale = SCALES[test.scale]
    place = scale(test.low) + share * (scale(test.high) - scale(test.low))
    back = {"linear": float, "log": math.exp, "log1p": math.expm1}[test.scale]
    return min(max(back(place), test.low), test.high)


def beyond(test):
    """P(the quantity lies beyond the cut) before any reading, worked out apart from the package."""
    place = {"linear": float, "log": math.log, "log1p": math.log1p}[test.scale]
    below = stats.norm(place(test.centre), test.spread).cdf(place(test.cut))
    return below if test.side == "below" else 1 - below


def test_there_are_tests_of_every_scale_and_side():
    assert {t.scale for t in TESTS.values()} == set(SCALES)
    assert {t.side for t in TESTS.values()} == {"below", "above"}


def test_two_seconds_of_plank_tell_the_same_story():
    plank = TESTS["plank_seconds"]
    common = NETWORK.priors["weak_core"].mean
    odds = {seconds: common / (1 - common) * ratio(plank, seconds) for seconds in (22, 59, 61, 120)}
    chance = {seconds: o / (1 + o) for seconds, o in odds.items()}
    assert 1 < odds[59] / odds[61] < A_LITTLE and 0 < chance[59] - chance[61] < A_POINT
    assert chance[22] - chance[120] > 0.5, "and yet a short plank and a long one tell two stories"


@each_test
def test_there_is_no_jump_not_even_at_the_cut(name):
    """A step of the slider changes the odds by a bounded factor, a hundredth by its share."""
    test = TESTS[name]
    around = [test.cut + test.step * np.linspace(-5, 5, n) for n in (11, 1001)]
    steps, hundredths = (
        np.abs(np.diff(np.log([ratio(test, reading) for reading in line]))) for line in around
    )
    assert steps.max() < math.log(STEP)
    assert hundredths.max() < 2 * steps.max() / 100


@each_test
@settings(max_examples=40)
@given(one=UNITS, other=UNITS)
def test_a_reading_further_beyond_the_cut_speaks_louder(name, one, other):
    test = TESTS[name]
    low, high = sorted((at(test, one), at(test, other)))
    near, far = (high, low) if test.side == "below" else (low, high)
    assert ratio(test, far) >= ratio(test, near) * (1 - 1e-9)


@each_test
def test_a_reading_at_either_end_speaks_each_its_way(name):
    test = TESTS[name]
    inside, outside = (test.high, test.low) if test.side == "below" else (test.low, test.high)
    assert ratio(test, outside) > 2 and ratio(test, inside) < 1


@each_test
@settings(max_examples=40)
@given(share=UNITS)
def test_a_likelihood_is_relative_to_how_common_the_reading_is(name, share):
    """Weighted by the test's own share beyond the cut, the two likelihoods average to 1."""
    test = TESTS[name]
    prior = np.array([1 - beyond(test), beyond(test)])
    assert prior @ likelihood(test, at(test, share)) == pytest.approx(1, abs=1e-9)


@each_test
def test_likelihoods_are_those_of_a_simulated_test(name):
    """Draw quantity and error, and count how often it is beyond the cut near one reading."""
    test, chance = TESTS[name], np.random.default_rng(5)
    place = {"linear": float, "log": math.log, "log1p": math.log1p}[test.scale]
    truth = chance.normal(place(test.centre), test.spread, 400_000)
    read = truth + chance.normal(0, test.error, truth.size)
    there = truth < place(test.cut) if test.side == "below" else truth > place(test.cut)
    near = np.abs(read - place(test.cut)) < test.spread / 20
    share = there[near].mean()
    raised = (likelihood(test, test.cut) - test.blunder) / (1 - test.blunder)
    assert raised[1] * beyond(test) == pytest.approx(share, abs=0.02)


@each_test
def test_the_share_beyond_the_cut_is_the_base_rate(name):
    """The test's scale and the factor's base rate agree, or a reading would shift the odds."""
    test = TESTS[name]
    assert abs(beyond(test) - NETWORK.priors[test.reads].mean) < NEAR


@each_test
@settings(max_examples=40)
@given(share=UNITS)
def test_blunders_bound_what_one_reading_can_say(name, share):
    """With a share b of blunders no reading multiplies the odds by over ((1 − b)/p + b)/b."""
    test = TESTS[name]
    blunder, prior = test.blunder, beyond(test)
    assert 0 < blunder < 1
    most = ((1 - blunder) / prior + blunder) / blunder
    least = blunder / ((1 - blunder) / (1 - prior) + blunder)
    assert least * (1 - 1e-9) <= ratio(test, at(test, share)) <= most * (1 + 1e-9)
    assert likelihood(test, at(test, share)).min() >= blunder


@each_test
@pytest.mark.parametrize(
    "reading",
    [math.nan, math.inf, -math.inf, True, "22", None, 1 + 0j, np.bool_(True), [22]],
    ids=repr,
)
def test_what_is_no_number_is_reported_with_unit_and_range(name, reading):
    refused(TESTS[name], reading)


@each_test
def test_what_is_out_of_range_is_reported_with_unit_and_range(name):
    test = TESTS[name]
    refused(test, test.low - 1)
    refused(test, test.high + test.step)


def refused(test, reading):
    with pytest.raises(ValueError) as raised:
        check_reading(test, reading)
    allowed = f"takes a number from {test.low:g} to {test.high:g} {test.unit}"
    assert all(
        part in str(raised.value)
        for part in (test.name, allowed, "leave it out if it was not measured")
    )


@each_test
@pytest.mark.parametrize("kind", [int, float, np.int64, np.float32, np.float64])
def test_numbers_of_every_kind_are_taken(name, kind):
    taken = check_reading(TESTS[name], kind(TESTS[name].start))
    assert type(taken) is float and taken == pytest.approx(TESTS[name].start)
    assert check_reading(TESTS[name], TESTS[name].low) == TESTS[name].low
    assert check_reading(TESTS[name], TESTS[name].high) == TESTS[name].high


@each_test
def test_a_test_says_what_it_measures_and_where_its_numbers_are_from(name):
    test = TESTS[name]
    assert test.unit and test.how and test.why and (test.source or test.basis == "judgement")
    assert test.low < test.cut < test.high and test.low <= test.start <= test.high and test.step > 0
    assert (
        test.spread > 0
        and test.error > 0
        and test.scale in SCALES
        and test.side in ("below", "above")
    )


@each_test
def test_typical_readings_are_the_middles_of_equally_likely_ranges(name):
    test = TESTS[name]
    place = {"linear": float, "log": math.log, "log1p": math.log1p}[test.scale]
    readings = typical_readings(test, 5)
    seen = stats.norm(place(test.centre), math.hypot(test.spread, test.error))
    for reading, share in zip(readings, (0.1, 0.3, 0.5, 0.7, 0.9), strict=True):
        if test.low < reading < test.high:
            assert seen.cdf(place(reading)) == pytest.approx(share, abs=1e-9)
    assert test.low <= readings.min() and readings.max() <= test.high
    assert any(test.low < reading < test.high for reading in readings)
