"""Red flags: which answers raise the banner, its words, and how a bad file is refused."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbayes.data.files import folder
from lumbayes.safety import ANSWERS, HIDEABLE, LEVELS, Triage, red_flags, triage

FILE = folder() / "redflags.toml"
FLAGS = {flag.id: flag for flag in red_flags()}
FIRST = [name for name, flag in FLAGS.items() if not flag.only_if]
FEATURES = [name for name, flag in FLAGS.items() if flag.only_if]
NO = dict.fromkeys(FIRST, "no")

# Written out here a second time, so that a question cannot change its level unnoticed.
EXPECTED = {
    "emergency": [
        "saddle",
        "bladder_bowel",
        "both_legs",
        "serious_accident",
        "chest_pain",
        "tearing_pain",
    ],
    "urgent": ["warning_signs", "health_history", "bone_stress", "minor_fall"],
    "see_someone": ["lasting", "early_and_long"],
}
LEVEL_OF = {name: level for level, names in EXPECTED.items() for name in names}


def inflammatory(*features: str) -> Triage:
    """The banner of a runner with an early, lasting pain and just these features."""
    features_no = dict.fromkeys(FEATURES, "no")
    return triage(NO | {"early_and_long": "yes"} | features_no | dict.fromkeys(features, "yes"))


def changed(tmp_path: Path, *swaps: tuple[str, str]) -> Path:
    """A folder whose redflags.toml is the shipped one with each first text replaced once."""
    text = FILE.read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text, f"{old!r} is not in {FILE}"
        text = text.replace(old, new, 1)
    (tmp_path / "redflags.toml").write_text(text, encoding="utf-8")
    return tmp_path


# ---------------------------------------------------------------- each level


def test_the_first_questions_are_the_expected_ones_emergency_first():
    assert list(LEVEL_OF) == FIRST
    assert len(FIRST) <= 12, "a sore runner should not have to answer more"


@pytest.mark.parametrize("name", LEVEL_OF)
def test_one_yes_lifts_the_banner_to_the_level_of_its_question(name):
    told = triage(
        NO | {name: "yes"} | (dict.fromkeys(FEATURES, "no") if name == "early_and_long" else {})
    )
    assert told.level == LEVEL_OF[name]
    assert told.reasons == (f"{FLAGS[name].about}: answered “yes”",)
    assert told.unanswered == ()


def test_all_no_is_none_and_hides_nothing():
    told = triage(NO)
    assert (told.level, told.reasons, told.unanswered, told.hides) == ("none", (), (), ())
    assert told.ranking_allowed and told.remedies_allowed


def test_emergency_hides_ranking_and_remedies_and_urgent_hides_remedies_and_running_on():
    assert triage(NO | {"saddle": "yes"}).hides == HIDEABLE
    urgent = triage(NO | {"bone_stress": "yes"})
    assert urgent.hides == ("remedies", "keep_running")
    assert urgent.ranking_allowed and not urgent.remedies_allowed
    assert triage(NO | {"lasting": "yes"}).hides == ()


def test_the_highest_level_wins_and_is_the_only_one_that_speaks():
    told = triage(
        dict.fromkeys(FLAGS, "yes") | {"saddle": "no", "both_legs": "no", "bladder_bowel": "no"}
    )
    assert told.level == "emergency"
    assert "Stop running" not in told.message and "physiotherapist" not in told.message
    assert told.reasons[0].startswith("pain that began with a serious accident")
    assert any("bone stress" in reason for reason in told.reasons)
    told = triage(NO | {"lasting": "yes", "bone_stress": "yes"})
    assert told.level == "urgent"
    assert told.message.startswith("Stop running") and "physiotherapist" not in told.message


def test_one_group_says_its_text_once_and_two_groups_of_a_level_say_both():
    nerves, chest = (
        triage(NO | {"saddle": "yes"}).message,
        triage(NO | {"chest_pain": "yes"}).message,
    )
    assert triage(NO | {"saddle": "yes", "both_legs": "yes"}).message == nerves
    assert triage(NO | {"chest_pain": "yes", "saddle": "yes"}).message == f"{nerves}\n\n{chest}"


# ---------------------------------------------------------------- not sure


@pytest.mark.parametrize("name", EXPECTED["emergency"])
def test_not_sure_about_an_emergency_counts_as_yes_and_says_so(name):
    sure, unsure = triage(NO | {name: "yes"}), triage(NO | {name: "not_sure"})
    assert (unsure.level, unsure.message, unsure.hides) == (sure.level, sure.message, sure.hides)
    assert unsure.reasons == (f"{FLAGS[name].about}: answered “not sure”",)


@pytest.mark.parametrize("name", EXPECTED["urgent"])
def test_not_sure_about_something_urgent_asks_to_see_someone_and_shows_no_remedies(name):
    told = triage(NO | {name: "not_sure"})
    assert (
        told.level == "see_someone" and "not sure" in told.message and "not sure" in told.reasons[0]
    )
    assert told.ranking_allowed and not told.remedies_allowed


def test_not_sure_about_all_that_is_urgent_is_said_once():
    assert triage(NO | dict.fromkeys(EXPECTED["urgent"], "not_sure")).message.count("not sure") == 1


def test_not_sure_about_the_rest_lifts_nothing_and_is_no_reason():
    assert triage(NO | dict.fromkeys(EXPECTED["see_someone"], "not_sure")).level == "none"
    told = triage(NO | {"lasting": "yes", "early_and_long": "not_sure"})
    assert told.reasons == (f"{FLAGS['lasting'].about}: answered “yes”",)


def test_yes_and_not_sure_add_up_where_a_rule_counts(tmp_path):
    two_needed = changed(tmp_path, ("[group.nerves]", "[group.nerves]\nneeds = 2"))
    assert triage(NO | {"saddle": "not_sure"}, two_needed).level == "none"
    assert triage(NO | {"saddle": "not_sure", "both_legs": "yes"}, two_needed).level == "emergency"


# ---------------------------------------------------------------- unanswered


def test_nothing_answered_is_none_with_every_first_question_open_and_nothing_shown():
    told = triage({})
    assert (told.level, told.unanswered, told.hides) == ("none", tuple(FIRST), HIDEABLE)
    assert not told.ranking_allowed and not told.remedies_allowed
    assert "None of these answers" not in told.message


@pytest.mark.parametrize("name", EXPECTED["emergency"])
def test_one_open_emergency_question_keeps_the_ranking_hidden(name):
    told = triage({k: v for k, v in NO.items() if k != name} | {"lasting": "yes"})
    assert told.unanswered == (name,) and not told.ranking_allowed
    assert told.level == "see_someone" and told.message.startswith(
        "Please answer the first questions"
    )


@pytest.mark.parametrize("name", EXPECTED["urgent"])
def test_one_open_urgent_question_keeps_only_remedies_hidden(name):
    told = triage({k: v for k, v in NO.items() if k != name})
    assert told.unanswered == (name,) and told.ranking_allowed and not told.remedies_allowed


def test_the_ranking_needs_the_emergency_questions_and_no_others():
    assert triage(dict.fromkeys(EXPECTED["emergency"], "no")).ranking_allowed


def test_features_are_asked_only_after_a_yes_to_early_and_long():
    assert triage(NO | {"early_and_long": "yes"}).unanswered == tuple(FEATURES)
    for answer in ("no", "not_sure"):
        assert triage(NO | {"early_and_long": answer}).unanswered == ()


# ---------------------------------------------------------------- a rule that counts


@pytest.mark.parametrize("count", range(len(FEATURES) + 1))
def test_inflammatory_back_pain_is_named_from_three_features(count):
    assert ("inflammatory" in inflammatory(*FEATURES[:count]).message) == (count >= 3)
    assert ("inflammatory" in inflammatory(*FEATURES[len(FEATURES) - count :]).message) == (
        count >= 3
    )


def test_features_count_for_nothing_without_early_and_long():
    for answer in ("no", "not_sure"):
        told = triage(NO | {"early_and_long": answer} | dict.fromkeys(FEATURES, "yes"))
        assert (told.level, told.reasons) == ("none", ())


def test_a_feature_nobody_is_sure_of_does_not_count():
    features = dict.fromkeys(FEATURES[:2], "yes") | dict.fromkeys(FEATURES[2:], "not_sure")
    assert "inflammatory" not in triage(NO | {"early_and_long": "yes"} | features).message


def test_the_count_is_data(tmp_path):
    answers = NO | {"early_and_long": "yes"} | dict.fromkeys(FEATURES[:3], "yes")
    assert "inflammatory" in triage(answers).message
    assert (
        "inflammatory" not in triage(answers, changed(tmp_path, ("needs = 3", "needs = 4"))).message
    )


def test_age_alone_triggers_nothing():
    assert inflammatory("before_35").reasons == (
        f"{FLAGS['early_and_long'].about}: answered “yes”",
    )
    for flag in FLAGS.values():
        for bullet in (b for b in flag.any_of if re.search(r"\b(under|over|before) \d\d\b", b)):
            assert " and " in bullet or "fall" in flag.question, (
                f"{flag.id}: {bullet!r} would trigger by age alone"
            )


# ---------------------------------------------------------------- words


def said() -> list[str]:
    """Every text that a banner can show."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    tables = [*raw["levels"].values(), *raw["group"].values()]
    texts = [table.get(key, "") for table in tables for key in ("heading", "say", "not_sure_say")]
    return [raw["ask_first"], *filter(None, texts)]


