"""A measurement profile gives what `contributions` gives at each reading, and its errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbayes import ImpossibleFindings, contributions, example, load
from lumbayes.profiles import measurement_profile

BASE = load()
VARIABLES = BASE.variables
TESTS = [v for v in VARIABLES.measurements if v.numeric]
FIGURES = ["present", "contribution", "low", "high", "but_for", "first"]
ASKER = BASE.given(**example().findings)
CASES = {
    "base": BASE,
    "the asker": ASKER,
    "a pain-free run": BASE.given(back_pain="no"),
    "what the tests read is known": ASKER.given(weak_core="no", tight_hamstrings="yes"),
    "likelihoods and an intervention": ASKER.likelihood(hills=3, weak_core={"no": 2}).do(
        over_pronation="yes"
    ),
    "under other priors": ASKER.exclude_claims(reply=5),
}
cases = st.sampled_from(list(CASES.values()))


@settings(max_examples=40)
@given(cases, st.sampled_from(TESTS), st.lists(st.floats(0, 1), min_size=1, max_size=3))
def test_at_every_reading_it_equals_contributions_there(case, test, places):
    profile = measurement_profile(case, test.name)
    for place in places:
        reading = test.low + place * (test.high - test.low)
        asked = contributions(case.retract(test.name).given(**{test.name: reading}))
        found = profile.contributions(reading)
        assert list(found.index) == list(asked.index)
        assert np.abs(found[FIGURES] - asked[FIGURES]).to_numpy().max() < 1e-12
        assert found.claims.equals(asked.claims) and found.layer.equals(asked.layer)


def test_the_width_is_that_of_the_interval():
    wide, narrow = (
        measurement_profile(ASKER, "plank_seconds").contributions(22, width=width)
        for width in (0.9, 0.5)
    )
    assert (
        (wide.low <= narrow.low).all()
        and (wide.high >= narrow.high).all()
        and (wide.high > narrow.high).any()
    )


@pytest.mark.parametrize("reading", [-1, float("nan"), "22", True])
def test_a_reading_that_the_test_does_not_take_is_refused(reading):
    with pytest.raises(ValueError, match="plank_seconds takes a number from"):
        measurement_profile(ASKER, "plank_seconds").contributions(reading)


@pytest.mark.parametrize(
    ("test", "named"), [("wet_footprint", "wet_footprint"), ("plank", "plank_seconds")]
)
def test_only_a_test_with_a_number_has_readings(test, named):
    with pytest.raises(ValueError, match=named):
        measurement_profile(ASKER, test)


def test_findings_that_exclude_each_other_are_refused():
    with pytest.raises(ImpossibleFindings):
        measurement_profile(BASE.given(back_pain="no", severity="severe"), "plank_seconds")


def test_a_reading_that_the_case_holds_is_dropped():
    held = measurement_profile(ASKER.given(plank_seconds=90), "plank_seconds").contributions(22)
    free = measurement_profile(ASKER, "plank_seconds").contributions(22)
    assert held.equals(free)
