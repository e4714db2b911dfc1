"""Keep and share in Chromium: keys alone, link and file both ways, two runners."""

import contextlib
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect
from pypdf import PdfReader
from run_files import FOLDER
from seeing import PHONE, SIDEWAYS, names, past_safety, violations

import keep_words
import keeping
import questions
import run_words
import wording
from lumbayes import contributions, encode_case, example, load, red_flags

BASE = load()
VARIABLES = BASE.variables
MOST_TABS = 120
HURT = wording.capital(VARIABLES.outcome.answers[VARIABLES.outcome.states[-1]])


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is on the target or in it, as someone without a mouse would."""
    for _ in range(MOST_TABS):
        if target.evaluate("e => e.contains(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"not reached by Tab: {target}")


def choose(page: Page, question: str, choice: str) -> None:
    """Answer one question by keys: Tab into it, arrows to the choice, the space bar."""
    group = page.get_by_role("radiogroup", name=question, exact=True)
    wanted = group.get_by_role("radio", name=choice, exact=True)
    tab_to(page, group)
    for _ in range(group.get_by_role("radio").count()):
        if wanted.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(wanted).to_be_checked()


def press(page: Page, button: Locator) -> None:
    """Tab to a button and press Enter."""
    tab_to(page, button)
    page.keyboard.press("Enter")


def test_the_threads_runner_by_keys_alone_from_the_first_safety_question_to_the_list(start, ready):
    first = red_flags()[0]
    choose(start, first.question, wording.SAFETY_ANSWERS["no"])
    for label in (wording.NONE_OF_THE_REST, wording.NONE_OF_THESE):
        press(start, start.get_by_role("button", name=label))
        expect(start.get_by_role("button", name=label)).to_have_count(0)
        ready(start)
    told = {
        name: answer
        for name, answer in example().findings.items()
        if name in [v.name for v in VARIABLES.traits]
    }
    outcome = VARIABLES.outcome
    expect(
        start.locator(".st-key-beside")
    ).to_be_focused()  # the page has gone on to what comes next
    start.keyboard.press("Tab")
    choose(start, outcome.question, questions.choices(outcome, VARIABLES)[outcome.states[-1]])
    for name, answer in told.items():
        v = VARIABLES[name]
        choose(start, v.question, questions.choices(v, VARIABLES)[answer])
    table = contributions(BASE.given(**{outcome.name: outcome.states[-1]}, **told))
    expect(start.locator(".cause .count").first).to_have_text(
        wording.count(table.contribution.iloc[0])
    )
    assert names(start)[0] == VARIABLES[table.index[0]].label


def opened_part(page: Page, label: str, inside: Locator) -> None:
    """Open one of the parts at the page's end."""
    page.get_by_text(label, exact=True).click()
    expect(inside).to_be_visible()


def lengths(page: Page) -> dict[str, str]:
    """Every bar on the page: the cause's name and how long it is drawn."""
    rows = page.locator(".cause").all()
    return {
        row.locator(".name").inner_text(): row.locator(".scale i").get_attribute("style")
        for row in rows
    }


def saved(page: Page, label: str, path: Path) -> Path:
    """What a button lets one download."""
    with page.expect_download() as download:
        page.get_by_role("button", name=label).click()
    download.value.save_as(path)
    return path


def test_a_link_and_a_file_bring_the_answers_to_another_browser(
    lists, ready, browser, base_url, tmp_path
):
    """One runner makes link, file and clinician's page; another opens them; a third sees none."""
    opened_part(lists, keep_words.KEEP, lists.get_by_role("button", name=keep_words.MAKE_LINK))
    lists.get_by_role("button", name=keep_words.MAKE_LINK).click()
    link = lists.locator(".st-key-keep code").inner_text()
    assert link.startswith(f"{base_url}?{keeping.PARAMETER}=")
    assert violations(lists) == []
    file = saved(lists, keep_words.SAVE, tmp_path / "answers.json")
    text = file.read_text(encoding="utf-8")
    assert json.loads(text)["answers"] == example().findings
    assert not any(flag.id in text for flag in red_flags()), "no safety answer is kept"
    opened_part(lists, keep_words.PRINT_PART, lists.get_by_role("button", name=keep_words.PRINT))
    sheet = PdfReader(saved(lists, keep_words.PRINT, tmp_path / "page.pdf"))
    assert len(sheet.pages) == 1 and "Almost unbearable" in sheet.pages[0].extract_text()
    drawn = lengths(lists)
    with (
        browser.new_context(viewport=PHONE) as another,
        browser.new_context(base_url=base_url) as a_third,
    ):
        friend, stranger = another.new_page(), a_third.new_page()
        friend.goto(link)
        expect(friend.get_by_text(keep_words.SAFETY_FIRST)).to_be_visible()
        assert "?" not in friend.url and names(friend) == []
        past_safety(friend)
        expect(friend.locator(".cause").first).to_be_visible()
        ready(friend)
        assert lengths(friend) == drawn
        assert friend.evaluate(SIDEWAYS) == []
        stranger.goto("/")
        past_safety(stranger)
        expect(stranger.get_by_text(wording.NO_PAIN_YET)).to_be_visible()
        assert lengths(stranger) != drawn
        opened_part(stranger, keep_words.KEEP, stranger.get_by_text(keep_words.NOTHING_YET))
        stranger.locator("input[type=file]").set_input_files(file)
        expect(stranger.get_by_text(keep_words.BACK.format(keep_words.A_FILE))).to_be_visible()
        ready(stranger)
        assert lengths(stranger) == drawn
        stranger.get_by_role("button", name=keep_words.UNDO).click()
        expect(stranger.get_by_text(wording.NO_PAIN_YET)).to_be_visible()


