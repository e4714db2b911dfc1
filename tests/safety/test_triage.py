"""The two safety cards: which answers raise the banner, what it hides, and what it never does."""

import json
import re
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared import loaded

from lumbayes import contributions, load, red_flags, triage
from lumbayes.data.files import folder
from lumbayes.data.redflags import ANSWERS, HIDEABLE, LEVELS, Rule
from lumbayes.data.redflags_file import read_rules
from lumbayes.safety import Triage

FILE = folder() / "redflags.toml"
RULES = read_rules(FILE)
FLAGS = {flag.id: flag for flag in red_flags()}
NONE = {"first": "none", "age": "age_18"}
AGES = ["age_under_18", "age_18", "age_55", "age_70", "age_unknown"]
NERVES = ["saddle", "bladder", "bowel", "sexual", "both_legs", "foot_drop"]

# Written out here a second time, so that a line cannot change its level unnoticed.
FIRST_CARD = [
    *NERVES,
    *["chest", "artery", "very_ill", "accident", "dark_urine", "swollen_back"],
    *["thinner_sign", "fever_risk", "pregnant_sign"],
]
SECOND_CARD = {
    "fever": "urgent",
    "weight": "urgent",
    "lump": "urgent",
    "kidney": "urgent",
    "night": "urgent",
    "strain": "urgent",
    "high_up": "urgent",
    "worse": "see_someone",
    "lasting": "see_someone",
    "one_leg": "see_someone",
    "deep_bone": "see_someone",
    "sudden": "none",
    "thinners": "none",
    "pregnant": "see_someone",
    "low_energy": "see_someone",
    "cancer": "see_someone",
    "weak_bones": "see_someone",
    "weak_immune": "see_someone",
    "germs": "see_someone",
    "unsure": "see_someone",
}
FEATURES = [flag.id for flag in FLAGS.values() if flag.after == (("early_and_long",),)]


def settled(*ticks: str, age: str = "age_18", **answers: str) -> Triage:
    """The banner of a runner with these ticks whose every other follow-up is a no."""
    given = {"first": "none", "age": age, **dict.fromkeys(ticks, "yes"), **answers}
    while single := triage(given).unanswered:
        given[single[0]] = "no"
    return triage(given)


# ---------------------------------------------------------------- each line alone


def test_the_cards_hold_the_expected_lines():
    assert [flag.id for flag in FLAGS.values() if flag.card == "first"] == FIRST_CARD
    assert [flag.id for flag in FLAGS.values() if flag.card == "second"] == list(SECOND_CARD)


@pytest.mark.parametrize("first", ["none", "some", None])
@pytest.mark.parametrize("answer", ["yes", "not_sure"])
@pytest.mark.parametrize("name", FIRST_CARD)
def test_every_line_of_the_first_card_alone_is_an_emergency(name, answer, first):
    verdict = triage({name: answer} | ({"first": first} if first else {}))
    assert verdict.level == "emergency" and verdict.hides == HIDEABLE
    assert verdict.heading == "Get emergency help now" and verdict.next_question is None
    doubt = ": not sure" if answer == "not_sure" else ""
    assert verdict.reasons == (f"{FLAGS[name].about}{doubt}",)


@pytest.mark.parametrize("name", FIRST_CARD)
def test_every_emergency_says_what_to_do_now_and_not_to_drive(name):
    for answer in ("yes", "not_sure"):
        verdict = triage({name: answer})
        assert re.match(r"(Call|Go to) .* now", verdict.do_first)
        assert "Do not drive yourself" in verdict.do_first
        assert verdict.message.startswith(verdict.do_first)


@pytest.mark.parametrize("name", SECOND_CARD)
def test_every_line_of_the_second_card_alone_reaches_its_own_level(name):
    verdict = settled(name)
    assert verdict.level == SECOND_CARD[name] == FLAGS[name].level
    assert verdict.ticked == (name,)
    assert verdict.reasons == ((FLAGS[name].about,) if verdict.level != "none" else ())


