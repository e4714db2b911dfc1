"""A runner's own runs on the page: read, typed, kept, undone, and fitted by a diary."""

import io
import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_files import FOLDER, SMALL, gpx
from streamlit.testing.v1 import AppTest
from test_page import BASE, VARIABLES, answer, bars, opened, press, run, words
from test_saved_answers import HOSTILE, NUMBERS, opened_part

import keep_words
import keeping
import kept
import my_runs
import run_rows
import run_words
import runs_told
import wording
from foreign import NotKept
from lumbayes import Diary

ASKED = run_rows.asked(VARIABLES)
HURT, FINE = VARIABLES.outcome.states[-1], VARIABLES.outcome.states[0]


def values(v) -> st.SearchStrategy:
    """Everything a run can hold of one question."""
    return st.floats(v.low, v.high) if v in NUMBERS else st.sampled_from(v.states)


one_run = st.fixed_dictionaries(
    {"date": st.dates(min_value=date(1990, 1, 1)).map(str)},
    optional={"km": st.floats(0, run_rows.FARTHEST), **{v.name: values(v) for v in ASKED}},
)


@settings(max_examples=50)
@given(st.lists(one_run, max_size=20))
def test_runs_come_back_from_a_file(runs):
    assert kept.read_text(kept.as_text({}, {}, [], runs).encode(), BASE)["runs"] == runs


@settings(max_examples=50)
@given(st.lists(one_run, max_size=8))
def test_a_frame_says_of_each_run_what_its_row_says(runs):
    frame = run_rows.frame(runs, VARIABLES)
    told = [
        {k: v for k, v in row.items() if v == v and v is not None}
        for row in frame.to_dict("records")
    ]
    assert [{**row, "date": f"{row['date']:%Y-%m-%d}"} for row in told] == runs


ODD = {
    "no date": {},
    "no day": {"date": "today"},
    "HTML": {"date": HOSTILE[0]},
    "a place": {"date": "2026-11-24", "latitude": 47.1},
    "too far": {"date": "2026-11-24", "km": 501},
    "true for a distance": {"date": "2026-11-24", "km": True},
    "not a number": {"date": "2026-11-24", "km": float("nan")},
    "no such answer": {"date": "2026-11-24", "back_pain": HOSTILE[1]},
    "half sure": {"date": "2026-11-24", "back_pain": "unknown"},
    "not of a run": {"date": "2026-11-24", "flat_feet": "yes"},
    "no row": ["2026-11-24"],
}


@pytest.mark.parametrize("found", ODD.values(), ids=ODD)
def test_an_odd_run_is_refused(found):
    with pytest.raises(NotKept):
        run_rows.row(found, VARIABLES)


def test_the_most_that_can_be_kept_can_be_opened_again():
    longest = {v.name: v.high - 1 / 8 if v in NUMBERS else max(v.states, key=len) for v in ASKED}
    runs = [{"date": "2026-11-24", "km": 499.125, **longest}] * kept.MOST_RUNS
    answers = {v.name: v.high - 1 / 8 for v in NUMBERS}
    text = kept.as_text(answers, dict.fromkeys(answers, "2026-11-24"), [], runs).encode()
    assert len(kept.read_text(text, BASE)["runs"]) == kept.MOST_RUNS
    assert runs[0].keys() == {"date", "km", *(v.name for v in ASKED)}


def test_a_grids_changes_are_made_to_the_rows_they_were_made_in():
    rows = [
        {"date": "2026-11-03", "km": 5.0},
        {"date": "2026-11-03", "km": 9.0},
        {"date": "2026-11-01"},
    ]
    edits = {
        "edited_rows": {1: {"km": 10.0, "back_pain": HURT}, 0: {"km": None}},
        "deleted_rows": [2],
        "added_rows": [{"date": "2026-11-24T00:00:00.000"}, {"km": 3.0}],
    }
    found = [run_rows.row(run, VARIABLES) for run in run_rows.edited(rows, edits)]
    assert found == [
        {"date": "2026-11-03"},
        {"date": "2026-11-03", "km": 10.0, "back_pain": HURT},
        {"date": "2026-11-24"},
    ]