def test_none_does_not_reassure():
    told = triage(NO)
    assert told.message.startswith(
        "None of these answers asks for a doctor today. This page cannot rule anything out."
    )
    assert "cannot rule anything out" in told.heading


@pytest.mark.parametrize("text", said())
def test_no_banner_reassures_names_an_illness_as_a_fact_or_advises_a_treatment(text):
    reassuring = (
        r"\b(fine|safe|harmless|all clear|good news|no need|nothing (serious|to worry)|don.t worry"
        r"|(un)?likely)\b"
    )
    claiming = (
        r"\b(you have|you are suffering|diagnos\w+|treat\w*|take (an?|some)|ibuprofen|paracetamol"
        r"|risk score)\b"
    )
    assert not re.search(f"{reassuring}|{claiming}", text, re.IGNORECASE)


@pytest.mark.parametrize("name", EXPECTED["emergency"])
def test_every_emergency_says_now_whom_to_call_and_not_to_drive(name):
    told = triage(NO | {name: "yes"})
    assert (
        told.heading == "Get help now"
        and " now" in told.message
        and "Do not drive yourself" in told.message
    )
    assert all(number in told.message for number in ("112", "999", "911", "000"))


def test_every_question_is_short_and_says_where_it_comes_from():
    for flag in FLAGS.values():
        assert flag.question.rstrip(")").endswith(("?", ".")) and len(flag.question.split()) <= 30
        assert all(len(bullet.split()) <= 16 for bullet in flag.any_of) and len(flag.any_of) <= 6
        assert flag.basis and flag.sure in ("seen", "second_hand", "judgement")


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("answers", "parts"),
    [
        ({"sadle": "yes"}, ["question 'sadle'", "Did you mean 'saddle'?", "bladder_bowel"]),
        ({"saddle": "Yes"}, ["saddle", "answer 'Yes'", "Did you mean 'yes'?", "no, not_sure, yes"]),
        ({"saddle": "not sure"}, ["Did you mean 'not_sure'?"]),
        ({"saddle": None}, ["'None'", "Leave out what was not answered"]),
        ({"saddle": True}, ["'True'"]),
    ],
)
def test_unknown_questions_and_answers_are_named_with_the_nearest_match(answers, parts):
    with pytest.raises(ValueError) as error:
        triage(answers)
    assert all(part in str(error.value) for part in parts), str(error.value)


