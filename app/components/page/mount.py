"""The one component of the first screen: answers come in, a result goes out."""

from typing import Any
from uuid import uuid4

import streamlit as st

from sections import PARTS
from server.warm_up import base
from server.worker import submit
from state import runs
from state.answers import Answers, case_of, read_answers
from state.result import result
from text import run_words as words

KEY, STATE, LAST, PUT, BELOW = "page", "answers", "last result", "put", "below"
# The modules are loaded once; see server/browser_files.py.
LOADER = """
const page = import(new URL("lumbayes/page/shell.js", document.baseURI))
export default function (component) {
  let gone = false
  page.then((shell) => gone || shell.receive(component))
  return () => { gone = true }
}
"""
MOUNT = st.components.v2.component("lumbayes_page", js=LOADER)


def answers() -> Answers:
    """Return the newest answers of this browser; none from a message that the page did not send."""
    try:
        return read_answers((st.session_state.get(KEY) or {}).get(STATE))
    except ValueError:
        return Answers()


@st.fragment
def page() -> None:
    """Compute what the newest answers come to, and hand it to the browser."""
    now = answers()
    data = reply(now) | {"put": st.session_state.get(PUT)}
    # Streamlit wants a callback for each state; answers are read where they are needed
    MOUNT(key=KEY, data=data, on_answers_change=lambda: None, on_files_change=_take_files)
    if now.resting and st.session_state.get(BELOW) != below(now):
        st.rerun()  # what stands further down follows once the finger rests


def below(now: Answers) -> tuple[Any, ...]:
    """Return what the parts below the first screen depend on: all answers, but only if one is open.

    While they are closed the script need not run as a whole: that takes twice the time, and
    Streamlit may take the page away for a moment.
    """
    is_open = any(map(st.session_state.get, PARTS))
    return now.is_settled, now.is_advised, now.runs, is_open and now.number


def reply(now: Answers) -> dict[str, Any]:
    """Return what goes to the browser: the verdict of the cards, and a result where allowed.

    The cards do not wait for the model.
    """
    data = {"number": now.number, "verdict": now.verdict.as_dict(), "result": None}
    if not now.verdict.ranking_allowed:
        return data
    try:
        return data | {"result": latest(now)}
    except ValueError as problem:
        return data | {"problem": str(problem)}


def latest(now: Answers) -> dict[str, Any]:
    """Return what the answers come to, computed only if something it depends on has changed.

    While a finger moves, `focus` names what is under it, and the result leaves out what is slow.
    """
    focus = None if now.resting else now.focus
    key = (now.said, focus, now.is_advised)
    if st.session_state.get(LAST, (None,))[0] != key:
        found = submit(_result, now, focus).result()
        st.session_state[LAST] = (key, found)
    return st.session_state[LAST][1]


def _result(now: Answers, focus: str | None) -> dict[str, Any]:
    case = case_of(base(), now)
    return result(case, focus=focus, opened=now.opened, advice=now.is_advised, base=base())


def _take_files() -> None:
    """Read the run files that the browser sent, and hand their runs back to it."""
    try:
        files = runs.files_of(st.session_state[KEY]["files"])
    except (ValueError, KeyError, TypeError) as problem:
        st.session_state[PUT] = {"id": uuid4().hex, "said": [str(problem)]}
        return
    rows, left_out = runs.from_files(files, base().variables)
    before = [dict(run) for run in answers().runs]
    together, again = runs.together(before, rows, runs.MOST_RUNS)
    new = len(rows) - again
    said = [words.READ.format(new) if new else words.READ_NONE]
    said += [words.KNOWN.format(again)] if again else []
    said += [words.FULL.format(runs.MOST_RUNS)] if len(before) + new > len(together) else []
    put = {"id": uuid4().hex, "label": words.GRID["read"], "said": [" ".join(said), *left_out]}
    st.session_state[PUT] = put | ({"answers": {"runs": together}} if new else {})
