"""The first screen in a real browser: two taps, sliders that answer at once, a step back."""

import re

import pytest
from playwright.sync_api import Page, expect
from seeing import (
    PHONE,
    ROOT,
    SEEN,
    SIDEWAYS,
    WIDE,
    drag,
    figures,
    past_safety,
    sentence,
    slider,
    small_targets,
)  # fmt: skip
from shared import loaded

from text import next_words

MOST_WORDS = 120  # in sentences on the first screen after the cards
SMALLEST, FINGER = 24, 44  # pixels of a target with a mouse, with a finger
SPOKEN = (
    "h1",
    ".head p",
    ".result .sentence",
    ".second",
    ".disclaimer",
    ".question h2",
    ".question p",
    ".foot span",
)


def test_a_runner_in_a_hurry_has_a_sentence_after_two_taps_and_another_after_one_key(start, ready):
    past_safety(start)
    screen = start
    first = sentence(screen)
    assert "thread" in first or "tie" in first
    spoken = " ".join(t for s in SPOKEN for t in screen.locator(s).all_inner_texts())
    print(f"{len(spoken.split())} words in sentences on the first screen")
    assert len(spoken.split()) <= MOST_WORDS
    assert screen.get_by_text("Not a diagnosis").count() == 1
    before = figures(screen)
    slider(screen, "hills").focus()
    screen.keyboard.press("End")
    ready(screen)
    assert figures(screen)["hills"] > before["hills"]


def test_the_bars_move_while_the_finger_is_still_on_the_slider(screen, ready):
    screen.evaluate(f"""() => {{ {ROOT} window.shown = 0; let last
        const look = () => {{ const now = root.querySelector(".page").dataset.shown
            if (now !== last) {{ window.shown += 1; last = now }} requestAnimationFrame(look) }}
        look() }}""")
    before = figures(screen)["uneven_ground"]
    drag(screen, slider(screen, "uneven_ground"), 0.5, 0.95, steps=25)
    screen.wait_for_timeout(400)
    assert screen.evaluate("shown") >= 5, "answers came only after the release"
    assert figures(screen)["uneven_ground"] > before, "the bar waited for the release"
    expect(screen.locator('.row[data-name="uneven_ground"].focus')).to_be_visible()
    screen.mouse.up()
    ready(screen)
    screen.get_by_role("button", name="Undo").click()
    ready(screen)
    assert figures(screen).get("uneven_ground", before) == pytest.approx(before), (
        "a drag is one step"
    )


def test_the_last_answer_is_named_by_where_the_finger_let_go(screen, ready):
    row = slider(screen, "weak_core")
    drag(screen, row, 0.5, 0.6, steps=3)
    screen.wait_for_timeout(200)
    box = row.bounding_box()
    screen.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2, steps=5)
    screen.mouse.up()
    ready(screen)
    value = screen.locator('.row[data-name="weak_core"] output').inner_text()
    expect(screen.locator(".key")).to_contain_text(f"before “Core: {value}”")


def test_a_slider_is_untouched_until_it_is_moved_and_lets_go_again(screen, ready):
    hills = slider(screen, "hills")
    expect(hills).to_have_attribute("aria-valuetext", re.compile("don’t know"))
    before = figures(screen)
    hills.focus()
    ready(screen)
    assert figures(screen) == before, "a focus is no answer"
    for key, said in (("End", "hilly"), ("Home", "flat"), ("ArrowRight", "m/km")):
        screen.keyboard.press(key)
        expect(hills).to_have_attribute("aria-valuetext", re.compile(said))
    screen.keyboard.press("Delete")
    expect(hills).to_have_attribute("aria-valuetext", re.compile("don’t know"))
    screen.get_by_role("button", name="Ground: rough").click()
    screen.get_by_role("button", name="Let go of Ground").click()
    ready(screen)
    assert figures(screen) == pytest.approx(before)


