"""The two ranked lists: what is at work in this pain, how sure that is, and in whose words."""

from __future__ import annotations

from html import escape
from typing import Any

import causes
import questions
import streamlit as st
import wording


def show(case: Any, table: Any, with_advice: bool) -> None:
    """Both lists with a bar a cause; each cause opens to its own view."""
    for layer, heading in wording.LISTS.items():
        with st.container(key=f"list {layer}", gap="small"):
            st.subheader(heading, anchor=False)
            rows = list(table[table.layer == layer].itertuples())
            for row in rows[: wording.SHORT_LIST]:
                _row(case, row, with_advice)
            if rows[wording.SHORT_LIST :]:
                _rest(case, rows[wording.SHORT_LIST :], with_advice)
    first_place(case, table)


def first_place(case: Any, table: Any) -> None:
    """One line that says what stands first: pinned to the bottom of a phone's screen, and read out when it changes."""
    row = next(table.itertuples())
    line = escape(wording.first_place(case.network.variables[row.Index].label, row.contribution))
    st.html(f'<div class="first-place" role="status">{line}. <a href="#{wording.ANCHOR}">{wording.JUMP}</a></div>')


def clash(case: Any) -> str:
    """Which answers exclude each other: the fewest that do, in a sentence."""
    for name in case.findings:
        fewer = case.forget(name)
        case = case if fewer.probability else fewer
    variables = case.network.variables
    return wording.clash([questions.in_words(variables[name], value) for name, value in case.findings.items()])


def _rest(case: Any, rows: list[Any], with_advice: bool) -> None:
    with st.expander(f"{len(rows)} more, further down the list", key=f"rest {rows[0].layer}"):
        for row in rows:
            _row(case, row, with_advice)


def _row(case: Any, row: Any, with_advice: bool) -> None:
    v = case.network.variables[row.Index]
    with st.container(key=f"cause {v.name}", gap=None):
        st.html(bar(v, row, causes.spoken(case, v.name, with_advice)))
        with st.expander(f"More on {wording.small(v.label)}", type="compact", key=f"more {v.name}"):
            causes.show(case, row, with_advice)


def bar(v: Any, row: Any, claims: list[Any]) -> str:
    """One cause as a bar with its interval under it, the same in words, and who says so."""
    said = wording.strength(claims) if claims else wording.capital(wording.NOBODY)
    note = f'<p class="note">{escape(v.without_pain)}</p>' if getattr(v, "without_pain", "") else ""
    if row.contribution == 0:
        count, span = wording.BY_ANSWER[0], ""
    else:
        count, span = wording.count(row.contribution), wording.span(row.contribution, row.low, row.high)
    return (
        f'<div class="cause"><p class="head"><span class="name">{escape(v.label)}</span>'
        f'<span class="count">{count}</span></p>'
        f'<div class="scale" aria-hidden="true"><i class="bar" style="width:{row.contribution:.1%}"></i></div>'
        f'<div class="reach" aria-hidden="true"><i style="left:{row.low:.1%};right:calc(100% - {row.high:.1%})"></i></div>'
        f'<p class="words">{f"<span>{span}</span> " if span else ""}<span>{escape(said)}</span></p>{note}</div>'
    )
