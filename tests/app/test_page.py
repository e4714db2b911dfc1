"""The page as a runner meets it: safety first, bars that follow, careful words."""

import ast
import asyncio
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

import asked
import live
import net
import next_up
import questions
import safety
import warming
import wording
from lumbayes import contributions, example, load, red_flags

APP = Path(__file__).resolve().parents[2] / "app"
FLAGS, BASE = red_flags(), load()
VARIABLES = BASE.variables
FORBIDDEN = re.compile(r"\byou have\b|diagnos|\brisk|\btreat", re.IGNORECASE)


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """The page without the live slider: its script needs a browser."""
    monkeypatch.setattr(live, "MOUNT", None)
    monkeypatch.setattr(net, "MOUNT", None)


def opened(**answers: str) -> AppTest:
    """The page with its safety questions answered: no, or as in `answers` (None: open).

    What is folded away on it, the end of a list, is unfolded.
    """
    at = unfolded(AppTest.from_file(APP / "streamlit_app.py", default_timeout=60))
    for flag in FLAGS:
        answer = answers.get(flag.id, "no")
        if answer:
            at.session_state[f"safety {flag.id}"] = answer
    return run(at)


def unfolded(at: AppTest) -> AppTest:
    """The page with what it folds away unfolded from its next run on."""
    for layer in wording.LISTS:
        at.session_state[f"rest {layer}"] = True
    return at


def run(at: AppTest) -> AppTest:
    """The page after its script has run, which it must do without an exception."""
    at.run()
    assert not at.exception
    return at


def answer(at: AppTest, **chosen) -> AppTest:
    """The page after these answers have been chosen, each by its own widget."""
    for name, choice in chosen.items():
        at = at if name.startswith("safety ") else turned(at, name)
        in_the_card = name not in [group.key for group in at.button_group]
        at.button_group(key=next_up.ANSWER if in_the_card else name).set_value(choice)
    return run(at)


def turned(at: AppTest, name: str) -> AppTest:
    """The page turned to the questions among which that one is asked."""
    v = VARIABLES.get(getattr(VARIABLES.get(name), "reads", name))
    at.session_state["examined"] = v in VARIABLES.mechanisms
    group = VARIABLES.factors[-1].group if v in VARIABLES.mechanisms else getattr(v, "group", None)
    at.session_state[asked.GROUPS] = (
        wording.GROUPS.get(group, wording.capital(group)) if group else wording.THIS_PAIN
    )
    return run(at)


def measure(at: AppTest, name: str, *, measured: bool = True) -> AppTest:
    """The page after the switch of a home test with a number has been thrown."""
    at = turned(at, name)
    at.toggle(key=f"{name} measured").set_value(measured)
    return run(at)


def press(at: AppTest, label: str) -> AppTest:
    """The page after the button with that label has been pressed."""
    next(button for button in at.button if button.label == label).click()
    return run(at)


def with_view(at: AppTest, cause: str) -> AppTest:
    """The page with a cause's own view opened, all its claims unfolded."""
    at.session_state[f"more {cause}"] = at.session_state[f"faint {cause}"] = True
    return run(at)


def drawn(at: AppTest) -> list[str]:
    """Every piece of HTML the page has drawn, its style sheet aside."""
    return [
        element.proto.body
        for element in at.get("html")
        if not element.proto.body.startswith("<style>")
    ]


def bars(at: AppTest) -> dict[str, tuple[float, str]]:
    """The bars in order: label -> (length in percent, the words beside and under it)."""
    rows = [body for body in drawn(at) if body.startswith('<div class="cause">')]
    names = [unescape(re.search(r'class="name">(.*?)<', row)[1]) for row in rows]
    lengths = [float(re.search(r'<i style="width:([\d.]+)%"', row)[1]) for row in rows]
    return dict(
        zip(names, zip(lengths, [re.sub(r"<[^>]*>", " ", row) for row in rows]), strict=True)
    )


def words(at: AppTest) -> str:
    """All that can be read on the page, tags and escapes taken away."""
    written = [
        text
        for element in at.main
        if element.proto is not None
        for text in texts(MessageToDict(element.proto))
    ]
    return unescape(re.sub(r"<[^>]*>", " ", "\n".join(written)))


