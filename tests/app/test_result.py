"""What the right side of the page is given: figures, sentences, notes and one opened cause."""

import json
import re
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from shared import loaded, page_of

from lumbayes import contributions, load, next_question, next_run
from lumbayes.attribution import contribution_draws
from state import result as module
from state import result_next, result_receipt, result_sentence
from state.result import result
from state.result_cause import LEVELS
from state.result_next import COMPARED
from text import result_words as words
from text.figures import UNDER, in_ten, tenths

KNEE = Path(__file__).resolve().parents[1] / "another_thread"
BASE = loaded()
PAIN = BASE.given(back_pain="yes")
MUSCLE = {"where": "across", "onset": "cool_down", "worse": "any_movement"}
RUNNER = PAIN.given(climb_m_per_km=32, plank_seconds=45, **MUSCLE)
RULED_OUT = PAIN.given(
    **{v.name: "no" for v in BASE.variables.factors if v.name != "flat_feet"},
    flat_feet="yes",
    where="on_the_spine",
    onset="next_day",
    worse="only_running",
)
CASES = {"arrival": PAIN, "runner": RUNNER, "ruled out": RULED_OUT}
IDS = re.compile(r"\b[AQ]\d?-\d+")
MOST_WORDS = 150  # of an opened cause, before anything is unfolded


@pytest.fixture
def knee(monkeypatch):
    """The case of an invented thread, and the page's modules that its folder gives their words."""
    with page_of(KNEE, monkeypatch):
        from state.controls import first_facts
        from state.result import result

        case = load().given(knee_pain="yes")
        yield SimpleNamespace(case=case, result=result, words=first_facts()["words"]["result"])


def rows(found):
    return {row["name"]: row for row in [*found["factors"], *found["mechanisms"]]}


def texts(value, *, without=("numbers", "quote", "id", "name", "slider", "whole")):
    """All texts that a result holds, the quotes and what is unfolded left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [x for key, x in value.items() if key not in without]
    parts = value if isinstance(value, list) else []
    return [text for part in parts for text in texts(part, without=without)]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_figures_are_those_of_contributions(case):
    found = rows(result(case))
    table = contributions(case)
    assert {*found} == {*table.index}
    for name, row in found.items():
        for key, column in {"figure": "contribution", "low": "low", "high": "high"}.items():
            assert row[key] == approx(float(table[column][name]), abs=1e-4)
    for layer in ("factor", "mechanism"):
        in_order = [name for name in table.index if table.layer[name] == layer]
        assert sorted(in_order, key=lambda name: found[name]["rank"]) == in_order


def test_a_bar_is_as_solid_as_the_draws_that_reach_so_far():
    sampled, weights = contribution_draws(RUNNER, draws=4096, seed=0)
    names = [cause.name for cause in RUNNER.variables.causes]
    for name, row in rows(result(RUNNER)).items():
        draws = sampled[names.index(name)]
        by_hand = [weights[draws > level].sum() / weights.sum() for level in LEVELS]
        assert row["fade"] == approx(by_hand, abs=1e-4)
        assert (np.diff(row["fade"]) <= 0).all()


def test_a_result_is_plain_json_and_its_links_are_those_of_the_network():
    found = json.loads(json.dumps(result(RUNNER, opened="weak_core")))
    links = {(link["from"], link["to"]): link["figure"] for link in found["links"]}
    figures = {name: row["figure"] for name, row in rows(found).items()}
    assert links["hills", "muscle_strain"] == figures["hills"]
    assert links["muscle_strain", "back_pain"] == figures["muscle_strain"]
    assert ("leg_length_difference", "back_pain") in links
    assert len(links) == sum(len(v.parents) for v in BASE.variables.causes) + 6


def test_a_link_is_no_thicker_than_either_of_its_ends():
    low = {v.name: {"figure": 0.2, "note": ""} for v in BASE.variables.causes}
    high = low | {"muscle_strain": {"figure": 0.7, "note": ""}}
    high |= {"hills": {"figure": 0.9, "note": "idle"}}
    links = {(x["from"], x["to"]): x for x in module._picture(BASE, high)["links"]}
    assert links["hills", "muscle_strain"]["figure"] == 0.7
    assert links["hills", "muscle_strain"]["note"] == "idle"
    assert links["weak_core", "muscle_strain"]["figure"] == 0.2
    assert links["muscle_strain", "back_pain"]["figure"] == 0.7


def test_factors_stand_by_group_and_those_that_act_on_the_pain_itself_last():
    groups = {"direct": "running", "hills": "running", "core": "body", "shoes": "running"}
    factors = [SimpleNamespace(name=name, group=group) for name, group in groups.items()]
    outcome = SimpleNamespace(parents=("strain", "direct"))
    case = SimpleNamespace(variables=SimpleNamespace(factors=factors, outcome=outcome))
    assert [v.name for v in module._in_order(case)] == ["hills", "shoes", "core", "direct"]


def test_factors_of_a_group_without_a_heading_stand_in_the_order_of_their_folder():
    """The knee's groups are not those of the back, whose words are read here."""
    knee = load(KNEE).given(knee_pain="yes")
    names = [row["name"] for row in result(knee)["factors"]]
    assert names == [v.name for v in knee.variables.factors]


