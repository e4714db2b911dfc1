"""What if: the next run as things are, and with one or several changeable things changed."""

from typing import Any

import streamlit as st

from components.bars import bars
from lumbayes import Case, ImpossibleFindings, next_run
from lumbayes.decisions import what_if, what_if_together
from sections import WHAT_IF
from state.result_names import names
from text import next_words as words
from text.figures import in_ten
from text.lists import listing


def show(case: Case, is_allowed: bool) -> None:
    """Show the comparison once it is unfolded; with a warning on the page there is none."""
    if not is_allowed:
        st.caption(words.NOT_WITH_WARNING)
        return
    with st.expander(words.WHAT_IF, key=WHAT_IF, on_change="rerun") as part:
        if part.open:
            st.markdown(words.ABOUT_NEXT_RUN)
            try:
                _compared(case)
            except ImpossibleFindings:
                st.caption(words.CLASH)


def _compared(case: Case) -> None:
    variables, table = case.variables, what_if(case)
    pain = variables.outcome.states[-1]
    outlook = words.AS_THINGS_ARE.format(in_ten(next_run(case)[pain]))
    if table.empty:
        st.markdown(f"{outlook} {words.NOTHING_TO_CHANGE}")
        return
    st.markdown(f"{outlook} {words.WOULD_NOT}")
    called = {name: names(variables, variables[name]) for name in table.index}
    st.html(bars(_spared(called[row.Index]["sentence"], row) for row in table.itertuples()))
    chosen = st.pills(
        words.COMBINE, list(table.index), selection_mode="multi", key="changes",
        format_func=lambda name: called[name]["label"],
    )  # fmt: skip
    if chosen:
        row: Any = what_if_together(case, {name: variables[name].states[0] for name in chosen})
        without = listing(called[name]["sentence"] for name in chosen)
        st.html(bars([_spared(without, row)]))


def _spared(without: str, row: Any) -> tuple[str, float, float, float, bool]:
    """Return the bar of a change: of the next runs that hurt, the share that would not."""
    share, low, high = (min(1.0, max(0.0, -x / row.now)) for x in (row.change, row.high, row.low))
    return words.WITHOUT.format(without), share, low, high, False
