"""Random taps on the page: after each, the bars are those of the answers."""

import random

import pytest
from pytest import approx
from streamlit.testing.v1 import AppTest
from test_page import BASE, VARIABLES, bars, measure, opened, run, turned, unfolded
from test_page import still as still

import keep_words
import left_out
import questions
import wording
from lumbayes import Case, ImpossibleFindings, contributions

STEPS = 40
ASKED = [v for v in VARIABLES.values() if v.question]
NUMBERS = [v for v in ASKED if questions.numeric(v)]
CHOICES = [v for v in ASKED if not questions.numeric(v)]
SHOWN = 0.051  # a bar is drawn to a tenth of a percent


def choose(at: AppTest, luck: random.Random) -> AppTest:
    """Answer a question, as far as it is asked now."""
    v = luck.choice(CHOICES)
    at = turned(at, v.name)
    if v.name in [group.key for group in at.button_group]:
        options = [*questions.choices(v, VARIABLES, keep=at.session_state[v.name])]
        at.button_group(key=v.name).set_value(luck.choice(options))
    return run(at)


def throw(at: AppTest, luck: random.Random) -> AppTest:
    """Say of a home test that it was measured, or that it was not after all."""
    test = luck.choice(NUMBERS)
    return measure(at, test.name, measured=not at.session_state[f"{test.name}{questions.MEASURED}"])


def slide(at: AppTest, luck: random.Random) -> AppTest:
    """Move a slider that is there, to anywhere on it."""
    for slider in [slider for slider in at.slider if slider.key in VARIABLES][:1]:
        slider.set_value(float(luck.randint(int(slider.min), int(slider.max))))
    return run(at)


def press(at: AppTest, luck: random.Random) -> AppTest:
    """Press one of the buttons above the questions, if it can be pressed."""
    label = luck.choice([keep_words.UNDO, keep_words.UNDO, wording.EXAMPLE, wording.RESET])
    for button in [button for button in at.button if button.label == label and not button.disabled]:
        button.click()
    at = run(at)
    while none := [
        b for b in at.button if b.label in (wording.NONE_OF_THESE, wording.NONE_OF_THE_REST)
    ]:
        none[0].click()
        at = run(at)
    return at


def switch(at: AppTest, luck: random.Random) -> AppTest:
    """Open a cause's own view and switch one of its claims off or on."""
    cause = luck.choice(VARIABLES.causes).name
    for part in ("more", "faint", "switches"):
        at.session_state[f"{part} {cause}"] = luck.random() < 0.9
    at = run(at)
    if claims := [toggle for toggle in at.toggle if toggle.key.startswith("off ")]:
        toggle = luck.choice(claims)
        toggle.set_value(not toggle.value)
    return run(at)


def told(at: AppTest) -> Case:
    """The case that the widgets' own state tells, read without the page's help."""
    case, ratio = (
        BASE.exclude_claims(*(c.id for c in at.session_state[left_out.OFF])),
        VARIABLES.sureness["fairly"]["ratio"],
    )
    for v in NUMBERS:
        if (
            at.session_state[v.name + questions.MEASURED]
            and at.session_state[v.name + questions.MOVED]
        ):
            case = case.given(**{v.name: at.session_state[v.name]})
    for v in CHOICES:
        kind, _, state = at.session_state[v.name].rpartition(" ")
        if kind:
            case = case.likelihood(**{v.name: {state: ratio}})
        elif state != questions.UNKNOWN:
            case = case.given(**{v.name: state})
    return case


def come_to(case: Case) -> dict[str, float]:
    """The bars of a case in percent: none where answers exclude each other or nothing hurt."""
    try:
        hurts = case.posterior(VARIABLES.outcome.name)[VARIABLES.outcome.states[-1]]
        table = contributions(case).contribution
    except ImpossibleFindings:
        return {}
    return (
        {
            VARIABLES[cause].label: 100 * contribution
            for cause, contribution in table.items()
        }
        if hurts > 1e-9
        else {}
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_wherever_a_runner_taps_the_bars_are_what_the_answers_come_to(seed):
    at, luck = opened(), random.Random(seed)
    for step in range(STEPS):
        act = luck.choice([choose] * 5 + [throw, slide, slide, press, switch])
        at = run(unfolded(act(at, luck)))
        shown = {name: length for name, (length, _) in bars(at).items()}
        assert shown == approx(come_to(told(at)), abs=SHOWN), f"step {step}: {act.__name__}"