def test_the_sentence_leads_or_says_that_nothing_explains_the_pain():
    lead = result(RUNNER)["sentence"]
    assert lead["form"] == "lead" and lead["text"].startswith("The thread points to a strained")
    assert [part["cause"] for part in lead["parts"] if "cause" in part] == ["muscle_strain"]
    none = result(RULED_OUT)
    assert none["sentence"]["text"].startswith("Nothing here explains it well: none of these, ")
    assert min(none["mechanisms"], key=lambda row: row["rank"])["unnamed"]
    assert "Six strangers’ words and your answers" in none["disclaimer"]
    assert "your answers" not in result(PAIN)["disclaimer"]


def test_a_tie_is_said_as_a_tie():
    ties = [
        PAIN.given(where=where, worse=worse, hills=hills)
        for where in PAIN.variables["where"].states[1:]
        for worse in PAIN.variables["worse"].states[1:]
        for hills in ("yes", "no")
    ]
    found = next(r for r in map(result, ties) if r["sentence"]["form"] == "tie")
    tied = [part["cause"] for part in found["sentence"]["parts"] if "cause" in part]
    assert len(tied) >= 2 and found["sentence"]["text"].startswith("So far it is a tie: ")
    assert len({rows(found)[name]["tie"] for name in tied}) == 1


def test_a_tie_before_the_first_answer_is_one_of_anybody(knee):
    found = knee.result(knee.case.exclude_claims("A1-3"))
    assert found["sentence"]["text"] == "So far it is a tie: none of these, or overloaded kneecap."
    assert (
        found["second"] == "About 4\u00a0in\u00a010 each, for any cyclist before the first answer."
    )


def test_where_no_reply_fits_and_the_folder_has_no_words_for_it_that_is_said(knee):
    none = {v.name: "no" for v in knee.case.variables.factors}
    found = knee.result(knee.case.given(**none))
    assert found["sentence"]["form"] == "none"
    assert found["second"] == "Nothing that the three replies name fits your answers well."


NO_FACTOR = {v.name: "no" for v in BASE.variables.factors}


def test_where_no_factor_is_likely_nothing_stands_behind_it():
    found = result(PAIN.given(**NO_FACTOR, muscle_strain="yes"))
    assert found["sentence"]["form"] == "lead" and found["second"] == words.NOTHING_BEHIND


@pytest.mark.parametrize(
    ("names", "text"),
    [("a", "a"), ("ab", "a, or b"), ("abc", "a, b, or c"), ("abcd", "a, b, c, or d")],
)
def test_what_is_in_a_tie_is_joined(names, text):
    parts = result_sentence._joined([{"text": name, "cause": name} for name in names])
    assert "".join(part["text"] for part in parts) == text
    assert [part["cause"] for part in parts if "cause" in part] == [*names]


