"""A cause's own view, the next question and the next run, as a runner meets them on the page."""

import re
from html import unescape
from itertools import combinations, pairwise

import pytest
from streamlit.testing.v1 import AppTest
from test_page import (
    BASE,
    FLAGS,
    FORBIDDEN,
    VARIABLES,
    answer,
    bars,
    drawn,
    label,
    opened,
    press,
    run,
    turned,
    words,
)
from test_page import still as still

import bars as drawing
import doubts
import left_out
import net
import next_up
import phrases
import placed
import questions
import results
import standing
import wording
from lumbayes import contributions, example, load, next_question
from lumbayes.decisions import what_if, what_if_together
from lumbayes.explanation import claim_attribution, remedies

RUNNER = BASE.given(**example().findings)
PARTS = (
    phrases.OWN_ANSWERS,
    phrases.HOW_FIRM,
    phrases.REPLIES,
    phrases.TO_TRY,
    phrases.NUMBERS,
)
FIRST = contributions(RUNNER)[lambda table: table.layer == "factor"].index[0]


def example_runner(**answers) -> AppTest:
    """The page with the thread's own runner entered."""
    return press(opened(**answers), wording.EXAMPLE)


def view(at: AppTest, cause: str, *parts: str) -> AppTest:
    """The page with a cause's own view opened, its claims unfolded, and these parts of it."""
    for key in (f"more {cause}", f"faint {cause}", *(f"{part} {cause}" for part in parts)):
        at.session_state[key] = True
    return run(at)


def plain(html: str) -> str:
    """The text of a piece of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def pulls(at: AppTest) -> dict[str, tuple[str, str]]:
    """The claims in order: quote -> (figure in decibans, the words below the bar)."""
    shape = r'class="figure">(.*?)<.*class="words">(.*?)<.*?<blockquote><p>“(.*?)”<'
    found = [re.search(shape, body, re.DOTALL) for body in drawn(at)]
    return {unescape(m[3]): (m[1], m[2]) for m in found if m}


def pressed(at: AppTest, key: str) -> AppTest:
    """The page after the button with that key has been pressed."""
    at.button(key=key).click()
    return run(at)


def with_switches(at: AppTest, cause: str) -> AppTest:
    """The page with the switches of a cause's view brought out."""
    at.session_state[f"switches {cause}"] = True
    return view(at, cause)


def switched(at: AppTest, cause: str, claim: str) -> AppTest:
    """The page after one claim's switch has been thrown in a cause's view."""
    toggle = at.toggle(key=f"off {cause} {claim}")
    toggle.set_value(not toggle.value)
    return run(at)


def told(at: AppTest) -> str:
    """The card with the next question, as text."""
    return words(at).split(phrases.ASK_NEXT)[1].split(VARIABLES.outcome.question)[0]


def test_the_receipt_lists_claims_whose_direction_fits_the_model():
    at = view(example_runner(), FIRST)
    sizes = claim_attribution(RUNNER, FIRST)
    shown = pulls(at)
    assert list(shown) == list(dict.fromkeys(sizes.quote)) and not claim_switches(at)
    for quote, db in dict(zip(sizes.quote[::-1], sizes.shapley_db[::-1], strict=True)).items():
        assert shown[quote] == (phrases.figure(db), phrases.pull(db))
    base = RUNNER.exclude_claims(*[c.id for c in BASE.priors.claims])
    apart = contributions(RUNNER).contribution[FIRST] - contributions(base).contribution[FIRST]
    assert (sizes.shapley_db.sum() > 0) == (apart > 0)


def test_nothing_of_a_view_is_worked_out_before_it_is_opened():
    at = example_runner()
    assert pulls(at) == {} and "blockquote" not in "".join(drawn(at))
    assert not claim_switches(at)
    at.session_state[f"more {FIRST}"] = True
    assert list(pulls(run(at))) == claim_attribution(RUNNER, FIRST).quote.tolist()[: phrases.FEW], (
        "the rest is folded"
    )


