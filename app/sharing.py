"""Where files, links and lines are made, each only when it is asked for, and opened again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

import going
import handed_on
import keep_words as words
import keeping
import kept
import left_out
import standing
from uncut import uncut

PASTED = "line pasted"


def show(base: Any) -> None:
    """The part of the page that makes and opens what is kept, worked out once it is opened."""
    with st.expander(words.KEEP, key="keep answers", on_change="rerun") as opened:
        if opened.open:
            given = keeping.answers(base.variables)
            _file(base, given)
            _link(given)
            _line(base, given)
            going.on(st.session_state.get(keeping.ENTERED, 0), "notice", "opening")


def _file(base: Any, given: Mapping[str, Any]) -> None:
    st.markdown(words.ABOUT_FILE)
    if given or st.session_state[keeping.RUNS]:
        told = keeping.dates(base.variables), left_out.ids(), st.session_state[keeping.RUNS]
        name = words.FILE_NAME.format(keeping.today())
        text = kept.as_text(given, *told)
        st.download_button(
            words.SAVE, text, name, "application/json", key="save", on_click="ignore"
        )
    else:
        st.caption(words.NOTHING_YET)
    keeping.refused(st.container(key="file refused"), words.A_FILE)
    key = f"open {st.session_state.setdefault(keeping.LOADED, 0)}"
    st.file_uploader(
        words.OPEN,
        ["json", "txt"],
        key=key,
        max_upload_size=1,
        on_change=_open_file,
        args=(key, base),
    )
    st.caption(words.ABOUT_OPENING)


def _link(given: Mapping[str, Any]) -> None:
    st.markdown(words.ABOUT_LINK)
    link = f"{st.context.url}?{keeping.PARAMETER}={kept.as_link(given, left_out.ids())}"
    _made(words.MAKE_LINK, words.LINK, keeping.LINK, link if given else "")


def _line(base: Any, given: Mapping[str, Any]) -> None:
    st.markdown(words.ABOUT_LINE)
    text = handed_on.python(standing.now(base).case, base) if given else ""
    _made(words.MAKE_LINE, words.LINE, keeping.LINE, text)
    keeping.refused(st.container(key="line refused"), words.A_LINE)
    with st.form("a line", clear_on_submit=True, border=False):
        st.text_input(words.PASTE, key=PASTED, max_chars=handed_on.MOST_LETTERS, autocomplete="off")
        st.form_submit_button(words.OPEN_LINE, on_click=_open_line, args=(base,))


def _made(make: str, about: str, key: str, text: str) -> None:
    """A button that makes the text, and the text once it is made, as long as the answers are still
    those.
    """
    st.button(make, key=f"make {key}", on_click=_keep, args=(key, text), disabled=not text)
    if made := st.session_state[key]:
        st.caption(about if made == text else words.STALE)
        if made == text:
            st.code(text, language=None, wrap_lines=True)


@uncut()
def _keep(key: str, text: str) -> None:
    st.session_state[key] = text


@uncut()
def _open_file(key: str, base: Any) -> None:
    """Enter what a file held and let go of the file: the box is empty again."""
    if (file := st.session_state[key]) is not None:
        st.session_state[keeping.LOADED] += 1
        if file.name.endswith(".txt"):
            line = file.getvalue()[: kept.MOST_BYTES].decode(errors="replace")
            keeping.open_(words.A_FILE, handed_on.read_line, line, base)
        else:
            keeping.open_(words.A_FILE, kept.read_text, file.getvalue(), base)


@uncut()
def _open_line(base: Any) -> None:
    if text := st.session_state[PASTED].strip():
        keeping.open_(words.A_LINE, handed_on.read_line, text, base)
