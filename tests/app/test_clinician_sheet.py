"""The page for a clinician, as another program reads it: the pain first, and no conclusion."""

import io
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pypdf import PdfReader
from shared import loaded

from components.paper import pdf
from components.sheet import Sheet, Table, unprintable
from lumbayes import contributions, red_flags
from lumbayes.data import example
from sections.clinician_sheet import _replies, filled, in_ten
from state.answers import Answers
from state.result import result
from state.result_names import names
from text import clinician_words as words

BASE = loaded()
DAY = "2026-11-24"
SETTLED = {"first": "none", "age": "age_18"}
RUNNER = BASE.given(**example().findings)
FULL = (
    BASE.given(back_pain="yes", onset="cool_down", severity="severe", duration="tens_of_minutes")
    .given(hills="yes", poor_stretching="yes", worn_shoes="no", plank_seconds=22)
    .believe(weak_core=0.7)
    .likelihood(uneven_ground=4)
)


def sheet(case=RUNNER, answers=SETTLED, **parts) -> Sheet:
    """The content for these answers to the cards."""
    return filled(case, Answers(safety=answers, **parts), DAY)


def table(content: Sheet, heading: str) -> Table:
    """One table of a sheet."""
    return next(t for t in content.tables if t.heading == heading)


def printed(case=RUNNER, answers=SETTLED, **more) -> tuple[str, PdfReader]:
    """The text of the PDF as another program reads it, and the file."""
    reader = PdfReader(io.BytesIO(pdf(sheet(case, answers, **more))))
    return " ".join("".join(page.extract_text() for page in reader.pages).split()), reader


def test_the_pain_stands_first_then_the_warning_signs_then_the_causes():
    text, _ = printed()
    places = [text.index(h) for h in (words.PAIN, "Almost unbearable", words.SIGNS, words.CAUSES)]
    assert places == sorted(places)
    assert "24 November 2026" in text


def test_a_case_without_a_ticked_sign_is_one_page():
    _, reader = printed()
    assert len(reader.pages) == 1


def test_one_tap_for_a_card_stands_as_that_and_not_as_fifteen_answers():
    rows = table(sheet(), words.SIGNS).rows
    taps = [row[0] for row in rows[-2:]]
    assert taps == ["None of these 15, one tap for all", "None of these 20, one tap for all"]
    for flag in red_flags():
        if flag.card:
            assert sum(flag.about.lower() in row[1].lower() for row in rows) == 1
    assert (words.AGE, "18–54") in rows


def test_marked_lines_stand_singly_and_follow_ups_with_their_answers():
    answers = SETTLED | {"one_leg": "yes", "fever": "not_sure", "saddle": "no", "leg_worse": "no"}
    signs = table(sheet(answers=answers), words.SIGNS)
    rows = signs.rows
    assert ("YES", "Pain, tingling or weakness down one leg") in rows
    assert ("NOT SURE", "Fever, shivers or night sweats") in rows
    (singly,) = [row[1] for row in rows if row[0] == words.NO_SINGLY]
    assert singly.startswith("Numb or tingling genitals") and "one leg is weak" in singly
    assert "to pee" not in singly
    assert (words.NOT_ASKED, "Hard to pee, or leaks that are new for you") in rows
    again = sheet(answers=answers | {"saddle": "yes"})
    rows_again = table(again, words.SIGNS).rows
    assert sum(row[0] == "YES" and "genitals" in row[1] for row in rows_again) == 1
    for line in ("down one leg", "fever, shivers or night sweats"):
        assert sum(line in row[1].lower() for row in rows) == 1, line
    unmarked = ["None of these 15, one tap for all", "Not marked: these 18, one tap for all"]
    assert [row[0] for row in rows[-2:]] == unmarked
    assert [rows[i] for i in signs.small] == rows[-2:], "long lists of what is not there"


def test_what_the_page_said_stands_on_the_sheet():
    rows = table(sheet(answers=SETTLED | {"fever": "yes"}), words.SIGNS).rows
    assert rows[0][0] == words.VERDICT and rows[0][1].startswith("Talk to a doctor today. Ask")


@pytest.mark.parametrize(
    "answers",
    [
        {"first": "some", "chest": "not_sure"},
        {"saddle": "yes"},
        {},
        SETTLED | {"fever": "yes"},
        SETTLED | {"age": "age_under_18"},
    ],
)
def test_where_the_ranking_is_hidden_or_folded_no_figure_is_printed(answers):
    content = sheet(FULL, answers)
    assert words.CAUSES not in [t.heading for t in content.tables]
    assert table(content, words.ENTERED_ONLY).rows[0][0] == BASE.variables["hills"].label
    assert words.HOW_TO_READ not in content.below
    text, _ = printed(FULL, answers)
    assert "from – to" not in text


