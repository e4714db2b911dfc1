"""What is unfolded below the first screen: what runs say, what if, files and links, the sheet."""

import json
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from page_data import BASE, OUTCOME, SETTLED, labels, message, said, shown

from components.bars import UNNAMED, bars
from components.page import mount
from lumbayes.decisions import what_if_together
from sections import CLINICIAN, RUNS, SAVING, WHAT_IF, my_runs, next_run, saving
from sections.clinician_sheet import filled
from state import notebook_line, saved_file
from state.answers import Answers, case_of
from text import clinician_words, next_words, result_words, run_words
from text import saving_words as words
from text.figures import in_ten

FINE, HURT = OUTCOME.states
CHARTS = "vega_lite_chart"


def run(day, hurt=None, **more):
    """A run of one day of a November, and whether it hurt where that was said."""
    return {"date": f"2026-11-{day:02}", **({OUTCOME.name: hurt} if hurt else {}), **more}


def markdown(page):
    return [block.value for block in page.markdown]


# ---------------------------------------------------------------- the runs


def test_the_runs_are_counted_above_what_is_folded_and_what_is_none_is_left_out():
    runs = [run(3, HURT), run(4, FINE), run(5), {"date": "20266-11-06", OUTCOME.name: HURT}]
    page = shown(runs=runs)
    assert labels(page)[0] == run_words.MY_RUNS.format(1, 3)
    assert run_words.MY_RUNS.format(1, 3) not in labels(shown())
    assert not said(page, "markdown", "info")


def test_runs_of_which_nothing_is_said_are_drawn_and_asked_about():
    page = shown(opened=[RUNS], runs=[run(3, km=5.0), run(4)])
    assert said(page, "info") == [run_words.SAY_MORE]
    assert run_words.COUNTED_OPEN.format(2) in said(page, "caption")
    assert markdown(page) == [f"**{run_words.OVER_TIME}**"] and len(page.get(CHARTS)) == 1


def test_runs_with_an_outcome_tell_what_they_point_to_run_by_run():
    page = shown(opened=[RUNS], runs=[run(3, HURT, climb_m_per_km=50.0), run(4, FINE), run(5)])
    headings = [run_words.OVER_TIME, run_words.TOGETHER, run_words.SHARPER]
    assert markdown(page)[:3] == [f"**{heading}**" for heading in headings]
    assert run_words.COUNTED_OPEN.format(1) in said(page, "caption")
    listed = next(html.body for html in page.get("html") if html.body.startswith("<ul"))
    named = re.findall(r"<li><span>([^<]+)", listed)
    assert len(named) == my_runs.MOST_CAUSES
    curves = [chart.proto.alt.partition(": ") for chart in page.get(CHARTS)[1:]]
    assert [name for name, *_ in curves] == named[: my_runs.MOST_LINES], "the same, in one order"
    assert all("in\u00a010 after" in said and "100" not in said for *_, said in curves)
    greys = [name for name, item in zip(named, listed.split("<li>")[1:]) if UNNAMED in item]
    assert greys == [result_words.NONE_OF_THESE]
    specs = [json.loads(chart.proto.spec) for chart in page.get(CHARTS)]
    assert {spec["background"] for spec in specs} == {"transparent"}
    lines = {spec["title"]["text"]: spec["layer"][1]["mark"]["color"] for spec in specs[1:]}
    greys = [title.partition(" (")[0] for title, colour in lines.items() if colour == UNNAMED]
    assert greys == [result_words.NONE_OF_THESE]
    at = [float(percent) for percent in re.findall(r"--at:([\d.]+)%", listed)]
    assert at[0] > 10 and at == sorted(at, reverse=True), "the likeliest first"


def test_one_run_without_a_figure_has_no_course_and_no_drawing():
    page = shown(opened=[RUNS], runs=[run(3, FINE)])
    assert f"**{run_words.TOGETHER}**" in markdown(page)
    assert f"**{run_words.SHARPER}**" not in markdown(page) and len(page.get(CHARTS)) == 0
    assert not [text for text in said(page, "caption") if text.startswith("For ")]


def test_a_run_without_pain_that_says_how_it_hurt_is_named_as_a_clash():
    page = shown(opened=[RUNS], runs=[run(3, FINE, severity="severe")])
    assert said(page, "warning") == [run_words.CLASH] and not markdown(page)


CHANGED = {
    "another run": (Answers(), [run(4, HURT)]),
    "another body": (Answers(given={"flat_feet": "yes"}), [run(3, HURT)]),
    "a belief about the body": (Answers(believe={"weak_core": 0.7}), [run(3, HURT)]),
    "a claim left out": (Answers(excluded=("A4-01",)), [run(3, HURT)]),
}


