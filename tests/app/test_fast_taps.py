"""Taps faster than the page: each takes effect, and none undoes a later one."""

from streamlit.testing.v1 import AppTest


def written_while_a_tap_waits() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from uncut import uncut

    class ATapWaits(Exception):
        pass

    def stop() -> None:
        raise ATapWaits

    @uncut()
    def both(first: str, second: str) -> None:
        st.session_state[first] = "whole"
        with uncut():
            pass
        st.session_state[second] = "whole"

    state = get_script_run_ctx().session_state
    asked = state._yield_callback
    object.__setattr__(state, "_yield_callback", stop)
    try:
        both("one", "two")
        st.session_state["three"] = "cut"
    except ATapWaits:
        object.__setattr__(state, "_yield_callback", asked)
        st.session_state["stopped"] = "after it"


def test_it_writes_all_it_has_to_and_then_the_next_tap_has_its_turn():
    at = AppTest.from_function(written_while_a_tap_waits).run()
    assert not at.exception
    assert at.session_state["one"] == at.session_state["two"] == "whole"
    assert "three" not in at.session_state
    assert at.session_state["stopped"] == "after it"


def put_and_told_by_a_browser_that_has_not_seen_it() -> None:
    import streamlit as st

    import placed

    state = st.session_state
    placed.put({"answer": "yes"})
    placed.put({"answer": "no", "other": 1.0})
    state.answer, state.other = (
        None,
        2.0,
    )  # as the next tap brings them: what stood before, and the runner's own number
    placed.settle()
    first = (state.answer, state.other)
    placed.mark()
    state.answer = "yes"  # told by a browser that has seen all: the runner's own
    placed.settle()
    state.told = (first, state.answer)


def test_what_was_put_is_taken_back_by_a_runner_and_not_by_a_tap_from_before():
    at = AppTest.from_function(put_and_told_by_a_browser_that_has_not_seen_it).run()
    assert not at.exception
    assert at.session_state["told"] == (("no", 2.0), "yes")


def test_a_browser_that_says_what_no_page_put_there_does_no_harm():
    at = AppTest.from_function(put_and_told_by_a_browser_that_has_not_seen_it)
    at.session_state["times seen"] = "<b>9</b>"
    assert not at.run().exception
