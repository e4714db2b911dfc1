"""What a screen reader says: emergencies first, and a sentence when the lists move."""

from playwright.sync_api import expect
from test_moving import CASE, TEST, slider

import phrases
import questions
import wording
from lumbayes import contributions, red_flags

__all__ = ["slider"]
VARIABLES = CASE.variables
# the node that is read out, and every text it has had since
LISTEN = """line => {
    window.heard = []
    const watched = {childList: true, characterData: true, subtree: true}
    new MutationObserver(() => heard.push(line.textContent)).observe(line, watched)
}"""


def moved(told, case, before):
    """The sentence about the last answer, from `before` to the case that it makes."""
    after = contributions(case).contribution
    cause = (after - before).abs().idxmax()
    return phrases.moved(told, VARIABLES[cause].label, before[cause], after[cause])


def urgency(page):
    """The urgency of each such line in the accessibility tree, and every text in it."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    lines = [node["properties"] for node in nodes if node.get("role", {}).get("value") == "status"]
    live = [said["value"]["value"] for line in lines for said in line if said["name"] == "live"]
    return live, [node["name"]["value"] for node in nodes if "name" in node]


def test_one_line_stays_in_the_page_and_its_words_change_once_an_answer(lists, ready):
    table = contributions(CASE)
    line = lists.get_by_role("status")
    expect(line).to_have_text(
        wording.first_place(VARIABLES[table.index[0]].label, table.contribution.iloc[0])
    )
    node = line.element_handle()
    node.evaluate(LISTEN)
    duration, chosen = VARIABLES["duration"], "days"
    group = lists.get_by_role("radiogroup", name=duration.question)
    choice = questions.choices(duration, VARIABLES)[chosen]
    group.get_by_role("radio", name=choice).click()
    told = f"{duration.label}: {wording.small(choice)}"
    sentence = moved(told, CASE.retract("duration").given(duration=chosen), table.contribution)
    expect(line).to_have_text(sentence)
    ready(lists)
    assert node.evaluate("e => e.isConnected") and lists.evaluate("heard") == [sentence]
    live, texts = urgency(lists)
    assert live == ["polite"] and sentence in texts


def test_a_slider_is_told_when_it_rests_and_not_while_it_is_dragged(lists, slider, ready):
    line = lists.get_by_role("status")
    node = line.element_handle()
    node.evaluate(LISTEN)
    box = slider.bounding_box()
    across = box["y"] + box["height"] / 2
    lists.mouse.move(box["x"] + box["width"] * (TEST.start / TEST.high), across)
    lists.mouse.down()
    lists.mouse.move(box["x"] + box["width"] / 50, across, steps=25)
    lists.mouse.up()
    seconds = float(slider.input_value())
    told = f"{TEST.label}: {seconds:g} {TEST.unit}"
    sentence = moved(told, CASE.given(plank_seconds=seconds), contributions(CASE).contribution)
    expect(line).to_have_text(sentence)
    ready(lists)
    assert node.evaluate("e => e.isConnected")
    assert lists.evaluate("heard")[-1] == sentence and len(lists.evaluate("heard")) <= 2


def test_an_emergency_is_an_alert_the_first_thing_on_the_page_and_silences_the_rest(lists, ready):
    lists.get_by_text(wording.ANSWERED).click()
    asked_first = lists.get_by_role(
        "radiogroup", name=next(f for f in red_flags() if f.level == "emergency").question
    )
    asked_first.get_by_role("radio", name=wording.SAFETY_ANSWERS["yes"]).click()
    expect(lists.get_by_role("alert")).to_contain_text("emergency")
    ready(lists)
    first = lists.get_by_role("main").aria_snapshot().splitlines()[1]
    assert first.strip().startswith("- alert"), first
    expect(lists.get_by_role("status")).to_have_count(0)
