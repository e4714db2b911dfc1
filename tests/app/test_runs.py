"""A runner's runs: cells checked and never changed, files read without places, runs told apart."""

import base64
from datetime import date
from html import escape

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_data import BASE, HOSTILE, OUTCOME, VARIABLES, evidence
from run_files import FOLDER, SMALL, fit, gpx
from streamlit.testing.v1 import AppTest

from lumbayes import Diary
from sections.my_runs import of_the_body
from state import runs
from state.answers import Answers, case_of
from text import run_words as words

HURT, FINE = OUTCOME.states[-1], OUTCOME.states[0]
ASKED = runs.asked(VARIABLES)


def values(v) -> st.SearchStrategy:
    numeric = getattr(v, "numeric", False)
    return st.floats(v.low, v.high) if numeric else st.sampled_from(v.states)


one_run = st.fixed_dictionaries(
    {"date": st.dates(min_value=date(1990, 1, 1)).map(str)},
    optional={"km": st.floats(0, runs.FARTHEST), **{v.name: values(v) for v in ASKED}},
)


@settings(max_examples=50, deadline=None)
@given(st.lists(one_run, max_size=8))
def test_a_run_that_can_be_is_kept_as_it_is_and_stands_in_the_frame(rows):
    assert [runs.checked(run, VARIABLES) for run in rows] == rows
    frame = runs.frame(rows, VARIABLES)
    known = [
        {k: v for k, v in row.items() if v == v and v is not None}
        for row in frame.to_dict("records")
    ]
    hurts = [VARIABLES.known_outcome(row) for row in rows]  # also of how the pain was
    entered = [row | ({OUTCOME.name: hurt} if hurt else {}) for row, hurt in zip(rows, hurts)]
    assert [{**row, "date": f"{row['date']:%Y-%m-%d}"} for row in known] == entered


ODD = {
    "no date": {},
    "no day": {"date": "today"},
    "a day in another form": {"date": "20261124"},
    "a number for a day": {"date": 20261124},
    "a year of five digits": {"date": "20266-11-24"},
    "a date left open": {"date": None},
    "too far": {"date": "2026-11-24", "km": 500.1},
    "less than nothing": {"date": "2026-11-24", "km": -0.1},
    "true for a distance": {"date": "2026-11-24", "km": True},
    "not a number": {"date": "2026-11-24", "km": float("nan")},
    "a climb too steep": {"date": "2026-11-24", "climb_m_per_km": 200.1},
    "a text for a climb": {"date": "2026-11-24", "climb_m_per_km": "12"},
    "no such answer": {"date": "2026-11-24", "back_pain": HOSTILE[1]},
    "a place": {"date": "2026-11-24", "latitude": 47.1},
    "not of a run": {"date": "2026-11-24", "flat_feet": "yes"},
    "no row": ["2026-11-24"],
}


@pytest.mark.parametrize("found", ODD.values(), ids=ODD)
def test_a_row_with_a_cell_that_cannot_be_is_no_run(found):
    assert runs.checked(found, VARIABLES) is None


def test_a_cell_left_open_is_no_cell_and_the_ends_of_a_range_are_in_it():
    ends = {"date": "2026-11-24", "km": 0, "climb_m_per_km": 200, "km_per_week": None}
    kept = {"date": "2026-11-24", "km": 0.0, "climb_m_per_km": 200.0}
    assert runs.checked(ends, VARIABLES) == kept
    assert runs.checked(ends | {"km": 500}, VARIABLES) == kept | {"km": 500.0}


def test_of_rows_those_that_are_runs_are_kept():
    good, bad = {"date": "2026-11-24"}, {"date": "20266-11-24"}
    assert runs.valid([good, bad, "2026-11-24", good], VARIABLES) == [good, good]


def sent(*paths):
    return [{"name": p.name, "data": base64.b64encode(p.read_bytes()).decode()} for p in paths]


def test_files_become_runs_without_places_and_each_bad_one_says_why():
    files = runs.files_of(
        [*sent(*sorted(FOLDER.iterdir())), {"name": "bad.gpx", "data": "PGdweD4="}]
    )
    rows, left_out = runs.from_files(files, VARIABLES)
    assert len(rows) >= 5 and all(runs.checked(row, VARIABLES) == row for row in rows)
    assert any("bad.gpx" in sentence for sentence in left_out)
    assert all({*row} <= {"date", "start", "km", "climb_m_per_km", "km_per_week"} for row in rows)