class File(io.BytesIO):
    """A file as the page gets it: bytes with a name."""

    def __init__(self, name: str, content: bytes):
        super().__init__(content)
        self.name = name


def test_files_become_runs_without_places_and_each_bad_one_says_why():
    good = [File(path.name, path.read_bytes()) for path in sorted(FOLDER.iterdir())]
    bad = File(f"{HOSTILE[1]}.gpx", b"<gpx>")
    rows, said = run_rows.from_files([*good, bad], VARIABLES)
    assert len(rows) >= 5 and all(run_rows.row(found, VARIABLES) == found for found in rows)
    assert [sentence for sentence in said if "onerror" in sentence], "the bad file is named"
    runs, again = run_rows.together((), rows, kept.MOST_RUNS)
    assert len(runs) + again == len(rows) and again > 0, "one run in two files is one run"
    assert [a["date"] >= b["date"] for a, b in pairwise(runs)] == [True] * (len(runs) - 1)
    assert run_rows.together(runs, rows, kept.MOST_RUNS) == (runs, len(rows))
    assert run_rows.together(runs, [], 2)[0] == runs[:2], "the newest stay"


@pytest.mark.parametrize(
    "name",
    [*HOSTILE, "![x](https://example.org/x.png).gpx", "[a](javascript:alert(1))", "**b** $x$"],
)
def test_a_files_name_is_shown_letter_by_letter(name):
    shown = my_runs.plain(name)
    assert shown.replace("\\", "") == name
    assert not [c for before, c in pairwise(f" {shown}") if c in "<>*[]()!$`" and before != "\\"]


RUNS = tuple(
    {
        "date": f"2026-{month:02d}-{day:02d}",
        "km": 8.0,
        "climb_m_per_km": 40.0 if hilly else 3.0,
        "back_pain": hurt,
    }
    for month in (10, 9)
    for day, hilly, hurt in [
        (26, True, HURT),
        (19, False, FINE),
        (12, True, HURT),
        (5, False, FINE),
    ]
)


def with_runs(at: AppTest, runs=RUNS) -> AppTest:
    """The page with these runs in it and their part opened."""
    at.session_state[keeping.RUNS] = tuple(runs)
    return opened_part(at, "my runs")


def test_a_file_of_another_sport_is_left_out_with_a_sentence():
    at = opened_part(opened(), "my runs")
    at.file_uploader[0].upload(
        "ride.gpx", gpx(*SMALL, kind="<type>cycling</type>"), "application/gpx+xml"
    )
    at.file_uploader[0].upload("hill.gpx", gpx(*SMALL), "application/gpx+xml")
    at = run(at)
    assert [kept_run["km"] for kept_run in at.session_state[keeping.RUNS]] == [1.8]
    assert my_runs.plain("ride.gpx: 'cycling' is not a run.") in words(at)


def test_what_was_left_out_of_many_files_is_told_line_by_line_once_it_is_unfolded():
    at = opened_part(opened(), "my runs")
    rides = [f"ride {n}.gpx" for n in range(9)]
    for name in rides:
        at.file_uploader[0].upload(
            name, gpx(*SMALL, kind="<type>cycling</type>"), "application/gpx+xml"
        )
    at = run(at)
    first, *rest = [my_runs.plain(f"{name}: 'cycling' is not a run.") for name in rides]
    assert first in words(at) and not [line for line in rest if line in words(at)]
    assert run_words.NOT_TAKEN.format(len(rest)) in [box.label for box in at.expander]
    at.session_state["not taken"] = True
    assert [words(run(at)).count(line) for line in (first, *rest)] == [1] * len(rides)


def told(at: AppTest) -> list[str]:
    """The bars of what all runs point to, as they are written."""
    return [e.proto.body for e in at.get("html") if 'class="level"' in e.proto.body]


