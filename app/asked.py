"""The questions as a runner meets them, grown from the variables: answers to tap, and home tests
that show how.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

import drawn
import live
import next_up
import phrases
import questions
import wording
from questions import MEASURED, MOVED, UNKNOWN

GROUPS = "groups"


def ask(now: Any) -> None:
    """Put the questions of the group that is open, each with how far it could move things;
    `questions` reads them.
    """
    variables = now.case.variables
    groups = list(dict.fromkeys(factor.group for factor in variables.factors))
    names = [
        wording.THIS_PAIN,
        *(wording.GROUPS.get(group, wording.capital(group)) for group in groups),
    ]
    pain, *others = st.tabs(names, key=GROUPS, on_change="rerun")
    with pain:
        if pain.open:
            _this_pain(now)
    for tab, group in zip(others, groups, strict=True):
        with tab:
            if tab.open:
                _group(group, now, last=group == groups[-1])


def _group(group: str, now: Any, *, last: bool) -> None:
    """The questions of one group; after the last, what only somebody who has examined the runner
    can know.
    """
    variables = now.case.variables
    st.caption(f"{wording.fairly(variables.sureness['fairly']['ratio'])} {_top_bar(now)}".strip())
    for factor in (f for f in variables.factors if f.group == group):
        _about(factor, now)
    if last:
        _examined(now)


def _this_pain(now: Any) -> None:
    variables = now.case.variables
    outcome = variables.outcome
    if not next_up.asks_about_pain(now):
        _choose(outcome, now)
    with st.container(key="top bar"):
        if told := _top_bar(now):
            st.caption(told)
    for trait in variables.traits:
        answer, no_pain = (
            st.session_state[trait.name],
            st.session_state[outcome.name] == outcome.states[0],
        )
        if answer != UNKNOWN or not no_pain:
            _choose(trait, now)


def _about(v: Any, now: Any) -> None:
    """A question that can be answered yes or no, more or less surely, with the tests that read the
    same thing.
    """
    variables = now.case.variables
    with st.container(key=f"about {v.name}", gap="small"):
        with st.container(gap="xsmall"):
            st.markdown(f"**{v.question}**")
            st.caption(_with_reach(questions.how(v, variables), v, now))
            _control(v, questions.choices(v, variables))
        for test in (m for m in variables.measurements if m.reads == v.name):
            _test(test, now)


def _examined(now: Any) -> None:
    with st.expander(wording.EXAMINED, key="examined", on_change="rerun") as opened:
        for mechanism in (m for m in now.case.variables.mechanisms if m.question and opened.open):
            _about(mechanism, now)


def _test(test: Any, now: Any) -> None:
    with st.container(key=f"test {test.name}", gap="xsmall"):
        if not test.numeric:
            _choose(test, now, test.how)
            return
        if st.toggle(measured(test), key=test.name + MEASURED, persist_state="session"):
            drawn.show(test)
            st.caption(_with_reach(instructions(test), test, now))
            curve = now.curve(test)
            if told := phrases.along(test, now.case.variables[test.reads].label, curve):
                st.caption(told)
            live.slider(test, curve)
            if not st.session_state[test.name + MOVED]:
                st.caption(wording.MOVE)


def measured(test: Any) -> str:
    """The label of the switch that a runner with a number throws; a test that pain makes unsafe is
    not asked for.
    """
    return (wording.MEASURED if test.safe_in_pain else wording.MEASURED_BEFORE).format(
        wording.small(test.label)
    )


def instructions(test: Any) -> str:
    """How the number is found; for a test that pain makes unsafe, first that it is not to be done
    now.
    """
    return test.how if test.safe_in_pain else f"**{wording.NOT_IN_PAIN}** {test.how}"


def _top_bar(now: Any) -> str:
    """Which bar it is that the questions say they could move; empty before there is a pain."""
    return phrases.TOP_BAR.format(now.case.variables[now.table.index[0]].label) if now.hurts else ""


def _with_reach(how: str, v: Any, now: Any) -> str:
    """What to do, and how far the answer could move the first bar, as long as the question is
    open.
    """
    if not now.hurts or v.name not in now.reach.index:
        return how
    return f"{how} {phrases.reach(now.reach.loc[v.name])}".strip()


def _choose(v: Any, now: Any, how: str = "") -> None:
    """A question with one answer among several, worded by the meaning of each state."""
    with st.container(key=f"choose {v.name}", gap="xsmall"):
        st.markdown(f"**{v.question}**")
        if said := _with_reach(how, v, now):
            st.caption(said)
        drawn.show(v)
        _control(v, questions.choices(v, now.case.variables, keep=st.session_state[v.name]))


def _control(v: Any, options: Mapping[str, str]) -> None:
    st.pills(
        v.question,
        list(options),
        format_func=options.__getitem__,
        key=v.name,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
