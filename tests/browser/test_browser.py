"""The page in Chromium, from the real command: keyboard, emergency, phone, stranger."""

from playwright.sync_api import expect
from seeing import PHONE, SIDEWAYS, names, past_safety, violations

import phrases
import wording
from lumbayes import contributions, example, load, next_run, red_flags


def test_the_start_page_is_accessible_and_asks_about_safety_first(start):
    expect(start.get_by_role("heading", level=1)).to_have_text(wording.TITLE)
    expect(start.get_by_text("cannot rule anything out").first).to_be_in_viewport()
    assert names(start) == []
    assert violations(start) == []


def test_the_threads_own_runner_by_its_button(lists):
    table = contributions(load().given(**example().findings))
    first = table[table.layer == "mechanism"].index[0]
    label = load().network.variables[first].label
    assert names(lists)[0] == label
    expect(lists.locator(".cause .count").first).to_have_text(
        wording.count(table.contribution[first])
    )
    lists.get_by_text(wording.MORE.format(wording.small(label))).click()
    expect(
        lists.get_by_text(load().network.priors[first, "back_pain"].claims[0].quote)
    ).to_be_visible()
    assert violations(lists) == []


def test_a_question_answered_by_keyboard_keeps_its_place(lists, ready):
    question = load().network.variables["hills"]
    count = lists.locator(".cause", has_text=question.label).locator(".count")
    before = count.inner_text()
    lists.get_by_role("tab", name=wording.THIS_PAIN).focus()
    lists.keyboard.press("ArrowRight")
    lists.keyboard.press("Enter")
    choices = lists.get_by_role("radiogroup", name=question.question)
    choices.get_by_role("radio", name=wording.DONT_KNOW).focus()
    lists.keyboard.press("ArrowRight")
    lists.keyboard.press("ArrowRight")
    lists.keyboard.press("Space")
    yes = choices.get_by_role("radio", name="Yes", exact=True)
    expect(yes).to_be_checked()
    expect(count.first).not_to_have_text(
        before
    )  # while the lists move, old and new stand there together
    ready(lists)
    expect(yes).to_be_focused()


def test_a_runner_follows_the_first_factor_to_who_says_so_and_to_the_next_run(lists, ready):
    case = load().given(**example().findings)
    table = contributions(case)[lambda t: t.layer == "factor"]
    first, label = table.index[0], load().network.variables[table.index[0]].label
    bar = lists.locator(".cause", has_text=label).locator(".scale i")
    expect(bar).to_have_attribute("style", f"width:{table.contribution[first]:.1%}")
    lists.get_by_text(wording.MORE.format(wording.small(label))).click()
    lists.get_by_text(phrases.SWITCHES).click()
    lists.get_by_role("button", name=phrases.REPLY.format(5)).click()
    expect(bar).to_have_attribute(
        "style", f"width:{contributions(case.exclude_claims(reply=5)).contribution[first]:.1%}"
    )
    expect(lists.get_by_text(phrases.OFF.format("reply 5"))).to_have_count(2)
    assert violations(lists) == []
    for part in (
        phrases.OWN_ANSWERS,
        phrases.HOW_FIRM,
        phrases.REPLIES,
        phrases.TO_TRY,
        phrases.NUMBERS,
    ):
        lists.get_by_text(part, exact=True).click()
    expect(lists.get_by_text(phrases.NEVER_MIXED)).to_be_visible()
    ready(lists)
    assert violations(lists) == []
    lists.get_by_role("button", name=phrases.ALL_ON).first.click()
    expect(bar).to_have_attribute("style", f"width:{table.contribution[first]:.1%}")
    ready(lists)
    lists.get_by_text(phrases.WHAT_IF).click()
    choices = lists.locator(".st-key-changes")
    expect(choices).to_be_visible()
    ready(lists)
    choices.get_by_role("button", name=label).click()
    then = next_run(case, **{first: "no"})["yes"]
    expect(lists.locator(".st-key-combined .figure").last).to_have_text(
        f"{phrases.hundred(then)} in 100"
    )
    lists.set_viewport_size(PHONE)
    ready(lists)
    assert lists.evaluate(SIDEWAYS) == []
    assert violations(lists) == []


def test_the_next_question_is_answered_by_keyboard_and_the_next_one_stands_in_its_place(
    lists, ready
):
    card = lists.locator(".st-key-next")
    question = card.locator("p strong").first
    before = question.inner_text()
    card.get_by_role("radio", name="No", exact=True).focus()
    lists.keyboard.press("Space")
    expect(question).not_to_have_text(before)
    ready(lists)
    expect(card.get_by_role("radio", name="No", exact=True)).not_to_be_checked()
    expect(card.get_by_role("radio", name="No", exact=True)).to_be_focused()
    card.get_by_role("button", name=phrases.TAKE_BACK).click()
    expect(question).to_have_text(before)
    assert violations(lists) == []