def test_what_the_runs_point_to_is_what_the_diary_says_of_runs_and_body():
    at = with_runs(answer(opened(), weak_core="no", hills="no", back_pain="yes"))
    told_runs = run_rows.frame(RUNS, VARIABLES).drop(columns="km").dropna(axis=1, how="all")
    course = Diary(BASE.given(weak_core="no"), told_runs).trajectory()
    last = course["contribution"].iloc[-1].sort_values(ascending=False)
    body = "".join(told(at))
    for cause in last.index[: runs_told.MOST_CAUSES]:
        assert f'style="width:{last[cause]:.1%}"' in body and VARIABLES[cause].label in body
    assert last["hills"] > course["contribution"]["hills"].iloc[0], (
        "hilly runs that hurt speak for the hills"
    )
    assert run_words.COUNTED.format(4, 8) in words(at)
    first, end = (round(100 * course["contribution"]["hills"].iloc[i]) for i in (0, -1))
    said = f"Hills: {first} in 100 after the first of {len(RUNS)} runs, {end} in 100 after all."
    assert said in words(at), "the picture says in words what it shows"


def test_runs_are_undone_like_answers_and_forgotten_at_a_new_start():
    at = with_runs(answer(opened(), hills="yes"))
    assert told(at)
    at = press(at, keep_words.UNDO)
    assert at.session_state[keeping.RUNS] == () and not told(at)
    assert at.session_state["hills"] == "yes"
    at = press(with_runs(at), wording.RESET)
    assert at.session_state[keeping.RUNS] == ()


def test_runs_of_which_nobody_says_if_they_hurt_are_shown_and_not_worked_out():
    at = with_runs(opened(), [{"date": "2026-11-24", "km": 5.0}])
    assert run_words.SAY_MORE in words(at) and not told(at)


def test_runs_that_cannot_be_are_said():
    at = with_runs(opened(), [{"date": "2026-11-24", "back_pain": FINE, "severity": "severe"}])
    assert at.warning[0].value == run_words.CLASH and not told(at)


@pytest.mark.parametrize("answers", [{"saddle": None}, {"saddle": "yes"}])
def test_runs_stand_behind_the_safety_questions(answers):
    at = with_runs(opened(**answers))
    assert not told(at) and bars(at) == {} and run_words.ABOUT not in words(at)


def verdicts(with_advice: bool) -> str:
    """What the page says when the runs confirm one half of the claims and contradict the other."""

    def script(with_advice):
        from test_my_runs import RUNS, VARIABLES

        import runs_told
        from lumbayes import Diary, load
        from run_rows import frame

        told = frame(RUNS, VARIABLES).drop(columns="km").dropna(axis=1, how="all")
        claims = Diary(load(), told).claims()
        claims["verdict"] = (["supported", "contradicted"] * len(claims))[: len(claims)]
        runs_told.verdicts(claims, load(), with_advice)

    return words(run(AppTest.from_function(script, default_timeout=60, args=(with_advice,))))


def test_each_claim_is_told_with_its_verdict_and_advice_only_where_it_may_be():
    pooled = [c for c in BASE.priors.claims if c.pooled]
    advice = [c.quote for c in pooled if wording.advice(c)]
    shown, hidden = verdicts(True), verdicts(False)
    assert advice and all(c.quote in shown for c in pooled)
    assert all((c.quote in hidden) == (c.quote not in advice) for c in pooled)
    assert run_words.VERDICTS["contradicted"].format(len(pooled) // 2) in shown


def test_the_page_for_a_clinician_lists_the_newest_runs():
    import clinician

    lines = clinician.runs(RUNS * 2, VARIABLES)
    (heading, rows), *_ = lines.items()
    assert (
        heading == keep_words.SHEET_RUNS.format(16, 8, clinician.MOST_RUNS)
        and len(rows) == clinician.MOST_RUNS
    )
    assert rows[0] == (
        "26 October 2026",
        "8 km; lower back pain after a run: it hurt; climb: 40 m up for each km",
    )


def test_a_kept_file_holds_no_place():
    track = gpx(range(0, 600, 2), [100.0] * 300).replace(b'lat="0"', b'lat="47.123456"')
    rows, _ = run_rows.from_files([File("run.gpx", track)], VARIABLES)
    assert rows and "47.1" not in json.dumps(rows)
