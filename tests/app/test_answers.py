"""A tab's answers: whatever the sliders can say makes the case that the package makes of it."""

import json

import pytest
from hypothesis import given, settings
from page_data import BASE, HOSTILE, OUTCOME, evidence, message, shown

from lumbayes import contributions
from state.answers import Answers, case_of, read_answers


@settings(max_examples=30, deadline=None)
@given(evidence)
def test_what_is_answered_makes_the_case_that_the_package_makes_of_it(parts):
    sent = json.loads(json.dumps(message(**parts)))
    case = case_of(BASE, read_answers(sent))
    statements = {k: tuple(v) if isinstance(v, list) else v for k, v in parts["contrast"].items()}
    same = BASE.given(**{**parts["given"], OUTCOME.name: "yes"}).believe(**parts["believe"])
    assert case.labels() == same.contrast(**statements).labels()


def test_a_tab_that_says_nothing_asks_about_a_runner_whose_back_hurt():
    assert case_of(BASE, read_answers(None)).findings == {OUTCOME.name: "yes"}
    assert case_of(BASE, Answers(given={OUTCOME.name: "no"})).findings == {OUTCOME.name: "yes"}


def test_messages_are_counted_from_nothing():
    """As the browser counts them: its first reply is to a message that it never sent."""
    assert read_answers(None).number == 0 and read_answers({"number": 7}).number == 7


def test_a_tab_is_at_rest_unless_it_says_that_a_finger_moves():
    """What is slow to compute, and what stands further down, waits for nothing else."""
    assert read_answers(None).resting and read_answers({"number": 1, "focus": "hills"}).resting
    assert not read_answers(message(resting=False)).resting


def test_a_slider_moved_to_the_right_raises_its_cause():
    at = [
        contributions(case_of(BASE, Answers(given={"plank_seconds": s})), draws=1)
        for s in (150, 40)
    ]
    assert at[0].contribution["weak_core"] < at[1].contribution["weak_core"]


def test_claims_left_out_are_pooled_away_and_come_back():
    claim = BASE.priors.claims[0].id
    assert claim not in {c.id for c in case_of(BASE, Answers(excluded=(claim,))).priors.claims}
    assert claim in {c.id for c in case_of(BASE, Answers()).priors.claims}


ODD = {
    "no table": [1],
    "an unknown part": {"likes": {}},
    "a list for a table": {"given": []},
    "a text for a number": {"number": HOSTILE[0]},
    "a table for a list": {"runs": {}},
    "a number for a name": {"focus": 1},
    "nothing for a list": {"excluded": None},
    "a number for yes or no": {"resting": 1},
}


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_a_message_that_the_page_did_not_send_is_refused_with_what_was_found(raw):
    with pytest.raises(ValueError, match=r"found|cannot be read"):
        read_answers(raw)


REFUSED = {
    "an unknown name": {"given": {HOSTILE[0]: "yes"}},
    "an unknown state": {"given": {"hills": HOSTILE[1]}},
    "a number out of range": {"given": {"plank_seconds": 9999}},
    "a certain belief": {"believe": {"hills": 1}},
    "too many that hurt": {"contrast": {"hills": [6, 5, 0, 5]}},
}


@pytest.mark.parametrize("parts", REFUSED.values(), ids=REFUSED)
def test_an_answer_that_cannot_be_makes_no_case(parts):
    with pytest.raises(ValueError, match=r"Unknown|takes a number|found"):
        case_of(BASE, read_answers(message(**parts)))
    assert not shown(**parts).expander, "nothing stands below the screen"


def test_no_answer_to_a_card_reaches_the_case():
    flags = {"saddle": "yes", "cancer": "yes", "age": "age_70"}
    assert (
        case_of(BASE, read_answers(message(safety=flags))).labels()
        == case_of(BASE, Answers()).labels()
    )
