"""The page: safety first, then the questions, and beside them what the thread points to."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

import asked
import clinician
import keep_words
import keeping
import left_out
import my_runs
import net
import next_runs
import next_up
import placed
import questions
import results
import safety
import sharing
import standing
import warming
import wording
from at_once import AtOnce
from lumbayes import Case, red_flags, triage

PARTS = ("banner", "head", "notice", "safety", "note", "beside", "keep")


def page() -> None:
    """Ask, compute, show; every part keeps its own place, so that nothing below moves when a part
    comes or goes.
    """
    placed.settle()
    keeping.take_link()
    banner, head, notice, first, note, beside, keep = (st.container(key=part) for part in PARTS)
    with head:
        st.title(wording.TITLE, anchor=wording.TOP)
        st.markdown(wording.WHAT)
        st.html(f'<p class="not">{wording.WHAT_NOT}</p>')
    flags = red_flags()
    with first:
        verdict = triage(safety.ask(flags))
    safety.banner(verdict, banner)
    safety.note(verdict, note)
    begun = (
        safety.begin(flags) | left_out.begin() | next_up.begin() | keeping.begin() | my_runs.begin()
    )
    _set_out(begun)
    if verdict.ranking_allowed or keeping.waits():
        case = warming.base()
        _set_out(questions.begin(case.variables))
        keeping.open_link(case)
    if verdict.ranking_allowed:
        keeping.watch(case.variables)
        with beside:
            asked_and_answered(case, begun, verdict)
        with keep:
            st.header(keep_words.SECTION, anchor=keep_words.ANCHOR)
            my_runs.show(standing.now(case).case, verdict.remedies_allowed)
            clinician.show(case, flags)
            sharing.show(case)
    keeping.notice(notice)
    placed.mark()  # last, so that whoever has it has all


def _set_out(begun: Mapping[str, Any]) -> None:
    for name, value in begun.items():
        st.session_state.setdefault(name, value)


def asked_and_answered(base: Case, begun: Mapping[str, Any], verdict: Any) -> None:
    """The questions, and beside them (on a phone: below) the lists, sent first: they are what one
    waits for.
    """
    left, right = st.columns([5, 6], gap="large")
    now, with_advice = standing.now(base), verdict.remedies_allowed
    with right, st.container(key="results"):
        st.header(wording.RESULTS, anchor=wording.ANCHOR)
        st.html(f'<p class="not again">{wording.WHAT_NOT}</p>')
        safety.reminder(verdict)
        left_out.notice(now.case, "lists")
        fight = st.container(key="fight")
        results.lists(base, with_advice, left_out.now())
        after = st.container(key="after the lists")
    with left:
        buttons(base, begun)
        with st.container(key="card"):
            next_up.card(now)
        asked.ask(now)
    results.warn(now, fight)
    with after:
        if now.hurts:
            next_runs.show(now.case, with_advice)
        if now.table is not None:
            net.show(now)


def buttons(case: Case, begun: Mapping[str, Any]) -> None:
    """One button enters the thread's own runner, one puts the page back to where it began."""
    variables, runner = case.variables, warming.runner()
    entered = questions.entered(runner.findings, variables)
    with st.container(horizontal=True, key="buttons"):
        st.button(wording.EXAMPLE, on_click=placed.put, args=(entered,))
        keeping.undo(case.network)
        st.button(
            wording.RESET, on_click=placed.put, args=({**begun, **questions.begin(variables)},)
        )
    with st.container(key="story"):
        if all(st.session_state[name] == value for name, value in entered.items()):
            st.html(f'<p class="story">{escape(runner.story)}</p>')


if __name__ == "__main__":
    st.set_page_config(page_title=wording.TITLE, page_icon=wording.ICON, layout="wide")
    st.html(Path(__file__).with_name("look.css"))
    page()
else:
    # `streamlit run` finds this, imports the file for it, and has it run the same file for every
    # runner
    app = st.App(__file__, lifespan=warming.lifespan, middleware=[Middleware(AtOnce)])
