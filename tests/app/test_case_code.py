"""A case passed between page and notebook as one line, equal to the last bit."""

import pytest
from hypothesis import given, settings
from streamlit.testing.v1 import AppTest
from test_page import BASE, VARIABLES, answer, bars, label, measure, opened, press, run, words
from test_page import still as still
from test_saved_answers import (
    HOSTILE,
    LINKS,
    keeping_answers,
    opened_part,
    some_answers,
    some_claims,
)

import handed_on
import keep_words
import questions
import sharing
import standing
import wording
from foreign import NotKept
from lumbayes import contributions, decode_case, encode_case, example, load, red_flags
from test_serialization import edited, forged
from test_serialization import opened as taken_apart

RATIO = VARIABLES.sureness["fairly"]["ratio"]
OWN = BASE.given(**example().findings)


def told(answers, off=()):
    """The case that these answers of the page are, in the page's own order."""
    order = [v.name for v in VARIABLES.values() if v.name in answers]
    fairly = {
        n: answers[n].removeprefix(questions.FAIRLY)
        for n in order
        if str(answers[n]).startswith("fairly ")
    }
    case = BASE.exclude_claims(*off).given(
        **{name: answers[name] for name in order if name not in fairly}
    )
    return case.likelihood(**{name: {state: RATIO} for name, state in fairly.items()})


def in_a_notebook(text):
    """The case that a notebook holds after it has run what was copied."""
    names = {}
    exec(text, names)
    return names["case"]


@settings(max_examples=60)
@given(some_answers, some_claims)
def test_whatever_can_be_answered_comes_back_from_a_line(answers, off):
    case = told(answers, off)
    text = handed_on.python(case, BASE)
    assert text.count("\n") == 2 and not any(flag.id in text for flag in red_flags())
    found = handed_on.read_line(text, BASE)
    assert found == {"answers": answers, "left_out": [c for c in CLAIMS if c in off], "notes": []}
    assert handed_on.python(told(found["answers"], found["left_out"]), BASE) == text


CLAIMS = [claim.id for claim in BASE.priors.claims]


def table(at: AppTest):
    """The figures behind the page's lists, unrounded."""
    return at.session_state[standing.KEY].table


def pasted(at: AppTest, text: str) -> AppTest:
    """The page after a line has been pasted into it and opened."""
    at = opened_part(at, "keep answers")
    at.text_input(key=sharing.PASTED).set_value(text)
    return press(at, keep_words.OPEN_LINE)


def test_page_to_notebook_to_page_with_the_same_figures_to_the_last_bit():
    at = measure(press(opened(fever="yes"), wording.EXAMPLE), "plank_seconds")
    at.slider(key="plank_seconds").set_value(22.0)
    at = answer(run(at), hills="fairly yes", wet_footprint="solid")
    at.session_state["left out"] = tuple(c for c in BASE.priors.claims if c.id == "A1-13")
    at = press(opened_part(at, "keep answers"), keep_words.MAKE_LINE)
    case, figures, drawn = in_a_notebook(at.code[0].value), table(at), bars(at)
    assert contributions(case).equals(figures)
    assert not answer(at, hills="no").code, "an old line is not passed off as a new one"

    again = pasted(
        answer(opened(fever="yes"), over_pronation="yes"), f"  {encode_case(case)}\n"
    )
    assert [s.value for s in again.success] == [keep_words.BACK.format(keep_words.A_LINE)]
    assert table(again).equals(figures)
    assert bars(again) == drawn
    back = press(again, keep_words.UNDO)
    assert keeping_answers(back) == {"over_pronation": "yes"}


ODD = {
    "odds of its own": (OWN.likelihood(flat_feet=3), ["flat_feet"]),
    "a change made on purpose": (OWN.do(worn_shoes="no"), ["worn_shoes"]),
    "both sure and half sure": (OWN.given(hills="yes").likelihood(hills=RATIO), ["hills"]),
    "half sure of a pain's length": (BASE.likelihood(duration={"days": RATIO}), ["duration"]),
    "no question here": (OWN.given(unexplained="yes"), ["unexplained"]),
    "two of them": (
        OWN.likelihood(unexplained=RATIO).do(weak_core="yes"),
        ["weak_core", "unexplained"],
    ),
}


@pytest.mark.parametrize(("case", "names"), ODD.values(), ids=ODD)
def test_what_the_page_has_no_place_for_is_named_and_nothing_is_entered(case, names):
    with pytest.raises(NotKept) as no:
        handed_on.read_line(encode_case(case, BASE), BASE)
    labels = wording.listing(f"“{label(name)}”" for name in names)
    assert str(no.value) == keep_words.NO_PLACE.format(labels)


def test_a_line_of_other_numbers_names_what_moved_and_enters_nothing(root, tmp_path):
    folder = edited(
        root, tmp_path, "variables.toml", ("spread = 1\nerror = 0.25", "spread = 1\nerror = 0.26")
    )
    edited(root, tmp_path / "more", "words.csv", ("sounds_like,", "sounds_like,1"))
    (folder / "words.csv").write_bytes((tmp_path / "more" / "words.csv").read_bytes())
    line = encode_case(load(folder).given(hills="yes"), folder)
    at = answer(opened(), back_pain="yes")
    before = table(at)
    at = pasted(at, line)
    (said,) = (warning.value for warning in at.warning)
    link = f"{label('weak_core')} → {label('muscle_strain')}"
    assert said.startswith(
        keep_words.OTHER_NUMBERS.split(".")[0].replace("{{}}", keep_words.A_LINE)
    )
    assert (
        link in said
        and label("climb_m_per_km") in said
        and said.endswith(keep_words.NOTHING_CHANGED)
    )
    assert "{" not in said and "A1-13" not in said
    assert table(at) is before or table(at).equals(before)
    assert keeping_answers(at) == {"back_pain": "yes"}


@pytest.mark.parametrize(
    "text",
    [*HOSTILE, LINKS["cut off"][0], encode_case(OWN)[:-3], "lumbayes1.", "{0.__class__}", "æ"],
)
def test_an_odd_line_gives_one_sentence_and_changes_nothing(text):
    at = pasted(opened(), text)
    assert [w.value for w in at.warning] == [
        f"{keep_words.NOT_READ} {keep_words.NOTHING_CHANGED}".format("line")
    ]
    assert keeping_answers(at) == {} and not any(mark in words(at) for mark in HOSTILE)


def test_runs_stay_when_a_line_is_opened_and_a_file_may_hold_a_line_too():
    run_of_mine = {"date": "2026-11-24", "km": 5.0}
    at = opened()
    at.session_state["runs"] = (run_of_mine,)
    at = pasted(at, encode_case(OWN))
    assert at.session_state["runs"] == (run_of_mine,) and bars(at)
    assert table(at).equals(contributions(decode_case(encode_case(OWN))))
    at = opened_part(opened(), "keep answers")
    at.file_uploader[0].upload("case.txt", f"{encode_case(OWN)}\r\n".encode(), "text/plain")
    at = run(at)
    assert keeping_answers(at) == example().findings
    assert [s.value for s in at.success] == [keep_words.BACK.format(keep_words.A_FILE)]


def test_a_line_of_another_version_says_so():
    line = encode_case(OWN, BASE)
    assert handed_on.read_line(line, BASE)["notes"] == []
    older = forged(taken_apart(line)[1] | {"version": "0.0.1"}, line)
    assert handed_on.read_line(older, BASE)["notes"] == [keep_words.OTHER_MAKE]