TWO = ["hills", "weak core"]
BEHIND = {
    "one alone": (["hills"], None, "What lies behind it is open: hills."),
    "open": (TWO, 0.62, "What lies behind it is open: hills before weak core, 6\u00a0to\u00a04."),
    "open before a third": (
        [*TWO, "c"],
        0.62,
        "What lies behind it is open: hills before weak core, 6\u00a0to\u00a04.",
    ),
    "almost clear": (
        TWO,
        0.74,
        "What lies behind it is open: hills before weak core, 7\u00a0to\u00a03.",
    ),
    "clear": (TWO, 0.75, "Behind it: hills before weak core, 8\u00a0to\u00a02."),
    "never certain": (TWO, 0.999, "Behind it: hills before weak core, 9\u00a0to\u00a01."),
    "a tie": (TWO, None, "What lies behind it is open: hills or weak core."),
    "a tie of three": (["a", "b", "c"], None, "What lies behind it is open: a, b or c."),
    "a tie of more": (["a", "b", "c", "d"], None, words.NO_LEADER),
}


@pytest.mark.parametrize(("names", "share", "text"), BEHIND.values(), ids=BEHIND)
def test_what_is_open_behind_it_is_said_in_tens(names, share, text):
    """`share` is P(the first stands above the second); None where they are in a tie."""
    above = pd.DataFrame(0.5, names, names)
    above.iloc[0, 1:2] = 0.5 if share is None else share
    ties = [names] if share is None and len(names) > 1 else []
    order = SimpleNamespace(above={"factor": above}, practical_ties={"factor": ties})
    found = {name: {"sentence": name, "figure": 0.2} for name in names}
    assert result_sentence._behind(order, found) == text


def test_a_factor_that_is_not_there_is_not_what_the_first_stands_before():
    weak = PAIN.given(**dict.fromkeys([v.name for v in BASE.variables.factors], "no"))
    weak = weak.retract("weak_core").given(weak_core="yes")
    said = result(weak)["second"]
    assert said.endswith("Behind it: weak core.") and "hills" not in said


@pytest.mark.parametrize(
    ("p", "said"),
    [(0.04, "under 1_in_10"), (0.05, "about 1_in_10"), (0.949, "about 9_in_10")]
    + [(0.95, "over 9_in_10")],
)
def test_a_figure_in_a_sentence_is_about_so_much_unless_it_is_a_bound_and_is_not_broken(p, said):
    assert words.about(p) == said.replace("_", "\u00a0")


SPANS = [
    (0.26, 0.94, "3 to 9_in_10"),
    (0.5, 0.97, "5 to over_9_in_10"),
    (0.04, 0.6, "under_1 to 6_in_10"),
    (0, 0.01, "under 1_in_10"),
    (0.06, 0.14, "1_in_10"),
    (0.56, 0.64, "6_in_10"),
    (0.97, 1, "over 9_in_10"),
]


@pytest.mark.parametrize(("low", "high", "said"), SPANS)
def test_an_interval_is_said_by_its_ends_or_as_one_figure_where_they_are_the_same(low, high, said):
    assert words.span(low, high) == said.replace("_", "\u00a0")


def test_small_numbers_are_words_and_others_figures():
    assert [words.number(n) for n in (0, 1, 10, 11)] == ["no", "one", "ten", "11"]


def test_who_speaks_is_named_once_in_order_and_the_asker_as_the_question():
    def claims(*spoken):
        return [SimpleNamespace(answer=n, standing=who) for n, who in spoken]

    assert words.replies(claims((0, ""), (0, ""))) == "the question"
    assert words.replies(claims((0, ""), (3, ""))) == "reply 3"
    said = words.replies(claims((4, ""), (1, "runner"), (4, "")))
    assert said == "replies 1 (runner), 4"


def test_a_list_names_one_more_than_it_shows_before_it_counts_the_rest():
    assert words.short_list("abcd", 3) == "a, b, c and d"
    assert words.short_list("abcde", 3) == "a, b, c and two more"


def test_a_long_quote_is_cut_after_its_first_words():
    eight = "a b c d e f g h"
    assert words.short(eight) == eight
    assert words.short(f"{eight} i") == f"{eight}\u00a0…"


