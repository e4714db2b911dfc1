"""The button for a clinician's page; the page is drawn when the button is pressed."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from components import paper
from lumbayes import Case
from sections import CLINICIAN
from sections.clinician_sheet import day, filled, meant
from sections.saving import today
from state import runs
from state.answers import Answers
from text import saving_words as words
from text.lists import small

MOST_RUNS = 8
Rows = list[tuple[str, str]]


def show(case: Case, now: Answers) -> None:
    """Show the button, or which letters the page cannot be drawn with."""
    with st.expander(words.PRINT_PART, key=CLINICIAN, on_change="rerun") as part:
        if not part.open:
            return
        st.markdown(words.ABOUT_PRINT)
        others = newest_runs(now.runs, case.variables)
        sheet = filled(case, now.safety, now.verdict, today(), now.dates, others)
        if letters := paper.unprintable(sheet):
            st.warning(words.NO_LETTERS.format(" ".join(letters)))
            return
        name, drawn = words.PRINT_NAME.format(today()), partial(paper.pdf, sheet)
        st.download_button(
            words.PRINT, drawn, name, "application/pdf", key="print", on_click="ignore"
        )


def newest_runs(rows: Sequence[Mapping[str, Any]], variables: Any) -> dict[str, Rows]:
    """Return the newest runs, a line each, under how many there are and how many hurt."""
    if not rows:
        return {}
    outcome = variables.outcome
    hurt = [run for run in rows if run.get(outcome.name) == outcome.states[-1]]
    heading = words.SHEET_RUNS.format(len(rows), len(hurt), min(len(rows), MOST_RUNS))
    newest = sorted(rows, key=lambda run: run[runs.DATE], reverse=True)[:MOST_RUNS]
    return {heading: [(day(run[runs.DATE]), _run(run, variables)) for run in newest]}


def _run(run: Mapping[str, Any], variables: Any) -> str:
    far = [f"{run[runs.DISTANCE]:g} {runs.DISTANCE}"] if runs.DISTANCE in run else []
    said = [v for v in runs.asked(variables) if v.name in run]
    return "; ".join(far + [f"{small(v.label)}: {meant(v, run[v.name])}" for v in said])