def test_a_line_is_copied_into_a_notebook_and_pasted_back(lists, ready):
    """Copied code runs as it is; pasted whole it restores the bars, and the page says so."""
    drawn = lengths(lists)
    opened_part(lists, keep_words.KEEP, lists.get_by_role("button", name=keep_words.MAKE_LINE))
    lists.get_by_role("button", name=keep_words.MAKE_LINE).click()
    text = lists.locator(".st-key-keep code").inner_text()
    names = {}
    exec(text, names)
    case, field = names["case"], lists.get_by_role("textbox", name=keep_words.PASTE)
    assert contributions(case).equals(contributions(BASE.given(**example().findings)))
    for wrong, said in (
        (encode_case(case.do(worn_shoes="no")), VARIABLES["worn_shoes"].label),
        (HOSTILE, "cut short"),
    ):
        field.fill(wrong)
        lists.get_by_role("button", name=keep_words.OPEN_LINE).click()
        expect(lists.locator(".st-key-line-refused").get_by_text(said)).to_be_in_viewport()
        expect(field).to_have_value("")
        ready(lists)
        assert lengths(lists) == drawn and lists.title() == wording.TITLE
    assert violations(lists) == []
    lists.get_by_role("button", name=keep_words.UNDO).click()
    expect(lists.get_by_text(wording.NO_PAIN_YET)).to_be_visible()
    ready(lists)
    field.fill(text)
    field.press("Enter")
    expect(lists.get_by_text(keep_words.BACK.format(keep_words.A_LINE))).to_be_in_viewport()
    expect(field).to_have_value("")
    ready(lists)
    assert lengths(lists) == drawn


def open_cell(page: Page, right: int, down: int) -> None:
    """Click on a cell of the grid, at this offset, until its choices open."""
    grid, choices = page.get_by_test_id("stDataFrame"), page.locator("#portal").get_by_text(HURT)
    for _ in range(5):
        grid.scroll_into_view_if_needed()
        corner = grid.bounding_box()
        page.mouse.click(corner["x"] + right, corner["y"] + down)
        page.keyboard.press("Enter")
        with contextlib.suppress(TimeoutError):
            choices.wait_for(timeout=2000)
            return
    pytest.fail("the cell's choices did not open")


HOSTILE = "<img src=x onerror=document.title='taken'>"


def test_a_hostile_link_and_a_hostile_file_give_a_sentence_and_run_nothing(start, ready, base_url):
    start.goto(f"{base_url}?{keeping.PARAMETER}={quote(HOSTILE)}")
    expect(start.get_by_text(keep_words.NOT_OURS.format(keep_words.A_LINK))).to_be_visible()
    past_safety(start)
    opened_part(start, run_words.MY_RUNS, start.get_by_text(run_words.ABOUT_GRID))
    track = {"name": f"{HOSTILE}.gpx", "mimeType": "application/gpx+xml", "buffer": b"<gpx>"}
    start.locator("input[type=file]").set_input_files(track)
    expect(start.get_by_text(run_words.READ_NONE)).to_be_visible()
    expect(start.locator(".st-key-keep").get_by_text("onerror")).to_be_visible()
    ready(start)
    assert start.title() == wording.TITLE and start.locator("img[src=x]").count() == 0


def test_runs_are_read_from_a_watchs_files_and_told_together(lists, ready):
    opened_part(lists, run_words.MY_RUNS, lists.get_by_text(run_words.ABOUT_GRID))
    lists.locator("input[type=file]").set_input_files(
        [FOLDER / "activities.csv", FOLDER / "hill.gpx"]
    )
    expect(lists.get_by_text(run_words.SAY_MORE)).to_be_visible()
    expect(lists.get_by_text("'Ride' is not a run")).to_be_visible()
    ready(lists)
    lists.set_viewport_size(PHONE)
    ready(lists)
    open_cell(lists, 200, 52)  # the first run's, beside its date: no need to scroll sideways
    lists.keyboard.type(HURT)
    lists.keyboard.press("Enter")
    expect(lists.get_by_text(run_words.COUNTED.format(1, 6))).to_be_visible()
    expect(lists.get_by_text(run_words.TOGETHER)).to_be_visible()
    ready(lists)
    assert violations(lists) == []


def test_the_server_listens_here_calls_nobody_and_logs_no_answer(server, lists, ready):
    for line in server.sockets.read_text(encoding="utf-8").splitlines():
        assert re.search(r"127\.0\.0\.1|::1|localhost|'/|^socket\.bind \('', 0\)", line), (
            f"not of this machine: {line}"
        )
    told = {
        *example().findings,
        *map(str, example().findings.values()),
        keeping.PARAMETER,
        "saddle",
    }
    lines = server.log.read_text(encoding="utf-8", errors="replace").splitlines()
    assert [line for line in lines if told & set(re.findall(r"\w+", line.lower()))] == []
