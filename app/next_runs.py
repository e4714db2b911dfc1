"""What if: the next run as things are, and with one or several things changed that a runner can
change.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

import bars
import phrases
import wording
from lumbayes import next_run
from lumbayes.decisions import what_if, what_if_together

CHANGES = "changes"


@st.fragment
def show(case: Any, allowed: bool) -> None:
    """The comparison, worked out once it is opened; with a warning on the page there is none."""
    if not allowed:
        st.caption(phrases.NOT_WITH_WARNING)
        return
    with st.expander(phrases.WHAT_IF, key="what if", on_change="rerun") as opened:
        if opened.open:
            st.markdown(phrases.ABOUT_NEXT_RUN)
            _compared(case)


def _compared(case: Any) -> None:
    variables, table = case.variables, what_if(case)
    pain = variables.outcome.states[-1]
    now = next_run(case)[pain]
    rows = [bars.level(phrases.AS_THINGS_ARE, now, phrases.NOW_HURT)]
    row: Any
    for row in table.itertuples():
        name = phrases.WITHOUT.format(wording.small(variables[row.Index].label))
        rows.append(_without(name, row))
    st.html(bars.listed("", rows))
    _combined(case, list(table.index))


def _without(name: str, row: Any) -> str:
    ends = (max(0.0, row.now + row.low), min(1.0, row.now + row.high))
    return bars.level(name, row.changed, phrases.fewer(row), ends)


def _combined(case: Any, names: list[str]) -> None:
    variables = case.variables
    chosen = st.pills(
        phrases.COMBINE,
        names,
        selection_mode="multi",
        format_func=lambda name: variables[name].label,
        key=CHANGES,
    )
    if chosen:
        row: Any = what_if_together(case, {name: variables[name].states[0] for name in chosen})
        without = wording.listing(wording.small(variables[name].label) for name in chosen)
        rows = [
            bars.level(phrases.AS_THINGS_ARE, row.now),
            _without(phrases.COMBINED.format(without), row),
        ]
        with st.container(key="combined"):
            st.html(bars.listed("", rows))