def test_a_test_is_a_belief_until_it_was_measured(screen, ready):
    core = slider(screen, "weak_core")
    core.focus()
    screen.keyboard.press("ArrowRight")
    expect(core).to_have_attribute("aria-valuetext", re.compile(r"in\s10"))
    screen.keyboard.press("Delete")
    screen.get_by_role("button", name="Core: I measured it").click()
    expect(screen.get_by_text("day without pain")).to_be_visible()
    core.focus()
    screen.keyboard.press("ArrowRight")
    expect(core).to_have_attribute("aria-valuetext", re.compile(r"^\d+ s$"))


def test_chips_and_counters_say_one_thing_and_a_second_tap_lets_go(screen, ready):
    before = figures(screen)
    across = screen.get_by_role("radio", name="across")
    across.check()
    ready(screen)
    assert figures(screen) != before
    across.click()
    expect(across).not_to_be_checked()
    ready(screen)
    assert figures(screen) == pytest.approx(before)
    screen.locator(".counting").nth(0).get_by_role("radio", name="4").check()
    ready(screen)
    assert figures(screen) == pytest.approx(before), "half a comparison counts for nothing"
    screen.locator(".counting").nth(1).get_by_role("radio", name="1").check()
    ready(screen)
    assert figures(screen)["hills"] > before["hills"]
    screen.get_by_text("Or only: clearly worse after …").click()
    screen.get_by_role("button", name="climbs", exact=True).click()
    expect(screen.locator(".cell.chosen")).to_have_count(0)  # a factor has one statement


def test_starting_points_take_turns_with_the_runners_own_answers(screen, ready):
    screen.get_by_role("button", name="Stretching: I skip it").click()
    ready(screen)
    own = figures(screen)
    screen.get_by_role("button", name="hill repeats").click()
    expect(screen.get_by_role("button", name="Let go of Stretching")).to_have_count(0)
    ready(screen)
    assert figures(screen) != own
    screen.get_by_role("button", name="my run").click()
    ready(screen)
    assert figures(screen) == pytest.approx(own)
    screen.get_by_role("button", name="Start again").click()
    expect(screen.locator(".row.set")).to_have_count(0)
    screen.get_by_role("button", name="Undo").click()
    ready(screen)
    assert figures(screen) == pytest.approx(own), "a new start can be undone"


def test_the_next_question_leads_to_its_slider(screen, ready):
    screen.locator(".question button").click()
    asked = screen.locator(".row.asked, .chosen-of.asked")
    expect(asked).to_be_in_viewport()
    assert screen.evaluate(
        f"() => {{ {ROOT} return Boolean(root.activeElement?.closest('[data-name]')) }}"
    )


def test_the_next_question_may_be_what_runs_are_worse_after(screen, ready):
    screen.get_by_role("button", name="Hills: hilly").click()
    ready(screen)
    expect(screen.locator(".question")).to_contain_text("worse after climbs or descents?")
    screen.locator(".question button").click()
    chip = screen.get_by_role("button", name="climbs", exact=True)
    expect(chip).to_be_in_viewport()
    expect(chip).to_be_focused()
    chip.click()
    ready(screen)
    expect(screen.locator(".question")).not_to_contain_text("climbs or descents")
    expect(chip).to_be_visible()
    screen.reload()
    ready(screen)
    expect(chip).to_be_visible()
    expect(chip).to_have_attribute("aria-pressed", "true")
    folded = screen.locator(".fold", has_text="More about this pain").locator(".chosen-of")
    expect(folded.first).to_be_hidden()


def test_all_sliders_and_the_answer_are_in_view_on_arrival(screen):
    screen.set_viewport_size(WIDE)
    sliders = screen.locator(".part:not(.fold) > .row input[type=range]")
    assert sliders.count() == len(loaded().variables.factors)
    for place in [*sliders.all(), screen.locator(".result .sentence").first]:
        expect(place).to_be_in_viewport(ratio=1)


