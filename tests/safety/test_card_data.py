"""The cards as plain JSON: everything that a page draws, and nothing that it must work out."""

import json
import re
import shutil
from pathlib import Path

import pytest

from lumbayes import red_flags, triage
from lumbayes.data.files import folder
from lumbayes.safety import cards

FILE = folder() / "redflags.toml"
KNEE = Path(__file__).parents[1] / "another_thread"
CARDS = cards()
FIRST, SECOND = CARDS["cards"]


def lines(card: dict) -> list[dict]:
    """The lines of a card, in the order drawn."""
    return [line for group in card["groups"] for line in group["lines"]]


@pytest.mark.parametrize("priors", ["thread", KNEE])
def test_the_cards_are_json(priors):
    assert json.loads(json.dumps(cards(priors))) == cards(priors)


def test_fifteen_lines_under_four_headings_and_twenty_under_three():
    assert [group["heading"] for group in FIRST["groups"]] == [
        "New, or worse, in the last two weeks",
        "Now, or how it began",
        "After hard exercise",
        "Only if this is you",
    ]
    assert [group["heading"] for group in SECOND["groups"]] == ["You", "The pain", "Facts"]
    assert (len(lines(FIRST)), len(lines(SECOND))) == (15, 20)


def test_the_lines_of_both_cards_are_short():
    words = sum(len(line["line"].split()) for card in (FIRST, SECOND) for line in lines(card))
    assert words <= 290


def test_each_card_has_its_two_buttons_and_the_second_its_ages():
    assert FIRST["buttons"] == {"none": "None of these", "some": "One or more, or not sure"}
    assert SECOND["buttons"]["none"] == "None of these, and I am"
    labels = {age["label"]: age["small"] for age in SECOND["ages"]}
    assert [label for label in labels if not labels[label]] == ["under 18", "18–54", "55–69", "70+"]
    assert [label for label in labels if labels[label]] == ["rather not say"]


def test_what_the_cards_send_is_what_triage_takes():
    for age in SECOND["ages"]:
        for button in FIRST["buttons"]:
            triage({"first": button, "age": age["id"]})
    for name in [*CARDS["questions"], *(line["id"] for line in lines(FIRST) + lines(SECOND))]:
        for answer in CARDS["answers"]:
            triage({name: answer})
    assert set(FIRST["chips"]) == {"yes", "not_sure"}


def test_the_banner_of_the_first_card_is_at_hand_before_a_server_answers():
    verdict = triage({"first": "some"})
    assert FIRST["banner"]["heading"] == verdict.heading
    assert FIRST["banner"]["do_first"] == verdict.do_first
    assert f"{FIRST['banner']['do_first']} {FIRST['banner']['text']}" == verdict.message


def test_each_line_of_the_first_card_opens_its_wording_and_the_text_of_its_own_rule():
    for line in lines(FIRST):
        assert line["text"] == triage({line["id"]: "yes"}).message
        assert line["question"].rstrip(")").endswith(("?", "."))


def test_every_question_that_can_be_next_is_among_the_single_questions():
    asked = [flag.id for flag in red_flags() if flag.after]
    assert list(CARDS["questions"]) == asked
    given = {"first": "none", "age": "age_under_18"}
    given |= dict.fromkeys([line["id"] for line in lines(SECOND)], "yes")
    for _ in asked:
        following = triage(given).as_dict()["next"]
        if following is None:
            break
        assert CARDS["questions"][following]["question"]
        given[following] = "no"


def test_a_call_button_needs_a_configured_number(tmp_path):
    assert CARDS["call"] is None
    assert cards(KNEE)["call"] == {"number": "112", "href": "tel:112"}
    text = FILE.read_text(encoding="utf-8")
    for number, is_right in (("+44999", True), ("12 3", False), ("112;ext", False), ("", False)):
        changed = text.replace('# call_number = "112"', f'call_number = "{number}"')
        (tmp_path / "redflags.toml").write_text(changed, encoding="utf-8")
        if is_right:
            assert cards(tmp_path)["call"]["href"] == f"tel:{number}"
        else:
            with pytest.raises(ValueError, match=r"call_number is .* digits"):
                cards(tmp_path)


def test_the_local_number_stands_in_every_text_that_names_one(tmp_path):
    shutil.copy(FILE, tmp_path)
    text = FILE.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^emergency_number = .*$", 'emergency_number = "112"', text)
    (tmp_path / "redflags.toml").write_text(text, encoding="utf-8")
    for answers in ({"first": "some"}, {"chest": "yes"}, {"chest": "not_sure"}):
        assert triage(answers, tmp_path).do_first.split("112")[1:]
    assert "911" not in json.dumps(cards(tmp_path))


def test_the_cyclists_knee_opens_with_its_own_cards_and_rules():
    first, second = cards(KNEE)["cards"]
    assert [line["id"] for line in lines(first) + lines(second)] == ["after_crash", "hot_red"]
    assert triage({"first": "none", "age": "age_16"}, KNEE).level == "none"
    assert triage({"after_crash": "not_sure"}, KNEE).level == "emergency"
    assert triage({"first": "none", "age": "age_16", "hot_red": "yes"}, KNEE).level == "urgent"
    young = {"first": "none", "age": "age_under_16"}
    assert triage(young, KNEE).next_question == "grows"
    assert triage(young | {"grows": "yes"}, KNEE).level == "see_someone"
    with pytest.raises(ValueError, match="saddle"):
        triage({"saddle": "yes"}, KNEE)
