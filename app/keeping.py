"""What is kept of a visit: answers with their dates; entered from a file, a link or a line; undone
one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

import keep_words as words
import kept
import left_out
import next_up
import placed
import questions
from foreign import NotKept
from uncut import uncut

PARAMETER, RUNS, DATES = "answers", "runs", "dates"
WAITING, NOTICE, LOADED, STEPS, NOW = "link opened", "notice", "files opened", "steps", "last step"
LINK, LINE, ENTERED = "link made", "line made", "times entered"


def begin() -> dict[str, Any]:
    """Nothing kept, opened or undone on a page nobody has touched."""
    return {RUNS: (), DATES: {}, NOTICE: None, LINK: None, LINE: None, STEPS: (), NOW: None}


def take_link() -> None:
    """Take a link's answers out of the address at once, so that they linger in no bookmark and no
    copied address.
    """
    if PARAMETER in st.query_params:
        st.session_state[WAITING] = st.query_params[PARAMETER]
        st.query_params.clear()


def waits() -> bool:
    """True while a link's answers wait for a case to be checked against."""
    return WAITING in st.session_state


@uncut()
def open_link(case: Any) -> None:
    """Enter what a link held, once there is a case to check it against; the safety questions are
    asked all the same.
    """
    if (text := st.session_state.pop(WAITING, None)) is not None:
        open_(words.A_LINK, kept.read_link, text, case)


def notice(place: Any) -> None:
    """Say what came of what was opened, until the next answer; why a file or a line was refused
    stands beside it.
    """
    kind, well, sentence = st.session_state[NOTICE] or ("", False, "")
    if well or kind == words.A_LINK:
        (place.success if well else place.warning)(sentence)


def refused(place: Any, kind: str) -> None:
    """Say why what was opened last was not entered, if it was of this kind."""
    what, well, sentence = st.session_state[NOTICE] or ("", False, "")
    if what == kind and not well:
        place.warning(sentence)


@uncut()
def watch(variables: Any) -> None:
    """Remember the answers as they stood before each change, so that each can be undone; a slider's
    way is one step.
    """
    before, now = st.session_state[NOW], _snapshot(variables)
    if before == now:
        return
    if before is not None:
        steps = st.session_state[STEPS]
        if not (steps and _same_slider(steps[-1], before, now)):
            st.session_state[STEPS] = (*steps, before)
        changed = {
            name for name, answer in now["answers"].items() if answer != before["answers"].get(name)
        }
        now[DATES] = {**now[DATES], **dict.fromkeys(changed, today())}
        st.session_state.update({NOTICE: None, DATES: now[DATES]})
    st.session_state[NOW] = now


def undo(network: Any) -> None:
    """The button that takes back the last change."""
    st.button(
        words.UNDO,
        key="undo",
        on_click=_undo,
        args=(network,),
        disabled=not st.session_state[STEPS],
    )


def answers(variables: Any) -> dict[str, Any]:
    """Every answer as the page keeps it: a state, one that is only fairly so, or a number; silence
    left out.
    """
    told = questions.said(variables)
    chosen = {v.name: st.session_state[v.name] for v in variables.values() if v.question}
    return {
        name: answer
        for name, answer in chosen.items()
        if name in {**told.findings, **told.likelihoods}
    }


def dates(variables: Any) -> dict[str, str]:
    """The day on which each answer was entered; none for those that came with a link."""
    return {
        name: st.session_state[DATES][name]
        for name in answers(variables)
        if name in st.session_state[DATES]
    }


def today() -> str:
    """The runner's own date, as 2026-11-24, by their browser's clock and not the server's."""
    return f"{datetime.now(UTC) - timedelta(minutes=st.context.timezone_offset or 0):%Y-%m-%d}"


@uncut()
def open_(kind: str, read: Any, content: Any, case: Any) -> None:
    """Enter what a file, a link or a line holds, as `read` gives it, or say why not; undo brings
    back what stood.
    """
    try:
        found = read(content, case)
    except NotKept as no:
        st.session_state[NOTICE] = (
            kind,
            False,
            f"{str(no).replace('{}', kind)} {words.NOTHING_CHANGED}",
        )
        return
    before = st.session_state[NOW]
    _enter(case.network, found)
    st.session_state[STEPS] = (*st.session_state[STEPS], before) if before else ()
    st.session_state[NOW] = _snapshot(case.variables)
    notes = [words.SAFETY_FIRST] if kind == words.A_LINK else found.get("notes", [])
    st.session_state[ENTERED] = st.session_state.get(ENTERED, 0) + 1
    st.session_state[NOTICE] = (kind, True, " ".join([words.BACK.format(kind), *notes]))


@uncut()
def _undo(network: Any) -> None:
    placed.settle()
    watch(network.variables)  # a slider that has not come to rest yet is a step too
    *steps, last = st.session_state[STEPS]
    _enter(network, last)
    st.session_state.update({STEPS: tuple(steps), NOW: last, NOTICE: None})


def _enter(network: Any, found: Mapping[str, Any]) -> None:
    """Put the page where these answers stand, and nothing else; a line has no runs, and those that
    are here stay.
    """
    off = tuple(claim for claim in network.priors.claims if claim.id in found["left_out"])
    runs = tuple(found.get(RUNS, st.session_state[RUNS]))
    own = {left_out.OFF: off, next_up.LAST: None, RUNS: runs, DATES: found.get(DATES, {})}
    placed.put({**questions.entered(found["answers"], network.variables), **own})


def _snapshot(variables: Any) -> dict[str, Any]:
    same = {part: st.session_state[part] for part in (RUNS, DATES)}
    return {"answers": answers(variables), "left_out": left_out.ids(), **same}


def _same_slider(
    step: Mapping[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]
) -> bool:
    """True when all that happened from `step` to `before` and on to `now` is that one and the same
    number moved.
    """
    return (moved := _moved(step, before)) is not None and moved == _moved(before, now)


def _moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """The one test whose number differs, where nothing else does."""
    old, new = before["answers"], now["answers"]
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    rest_is_same = all(before[part] == now[part] for part in ("left_out", RUNS))
    number = rest_is_same and len(changed) == 1 and isinstance(new.get(changed[0]), float)
    return changed[0] if number else None
