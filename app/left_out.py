"""Claims that a runner has switched off for now: kept in the session, said on the page, and put
back at a tap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

import phrases
import placed
from uncut import uncut

OFF, HEARD = "left out", "heard"


def begin() -> dict[str, Any]:
    """Nothing is switched off on a page nobody has touched."""
    return {OFF: ()}


def now() -> tuple[Any, ...]:
    """The claims that are switched off."""
    return st.session_state.get(OFF, ())


def ids() -> list[str]:
    """The same by the names of the claims."""
    return [claim.id for claim in now()]


def heard(case: Any) -> Any:
    """The case without what is switched off; pooled again only when that changes."""
    off = now()
    if not off:
        return case
    if st.session_state.get(HEARD, ((),))[0] != off:
        st.session_state[HEARD] = (off, case.exclude_claims(*(claim.id for claim in off)), case)
    return st.session_state[HEARD][1]


def whole(case: Any) -> Any:
    """The same case with everything that was switched off put back."""
    return replace(case, compiled=st.session_state[HEARD][2].compiled) if now() else case


def notice(case: Any, place: str) -> None:
    """Say what is switched off, with a button that puts it back; nothing where nothing is."""
    with st.container(key=f"left out {place}"):
        if off := now():
            st.info(phrases.off(off, _silenced(case)))
            st.button(phrases.ALL_ON, key=f"all on {place}", on_click=_put_back)


def switches(case: Any, view: str) -> bool:
    """The switch that brings all others of a view: True while they are there."""
    if there := st.toggle(phrases.SWITCHES, key=f"switches {view}"):
        _replies(case, view)
    return there


def switch(claim: Any, view: str) -> None:
    """A switch for one claim."""
    key = f"off {view} {claim.id}"
    _show(key, claim in now())
    st.toggle(phrases.ONE_OUT.format(claim.id), key=key, on_change=_flip, args=(claim, key))


def _replies(case: Any, view: str) -> None:
    """A switch for each reply of the thread that reaches a number."""
    everyone, before = {*case.priors.claims, *now()}, _silenced(case)
    options = sorted({claim.answer for claim in everyone if used(claim) and claim.answer})
    key = f"off {view}"
    _show(key, before)
    st.pills(
        phrases.WHOLE_OUT,
        options,
        selection_mode="multi",
        format_func=phrases.REPLY.format,
        key=key,
        on_change=_choose,
        args=(key, everyone, before),
    )


def used(claim: Any) -> bool:
    """True for a claim that reaches a number."""
    return claim.pooled


def _show(key: str, value: Any) -> None:
    """Put a switch where it belongs; only if it is not there, lest a tap on it be overtaken."""
    if key not in st.session_state:
        st.session_state[key] = value
    elif st.session_state[key] != value:
        placed.put({key: value})


def _silenced(case: Any) -> list[int]:
    """The replies of which nothing is left."""
    return sorted(
        {claim.answer for claim in now()} - {claim.answer for claim in case.priors.claims}
    )


@uncut()
def _put_back() -> None:
    st.session_state[OFF] = ()


@uncut()
def _flip(claim: Any, key: str) -> None:
    """Off or on; where a whole reply was off, what reaches no number comes back with the first
    claim.
    """
    # The same claim's switch in another view may not show yet what was tapped in this one.
    placed.settle()
    off = set(now())
    if st.session_state[key]:
        _keep(off | {claim})
    elif claim in off:
        _keep({other for other in off - {claim} if other.answer != claim.answer or used(other)})


@uncut()
def _choose(key: str, everyone: Iterable[Any], before: Iterable[int]) -> None:
    placed.settle()
    chosen = st.session_state[key]
    _keep(
        {c for c in everyone if c.answer in chosen} | {c for c in now() if c.answer not in before}
    )


def _keep(off: Iterable[Any]) -> None:
    st.session_state[OFF] = tuple(sorted(off, key=lambda claim: claim.id))
