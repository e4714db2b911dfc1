"""The page: safety first, then the questions, and beside them what the thread points to."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

import clinician
import keep_words
import keeping
import left_out
import next_runs
import next_up
import questions
import results
import safety
import wording
from lumbayes import Case, ImpossibleFindings, contributions, example, load, red_flags, triage

PARTS = ("banner", "head", "notice", "safety", "note", "beside", "keep")


@st.cache_resource(show_spinner=wording.LOADING)
def nobody() -> Case:
    """The case of a runner who has said nothing yet, read once for everyone; then the collector can leave it alone."""
    case = load()
    contributions(case)
    gc.collect()
    gc.freeze()
    return case


def page() -> None:
    """Ask, compute, show; every part keeps its own place, so that nothing below moves when a part comes or goes."""
    keeping.take_link()
    banner, head, notice, asked, note, beside, keep = (st.container(key=part) for part in PARTS)
    with head:
        st.title(wording.TITLE, anchor=wording.TOP)
        st.markdown(wording.WHAT)
        st.html(f'<p class="not">{wording.WHAT_NOT}</p>')
    flags = red_flags()
    with asked:
        verdict = triage(safety.ask(flags))
    safety.banner(verdict, banner)
    safety.note(verdict, note)
    case, begun = nobody(), safety.begin(flags)
    begun |= left_out.begin() | next_up.begin() | keeping.begin()
    for name, value in (begun | questions.begin(case.network.variables)).items():
        st.session_state.setdefault(name, value)
    keeping.open_link(case)
    if verdict.ranking_allowed:
        keeping.watch(case.network.variables)
        with beside:
            asked_and_answered(case, begun, verdict)
        with keep:
            st.header(keep_words.SECTION, anchor=keep_words.ANCHOR)
            clinician.show(case, flags)
            keeping.show(case)
    keeping.notice(notice)


def asked_and_answered(case: Case, begun: Mapping[str, Any], verdict: Any) -> None:
    """The questions, and beside them (on a phone: below) the lists."""
    left, right = st.columns([5, 6], gap="large")
    with left:
        buttons(case, begun)
        card = st.container(key="card")
        questions.ask(case.network.variables)
    told, heard = questions.said(case.network.variables), left_out.heard(case)
    with right, st.container(key="results"):
        st.header(wording.RESULTS, anchor=wording.ANCHOR)
        safety.reminder(verdict)
        left_out.notice(heard, "lists")
        answer(heard.given(**told.findings).leaning(**told.leanings), verdict.remedies_allowed, card)


def buttons(case: Case, begun: Mapping[str, Any]) -> None:
    """One button enters the thread's own runner, one puts the page back to where it began."""
    variables, runner = case.network.variables, example()
    entered = questions.entered(runner.findings, variables)
    with st.container(horizontal=True, key="buttons"):
        st.button(wording.EXAMPLE, on_click=st.session_state.update, args=(entered,))
        keeping.undo(case.network)
        st.button(wording.RESET, on_click=st.session_state.update, args=({**begun, **questions.begin(variables)},))
    with st.container(key="story"):
        if all(st.session_state[name] == value for name, value in entered.items()):
            st.html(f'<p class="story">{escape(runner.story)}</p>')


def answer(case: Case, with_advice: bool, card: Any) -> None:
    """What the case comes to: the lists, or a sentence where there is nothing to list; then the next question."""
    try:
        table = contributions(case)
    except ImpossibleFindings:
        st.warning(results.clash(case))
        return
    outcome = case.network.variables.outcome
    pain = case.posterior(outcome.name)[outcome.states[-1]]
    if wording.sure(pain) and not round(pain):
        st.info(wording.PAIN_FREE)
        return
    if fight := results.fight(case):
        st.info(fight)
    st.markdown(wording.READ_THE_BARS if wording.sure(pain) else wording.NO_PAIN_YET)
    results.show(case, table, wording.sure(pain), with_advice)
    if wording.sure(pain):
        next_runs.show(case, with_advice)
        with card:
            next_up.card(case, table.index[0], hurts=True)


st.set_page_config(page_title=wording.TITLE, page_icon=wording.ICON, layout="wide")
st.html(Path(__file__).with_name("look.css"))
page()
