"""The page: safety first, then the sliders, and beside them what the thread points to."""

from dataclasses import replace
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from components.page import mount
from sections import clinician, my_runs, next_run, saving
from server import warm_up
from server.at_once import AtOnce
from server.browser_files import ROUTES
from state import runs
from state.answers import case_of
from text.page_words import ICON, TITLE


def main() -> None:
    """Show the page from top to bottom; below the screen only what is unfolded is computed."""
    saving.take_link()
    now = mount.answers()
    st.session_state[mount.BELOW] = mount.below(now)
    mount.page()
    if not now.is_settled:
        return
    base = warm_up.base()
    now = replace(now, runs=tuple(runs.valid(now.runs, base.variables)))
    try:
        case = case_of(base, now)
    except ValueError:
        return
    with st.container(key="below"):
        my_runs.show(case, now)
        next_run.show(case, now.is_advised)
        saving.show(base, now)
        clinician.show(case, now)


if __name__ == "__main__":
    st.set_page_config(page_title=TITLE, page_icon=ICON, layout="wide")
    st.html(Path(__file__).with_name("style.css"))
    main()
else:
    # `streamlit run` finds this, imports the file for it, and has it run the same file for every
    # runner
    app = st.App(
        __file__, lifespan=warm_up.lifespan, middleware=[Middleware(AtOnce)], routes=ROUTES
    )