def test_a_part_that_is_unfolded_follows_the_sliders(screen, ready):
    screen.get_by_text(next_words.WHAT_IF, exact=True).click()
    outlook = screen.get_by_text("As things are")
    expect(outlook).to_be_visible()
    said = outlook.inner_text()
    screen.get_by_role("button", name="Core: weak").click()
    screen.get_by_role("button", name="Hills: hilly").click()
    expect(outlook).not_to_have_text(said)


def test_a_cause_opens_shows_who_says_so_and_a_switch_moves_it(screen, ready):
    screen.get_by_role("button", name="Core: weak").click()
    ready(screen)
    screen.locator('[data-row="weak_core"] button').click()
    expect(screen.get_by_role("heading", name="Weak core")).to_be_focused()
    switches = screen.locator(".opened").get_by_role("switch")
    switches.first.click()
    ready(screen)
    expect(screen.locator(".opened").get_by_role("switch", checked=False)).to_have_count(1)
    screen.keyboard.press("Escape")
    expect(screen.locator(".opened")).to_have_count(0)
    screen.get_by_role("button", name="Undo").click()
    ready(screen)


def test_from_the_first_card_to_an_opened_cause_by_keys_alone(start, ready):
    def tab_to(pattern: str) -> None:
        for _ in range(140):
            start.keyboard.press("Tab")
            label = start.evaluate(f"""() => {{ {ROOT} const at = root?.activeElement
                return at ? (at.getAttribute("aria-label") ?? at.innerText ?? "") : "" }}""")
            if re.search(pattern, label):
                return
        pytest.fail(f"no stop at {pattern}")

    start.wait_for_timeout(SEEN)
    tab_to("^None of these$")
    start.keyboard.press("Enter")
    expect(start.get_by_role("heading", name="Slower signs and facts")).to_be_visible()
    start.wait_for_timeout(SEEN)
    tab_to("^18–54$")
    start.keyboard.press("Enter")
    expect(start.locator(".panel")).to_be_visible()
    ready(start)
    tab_to("^Hills")
    start.keyboard.press("End")
    ready(start)
    tab_to("Muscle strain")
    start.keyboard.press("Enter")
    expect(start.locator(".opened")).to_be_visible()


SCALES = """async () => {
    const scale = await import("/lumbayes/page/scale.js")
    const folder = await (await fetch("/lumbayes/folder.json")).json()
    const sliders = folder.groups.flatMap((group) => group.sliders)
    return sliders.filter((s) => s.reading).map(({ reading }) => {
        const values = [...Array(21).keys()].map((i) => scale.readingAt(i * 50, reading))
        return { name: reading.name, values, low: reading.low, high: reading.high, cut: reading.cut,
            side: reading.side, step: reading.step,
            middle: scale.positionOfReading(reading.cut, reading),
            again: values.map((v) => scale.readingAt(scale.positionOfReading(v, reading), reading)),
            next: scale.nextReading(reading.cut, reading, 1) }
    }).concat([0.1, 0.4].map((base) => ({ base, middle: scale.positionOfBelief(base, base),
        again: [0.05, base, 0.7, 0.97].map((p) => scale.positionOfBelief(p, base))
            .map((x) => scale.beliefAt(x, base)) })))
}"""


def test_right_is_always_more_of_the_cause_and_the_cut_stands_in_the_middle(screen):
    *readings, low, high = screen.evaluate(SCALES)
    assert len(readings) == 7
    for found in readings:
        ends = (found["low"], found["high"])
        left, right = ends if found["side"] == "above" else reversed(ends)
        assert (found["values"][0], found["middle"], found["values"][-1]) == (left, 500, right)
        rising = sorted(found["values"], reverse=found["side"] == "below")
        assert found["values"] == rising
        assert found["again"] == pytest.approx(found["values"], abs=found["step"])
        assert (found["next"] > found["cut"]) == (found["side"] == "above")
    for belief in (low, high):
        assert belief["middle"] == 500
        assert belief["again"] == pytest.approx([0.05, belief["base"], 0.7, 0.97], abs=0.005)


