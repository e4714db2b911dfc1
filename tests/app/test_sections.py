"""The script around the screen: safety gates it all, and what is folded waits."""

import asyncio
import base64
import re
import subprocess
import sys

import pytest
from page_data import APP, SETTLED, VARIABLES, labels, message, shown
from run_files import SMALL, gpx

from components.page import mount
from lumbayes import red_flags, triage
from sections import PARTS, next_run
from server import warm_up
from state import saved_file
from state.answers import Answers, read_answers
from state.result_names import names
from state.runs import MOST_FILES, MOST_RUNS
from text import next_words, page_words, result_words, run_words, saving_words
from text.lists import capital

FIRST_CARD = [flag.id for flag in red_flags() if flag.card == "first"]


@pytest.fixture
def session(monkeypatch):
    """A session's own state, without a server."""
    state = {}
    monkeypatch.setattr(mount.st, "session_state", state)
    return state


@pytest.mark.parametrize("line", FIRST_CARD)
@pytest.mark.parametrize("answer", ["yes", "not_sure"])
def test_every_line_of_the_first_card_alone_is_an_emergency_without_a_result(session, line, answer):
    reply = mount.reply(read_answers(message(safety={line: answer, "age": "age_18"})))
    assert reply["verdict"]["level"] == "emergency" and reply["result"] is None


@pytest.mark.parametrize(
    "safety", [{}, {"first": "none", "one_leg": "yes", "age": "age_18"}, {"nonsense": "yes"}]
)
def test_nothing_is_shown_before_the_cards_and_what_they_open_are_settled(session, safety):
    reply = mount.reply(read_answers(message(safety=safety)))
    assert reply["result"] is None and reply["verdict"]["next"]
    assert labels(shown(safety=safety)) == []


def test_two_taps_are_enough_for_a_sentence(session):
    reply = mount.reply(read_answers(message()))
    assert reply["verdict"]["level"] == "none" and reply["result"]["sentence"]["text"]


def test_below_the_screen_stand_the_next_run_and_what_is_kept():
    assert labels(shown()) == [next_words.WHAT_IF, saving_words.KEEP, saving_words.PRINT_PART]


def test_a_move_runs_the_whole_script_only_where_something_below_changes(session):
    first, moved = (read_answers(message(number=n, given={"hills": "yes"})) for n in (1, 2))
    below = mount.below
    assert below(first) == below(moved)
    for more in ({"safety": {**SETTLED, "fever": "yes"}}, {"runs": [{"date": "2026-11-03"}]}):
        assert below(read_answers(message(**more))) != below(first), more
    for part in PARTS:
        session[part] = True
        assert below(first) != below(moved), part
        session[part] = False


@pytest.mark.parametrize(
    ("line", "level", "remedies"), [("fever", "urgent", False), ("deep_bone", "see_someone", True)]
)
def test_a_warning_against_running_on_hides_what_if_and_advice(line, level, remedies):
    safety = {"first": "none", line: "yes", "age": "age_18"}
    verdict = triage(safety)
    assert (verdict.level, verdict.remedies_allowed) == (level, remedies)
    assert not Answers(safety=safety).is_advised
    page = shown(safety=safety)
    assert next_words.WHAT_IF not in labels(page)
    assert next_words.NOT_WITH_WARNING in [c.value for c in page.caption]


def test_the_cards_do_not_wait_for_the_model(monkeypatch):
    def absent():
        raise AssertionError("the model was asked for")

    monkeypatch.setattr(mount, "base", absent)
    assert mount.reply(read_answers(message(safety={})))["verdict"]["next"] == "first"


@pytest.mark.parametrize("kept", [{}, {"page": {}}, {"page": {"answers": [1]}}])
def test_without_a_message_of_the_page_nothing_is_answered(session, kept):
    session |= kept
    assert mount.answers() == Answers()


@pytest.mark.parametrize("more", [{}, {"believe": {"hills": 0.7}}, {"focus": "hills"}])
def test_answers_that_exclude_each_other_are_a_sentence(session, more):
    given = {"severity": "none", "onset": "during"}
    for resting in (True, False):
        reply = mount.reply(read_answers(message(given=given, resting=resting, **more)))
        assert reply["result"]["sentence"]["form"] == "clash"


def test_a_message_out_of_range_is_reported_and_shows_nothing_old(session):
    reply = mount.reply(read_answers(message(given={"plank_seconds": 9999})))
    assert reply["result"] is None and "9999" in reply["problem"]


def test_a_result_is_computed_once_for_the_same_answers(session, monkeypatch):
    calls = []
    monkeypatch.setattr(mount, "result", lambda *a, **k: calls.append(1) or {})
    for number in (1, 2):
        mount.reply(read_answers(message(number, given={"hills": "yes"})))
    assert len(calls) == 1


def test_while_a_finger_moves_only_what_moves_with_it_is_computed(session):
    moving = mount.reply(read_answers(message(focus="hills", resting=False)))["result"]
    assert moving["partial"] and "next" not in moving
    assert not mount.reply(read_answers(message(2, focus="hills")))["result"]["partial"]


@pytest.mark.parametrize("resting", [True, False])
def test_what_stands_below_follows_once_the_finger_rests(session, monkeypatch, resting):
    session[mount.KEY] = {mount.STATE: message(resting=resting, runs=[{"date": "2026-11-03"}])}
    session[mount.BELOW] = "as it was before these runs"
    runs_again = []
    monkeypatch.setattr(mount, "MOUNT", lambda **_: None)
    monkeypatch.setattr(mount.st, "rerun", lambda: runs_again.append(1))
    mount.page.__wrapped__()
    assert len(runs_again) == resting


