"""Where a runner is taken when a part of the page folds away under them: to what comes next."""

from __future__ import annotations

from typing import Any

import streamlit as st

# what was tapped is gone by then, and the focus with it; a page that is only opened goes nowhere
SCRIPT = """
export default function ({ data, parentElement }) {
  const before = parentElement.stage
  parentElement.stage = data.stage
  if (before === undefined || before === data.stage) return
  setTimeout(() => {
    const next = document.querySelector(data.place)
    if (!next) return
    next.setAttribute("tabindex", "-1")
    next.focus({ preventScroll: true })
    next.scrollIntoView({ block: "start" })
  }, 150)
}
"""


def _mount() -> Any:
    """The component, or None where this Streamlit has none; then the page stays where it is."""
    make = getattr(getattr(st.components, "v2", None), "component", None)
    return make("going", js=SCRIPT) if make else None


MOUNT = _mount()


def on(stage: int, key: str) -> None:
    """Go to the part of the page with that key when the stage is another than it was."""
    if MOUNT is not None:
        MOUNT(key="going", data={"stage": stage, "place": f".st-key-{key}"}, height=1)