def test_answers_that_exclude_each_other_are_said():
    clash = result(PAIN.given(severity="none", hills="yes"))
    assert clash["sentence"]["form"] == "clash" and not clash["factors"]
    assert (
        "At its worst: no pain" in clash["sentence"]["text"]
        and "Hills" not in clash["sentence"]["text"]
    )


def test_each_slider_is_marked_as_it_was_answered():
    case = PAIN.given(hills="yes", flat_feet="no", plank_seconds=45).likelihood(worn_shoes=4)
    case = case.contrast(high_mileage="worse")
    states = {name: row["state"] for name, row in rows(result(case)).items()}
    due = {"hills": "yes", "flat_feet": "no", "weak_core": "value", "worn_shoes": "belief"}
    due |= {"high_mileage": "value", "uneven_ground": "untouched"}
    assert {name: states[name] for name in due} == due


def test_only_what_is_there_and_hardly_contributes_is_idle():
    strained = PAIN.given(hills="yes", over_pronation="yes", muscle_strain="yes")
    found = rows(result(strained))
    assert found["hills"]["present"] == 1 and found["hills"]["figure"] > 0.2
    assert 2 * found["flat_feet"]["present"] < 1
    notes = [found[name]["note"] for name in ("hills", "flat_feet", "disc_degeneration")]
    assert notes == ["", "", "idle"]


def test_what_is_not_there_and_what_is_cut_off_say_so():
    found = result(RULED_OUT)
    notes = {name: row["note"] for name, row in rows(found).items()}
    assert notes["hills"] == "not there" and notes["flat_feet"] == "cut off"
    headings = [group["heading"] for group in found["groups"]]
    assert headings == ["Not there, by your answers: 11", "There, but cut off: flat feet"]
    assert found["groups"][1]["text"].startswith("acts through feet that roll in")
    assert result(PAIN)["groups"] == []


def test_few_factors_at_work_leave_all_others_to_groups():
    likely = {"a": 0.3, "b": 0.2, "c": 0.01, "d": 0.01}
    notes = {"c": "", "d": "idle"} | dict.fromkeys("efghi", "not there")
    factors = [
        {"name": n, "sentence": n, "figure": likely.get(n, 0.0), "note": notes.get(n, "")}
        for n in "abcdefghi"
    ]
    assert module._groups(PAIN, factors, {}) == [
        {"heading": "Not there, by your answers: 5", "text": "e, f, g, h and i"},
        {"heading": "There, hardly at work: d", "text": UNDER},
        {"heading": "Hardly ever at work: c", "text": UNDER},
    ]
    factors[2]["figure"] = 0.05  # the third at work
    assert module._groups(PAIN, factors, {}) == []


def test_no_row_quotes_advice_where_advice_is_held_back():
    advice = {c.quote for c in BASE.priors.claims if c.kind in ("remedy", "advice", "referral")}
    shown, held = (rows(result(RUNNER, advice=allowed)) for allowed in (True, False))
    assert advice & {row["quote"] for row in shown.values()}
    assert not advice & {row["quote"] for row in held.values()}


def test_the_next_question_is_never_about_a_slider_that_is_set():
    asked, case = [], PAIN
    for _ in range(len(BASE.variables)):
        card = result(case)["next"]
        if card["end"]:
            break
        if card["slider"] == COMPARED:
            case = case.contrast(**{card["name"].partition(":")[0]: "worse"})
            continue
        v = case.variables[card["name"]]
        assert card["slider"] not in asked and getattr(v, "safe_in_pain", True)
        asked.append(card["slider"])
        case = case.given(**{card["slider"]: case.variables[card["slider"]].states[-1]})
    assert card["end"] and card["heading"] == words.ENOUGH and len(asked) > 3


def test_a_test_of_what_a_slider_says_is_not_asked_beside_it():
    case = PAIN.believe(hills=0.5).contrast(hills="worse")
    assert next_question(case).index[0] == "climb_m_per_km", "it would say most"
    assert result(case)["next"]["slider"] not in case.beliefs


