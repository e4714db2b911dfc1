"""One page for a clinician, on the runner's own request: what was answered and measured, and when;
never the lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

import keep_words as words
import keeping
import questions
import run_rows
import safety
import sheet
import wording

MOST_RUNS = 8


def show(case: Any, flags: Sequence[Any]) -> None:
    """A button for the page, with what will be on it; the page is drawn when the button is
    pressed.
    """
    with st.expander(words.PRINT_PART, key="clinician", on_change="rerun") as opened:
        if opened.open:
            st.markdown(words.ABOUT_PRINT)
            page = filled(case.variables, flags, keeping.today())
            if letters := sheet.unprintable(page):
                st.warning(words.NO_LETTERS.format(" ".join(letters)))
                return
            name = words.PRINT_NAME.format(keeping.today())
            drawn = partial(sheet.pdf, page)
            st.download_button(
                words.PRINT, drawn, name, "application/pdf", key="print", on_click="ignore"
            )


def filled(variables: Any, flags: Sequence[Any], today: str) -> sheet.Sheet:
    """The sheet with what stands on the page now: safety, pain, running, body, home tests and
    runs.
    """
    given = keeping.answers(variables)
    parts = {words.SHEET_PARTS["safety"]: _safety(flags)}
    for heading, asked in _groups(variables).items():
        parts[heading] = [
            (v.label, meaning(v, given[v.name], variables)) for v in asked if v.name in given
        ]
    parts[words.SHEET_TESTS] = _tests(given, variables)
    parts |= runs(st.session_state[keeping.RUNS], variables)
    left = [
        wording.small(v.label) for v in variables.values() if v.question and v.name not in given
    ]
    above = [words.SHEET_DATE.format(day(today)), words.SHEET_INTRO]
    below = [words.SHEET_OPEN.format(wording.listing(left))] if left else []
    return sheet.Sheet(words.SHEET_TITLE, above, parts, below)


def meaning(v: Any, answer: Any, variables: Any) -> str:
    """An answer for someone who does not see the question: 'Fairly sure yes: real climbs, …', '22
    s'.
    """
    if isinstance(answer, float):
        return f"{answer:g} {v.unit}"
    state = answer.removeprefix(questions.FAIRLY)
    said = v.answers.get(state, state)
    return (
        f"{questions.choices(v, variables)[answer]}: {said}"
        if v in variables.causes
        else wording.capital(said)
    )


def day(text: str) -> str:
    """2026-11-24 as '24 November 2026'."""
    when = date.fromisoformat(text)
    return f"{when.day} {when:%B %Y}"


def _groups(variables: Any) -> dict[str, list[Any]]:
    """The questions under the headings of the sheet, in the order of the page."""
    groups = {words.SHEET_PARTS["pain"]: [variables.outcome, *variables.traits]}
    for factor in variables.factors:
        groups.setdefault(
            wording.GROUPS.get(factor.group, wording.capital(factor.group)), []
        ).append(factor)
    return {**groups, words.SHEET_PARTS["examined"]: variables.mechanisms}


def _tests(given: Mapping[str, Any], variables: Any) -> list[tuple[str, str]]:
    """Home tests with what was read and the day it was entered."""
    dates, taken = keeping.dates(variables), [v for v in variables.measurements if v.name in given]
    days = {v.name: day(dates[v.name]) if v.name in dates else words.NO_DATE for v in taken}
    return [(v.label, f"{meaning(v, given[v.name], variables)} ({days[v.name]})") for v in taken]


def runs(rows: Sequence[run_rows.Row], variables: Any) -> dict[str, list[tuple[str, str]]]:
    """The newest runs, a line each, under how many there are and how many hurt."""
    outcome = variables.outcome
    hurt = [run for run in rows if run.get(outcome.name) == outcome.states[-1]]
    heading = words.SHEET_RUNS.format(len(rows), len(hurt), min(len(rows), MOST_RUNS))
    return {heading: [(day(run[run_rows.DATE]), _run(run, variables)) for run in rows[:MOST_RUNS]]}


def _run(run: run_rows.Row, variables: Any) -> str:
    far = [f"{run[run_rows.DISTANCE]:g} {run_rows.DISTANCE}"] if run_rows.DISTANCE in run else []
    told = [v for v in run_rows.asked(variables) if v.name in run]
    return "; ".join(
        far
        + [
            f"{wording.small(v.label)}: {wording.small(meaning(v, run[v.name], variables))}"
            for v in told
        ]
    )


def _safety(flags: Sequence[Any]) -> list[tuple[str, str]]:
    said = safety.answers(flags)
    answer = {
        flag.id: wording.SAFETY_ANSWERS.get(said.get(flag.id, ""), words.NOT_ANSWERED)
        for flag in flags
    }
    asked = [flag for flag in flags if flag.asked(said)]
    no = [flag for flag in asked if said.get(flag.id) == "no"]
    rows = [(wording.capital(flag.about), answer[flag.id]) for flag in asked if flag not in no]
    return [*rows, (words.ALL_OTHER.format(len(no)), wording.SAFETY_ANSWERS["no"])]
