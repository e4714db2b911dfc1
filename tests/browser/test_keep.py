"""Keeping and sharing in a real Chromium: keys alone, a link and a file there and back, two runners, a closed house."""

import pytest
from playwright.sync_api import Locator, Page, expect
from seeing import names

import questions
import wording
from lumbayes import contributions, example, load, red_flags

NOBODY = load()
VARIABLES = NOBODY.network.variables
MOST_TABS = 120


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is on the target or in it, as someone without a mouse would."""
    for _ in range(MOST_TABS):
        if target.evaluate("e => e.contains(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"not reached by Tab: {target}")


def choose(page: Page, question: str, choice: str) -> None:
    """Answer one question by keys: Tab into it, arrows to the choice, the space bar."""
    group = page.get_by_role("radiogroup", name=question, exact=True)
    wanted = group.get_by_role("radio", name=choice, exact=True)
    tab_to(page, group)
    for _ in range(group.get_by_role("radio").count()):
        if wanted.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(wanted).to_be_checked()


def press(page: Page, button: Locator) -> None:
    """Tab to a button and press Enter."""
    tab_to(page, button)
    page.keyboard.press("Enter")


def test_the_threads_runner_by_keys_alone_from_the_first_safety_question_to_the_list(start, ready):
    first = red_flags()[0]
    choose(start, first.question, wording.SAFETY_ANSWERS["no"])
    for label in (wording.NONE_OF_THE_REST, wording.NONE_OF_THESE):
        press(start, start.get_by_role("button", name=label))
        expect(start.get_by_role("button", name=label)).to_have_count(0)
        ready(start)
    told = {name: answer for name, answer in example().findings.items() if name in [v.name for v in VARIABLES.traits]}
    outcome = VARIABLES.outcome
    start.keyboard.press("Tab")
    choose(start, outcome.question, questions.choices(outcome, VARIABLES)[outcome.states[-1]])
    for name, answer in told.items():
        v = VARIABLES[name]
        choose(start, v.question, questions.choices(v, VARIABLES)[answer])
    table = contributions(NOBODY.given(**{outcome.name: outcome.states[-1]}, **told))
    expect(start.locator(".cause .count").first).to_have_text(wording.count(table.contribution.iloc[0]))
    assert names(start)[0] == VARIABLES[table.index[0]].label