def texts(value: object) -> Iterator[str]:
    """Every text in a nest of dictionaries and lists."""
    if isinstance(value, str):
        yield value
    for part in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from texts(part)


def kept(at: AppTest) -> dict[str, object]:
    """What the page keeps of each question, by the name of its widget."""
    untouched = questions.begin(VARIABLES) | safety.begin(FLAGS)
    return untouched | {
        name: at.session_state[name] for name in untouched if name in at.session_state
    }


def label(name: str) -> str:
    """How the page calls a variable."""
    return VARIABLES[name].label


@pytest.mark.parametrize("left_open", [flag.id for flag in FLAGS if flag.card == "first"][::5])
def test_no_ranking_before_every_emergency_question_is_answered(left_open):
    at = opened(**{left_open: None})
    assert bars(at) == {}
    assert wording.EXAMPLE not in [button.label for button in at.button]
    assert any("cannot rule anything out" in body for body in drawn(at))
    assert bars(press(at, wording.NONE_OF_THE_REST))


@pytest.mark.parametrize("said", ["yes", "not_sure"])
def test_an_emergency_comes_first_and_hides_every_chart_and_all_advice(said):
    at = answer(press(opened(), wording.EXAMPLE), **{"safety saddle": said})
    first = next(element for element in at.main if not isinstance(element, Block))
    assert first == at.error[0], "nothing is read before it, not even the title"
    assert "Do not drive yourself" in first.value
    assert bars(at) == {}
    assert not [body for body in drawn(at) if "blockquote" in body or "first-place" in body]
    assert bars(answer(at, **{"safety saddle": "no"})), "the answers given before are still there"
    assert at.session_state["severity"] == "severe"


def test_an_urgent_answer_keeps_the_lists_and_hides_the_advice():
    advice = [c.quote for c in BASE.priors["hills", "muscle_strain"].claims if wording.advice(c)]
    shown, hidden = (
        words(with_view(at, "hills")) for at in (opened(), opened(fever="yes"))
    )
    assert advice and all(quote in shown for quote in advice)
    assert not any(quote in hidden for quote in advice)
    assert "“Try not to”" in shown and "“Try not to”" not in hidden
    assert label("hills") in bars(opened(fever="yes"))


def test_the_button_enters_the_threads_own_runner():
    at = press(opened(), wording.EXAMPLE)
    runner = contributions(BASE.given(**example().findings))
    expected = [
        label(name)
        for layer in ("mechanism", "factor")
        for name in runner[runner.layer == layer].index
    ]
    assert list(bars(at)) == expected
    assert expected[0] == label("muscle_strain")
    assert wording.count(runner.contribution["muscle_strain"]) in bars(at)[expected[0]][1]
    assert example().story in words(at)


def test_yes_raises_its_own_bar_and_no_takes_it_off():
    at = answer(opened(), back_pain="yes")
    before = bars(at)[label("hills")]
    yes = bars(answer(at, hills="yes"))[label("hills")]
    no = bars(answer(at, hills="no"))[label("hills")]
    assert yes[0] > before[0] and yes[1] != before[1]
    assert no[0] == 0 and "not at work" in no[1]


def test_dont_know_moves_nothing():
    at = answer(opened(), back_pain="yes")
    before = bars(at)
    alone = contributions(BASE.given(back_pain="yes")).contribution
    assert {name: length for name, (length, _) in before.items()} == {
        label(cause): pytest.approx(100 * contribution, abs=0.051)
        for cause, contribution in alone.items()
    }
    assert bars(answer(at, hills="yes", wet_footprint="solid")) != before
    assert bars(answer(at, hills="unknown", wet_footprint="unknown")) == before


def test_fairly_sure_moves_less_than_sure_and_the_same_way():
    at = answer(opened(), back_pain="yes")
    steps = ("no", "fairly no", "unknown", "fairly yes", "yes")
    lengths = [bars(answer(at, weak_core=step))[label("weak_core")][0] for step in steps]
    assert lengths == sorted(set(lengths))


