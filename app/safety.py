"""The safety questions as cards, and the banner that the answers ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

import going
import placed
import wording


def ask(flags: Sequence[Any]) -> dict[str, str]:
    """Put the safety questions that are due, one card at a time, and return the answers; what is
    settled folds away.
    """
    groups = {
        heading: [f for f in _due(flags) if f.card in cards]
        for cards, (heading, _) in wording.SAFETY.items()
    }
    pending = [heading for heading, group in groups.items() if _open(group) or _alarming(group)]
    settled = list(groups)[: list(groups).index(pending[0])] if pending else list(groups)
    if settled:
        # drawn even while it is closed: a run cut short right after “None of these” would forget
        # what it has not drawn
        with st.expander(wording.ANSWERED, key="safety, answered"):
            for heading in settled:
                _questions(groups[heading])
    for heading in pending[:1]:
        _card(heading, groups[heading])
    going.on(len(pending), "safety" if pending else "beside", "safety")
    return _settled(flags)


def _settled(flags: Sequence[Any]) -> dict[str, str]:
    """The answers; the second card is settled once each of its lines has one, at no age."""
    said = answers(flags)
    is_settled = all(flag.id in said for flag in flags if flag.card)
    return dict(said, age="age_unknown") if is_settled else said


def answers(flags: Sequence[Any]) -> dict[str, str]:
    """What has been answered so far, by question id."""
    said = {flag.id: st.session_state.get(key(flag.id)) for flag in flags}
    return {name: answer for name, answer in said.items() if answer}


def key(name: str) -> str:
    """Where the answer to a safety question is kept."""
    return f"safety {name}"


def banner(verdict: Any, place: Any) -> None:
    """Show what the answers ask for at the top of the page; an emergency stays in view while one
    scrolls.
    """
    if verdict.level == "none":
        return
    show = {"emergency": place.error, "urgent": place.warning, "see_someone": place.info}[
        verdict.level
    ]
    reasons = "\n".join(f"- {wording.capital(reason)}" for reason in verdict.reasons)
    show(f"{verdict.message}\n\n{reasons}", title=verdict.heading)


def reminder(verdict: Any) -> None:
    """A line above the lists that points back to the banner."""
    with st.container(key="reminder"):
        if verdict.level == "none":
            return
        st.html(
            f'<p class="reminder">{wording.READ_FIRST} '
            f'<a href="#{wording.TOP}">{verdict.heading}</a></p>'
        )


def note(verdict: Any, place: Any) -> None:
    """What is to come, or, once everything is answered, what the answers do not mean."""
    if verdict.level == "none" and not (verdict.unanswered and verdict.ranking_allowed):
        place.caption(
            verdict.message if not verdict.unanswered else f"{verdict.message} {wording.NEXT}"
        )


def _card(heading: str, flags: Sequence[Any]) -> None:
    with st.container(border=True, key=f"card {heading}"):
        st.header(heading, anchor=False)
        st.markdown(dict(wording.SAFETY.values())[heading])
        _questions(flags)
        label = wording.NONE_OF_THE_REST if answers(flags) else wording.NONE_OF_THESE
        if still := _open(flags):
            st.button(
                label, key=f"none of {heading}", on_click=_say_no, args=(still,), width="stretch"
            )


def _questions(flags: Sequence[Any]) -> None:
    for flag in flags:
        with st.container(key=f"ask {flag.id}", gap="xsmall"):
            st.markdown(
                "\n".join([f"**{flag.question}**", "", *(f"- {point}" for point in flag.any_of)])
            )
            st.pills(
                flag.question,
                list(wording.SAFETY_ANSWERS),
                format_func=wording.SAFETY_ANSWERS.__getitem__,
                key=key(flag.id),
                required=True,
                label_visibility="collapsed",
                persist_state="session",
            )


def _due(flags: Sequence[Any]) -> list[Any]:
    said = answers(flags)
    return [flag for flag in flags if flag.asked(said)]


def _open(flags: Sequence[Any]) -> list[str]:
    return [flag.id for flag in flags if flag.id not in answers(flags)]


def _alarming(flags: Sequence[Any]) -> bool:
    return any(
        flag.level == "emergency" and answers([flag]).get(flag.id) in ("yes", "not_sure")
        for flag in flags
    )


def _say_no(names: Sequence[str]) -> None:
    placed.put({key(name): "no" for name in names})


def begin(flags: Sequence[Any]) -> dict[str, Any]:
    """The safety part of a page nobody has touched: every question unanswered."""
    return {key(flag.id): None for flag in flags}
