"""Another thread's folder in the real page, opened by this project's own command."""

from pathlib import Path

from playwright.sync_api import Page, expect
from seeing import SEEN, sentence, violations

from lumbayes.data import thread_info
from lumbayes.safety import cards

KNEE = Path(__file__).resolve().parents[1] / "another_thread"


def test_another_folder_is_another_page(page: Page, another_url, ready):
    first, second = cards(KNEE)["cards"]
    page.goto(another_url)
    expect(page.get_by_role("heading", name=first["title"])).to_be_visible()
    page.wait_for_timeout(SEEN)
    page.get_by_role("button", name=first["buttons"]["none"], exact=True).click()
    expect(page.get_by_role("heading", name=second["title"])).to_be_visible()
    page.wait_for_timeout(SEEN)
    page.get_by_role("button", name=second["ages"][1]["label"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(thread_info(KNEE).title)
    expect(page.get_by_role("heading", name="Your bike")).to_be_visible()
    page.get_by_role("button", name="Low saddle: yes").click()
    ready(page)
    page.get_by_role("button", name="thread’s cyclist").click()
    ready(page)
    assert "back" not in sentence(page)
    assert violations(page) == []