def claim_switches(at: AppTest) -> list[str]:
    """The claims that can be switched now."""
    return [box.key.split()[-1] for box in at.toggle if box.key.startswith("off ")]


def test_what_is_switched_off_keeps_its_way_back_when_the_switches_are_put_away():
    strongest = claim_attribution(RUNNER, FIRST).index[0]
    at = with_switches(example_runner(), FIRST)
    assert len(claim_switches(at)) == len(claim_attribution(RUNNER, FIRST))
    before = bars(at)
    at = switched(at, FIRST, strongest)
    at.toggle(key=f"switches {FIRST}").set_value(False)
    at = run(at)
    assert claim_switches(at) == [strongest] and not [
        pills for pills in at.button_group if pills.key == f"off {FIRST}"
    ]
    assert bars(at) != before and len(at.info) == 2
    assert bars(switched(at, FIRST, strongest)) == before and not claim_switches(at)


def test_a_claim_switched_off_moves_the_page_and_back():
    strongest = claim_attribution(RUNNER, FIRST).index[0]
    at = with_switches(example_runner(), FIRST)
    before = bars(at)[label(FIRST)]
    at = switched(at, FIRST, strongest)
    without = contributions(RUNNER.exclude_claims(strongest)).contribution[FIRST]
    assert bars(at)[label(FIRST)][0] == pytest.approx(100 * without, abs=0.051) != before[0]
    assert all(strongest in box.value for box in at.info) and len(at.info) == 2, (
        "beside the lists and in the view"
    )
    assert phrases.LEFT_OUT in words(at)
    assert bars(switched(at, FIRST, strongest))[label(FIRST)] == before


def test_a_whole_answer_can_be_left_out_and_put_back():
    at = with_switches(example_runner(), FIRST)
    before = bars(at)
    at.button_group(key=f"off {FIRST}").set_value([5])
    at = run(at)
    assert bars(at)[label(FIRST)][0] == pytest.approx(
        100 * contributions(RUNNER.exclude_claims(reply=5)).contribution[FIRST], abs=0.051
    )
    assert at.info[0].value == phrases.OFF.format("reply 5")
    assert bars(pressed(at, "all on lists")) == before and not at.info


def left_out_now(at: AppTest):
    """The claims that the page holds as switched off."""
    return at.session_state[left_out.OFF]


def test_one_claim_of_a_whole_answer_put_back_leaves_the_rest_out():
    at = with_switches(example_runner(), FIRST)
    at.button_group(key=f"off {FIRST}").set_value([5])
    at = switched(run(at), FIRST, "A5-09")
    assert {c.id for c in left_out_now(at)} == {"A5-05"}
    assert at.button_group(key=f"off {FIRST}").value == []


def test_start_again_puts_everything_back():
    at = switched(with_switches(example_runner(), FIRST), FIRST, "A5-09")
    at = press(at, wording.RESET)
    assert left_out_now(at) == () and not at.info


def test_a_cause_that_an_answer_settles_is_not_summed():
    at = view(answer(example_runner(), hills="no"), "hills")
    assert phrases.NOT_SUMMED in words(at)
    assert phrases.HOW_FIRM not in [box.label for box in at.expander]
    assert all(c.quote in words(at) for c in BASE.priors["hills", "muscle_strain"].claims)


def test_the_runners_own_answers_are_told_as_they_were_chosen():
    at = view(answer(example_runner(), weak_core="fairly yes"), FIRST, phrases.OWN_ANSWERS)
    read = words(at)
    assert "“Fairly sure yes” to “Is your core" in read and "“5.6 km” to “How many km" in read
    assert "speaks somewhat for it" in read


def test_how_firm_names_the_first_of_the_list_and_no_id():
    at = view(example_runner(), "hills", phrases.HOW_FIRM)
    said = next(line.value for line in at.markdown if " stays first" in line.value)
    assert said.startswith(label(FIRST))
    assert phrases.DOUBT in words(at)