def test_one_or_more_is_an_emergency_before_any_line_is_marked():
    verdict = triage({"first": "some"})
    assert verdict.level == "emergency" and verdict.hides == HIDEABLE and verdict.reasons == ()
    assert verdict.do_first.startswith("If any of these lines fits, call")
    marked = triage({"first": "some", "dark_urine": "yes"})
    assert "kidneys" in marked.message and "any of these lines" not in marked.message


def test_a_marked_line_counts_beside_a_tap_on_none_of_these():
    assert triage(NONE | {"saddle": "yes"}).level == "emergency"
    assert triage(NONE | dict.fromkeys(FIRST_CARD, "no")).level == "none"


def test_one_or_more_stands_although_every_line_is_then_a_no():
    assert triage({"first": "some", **dict.fromkeys(FIRST_CARD, "no")}).level == "emergency"


# ---------------------------------------------------------------- open cards and questions


def test_nothing_answered_hides_everything_and_reassures_of_nothing():
    verdict = triage({})
    assert (verdict.level, verdict.heading, verdict.hides) == ("none", "", HIDEABLE)
    assert verdict.unanswered == ("first", "age") and verdict.next_question == "first"
    assert "cannot rule anything out" in verdict.message and "None of" not in verdict.message


@pytest.mark.parametrize("left_open", FIRST_CARD)
def test_the_first_card_is_open_until_its_button_or_each_of_its_lines_is_answered(left_open):
    most = dict.fromkeys((name for name in FIRST_CARD if name != left_open), "no")
    assert not triage({**most, "age": "age_18"}).ranking_allowed
    assert triage({**most, "age": "age_18", left_open: "no"}).ranking_allowed


def test_ticks_while_the_first_card_is_open_say_both():
    verdict = triage({"fever": "yes", "age": "age_18"})
    assert verdict.level == "urgent" and verdict.hides == HIDEABLE
    assert verdict.paragraphs[0].startswith("Please answer the first card")


def test_the_second_card_is_open_until_an_age_is_tapped():
    verdict = triage({"first": "none"})
    assert verdict.unanswered == ("age",) and verdict.ranking_allowed
    assert verdict.hides == ("remedies", "keep_running")
    assert "the second card" in verdict.message


@pytest.mark.parametrize("age", AGES)
def test_two_taps_show_a_ranking_at_every_age(age):
    verdict = triage({"first": "none", "age": age})
    assert verdict.level == "none" and verdict.ranking_allowed and verdict.remedies_allowed
    assert verdict.ranking_folded == (age == "age_under_18") != verdict.keep_running_allowed


def test_two_taps_without_a_tick_are_no_all_clear():
    verdict = triage(NONE)
    assert verdict.heading == "None of the things we asked about"
    assert verdict.message.startswith("You ticked none of the things we asked about.")
    assert "not an all-clear" in verdict.message and "Get help at once" in verdict.message
    assert (verdict.hides, verdict.reasons, verdict.ticked, verdict.notes) == ((), (), (), ())


@pytest.mark.parametrize("name", ["sudden", "thinners"])
def test_with_a_tick_it_does_not_say_that_none_was_ticked(name):
    message = settled(name).message
    assert "You ticked none" not in message and "not an all-clear" in message


def test_a_leg_sign_asks_the_six_nerve_signs_again_one_by_one_and_the_ranking_waits():
    given = NONE | {"one_leg": "yes"}
    assert triage(given).unanswered == (*NERVES, "leg_worse")
    for name in NERVES:
        assert not triage(given).ranking_allowed and triage(given).next_question == name
        given[name] = "no"
    assert triage(given).ranking_allowed and not triage(given).remedies_allowed
    assert triage(given | {"leg_worse": "no"}).hides == ()


def test_pain_that_stops_daily_life_asks_the_two_signs_after_hard_effort_again():
    verdict = triage(NONE | {"worse": "yes"})
    assert verdict.unanswered == ("dark_urine", "swollen_back") and not verdict.ranking_allowed
    assert settled("worse").ranking_allowed