def test_two_formats_of_one_run_are_one_row_dated_as_the_runner_lived_it():
    """Half past six in London, and still the evening before by the watch of a runner in Hawaii."""
    files = [("run.gpx", gpx(*SMALL)), ("run.fit", fit(*SMALL, local=-10 * 3600))]
    rows, left_out = runs.from_files(files, VARIABLES)
    assert [row["date"] for row in rows] == ["2024-05-03"]
    assert left_out == ["run.fit: the run of 2024-05-03 20:30 is in run.gpx already."]


def test_a_list_of_activities_has_no_time_of_day_and_what_is_out_of_range_is_left_open():
    """A day alone, 40 m up for each km, and 500 m up for each km, which no question takes."""
    head = b"date,type,elapsed_time,distance,elevation_gain\n"
    lines = b"2024-03-02,Run,3600,10000,400\n2024-03-03,Run,3600,5000,2500\n"
    rows, left_out = runs.from_files([("activities.csv", head + lines)], VARIABLES)
    assert rows == [
        {"date": "2024-03-02", "km": 10.0, "climb_m_per_km": 40.0},
        {"date": "2024-03-03", "km": 5.0},
    ]
    assert left_out == []


def test_too_many_files_or_no_file_at_all_are_a_sentence():
    one = {"name": "a", "data": ""}
    assert len(runs.files_of([one] * runs.MOST_FILES)) == runs.MOST_FILES
    with pytest.raises(ValueError, match=f"more than {runs.MOST_FILES} files"):
        runs.files_of([one] * (runs.MOST_FILES + 1))
    with pytest.raises(ValueError, match="No new"):
        runs.files_of([{"name": "a", "data": "%"}])


