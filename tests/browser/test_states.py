"""The page's main states: kept as pictures, looked at by axe, and under what a browser may ask."""

import os
import re
import shutil

import pytest
from playwright.sync_api import Page, expect
from seeing import PHONE, ROOT, SEEN, SIDEWAYS, WIDE, past_safety, slider, violations

MOST_BYTES = 400_000  # of the README's picture
THEMES = ("light", "dark")


@pytest.fixture(scope="module")
def pictures(root):
    """The folder of this run's pictures, empty at first."""
    folder = root / "test-results" / "states"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def keep(pictures, ready):
    """Call it with a page and a name: the screen in both themes is kept, and axe finds nothing."""

    def picture(page: Page, name: str) -> None:
        page.mouse.move(0, 0)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            ready(page)
            page.screenshot(path=pictures / f"{name} {theme}.png", animations="disabled")
            assert violations(page) == [], f"{name} in {theme}"
        page.emulate_media(color_scheme="light")
        ready(page)

    return picture


def some_answers(page: Page, ready) -> None:
    page.get_by_role("radio", name="across").check()
    page.get_by_role("radio", name="cooling down").check()
    slider(page, "hills").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(slider(page, "hills")).to_have_attribute("aria-valuetext", "28 m/km")
    page.get_by_role("button", name="Core: weak").click()
    ready(page)


SIZES = {"wide": WIDE, "phone": PHONE}


@pytest.mark.parametrize("where", SIZES)
def test_of_the_main_states_axe_finds_nothing(start, ready, keep, pictures, root, where):
    page, size = start, SIZES[where]
    page.set_viewport_size(size)
    page.wait_for_timeout(SEEN)
    keep(page, f"{where} 1 first card")
    page.get_by_role("button", name="One or more, or not sure").click()
    expect(page.get_by_role("alert")).to_be_visible()
    keep(page, f"{where} 2 emergency")
    page.get_by_role("button", name="I answered wrongly").click()
    past_safety(page)
    keep(page, f"{where} 3 arrival")
    some_answers(page, ready)
    page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    keep(page, f"{where} 4 answers")
    if where == "wide" and (place := os.environ.get("LUMBAYES_PICTURE")):
        shutil.copyfile(pictures / "wide 4 answers light.png", root / place)
        assert (root / place).stat().st_size < MOST_BYTES, "too large a picture for a README"
    if where == "phone":
        page.get_by_role("button", name="See why").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        keep(page, f"{where} 5 sheet")
    page.locator('[data-row="weak_core"] button').first.click()
    expect(page.locator(".opened").first).to_be_visible()
    keep(page, f"{where} 6 cause")


def test_it_stands_in_forced_colours_zoomed_and_from_right_to_left(screen, ready, pictures):
    some_answers(screen, ready)
    screen.emulate_media(forced_colors="active")
    screen.screenshot(path=pictures / "forced colours.png")
    assert violations(screen) == []
    screen.emulate_media(forced_colors="none")
    for name, width in (("200 percent", 640), ("400 percent", 320)):
        screen.set_viewport_size({"width": width, "height": 512})
        screen.wait_for_timeout(300)
        assert screen.evaluate(SIDEWAYS) == [], name
        screen.screenshot(path=pictures / f"zoom {name}.png")
    screen.set_viewport_size(WIDE)
    screen.evaluate("() => { document.documentElement.dir = 'rtl' }")
    screen.wait_for_timeout(300)
    assert screen.evaluate(SIDEWAYS) == [], "right to left"
    hills = slider(screen, "hills")
    hills.focus()
    before = int(hills.input_value())
    screen.keyboard.press("ArrowLeft")
    assert int(hills.input_value()) > before, "the left key goes towards more of the cause"
    screen.screenshot(path=pictures / "right to left.png")
    screen.evaluate("() => { document.documentElement.dir = 'ltr' }")
    screen.add_style_tag(content="html { font-size: 160% }")
    assert screen.evaluate(SIDEWAYS) == [], "160 percent text"


def test_print_is_in_light_colours_and_motion_can_be_reduced(screen, ready, pictures):
    screen.emulate_media(color_scheme="dark")
    screen.get_by_text("What if: your next run", exact=True).click()
    expect(screen.locator(".bars")).to_be_visible()
    screen.emulate_media(color_scheme="dark", media="print")
    screen.screenshot(path=pictures / "print.png")
    panel = (
        f"() => {{ {ROOT} return getComputedStyle(root.querySelector('.panel')).backgroundColor }}"
    )
    ink = screen.evaluate(panel)
    assert ink == "rgb(255, 255, 255)"
    outside = screen.evaluate("""() => [...document.querySelectorAll(
        "[data-testid=stApp], [data-testid=stApp] :not(style, .bars i)")].map(getComputedStyle)
        .map(({ color, backgroundColor }) => `${color} on ${backgroundColor}`)""")
    assert set(outside) == {"rgb(20, 48, 58) on rgba(0, 0, 0, 0)"}
    screen.emulate_media(media="screen", color_scheme="light", reduced_motion="reduce")
    moving = screen.evaluate(f"""() => {{ {ROOT} return [...root.querySelectorAll("*")]
        .map((e) => getComputedStyle(e)).map((s) => [s.transitionDuration, s.animationName])
        .filter(([time, name]) => parseFloat(time) > 0 || name !== "none").length }}""")
    assert moving == 0


def test_the_first_ranking_of_ones_own_comes_soon(browser, base_url):
    """In a browser that has never seen the page, from opening to a sentence of one's own."""
    page = browser.new_context(base_url=base_url, viewport=WIDE).new_page()
    page.goto("/")
    past_safety(page)
    expect(page.locator(".result .sentence")).to_have_text(re.compile("."))
    took = page.evaluate("() => performance.now()") - 2 * SEEN
    print(f"first ranking after {took:.0f} ms, the two moments before a card takes a tap left out")
    assert took < 30_000
    page.context.close()