@pytest.mark.parametrize(
    ("fact", "is_shown"), [("lasting", True), ("cancer", False), ("thinners", False)]
)
def test_an_open_question_hides_what_a_yes_to_it_would_hide(fact, is_shown):
    """A weak leg is urgent; after cancer or with blood thinners it is an emergency."""
    others = dict.fromkeys((*NERVES, "small_skin", "leg_new", "early_and_long"), "no")
    verdict = triage(NONE | others | {"one_leg": "yes", fact: "yes"})
    assert verdict.unanswered == ("leg_worse",)
    assert verdict.ranking_allowed == is_shown and not verdict.remedies_allowed


@pytest.mark.parametrize("signs", [(), ("lasting",), ("one_leg",), ("one_leg", "leg_worse")])
def test_a_small_skin_cancer_hides_no_more_than_no_cancer_does(signs):
    assert settled("cancer", *signs, "small_skin").hides == settled(*signs).hides != HIDEABLE


def test_until_it_is_said_to_be_small_a_cancer_hides_what_any_does():
    """With a leg it would be an emergency, were the leg weak: an open answer ends no rule."""
    others = dict.fromkeys((*NERVES, "leg_new", "early_and_long"), "no")
    leg = triage(NONE | others | {"cancer": "yes", "one_leg": "yes"})
    assert set(leg.unanswered) == {"small_skin", "leg_worse"} and leg.hides == HIDEABLE
    lasting = triage(NONE | others | {"cancer": "yes", "lasting": "yes"})
    any_cancer, small = settled("cancer", "lasting"), settled("cancer", "lasting", "small_skin")
    assert lasting.unanswered == ("small_skin",)
    assert lasting.hides == any_cancer.hides != small.hides


def test_questions_by_age_hold_back_no_ranking():
    assert triage(NONE | {"age": "age_55"}).unanswered == ("first_ever", "stops_on_rest")
    assert triage(NONE | {"age": "age_55"}).hides == ()
    assert triage(NONE | {"age": "age_under_18"}).hides == ("ranking_open", "keep_running")


def test_a_follow_up_that_is_no_longer_asked_does_not_count():
    stale = NONE | {"leg_worse": "yes"} | dict.fromkeys(FEATURES, "yes")
    assert triage(stale).level == "none" and triage(stale).unanswered == ()
    assert triage(NONE | {"arching": "yes"}).level == "none"


# ---------------------------------------------------------------- combinations


@pytest.mark.parametrize(
    ("ticks", "level"),
    [
        (("fever", "weak_immune"), "emergency"),
        (("fever", "germs"), "emergency"),
        (("thinners", "one_leg", "leg_worse"), "emergency"),
        (("thinners", "one_leg", "leg_new"), "emergency"),
        (("thinners", "one_leg"), "urgent"),
        (("thinners", "sudden"), "urgent"),
        (("thinners", "worse"), "urgent"),
        (("cancer", "one_leg", "leg_worse"), "emergency"),
        (("cancer", "one_leg", "leg_worse", "small_skin"), "urgent"),
        (("cancer", "lasting"), "urgent"),
        (("cancer", "lasting", "small_skin"), "see_someone"),
        (("cancer", "small_skin"), "none"),
        (("sudden", "weak_bones"), "urgent"),
        (("one_leg", "leg_worse"), "urgent"),
        (("pregnant", "over_12_weeks"), "urgent"),
        (("pregnant", "preg_sign"), "urgent"),
    ],
)
def test_what_stands_together_reaches_a_level(ticks, level):
    assert settled(*ticks).level == level


@pytest.mark.parametrize("age", AGES)
def test_age_alone_lifts_no_level(age):
    assert settled(age=age).level == "none" and settled(age=age).reasons == ()


@pytest.mark.parametrize(
    ("age", "ticks", "level"),
    [
        ("age_70", ["sudden"], "urgent"),
        ("age_55", ["sudden"], "see_someone"),
        ("age_18", ["sudden"], "none"),
        ("age_unknown", ["sudden"], "none"),
        ("age_under_18", ["arching"], "see_someone"),
        ("age_under_18", ["three_weeks"], "see_someone"),
        ("age_18", ["arching"], "none"),
        ("age_55", ["first_ever"], "see_someone"),
        ("age_70", ["stops_on_rest"], "see_someone"),
        ("age_18", ["first_ever"], "none"),
    ],
)
def test_age_beside_a_sign_counts(age, ticks, level):
    assert settled(*ticks, age=age).level == level