def put_of(session, *files, runs=()):
    """What Python hands over for these files, sent beside these runs."""
    sent = [{"name": name, "data": base64.b64encode(data).decode()} for name, data in files]
    session[mount.KEY] = {mount.STATE: message(runs=list(runs)), "files": sent}
    mount._take_files()
    return session[mount.PUT]


def test_a_file_without_a_run_changes_nothing_and_says_why(session):
    put = put_of(session, ("bad.gpx", b"<gpx>"))
    assert put["said"][0] == run_words.READ_NONE and "bad.gpx" in put["said"][1]
    assert "answers" not in put


def test_the_runs_of_files_stand_beside_those_that_are_there_and_none_comes_twice(session):
    file = ("run.gpx", gpx(*SMALL))
    put = put_of(session, file, runs=[{"date": "2020-01-01"}])
    assert put["said"] == [run_words.READ.format(1)]
    (new, old) = put["answers"]["runs"]
    assert (new["date"], old) == ("2024-05-04", {"date": "2020-01-01"})
    put = put_of(session, file, runs=[new, old])
    assert put["said"] == [f"{run_words.READ_NONE} {run_words.KNOWN.format(1)}"]
    assert "answers" not in put


@pytest.mark.parametrize(("kept", "is_full"), [(MOST_RUNS - 1, False), (MOST_RUNS, True)])
def test_of_too_many_runs_the_newest_are_kept_and_that_is_said(session, kept, is_full):
    put = put_of(session, ("run.gpx", gpx(*SMALL)), runs=[{"date": "2020-01-01"}] * kept)
    assert len(put["answers"]["runs"]) == MOST_RUNS
    assert put["answers"]["runs"][0]["date"] == "2024-05-04"
    full = f" {run_words.FULL.format(MOST_RUNS)}" if is_full else ""
    assert put["said"] == [run_words.READ.format(1) + full]


def test_too_many_files_are_said_and_nothing_is_read(session):
    put = put_of(session, *[("run.gpx", gpx(*SMALL))] * (MOST_FILES + 1))
    assert put["said"] == [run_words.TOO_MANY.format(MOST_FILES)] and "answers" not in put


def test_a_link_is_handed_to_the_browser_once_and_asks_for_the_cards_again():
    link = saved_file.as_link(read_answers(message(given={"hills": "yes"})))
    page = shown(link=link)
    put = page.session_state[mount.PUT]
    assert put["answers"]["given"] == {"hills": "yes"} and put["is_link"]
    assert put["notice"] == saving_words.BACK.format("link") and "runs" not in put["answers"]
    page.run()
    assert page.session_state[mount.PUT] == put


def test_an_odd_link_gives_one_sentence_and_changes_nothing():
    page = shown(link="nonsense")
    put = page.session_state[mount.PUT]
    assert put["answers"] is None and put["is_link"], "it leaves the address"
    assert put["notice"] == (
        f"{saving_words.NOT_OURS.format('link')} {saving_words.NOTHING_CHANGED}"
    )


def test_a_line_pasted_is_handed_over_and_an_odd_one_refused():
    page = shown(opened=["keep"])
    page.text_input(key="pasted").set_value("nothing of ours")
    next(b for b in page.button if b.label == saving_words.OPEN_LINE).click().run()
    assert any(saving_words.NOTHING_CHANGED in w.value for w in page.warning)


def test_what_if_names_what_can_be_changed_and_no_anatomy():
    page = shown(opened=["what if"], given={"climb_m_per_km": 60.0})
    text = " ".join(html.body for html in page.get("html"))
    for v in VARIABLES.factors:
        called = names(VARIABLES, v)["sentence"]
        assert (next_words.WITHOUT.format(called) in text) == v.changeable, v.name


def test_what_if_says_so_where_nothing_can_be_changed():
    changeable = {v.name: "no" for v in VARIABLES.factors if v.changeable}
    page = shown(opened=["what if"], given=changeable)
    assert any(m.value.endswith(next_words.NOTHING_TO_CHANGE) for m in page.markdown)


def test_what_only_a_few_use_is_not_imported_before_they_do():
    script = f"""
import sys
sys.path[:0] = {sys.path!r}
from page_data import shown
assert shown(opened=["clinician", "keep"]).get("download_button")
assert "reportlab" not in sys.modules and "pgmpy" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=APP.parent / "tests",
        check=False,
    )
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------- words and the start of the server

FORBIDDEN = re.compile(
    r"\b(?:you have (?:an?|your)|diagnos|treat(?:ment)?s?\b|no red flags|low risk|nothing serious"
    r"|safe to|decibans?|A\d-\d\d)",
    re.I,
)


def texts(value) -> list[str]:
    if isinstance(value, dict):
        return [t for v in value.values() for t in texts(v)]
    if isinstance(value, tuple | list):
        return [t for v in value for t in texts(v)]
    return [value] if isinstance(value, str) else []


def test_the_pages_own_words_stay_careful():
    modules = (page_words, saving_words, run_words, next_words)
    own = [t for m in modules for n, v in vars(m).items() if n.isupper() for t in texts(v)]
    assert len(own) > 100 and [t for t in own if FORBIDDEN.search(t)] == []
    assert "reply" not in page_words.WORDS["kept"] and result_words


def test_the_server_warms_the_model_beside_its_start(monkeypatch):
    done, opened = [], []
    monkeypatch.setattr(warm_up, "warm", lambda: done.append(1))
    monkeypatch.setattr(warm_up.webbrowser, "open", opened.append)
    monkeypatch.setattr(
        warm_up.st,
        "get_option",
        {"server.headless": False, "server.port": 8501, "server.baseUrlPath": "/x/"}.get,
    )

    async def start():
        async with warm_up.lifespan(None):
            pass

    asyncio.run(start())
    assert done == [1] and opened == ["http://localhost:8501/x"]
    assert capital("x") == "X" and next_run
