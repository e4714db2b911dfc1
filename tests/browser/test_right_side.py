"""The right side of the page in a real browser, given figures: what it draws, moves and calls."""

import json
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from shared import loaded

from state.controls import first_facts
from state.result import result

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "app" / "components" / "page"
PAIN = loaded().given(back_pain="yes")
RUNNER = PAIN.given(climb_m_per_km=32, plank_seconds=45, where="across", worse="any_movement")
RULED_OUT = PAIN.given(
    **{v.name: "no" for v in PAIN.variables.factors if v.name != "flat_feet"}, flat_feet="yes"
)
WORDS = first_facts()["words"]["result"]
WIDTH_OF_ALL = 30  # pixels of a link whose cause is certainly at work
THINNEST = 1.1
SETTLED = 400 + 220 + 200  # ms: ranks wait, then slide, and a little more
FINGER = 44  # pixels


class Files(SimpleHTTPRequestHandler):
    """The page's modules under /page/, and the test's own page."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def translate_path(self, path):
        path = path.partition("?")[0]
        if path.startswith("/page/"):
            return str(PAGE / path.removeprefix("/page/"))
        return str(HERE / "result_page.html")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def view(page, address):
    """Open the right side alone; call it with what it is to be given."""
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def show(case=None, width=1280, height=1100, **given):
        page.set_viewport_size({"width": width, "height": height})
        if page.url != address:
            page.goto(address)
            page.wait_for_function("window.isReady")
            given["words"] = WORDS
        if case is not None:
            part = {key: given[key] for key in ("focus", "opened") if key in given}
            given["result"] = json.loads(json.dumps(result(case, **part)))
        page.evaluate("given => window.set(given)", given)
        return page

    yield show
    assert faults == []


def figure(row):
    return "under 1 in 10" if row["figure"] < 0.05 else f"{int(10 * row['figure'] + 0.5)} in 10"


def all_rows(found):
    return {row["name"]: row for row in [*found["factors"], *found["mechanisms"]]}


def order(page):
    """The rows of the first list, from above."""
    return page.locator(".list").first.evaluate(
        "list => [...list.querySelectorAll('[data-row]')].map(row => row.dataset.row)"
    )


# The shadow in which the right side stands.
ROOT_OF_TEST = (
    """const root = [...document.querySelectorAll("*")].find(e => e.shadowRoot).shadowRoot"""
)
FACTORS = [v.name for v in PAIN.variables.factors]
FORMS = {
    "lead": RUNNER,
    "tie": PAIN.given(**dict.fromkeys(FACTORS, "no") | {"weak_core": "yes"}),
    "none": PAIN.given(**dict.fromkeys(FACTORS, "no")),
    "clash": PAIN.given(severity="none"),
}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("form", FORMS)
def test_a_sentence_of_any_form_stands_above_what_is_open_as_wide_as_its_card(view, form, width):
    assert result(FORMS[form])["sentence"]["form"] == form
    page = view(FORMS[form], width=width)
    boxes = [part.bounding_box() for part in page.locator(".sheet-of > :first-child > *").all()]
    assert len(boxes) == 3 - (form == "clash")  # which needs no disclaimer
    for above, below in pairwise(boxes):
        assert below["y"] >= above["y"] + above["height"]
    assert len({(box["x"], box["width"]) for box in boxes}) == 1 and boxes[0]["width"] > width / 3


def test_the_network_is_drawn_with_links_as_thick_as_they_are_at_work(view):
    page = view(RUNNER)
    page.wait_for_timeout(300)
    found = result(RUNNER)
    widths = page.locator(".flow").evaluate_all(
        "paths => paths.map(path => parseFloat(getComputedStyle(path).strokeWidth))"
    )
    scale = widths[0] / max(THINNEST, WIDTH_OF_ALL * found["links"][0]["figure"])
    inner = [i for i, link in enumerate(found["links"]) if link["to"] == "muscle_strain"]
    for i in inner:
        if found["links"][i]["note"] != "not there":
            drawn = max(THINNEST, WIDTH_OF_ALL * found["links"][i]["figure"]) * scale
            assert widths[i] == pytest.approx(drawn, rel=0.02)


@pytest.mark.parametrize("width", [1280, 390])
def test_no_link_crosses_a_box(view, width):
    layout = "wide" if width > 700 else "phone"
    page = view(PAIN, width=width, layout=layout, sheet=layout == "phone")
    page.wait_for_timeout(400)
    crossed = page.locator(".map").evaluate(
        """map => {
            const at = map.getBoundingClientRect()
            const boxes = [...map.querySelectorAll(".box")].map(box => {
                const { left, top, right, bottom } = box.getBoundingClientRect()
                const [x, y] = [at.left, at.top]
                return { name: box.textContent, left: left - x + 2, top: top - y + 2,
                    right: right - x - 2, bottom: bottom - y - 2 }
            })
            const found = []
            for (const path of map.querySelectorAll(".flow:not(.ribbon)")) {
                const length = path.getTotalLength()
                for (let i = 1; i < 60; i++) {
                    const { x, y } = path.getPointAtLength(length * i / 60)
                    const isIn = b => x > b.left && x < b.right && y > b.top && y < b.bottom
                    found.push(...boxes.filter(isIn).map(b => b.name))
                }
            }
            return found
        }"""
    )
    assert crossed == []


def test_the_network_is_a_list_for_those_who_do_not_see_it(view):
    page = view(RULED_OUT)
    network = page.get_by_role("group", name="How the causes lead to the pain")
    expect(
        network.get_by_role("listitem").filter(has_text="Hills → Muscle strain: no")
    ).to_have_count(1)
    expect(
        network.get_by_role("listitem").filter(has_text="Flat feet → Feet roll in: cut off")
    ).to_have_count(1)
    expect(network.locator("svg")).to_have_attribute("aria-hidden", "true")


def test_what_has_moved_shows_where_it_came_from_and_can_be_undone(view):
    page = view(RUNNER, before={"label": "Climb: 5 m/km", "causes": {"hills": 0.02}})
    row = page.locator(".list [data-row=hills]")
    expect(row.locator(".was")).to_have_text("0 →")
    expect(row.locator(".tick.ghost")).to_have_count(1)
    expect(page.locator(".key")).to_contain_text("before “Climb: 5 m/km”")
    page.get_by_role("button", name="Undo").click()
    assert page.evaluate("window.calls") == [["onUndo"]]


def test_where_few_factors_are_at_work_the_list_shows_those_and_names_the_others(view):
    others = {v.name: "no" for v in PAIN.variables.factors if v.name != "weak_core"}
    case = PAIN.given(**others, weak_core="yes")
    page = view(case)
    first = page.locator(".list").first
    at_work = [row for row in result(case)["factors"] if row["figure"] >= 0.05]
    assert [row["name"] for row in at_work] == ["weak_core"], "and hills stands before it"
    assert order(page) == ["weak_core"]
    expect(first.locator(".group h4")).to_have_text("Not there, by your answers: 11")
    first.get_by_role("button", name=re.compile("all 12")).click()
    assert order(page)[0] == "weak_core" and len(order(page)) == 12


def test_ties_stand_as_ties_and_all_rows_can_be_unfolded(view):
    page = view(PAIN)
    tied = [row for row in result(PAIN)["factors"] if row["tie"] == 0]
    first = page.locator(".list").first
    expect(first.locator(".tie .rank").first).to_have_text("1=")
    assert first.locator(".tie").first.locator("li").count() == min(3, len(tied)) or len(tied) == 4
    first.get_by_role("button", name=re.compile("all 12")).click()
    expect(first.locator("[data-row]")).to_have_count(12)


def test_the_bars_of_a_list_have_one_length_and_a_bracket_says_what_is_true_of_each_row(view):
    page = view(PAIN)
    first = page.locator(".list").first
    first.get_by_role("button", name=re.compile("all 12")).click()
    expect(first.locator("[data-row]")).to_have_count(12)
    bars = first.locator(".bar").evaluate_all("bars => bars.map(bar => bar.clientWidth)")
    assert len(set(bars)) == 1
    rows = all_rows(result(PAIN))
    for tie in first.locator(".tie").all():
        names = tie.locator("[data-row]").evaluate_all("rows => rows.map(r => r.dataset.row)")
        tens = [int(10 * rows[name]["figure"] + 0.5) for name in names]
        low, high = min(tens), max(tens)
        said = f"{low}–{high} in 10" if low < high else figure(rows[names[0]])
        expect(tie.locator(".each b")).to_have_text(said)
    sticking_out = first.locator(".each").evaluate_all(
        "figures => figures.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
    )
    assert sticking_out == []


def test_all_of_the_first_tie_stand_out_in_the_network(view):
    case = PAIN.given(hills="yes", weak_core="yes")
    rows = all_rows(result(case))
    assert rows["hills"]["tie"] == rows["weak_core"]["tie"] is not None
    page = view(case)
    for name in ("hills", "weak_core"):
        expect(page.locator(f".box[data-cause={name}]")).to_have_class(re.compile("lead"))


# Boxes of the network that are smaller than the words in them.
CUT = """map => [...map.querySelectorAll(".box")].filter(box => {
    const words = document.createRange()
    words.selectNodeContents(box)
    const [text, edge] = [words, box].map(part => part.getBoundingClientRect())
    return box.scrollWidth > box.clientWidth || text.height > edge.height + 1
}).map(box => box.textContent)"""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_box_cuts_its_words_long_or_enlarged(view, width):
    layout = "wide" if width > 700 else "phone"
    found = json.loads(json.dumps(result(RUNNER)))
    long = {"uneven_ground": "Bodenunebenheiten", "muscle_strain": "Muskelüberanstrengung"}
    long |= {"weak_core": "Oberschenkelrückseitenverkürzung", "disc_degeneration": "Bandscheiben"}
    for name, row in all_rows(found).items():
        row["label"] = long.get(name, row["label"])
    page = view(result=found, width=width, layout=layout, sheet=layout == "phone")
    network = page.locator(".map")
    assert network.evaluate(CUT) == []
    page.add_style_tag(content="html { font-size: 160% }")
    page.wait_for_timeout(300)
    assert network.evaluate(CUT) == [], "enlarged after it was drawn"


@pytest.mark.parametrize("width", [1280, 390])
def test_from_right_to_left_the_heads_of_the_network_stay_above_its_columns(view, width):
    layout = "wide" if width > 700 else "phone"
    page = view(RUNNER, width=width, layout=layout, sheet=layout == "phone")
    page.evaluate("() => { document.documentElement.dir = 'rtl' }")
    page.wait_for_timeout(300)
    heads = [head.bounding_box()["x"] for head in page.locator(".heads span").all()]
    boxes = [page.locator(f".box.{kind}").first.bounding_box() for kind in ("factor", "mechanism")]
    assert heads == pytest.approx([box["x"] for box in boxes], abs=4)


@pytest.mark.parametrize("opened", [None, "weak_core"])
def test_figures_are_not_broken_over_two_lines(view, opened):
    text = view(RUNNER, opened=opened).locator(".result").text_content()
    assert re.search(r"\d\xa0(in|to|of)\xa0\d", text)
    assert not re.search(r"\d (in|of) \d|\d to \d\.", text), "a plain space may end a line"


def test_in_forced_colours_a_switch_shows_whether_it_is_on(view):
    page = view(RUNNER, opened="weak_core")
    page.emulate_media(forced_colors="active")
    look = """turn => [turn, turn.firstElementChild]
        .map(part => getComputedStyle(part).backgroundColor)"""
    ground, knob = page.locator(".turn").first.evaluate(look)
    found = json.loads(
        json.dumps(result(RUNNER.exclude_claims("A4-01"), opened="weak_core", base=PAIN))
    )
    page.evaluate("found => window.set({ result: found })", found)
    off = page.locator(".turn[aria-checked=false]").evaluate(look)
    page.wait_for_timeout(300)
    assert ground != knob and off[0] != off[1] and off[0] != ground


def test_figures_follow_the_finger_at_once_and_ranks_wait_for_its_release(view):
    page = view(PAIN)
    page.wait_for_timeout(300)
    before = order(page)
    hilly = PAIN.given(climb_m_per_km=90)
    view(hilly, focus="climb_m_per_km")
    expect(page.locator(".box[data-cause=hills]")).to_contain_text(
        figure(all_rows(result(hilly))["hills"])
    )
    page.wait_for_timeout(SETTLED)
    held = order(page)  # of fewer rows, where fewer are at work
    assert "hills" in held
    assert [n for n in held if n in before] == [n for n in before if n in held]
    view(hilly, focus=None)
    page.wait_for_timeout(SETTLED)
    assert order(page)[0] == "hills"


# How far a row's slide begins from where the row is, once it slides.
SLIDE = """name => {
    const root = [...document.querySelectorAll("*")].find(e => e.shadowRoot).shadowRoot
    const [slide] = root.querySelector(`[data-row=${name}]`).getAnimations()
    return slide?.effect.getKeyframes()[0].transform
}"""


def test_a_row_that_leaves_a_tie_slides_up_and_no_further_than_it_moves(view):
    page = view(PAIN)
    page.wait_for_timeout(300)
    top = "list => list.querySelector('[data-row=hills]').getBoundingClientRect().top"
    first = page.locator(".list").first
    before = first.evaluate(top)
    view(PAIN.given(climb_m_per_km=90))
    slide = page.wait_for_function(SLIDE, arg="hills", polling="raf").json_value()
    page.wait_for_timeout(SETTLED)
    by = float(re.search(r"-?[\d.]+", slide)[0])
    assert 0 < by < before - first.evaluate(top) + 1


def test_a_cause_opens_from_the_network_and_from_the_list_and_esc_closes_it(view):
    page = view(RUNNER)
    page.locator(".box[data-cause=hills]").click()
    page.get_by_role("button", name=re.compile("Weak core")).last.click()
    assert page.evaluate("window.calls") == [["onOpen", "hills"], ["onOpen", "weak_core"]]
    view(RUNNER, opened="weak_core")
    expect(page.get_by_role("heading", name="Weak core")).to_be_focused()
    page.keyboard.press("Escape")
    assert page.evaluate("window.calls.at(-1)") == ["onOpen", None]


def test_an_opened_cause_that_is_ruled_out_has_no_bare_nought(view):
    page = view(RUNNER.given(hills="no"), opened="hills")
    figures = page.locator(".claims li > b, .receipt li > b").all_text_contents()
    assert {figures[0], figures[-1]} == {"under 1", "still under 1"}
    assert not [text for text in figures if "0" in text.split()]


def test_what_nobody_named_is_grey_where_it_is_opened(view):
    page = view(RUNNER, opened="unexplained")
    grey = "rgb(94, 107, 112)"
    of = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).borderTopColor]"
    bars = page.locator(".receipt .gain, .receipt .loss").evaluate_all(f"all => all.map({of})")
    assert bars and all(grey in colours for colours in bars)


def test_a_switch_leaves_one_quote_out(view):
    page = view(RUNNER, opened="weak_core")
    switch = page.get_by_role("switch", name=re.compile("Sounds like"))
    expect(switch).to_be_checked()
    switch.click()
    name, off, every = page.evaluate("window.calls.at(-1)")
    assert (name, off) == ("onExclude", ["A4-01"]) and set(every) == {"A1-13", "A4-01", "A5-09"}
    quotes = page.locator(".claims q").all_text_contents()
    without = RUNNER.exclude_claims("A4-01")
    found = result(without, opened="weak_core", base=PAIN)
    page.evaluate("found => window.set({ result: found })", json.loads(json.dumps(found)))
    expect(switch).not_to_be_checked()
    assert page.locator(".claims q").all_text_contents() == quotes


def test_the_question_card_jumps_to_its_slider_and_its_end_notes_a_run(view):
    page = view(PAIN)
    card = result(PAIN)["next"]
    page.get_by_role("button", name=card["button"]).click()
    assert page.evaluate("window.calls") == [["onFocus", card["slider"]]]
    expect(page.locator(f".box[data-cause={card['slider']}]")).to_have_class(re.compile("asked"))


def test_the_dock_keeps_the_answer_and_what_the_finger_moves(view):
    page = view(RUNNER, width=390, height=844, layout="phone")
    dock = page.locator(".dock")
    expect(dock).to_contain_text("The thread points to a strained muscle")
    expect(dock.get_by_role("button")).to_have_count(2)
    view(RUNNER, width=390, height=844, layout="phone", focus="climb_m_per_km")
    expect(dock.locator(".side")).to_have_count(3)
    assert [text.split("\n")[0] for text in dock.locator(".side").all_inner_texts()] == [
        "Hills",
        "Weak core",
        "Muscle strain",
    ]


def test_the_dock_says_so_where_a_finger_moves_answers_that_exclude_each_other(view):
    clash = PAIN.given(severity="none", onset="during")
    page = view(clash, width=390, height=844, layout="phone", focus="hills")
    expect(page.locator(".dock")).to_contain_text("cannot be true together")
    expect(page.locator(".dock .side")).to_have_count(0)


def test_the_sheet_takes_the_focus_and_esc_and_back_close_it(view):
    page = view(RUNNER, width=390, height=844, layout="phone")
    see_why = page.get_by_role("button", name="See why")
    sheet = page.get_by_role("dialog")
    see_why.click()
    expect(sheet.locator("h2").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    see_why.click()
    expect(sheet).to_be_visible()
    page.go_back()
    expect(sheet).to_have_count(0)


def test_back_and_esc_close_an_opened_cause_and_leave_the_sheet(view):
    page = view(RUNNER, width=390, height=844, layout="phone", sheet=True)
    for leave in (page.go_back, lambda: page.keyboard.press("Escape")):
        view(RUNNER, width=390, height=844, layout="phone", sheet=True, opened="hills")
        expect(page.get_by_role("heading", name="Hills")).to_be_focused()
        leave()
        page.wait_for_function("window.calls.at(-1)?.[0] === 'onOpen'")
        assert page.evaluate("window.calls.splice(0)") == [["onOpen", None]]
        view(RUNNER, width=390, height=844, layout="phone", sheet=True, opened=None)
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.locator(".box[data-cause=hills]")).to_be_focused()
        page.wait_for_timeout(200)


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("opened", [None, "weak_core"])
def test_a_phone_needs_no_sideways_scroll_and_fits_a_finger(view, width, opened):
    page = view(RUNNER, width=width, height=844, layout="phone", sheet=True, opened=opened)
    page.wait_for_timeout(400)
    overflow = page.locator("dialog").evaluate(
        """sheet => [...sheet.querySelectorAll("*"), sheet]
            .filter(e => !e.closest(".unseen") && e.scrollWidth > sheet.clientWidth)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    small = page.locator("dialog button").evaluate_all(
        """buttons => buttons.filter(b => !b.matches(".turn"))
            .map(b => [b.textContent, b.getBoundingClientRect()])
            .filter(([, box]) => Math.min(box.height, box.width) < 43.5).map(([text]) => text)"""
    )
    assert overflow == [] and small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("opened", [None, "weak_core"])
