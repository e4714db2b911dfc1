"""What the browser tests look at: the screen, axe's findings, sideways scroll, a drag."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=15_000)  # a busy machine is no failure
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 1020}
AXE_IMPACTS = ("serious", "critical")
SEEN = 750  # ms that a safety card is in view before it takes a tap, and a little more

# The page's own root, in the shadow of its component, and whether the newest answers are shown.
ROOT = """const root = [...document.querySelectorAll("*")].map((e) => e.shadowRoot)
    .find((shadow) => shadow?.querySelector(".page"));"""
SETTLED = f"""() => {{ {ROOT}
    const page = root?.querySelector(".page")
    const app = document.querySelector('[data-testid="stApp"]')
    return page && app.dataset.testScriptState === "notRunning"
        && page.dataset.asked === page.dataset.shown
        && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
}}"""
SIDEWAYS = f"""() => {{ {ROOT}
    const all = [...document.querySelectorAll("*"), ...root.querySelectorAll("*:not(.starts)")]
    return all.filter((e) => e.scrollWidth > e.clientWidth + 1)
        .filter((e) => e === document.scrollingElement
            || ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
        .map((e) => e.outerHTML.slice(0, 200))
}}"""
QUIET, SECONDS_TO_SETTLE = 250, 60  # milliseconds; seconds


def wait_until_ready(page: Page) -> None:
    """Wait until the script is idle and what the newest answers come to is drawn."""
    page.wait_for_function(SETTLED, polling=50, timeout=SECONDS_TO_SETTLE * 1000)
    page.wait_for_timeout(QUIET)
    page.wait_for_function(SETTLED, polling=50, timeout=SECONDS_TO_SETTLE * 1000)


def past_safety(page: Page) -> None:
    """Two taps: none of the first card, none of the second and an age."""
    expect(page.get_by_role("heading", name="First: does any line fit?")).to_be_visible()
    page.wait_for_timeout(SEEN)
    page.get_by_role("button", name="None of these", exact=True).click()
    expect(page.get_by_role("heading", name="Slower signs and facts")).to_be_visible()
    page.wait_for_timeout(SEEN)
    page.get_by_role("button", name="18–54").click()
    expect(page.locator(".panel")).to_be_visible()
    wait_until_ready(page)


def sentence(page: Page) -> str:
    """The sentence that answers the title's question."""
    return page.locator(".result .sentence").first.inner_text()


def figures(page: Page) -> dict[str, float]:
    """How far to the right each cause's tick stands in the whole lists, from 0 to 1."""
    page.wait_for_function(f"""() => {{ {ROOT}
        const folded = [...root.querySelectorAll('h3 .link[aria-expanded="false"]')]
        folded.forEach((more) => more.click())
        return folded.length === 0
    }}""")
    # All rows in one look: between finding a row and reading it, the list may change its order.
    rows = page.evaluate(f"""() => {{ {ROOT}
        return [...root.querySelectorAll("[data-row]")].map((row) =>
            [row.dataset.row, parseFloat(row.querySelector(".tick:not(.ghost)")?.style.left)])
    }}""")
    return {name: x / 100 for name, x in rows if x == x}


def slider(page: Page, name: str) -> Locator:
    """The slider of a row, by the row's name."""
    return page.locator(f'.row[data-name="{name}"] input[type=range]')


def drag(page: Page, locator: Locator, start: float, end: float, steps: int = 8) -> None:
    """Press on a slider at a share of its width and move to another; the finger stays down."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, y, steps=steps)


def violations(page: Page) -> list[str]:
    """What axe calls serious or critical on the ready page, scrolled or not, with the element.

    An open dialog is looked at as it stands.
    """
    wait_until_ready(page)
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    if page.get_by_role("dialog").count() == 0:
        page.set_viewport_size({"width": width, "height": 5000})
    found = Axe().run(page).response["violations"]
    page.set_viewport_size({"width": width, "height": height})
    return [
        f"{v['id']}: {n['html'][:300]}"
        for v in found
        if v["impact"] in AXE_IMPACTS
        for n in v["nodes"]
    ]


def small_targets(page: Page, height: float, width: float) -> list[str]:
    """What can be tapped and is smaller than this."""
    found = page.evaluate(f"""() => {{ {ROOT}
        return [...root.querySelectorAll("button, label.chip, label.cell, summary")]
            .filter((e) => e.checkVisibility())
            .map((e) => [e.innerText.slice(0, 30), e.getBoundingClientRect()])
            .map(([text, box]) => [text, box.width, box.height]) }}""")
    return [f"{t} {w:g}x{h:g}" for t, w, h in found if h < height - 0.5 or w < width - 0.5]
