"""The two ranked lists: what is at work in this pain, how sure that is, and in whose words."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

import causes
import left_out
import phrases
import placed
import questions
import saying
import standing
import wording
from lumbayes import conflict
from turns import turn


@st.fragment(key=wording.LISTS_KEY)
@turn()
def lists(base: Any, with_advice: bool, off: tuple[Any, ...]) -> None:
    """What the case comes to: both lists, or a sentence where there is nothing to list. Runs alone
    while one drags.

    `off` is what was switched off when the whole page ran: a switch in here changes all of it.
    """
    placed.settle()
    if off != left_out.now():
        st.rerun()
    now = standing.now(base)
    saying.aloud(change(now))
    if now.table is None:
        st.warning(clash(now.case))
        return
    if wording.sure(now.pain) and not now.hurts:
        st.info(wording.PAIN_FREE)
        return
    st.markdown(wording.READ_THE_BARS if now.hurts else wording.NO_PAIN_YET)
    with st.container(key="moved"):
        if moved := now.moved:
            st.html(f'<p class="moved">{escape(moved)}</p>')
    for layer, heading in wording.LISTS.items():
        _list(now, layer, heading, with_advice)
    first_place(now)


def _list(now: Any, layer: str, heading: str, with_advice: bool) -> None:
    """One list with a bar a cause, the long one folded; each cause opens to its own view.

    What the last answer was about stays in sight however far down it moves.
    """
    rows = [row for row in now.rows if row.layer == layer]
    shown = [row for i, row in enumerate(rows) if i < wording.SHORT_LIST or row.Index == now.about]
    rest = [row for row in rows if row not in shown]
    with st.container(key=f"list {layer}", gap="small"):
        st.subheader(heading, anchor=False)
        for row in shown:
            _row(now, row, with_advice, rows[0].Index)
        if rest:
            with st.expander(
                wording.REST.format(len(rest)), key=f"rest {layer}", on_change="rerun"
            ) as folded:
                for row in rest if folded.open else []:
                    _row(now, row, with_advice, rows[0].Index)


def change(now: Any) -> str:
    """What there is to hear: what the last answer moved, else what stands first; empty where no
    list stands.
    """
    listed = now.table is not None and (now.hurts or not wording.sure(now.pain))
    return (now.moved or what_is_first(now)) if listed else ""


def what_is_first(now: Any) -> str:
    """What stands first, in a sentence."""
    row = now.rows[0]
    label = now.case.variables[row.Index].label
    return wording.first_place(label, row.contribution) if now.hurts else wording.NO_PAIN


def first_place(now: Any) -> None:
    """What stands first and what moved it: pinned to the bottom of a phone's screen."""
    jump = f'<a href="#{wording.ANCHOR}">{wording.JUMP}</a>'
    moved = f"<small>{escape(now.moved)}</small>" if now.moved else ""
    st.html(f'<div class="first-place">{escape(what_is_first(now))} {jump}{moved}</div>')


def clash(case: Any) -> str:
    """Which answers exclude each other: the fewest that do, in a sentence."""
    for name in case.findings:
        fewer = case.retract(name)
        case = case if fewer.probability else fewer
    variables = case.variables
    return wording.clash(
        [questions.in_words(variables[name], value) for name, value in case.findings.items()]
    )


def warn(now: Any, place: Any) -> None:
    """Say it in its place on the page when two answers do not fit together; nothing where they
    do.
    """
    if now.table is not None and (found := now.ask(fight)):
        place.info(found)


def fight(case: Any) -> str:
    """Which two answers do not fit together and which to look at again; empty as long as they go
    together.
    """
    found, variables = conflict(case), case.variables
    if found.bits < phrases.LEAST_BITS or not found.pairs.max() > 0:
        return ""
    asked = [variables[_name(part)].question for part in str(found.pairs.index[0]).split(" / ")]
    again = (
        [phrases.AGAIN.format(variables[_name(found.recheck)].question)] if found.recheck else []
    )
    return " ".join([phrases.FIGHT.format(*asked), *again])


def _name(finding: str) -> str:
    """The question behind a finding as `conflict` names it: 'hills=yes', 'hills leaning',
    'hills'.
    """
    return finding.split("=")[0].split()[0]


def _row(now: Any, row: Any, with_advice: bool, first: str) -> None:
    v = now.case.variables[row.Index]
    with st.container(key=f"cause {v.name}", gap=None):
        st.html(bar(v, row, wording.strength(causes.spoken(now.case, v.name), with_advice)))
        causes.view(now, row, with_advice, first)


def bar(v: Any, row: Any, strength: str) -> str:
    """One cause as a bar with its interval under it, the same in words, and who says so."""
    count, said = wording.BY_ANSWER[0], [strength]
    if row.contribution:
        count, said = wording.count(row.contribution), [wording.span(row.low, row.high), strength]
    note = f'<p class="note">{escape(v.without_pain)}</p>' if getattr(v, "without_pain", "") else ""
    return (
        f'<div class="cause"><p class="head"><span class="name">{escape(v.label)}</span>'
        f'<span class="count">{count}</span></p><div class="scale" aria-hidden="true">'
        f'<i style="width:{row.contribution:.1%}"></i></div><div class="reach" aria-hidden="true">'
        f'<i style="left:{row.low:.1%};right:calc(100% - {row.high:.1%})"></i></div>'
        f'<p class="words">{"".join(f"<span>{escape(part)}</span>" for part in said)}</p>'
        f"{note}</div>"
    )