def test_the_first_question_says_so_and_how_many_are_worth_asking_falls():
    first = result(PAIN)["next"]
    assert first["heading"].startswith("Start here: ") and first["detail"] == words.ONE_IS_ENOUGH
    later = [result(case)["next"] for case in (PAIN.given(hills="yes"), RUNNER)]
    assert all(card["heading"].startswith("Next: ") for card in later)
    more = [int(re.search(r"Worth asking: (\d+) more", card["detail"])[1]) for card in later]
    assert more[1] < more[0]


CHANGES = [
    (0.3, 4, "Could change what comes first, 3 times in\u00a010. Worth asking: 4 more."),
    (0.1, 0, "Could change what comes first, 1 time in\u00a010. The last one worth asking."),
    (0.04, 1, "Could move hills by 2\u00a0in\u00a010. Worth asking: 1 more."),
]


@pytest.mark.parametrize(("flip", "more", "text"), CHANGES)
def test_the_card_says_what_an_answer_could_change_and_how_many_more_are_worth_asking(
    flip, more, text
):
    asked = SimpleNamespace(could_flip=flip, could_move=0.2)
    assert result_next._detail({"sentence": "hills", "unnamed": False}, asked, more) == text


def test_where_one_question_is_left_open_the_card_says_that_it_is_the_last():
    answered = {v.name: v.states[-1] for v in (*BASE.variables.traits, BASE.variables["age"])}
    card = result(PAIN.given(**NO_FACTOR, **answered).retract("cough"))["next"]
    assert card["slider"] == "cough" and card["detail"].endswith(words.LAST_ONE)


def test_the_button_of_a_question_names_the_slider_or_the_row_of_chips_that_it_leads_to():
    """A fact that reads a mechanism, such as an age, has chips and no slider."""
    factors = {v.name for v in BASE.variables.factors}
    for case in (PAIN, RUNNER, PAIN.given(**{name: "no" for name in factors})):
        card = result(case)["next"]
        assert card["button"] == (words.SHOW if card["slider"] in factors else words.SHOW_CHIPS)
    assert result_next.slider(BASE.variables, "plank_seconds") == "weak_core"
    assert [result_next.slider(BASE.variables, name) for name in ("age", "worse")] == [
        "age",
        "worse",
    ]
    assert result_next.slider(BASE.variables, "hills:contrast") == COMPARED


def test_an_opened_cause_moves_with_the_finger():
    whole, part = result(RUNNER, opened="hills"), result(RUNNER, opened="hills", focus="hills")
    assert {*part["cause"]} == {"name", "figures", "receipt"}
    assert all(part["cause"][key] == whole["cause"][key] for key in part["cause"])


def test_while_dragging_only_what_moves_is_there_and_it_is_exact():
    whole, part = result(RUNNER), result(RUNNER, focus="climb_m_per_km")
    assert part["partial"] and not {"next", "cause"} & {*part}
    for name, row in rows(part).items():
        assert row["figure"] == rows(whole)[name]["figure"]
        assert row["fade"] == approx(rows(whole)[name]["fade"], abs=0.06)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("name", ["weak_core", "hills", "over_pronation", "unexplained"])
def test_the_steps_of_an_opened_cause_add_up_to_its_figure(case, name):
    found = result(case, opened=name)
    steps, figure = found["cause"]["receipt"], rows(found)[name]["figure"]
    assert steps[0]["start"] == 0 and steps[-1]["end"] == approx(figure, abs=0.02)
    assert all(a["end"] == b["start"] for a, b in pairwise(steps))
    assert sum(step["step"] for step in steps) == tenths(steps[-1]["end"])


def test_a_switch_shows_what_the_cause_would_be_without_the_quote_or_with_it():
    listed = result(RUNNER, opened="weak_core")["cause"]["claims"]
    claims = {c["id"]: c for c in listed}
    off = RUNNER.exclude_claims("A4-01")
    without = float(contributions(off).contribution["weak_core"])
    assert claims["A4-01"]["on"] and claims["A4-01"]["other"] == approx(without, abs=1e-4)
    again = result(off, opened="weak_core", base=BASE)["cause"]["claims"]
    back = {c["id"]: c for c in again}
    assert not back["A4-01"]["on"] and {*back} == {*claims}
    assert back["A4-01"]["now"] == approx(without, abs=1e-4)
    assert back["A4-01"]["other"] == approx(claims["A4-01"]["now"], abs=1e-4)
    moves = [abs(c["now"] - c["other"]) for c in listed]
    assert moves == sorted(moves, reverse=True) and moves[0] > moves[-1]
    assert [c["on"] for c in again] == [True, True, False], "what is switched off stands last"