def test_axe_finds_nothing(view, scheme, opened):
    page = view(RUNNER, opened=opened, before={"label": "x", "causes": {"hills": 0.02}})
    page.emulate_media(color_scheme=scheme)
    page.evaluate("scheme => { document.documentElement.style.colorScheme = scheme }", scheme)
    page.wait_for_timeout(400)
    found = Axe().run(page).response["violations"]
    assert [f"{v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]] == []


# Where a cause's tick stands, how solid its bar is in the middle, how high its link to the pain is:
# before, at the first frame, and at rest.
MOVED = """async next => {
    const root = [...document.querySelectorAll("*")].find(e => e.shadowRoot).shadowRoot
    const row = root.querySelector("[data-row=muscle_strain]")
    const flow = [...root.querySelectorAll(".flow")].at(-1)
    const look = () => {
        const [tick, fade] = [".tick:not(.ghost)", ".fade"].map(x => row.querySelector(x))
        return [parseFloat(getComputedStyle(tick).left) / fade.clientWidth,
            parseFloat(getComputedStyle(fade).getPropertyValue("--solid-6")) / 100,
            flow.getBoundingClientRect().height]
    }
    const wait = ms => new Promise(done => setTimeout(done, ms))
    const seen = [look()]
    window.set(next)
    await new Promise(requestAnimationFrame)
    seen.push(look())
    await wait(500)
    return [...seen, look()]
}"""


def glided(page, case, focus=None):
    """What `MOVED` sees when these figures take the place of those shown."""
    part = {"focus": focus} if focus else {}
    found = json.loads(json.dumps(result(case, **part)))
    before, at_once, after = page.evaluate(MOVED, {"result": found, "focus": focus})
    row = all_rows(found)["muscle_strain"]
    assert after[:2] == pytest.approx([row["figure"], row["fade"][5]], abs=0.01)
    return before, at_once, after


HILLY = PAIN.given(climb_m_per_km=90, where="across")


def test_figures_glide_to_a_new_answer(view):
    page = view(PAIN)
    page.wait_for_timeout(300)
    for start, now, end in zip(*glided(page, HILLY), strict=True):
        assert abs(now - start) < abs(end - start) / 2, (start, now, end)


def test_under_a_finger_figures_do_not_lag_and_reduced_motion_moves_nothing(view, page):
    view(PAIN)
    page.wait_for_timeout(300)
    _, now, end = glided(page, HILLY, focus="climb_m_per_km")
    assert now == pytest.approx(end, abs=0.001)
    page.emulate_media(reduced_motion="reduce")
    _, now, end = glided(page, PAIN)
    assert now == pytest.approx(end, abs=0.001)


def test_one_polite_line_says_what_moved_after_a_release(view):
    page = view(RUNNER, before={"label": "Climb", "causes": {"hills": 0.02, "muscle_strain": 0.9}})
    expect(page.get_by_role("status")).to_have_text(re.compile(r"Hills: \d, now \d\sin\s10"))