def test_one_or_more_without_a_marked_line_is_not_printed_as_none():
    rows = table(sheet(answers={"first": "some"}), words.SIGNS).rows
    assert not [row for row in rows if row[0].startswith("None of these")]
    assert [row for row in rows if row[0].startswith("“One or more, or not sure” was tapped")]
    assert [row for row in rows if row[0] == words.CARD_OPEN]


def test_each_cause_has_its_answer_figure_and_interval_and_name_and_replies_as_on_the_screen():
    figures, rows = contributions(FULL), table(sheet(FULL), words.CAUSES).rows
    by_label = {row[0]: row for row in rows if len(row) > 1}
    screen = result(FULL)
    for row in (*screen["factors"], *screen["mechanisms"]):
        figure = figures.loc[row["name"]]
        _, _, in_10, span, replies = by_label[row["label"]]
        assert in_10 == in_ten(figure.contribution)
        assert span.split(" – ")[0] == in_ten(figure.low)
        assert span.split(" – ")[-1] == in_ten(figure.high)
        assert replies == (", ".join(re.findall(r"\d", row["replies"])) or words.UNSAID)
    assert by_label["Hills"][1].startswith("Yes: real climbs")
    assert by_label["Weak core"][1] == "7 in 10 sure of yes; Front plank: 22 s"
    assert by_label["Rough ground"][1] == "speaks 4 to 1 for it"
    assert by_label["Flat feet"][1] == words.NOT_ENTERED


def test_the_layers_stand_apart_each_in_the_order_of_its_figures():
    rows = table(sheet(FULL), words.CAUSES).rows
    bands = [i for i, row in enumerate(rows) if len(row) == 1]
    assert [rows[i][0] for i in bands] == [*words.LAYERS.values()]
    figures = contributions(FULL)
    factors = figures[figures.layer == "factor"].index
    labels = [names(BASE.variables, BASE.variables[name])["label"] for name in factors]
    assert [row[0] for row in rows[1 : bands[1]]] == labels


@pytest.mark.parametrize(
    ("p", "written"),
    [(0, "< 1"), (0.04, "< 1"), (0.06, "1"), (0.5, "5"), (0.94, "9"), (0.96, "> 9"), (1, "> 9")]
    + [(0.05, "1"), (0.25, "3"), (0.95, "> 9")],  # halves go up, as in the browser
)
def test_a_figure_is_a_count_in_ten(p, written):
    assert in_ten(p) == written


def test_readings_have_their_day_and_others_say_that_none_was_kept():
    case = FULL.given(km_per_week=30)
    rows = table(sheet(case, dates={"plank_seconds": "2026-11-20"}), words.TESTS).rows
    assert ("Front plank", "22 s", "20 November 2026") in rows
    assert ("Distance a week", "30 km", words.NO_DATE) in rows


def test_what_was_left_open_is_named_once_and_nothing_else():
    content = sheet(FULL)
    (left,) = [text for text in content.below if text.startswith("Not answered")]
    assert "flat feet" in left and "hills" not in left
    assert "weak core" not in left, "a belief is an answer, and a plank speaks of it"


def test_where_all_is_answered_nothing_is_said_to_be_left_open():
    open_now = [v for v in (*BASE.variables.traits, *BASE.variables.factors)]
    case = RUNNER.likelihood(**{v.name: 2 for v in BASE.variables.factors})
    for v in (v for v in open_now if v.name not in {*case.findings, *case.likelihoods}):
        case = case.given(**{v.name: v.states[-1]})
    assert not [text for text in sheet(case).below if text.startswith("Not answered")]


def test_how_runs_compare_is_said_in_words():
    case = RUNNER.contrast(hills="worse", uneven_ground="not worse", high_mileage=(4, 5, 1, 6))
    assert table(sheet(case), words.COMPARED).rows == [
        ("Hilly runs", "clearly worse after these"),
        ("Runs on rough or slanted ground", "not clearly worse after these"),
        ("Long runs", "4 of 5 hurt; of short runs: 1 of 6"),
    ]


def test_an_answer_that_is_no_reading_has_its_meaning_among_the_tests():
    rows = table(sheet(RUNNER.given(wet_footprint="solid")), words.TESTS).rows
    assert ("Wet footprint", "No hollow: the whole sole", words.NO_DATE) in rows


def test_a_cause_of_which_no_reply_speaks_but_the_question_says_so():
    """The one who asks is no reply, and has no number."""
    core = next(c for c in BASE.priors.claims if c.cause == "weak_core" and c.answer == 4)
    asker = replace(core, id="Q-99", answer=0)
    said = [
        _replies(SimpleNamespace(priors=SimpleNamespace(claims=claims)), "weak_core")
        for claims in ([asker], [asker, core])
    ]
    assert said == [words.UNSAID, "4"]