@pytest.mark.parametrize(
    ("cause", "found"), [("hills", False), ("pelvic_imbalance", False), ("weak_core", True)]
)
def test_the_studies_stand_beside_the_thread_and_say_where_they_have_no_figure(cause, found):
    at = view(example_runner(), cause, phrases.REPLIES)
    read = words(at)
    assert phrases.NEVER_MIXED in read and phrases.THE_STUDIES in read
    assert ("no figure found in studies" in read) != found
    alone = [body for body in drawn(at) if phrases.BY_REPLY in body]
    assert phrases.ONE_REPLY.format(5) in plain(alone[0]) and phrases.ALL_REPLIES in plain(alone[0])


def test_what_the_thread_suggests_is_quoted_in_its_order():
    said = remedies(BASE, "hills").quote.tolist()
    read = words(view(example_runner(), "hills", phrases.TO_TRY)).split(phrases.TRY)[1]
    assert said and [read.index(quote) for quote in said] == sorted(
        read.index(quote) for quote in said
    )


def test_no_drug_no_surgery_and_no_referral_is_ever_suggested():
    suggested = {c.Index: c for v in VARIABLES.causes for c in remedies(BASE, v.name).itertuples()}
    assert not {"A3-03", "A3-04", "A1-31", "A1-32", "A5-03"} & set(suggested)
    assert not [
        c
        for c in suggested.values()
        if re.search("advil|surgery|doctor|physician", c.quote, re.IGNORECASE)
    ]


def test_an_urgent_answer_hides_remedies_and_what_if():
    at = view(example_runner(fever="yes"), "hills", *PARTS)
    at = view(at, "muscle_strain", *PARTS)
    read = words(at)
    advice = [c for v in VARIABLES.causes for c in remedies(BASE, v.name).itertuples()]
    assert not [c.quote for c in advice if c.quote in read]
    assert "“Try not to”" not in read and wording.HIDDEN in read
    assert phrases.NOT_WITH_WARNING in read and phrases.WHAT_IF not in [
        box.label for box in at.expander
    ]


def test_what_if_offers_what_a_runner_can_change_and_no_anatomy():
    at = example_runner()
    at.session_state["what if"] = True
    at = run(at)
    offered = at.button_group(key="changes").options
    assert list(offered) == [label(name) for name in what_if(RUNNER).index]
    fixed = [v.label for v in VARIABLES.factors if not v.changeable]
    compared = plain("".join(body for body in drawn(at) if phrases.AS_THINGS_ARE in body))
    assert fixed and not [name for name in fixed if wording.small(name) in compared]
    assert phrases.ABOUT_NEXT_RUN in words(at)
    at.button_group(key="changes").set_value(["hills", "weak_core"])
    both = what_if_together(RUNNER, {"weak_core": "no", "hills": "no"})
    together = next(
        body
        for body in drawn(run(at))
        if "Without weak core and hills" in body or "Without hills and" in body
    )
    assert f"{phrases.hundred(both.changed)} in 100" in together and phrases.fewer(both) in together
    assert f'class="reach" aria-hidden="true"><i style="left:{both.now + both.low:.1%}' in together


def test_the_network_draws_a_line_as_thick_as_its_cause_is_at_work():
    now = standing.Standing(RUNNER, (), contributions(RUNNER))
    drawing = net.draw(now)
    named = re.findall(r'data-name="(\w+)"', drawing)
    assert sorted(named) == sorted(v.name for v in VARIABLES.causes), "each cause leads to its view"
    widths = [float(x) for x in re.findall(r"stroke-width:([\d.]+)", drawing)]
    links = [
        (p, v)
        for v in (*VARIABLES.causes, VARIABLES.outcome, *VARIABLES.traits)
        for p in v.parents
        if p in named
    ]
    thick = {
        p: width
        for (p, v), width in zip(links, widths[: len(links)], strict=True)
        if v not in VARIABLES.traits
    }
    order = now.table.contribution[list(thick)]
    assert sorted(thick, key=thick.get) == sorted(
        thick, key=lambda p: (order[p].round(2), thick[p])
    )
    assert max(thick, key=thick.get) == now.table.index[0]


