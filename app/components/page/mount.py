"""The one component of the first screen: answers come in, a result goes out."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lumbayes import Case, ImpossibleFindings
from state import safety
from state.answers import Answers, case_of, read_answers
from state.result import result

KEY, STATE, LAST, PUT = "page", "answers", "last result", "put"
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
def page(base: Case) -> None:
    """Compute what the newest answers come to, and hand it to the browser."""
    now = answers()
    data = reply(base, now) | {"put": st.session_state.get(PUT)}
    MOUNT(key=KEY, data=data, on_answers_change=lambda: None)
    if now.resting and st.session_state.get("settled") != now.number:
        st.session_state["settled"] = now.number
        st.rerun()  # what stands further down follows once the finger rests


def reply(base: Case, now: Answers) -> dict[str, Any]:
    """Return what the browser is told: the verdict of the cards, and a result where allowed."""
    verdict = safety.verdict(now.safety)
    data = {"number": now.number, "verdict": verdict.as_dict(), "result": None}
    if not verdict.ranking_allowed:
        return data
    try:
        return data | {"result": computed(base, case_of(base, now), now)}
    except ImpossibleFindings:
        return data | {"clash": True}
    except ValueError as problem:
        return data | {"problem": str(problem)}


def computed(base: Case, case: Case, now: Answers) -> dict[str, Any]:
    """Return the result of a case, again only if something that it depends on has changed."""
    key = (now.said, now.focus, now.resting)
    if st.session_state.get(LAST, (None,))[0] != key:
        focus = None if now.resting else now.focus
        st.session_state[LAST] = (key, result(case, focus=focus, opened=now.opened, base=base))
    return st.session_state[LAST][1] | {"number": now.number}