def test_runs_stand_below():
    runs = ({"date": "2026-05-04", "km": 4.8, "back_pain": "yes"}, {"date": "2026-05-03"})
    text, _ = printed(runs=runs)
    assert "Runs: 2 in all, 1 hurt" in text and "4 May 2026" in text and "4.8 km; " in text
    assert text.index("4 May 2026") < text.index("3 May 2026")


def test_it_says_what_it_is_not_and_quotes_no_advice():
    text, _ = printed(FULL)
    assert "no diagnosis" in text and "cannot rule anything out" in text
    assert "No clinician has checked" in text
    assert not any(claim.quote in text for claim in BASE.priors.claims if len(claim.quote) > 20)


def test_its_text_is_marked_for_readers_and_it_names_no_author():
    _, reader = printed()
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == words.TITLE
    assert not (reader.metadata.author or reader.metadata.creator or reader.metadata.producer)
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    used = [font.get_object() for font in fonts if "Vera" in font.get_object()["/BaseFont"]]
    assert used and all("/FontFile2" in font["/FontDescriptor"] for font in used)


def places(page) -> dict[str, tuple[float, float, float]]:
    """Each line of text on a page where it stands first: from the left, from below, its size."""
    found: dict[str, tuple[float, float, float]] = {}

    def visit(text, cell, inside, _, size):
        at = (cell[4] + inside[4], cell[5] + inside[5], size)
        found.setdefault(text.strip(), at)

    page.extract_text(visitor_text=visit)
    return found


def test_columns_are_aligned():
    """Every text of a column starts at one place."""
    _, reader = printed(FULL)
    starts = {text: round(left) for text, (left, _, _) in places(reader.pages[0]).items()}
    named = [names(BASE.variables, v)["label"] for v in BASE.variables.factors]
    labels = [label for label in named if label in starts]
    headings = [words.PAIN, words.SIGNS, words.CAUSES]
    assert len(labels) > 6 and set(headings) <= set(starts)
    assert len({starts[text] for text in [*labels, *headings]}) == 1
    first, second = (starts[t] for t in ("Just after, while cooling down", "Almost unbearable"))
    assert first == second > starts[words.PAIN]


def test_words_stand_over_columns_a_band_takes_its_row_and_figures_end_at_one_place():
    rows = [("a band across both columns",), ("x", "7"), ("y", "77"), *[("z", "8")] * 80]
    table = Table("h", (1, 9), rows, ("n", "in 10"), figures=(1,), small=(2,))
    reader = PdfReader(io.BytesIO(pdf(Sheet("t", [], [table]))))
    assert len(reader.pages) > 1 and all("in 10" in page.extract_text() for page in reader.pages)
    left, below, size = (
        {text: place[i] for text, place in places(reader.pages[0]).items()} for i in range(3)
    )
    assert below["n"] > below["a band across both columns"] > below["x"] > below["y"]
    assert below["7"] == below["x"] and left["7"] > left["77"] > left["in 10"] > 500
    assert left["n"] == left["x"] == left["y"]
    assert size["y"] < size["x"] == size["z"]


def test_type_stays_readable_and_a_long_case_takes_a_second_page():
    content = sheet(FULL)
    runs = Table("Runs", (2, 3), [(f"run {i}", "it hurt") for i in range(40)])
    reader = PdfReader(io.BytesIO(pdf(replace(content, tables=[*content.tables, runs]))))
    sizes = []
    for page in reader.pages:
        page.extract_text(visitor_text=lambda t, _, m, f, size: sizes.append(abs(m[3]) * size))
    assert len(reader.pages) == 2 and min(size for size in sizes if size > 1) >= 6
    assert 9 in {round(size, 3) for size in sizes}, "two pages have room for the largest type"


@pytest.mark.parametrize(
    ("text", "lacking"), [("跑 ok", ["跑"]), ("Łukasz ran", []), ("Łukasz 跑, ź", ["ź", "跑"])]
)
def test_letters_that_the_typeface_lacks_are_named(text, lacking):
    content = sheet()
    for more in (
        {"title": text},
        {"above": [text]},
        {"tables": [Table(text, (1, 1), [("ok", "ok")])]},
        {"tables": [Table("Runs", (1, 1), [("ok", text)])]},
        {"tables": [Table("Runs", (1, 1), [("ok", "ok")], header=("", text))]},
        {"below": [text]},
    ):
        assert unprintable(replace(content, **more)) == lacking, more
