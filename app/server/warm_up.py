"""The model, in memory before the first runner comes, and the page opened on a screen."""

import asyncio
import gc
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import streamlit as st

from lumbayes import Case, contributions, example, load
from lumbayes.data import page_words
from server.worker import submit
from state.answers import Answers, case_of
from state.controls import folder_facts
from state.result import result

MANY_DRAWS = 20_000  # so many that the compiled loop is waited for


@cache
def base() -> Case:
    """Return the case of a runner who has said nothing yet, read once for everyone."""
    case = load()
    contributions(case)
    freeze()
    return case


@cache
def facts() -> dict[str, Any]:
    """Return what every browser is given once."""
    return folder_facts(base(), example(), page_words())


def warm() -> None:
    """Have everything in memory that an answer needs."""
    facts()
    contributions(base(), draws=MANY_DRAWS)
    case, first = case_of(base(), Answers()), base().variables.factors[0].name
    result(case, opened=first)
    result(case, focus=first)
    freeze()


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Warm the model beside the server's own start, while the safety cards are read."""
    warming = asyncio.wrap_future(submit(warm))
    if not st.get_option("server.headless"):
        port, path = st.get_option("server.port"), st.get_option("server.baseUrlPath").strip("/")
        webbrowser.open(f"http://localhost:{port}/{path}")
    yield
    await warming


def freeze() -> None:
    """Leave what stays for good out of every later collection, which would walk all of it."""
    gc.collect()
    gc.freeze()
