"""Another thread's folder in the real page, opened by this project's own command."""

from pathlib import Path

from playwright.sync_api import Page, expect
from seeing import past_safety, violations

from lumbayes import contributions, example, load
from lumbayes.data import thread_info

KNEE = Path(__file__).resolve().parents[1] / "another_thread"


def test_another_folder_is_another_page(page: Page, another_url, ready):
    page.goto(another_url)
    ready(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(thread_info(KNEE).title)
    past_safety(page)
    page.get_by_role("button", name="Enter the thread's cyclist").click()
    expect(page.get_by_text(example(KNEE).story)).to_be_visible()
    ready(page)
    case = load(KNEE).given(**example(KNEE).findings)
    first = contributions(case).query("layer == 'mechanism'").index[0]
    expect(page.locator(".cause .name").first).to_have_text(case.variables[first].label)
    expect(page.get_by_role("tab", name="Your bike")).to_be_visible()
    assert violations(page) == []
