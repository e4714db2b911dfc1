"""The page's controls come from the folder: each question once, every starting point enterable."""

import json
from dataclasses import replace
from math import exp

import pytest
from page_data import ASKED, BASE, KNEE, VARIABLES

from lumbayes import example, load
from lumbayes.data import page_words
from lumbayes.data.page_file import PageWords, read_page_words
from state.answers import Answers, case_of
from state.controls import PICTURES, _range, first_facts, folder_facts

FACTS = folder_facts(BASE, example(), page_words())
KNEE_FACTS = folder_facts(load(KNEE), example(KNEE), page_words(KNEE))


def sliders(facts):
    return [s for group in facts["groups"] for s in group["sliders"]] + facts["examined"]


def asked(facts):
    """The names of all questions that the controls ask, a factor's slider under its own name."""
    rows = [*facts["traits"], *(chips for group in facts["groups"] for chips in group["chips"])]
    tests = [s[kind]["name"] for s in sliders(facts) for kind in ("reading", "picture") if s[kind]]
    return [row["name"] for row in rows] + [s["name"] for s in sliders(facts)] + tests


@pytest.mark.parametrize(
    ("facts", "case"), [(FACTS, BASE), (KNEE_FACTS, load(KNEE))], ids=["back", "knee"]
)
def test_every_question_of_the_folder_has_one_control(facts, case):
    names = asked(facts)
    outcome = case.variables.outcome.name
    expected = {v.name for v in case.variables.values() if v.question and v.name != outcome}
    assert len(names) == len({*names})
    assert {*names} == expected
    assert json.loads(json.dumps(facts)) == facts


def test_every_word_of_a_control_is_short_on_the_threads_own_page():
    words = [word for row in FACTS["traits"] for _, word in row["states"]]
    words += [word for s in sliders(FACTS) for word in s["ends"]]
    assert max(map(len, words)) <= 20
    assert all(len(s["label"]) <= 13 for s in sliders(FACTS))


def test_a_sliders_range_holds_the_cut_and_stays_in_its_tests_range():
    readings = [
        (r, base.variables[r["name"]])
        for facts, base in ((FACTS, BASE), (KNEE_FACTS, load(KNEE)))
        for s in sliders(facts)
        if (r := s["reading"])
    ]
    assert len(readings) >= 9
    for r, test in readings:
        assert test.low <= r["low"] < r["cut"] < r["high"] <= test.high


PLANK = replace(VARIABLES["plank_seconds"], dose=None)
ROUND_THE_CUT = {
    "linear": ({"scale": "linear", "spread": 3, "error": 4}, (37.5, 62.5)),
    "log": ({"scale": "log", "spread": 0.3, "error": 0.4}, (50 / exp(1.25), 50 * exp(1.25))),
    "its test begins later": ({"scale": "linear", "spread": 3, "error": 4, "low": 40}, (40, 62.5)),
    "its test ends sooner": ({"scale": "linear", "spread": 3, "error": 4, "high": 60}, (37.5, 60)),
    "a dose": ({"dose": VARIABLES["climb_m_per_km"].dose}, (0, 100)),
}


@pytest.mark.parametrize(("parts", "ends"), ROUND_THE_CUT.values(), ids=ROUND_THE_CUT)
def test_a_slider_reaches_two_and_a_half_spreads_round_the_cut_or_as_far_as_a_dose(parts, ends):
    """A spread of 3 and an error of 4 make one of 5 in the readings."""
    test = replace(PLANK, **{"cut": 50, "low": 0, "high": 200} | parts)
    assert _range(test) == pytest.approx(ends)


def test_without_words_for_the_page_the_folders_own_are_shown():
    facts = folder_facts(BASE, example(), PageWords())
    assert {s["label"] for s in sliders(facts)} == {
        v.label for v in (*VARIABLES.factors, *VARIABLES.mechanisms) if v.question
    }
    counters = facts["counters"]
    assert counters["first"] == counters["rows"][0]["name"] == "hills"
    assert counters["rows"][0]["with"] == "hilly runs"
    assert all(row["open"] for row in facts["traits"])
    onset = next(row for row in facts["traits"] if row["name"] == "onset")
    assert ["during", "while running"] in onset["states"]
    units = {s["reading"]["name"]: s["reading"]["unit"] for s in sliders(facts) if s["reading"]}
    assert units["plank_seconds"] == "s" and [s["id"] for s in facts["starts"]] == ["example"]


def test_a_test_is_asked_as_a_belief_first_and_a_day_without_pain_is_named():
    tests = {s["reading"]["name"]: s for s in sliders(FACTS) if s["reading"] and s["is_test"]}
    assert {*tests} == {"plank_seconds", "knee_extension_deg", "leg_block_mm"}
    assert not tests["plank_seconds"]["safe"] and "pain" in first_facts()["words"]["before"]


