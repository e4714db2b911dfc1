"""What if: the next run as things are, and with one or several changeable things changed."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.bars import bar, bars
from lumbayes import Case, ImpossibleFindings, next_run
from lumbayes.decisions import what_if, what_if_together
from text import next_words as words
from text.lists import listing, small


def show(case: Case, is_allowed: bool) -> None:
    """Show the comparison once it is unfolded; with a warning on the page there is none."""
    if not is_allowed:
        st.caption(words.NOT_WITH_WARNING)
        return
    with st.expander(words.WHAT_IF, key="what if", on_change="rerun") as part:
        if part.open:
            st.markdown(words.ABOUT_NEXT_RUN)
            try:
                _compared(case)
            except ImpossibleFindings:
                st.caption(words.CLASH)


def _compared(case: Case) -> None:
    variables, table = case.variables, what_if(case)
    pain = variables.outcome.states[-1]
    rows = [bar(words.AS_THINGS_ARE, next_run(case)[pain])]
    row: Any
    for row in table.itertuples():
        rows.append(_changed(words.WITHOUT.format(small(variables[row.Index].label)), row))
    st.html(bars(rows))
    chosen = st.pills(
        words.COMBINE, list(table.index), selection_mode="multi", key="changes",
        format_func=lambda name: variables[name].label,
    )  # fmt: skip
    if chosen:
        row = what_if_together(case, {name: variables[name].states[0] for name in chosen})
        without = listing(small(variables[name].label) for name in chosen)
        together = [bar(words.AS_THINGS_ARE, row.now), _changed(words.WITHOUT.format(without), row)]
        st.html(bars(together))


def _changed(name: str, row: Any) -> str:
    """Return the bar of a changed run, with the range of what the change may come to."""
    ends = (max(0.0, row.now + row.low), min(1.0, row.now + row.high))
    return bar(name, row.changed, ends)