def test_on_a_phone_the_first_answer_pushes_nothing_away_and_the_next_question_is_in_its_place(
    start, ready
):
    start.set_viewport_size(PHONE)
    past_safety(start)
    outcome = load().network.variables.outcome
    hurt = start.get_by_role("radio", name=wording.capital(outcome.answers["yes"]))
    expect(hurt).to_be_in_viewport()
    ready(start)
    start.wait_for_timeout(500)  # the page has gone to what follows the safety questions
    card = start.locator(".st-key-next")
    before = card.bounding_box()["y"]
    hurt.click()
    expect(card.get_by_role("heading")).to_have_text(phrases.ASK_NEXT)
    ready(start)
    assert abs(card.bounding_box()["y"] - before) < 2
    expect(card.get_by_role("radio", name="Yes", exact=True)).to_be_in_viewport()
    card.get_by_role("button", name=phrases.TAKE_BACK).click()
    expect(card.get_by_role("heading")).to_have_text(phrases.ASK_FIRST)


ONE_AFTER_THE_OTHER = """([first, second]) => {
    first.click()
    setTimeout(() => first.click(), 30)
    setTimeout(() => second.click(), 60)
}"""


def test_taps_faster_than_the_page_are_each_heard_once(lists, ready):
    variables = load().network.variables
    lists.get_by_role("tab", name=wording.GROUPS["body"]).click()
    ready(lists)
    card = lists.locator(".st-key-next")
    by_question = {v.question: v for v in variables.factors if v.group == "body"}
    first = by_question.pop(card.locator("p strong").first.inner_text())
    second = next(iter(by_question.values()))
    mine, other = (lists.get_by_role("radiogroup", name=v.question).last for v in (first, second))
    no = other.get_by_role("radio", name="No", exact=True)
    tapped = [card.get_by_role("radio", name="Yes", exact=True), no]
    lists.evaluate(ONE_AFTER_THE_OTHER, [tap.element_handle() for tap in tapped])
    case = load().given(**example().findings).given(**{first.name: "yes", second.name: "no"})
    table = contributions(case)
    for cause in table.index[:2]:
        bar = lists.locator(f".st-key-cause-{cause} .scale i")
        expect(bar).to_have_attribute("style", f"width:{table.contribution[cause]:.1%}")
    ready(lists)
    expect(mine.get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    expect(no).to_be_checked()
    expect(card.get_by_role("radio", checked=True)).to_have_count(0)


def test_an_emergency_takes_the_lists_away_and_stays_in_view(lists, ready):
    lists.get_by_text(wording.ANSWERED).click()
    asked = lists.get_by_role(
        "radiogroup", name=next(f for f in red_flags() if f.level == "emergency").question
    )
    asked.get_by_role("radio", name=wording.SAFETY_ANSWERS["yes"]).click()
    alarm = lists.get_by_role("alert")
    expect(alarm).to_contain_text("emergency")
    expect(lists.locator(".cause")).to_have_count(0)
    ready(lists)
    assert violations(lists) == []
    lists.get_by_role("radiogroup").last.scroll_into_view_if_needed()
    expect(alarm).to_be_in_viewport()


LAID_OUT = """buttons => buttons.map(button => {
    const shown = button.querySelector("p") || button
    return [parseFloat(getComputedStyle(shown).fontSize), button.getBoundingClientRect().top]
})"""


def test_on_a_phone_answers_are_large_enough_and_a_causes_view_is_little_more_than_its_screen(
    lists, ready
):
    lists.set_viewport_size(PHONE)
    ready(lists)
    sizes, rows = zip(
        *lists.locator(".st-key-next .stButtonGroup button").evaluate_all(LAID_OUT), strict=True
    )
    assert len(sizes) == 5 and min(sizes) >= 14 and len(set(rows)) <= 2
    case = load().given(**example().findings)
    for cause in contributions(case).index[:2]:
        label = wording.small(case.variables[cause].label)
        lists.get_by_text(wording.MORE.format(label)).click()
        view = lists.locator(f".st-key-cause-{cause}")
        expect(view.get_by_text(phrases.NUMBERS, exact=True)).to_be_visible()
        ready(lists)
        assert view.locator("blockquote").count() == phrases.FEW
        assert view.bounding_box()["height"] < 1.25 * PHONE["height"]
    assert lists.evaluate(SIDEWAYS) == []


def test_a_phone_shows_all_without_scrolling_sideways(lists, ready):
    lists.set_viewport_size(PHONE)
    for tab in (wording.THIS_PAIN, *wording.GROUPS.values()):
        lists.get_by_role("tab", name=tab).click()
        ready(lists)
        assert lists.evaluate(SIDEWAYS) == []
    lists.get_by_role("link", name=wording.JUMP).click()
    expect(lists.get_by_role("heading", name=wording.RESULTS)).to_be_in_viewport()
    assert violations(lists) == []