BOX = re.compile(r'translate\(([\d.]+) ([\d.]+)\).*?class="box" width="(\d+)" height="(\d+)"')


@pytest.mark.parametrize("case", [BASE, RUNNER], ids=["base", "runner"])
def test_no_two_boxes_of_the_network_overlap_and_all_stand_in_the_drawing(case):
    drawing = net.draw(standing.Standing(case, (), contributions(case)))
    boxes = [tuple(map(float, box)) for box in BOX.findall(drawing)]
    assert len(boxes) == len([*VARIABLES.causes, VARIABLES.outcome, *VARIABLES.traits])
    for (x, y, width, height), (x2, y2, *_) in combinations(sorted(boxes), 2):
        assert x + width < x2 or abs(y - y2) > height, "a gap between any two"
    wide, high = map(float, re.search(r'viewBox="0 0 (\d+) ([\d.]+)"', drawing).groups())
    assert all(x > 0 and x + width < wide for x, _, width, _ in boxes)
    assert all(y > 0 and y + height < high for _, y, _, height in boxes)


def test_the_texts_and_the_bar_of_a_box_lie_in_it_and_not_on_each_other():
    drawing = net.draw(standing.Standing(RUNNER, (), contributions(RUNNER)))
    long = net.Node(VARIABLES["hills"], 2, 5, 0.5, "half", "a name of many words " * 5)
    for box in [*re.findall(r"<g .*?</g>", drawing), net._box(long, True)]:
        lines = [float(y) for y in re.findall(r'<text x="\d+" y="([\d.]+)"', box)]
        width = float(re.search(r'class="box" width="(\d+)"', box)[1])
        size = re.search(r'class="cell" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', box)
        x, y, cell, high = map(float, size.groups())
        full = float(re.search(r'class="bar" .*?width="([\d.]+)"', box)[1])
        assert lines and lines[0] >= 12 and max(lines) < y and y + high < net.ROW
        assert all(b - a >= 12 for a, b in pairwise(lines))
        assert x > 0 and x + cell < width and 0 <= full <= cell


def test_the_network_is_told_in_words_where_it_cannot_be_drawn():
    at = example_runner()
    assert "Lower back pain after a run:" not in words(at), "not before it is opened"
    at.session_state["network"] = True
    read = words(run(at))
    assert all(
        f"{label(v.name)}:" in read
        for v in (*VARIABLES.causes, VARIABLES.outcome, *VARIABLES.traits)
    )


def test_the_questions_say_which_bar_it_is_that_they_could_move():
    first = contributions(RUNNER).index[0]
    at = example_runner()
    for name in (VARIABLES.outcome.name, *(factor.name for factor in VARIABLES.factors)):
        assert words(turned(at, name)).count(phrases.TOP_BAR.format(label(first))) == 1
    assert phrases.TOP_BAR.split("{")[0] not in words(opened())


def test_a_question_says_how_far_it_moves_the_top_bar_only_where_it_would():
    at, table = example_runner(), next_question(RUNNER)
    said = {
        name: phrases.reach(row) for name, row in zip(table.index, table.itertuples(), strict=True)
    }
    assert {name for name, words in said.items() if words} == {
        row.Index for row in table.itertuples() if max(row.could_move, row.could_flip) > 0.05
    }
    assert 0 < sum(map(bool, said.values())) < len(said)
    for factor in VARIABLES.factors:
        if factor.name in said:
            shown = [box.value for box in turned(at, factor.name).caption]
            how = questions.how(factor, VARIABLES)
            assert f"{how} {said[factor.name]}".strip() in shown


def test_what_if_waits_for_the_pain():
    assert phrases.WHAT_IF not in [box.label for box in opened().expander]


def test_the_next_question_is_the_most_telling_safe_one():
    at = example_runner()
    assert VARIABLES[next_question(RUNNER).index[0]].question in told(at)
    assert phrases.ASK_NEXT not in words(opened()), "first the pain"