@pytest.fixture
def diaries(monkeypatch):
    """The diaries that are worked out in a session of its own, which takes seconds otherwise."""
    made = []

    class Counted:
        def __init__(self, *asked):
            made.append(asked)

        def trajectory(self):
            return len(made)

        claims = trajectory

    monkeypatch.setattr(my_runs, "Diary", Counted)
    monkeypatch.setattr(my_runs.st, "session_state", {})
    return made


@pytest.mark.parametrize(("answers", "rows"), CHANGED.values(), ids=CHANGED)
def test_what_the_runs_say_is_worked_out_again_where_something_it_rests_on_changes(
    diaries, answers, rows
):
    assert my_runs._diary(case_of(BASE, Answers()), [run(3, HURT)]) == (1, 1)
    assert my_runs._diary(case_of(BASE, Answers(given={"hills": "yes"})), [run(3, HURT)]) == (1, 1)
    assert my_runs._diary(case_of(BASE, answers), rows) == (2, 2)
    assert len(diaries) == 2


# ---------------------------------------------------------------- what if


def test_what_if_compares_changes_chosen_together_with_each_alone():
    page = shown(opened=[WHAT_IF], given={"climb_m_per_km": 60.0})
    page.pills(key="changes").set_value(["hills", "high_mileage"]).run()
    lists = [html.body for html in page.get("html") if html.body.startswith("<ul")]
    assert len(lists) == 2 and lists[1].count("<li>") == 1
    case = case_of(BASE, Answers(given={"climb_m_per_km": 60.0}))
    both = what_if_together(case, {"hills": "no", "high_mileage": "no"})
    assert next_words.WITHOUT.format("hills and long distance") in lists[1]
    assert next_words.WITHOUT.format("long distance") in lists[0], "as on the right"
    assert in_ten(-both.change / both.now) in lists[1]


def test_a_change_spares_none_of_the_next_runs_at_least_and_all_at_most():
    """The ends are of draws, in some of which the pain is likelier than it is on average."""
    row = SimpleNamespace(now=0.25, change=-0.125, low=-0.375, high=1e-9)
    style = "--low:0.0%;--at:50.0%;--high:100.0%"
    assert style in bars([next_run._spared("hills", row)])


# ---------------------------------------------------------------- files, links and lines


def test_there_is_nothing_to_keep_before_the_first_answer():
    page = shown(opened=[SAVING])
    assert words.NOTHING_YET in said(page, "caption") and not page.get("download_button")
    makes = [page.button(key=f"make {what}") for what in ("link", "line")]
    assert all(button.proto.disabled for button in makes)


@pytest.mark.parametrize(
    ("parts", "is_shared"),
    [({"runs": [run(3)]}, False), ({"believe": {"hills": 0.7}}, True)],
    ids=["runs", "an answer"],
)
def test_runs_alone_are_kept_in_a_file_and_answers_in_a_link_and_a_line_too(parts, is_shared):
    page = shown(opened=[SAVING], **parts)
    assert len(page.get("download_button")) == 1
    assert words.NOTHING_YET not in said(page, "caption")
    for what in ("link", "line"):
        assert page.button(key=f"make {what}").proto.disabled != is_shared


def read_back(what, text):
    if what == "link":
        return saved_file.read_link(text.partition(f"{saving.PARAMETER}=")[2], BASE)
    return notebook_line.read_line(text, BASE)


@pytest.mark.parametrize(("what", "about"), [("link", words.LINK), ("line", words.LINE)])
def test_a_link_or_line_is_made_when_asked_for_and_is_stale_after_another_answer(what, about):
    page = shown(opened=[SAVING], given={"hills": "yes"})
    assert not page.code
    page.button(key=f"make {what}").click().run()
    assert read_back(what, page.code[0].value)["given"] == {"hills": "yes"}
    assert page.code[0].proto.wrap_lines, "it is some hundred letters long"
    assert about in said(page, "caption")
    page.session_state[mount.KEY] = {mount.STATE: message(2, given={"hills": "no"})}
    page.run()
    assert words.STALE in said(page, "caption") and not page.code


@pytest.mark.parametrize(("minutes", "days"), [(None, 0), (1440, -1), (-1440, 1)])
def test_the_day_is_the_browsers_own_which_says_how_far_it_is_behind_utc(
    monkeypatch, minutes, days
):
    monkeypatch.setattr(saving.st, "context", SimpleNamespace(timezone_offset=minutes))
    before, found, after = datetime.now(UTC), saving.today(), datetime.now(UTC)
    assert found in {f"{now + timedelta(days=days):%Y-%m-%d}" for now in (before, after)}