BOTH = PAIN.given(hills="yes", climb_m_per_km=60)
OWN = {
    "an answer": (PAIN.given(hills="yes"), words.BY_ANSWER, "Hills: hilly"),
    "a reading": (PAIN.given(climb_m_per_km=60), "by your climb", "Climb: 60 m/km"),
    "a belief": (PAIN.likelihood(hills=4), words.BY_BELIEF, words.YOUR_ANSWER),
    "a comparison": (PAIN.contrast(hills="worse"), words.BY_OTHERS, words.YOUR_ANSWER),
    "two of them": (BOTH, words.BY_ANSWER, "Two answers about it"),
    "something else": (PAIN.given(plank_seconds=20), words.BY_OTHERS, None),
    "nothing": (PAIN, "as in other runners", None),
}


@pytest.mark.parametrize(("case", "note", "step"), OWN.values(), ids=OWN)
def test_an_opened_cause_says_what_its_answer_rests_on_and_its_step(case, note, step):
    cause = result(case, opened="hills")["cause"]
    assert cause["figures"][0]["note"] == note
    own = {words.AT_THE_START, "Three replies", words.THE_REST, words.OTHERS_LESS}
    assert [s["label"] for s in cause["receipt"] if s["label"] not in own] == [step][: bool(step)]


@pytest.mark.parametrize(
    ("case", "note", "firm"),
    [
        (RUNNER, words.BESIDE.format("“none of these”"), "At work "),
        (PAIN.given(**NO_FACTOR, muscle_strain="yes"), words.ALONE, "At work over 9"),
        (PAIN.given(muscle_strain="no"), words.NOT_HERE, words.SETTLED),
    ],
    ids=["a rival", "none", "not there"],
)
def test_an_opened_cause_names_what_else_is_likely_and_how_firm_it_is(case, note, firm):
    cause = result(case, opened="muscle_strain")["cause"]
    assert cause["figures"][1]["note"] == note and cause["firm"].startswith(firm)


def test_how_firm_a_cause_is_says_of_what_each_figure_is():
    firm = result(RUNNER, opened="weak_core")["cause"]["firm"].replace("\u00a0", " ")
    figure = r"(over |under )?\d"
    said = rf"At work .* in 10, in nine of ten draws\. It comes first in {figure} of 10 draws\. "
    assert re.fullmatch(said + rf"Without any reply: {figure} in 10\.", firm)


def test_an_opened_cause_is_there_or_not_by_its_answer_or_there_and_cut_off():
    cut_off, absent = (result(RULED_OUT, opened=name)["cause"] for name in ("flat_feet", "hills"))
    assert [part["value"] for part in cut_off["figures"]] == [words.YES, UNDER, UNDER]
    assert [part["value"] for part in absent["figures"]] == [words.NO, UNDER, UNDER]
    notes = [cause["figures"][1]["note"] for cause in (cut_off, absent)]
    assert notes == [words.CUT_OFF_HERE, words.NOT_HERE]


def test_an_opened_cause_says_how_the_next_run_would_be_without_it():
    now, without = (float(next_run(PAIN, **do)["yes"]) for do in ({}, {"weak_core": "no"}))
    third = result(PAIN, opened="weak_core")["cause"]["figures"][2]
    assert tenths(now) > tenths(without)
    assert (
        third["value"] == f"{tenths(now)}\u00a0→\u00a0{in_ten(without)}"
        and third["note"] == words.WITHOUT
    )
    hardly = result(RUNNER, opened="uneven_ground")["cause"]["figures"][2]
    assert hardly["value"] == in_ten(float(next_run(RUNNER)["yes"]))
    assert hardly["note"] == words.HARDLY


