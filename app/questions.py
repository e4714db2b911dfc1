"""The questions to a runner, grown from the variables by themselves, and what the answers say as plain findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

import wording

UNKNOWN, FAIRLY, MEASURED, MOVED = "unknown", "fairly ", " measured", " moved"


@dataclass
class Said:
    """What a runner has told: `findings` for `Case.given`, `leanings` for `Case.leaning`. Silence is in neither."""

    findings: dict[str, str | float] = field(default_factory=dict)
    leanings: dict[str, Mapping[str, float]] = field(default_factory=dict)


def begin(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The state of every question on a page nobody has touched: all unknown, nothing measured."""
    asked = [v for v in variables.values() if v.question]
    numbers = [v for v in asked if _numeric(v)]
    nothing = {v.name: UNKNOWN for v in asked if not _numeric(v)}
    untouched = {v.name + kind: False for v in numbers for kind in (MEASURED, MOVED)}
    return nothing | {v.name: float(v.start) for v in numbers} | untouched


def entered(findings: Mapping[str, str | float], variables: Any) -> dict[str, Any]:
    """The state of the questions once these findings are entered and nothing else."""
    measured = {name + kind: True for name in findings if _numeric(variables[name]) for kind in (MEASURED, MOVED)}
    return begin(variables) | dict(findings) | measured


def ask(variables: Any) -> None:
    """Put every question, grouped, each under its plain words; the answers are read by `said`."""
    groups = list(dict.fromkeys(factor.group for factor in variables.factors))
    names = [wording.THIS_PAIN, *(wording.GROUPS.get(group, wording.capital(group)) for group in groups)]
    pain, *others = st.tabs(names, key="groups")
    with pain:
        _this_pain(variables)
    for tab, group in zip(others, groups, strict=True):
        with tab:
            for factor in (f for f in variables.factors if f.group == group):
                _about(factor, variables)
            if group == groups[-1]:
                _examined(variables)


def said(variables: Any) -> Said:
    """The answers as they stand, as plain findings and leanings."""
    told = Said()
    ratio = variables.sureness["fairly"]["ratio"]
    for v in (v for v in variables.values() if v.question):
        answer = st.session_state[v.name]
        if _numeric(v):
            if st.session_state[v.name + MEASURED] and st.session_state[v.name + MOVED]:
                told.findings[v.name] = answer
        elif answer.startswith(FAIRLY):
            told.leanings[v.name] = {answer.removeprefix(FAIRLY): ratio}
        elif answer != UNKNOWN:
            told.findings[v.name] = answer
    return told


def in_words(v: Any, answer: Any) -> str:
    """One answer as it stands on the page: what was chosen, and to which question."""
    return f"“{wording.capital(v.answers.get(answer, str(answer)))}” to “{v.question}”"


def told(v: Any, variables: Any) -> str:
    """The same as it was chosen, sure or only fairly sure: “Fairly sure yes” to the question."""
    answer = st.session_state[v.name]
    chosen = f"{answer:g} {v.unit}" if _numeric(v) else choices(v, variables, keep=answer)[answer]
    return f"“{chosen}” to “{v.question}”"


def choices(v: Any, variables: Any, keep: str = "") -> dict[str, str]:
    """The answers to a question that is no number, as they are offered; `keep` is offered whatever it is."""
    if v in variables.causes:
        no, yes = v.states
        options = {no: "No", FAIRLY + no: f"{wording.FAIRLY} no", UNKNOWN: wording.DONT_KNOW}
        return options | {FAIRLY + yes: f"{wording.FAIRLY} yes", yes: "Yes"}
    painless = v.order[0] if v in variables.traits else None
    states = [s for s in v.states if s != painless or s == keep]
    return {UNKNOWN: wording.DONT_KNOW} | {s: wording.capital(v.answers.get(s, s)) for s in states}


def how(v: Any, variables: Any) -> str:
    """What to do for a test, and what yes and no mean to a question."""
    if v in variables.causes:
        no, yes = v.states
        return f"Yes: {v.answers[yes]}. No: {v.answers[no]}."
    return getattr(v, "how", "")


def _numeric(v: Any) -> bool:
    return getattr(v, "numeric", False)


def _this_pain(variables: Any) -> None:
    outcome = variables.outcome
    _choose(outcome, variables)
    for trait in variables.traits:
        answer, no_pain = st.session_state[trait.name], st.session_state[outcome.name] == outcome.states[0]
        if answer != UNKNOWN or not no_pain:
            _choose(trait, variables)


def _about(v: Any, variables: Any) -> None:
    """A question that can be answered yes or no, more or less surely, with the tests that read the same thing."""
    with st.container(key=f"about {v.name}", gap="small"):
        with st.container(gap="xsmall"):
            st.markdown(f"**{v.question}**")
            st.caption(how(v, variables))
            _control(v, choices(v, variables))
        for test in (m for m in variables.measurements if m.reads == v.name):
            _measure(test, variables)


def _examined(variables: Any) -> None:
    with st.expander(wording.EXAMINED):
        for mechanism in (m for m in variables.mechanisms if m.question):
            _about(mechanism, variables)


def _measure(test: Any, variables: Any) -> None:
    with st.container(key=f"test {test.name}", gap="xsmall"):
        if not test.numeric:
            _choose(test, variables, _how(test))
            return
        label = f"{wording.MEASURED}: {wording.small(test.label)}"
        if st.toggle(label, key=test.name + MEASURED, persist_state="session"):
            st.caption(_how(test))
            if not st.session_state[test.name + MOVED]:
                st.caption(wording.MOVE)
            st.slider(
                f"{test.question} ({test.unit})",
                float(test.low),
                float(test.high),
                step=float(test.step),
                format="%g",
                key=test.name,
                persist_state="session",
                on_change=_moved,
                args=(test.name,),
            )


def _moved(name: str) -> None:
    """A slider's first place is ours; its number counts from the moment the runner moves it."""
    st.session_state[name + MOVED] = True


def _how(test: Any) -> str:
    return test.how if test.safe_in_pain else f"{test.how} **{wording.NOT_IN_PAIN}**"


def _choose(v: Any, variables: Any, caption: str = "") -> None:
    """A question with one answer among several, worded by the meaning of each state."""
    with st.container(key=f"choose {v.name}", gap="xsmall"):
        st.markdown(f"**{v.question}**")
        if caption:
            st.caption(caption)
        _control(v, choices(v, variables, keep=st.session_state[v.name]))


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
