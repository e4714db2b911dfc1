"""The model, in memory before the first runner comes, and the page opened where there is a screen
to open it on.
"""

from __future__ import annotations

import asyncio
import gc
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from lumbayes import Case, contributions, example, load

MANY = 20_000  # so many draws that the compiled loop is waited for


@st.cache_resource(show_spinner=False)
def base() -> Case:
    """The case of a runner who has said nothing yet, read once for everyone."""
    case = load()
    contributions(case)
    _leave_alone()
    return case


@st.cache_resource(show_spinner=False)
def runner() -> Any:
    """The thread's own runner, read once for everyone."""
    return example()


def warm() -> None:
    """Have everything in memory that an answer needs; nobody waits for it."""
    contributions(base(), draws=MANY)
    _leave_alone()


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Warm the model beside the server's own start, while the safety questions are asked."""
    warming = asyncio.create_task(asyncio.to_thread(warm))
    if not st.get_option("server.headless"):
        port, path = st.get_option("server.port"), st.get_option("server.baseUrlPath").strip("/")
        webbrowser.open(f"http://localhost:{port}/{path}")
    yield
    await warming


def _leave_alone() -> None:
    """Streamlit collects garbage after every run; what stays for good need not be looked through
    each time.
    """
    gc.collect()
    gc.freeze()
