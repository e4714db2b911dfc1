"""What the browser tests look at: order of causes, axe's findings, sideways scroll."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import wording

expect.set_options(timeout=45_000)  # a busy machine is no failure
PHONE = {"width": 390, "height": 844}
SIDEWAYS = """() => [...document.querySelectorAll("*")]
    .filter(e => e.scrollWidth > e.clientWidth + 1)
    .filter(e => ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
    .map(e => e.outerHTML.slice(0, 200))"""


# True once the script has been idle for a while and nothing on the page is outdated or loading.
# Between two runs that follow each other it is idle too, but for a moment only.
SETTLED = """quiet => {
    const app = document.querySelector('[data-testid="stApp"]')
    const idle = app && app.dataset.testScriptState === "notRunning"
        && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
    window.idleSince = idle ? window.idleSince ?? performance.now() : undefined
    return idle && performance.now() - window.idleSince >= quiet
}"""
QUIET, SECONDS_TO_SETTLE = 200, 60  # milliseconds; seconds


def wait_until_ready(page: Page) -> None:
    """Wait until the page's script has run and everything that it wrote is drawn."""
    page.wait_for_function(SETTLED, arg=QUIET, polling=50, timeout=SECONDS_TO_SETTLE * 1000)


def past_safety(page: Page) -> None:
    """Say to every safety question that it does not fit."""
    for heading, _ in wording.SAFETY.values():
        card = page.get_by_role("heading", name=heading)
        expect(card).to_be_visible()
        page.get_by_role("button", name=wording.NONE_OF_THESE).click()
        expect(card).to_have_count(0)


def violations(page: Page) -> list[str]:
    """What axe calls serious or critical on the ready page, scrolled or not, with the element.

    The page must be ready because an outdated element is pale.
    """
    wait_until_ready(page)
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    page.set_viewport_size({"width": width, "height": 5000})
    found = Axe().run(page).response["violations"]
    page.set_viewport_size({"width": width, "height": height})
    return [
        f"{v['id']}: {n['html']}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for n in v["nodes"]
    ]


def names(page: Page) -> list[str]:
    """The causes in the order they stand on the page."""
    return page.locator(".cause .name").all_inner_texts()