def test_under_18_no_ranking_stands_open_and_a_parent_is_named():
    verdict = settled(age="age_under_18")
    assert verdict.ranking_folded and "Show a parent" in verdict.notes[0]
    young = settled("three_weeks", age="age_under_18")
    assert young.ranking_folded and not young.keep_running_allowed and "parent" in young.do_first


def test_a_sign_beside_an_age_names_the_age_as_a_reason():
    assert settled("sudden", age="age_70").reasons == (FLAGS["sudden"].about, "age 70+")


def test_without_an_age_a_note_says_what_it_would_add():
    assert any("under 18 and over 55" in note for note in settled(age="age_unknown").notes)


def test_bone_stress_asks_for_days_and_hides_running_on_and_remedies():
    verdict = settled("deep_bone", "low_energy")
    assert verdict.level == "see_someone" and "in the next few days" in verdict.do_first
    assert verdict.hides == ("remedies", "keep_running")
    assert settled("deep_bone").hides == ("keep_running",)


@pytest.mark.parametrize("count", range(len(FEATURES) + 1))
def test_inflammatory_back_pain_is_named_from_three_features(count):
    for some in (FEATURES[:count], FEATURES[len(FEATURES) - count :]):
        message = settled("lasting", "early_and_long", *some).message
        assert ("inflammatory" in message) == (count >= 3)


def test_features_are_asked_only_of_a_lasting_pain_that_began_early():
    assert triage(NONE | {"lasting": "yes"}).unanswered == ("early_and_long",)
    both = NONE | {"lasting": "yes", "early_and_long": "yes"}
    assert list(triage(both).unanswered) == FEATURES
    assert triage(both | {"early_and_long": "not_sure"}).unanswered == ()


# ---------------------------------------------------------------- not sure


@pytest.mark.parametrize("name", [name for name, level in SECOND_CARD.items() if level == "urgent"])
def test_not_sure_about_something_urgent_asks_to_see_someone_and_shows_no_remedies(name):
    verdict = triage(NONE | {name: "not_sure"})
    assert verdict.level == "see_someone" and "not sure" in verdict.message
    assert verdict.reasons == (f"{FLAGS[name].about}: not sure",)
    assert verdict.ranking_allowed and not verdict.remedies_allowed


@pytest.mark.parametrize("name", ["worse", "lasting", "one_leg", "weak_bones", "low_energy"])
def test_not_sure_about_the_rest_lifts_nothing_and_is_no_reason(name):
    verdict = triage(NONE | {name: "not_sure"})
    assert (verdict.level, verdict.reasons, verdict.ticked) == ("none", (), (name,))


def test_a_sure_emergency_leads_a_doubtful_one():
    verdict = triage({"first": "some", "chest": "not_sure", "saddle": "yes"})
    assert verdict.do_first.startswith("Go to an emergency department")
    assert "You were not sure" in verdict.message


# ---------------------------------------------------------------- what is said


def test_the_highest_level_speaks_and_lower_texts_are_folded_below():
    verdict = settled("fever", "lasting", "low_energy")
    assert verdict.level == "urgent" and verdict.do_first.startswith("Ask for an urgent")
    assert "physiotherapist" not in verdict.message
    assert any("physiotherapist" in text for text in verdict.also)
    first, *others = verdict.reasons
    assert first == FLAGS["fever"].about
    assert set(others) == {FLAGS["lasting"].about, FLAGS["low_energy"].about}


def test_what_to_do_is_said_once_for_several_rules():
    verdict = settled("fever", "kidney")
    assert verdict.message.count("Ask for an urgent appointment today") == 1
    assert "kidneys" in verdict.message and "If nobody can see you today" in verdict.message


def test_notes_stand_below_a_low_banner_and_not_in_an_emergency():
    assert "You take blood thinners" in settled("thinners", "lasting").notes[0]
    assert settled("thinners", "fever").notes == ()


