"""What moves in Chromium, and that it does for everyone: dark, large and still."""

import pytest
from playwright.sync_api import expect
from seeing import PHONE, SIDEWAYS, past_safety, violations

import asked
import phrases
import wording
from lumbayes import contributions, example, load, red_flags

BASE = load()
VARIABLES = BASE.variables
TEST = VARIABLES["plank_seconds"]
CASE = BASE.given(**example().findings)


@pytest.fixture
def dark(page):
    """A runner with a dark device and reduced motion; call it before the page is opened."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")


@pytest.fixture
def slider(lists, ready):
    """The live slider of a home test, in view, with the thread's own runner entered."""
    lists.get_by_role("tab", name=wording.GROUPS["body"]).click()
    lists.get_by_text(asked.measured(TEST)).click()
    found = lists.get_by_role("slider", name=TEST.question)
    expect(found).to_be_visible()
    ready(lists)
    found.scroll_into_view_if_needed()
    return found


def width(contribution: float) -> str:
    """How a bar is drawn."""
    return f"width:{contribution:.1%}"


def drawn(seconds: float) -> str:
    """The bar of a weak core after a plank of that many seconds."""
    return width(contributions(CASE.given(plank_seconds=seconds)).contribution[TEST.reads])


def test_the_bars_move_while_the_finger_is_still_on_the_slider(lists, slider, ready):
    bar = lists.locator(f".st-key-cause-{TEST.reads} .scale i")
    before = contributions(CASE).contribution[TEST.reads]
    expect(bar).to_have_attribute("style", width(before))
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    lists.mouse.move(box["x"] + box["width"] * (TEST.start / TEST.high), middle)
    lists.mouse.down()
    seen = set()
    for step in range(1, 5):
        lists.mouse.move(
            box["x"] + box["width"] * (TEST.start / TEST.high) * (1 - step / 5), middle
        )
        seconds = float(slider.input_value())
        expect(bar).to_have_attribute("style", drawn(seconds))
        seen.add(seconds)
    assert len(seen) == 4, "and the finger has not been lifted"
    lists.mouse.up()
    expect(lists.locator(".moved")).to_contain_text(f"{TEST.label}: {seconds:g} {TEST.unit}")
    ready(lists)
    assert float(slider.input_value()) == seconds


def test_a_node_of_the_network_leads_by_keyboard_to_the_view_of_its_cause(lists, ready):
    table = contributions(CASE)
    cause = table[table.layer == "factor"].index[-1]  # folded away at the end of its list
    lists.get_by_text(phrases.NETWORK).click()
    node = lists.get_by_role("button", name=f"{VARIABLES[cause].label}: ")
    expect(node).to_be_visible()
    ready(lists)
    assert violations(lists) == []
    node.focus()
    lists.keyboard.press("Enter")
    opened = lists.locator(f".st-key-cause-{cause}").get_by_text(wording.ASKS[True][0])
    expect(opened).to_be_in_viewport()
    lists.set_viewport_size(PHONE)
    ready(lists)
    assert lists.evaluate(SIDEWAYS) == []


def test_the_live_slider_keeps_to_the_keyboard_and_follows_what_the_page_does(lists, slider, ready):
    slider.focus()
    for _ in range(3):
        lists.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", f"{TEST.start - 3:g} {TEST.unit}")
    bar = lists.locator(f".st-key-cause-{TEST.reads} .scale i")
    expect(bar).to_have_attribute("style", drawn(TEST.start - 3))
    ready(lists)
    expect(slider).to_be_focused()
    lists.get_by_role("button", name=wording.EXAMPLE).click()
    expect(bar).to_have_attribute("style", width(contributions(CASE).contribution[TEST.reads]))
    ready(lists)  # the bars come first, and the slider is still there when they do
    lists.get_by_text(asked.measured(TEST)).click()
    expect(slider).to_have_attribute("aria-valuetext", f"{TEST.start:g} {TEST.unit}")


LET_GO_AND_UNDO = """(slider, [seconds, undo, soon]) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, seconds)
    slider.dispatchEvent(new Event("input", { bubbles: true }))
    slider.dispatchEvent(new Event("change", { bubbles: true }))
    setTimeout(() => document.querySelector(undo).click(), soon)
}"""


@pytest.mark.parametrize("soon", [150, 280])
def test_undo_before_the_slider_has_come_to_rest_takes_back_its_way_and_nothing_else(
    lists, slider, ready, soon
):
    bar = lists.locator(f".st-key-cause-{TEST.reads} .scale i")
    before = width(contributions(CASE).contribution[TEST.reads])
    slider.evaluate(LET_GO_AND_UNDO, [TEST.start - 3, ".st-key-undo button", soon])
    expect(slider).to_have_count(0)
    lists.wait_for_timeout(600)  # all that the slider had still to say
    ready(lists)
    expect(bar).to_have_attribute("style", before)
    expect(lists.get_by_text(example().story)).to_be_visible()
    lists.get_by_text(asked.measured(TEST)).click()
    expect(slider).to_have_attribute("aria-valuetext", f"{TEST.start:g} {TEST.unit}")
    ready(lists)
    expect(bar).to_have_attribute("style", before)


def test_everything_open_in_the_dark_at_twice_the_size_is_accessible(dark, slider, lists, ready):
    lists.set_viewport_size({"width": 640, "height": 450})  # 1280 by 900 at 200%
    first = VARIABLES[contributions(CASE).index[0]]
    for part in (wording.MORE.format(wording.small(first.label)), phrases.WHAT_IF, phrases.NETWORK):
        lists.get_by_text(part).click()
        ready(lists)
    expect(lists.get_by_role("button", name=f"{first.label}: ")).to_be_visible()
    still = "getComputedStyle(document.querySelector('.stButton button')).transitionDuration"
    assert lists.evaluate(still) in ("0.001s", "1e-3s")
    assert lists.evaluate(SIDEWAYS) == []
    assert violations(lists) == []
    emergency = next(flag for flag in red_flags() if flag.level == "emergency")
    lists.get_by_text(wording.ANSWERED).click()
    asked_first = lists.get_by_role("radiogroup", name=emergency.question)
    asked_first.get_by_role("radio", name=wording.SAFETY_ANSWERS["yes"]).click()
    expect(lists.get_by_role("alert")).to_contain_text("emergency")
    ready(lists)
    assert lists.evaluate(SIDEWAYS) == []
    assert violations(lists) == []


def test_what_follows_the_safety_questions_is_in_view(start):
    past_safety(start)
    expect(start.get_by_role("radiogroup", name=VARIABLES.outcome.question)).to_be_in_viewport()