def test_a_test_that_pain_makes_unsafe_is_never_proposed():
    at = example_runner()
    unsafe = [v for v in VARIABLES.measurements if not v.safe_in_pain]
    everything = [v.name for v in VARIABLES.values() if v.question]
    for left in (unsafe, [*unsafe, VARIABLES["leg_block_mm"]]):
        at.session_state[next_up.SKIPPED] = tuple(set(everything) - {v.name for v in left})
        read = told(run(at))
        assert not [v.question for v in unsafe if v.question in read]
    assert VARIABLES["leg_block_mm"].question in read


def test_the_card_answers_moves_on_and_takes_back():
    at = example_runner()
    asked, before = next_question(RUNNER).index[0], bars(at)
    at.button_group(key=next_up.ANSWER).set_value("yes")
    at = run(at)
    assert at.session_state[asked] == "yes" and bars(at)[label(asked)][0] > before[label(asked)][0]
    after = told(at)
    assert phrases.LAST.format(f"“Yes” to “{VARIABLES[asked].question}”") in after
    assert VARIABLES[next_question(RUNNER.given(**{asked: "yes"})).index[0]].question in after
    at = press(at, phrases.TAKE_BACK)
    assert bars(at) == before and at.session_state[asked] == questions.UNKNOWN


def test_dont_know_leads_to_another_question():
    at = example_runner()
    first, second = next_question(RUNNER).index[:2]
    at.button_group(key=next_up.ANSWER).set_value(questions.UNKNOWN)
    at = run(at)
    assert VARIABLES[second].question in told(at) and VARIABLES[first].question not in told(at)


def test_a_number_is_entered_on_the_card_only_by_its_button():
    at = example_runner()
    everything = [v.name for v in VARIABLES.values() if v.question]
    at.session_state[next_up.SKIPPED] = tuple(set(everything) - {"sitting_hours"})
    at = run(at)
    before = bars(at)
    at.slider(key="next sitting_hours").set_value(12.0)
    assert bars(run(at)) == before
    assert bars(press(at, phrases.ENTER)) != before and at.session_state["sitting_hours"] == 12.0


def test_the_card_says_when_more_answers_would_hardly_change_the_first_place():
    at = answer(
        example_runner(), hills="yes", weak_core="no", tight_hamstrings="no", worn_shoes="no"
    )
    at = answer(
        at, uneven_ground="no", poor_stretching="no", prolonged_sitting="no", over_pronation="no"
    )
    assert "would hardly change" not in told(example_runner())
    assert "would hardly change" in told(
        answer(at, leg_length_difference="no", pelvic_imbalance="no")
    )
    everything = [v.name for v in VARIABLES.values() if v.question]
    at.session_state[next_up.SKIPPED] = tuple(everything)
    assert phrases.NOTHING_LEFT in told(run(at))


def test_an_emergency_leaves_no_question_and_no_what_if():
    at = answer(view(example_runner(), FIRST, *PARTS), **{"safety saddle": "yes"})
    assert phrases.ASK_NEXT not in words(at) and phrases.WHAT_IF not in [
        box.label for box in at.expander
    ]
    assert phrases.CARRIED not in words(at)


def test_answers_that_fight_are_named_by_their_questions():
    assert results.fight(RUNNER) == "" == results.fight(BASE.given(back_pain="yes", hills="no"))
    said = results.fight(BASE.given(back_pain="yes", plank_seconds=200, weak_core="yes"))
    assert VARIABLES["plank_seconds"].question in said and VARIABLES["weak_core"].question in said
    assert "plank_seconds" not in said and "weak_core" not in said
    assert phrases.FIGHT.split("{")[0] in words(answer(example_runner(), high_mileage="yes"))


def test_the_words_of_every_part_stay_careful():
    at = view(view(example_runner(), FIRST, *PARTS), "muscle_strain", *PARTS)
    at.session_state["what if"] = True
    text = words(run(at))
    quoted = [c.quote for c in BASE.priors.claims] + [c.note for c in BASE.priors.claims]
    quoted += [reading.reason for reading in BASE.priors.words.values()]
    quoted += [prior.source for case in (BASE, doubts.studies()) for prior in case.priors.values()]
    quoted += [v.question for v in VARIABLES.values() if v.question]
    quoted += [part for flag in FLAGS for part in (flag.question, *flag.any_of)]
    for part in sorted(filter(None, quoted), key=len, reverse=True):
        text = text.replace(part, "")
    assert FORBIDDEN.findall(re.sub(r"“[^”]*”", "", text)) == []