@pytest.mark.parametrize(
    ("ticks", "age", "note"),
    [
        (["thinners"], "age_18", "a numb or weak leg is an emergency"),
        (["weak_immune"], "age_18", "fever with back pain is an emergency"),
        (["germs"], "age_18", "fever with back pain is an emergency"),
        ([], "age_under_18", "Show a parent"),
        ([], "age_unknown", "Some checks depend on age"),
    ],
)
def test_a_fact_that_would_change_another_sign_is_noted(ticks, age, note):
    assert any(note in text for text in settled(*ticks, age=age).notes)
    assert not any(note in text for text in settled("lasting").notes)


def least(rule: Rule) -> list[str]:
    """The fewest lines, follow-ups and ages that raise a rule, with what opens the follow-ups."""
    names = [bracket[0] for bracket in rule.all] + list(rule.any[: rule.needs])
    for name in names:
        if name in FLAGS and not FLAGS[name].card:
            names += [bracket[0] for bracket in FLAGS[name].after]
    return names


@pytest.mark.parametrize("rule", RULES.rules, ids=[rule.id for rule in RULES.rules])
def test_every_rule_is_counted_where_its_own_lines_are_ticked(rule):
    """At its own level or, where another rule is higher, among the folded texts."""
    names = least(rule)
    age = next((name for name in names if name in AGES), "age_18")
    verdict = settled(*(name for name in names if name in FLAGS), age=age)
    texts = " ".join((verdict.message, *verdict.also, *verdict.notes))
    assert LEVELS.index(verdict.level) >= LEVELS.index(rule.level)
    assert rule.do in texts and rule.say in texts


ALL_TEXTS = [
    text
    for part in (*RULES.levels.values(), *RULES.cards.values(), *RULES.rules)
    for key, text in vars(part).items()
    if isinstance(text, str) and key not in ("id", "basis", "level", "not_sure")
]


@pytest.mark.parametrize("text", list(filter(None, dict.fromkeys(ALL_TEXTS))))
def test_no_text_reassures_names_an_illness_as_a_fact_or_advises_a_treatment(text):
    reassuring = (
        r"\b(fine|harmless|all clear|good news|no need|nothing (serious|to worry)|don.t worry"
        r"|(un)?likely|low risk|no red flags|no doctor needed|safe)\b"
    )
    claiming = (
        r"\b(you have|you are suffering|diagnos\w+|treat\w*|take (an?|some)|ibuprofen|paracetamol"
        r"|risk score)\b"
    )
    assert not re.search(f"{reassuring}|{claiming}", text, re.IGNORECASE)
    assert "{" not in text and "%" not in text


def test_every_question_is_short_and_says_where_it_comes_from():
    for flag in FLAGS.values():
        assert flag.question.rstrip(")").endswith(("?", ".")) and len(flag.question.split()) <= 35
        assert all(len(point.split()) <= 16 for point in flag.any_of) and len(flag.any_of) <= 4
        assert flag.basis and flag.sure in ("seen", "second_hand", "judgement")


# ---------------------------------------------------------------- no number moves


def test_no_answer_is_a_finding_and_no_posterior_moves():
    case = loaded().given(back_pain="yes")
    before = contributions(case)
    for name in FLAGS:
        assert triage(NONE | {name: "yes"}).ticked == (name,) or not FLAGS[name].card
        with pytest.raises(ValueError, match="Unknown"):
            case.given(**{name: "yes"})
    assert contributions(load().given(back_pain="yes")).equals(before)


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("answers", "parts"),
    [
        ({"sadle": "yes"}, ["question 'sadle'", "Did you mean 'saddle'?", "both_legs"]),
        ({"saddle": "Yes"}, ["saddle", "answer 'Yes'", "Did you mean 'yes'?", "no, not_sure, yes"]),
        ({"saddle": "not sure"}, ["Did you mean 'not_sure'?"]),
        ({"saddle": None}, ["'None'", "Leave out what was not answered"]),
        ({"saddle": True}, ["'True'"]),
        ({"first": "yes"}, ["first", "'yes'", "none, some"]),
        ({"age": "age_30"}, ["age", "'age_30'", "age_under_18"]),
    ],
)
def test_unknown_questions_and_answers_are_named_with_the_nearest_match(answers, parts):
    with pytest.raises(ValueError) as error:
        triage(answers)
    assert all(part in str(error.value) for part in parts), str(error.value)


