"""Nothing is lost, nothing lingers: reload, Back, a killed server, two tabs, files, links, runs."""

import os
import signal
import zlib
from base64 import urlsafe_b64decode

import pytest
from playwright.sync_api import Page, expect
from run_files import FOLDER
from seeing import PHONE, past_safety, sentence, slider

from text import run_words, saving_words

LATE, SOON = 6_500, 1_000  # milliseconds: twice the page's patience, and a moment
HOSTILE = "<img src=x onerror=alert(1)>"


def answer(page: Page, ready) -> str:
    """Hilly, and rough ground: the sentence that follows."""
    for name in ("Hills: hilly", "Ground: rough"):
        page.get_by_role("button", name=name).click()
    ready(page)
    return sentence(page)


def still_there(page: Page, ready) -> None:
    expect(page.locator(".row.set")).to_have_count(2)
    ready(page)


def test_a_reload_and_back_bring_the_answers_with_their_result(screen, ready):
    said = answer(screen, ready)
    screen.reload()
    still_there(screen, ready)
    assert sentence(screen) == said
    screen.goto("about:blank")
    screen.go_back()
    still_there(screen, ready)
    assert sentence(screen) == said
    screen.get_by_role("button", name="Start again").click()
    screen.reload()
    expect(screen.locator(".panel")).to_be_visible()
    expect(screen.locator(".row.set")).to_have_count(0)


# Streamlit shows its component in another root, as it may whenever the script has run.
ANOTHER_ROOT = """async (isGone) => {
  const { receive } = await import(new URL("lumbayes/page/shell.js", document.baseURI))
  const all = [...document.querySelectorAll("*")]
  const hosts = all.filter((e) => e.shadowRoot?.querySelector(".page"))
  if (isGone) hosts.forEach((host) => host.remove())
  const root = document.body.appendChild(document.createElement("div"))
  const parentElement = root.attachShadow({ mode: "open" })
  await receive({ parentElement, data: { number: -1 }, setStateValue() {} })
}"""


@pytest.mark.parametrize("is_gone", [False, True])
def test_the_focus_stays_where_it_is_in_another_root(screen, ready, is_gone):
    core = slider(screen, "weak_core")
    core.focus()
    ready(screen)
    screen.evaluate(ANOTHER_ROOT, is_gone)
    said = core.get_attribute("aria-valuetext")
    screen.keyboard.press("ArrowRight")
    expect(core).not_to_have_attribute("aria-valuetext", said)


def test_two_tabs_have_answers_of_their_own(screen, ready):
    answer(screen, ready)
    other = screen.context.new_page()
    other.goto("/")
    past_safety(other)
    expect(other.locator(".row.set")).to_have_count(0)
    other.get_by_role("button", name="Core: weak").click()
    ready(other)
    other.close()
    screen.reload()
    still_there(screen, ready)


def test_answers_outlive_a_server_that_is_killed_and_started_again(page: Page, own_server, ready):
    port, start = own_server
    process = start()
    page.goto(f"http://127.0.0.1:{port}")
    past_safety(page)
    said = answer(page, ready)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    page.get_by_role("button", name="Core: weak").click()
    expect(page.get_by_text("No answer from the server")).to_be_visible()
    expect(page.locator(".answer.stale")).to_be_visible()
    start()
    expect(page.get_by_text("No answer from the server")).to_have_count(0, timeout=60_000)
    expect(page.locator(".row.set")).to_have_count(3)
    ready(page)
    assert sentence(page) and said


def test_a_server_that_answers_late_is_waited_for(page: Page, own_server, ready):
    port, start = own_server
    process = start()
    page.goto(f"http://127.0.0.1:{port}")
    past_safety(page)
    page.evaluate("window.isTheSame = true")
    core = slider(page, "weak_core")
    os.killpg(process.pid, signal.SIGSTOP)
    core.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("No answer from the server")).to_be_visible()
    page.wait_for_timeout(LATE)
    os.killpg(process.pid, signal.SIGCONT)
    expect(page.get_by_text("No answer from the server")).to_have_count(0, timeout=60_000)
    ready(page)
    page.wait_for_timeout(SOON)
    said = core.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowRight")
    expect(core).not_to_have_attribute("aria-valuetext", said)
    assert page.evaluate("window.isTheSame"), "it was loaded again"


# The phone's screen goes off or on, after so many minutes by its own clock.
SCREEN = """([state, minutes]) => {
  const now = Date.now()
  Date.now = () => now + minutes * 60000
  Object.defineProperty(document, "visibilityState", {configurable: true, get: () => state})
  document.dispatchEvent(new Event("visibilitychange"))
}"""


def test_a_phone_that_slept_while_the_server_was_changed_shows_its_answers(
    page: Page, own_server, ready
):
    port, start = own_server
    process = start()
    page.set_viewport_size(PHONE)
    page.goto(f"http://127.0.0.1:{port}")
    past_safety(page)
    for name in ("Hills: hilly", "Ground: rough"):
        page.get_by_role("button", name=name).click()
    ready(page)
    said = page.locator(".dock .sentence").inner_text()
    asked = int(page.locator(".page").get_attribute("data-asked"))
    chrome = page.context.new_cdp_session(page)
    page.evaluate(SCREEN, ["hidden", 0])
    chrome.send("Page.setWebLifecycleState", {"state": "frozen"})
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    start()
    chrome.send("Page.setWebLifecycleState", {"state": "active"})
    page.evaluate(SCREEN, ["visible", 30])
    again = str(asked + 1)  # the page has asked the new server by itself, and was answered
    expect(page.locator(".page")).to_have_attribute("data-shown", again, timeout=60_000)
    still_there(page, ready)
    expect(page.locator(".dock .sentence")).to_have_text(said)
    page.get_by_role("button", name="Core: weak").click()
    ready(page)
    expect(page.locator(".row.set")).to_have_count(3)