def test_a_reading_counts_only_once_it_was_measured():
    at = answer(opened(), back_pain="yes")
    before = bars(at)[label("weak_core")][0]
    at = measure(at, "plank_seconds")
    assert bars(at)[label("weak_core")][0] == before, (
        "where the slider stands at first is not the runner's number"
    )
    at.slider(key="plank_seconds").set_value(20.0)
    assert bars(run(at))[label("weak_core")][0] > before
    assert bars(measure(at, "plank_seconds", measured=False))[label("weak_core")][0] == before


def test_start_again_forgets_everything():
    at = press(opened(), wording.EXAMPLE)
    at = press(answer(at, hills="yes"), wording.RESET)
    assert bars(at) == {}
    fresh = AppTest.from_file(APP / "streamlit_app.py", default_timeout=60).run()
    assert kept(at) == kept(fresh)


def test_answers_that_exclude_each_other_are_named_and_kept():
    at = answer(opened(), severity="severe", hills="yes")
    at = answer(at, back_pain="no")
    said = at.warning[0].value
    assert bars(at) == {}
    assert "No pain" in said and "Almost unbearable" in said and "hilly" not in said
    assert bars(answer(at, back_pain="yes")) and at.session_state["severity"] == "severe"


def test_the_page_says_what_the_pain_answer_makes_of_the_lists():
    at = opened()
    assert bars(at) and wording.NO_PAIN_YET in words(at)
    assert wording.NO_PAIN_YET not in words(answer(at, onset="during")), (
        "a pain that starts has come"
    )
    at = answer(answer(at, onset="unknown"), back_pain="no")
    assert bars(at) == {} and at.info[0].value == wording.PAIN_FREE