@pytest.mark.parametrize(("name", "advice"), [("weak_core", False), ("muscle_strain", True)])
def test_an_opened_cause_that_nobody_may_or_can_change_says_whether_the_pain_hung_on_it(
    name, advice
):
    third = result(RUNNER, opened=name, advice=advice)["cause"]["figures"][2]
    but_for = in_ten(float(contributions(RUNNER).but_for[name]))
    assert (third["title"], third["value"]) == (words.STAYED_AWAY, but_for)


def test_what_nobody_named_is_not_asked_what_would_be_without_it():
    titles = [part["title"] for part in result(RUNNER, opened="unexplained")["cause"]["figures"]]
    assert titles == [words.IS_IT_THERE, words.AT_WORK]


def test_an_opened_cause_says_what_it_would_be_without_replies_and_that_there_is_nothing_to_try():
    strain, rest = (result(RUNNER, opened=n)["cause"] for n in ("muscle_strain", "unexplained"))
    assert "Without any reply" in strain["firm"] and "Without any reply" not in rest["firm"]
    assert rest["tries_note"] == words.NOTHING_TO_TRY
    assert result(RUNNER, opened="hills")["cause"]["tries_note"] == ""


def test_the_step_of_one_reply_is_not_said_in_the_plural():
    assert result_receipt._replies(PAIN, BASE.variables["flat_feet"]) == "One reply"


def test_advice_is_held_back_where_the_safety_answers_say_so():
    held = result(RUNNER, opened="hills", advice=False)["cause"]
    assert held["tries"] == [] and held["tries_note"] == words.HIDDEN
    assert held["figures"][2]["title"] == words.STAYED_AWAY
    hidden = [claim for claim in held["claims"] if claim["hidden"]]
    assert hidden and all(claim["quote"] == words.HIDDEN for claim in hidden)
    assert result(RUNNER, opened="hills")["cause"]["tries"]


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("weak_core", "Wu et al. 2021."),
        ("hills", words.NO_FIGURE),
        ("pelvic_imbalance", words.NO_FIGURE),  # a study was found, and it has none
    ],
)
def test_the_studies_of_an_opened_cause_are_named_or_it_is_said_that_none_has_a_figure(name, note):
    studies = result(RUNNER, opened=name)["cause"]["studies"]
    assert studies["note"] == note
    assert (studies["studies"]["label"] == words.A_GUESS) == (note == words.NO_FIGURE)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_one_denominator_no_ids_no_diagnosis(case):
    for name in rows(result(case)):
        said = " ".join(texts(result(case, opened=name)))
        assert not re.search(r"%|in 100|\bdeciban|you have|answers? \d", said, re.I)
        assert not IDS.search(said)


@pytest.mark.parametrize("name", ["weak_core", "hills", "disc_degeneration"])
def test_an_opened_cause_has_few_words_before_anything_is_unfolded(name):
    cause = result(RUNNER, opened=name)["cause"]
    kept = ("receipt", "claims", "switched", "studies", "tries", "firm", "numbers")
    headings = [words.WORDS["cause"][key] for key in kept]
    shown = {
        **cause,
        "claims": [[c["quote"], c["reply"]] for c in cause["claims"][:3]],
        "tries": [[t["quote"], t["reply"]] for t in cause["tries"][:1]],
        "numbers": [],
    }
    said = texts({**shown, "headings": headings}, without=("name", "kind", "whole"))
    assert len(" ".join(said).split()) <= MOST_WORDS


def test_another_thread_brings_its_own_words(knee):
    found = knee.result(knee.case.given(low_saddle="yes"), opened="low_saddle")
    assert {row["name"] for row in found["mechanisms"] if row["unnamed"]} == {"unnamed"}
    assert knee.words["right"] == "What goes on in the knee"
    assert found["cause"]["studies"] is None
    assert found["disclaimer"].startswith("Three strangers’")
    assert rows(found)["tendon"]["replies"] == "reply 3", "it speaks of what irritates the tendon"
    assert rows(found)["unnamed"]["replies"] == words.NOT_IN_THE_THREAD
    said = " ".join(texts([found, knee.words]))
    assert not re.search(r"\b(run|runner|runs|back|hills)\b", said)
