"""Findings of one runner as people write them: the rules of frames, and errors that say which."""

import numpy as np
import pandas as pd
import pytest
from shared import loaded

from lumbayes import posteriors
from lumbayes.batch import tidy_findings

BASE = loaded()
RECORD = {
    "Hills": "Y",
    "flat feet": 0,
    "weak_core": "n/a",
    "worn-shoes": None,
    "plank seconds": "22,5",
    "leg block mm": "n/a",
    "km_per_week": " 30 ",
    "Severity": "None",
    "onset": "Next day",
}
TIDY = {
    "hills": "yes",
    "flat_feet": "no",
    "plank_seconds": 22.5,
    "km_per_week": 30.0,
    "severity": "none",
    "onset": "next_day",
}


def test_given_reads_what_people_write_when_it_is_asked_to():
    assert dict(BASE.given(tidy=True, **RECORD).findings) == TIDY


def test_the_rules_are_those_of_frames():
    tidied = tidy_findings(BASE.variables, pd.DataFrame([RECORD])).iloc[0].dropna()
    assert {name: str(value).strip() for name, value in tidied.items()} == {
        name: str(value).removesuffix(".0") for name, value in TIDY.items()
    }
    record = {name: value for name, value in RECORD.items() if name not in ("Severity", "onset")}
    case = BASE.given(tidy=True, back_pain="Yes", **record)
    row = posteriors(BASE, pd.DataFrame([record | {"back_pain": "Yes"}]), tidy=True).iloc[0]
    expected = posteriors(case, pd.DataFrame(index=[0])).iloc[0]
    assert row.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "value"), [("plank_seconds", "1,200"), ("plank_seconds", True), ("hills", "maybe")]
)
def test_tidy_guesses_nothing(name, value):
    with pytest.raises(ValueError, match=name):
        BASE.given(tidy=True, **{name: value})


@pytest.mark.parametrize("value", [np.array(["yes", "no"]), pd.DataFrame({"a": [1]}), ["yes"]])
def test_what_is_no_cell_gives_a_sentence_too(value):
    for tidy in (False, True):
        with pytest.raises(ValueError, match=r"^hills: Unknown state"):
            BASE.given(tidy=tidy, hills=value)


def test_tidy_is_true_or_false():
    with pytest.raises(TypeError, match="tidy is 'yes'; it must be True or False"):
        BASE.given(hills="yes", tidy="yes")


def test_a_contradiction_is_one_in_any_spelling():
    with pytest.raises(ValueError, match="hills"):
        BASE.given(hills="no").given(tidy=True, hills="Y")
    with pytest.raises(ValueError, match="'hills' twice"):
        BASE.given(tidy=True, hills="no", Hills="no")


@pytest.mark.parametrize("value", ["Y", "YES", " yes", "true", True, 1, "1", "yess"])
def test_an_odd_state_names_the_nearest(value):
    with pytest.raises(ValueError, match=r"Did you mean 'yes'\? Allowed: no, yes\."):
        BASE.given(hills=value)
    with pytest.raises(ValueError, match=r"Did you mean 'yes'\?"):
        BASE.do(hills=value)


@pytest.mark.parametrize("value", ["n/a", "", None, "unknown", float("nan")])
def test_a_word_for_unknown_is_to_be_left_out(value):
    with pytest.raises(ValueError, match="Leave it out if it is not known"):
        BASE.given(hills=value)


def test_a_report_names_the_nearest_state_by_the_same_rules():
    with pytest.raises(ValueError) as raised:
        posteriors(BASE, pd.DataFrame({"hills": ["Y", "Y", "f", "maybe"]}))
    message = str(raised.value)
    assert "'Y' 2 times; nearest: yes" in message and "'f' 1 times; nearest: no" in message
    assert "'maybe' 1 times; allowed: no, yes" in message