BAD = {
    "unknown key at the top": (("ask_first =", "ask_frst ="), ["'ask_frst'", "'ask_first'"]),
    "unknown key of a question": (
        ("about =", "abuot ="),
        ["[question.saddle]", "'abuot'", "'about'", "any_of"],
    ),
    "unknown key of a group": (
        ("needs = 3", "need = 3"),
        ["[group.inflammatory]", "'need'", "'needs'"],
    ),
    "unknown key of a level": (("hides =", "hide ="), ["[levels.emergency]", "'hide'", "'hides'"]),
    "unknown level": (
        ('level = "urgent"', 'level = "urgnt"'),
        ["[group.illness]", "'urgnt'", "'urgent'", "emergency"],
    ),
    "a group of level none": (
        ('level = "urgent"', 'level = "none"'),
        ["[group.illness]", "'none'", "emergency"],
    ),
    "level that does not exist": (
        ("[levels.urgent]", "[levels.urgnt]"),
        ["[levels]", "'urgnt'", "'urgent'"],
    ),
    "the same level twice": (
        ("[levels.see_someone]\n", "[levels.none]\n"),
        ["redflags.toml", "levels", "none", "line"],
    ),
    "unknown group": (
        ('group = "chest"', 'group = "chst"'),
        ["[question.chest_pain]", "'chst'", "'chest'"],
    ),
    "unknown part of the page": (
        ('["ranking", ', '["rankin", '),
        ["[levels.emergency]", "'rankin'", "'ranking'"],
    ),
    "unknown only_if": (
        ('"early_and_long"', '"early"'),
        ["[group.inflammatory]", "'early'", "saddle"],
    ),
    "only_if that is a follow-up": (
        ('"early_and_long"', '"psoriasis"'),
        ["[group.inflammatory]", "'psoriasis'"],
    ),
    "unknown certainty": (
        ('sure = "seen"', 'sure = "certain"'),
        ["[question.saddle]", "'certain'", "judgement"],
    ),
    "the same id twice": (
        ("[question.bladder_bowel]", "[question.saddle]"),
        ["question", "saddle", "line"],
    ),
    "missing key": (('sure = "seen"\n', ""), ["[question.saddle]", "'sure'", "missing", "basis"]),
    "empty text": (('about = "chest pain"', 'about = ""'), ["[question.chest_pain]", "about"]),
    "text for a list": (
        ('hides = ["remedies", "keep_running"]', 'hides = "remedies"'),
        ["[levels.urgent]", "hides"],
    ),
    "text for a number": (("needs = 3", 'needs = "3"'), ["[group.inflammatory]", "needs", "int"]),
    "more needed than asked": (
        ("needs = 3", "needs = 10"),
        ["[group.inflammatory]", "10", "9 questions"],
    ),
    "none needed": (("needs = 3", "needs = 0"), ["[group.inflammatory]", "needs is 0"]),
    "not sure above yes": (
        ('not_sure = "see_someone"', 'not_sure = "emergency"'),
        ["[levels.urgent]", "'emergency'"],
    ),
    "not sure without a text": (
        ("\nnot_sure_say =", "\n# not_sure_say ="),
        ["[levels.urgent]", "not_sure_say"],
    ),
    "none without a text": (("\nsay = ", "\n# say = "), ["[levels.none]", "'say'", "missing"]),
    "other answers": (('"not_sure"]', '"maybe"]'), ["answers", "maybe", "not_sure"]),
    "unknown name to fill in": (
        ("{emergency_number}", "{number}"),
        ["[group.nerves]", "{emergency_number}"],
    ),
    "not TOML": (("[group.nerves]", "[group.nerves"), ["not valid TOML", "line"]),
}