@pytest.mark.parametrize(("n_bytes", "is_read"), [(60, True), (63, False)])
def test_files_too_large_together_are_a_sentence(monkeypatch, n_bytes, is_read):
    monkeypatch.setattr(runs, "MOST_BYTES", 60)
    halves = [b"x" * (n_bytes // 2), b"x" * (n_bytes - n_bytes // 2)]
    files = [{"name": "a", "data": base64.b64encode(half).decode()} for half in halves]
    if is_read:
        assert [data for _, data in runs.files_of(files)] == halves
    else:
        with pytest.raises(ValueError, match="more than 0 MB together"):
            runs.files_of(files)


def test_equal_commutes_of_a_day_are_two_runs_and_a_file_read_twice_is_one():
    commute = {"date": "2026-11-24", "km": 5.0}
    once, again = runs.together([], [commute, commute], 365)
    assert (len(once), again) == (2, 0)
    twice, again = runs.together(once, [commute, commute], 365)
    assert (len(twice), again) == (2, 2)
    more, again = runs.together(once[:1], [commute, commute], 365)
    assert (len(more), again) == (2, 1)
    assert (
        runs.together(once, [{"date": "2026-11-25", "km": 5.0}], 365)[0][0]["date"] == "2026-11-25"
    )
    assert len(runs.together(once, [{"date": "2026-11-25"}], 2)[0]) == 2


def test_two_formats_of_one_run_read_one_after_the_other_are_one_row():
    """A watch dates it by its own clock; the file without one, by the hours of the longitude."""
    by_phone, _ = runs.from_files([("run.gpx", gpx(*SMALL))], VARIABLES)
    by_watch, _ = runs.from_files([("run.fit", fit(*SMALL, local=-10 * 3600))], VARIABLES)
    assert by_phone[0]["date"] != by_watch[0]["date"]
    for first, second in ((by_phone, by_watch), (by_watch, by_phone)):
        assert runs.together(first, second, 365) == (first, 1)


START = "2026-11-24T07:30"


@pytest.mark.parametrize(
    "other, is_same",
    [
        ({"start": "2026-11-24T07:31", "km": 7}, True),  # begun in the same minute, cut short
        ({"start": "2026-11-24T07:15", "km": 10.3}, True),
        ({"start": "2026-11-24T07:15", "km": 10.4}, False),
        ({"start": "2026-11-24T07:14", "km": 10}, False),
        ({"start": "2026-11-24T17:30", "km": 10}, False),  # the way home
        ({"date": "2026-11-23", "start": "2026-11-24T07:30", "km": 10}, True),
        ({"km": 10.3}, True),
        ({"km": 9.71}, True),
        ({"km": 10.4}, False),
        ({"km": 9.6}, False),
        ({"date": "2026-11-25", "km": 10}, False),
        ({}, False),
        ({"km": None}, False),
    ],
)
def test_which_rows_are_of_one_run(other, is_same):
    run, other = {"date": "2026-11-24", "start": START, "km": 10}, {"date": "2026-11-24"} | other
    for first, second in ((run, other), (other, run)):
        assert runs.together([first], [second], 365)[1] == is_same


def test_the_way_there_and_the_way_home_read_one_after_the_other_are_two_rows():
    rows = [
        {"date": "2026-11-24", "start": f"2026-11-24T{at}", "km": 5} for at in ("07:30", "17:30")
    ]
    assert runs.together(rows[:1], rows[1:], 365) == ([*rows], 0)
    assert runs.together(rows, rows[1:], 365) == (rows, 1)


@pytest.mark.parametrize("start", ["07:30", "2026-11-24", "2026-11-24T07:30:00", 7, "soon"])
def test_a_start_that_the_page_cannot_have_written_is_refused(start):
    row = {"date": "2026-11-24", "start": start}
    assert runs.checked(row, VARIABLES) is None
    assert runs.checked(row | {"start": START}, VARIABLES) == row | {"start": START}


@settings(max_examples=10, deadline=None)
@given(evidence)
def test_a_diary_starts_from_the_body_and_not_from_one_run(parts):
    body = of_the_body(case_of(BASE, Answers(**parts)))
    assert OUTCOME.name not in body.findings and "climb_m_per_km" not in body.findings
    assert {*body.findings} <= {*parts["given"]}


def test_what_the_runs_say_together_is_what_the_diary_says():
    rows = [
        {"date": f"2026-11-0{d}", "climb_m_per_km": c, OUTCOME.name: h}
        for d, c, h in ((1, 50, HURT), (2, 2, FINE))
    ]
    table = runs.frame(rows, VARIABLES).drop(columns="km").dropna(axis=1, how="all")
    assert len(Diary(of_the_body(case_of(BASE, Answers())), table).trajectory()) == 2


OF_LINKS = [claim for claim in BASE.priors.claims if claim.cause and claim.effect]
COLUMNS = ["cause", "effect", "author", "quote"]


def verdicts(claims, verdict, is_advised=True, misfits=()) -> AppTest:
    """What is shown of these claims with this verdict, or with one each; None for no table."""

    def page(table, case, is_advised):
        from sections.my_runs import _verdicts

        _verdicts(table, case, is_advised)

    table = None
    if claims:
        rows = [[getattr(claim, column) for column in COLUMNS] for claim in claims]
        ids = [claim.id for claim in claims]
        table = pd.DataFrame(rows, ids, COLUMNS).assign(verdict=verdict)
        table.attrs["misfits"] = list(misfits)
    shown = AppTest.from_function(page, args=(table, BASE, is_advised)).run(timeout=60)
    assert not shown.exception
    return shown


def quoted(shown: AppTest) -> str:
    return "".join(block.proto.body for block in shown.get("html"))


def headings(shown: AppTest) -> list[str]:
    return [block.value.strip("*") for block in shown.markdown]


def test_claims_stand_under_their_verdicts_the_untested_as_a_number_alone():
    found = ["contradicted", "supported", *["untested"] * (len(OF_LINKS) - 2)]
    shown = verdicts(OF_LINKS, found, misfits=["Runs and model do not fit."])
    assert headings(shown) == [
        words.VERDICTS["supported"].format(1),
        words.VERDICTS["contradicted"].format(1),
        words.VERDICTS["untested"].format(len(OF_LINKS) - 2),
    ]
    first, second = OF_LINKS[:2]
    said = quoted(shown)
    assert said.count("<blockquote>") == 2
    assert said.index(f"“{escape(second.quote)}”") < said.index(f"“{escape(first.quote)}”")
    assert [block.value for block in shown.warning] == ["Runs and model do not fit."]


def test_where_no_claim_is_tested_yet_that_is_all_that_is_said():
    shown = verdicts(OF_LINKS, "untested")
    assert headings(shown) == [words.NONE_TESTED] and not shown.caption


def test_verdicts_that_could_not_be_worked_out_are_said_to_be_missing():
    shown = verdicts([], "")
    assert [block.value for block in shown.warning] == [words.NOT_WORKED_OUT]
    assert not headings(shown)


def test_a_verdict_on_advice_alone_has_no_quote_where_advice_is_held_back():
    remedies = [claim for claim in OF_LINKS if claim.kind == "remedy"]
    shown = verdicts(remedies, "supported", is_advised=False)
    assert headings(shown) == [words.VERDICTS["supported"].format(len(remedies))]
    assert "<blockquote>" not in quoted(shown)


@pytest.mark.parametrize("is_advised", [True, False])
def test_quotes_of_advice_are_left_out_where_advice_is_held_back(is_advised):
    assert "remedy" in {claim.kind for claim in OF_LINKS}
    said = quoted(verdicts(OF_LINKS, "supported", is_advised))
    quotes = [claim.quote for claim in OF_LINKS if is_advised or claim.kind != "remedy"]
    assert said.count("<blockquote>") == len(quotes)
    assert all(f"“{escape(quote)}”" in said for quote in quotes)