def test_every_question_is_asked_and_none_is_written_into_the_page():
    at = opened()
    read = words(at)
    for test in (v for v in VARIABLES.measurements if v.numeric):
        read += words(measure(at, test.name))
    read += "".join(words(turned(at, cause.name)) for cause in VARIABLES.causes)
    assert [v.name for v in VARIABLES.values() if v.question not in read] == []
    trees = [ast.parse(path.read_text("utf-8")) for path in APP.glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    written = {value for value in constants if isinstance(value, str)}
    assert not {*VARIABLES, *(flag.id for flag in FLAGS)} & written


def test_a_new_factor_grows_its_question_by_itself(tmp_path, root):
    def script(folder):
        import streamlit as st

        import asked
        import questions
        import standing
        from lumbayes import load

        base = load(folder)
        variables = base.variables
        for name, value in questions.begin(variables).items():
            st.session_state.setdefault(name, value)
        asked.ask(standing.now(base))
        st.session_state.told = questions.said(variables).findings

    folder = shutil.copytree(root / "priors", tmp_path / "priors")
    with (folder / "variables.toml").open("a", encoding="utf-8") as grown:
        grown.write("""
[factor.heavy_bag]
label = "Heavy bag"
group = "on the way"
changeable = true
question = "Do you run with a heavy bag?"
answers = { no = "light or none", yes = "more than 5 kg" }
background = { basis = "ignorance", why = "made up for a test" }
""")
    at = AppTest.from_function(script, default_timeout=60, args=(str(folder),))
    at.session_state[asked.GROUPS] = "On the way"
    run(at).button_group(key="heavy_bag").set_value("yes")
    at = run(at)
    assert "Do you run with a heavy bag?" in words(at)
    assert "On the way" in [tab.label for tab in at.tabs], (
        "and a group of its own, if it is the first of one"
    )
    assert at.session_state.told == {"heavy_bag": "yes"}


def test_the_pages_own_words_stay_careful():
    at = press(opened(fever=None), wording.EXAMPLE)
    text = words(at) + words(opened(saddle=None)) + words(opened(saddle="yes"))
    quoted = [c.quote for c in BASE.priors.claims] + [c.note for c in BASE.priors.claims]
    quoted += [reading.reason for reading in BASE.priors.words.values()]
    quoted += [part for flag in FLAGS for part in (flag.question, *flag.any_of)]
    quoted += [v.question for v in VARIABLES.values() if v.question]
    for part in sorted(quoted, key=len, reverse=True):
        text = text.replace(part, "")
    assert FORBIDDEN.findall(re.sub(r"“[^”]*”", "", text)) == []


def test_the_safety_questions_do_not_wait_for_the_model(monkeypatch):
    def absent():
        raise AssertionError("the model was asked for")

    monkeypatch.setattr(warming, "base", absent)
    at = run(AppTest.from_file(APP / "streamlit_app.py", default_timeout=60))
    assert FLAGS[0].question in words(at)
    assert not run(answer(at, **{f"safety {FLAGS[0].id}": "yes"})).exception


def test_the_server_warms_the_model_beside_its_start_and_opens_the_page_where_there_is_a_screen(
    monkeypatch,
):
    import streamlit_app

    done = []
    monkeypatch.setattr(warming, "warm", lambda: done.append("warm"))
    monkeypatch.setattr(warming.webbrowser, "open", done.append)
    options = {"server.port": 8601, "server.baseUrlPath": ""}
    for headless in (True, False):
        monkeypatch.setattr(
            warming.st, "get_option", dict(options, **{"server.headless": headless}).get
        )

        async def serve():
            async with warming.lifespan(streamlit_app.app):
                done.append("serving")

        asyncio.run(serve())
    assert sorted(done[:2]) == ["serving", "warm"] and sorted(done[2:]) == [
        "http://localhost:8601/",
        "serving",
        "warm",
    ]


def test_the_page_says_what_the_last_answer_moved_and_a_slider_on_its_way_is_one_answer():
    at = answer(opened(), back_pain="yes")
    at = measure(at, "plank_seconds")
    for seconds in (80.0, 60.0, 22.0):
        at.slider(key="plank_seconds").set_value(seconds)
        at = run(at)
    case = BASE.given(back_pain="yes")
    before = contributions(case).contribution["weak_core"]
    after = contributions(case.given(plank_seconds=22)).contribution["weak_core"]
    said = f"from {wording.count(before)} to {wording.count(after)}"
    assert f"Your last answer (Front plank: 22 s) moved “Weak core” {said}." in words(at)
    assert "Your last answer" not in words(press(at, wording.EXAMPLE)), (
        "several at once are no last answer"
    )


def test_a_test_that_pain_makes_unsafe_is_only_asked_of_a_day_without_pain():
    unsafe = [v for v in VARIABLES.measurements if not v.safe_in_pain]
    at = answer(opened(), back_pain="yes")
    assert unsafe
    for v in unsafe:
        labels = [box.label for box in turned(at, v.name).toggle]
        assert wording.MEASURED_BEFORE.format(wording.small(v.label)) in labels
    assert wording.NOT_IN_PAIN in words(measure(at, unsafe[0].name))


def test_every_home_test_says_how_and_its_picture_is_of_an_answer_that_is_offered():
    names = {
        name
        for v in VARIABLES.measurements
        for name in (v.name, *(f"{v.name}.{s}" for s in v.states))
    }
    assert {path.stem for path in (APP / "pictures").iterdir()} <= names
    assert all(v.how for v in VARIABLES.measurements)


def test_the_page_never_imports_pgmpy_and_spares_the_collector():
    script = f"""
import gc, sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file({str(APP / "streamlit_app.py")!r}, default_timeout=60)
for name in {[flag.id for flag in FLAGS]!r}:
    at.session_state["safety " + name] = "no"
assert not at.run().exception
assert [e for e in at.get("html") if "scale" in e.proto.body]
assert "pgmpy" not in sys.modules
assert gc.get_freeze_count(), "the collector looks through the whole model when it runs"
"""
    settings = tomllib.loads((APP / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["runner"] == {
        "fastReruns": False,
        "postScriptGC": False,
    }, "no tap is lost, no move waits for others"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=APP, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (1 / 1000, "fewer than 1 in 10"),
        (0.06, "about 1 in 10"),
        (0.6, "about 6 in 10"),
        (0.97, "more than 9 in 10"),
    ],
)
def test_counts_are_always_in_tens(p, said):
    assert wording.count(p) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.3, 0.9, "between 3 and 9 in 10"),
        (0.01, 0.6, "up to 6 in 10"),
        (0.2, 0.98, "between 2 and nearly 10 in 10"),
        (0.0, 0.01, "up to 1 in 10"),
        (0.21, 0.22, "close to 2 in 10"),
    ],
)
def test_intervals_are_in_the_same_tens(low, high, said):
    assert wording.span(low, high) == said