@pytest.mark.parametrize(
    ("db", "said"),
    [
        (3.2, "speaks strongly for it"),
        (-1.4, "speaks somewhat against it"),
        (0.6, "speaks a little for it"),
        (0.01, "hardly moves it"),
    ],
)
def test_decibans_become_words(db, said):
    assert phrases.pull(db) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(5, "5 seconds"), (60, "1 minute"), (180, "3 minutes"), (90, "90 seconds")],
)
def test_time_is_told_in_what_people_count(seconds, said):
    assert phrases.time(seconds) == said


def test_a_bar_shows_its_side_without_colour():
    assert 'class="for"' in drawing.pull("x", 1.0, 3) and 'class="against"' in drawing.pull(
        "x", -1.0, 3
    )
    assert "against it" in drawing.pull("x", -1.0, 3)


def test_the_studies_are_read_once_and_hold_no_answer():
    assert (
        not doubts.studies().findings
        and load("literature").network.priors["hills"].basis == "ignorance"
    )


def test_a_switch_shown_twice_stays_where_it_was_put_by_a_tap_on_one_of_them():
    """The next tap sends the other's old state until the browser has seen it move."""
    at = with_switches(with_switches(example_runner(), "hills"), "muscle_strain")
    seen = at.text_input(key=placed.SEEN).value
    once, twice, most_informative_claims = (
        "off hills A3-01",
        "off muscle_strain A3-01",
        "off hills A2-01",
    )
    at.toggle(key=once).set_value(True)
    at = run(at)
    assert at.toggle(key=twice).value
    at.toggle(key=most_informative_claims).set_value(True)
    at.toggle(key=twice).set_value(False)
    at.text_input(key=placed.SEEN).set_value(seen)
    at = run(at)
    assert [claim.id for claim in at.session_state[left_out.OFF]] == ["A2-01", "A3-01"]
    assert at.toggle(key=twice).value and at.toggle(key=once).value
    at.toggle(key=twice).set_value(False)
    assert [claim.id for claim in run(at).session_state[left_out.OFF]] == ["A2-01"], (
        "who has seen it may put it back"
    )


def test_an_answer_left_out_in_one_view_stays_out_when_the_next_tap_tells_how_another_stood():
    at = with_switches(with_switches(example_runner(), "hills"), "muscle_strain")
    seen = at.text_input(key=placed.SEEN).value
    at.button_group(key="off hills").set_value([5])
    at = run(at)
    assert at.button_group(key="off muscle_strain").value == [5]
    out = at.session_state[left_out.OFF]
    at.button_group(key="off muscle_strain").set_value([])
    at.text_input(key=placed.SEEN).set_value(seen)
    at = run(at)
    assert at.session_state[left_out.OFF] == out and at.button_group(
        key="off muscle_strain"
    ).value == [5]


def cards(at: AppTest) -> list[str]:
    """The bordered boxes of the page by their keys."""
    waiting, found = [at.main], []
    while waiting:
        block = waiting.pop()
        waiting += [child for child in block.children.values() if hasattr(child, "children")]
        if block.type == "flex_container" and block.proto.flex_container.border:
            found.append(block.proto.id.rpartition("-")[2])
    return found


def test_the_card_with_one_question_is_never_empty():
    at, asked = example_runner(), next_question(RUNNER).index[0]
    at.button_group(key=next_up.ANSWER).set_value("yes")
    at = answer(run(at), back_pain="no")
    assert "next" in cards(at) and phrases.TAKE_BACK in [button.label for button in at.button]
    at = answer(at, **{asked: questions.UNKNOWN})
    assert "next" not in cards(at), "what was answered in it last is open again, and nothing hurts"
