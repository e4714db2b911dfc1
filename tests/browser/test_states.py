"""The page's main states as pictures in test-results/states/, or for the README."""

import os
import shutil

import pytest
from playwright.sync_api import Page, expect
from seeing import PHONE

import run_words
import wording
from lumbayes import red_flags

DESK = {"width": 1280, "height": 1000}
MOST_BYTES = 400_000


@pytest.fixture
def keep(root, ready):
    """Call it with a page and a name: it keeps the screen in a light and a dark theme."""
    folder = root / "test-results" / "states"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def picture(page: Page, name: str) -> None:
        page.mouse.move(0, 0)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            ready(page)
            page.screenshot(path=folder / f"{name} {theme}.png", animations="disabled")
        page.emulate_media(color_scheme="light")
        ready(page)

    return picture


def test_the_pages_main_states_are_kept_as_pictures(lists, ready, keep, root):
    """A ranking, a cause's own view, runs, a phone, an emergency, and the start."""
    lists.set_viewport_size(DESK)
    ready(lists)
    lists.get_by_role("heading", level=1).scroll_into_view_if_needed()
    keep(lists, "2 ranking")
    if place := os.environ.get("LUMBAYES_PICTURE"):
        shutil.copyfile(root / "test-results" / "states" / "2 ranking light.png", root / place)
        assert (root / place).stat().st_size < MOST_BYTES, "too large a picture for a README"
    opener = lists.locator(".cause + * summary, [class*=st-key-more-] summary").first
    opener.click()
    expect(lists.locator(".more").first).to_be_visible()
    keep(lists, "3 cause")
    lists.get_by_text(run_words.MY_RUNS, exact=True).click()
    expect(lists.get_by_text(run_words.ABOUT_GRID)).to_be_visible()
    lists.get_by_text(run_words.ABOUT_GRID).scroll_into_view_if_needed()
    keep(lists, "4 runs")
    lists.set_viewport_size(PHONE)
    ready(lists)
    lists.get_by_role("heading", name=wording.RESULTS).evaluate("e => e.scrollIntoView()")
    keep(lists, "5 phone")
    lists.get_by_text(wording.ANSWERED).click()
    asked = lists.get_by_role(
        "radiogroup", name=next(f for f in red_flags() if f.level == "emergency").question
    )
    asked.get_by_role("radio", name=wording.SAFETY_ANSWERS["yes"]).click()
    expect(lists.get_by_role("alert")).to_be_visible()
    keep(lists, "6 emergency")
    lists.goto("/")
    ready(lists)
    keep(lists, "1 start")
    assert len(list((root / "test-results" / "states").glob("*.png"))) == 2 * 6