def test_every_drawing_and_how_each_test_is_done_reach_its_slider():
    drawings = {s["drawing"] for s in sliders(FACTS)}
    for picture in filter(None, (s["picture"] for s in sliders(FACTS))):
        drawings |= {*picture["drawings"].values()}
    assert drawings - {""} == {path.name for path in PICTURES.glob("*.svg")}
    for s in sliders(FACTS):
        test = s["reading"] or s["picture"]
        assert s["how"] == (VARIABLES[test["name"]].how if test else "")


def test_the_chips_of_a_trait_are_the_states_of_a_pain():
    for row in FACTS["traits"]:
        trait = VARIABLES[row["name"]]
        assert [state for state, _ in row["states"]] == [s for s in trait.states if s != "none"]


def test_facts_that_belong_to_no_factor_stand_after_the_last_group():
    *first, last = FACTS["groups"]
    assert last["chips"] and first and not [group for group in first if group["chips"]]


def test_every_starting_point_can_be_entered():
    assert FACTS["starts"][0]["id"] == "example"
    for start in FACTS["starts"]:
        case = case_of(BASE, Answers(given=start["given"], believe=start["believe"]))
        assert case.probability > 0


def test_a_new_factor_grows_its_slider_by_itself():
    hills = VARIABLES["hills"]
    new = replace(hills, name="cold_rain", label="Cold rain", group="weather")
    facts = folder_facts(
        replace_variables(BASE, [new, *VARIABLES.values()]), example(), page_words()
    )
    assert "Cold rain" in [s["label"] for s in sliders(facts)]
    assert "Weather" in [group["label"] for group in facts["groups"]]


def replace_variables(case, variables):
    """A stand-in with other variables: the controls read nothing of a case but these and rates."""

    class Other:
        def __init__(self):
            self.variables = case.variables.with_variables(variables)

        def posterior(self, name):
            return case.posterior(name if name in case.variables else "hills")

    return Other()


WRONG = {
    "unknown variable": ('[row.hils]\nname = "Hills"\n', "hills"),
    "unknown state": ('[row.hills]\nname = "Hills"\nstates = { maybe = "x" }\n', "maybe"),
    "a range without its cut": (
        '[row.climb_m_per_km]\nname = "Climb"\nshown = [30, 90]\n',
        "shown",
    ),
    "a range from below the reading's": (
        '[row.climb_m_per_km]\nname = "Climb"\nshown = [-1, 90]\n',
        "shown is .*from 0 to 200, with 20 inside",
    ),
    "a range to above the reading's": (
        '[row.climb_m_per_km]\nname = "Climb"\nshown = [0, 201]\n',
        "shown is .*from 0 to 200, with 20 inside",
    ),
    "a range that begins at its cut": (
        '[row.climb_m_per_km]\nname = "Climb"\nshown = [20, 90]\n',
        "shown is .*with 20 inside",
    ),
    "a range that ends at its cut": (
        '[row.climb_m_per_km]\nname = "Climb"\nshown = [0, 20]\n',
        "shown is .*with 20 inside",
    ),
    "a range upside down": (
        '[row.climb_m_per_km]\nname = "Climb"\nshown = [200, 0]\n',
        "shown is .*with 20 inside",
    ),
    "a range of a picture": (
        '[row.wet_footprint]\nname = "Print"\nshown = [0, 1]\n',
        "wet_footprint is no number",
    ),
    "a factor's contrast": (
        '[contrast.onset]\nlink = "a"\nworse_after = "b"\nwith = "c"\nwithout = "d"\n',
        "Unknown factor 'onset'",
    ),
    "first contrast of none": ('first_contrast = "hills"\n', "Unknown contrast 'hills'"),
    "believed of no variable": (
        '[start.x]\nlabel = "x"\nbelieve = { hils = 0.5 }\n',
        r"\[start.x\] believe: Unknown variable 'hils'",
    ),
    "a range of no number": ('[row.hills]\nname = "Hills"\nshown = [0, 1]\n', "no number"),
    "unknown trait": ('open_traits = ["weather"]\n', "weather"),
    "unknown start": ('[start.x]\nlabel = "x"\ngiven = { hils = "yes" }\n', "hills"),
}


@pytest.mark.parametrize(("text", "named"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_page_toml_is_named_with_its_table(tmp_path, text, named):
    path = tmp_path / "page.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=named):
        read_page_words(path, VARIABLES)


def test_a_slider_may_show_the_whole_range_of_a_reading(tmp_path):
    (tmp_path / "page.toml").write_text(
        '[row.climb_m_per_km]\nname = "Climb"\nshown = [0, 200]\n', encoding="utf-8"
    )
    words = read_page_words(tmp_path / "page.toml", VARIABLES)
    assert words.rows["climb_m_per_km"].shown == (0, 200) and words.open_traits is None


def test_the_questions_of_the_page_are_all_the_folders():
    assert {v.name for v in ASKED} == {*asked(FACTS)}
