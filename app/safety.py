"""The safety questions as cards, and the banner that the answers ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
import wording

ANSWERS = tuple(wording.SAFETY_ANSWERS)


def ask(flags: Sequence[Any]) -> dict[str, str]:
    """Put every safety question that is due and return the answers given; a group that is answered folds away."""
    for levels, (heading, lead) in wording.SAFETY.items():
        if levels != ("emergency",) and open_questions(flags, "emergency"):
            break
        _group([f for f in flags if f.level in levels], heading, lead)
    return answers(flags)


def answers(flags: Sequence[Any]) -> dict[str, str]:
    """What has been answered so far, by question id."""
    said = {flag.id: st.session_state.get(key(flag.id)) for flag in flags}
    return {name: answer for name, answer in said.items() if answer}


def open_questions(flags: Sequence[Any], *levels: str) -> list[str]:
    """The ids of the questions of these levels that are due and not answered."""
    said = answers(flags)
    return [flag.id for flag in flags if flag.level in levels and flag.asked(said) and flag.id not in said]


def key(name: str) -> str:
    """Where the answer to a safety question is kept."""
    return f"safety {name}"


def banner(verdict: Any, place: Any) -> None:
    """Show what the answers ask for at the top of the page; an emergency stays in view while one scrolls."""
    if verdict.level == "none":
        return
    show = {"emergency": place.error, "urgent": place.warning, "see_someone": place.info}[verdict.level]
    reasons = "\n".join(f"- {wording.capital(reason)}" for reason in verdict.reasons)
    show(f"{verdict.message}\n\n{reasons}", title=verdict.heading)


def note(flags: Sequence[Any], verdict: Any) -> None:
    """What is to come, or, once everything is answered, what the answers do not mean."""
    if open_questions(flags, "emergency"):
        st.caption(wording.NEXT)
    elif verdict.level == "none" and not verdict.unanswered:
        st.caption(verdict.message)


def _group(flags: Sequence[Any], heading: str, lead: str) -> None:
    due = [flag for flag in flags if flag.asked(answers(flags))]
    still = [flag.id for flag in due if flag.id not in answers(flags)]
    done = not still and not any(_alarming(flag) for flag in due)
    place = (
        st.expander(f"{heading}: {wording.ANSWERED}", key=f"{heading}, done")
        if done
        else st.container(border=True, key=f"card {heading}")
    )
    with place:
        if not done:
            st.subheader(heading, anchor=False)
            st.markdown(lead)
        for flag in due:
            _question(flag)
        if still:
            label = wording.NONE_OF_THESE if len(still) == len(due) else wording.NONE_OF_THE_REST
            st.button(label, key=f"none of {heading}", on_click=_say_no, args=(still,), width="stretch")


def _alarming(flag: Any) -> bool:
    return flag.level == "emergency" and st.session_state.get(key(flag.id)) in ("yes", "not_sure")


def _question(flag: Any) -> None:
    with st.container(key=f"ask {flag.id}", gap="xsmall"):
        st.markdown("\n".join([f"**{flag.question}**", "", *(f"- {point}" for point in flag.any_of)]))
        st.segmented_control(
            flag.question,
            ANSWERS,
            format_func=wording.SAFETY_ANSWERS.__getitem__,
            key=key(flag.id),
            label_visibility="collapsed",
            persist_state="session",
        )


def _say_no(names: Sequence[str]) -> None:
    for name in names:
        st.session_state[key(name)] = "no"


def begin(flags: Sequence[Any]) -> Mapping[str, None]:
    """The safety part of a page nobody has touched: every question unanswered."""
    return {key(flag.id): None for flag in flags}
