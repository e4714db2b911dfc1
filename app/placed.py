"""What the page itself puts into the questions, and what a tap still says that was made before it
showed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from uncut import uncut

TIMES, SEEN, UNSEEN = "times put", "times seen", "put and not seen"


@uncut()
def put(state: Mapping[str, Any]) -> None:
    """Put this where a hand on each question would; no tap that was made before it shows can take
    it back.
    """
    settle()
    unseen = dict(st.session_state.get(UNSEEN, {}))
    for name, value in state.items():
        before = st.session_state.get(name)
        if before != value or name in unseen:
            unseen[name] = ((*unseen.get(name, ((),))[0], before), value)
    st.session_state.update({**state, UNSEEN: unseen, TIMES: times() + 1})


def times() -> int:
    """How often something was put."""
    return int(st.session_state.get(TIMES, 0))


@uncut()
def settle() -> None:
    """Put it once more where a tap brought back what stood before: with each tap a browser tells
    all that it shows.
    """
    if (st.session_state.get(SEEN) or "0") == str(times()):
        st.session_state[UNSEEN] = {}
        return
    for name, (before, value) in st.session_state.get(UNSEEN, {}).items():
        if (now := st.session_state.get(name)) != value and now in before:
            st.session_state[name] = value


def mark() -> None:
    """A field that nobody sees: by the number in it each tap tells how much of what was put its
    browser shows.
    """
    st.session_state[SEEN] = str(times())
    with st.container(key="seen"):
        st.text_input(SEEN, key=SEEN, label_visibility="collapsed")