@pytest.mark.parametrize(("swap", "parts"), BAD.values(), ids=BAD)
def test_a_bad_file_is_an_error_that_names_file_key_and_what_is_allowed(tmp_path, swap, parts):
    where = changed(tmp_path, swap)
    with pytest.raises(ValueError) as error:
        red_flags(where)
    assert all(part in str(error.value) for part in [str(where / "redflags.toml"), *parts]), str(
        error.value
    )


def test_a_copy_of_the_folder_answers_alike_and_a_folder_without_the_file_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"redflags\.toml"):
        triage({}, tmp_path)
    shutil.copy(FILE, tmp_path)
    assert triage(NO | {"saddle": "yes"}, tmp_path) == triage(NO | {"saddle": "yes"})


# ---------------------------------------------------------------- always

SOME_ANSWERS = st.dictionaries(st.sampled_from(list(FLAGS)), st.sampled_from(ANSWERS))


@settings(max_examples=150, deadline=None)
@given(SOME_ANSWERS, st.sampled_from(list(FLAGS)))
def test_from_no_over_not_sure_to_yes_the_level_never_falls(answers, name):
    levels = [
        LEVELS.index(triage(answers | {name: answer}).level) for answer in ("no", "not_sure", "yes")
    ]
    assert levels == sorted(levels)


@settings(max_examples=100, deadline=None)
@given(SOME_ANSWERS, st.randoms())
def test_the_order_of_answers_is_irrelevant_and_they_are_left_alone(answers, random):
    before = dict(answers)
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert triage(answers) == triage(dict(shuffled))
    assert answers == before


@settings(max_examples=150, deadline=None)
@given(SOME_ANSWERS)
def test_the_ranking_shows_exactly_when_every_emergency_question_is_a_plain_no(answers):
    told = triage(answers)
    assert told.ranking_allowed == all(answers.get(name) == "no" for name in EXPECTED["emergency"])
    assert told.ranking_allowed or not told.remedies_allowed
    assert told.message and (told.level == "none") == (told.reasons == ())


@settings(max_examples=100, deadline=None)
@given(SOME_ANSWERS, st.sampled_from(list(FLAGS)))
def test_answering_one_more_question_never_lowers_the_level(answers, name):
    without = {k: v for k, v in answers.items() if k != name}
    for answer in ANSWERS:
        assert LEVELS.index(triage(without | {name: answer}).level) >= LEVELS.index(
            triage(without).level
        )


def test_triage_writes_nothing(capfd, caplog):
    triage(dict.fromkeys(FLAGS, "yes"))
    assert capfd.readouterr() == ("", "") and not caplog.records