NOW = Answers(given={"hills": "yes"}, runs=(run(3, HURT),))
CODE = notebook_line.python(NOW, BASE)
FILES = {
    "answers": ("mine.json", saved_file.as_text(NOW).encode(), list(NOW.runs)),
    "a line": ("line.txt", CODE.encode(), None),
    "a line among other bytes": ("line.txt", b"\xff " + CODE.encode(), None),
}


@pytest.mark.parametrize(("name", "content", "runs"), FILES.values(), ids=FILES)
def test_a_file_is_handed_to_the_browser_and_the_box_is_empty_again(name, content, runs):
    page = shown(opened=[SAVING])
    page.file_uploader[0].upload(name, content).run()
    put = page.session_state[mount.PUT]
    assert put["answers"]["given"] == NOW.given and put["answers"].get("runs") == runs
    assert (put["label"], put["is_link"]) == (words.A_FILE, False)
    assert said(page, "success") == [words.BACK.format(words.A_FILE)]
    assert page.file_uploader[0].value is None


def test_a_file_of_others_is_refused_where_it_was_opened():
    page = shown(opened=[SAVING])
    page.file_uploader[0].upload("other.json", b"{}").run()
    assert mount.PUT not in page.session_state and not said(page, "success")
    assert said(page, "warning") == [
        f"{words.NOT_OURS.format(words.A_FILE)} {words.NOTHING_CHANGED}"
    ]


def test_a_pasted_line_is_handed_over_and_an_empty_one_says_nothing():
    page = shown(opened=[SAVING])

    def open_line():
        next(button for button in page.button if button.label == words.OPEN_LINE).click().run()

    page.text_input(key="pasted").set_value("  ")
    open_line()
    assert mount.PUT not in page.session_state and not said(page, "warning", "success")
    page.text_input(key="pasted").set_value(f"  {CODE}")
    open_line()
    put = page.session_state[mount.PUT]
    assert (put["answers"]["given"], put["label"]) == (NOW.given, words.A_LINE)
    assert said(page, "success") == [words.BACK.format(words.A_LINE)]
    assert page.get("form")[0].proto.form.clear_on_submit, "the browser empties the box"


def test_more_runs_than_files_bring_can_be_saved_and_opened_again():
    runs = [run(1 + i % 28, km=float(i)) for i in range(400)]
    text = saved_file.as_text(Answers(runs=tuple(runs)))
    assert saved_file.read_text(text.encode(), BASE)["runs"] == runs


# ---------------------------------------------------------------- the page for a clinician


def test_letters_that_cannot_be_printed_are_named_in_place_of_the_button(monkeypatch):
    monkeypatch.setattr(clinician_words, "TITLE", "为什么 跑?")
    page = shown(opened=[CLINICIAN])
    assert said(page, "warning") == [words.NO_LETTERS.format("为 么 什 跑")]
    assert not page.get("download_button")


def runs_on_the_sheet(rows):
    """The table of runs, as it stands last on the page for a clinician; None if it is not drawn."""
    now = Answers(safety=SETTLED, runs=tuple(rows))
    table = filled(case_of(BASE, now), now, "2026-11-24").tables[-1]
    return table if table.rows else None


def test_the_newest_runs_stand_on_the_page_for_a_clinician():
    rows = [run(day, FINE if day % 3 else HURT, km=5.0) for day in range(1, 31)]
    newest = runs_on_the_sheet(rows)
    assert newest.heading == words.SHEET_RUNS.format(30, 10, 8)
    assert [day for day, _ in newest.rows] == [f"{30 - i} November 2026" for i in range(8)]


SAID = {
    "all": (
        run(3, HURT, km=5.0, climb_m_per_km=12.0),
        "5 km; lower back pain after a run: it hurt; climb: 12 m up for each km",
    ),
    "no pain": (run(3, FINE), "lower back pain after a run: no pain"),
    "a day alone": (run(3), ""),
}


@pytest.mark.parametrize(("row", "text"), SAID.values(), ids=SAID)
def test_a_run_on_the_sheet_says_what_was_said_of_it(row, text):
    hurts = int(row.get(OUTCOME.name) == HURT)
    newest = runs_on_the_sheet([row])
    assert newest.heading == words.SHEET_RUNS.format(1, hurts, 1)
    assert newest.rows == [("3 November 2026", text)]


def test_a_run_of_which_only_how_the_pain_was_is_said_counts_as_one_that_hurt():
    rows = [run(day, severity="severe" if day % 3 else "none") for day in range(1, 7)]
    assert runs_on_the_sheet(rows).heading == words.SHEET_RUNS.format(6, 4, 6)
    assert labels(shown(runs=rows))[0] == run_words.MY_RUNS.format(4, 6)


def test_without_a_run_the_sheet_has_no_table_of_runs():
    assert runs_on_the_sheet([]) is None
