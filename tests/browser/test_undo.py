"""What is cleared, undone or removed is gone, and nothing else is."""

import json
import os
import signal

import pytest
from playwright.sync_api import Locator, Page, expect
from run_files import FOLDER
from seeing import SEEN, past_safety, slider

from state import saved_file
from state.answers import Answers
from text import run_words, saving_words
from text.page_words import TITLE, WORDS

KEPT = "() => JSON.parse(Object.values(sessionStorage).find((text) => text.includes('runs')))"
ADD = run_words.GRID["add"]


def answers(page: Page) -> dict:
    return page.evaluate(KEPT)["answers"]


def cell(page: Page, row: str, count: int) -> Locator:
    group = page.get_by_role("radiogroup", name=f"{WORDS['counts']} {row}")
    return group.get_by_role("radio", name=f"{count}", exact=True)


def press(page: Page, ready, *names: str) -> None:
    for name in names:
        page.get_by_role("button", name=name, exact=True).click()
    ready(page)


def undo(page: Page, ready) -> None:
    press(page, ready, WORDS["undo"])


def unfold_runs(page: Page) -> None:
    page.get_by_text(run_words.GRID["my_runs"], exact=True).click()


def kilometres(page: Page) -> list[str]:
    return [km.input_value() for km in page.get_by_label("km", exact=True).all()]


def test_a_comparison_that_was_cleared_does_not_come_back_with_one_more_count(screen, ready):
    cell(screen, "Hilly runs", 4).check()
    expect(screen.get_by_text(WORDS["half"])).to_be_visible()
    cell(screen, "Flat runs", 1).check()
    ready(screen)
    assert answers(screen)["contrast"] == {"hills": [4, 5, 1, 5]}
    expect(screen.get_by_text(WORDS["half"])).to_have_count(0)
    press(screen, ready, "Start again")
    expect(screen.locator(".counting .chosen")).to_have_count(0)
    cell(screen, "Hilly runs", 3).check()
    ready(screen)
    assert answers(screen)["contrast"] == {}
    undo(screen, ready)
    undo(screen, ready)
    assert answers(screen)["contrast"] == {"hills": [4, 5, 1, 5]}
    expect(screen.locator(".counting .chosen")).to_have_count(2)


def test_a_comparison_that_counts_is_in_sight_after_a_reload(screen, ready):
    screen.get_by_role("button", name="shoes", exact=True).click()
    row = screen.locator(".counting .name").first.inner_text()
    for count, group in ((5, 0), (0, 1)):
        screen.locator(".counting").nth(group).locator("input").nth(count).check()
    ready(screen)
    assert answers(screen)["contrast"] == {"worn_shoes": [5, 5, 0, 5]}
    screen.reload()
    ready(screen)
    expect(screen.locator(".counting .name").first).to_have_text(row)
    expect(screen.locator(".counting .chosen")).to_have_count(2)


def test_a_removed_run_takes_its_own_numbers_away(screen, ready):
    unfold_runs(screen)
    for km in ("11", "22", "33"):
        screen.get_by_role("button", name=ADD).click()
        screen.get_by_label("km", exact=True).first.fill(km)
    assert kilometres(screen) == ["33", "22", "11"]
    screen.locator(".run[role=group]").nth(1).locator(".off").click()
    assert kilometres(screen) == ["33", "11"]
    screen.get_by_label("km", exact=True).nth(1).press("End")
    screen.keyboard.type(".5")
    assert answers(screen)["runs"][1]["km"] == 11.5
    undo(screen, ready)  # what was typed into one cell is one step
    assert kilometres(screen) == ["33", "11"]
    undo(screen, ready)
    assert kilometres(screen) == ["33", "22", "11"]
    assert [run["km"] for run in answers(screen)["runs"]] == [33, 22, 11]


def test_a_date_is_a_day_that_was_and_never_empty(screen, ready):
    unfold_runs(screen)
    screen.get_by_role("button", name=ADD).click()
    date = screen.locator(".run input[type=date]")
    today = date.input_value()
    for other in ("", "2099-01-01"):
        date.fill(other)
        date.blur()
        assert date.input_value() == today == answers(screen)["runs"][0]["date"]


def test_what_a_file_brings_can_be_undone_also_after_a_reload(screen, ready, tmp_path):
    press(screen, ready, "Flat feet: yes")
    screen.get_by_text(saving_words.KEEP, exact=True).click()
    path = tmp_path / "mine.json"
    path.write_text(saved_file.as_text(Answers(given={"hills": "yes"})))
    screen.get_by_test_id("stFileUploader").locator("input").set_input_files(path)
    expect(screen.locator('.row.set[data-name="hills"]')).to_be_visible()
    screen.reload()
    ready(screen)
    undo(screen, ready)
    assert answers(screen)["given"] == {"flat_feet": "yes"}


def test_a_link_leaves_the_runs_and_an_odd_one_leaves_all(screen, ready):
    unfold_runs(screen)
    screen.get_by_role("button", name=ADD).click()
    press(screen, ready, "Flat feet: yes")
    link = saved_file.as_link(Answers(given={"hills": "yes"}))
    screen.goto(f"/?answers={link[:-5]}")
    ready(screen)
    expect(screen.locator(".notice")).to_contain_text(saving_words.NOTHING_CHANGED)
    expect(screen.locator(".notice")).to_be_in_viewport()
    assert "answers" not in screen.url and answers(screen)["given"] == {"flat_feet": "yes"}
    press(screen, ready, "Core: weak")
    expect(screen.locator(".notice")).to_have_count(0)
    screen.goto(f"/?answers={link}")
    past_safety(screen)
    expect(screen.locator(".notice")).to_have_text(saving_words.BACK.format(saving_words.A_LINK))
    assert answers(screen)["given"] == {"hills": "yes"} and len(answers(screen)["runs"]) == 1
    undo(screen, ready)
    assert answers(screen)["given"] == {"flat_feet": "yes", "weak_core": "yes"}


