"""Where files, links and lines are made, each only when it is asked for, and opened again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import streamlit as st

from components.page.mount import PUT
from lumbayes import Case
from sections import SAVING
from server.warm_up import base as base_case
from state import notebook_line, saved_file
from state.answers import Answers
from state.saved_file import Rejected
from text import saving_words as words

PARAMETER, OPENED, NOTICE, TAKEN = "answers", "files opened", "notice", "link taken"
SECRETS = "made"


def show(base: Case, now: Answers) -> None:
    """Show the part of the page that makes and opens what is kept, once it is unfolded."""
    with st.expander(words.KEEP, key=SAVING, on_change="rerun") as part:
        if part.open:
            _file(base, now)
            _link(now)
            _line(base, now)


def take_link() -> None:
    """Hand what a link holds to the browser, once; it takes the answers out of the address."""
    text = st.query_params.get(PARAMETER)
    if text and st.session_state.get(TAKEN) != text:
        st.session_state[TAKEN] = text
        _open(words.A_LINK, saved_file.read_link, text, base_case())


def today() -> str:
    """Return the runner's own date, as 2026-11-24, by their browser's clock."""
    return f"{datetime.now(UTC) - timedelta(minutes=st.context.timezone_offset or 0):%Y-%m-%d}"


def notice(kind: str) -> None:
    """Say what came of what was opened last, where it was opened."""
    what, is_well, sentence = st.session_state.get(NOTICE, ("", True, ""))
    if what == kind:
        (st.success if is_well else st.warning)(sentence)


def _file(base: Case, now: Answers) -> None:
    st.markdown(words.ABOUT_FILE)
    if saved_file.evidence(now) or now.runs:
        name = words.FILE_NAME.format(today())
        content = saved_file.as_text(now)
        st.download_button(
            words.SAVE, content, name, "application/json", key="save", on_click="ignore"
        )
    else:
        st.caption(words.NOTHING_YET)
    notice(words.A_FILE)
    # a new key empties the box once a file was taken
    key = f"open {st.session_state.setdefault(OPENED, 0)}"
    st.file_uploader(
        words.OPEN, ["json", "txt"], key=key, max_upload_size=1, on_change=_open_file,
        args=(key, base),
    )  # fmt: skip
    st.caption(words.ABOUT_OPENING)


def _link(now: Answers) -> None:
    st.markdown(words.ABOUT_LINK)
    link = f"{st.context.url}?{PARAMETER}={saved_file.as_link(now)}"
    _made(words.MAKE_LINK, words.LINK, "link", link if saved_file.evidence(now) else "")


def _line(base: Case, now: Answers) -> None:
    st.markdown(words.ABOUT_LINE)
    text = notebook_line.python(now, base) if saved_file.evidence(now) else ""
    _made(words.MAKE_LINE, words.LINE, "line", text)
    notice(words.A_LINE)
    with st.form("a line", clear_on_submit=True, border=False):
        st.text_input(
            words.PASTE, key="pasted", max_chars=notebook_line.MOST_LETTERS, autocomplete="off"
        )
        st.form_submit_button(words.OPEN_LINE, on_click=_open_line, args=(base,))


def _made(make: str, about: str, key: str, text: str) -> None:
    """Show a button that makes the text, and the text while the answers are still those."""
    made = st.session_state.setdefault(SECRETS, {})
    st.button(make, key=f"make {key}", on_click=made.update, args=({key: text},), disabled=not text)
    if key in made:
        st.caption(about if made[key] == text else words.STALE)
        if made[key] == text:
            st.code(text, language=None, wrap_lines=True)


def _open_file(key: str, base: Case) -> None:
    """Hand over what a file holds and let go of the file: the box is empty again."""
    if (file := st.session_state[key]) is None:
        return
    st.session_state[OPENED] += 1
    if file.name.endswith(".txt"):
        text = file.getvalue()[: saved_file.MOST_BYTES].decode(errors="replace")
        _open(words.A_FILE, notebook_line.read_line, text, base)
    else:
        _open(words.A_FILE, saved_file.read_text, file.getvalue(), base)


def _open_line(base: Case) -> None:
    if text := st.session_state["pasted"].strip():
        _open(words.A_LINE, notebook_line.read_line, text, base)


def _open(
    kind: str, read: Callable[[Any, Case], saved_file.Found], content: Any, base: Case
) -> None:
    """Hand what a file, a link or a line holds to the browser, or say why not."""
    try:
        found = read(content, base)
    except Rejected as no:
        found = {}
        sentence = f"{str(no).replace('{}', kind)} {words.NOTHING_CHANGED}"
    else:
        sentence = " ".join([words.BACK.format(kind), *found.pop("notes")])
    is_link = kind == words.A_LINK
    put = {"id": uuid4().hex, "label": kind, "answers": found or None, "is_link": is_link}
    if is_link:  # said above the screen, and also then taken out of the address
        st.session_state[PUT] = put | {"notice": sentence}
        return
    st.session_state[NOTICE] = (kind, bool(found), sentence)
    if found:
        st.session_state[PUT] = put
