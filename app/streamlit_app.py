"""The page: safety first, then the sliders, and beside them what the thread points to."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from components.page import mount
from server import warm_up
from server.at_once import AtOnce
from server.browser_files import ROUTES
from text.page_words import ICON, TITLE

if __name__ == "__main__":
    st.set_page_config(page_title=TITLE, page_icon=ICON, layout="wide")
    st.html(Path(__file__).with_name("style.css"))
    mount.page(warm_up.base())
else:
    # `streamlit run` finds this, imports the file for it, and has it run the same file for every
    # runner
    app = st.App(
        __file__, lifespan=warm_up.lifespan, middleware=[Middleware(AtOnce)], routes=ROUTES
    )
