"""What a tap sets in motion is done whole, however soon the next tap follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime.scriptrunner import get_script_run_ctx


@contextmanager
def uncut() -> Iterator[None]:
    """Let the next tap wait until this is done; a decorator too.

    At every look at `st.session_state` Streamlit stops what runs if a tap waits, and what the first
    tap had to write there is lost. It has no word yet for work that must not be stopped, so its
    question is put off here.
    """
    context = get_script_run_ctx()
    if context is None:
        yield
        return
    state, stop = context.session_state, context.session_state._yield_callback
    object.__setattr__(
        state, "_yield_callback", _nothing
    )  # the plain way would write into the session
    try:
        yield
    finally:
        object.__setattr__(state, "_yield_callback", stop)


def _nothing() -> None:
    return None
