"""One page for a clinician, at the runner's request: what was answered and measured, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from components import sheet_pdf
from components.bars import TENS
from lumbayes import Case, triage
from lumbayes.safety import cards
from sections.keep import today
from state import runs
from state.answers import Answers
from text import keep_words as words
from text.lists import capital, listing, small
from text.page_words import GROUPS

MOST_RUNS = 8
Rows = list[tuple[str, str]]


def show(base: Case, now: Answers) -> None:
    """Show a button for the page; the page is drawn when the button is pressed."""
    with st.expander(words.PRINT_PART, key="clinician", on_change="rerun") as part:
        if part.open:
            st.markdown(words.ABOUT_PRINT)
            sheet = filled(base.variables, now, today())
            if letters := sheet_pdf.unprintable(sheet):
                st.warning(words.NO_LETTERS.format(" ".join(letters)))
                return
            name = words.PRINT_NAME.format(today())
            drawn = partial(sheet_pdf.pdf, sheet)
            st.download_button(
                words.PRINT, drawn, name, "application/pdf", key="print", on_click="ignore"
            )


def filled(variables: Any, now: Answers, day_printed: str) -> sheet_pdf.Sheet:
    """Return the sheet: the pain first, then running, body, home tests, runs and warning signs."""
    said = {name: value for part in (now.given, now.believe, now.likelihood) for name, value in part.items()}
    parts: dict[str, Rows] = {}
    for heading, questions in _groups(variables).items():
        parts[heading] = [(v.label, meaning(v, now)) for v in questions if v.name in said]
    parts[words.SHEET_COMPARED] = _compared(now, variables)
    parts[words.SHEET_TESTS] = _tests(now, variables)
    parts |= _runs(now.runs, variables)
    parts[words.SHEET_PARTS["safety"]] = _safety(now.safety)
    outcome = variables.outcome.name
    left = [small(v.label) for v in variables.values() if v.question and v.name not in said and v.name != outcome]
    above = [words.SHEET_DATE.format(day(day_printed)), words.SHEET_INTRO]
    below = [words.SHEET_OPEN.format(listing(left))] if left else []
    return sheet_pdf.Sheet(words.SHEET_TITLE, above, parts, below)


def meaning(v: Any, now: Answers) -> str:
    """Return an answer for someone who does not see the question: 'Yes: real climbs, …', '22 s'."""
    if v.name in now.believe:
        return words.SHEET_BELIEF.format(round(now.believe[v.name] * TENS))
    if v.name in now.likelihood:
        weights = [now.likelihood[v.name].get(state, 1) for state in reversed(v.states)]
        return words.SHEET_RATIO.format(*weights)
    return _state(v, now.given[v.name])


def _state(v: Any, answer: Any) -> str:
    if isinstance(answer, int | float):
        return f"{answer:g} {v.unit}"
    means = v.answers.get(answer, answer)
    return f"{capital(answer)}: {means}" if v.states == ("no", "yes") else capital(means)


def day(text: str) -> str:
    """Return 2026-11-24 as '24 November 2026'."""
    when = date.fromisoformat(text)
    return f"{when.day} {when:%B %Y}"


def _groups(variables: Any) -> dict[str, list[Any]]:
    """Return the questions under the headings of the sheet, in the order of the page."""
    groups: dict[str, list[Any]] = {words.SHEET_PARTS["pain"]: list(variables.traits)}
    for factor in variables.factors:
        heading = GROUPS.get(factor.group, capital(factor.group))
        groups.setdefault(heading, []).append(factor)
    return {**groups, words.SHEET_PARTS["examined"]: variables.mechanisms}


def _compared(now: Answers, variables: Any) -> Rows:
    """Return how runs with a factor and without it compare."""
    rows = []
    for name, said in now.contrast.items():
        counts = words.SHEET_COUNTS.format(*said) if isinstance(said, list) else words.SHEET_WORSE
        rows.append((variables.contrasts.factors[name].with_factor, counts))
    return [(capital(what), said) for what, said in rows]


def _tests(now: Answers, variables: Any) -> Rows:
    """Return home tests with what was read and the day it was entered."""
    taken = [v for v in variables.measurements if v.name in now.given]
    days = {v.name: day(now.dates[v.name]) if v.name in now.dates else words.NO_DATE for v in taken}
    return [(v.label, f"{_state(v, now.given[v.name])} ({days[v.name]})") for v in taken]


def _runs(rows: Sequence[Mapping[str, Any]], variables: Any) -> dict[str, Rows]:
    """Return the newest runs, a line each, under how many there are and how many hurt."""
    outcome = variables.outcome
    hurt = [run for run in rows if run.get(outcome.name) == outcome.states[-1]]
    heading = words.SHEET_RUNS.format(len(rows), len(hurt), min(len(rows), MOST_RUNS))
    return {heading: [(day(run[runs.DATE]), _run(run, variables)) for run in rows[:MOST_RUNS]]}


def _run(run: Mapping[str, Any], variables: Any) -> str:
    far = [f"{run[runs.DISTANCE]:g} {runs.DISTANCE}"] if runs.DISTANCE in run else []
    said = [v for v in runs.asked(variables) if v.name in run]
    return "; ".join(far + [f"{small(v.label)}: {small(_state(v, run[v.name]))}" for v in said])


def _safety(answers: Mapping[str, str]) -> Rows:
    """Return what was ticked; a whole card closed by one tap stands as that, not as many noes."""
    facts = cards()
    first, second = facts["cards"]
    rows: Rows = []
    for card in (first, second):
        lines = [line for group in card["groups"] for line in group["lines"]]
        ticked = {line["line"]: answers[line["id"]] for line in lines if line["id"] in answers}
        none = words.SHEET_NONE.format(len(lines))
        rows.append((card["title"], _ticked(ticked, facts["answers"]) or none))
    asked = [name for name in triage(answers).asked if name in answers]
    rows += [(capital(facts["questions"][n]["about"]), facts["answers"][answers[n]]) for n in asked]
    ages = {age["id"]: age["label"] for age in second["ages"]}
    return [*rows, (words.SHEET_AGE, ages.get(answers.get("age", ""), words.NOT_ANSWERED))]


def _ticked(lines: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return the lines that fit, and those that the runner was not sure of with that mark."""
    unsure = {line: f" ({small(labels[said])})" if said == "not_sure" else "" for line, said in lines.items()}
    return "; ".join(line + unsure[line] for line, said in lines.items() if said != "no")