# ---------------------------------------------------------------- safety


def test_a_double_tap_never_answers_a_card_that_was_not_seen(start):
    start.wait_for_timeout(SEEN)
    start.get_by_role("button", name="None of these", exact=True).dblclick()
    start.evaluate(f"""() => new Promise((done) => {{ const tap = () => {{ {ROOT}
        const age = root.querySelector(".ages button")
        if (!age) return requestAnimationFrame(tap)
        age.click()
        age.click()
        done() }}
        tap() }})""")
    start.wait_for_timeout(200)
    expect(start.get_by_role("heading", name="Slower signs and facts")).to_be_visible()
    expect(start.locator(".panel")).to_have_count(0)


def test_an_emergency_is_one_red_screen_with_a_way_back(start, ready):
    start.wait_for_timeout(SEEN)
    start.get_by_role("button", name="One or more, or not sure").click()
    expect(start.get_by_role("alert")).to_contain_text("call")
    ready(start)
    assert start.locator(".panel, .result, [data-testid=stExpander]").count() == 0
    start.get_by_role("button", name="fits", exact=True).first.click()
    ready(start)
    expect(start.get_by_role("alert")).to_contain_text("nerves")
    start.get_by_role("button", name="I answered wrongly").click()
    expect(start.get_by_role("heading", name="First: does any line fit?")).to_be_visible()


def test_the_red_screen_begins_at_its_top_on_a_phone(start, ready):
    start.set_viewport_size(PHONE)
    start.wait_for_timeout(SEEN)
    start.get_by_role("button", name="One or more, or not sure").click()
    expect(start.get_by_role("alert").get_by_role("heading")).to_be_in_viewport()
    expect(start.get_by_text("call your emergency number")).to_be_in_viewport()


def test_an_urgent_line_is_said_first_and_the_ranking_folds(start, ready):
    start.wait_for_timeout(SEEN)
    start.get_by_role("button", name="None of these", exact=True).click()
    start.wait_for_timeout(SEEN)
    start.get_by_text("fever, shivers or night sweats").click()
    start.get_by_role("button", name="18–54").click()
    expect(start.get_by_role("heading", name="Talk to a doctor today")).to_be_visible()
    expect(start.locator(".result")).to_have_count(0)
    start.get_by_role("button", name=re.compile("all the same")).click()
    expect(start.locator(".result")).to_be_visible()
    start.get_by_role("button", name=re.compile("Warning signs: 1 ticked")).click()
    expect(start.get_by_role("heading", name="First: does any line fit?")).to_be_visible()


# ---------------------------------------------------------------- a phone


