"""A runner's own runs: read from files or typed into a grid; kept in this visit and in the runner's
own file.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

import keeping
import kept
import run_rows
import run_words as words
import runs_told
import wording
from foreign import NotKept
from uncut import uncut

MOST_FILES, MOST_MEGABYTES = 20, 10
WHEN, FAR = 105, 75  # pixels
READ, GRID, ODD, SET_OUT = "files read", "grid", "odd entries", "grids set out"


def begin() -> dict[str, Any]:
    """Nothing read, typed or worked out on a page nobody has touched."""
    return {READ: None, GRID: None, ODD: False} | runs_told.begin()


def show(case: Any, with_advice: bool) -> None:
    """The part of the page about all runs, worked out once it is opened."""
    with st.expander(words.MY_RUNS, key="my runs", on_change="rerun") as opened:
        if opened.open:
            st.markdown(words.ABOUT)
            _import(case.variables)
            _grid(case.variables)
            runs_told.show(case, with_advice)


def _import(variables: Any) -> None:
    key = f"runs {st.session_state.setdefault(keeping.LOADED, 0)}"
    more: dict[str, Any] = {"accept_multiple_files": True, "max_upload_size": MOST_MEGABYTES}
    st.file_uploader(
        words.IMPORT, words.KINDS, key=key, **more, on_change=_read, args=(key, variables)
    )
    st.caption(words.ABOUT_IMPORT)
    if read := st.session_state[READ]:
        _what_was_read(*read)


def _what_was_read(told: str, *said: str) -> None:
    """What became of the files, and the first thing that was left out; all other such things are
    folded.
    """
    first = [words.NO_RUN.format(sentence) for sentence in said[:1]]
    st.markdown(plain(" ".join([told, *first])))
    if rest := said[1:]:
        with st.expander(
            words.NOT_TAKEN.format(len(rest)), key="not taken", on_change="rerun", type="compact"
        ) as more:
            if more.open:
                st.markdown("\n".join(f"- {plain(sentence)}" for sentence in rest))


@uncut()
def _read(key: str, variables: Any) -> None:
    """Take in the runs of the files and let go of the files: the box is empty again."""
    if not (files := st.session_state[key]):
        return
    st.session_state[keeping.LOADED] += 1
    if len(files) > MOST_FILES:
        st.session_state[READ] = (words.TOO_MANY.format(MOST_FILES),)
        return
    rows, said = run_rows.from_files(files, variables)
    before = st.session_state[keeping.RUNS]
    runs, again = run_rows.together(before, rows, kept.MOST_RUNS)
    st.session_state[keeping.RUNS] = runs
    st.session_state[READ] = _sentences(len(rows) - again, again, len(before), len(runs), said)


def _sentences(new: int, again: int, before: int, now: int, said: list[str]) -> tuple[str, ...]:
    told = [words.READ.format(new) if new else words.READ_NONE]
    told += [words.KNOWN.format(again)] if again else []
    told += [words.FULL.format(kept.MOST_RUNS)] if before + new > now else []
    return " ".join(told), *said


def plain(text: str) -> str:
    """A text from elsewhere, a file's name in it perhaps, to be shown letter by letter and not as
    Markdown.
    """
    return re.sub(f"([{re.escape(string.punctuation)}])", r"\\\1", text)


def _grid(variables: Any) -> None:
    """The runs as a table to type in; it is set out anew when runs have come from anywhere but
    itself.
    """
    runs, (base, shown) = st.session_state[keeping.RUNS], st.session_state[GRID] or ((), None)
    if shown != runs:
        base = runs
        st.session_state.update(
            {GRID: (base, runs), SET_OUT: st.session_state.get(SET_OUT, 0) + 1, ODD: False}
        )
    st.markdown(f"**{words.GRID}**")
    st.caption(words.ABOUT_GRID)
    key = f"{GRID} {st.session_state[SET_OUT]}"
    table = run_rows.frame(base, variables)
    look: dict[str, Any] = {
        "num_rows": "dynamic",
        "hide_index": True,
        "placeholder": "–",
        "alt": words.GRID,
    }
    columns = _columns(variables)
    look |= {"column_config": columns, "column_order": list(columns)}
    st.data_editor(table, key=key, **look, on_change=_typed, args=(key, base, variables))
    if st.session_state[ODD]:
        st.warning(words.ODD)


def _columns(variables: Any) -> dict[str, Any]:
    """The columns in order: when, if it hurt and how far, narrow enough to stand on a phone
    together; then the rest.
    """
    far = st.column_config.NumberColumn(
        run_rows.DISTANCE, min_value=0, max_value=run_rows.FARTHEST, width=FAR
    )
    columns: dict[str, Any] = {
        run_rows.DATE: st.column_config.DateColumn(
            words.DATE, format="YYYY-MM-DD", required=True, width=WHEN
        ),
        variables.outcome.name: _choices(
            variables.outcome, words.DID_IT_HURT, variables.outcome.states, WHEN
        ),
        run_rows.DISTANCE: far,
    }
    for v in (v for v in run_rows.asked(variables) if v != variables.outcome):
        if getattr(v, "numeric", False):
            label = f"{v.label} ({v.unit})"
            columns[v.name] = st.column_config.NumberColumn(
                label, min_value=v.low, max_value=v.high
            )
        else:
            columns[v.name] = _choices(v, v.label, [s for s in v.states if s != v.order[0]])
    return columns


def _choices(v: Any, label: str, states: Sequence[str], width: int | None = None) -> Any:
    said: dict[Any, str] = {s: wording.capital(v.answers.get(s, s)) for s in states}
    more: dict[str, Any] = {"format_func": said.__getitem__, "width": width}
    return st.column_config.SelectboxColumn(label, options=states, **more)


@uncut()
def _typed(key: str, base: Iterable[run_rows.Row], variables: Any) -> None:
    """Take what was typed; an entry that cannot be is left out, and said."""
    runs, odd = [], False
    for run in run_rows.edited(base, st.session_state[key]):
        try:
            runs.append(run_rows.row(run, variables))
        except NotKept:
            odd = True
    runs = sorted(runs, key=lambda run: run[run_rows.DATE], reverse=True)[: kept.MOST_RUNS]
    st.session_state.update({keeping.RUNS: tuple(runs), ODD: odd, GRID: (base, tuple(runs))})