def test_a_copy_of_the_folder_answers_alike_and_a_folder_without_the_file_says_so(tmp_path):
    with pytest.raises(ValueError, match=r"redflags\.toml"):
        triage({}, tmp_path)
    shutil.copy(FILE, tmp_path)
    assert triage(NONE | {"saddle": "yes"}, tmp_path) == triage(NONE | {"saddle": "yes"})


# ---------------------------------------------------------------- always

MORE = list(set(FLAGS) - {"small_skin"})
BUTTONS = st.fixed_dictionaries(
    {}, optional={"first": st.sampled_from(["none", "some"]), "age": st.sampled_from(AGES)}
)
SIGNS = st.dictionaries(st.sampled_from(list(FLAGS)), st.sampled_from(ANSWERS))
SOME_ANSWERS = st.builds(lambda buttons, signs: buttons | signs, BUTTONS, SIGNS)


@settings(max_examples=200, deadline=None)
@given(SOME_ANSWERS, st.sampled_from(MORE))
def test_from_no_over_not_sure_to_yes_the_level_never_falls_and_nothing_comes_into_view(
    answers, name
):
    steps = [triage(answers | {name: answer}) for answer in ("no", "not_sure", "yes")]
    levels = [LEVELS.index(step.level) for step in steps]
    assert levels == sorted(levels)
    assert set(steps[0].hides) <= set(steps[1].hides) <= set(steps[2].hides)


@settings(max_examples=200, deadline=None)
@given(SOME_ANSWERS, st.sampled_from(MORE), st.sampled_from(ANSWERS))
def test_answering_one_more_question_never_lowers_the_level(answers, name, answer):
    without = {question: given for question, given in answers.items() if question != name}
    before, after = triage(without).level, triage(without | {name: answer}).level
    assert LEVELS.index(before) <= LEVELS.index(after)


@settings(max_examples=200, deadline=None)
@given(SOME_ANSWERS)
def test_only_the_small_skin_cancer_lowers_a_level_and_only_through_its_rules(answers):
    without = triage(answers | {"small_skin": "no"})
    with_it = triage(answers | {"small_skin": "yes"})
    assert LEVELS.index(with_it.level) <= LEVELS.index(without.level)
    if answers.get("cancer") != "yes":
        assert with_it.level == without.level


@settings(max_examples=200, deadline=None)
@given(SOME_ANSWERS)
def test_an_emergency_hides_all_and_everything_hidden_has_a_cause(answers):
    verdict = triage(answers)
    if verdict.level == "emergency" or "first" in verdict.unanswered:
        assert verdict.hides == HIDEABLE
    if answers.get("first") == "some":
        assert verdict.level == "emergency"
    if any(answers.get(name) in ("yes", "not_sure") for name in FIRST_CARD):
        assert verdict.level == "emergency"
    assert verdict.ranking_allowed or not verdict.remedies_allowed
    assert verdict.message and verdict.message == triage(dict(answers)).message


@settings(max_examples=100, deadline=None)
@given(SOME_ANSWERS, st.randoms())
def test_the_order_of_answers_is_irrelevant_and_they_are_left_alone(answers, random):
    before = dict(answers)
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert triage(answers) == triage(dict(shuffled))
    assert answers == before


@settings(max_examples=100, deadline=None)
@given(SOME_ANSWERS)
def test_a_banner_survives_json(answers):
    plain = triage(answers).as_dict()
    assert json.loads(json.dumps(plain)) == plain


def test_a_question_is_asked_from_the_start_or_once_an_answer_opens_it():
    for flag in FLAGS.values():
        assert flag.asked({}) == bool(flag.card)
    worse = FLAGS["leg_worse"]
    asked = [worse.asked({"one_leg": answer}) for answer in ("yes", "no", "not_sure")]
    assert asked == [True, False, False]
