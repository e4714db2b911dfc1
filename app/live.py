"""A slider whose number counts while the finger is on it; where there can be none, Streamlit's own
serves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import streamlit as st

import placed
import questions
import wording
from parts import part
from uncut import uncut

HTML = """
<label><span></span>
<svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><polyline></polyline></svg>
<input type="range"></label>
<output aria-hidden="true"></output>
"""
MOUNT = part("live", HTML)


def slider(test: Any, curve: Sequence[float]) -> None:
    """A slider for the number of a home test; `curve` is how likely its cause is at work along the
    slider's way.
    """
    if MOUNT is None:
        _still(test)
        return
    heard = st.session_state.get(_key(test.name), {}).get("moved") or {}
    label = f"{test.question} ({test.unit})"
    place = {
        "value": st.session_state[test.name],
        "turn": heard.get("turn", 0),
        "curve": list(curve),
    }
    place["put"] = placed.times()
    ends = {"low": test.low, "high": test.high, "step": test.step, "unit": test.unit}
    MOUNT(
        key=_key(test.name),
        data={"label": label, **place, **ends},
        on_moved_change=lambda: _heard(test),
    )


def _key(name: str) -> str:
    return f"live {name}"


@uncut()
def _heard(test: Any) -> None:
    """Take the number; while the finger is on it only the lists run again, once it rests all the
    page does.
    """
    moved = st.session_state[_key(test.name)]["moved"]
    if not _fits(moved, test) or moved.get("put") != placed.times():
        return  # no number of the slider's, or one from before other answers were put here
    st.session_state.update({test.name: float(moved["to"]), test.name + questions.MOVED: True})
    if not moved.get("rests"):
        st.rerun(wording.LISTS_KEY)


def _fits(moved: Any, test: Any) -> bool:
    """True for a number that the slider can show: a browser may send anything."""
    to = moved.get("to") if isinstance(moved, dict) else None
    return isinstance(to, int | float) and math.isfinite(to) and test.low <= to <= test.high


def _still(test: Any) -> None:
    st.slider(
        f"{test.question} ({test.unit})",
        float(test.low),
        float(test.high),
        step=float(test.step),
        format="%g",
        key=test.name,
        persist_state="session",
        on_change=questions.moved,
        args=(test.name,),
    )