def opened(page: Page, label: str) -> None:
    page.get_by_text(label, exact=True).click()


def test_a_link_brings_the_answers_asks_the_cards_and_leaves_no_trace(
    screen, ready, browser, base_url
):
    said = answer(screen, ready)
    opened(screen, saving_words.KEEP)
    screen.get_by_role("button", name=saving_words.MAKE_LINK).click()
    link = screen.get_by_test_id("stCode").inner_text().strip()
    text = link.partition("answers=")[2]
    assert b"first" not in zlib.decompress(urlsafe_b64decode(text + "=="))
    other = browser.new_context(base_url=base_url).new_page()
    other.goto(link)
    past_safety(other)
    still_there(other, ready)
    assert sentence(other) == said and "answers" not in other.url
    other.goto("about:blank")
    other.go_back()
    still_there(other, ready)
    assert "answers" not in other.url, "the history still holds them"
    other.context.close()


def test_a_file_is_saved_and_opened_and_undone(screen, ready, tmp_path):
    said = answer(screen, ready)
    opened(screen, saving_words.KEEP)
    with screen.expect_download() as download:
        screen.get_by_role("button", name=saving_words.SAVE).click()
    path = tmp_path / "mine.json"
    download.value.save_as(path)
    screen.get_by_role("button", name="Start again").click()
    expect(screen.locator(".row.set")).to_have_count(0)
    ready(screen)
    box = screen.get_by_test_id("stFileUploader").locator("input")
    box.set_input_files(path)
    still_there(screen, ready)
    assert sentence(screen) == said
    hostile = tmp_path / "other.json"
    hostile.write_text(f'{{"what": "{HOSTILE}"}}')
    screen.get_by_test_id("stFileUploader").locator("input").set_input_files(hostile)
    expect(screen.get_by_text(saving_words.NOT_OURS.format("file"))).to_be_visible()
    still_there(screen, ready)


def test_runs_are_read_from_a_watchs_files_and_reported_together(screen, ready):
    opened(screen, run_words.GRID["my_runs"])
    picker = screen.locator(".runs input[type=file]")
    assert "application/octet-stream" in picker.get_attribute("accept")
    picker.set_input_files([FOLDER / "activities.csv", FOLDER / "later.fit"])
    expect(screen.locator(".runs .run[role=group]")).to_have_count(6)
    expect(screen.get_by_text(run_words.READ.format(6))).to_be_visible()
    hurt = screen.locator(".runs .run[role=group]").nth(0).get_by_role("radio", name="yes")
    hurt.check()
    screen.locator(".runs .run[role=group]").nth(3).get_by_role(
        "radio", name="no", exact=True
    ).check()
    ready(screen)
    opened(screen, run_words.MY_RUNS.format(1, 6))
    expect(screen.get_by_text(run_words.TOGETHER)).to_be_visible()
    screen.reload()
    expect(screen.locator(".runs .run[role=group]")).to_have_count(6)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("9999", "From 0 to 500"),
        ("-3", "From 0 to 500"),
        ("5 km", "Not a number"),
        ("1,200", "Not a number"),
        (".9", ""),
        ("7.5", ""),
        ("7,5", ""),
    ],
)
def test_a_number_that_cannot_be_is_refused_beside_its_cell(screen, ready, typed, wrong):
    opened(screen, run_words.GRID["my_runs"])
    screen.get_by_role("button", name=run_words.GRID["add"]).click()
    cell = screen.get_by_label("km", exact=True)
    cell.fill(typed)
    if wrong:
        expect(screen.locator(".run .wrong")).to_contain_text(wrong)
    ready(screen)
    assert cell.input_value() == typed, "what was typed stays as it was typed"
    kept = screen.evaluate(
        "() => JSON.parse(Object.values(sessionStorage).find((t) => t.includes('runs')))"
        ".answers.runs[0].km"
    )
    assert kept == (None if wrong else float(typed.replace(",", ".")))


@pytest.mark.parametrize(("typed", "kept"), [("2026-11-03", True), ("20266-11-03", False)])
def test_a_date_is_kept_if_its_year_has_four_digits(screen, ready, typed, kept):
    opened(screen, run_words.GRID["my_runs"])
    screen.get_by_role("button", name=run_words.GRID["add"]).click()
    date = screen.locator(".run input[type=date]")
    date.fill(typed)
    date.dispatch_event("change")
    ready(screen)
    assert (screen.locator(".run[role=group]").get_attribute("aria-label") == typed) == kept


def test_the_server_listens_here_calls_no_one_and_logs_no_answer(screen, server, ready):
    answer(screen, ready)
    slider(screen, "hills").focus()
    lines = server.sockets.read_text().splitlines()
    assert any("socket.bind" in line for line in lines)
    calls = [line for line in lines if "socket.connect" in line or "socket.getaddrinfo" in line]
    assert not [line for line in calls if "127.0.0.1" not in line and "localhost" not in line]
    log = server.log.read_text()
    assert "hills" not in log and "answers" not in log