def test_the_same_file_can_be_read_again(screen, ready):
    errors = []
    screen.on("pageerror", lambda error: errors.append(str(error)))
    unfold_runs(screen)
    for _ in range(2):
        with screen.expect_file_chooser() as chooser:
            screen.locator(".runs label.button").click()
        chooser.value.set_files(FOLDER / "later.fit")
        expect(screen.locator(".run[role=group]")).to_have_count(1)
        ready(screen)
        screen.locator(".run[role=group] .off").click()
        expect(screen.locator(".run[role=group]")).to_have_count(0)
    press(screen, ready, "Start again")
    expect(screen.locator(".runs .said")).to_have_count(0)
    assert not errors


def test_files_that_go_down_with_their_server_are_said_to_be_unread(page: Page, own_server, ready):
    port, start = own_server
    process = start()
    page.goto(f"http://127.0.0.1:{port}")
    past_safety(page)
    unfold_runs(page)
    page.get_by_role("button", name=ADD).click()
    os.killpg(process.pid, signal.SIGSTOP)
    page.locator(".runs input[type=file]").set_input_files(FOLDER / "later.fit")
    expect(page.get_by_text(run_words.GRID["reading"])).to_be_visible()
    assert page.locator(".runs [inert] .run[role=group]").count(), "it would be lost"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    expect(page.get_by_text(run_words.GRID["lost"])).to_be_visible()
    assert not page.locator(".runs [inert]").count()


def test_a_starting_point_stays_while_a_run_is_noted(screen, ready):
    press(screen, ready, "Flat feet: yes", "hill repeats")
    unfold_runs(screen)
    screen.get_by_role("button", name=ADD).click()
    screen.locator('.row[data-name="weak_core"] .switch').click()
    expect(screen.get_by_role("button", name="hill repeats")).to_have_attribute(
        "aria-pressed", "true"
    )
    press(screen, ready, "my run")
    assert answers(screen)["given"] == {"flat_feet": "yes"} and len(answers(screen)["runs"]) == 1


def test_two_taps_on_one_answer_are_one_step(screen, ready):
    press(screen, ready, "Flat feet: yes", "Flat feet: yes", "Start again", "Start again")
    undo(screen, ready)
    assert answers(screen)["given"] == {"flat_feet": "yes"}
    undo(screen, ready)
    assert answers(screen)["given"] == {}


@pytest.mark.parametrize("name", ["flat_feet", "leg_length_difference", "pelvic_imbalance"])
def test_the_arrow_keys_reach_both_ends(screen, ready, name):
    track = slider(screen, name)
    track.focus()
    for key, state in (("ArrowLeft", "no"), ("ArrowRight", "yes")):
        for _ in range(45):
            screen.keyboard.press(key)
        assert answers(screen)["given"] == {name: state}
    ready(screen)


OLD = {
    "another version's parts": {"given": {"hills": "yes"}, "believe": None, "mood": 3},
    "a name this page does not know": {"given": {"hills": "yes", "moon": "full"}},
}


@pytest.mark.parametrize("kept", OLD.values(), ids=OLD)
def test_answers_of_another_version_leave_a_way_on(screen, ready, kept):
    old = {"number": 2, "safety": {"first": "none", "age": "age_18"}, "answers": kept}
    screen.evaluate(
        "([title, kept]) => { sessionStorage[`lumbayes ${title}`] = kept }",
        [TITLE, json.dumps(old)],
    )
    screen.reload()
    ready(screen)
    expect(screen.locator('.row.set[data-name="hills"]')).to_be_visible()
    if "moon" in kept["given"]:
        expect(screen.get_by_role("alert")).to_contain_text(WORDS["clash"])
        press(screen, ready, "Start again")
    expect(screen.locator(".result .sentence").first).to_be_visible()


def first_card(page: Page, ready) -> None:
    expect(page.get_by_role("heading", name="First: does any line fit?")).to_be_visible()
    page.wait_for_timeout(SEEN)
    press(page, ready, "None of these")
    page.wait_for_timeout(SEEN)


def test_a_card_stands_until_the_server_has_judged_it(page: Page, own_server, ready):
    port, start = own_server
    process = start()
    page.goto(f"http://127.0.0.1:{port}")
    first_card(page, ready)
    expect(page.get_by_text(saving_words.KEEP, exact=True)).to_have_count(0)
    os.killpg(process.pid, signal.SIGSTOP)
    page.get_by_role("button", name="18–54").click()
    expect(page.get_by_text(WORDS["offline"])).to_be_visible()
    expect(page.get_by_role("heading", name="Slower signs and facts")).to_be_visible()
    os.killpg(process.pid, signal.SIGCONT)
    expect(page.locator(".panel")).to_be_visible()


def test_a_question_above_the_answer_takes_nothing_away(start, ready):
    first_card(start, ready)
    start.get_by_role("button", name="under 18").click()
    press(start, ready, WORDS["unfold"])
    cell(start, "Hilly runs", 4).check()
    start.wait_for_timeout(SEEN)
    start.locator(".ask .buttons button").filter(has_text="No").first.click()
    ready(start)
    expect(start.locator(".counting .chosen")).to_have_count(1)
    expect(start.locator(".panel")).to_be_visible()
