"""One question at a time: the open question that would tell most, why it is asked, and its answer
right there.
"""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

import phrases
import placed
import questions
import wording
from uncut import uncut

SKIPPED, LAST, ANSWER = "skipped", "last answered", "next answer"


def begin() -> dict[str, Any]:
    """Nothing is skipped and nothing was answered here on a page nobody has touched."""
    return {SKIPPED: (), LAST: None}


def card(now: Any) -> None:
    """The card with one question: whether it hurt, and then the most telling one that a sore back
    allows.
    """
    variables = now.case.variables
    if not (now.hurts or asks_about_pain(now) or _told_last()):
        return
    with st.container(border=True, key="next"):
        if asks_about_pain(now):
            _headed(phrases.ASK_FIRST)
            _ask(variables.outcome, variables)
        elif now.hurts:
            _headed(phrases.ASK_NEXT)
            _most_telling(now, variables)
        _last(variables)


def asks_about_pain(now: Any) -> bool:
    """True while the card asks whether it hurt: in the place of the questions to come, so that none
    pushes it away.
    """
    return now.table is not None and not wording.sure(now.pain)


def _headed(heading: str) -> None:
    st.html(f'<h2 class="next">{heading}</h2>')


def _most_telling(now: Any, variables: Any) -> None:
    safe = [name for name in now.reach.index if getattr(variables[name], "safe_in_pain", True)]
    open_ = now.reach.loc[[name for name in safe if name not in st.session_state[SKIPPED]]]
    if open_.empty:
        st.markdown(phrases.NOTHING_LEFT)
        return
    row: Any = next(open_.itertuples())
    _ask(variables[row.Index], variables)
    st.caption(phrases.why_asked(variables[now.table.index[0]].label, row))
    st.markdown(phrases.stop(open_, now.stays))


def _ask(v: Any, variables: Any) -> None:
    unit = f" ({v.unit})" if getattr(v, "numeric", False) else ""
    st.markdown(f"**{v.question}**{unit}")
    if how := questions.how(v, variables):
        st.caption(how)
    if getattr(v, "numeric", False):
        _measure(v)
        return
    options = questions.choices(v, variables)
    if v == variables.outcome:
        del options[questions.UNKNOWN]
    st.pills(
        v.question,
        list(options),
        format_func=options.__getitem__,
        key=ANSWER,
        required=True,
        label_visibility="collapsed",
        on_change=_answered,
        args=(v.name,),
    )


def _measure(test: Any) -> None:
    """A number counts once it is entered, not while the slider is on its way."""
    key = f"next {test.name}"
    st.slider(
        f"{test.question} ({test.unit})",
        float(test.low),
        float(test.high),
        float(test.start),
        step=float(test.step),
        format="%g",
        key=key,
        label_visibility="collapsed",
        on_change="ignore",
    )
    with st.container(horizontal=True):
        st.button(phrases.ENTER, key="next enter", on_click=_measured, args=(test.name, key))
        st.button(phrases.SKIP, key="next skip", on_click=_skip, args=(test.name,))


def _last(variables: Any) -> None:
    """What was answered here last, with a way to take it back."""
    if (name := _told_last()) is None:
        return
    with st.container(key="last", horizontal=True, vertical_alignment="center"):
        told = questions.told(variables[name], variables)
        st.html(f'<p class="last">{escape(phrases.LAST.format(told))}</p>')
        st.button(
            phrases.TAKE_BACK,
            key="next back",
            type="tertiary",
            on_click=_take_back,
            args=(variables[name],),
        )


def _told_last() -> str | None:
    """The question that was answered here last, as long as it still is."""
    name: str | None = st.session_state[LAST]
    return None if name is None or st.session_state[name] == questions.UNKNOWN else name


@uncut()
def _answered(name: str) -> None:
    placed.settle()  # the answer to the question before is no answer to this one
    answer = st.session_state[ANSWER]
    if answer == questions.UNKNOWN:
        _skip(name)
    told = {name: answer, LAST: name} if answer not in (None, questions.UNKNOWN) else {}
    placed.put({**told, ANSWER: None})


@uncut()
def _measured(name: str, key: str) -> None:
    entered = {
        name: st.session_state[key],
        name + questions.MEASURED: True,
        name + questions.MOVED: True,
    }
    placed.put({**entered, LAST: name})


@uncut()
def _skip(name: str) -> None:
    st.session_state[SKIPPED] = (*st.session_state[SKIPPED], name)


@uncut()
def _take_back(v: Any) -> None:
    placed.put({**questions.begin({v.name: v}), LAST: None})
