"""What a runner has answered so far, as it is kept, as plain findings, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

import wording
from uncut import uncut

UNKNOWN, FAIRLY, MEASURED, MOVED = "unknown", "fairly ", " measured", " moved"


@dataclass
class Said:
    """What a runner has told: `findings` for `Case.given`, `leanings` for `Case.leaning`. Silence
    is in neither.
    """

    findings: dict[str, str | float] = field(default_factory=dict)
    likelihoods: dict[str, Mapping[str, float]] = field(default_factory=dict)


def begin(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The state of every question on a page nobody has touched: all unknown, nothing measured."""
    asked = [v for v in variables.values() if v.question]
    numbers = [v for v in asked if numeric(v)]
    nothing = {v.name: UNKNOWN for v in asked if not numeric(v)}
    untouched = {v.name + kind: False for v in numbers for kind in (MEASURED, MOVED)}
    return nothing | {v.name: float(v.start) for v in numbers} | untouched


def entered(findings: Mapping[str, str | float], variables: Any) -> dict[str, Any]:
    """The state of the questions once these findings are entered and nothing else."""
    measured = {
        name + kind: True
        for name in findings
        if numeric(variables[name])
        for kind in (MEASURED, MOVED)
    }
    return begin(variables) | dict(findings) | measured


def said(variables: Any) -> Said:
    """The answers as they stand, as plain findings and leanings."""
    told = Said()
    ratio = variables.sureness["fairly"]["ratio"]
    for v in (v for v in variables.values() if v.question):
        answer = st.session_state[v.name]
        if numeric(v):
            if _counts(v):
                told.findings[v.name] = answer
        elif answer.startswith(FAIRLY):
            told.likelihoods[v.name] = {answer.removeprefix(FAIRLY): ratio}
        elif answer != UNKNOWN:
            told.findings[v.name] = answer
    return told


def in_words(v: Any, answer: Any) -> str:
    """One answer as it stands on the page: what was chosen, and to which question."""
    return f"“{wording.capital(v.answers.get(answer, str(answer)))}” to “{v.question}”"


def told(v: Any, variables: Any) -> str:
    """The same as it was chosen, sure or only fairly sure: “Fairly sure yes” to the question."""
    answer = st.session_state[v.name]
    chosen = f"{answer:g} {v.unit}" if numeric(v) else choices(v, variables, keep=answer)[answer]
    return f"“{chosen}” to “{v.question}”"


def short(v: Any, variables: Any) -> str:
    """The same in few words: “Front plank: 22 s”, “Hills: fairly sure yes”."""
    answer = st.session_state[v.name]
    if not numeric(v):
        return f"{v.label}: {wording.small(choices(v, variables, keep=answer)[answer])}"
    return (
        f"{v.label}: {answer:g} {v.unit}"
        if _counts(v)
        else f"{v.label}: {wording.small(wording.DONT_KNOW)}"
    )


def choices(v: Any, variables: Any, keep: str = "") -> dict[str, str]:
    """The answers to a question that is no number, as they are offered; `keep` is offered whatever
    it is.
    """
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


def _counts(v: Any) -> bool:
    return bool(st.session_state[v.name + MEASURED] and st.session_state[v.name + MOVED])


def numeric(v: Any) -> bool:
    """True for a home test that is read off as a number."""
    return getattr(v, "numeric", False)


@uncut()
def moved(name: str) -> None:
    """A slider's first place is ours; its number counts from the moment the runner moves it."""
    st.session_state[name + MOVED] = True