@pytest.fixture
def phone(browser, base_url, ready):
    """The page on a phone with a finger, after the cards."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, base_url=base_url)
    page = context.new_page()
    page.goto("/")
    past_safety(page)
    yield page
    context.close()


def touch(page: Page, *points: tuple[float, float]) -> None:
    """Put a finger down at the first point, move it over the others, and lift it."""
    session = page.context.new_cdp_session(page)
    for i, (x, y) in enumerate(points):
        kind = "touchMove" if i else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_vertical_swipe_that_starts_on_a_slider_scrolls_and_changes_nothing(phone, ready):
    ground = slider(phone, "uneven_ground")
    ground.evaluate("e => e.scrollIntoView({block: 'center'})")
    phone.wait_for_timeout(200)
    box = ground.bounding_box()
    x, y = box["x"] + box["width"] * 0.85, box["y"] + box["height"] / 2
    touch(phone, (x, y), *[(x, y - d) for d in range(10, 200, 15)])
    phone.wait_for_timeout(300)
    expect(phone.locator('.row[data-name="uneven_ground"].untouched')).to_have_count(1)
    assert ground.bounding_box()["y"] < box["y"] - 50, "the page has not scrolled"
    assert float(ground.input_value()) == 500, "the thumb shows what was not entered"


def test_the_answer_stays_in_view_while_a_finger_moves_a_slider(phone, ready):
    ground = slider(phone, "uneven_ground")
    ground.evaluate("e => e.scrollIntoView({block: 'center'})")
    phone.wait_for_timeout(200)
    box = ground.bounding_box()
    y = box["y"] + box["height"] / 2
    touch(phone, *[(box["x"] + box["width"] * (0.5 + i / 40), y) for i in range(14)])
    ready(phone)
    expect(phone.locator('.row[data-name="uneven_ground"].set')).to_have_count(1)
    assert ground.bounding_box() == box, "the track has moved under the finger"
    expect(phone.locator(".dock")).to_be_in_viewport()
    phone.get_by_role("button", name="See why").click()
    expect(phone.get_by_role("dialog")).to_be_visible()
    phone.go_back()
    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.locator(".panel")).to_be_visible()


def test_at_160_percent_text_the_dock_leaves_most_of_a_phone_to_the_sliders(phone):
    phone.add_style_tag(content="html { font-size: 160% }")
    phone.wait_for_timeout(200)
    assert phone.locator(".dock").bounding_box()["height"] < 0.25 * PHONE["height"]


def test_a_slider_and_the_answer_are_in_view_on_arrival(phone):
    expect(slider(phone, "hills")).to_be_in_viewport(ratio=1)
    expect(phone.locator(".dock .sentence")).to_be_in_viewport()
    phone.set_viewport_size(WIDE)
    expect(slider(phone, "hills")).to_be_in_viewport(ratio=1)
    expect(phone.locator(".result .sentence")).to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_shows_all_without_scrolling_sideways_and_targets_fit_a_finger(phone, width):
    phone.set_viewport_size({"width": width, "height": 844})
    phone.wait_for_timeout(300)
    phone.get_by_text("My runs").click()
    phone.get_by_role("button", name="Add a run").click()
    expect(phone.locator(".run").first).to_be_visible()
    assert phone.evaluate(SIDEWAYS) == []
    assert small_targets(phone, FINGER, FINGER) == []
    buttons = phone.locator(".dock button")
    assert len({button.bounding_box()["y"] for button in buttons.all()}) == 1 < buttons.count()


def test_on_a_low_screen_the_dock_does_not_stand_over_the_sliders(phone):
    phone.set_viewport_size({"width": 320, "height": 255})
    expect(phone.locator(".dock")).to_have_css("position", "static")


def test_a_name_that_fits_in_one_line_has_a_low_box(screen):
    for width in (1280, 1200, 1100):
        screen.set_viewport_size({"width": width, "height": 1020})
        screen.wait_for_timeout(300)
        heights = screen.locator(".box.factor").evaluate_all(
            "boxes => boxes.map(b => b.offsetHeight)"
        )
        assert set(heights) == {26}, width


def test_a_row_is_no_higher_than_its_words(screen, ready):
    def heights():
        return set(
            screen.locator(".part:not(.fold) > .row").evaluate_all(
                "rows => rows.map(row => row.offsetHeight)"
            )
        )

    before = heights()
    screen.get_by_role("button", name="Hills: hilly").click()
    ready(screen)
    assert heights() == before == {33}
    screen.set_viewport_size({"width": 640, "height": 900})
    screen.wait_for_timeout(300)
    assert heights() == {52}, "one line, a finger high"
    screen.set_viewport_size(PHONE)
    screen.wait_for_timeout(300)
    assert heights() == {87}


def test_a_mouse_has_targets_of_at_least_24_pixels(screen):
    screen.set_viewport_size(WIDE)
    assert small_targets(screen, SMALLEST, SMALLEST) == []
