"""What a runner's runs say together: seen over time, sharpening run by run, and claim by claim."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

import bars
import keeping
import run_rows
import run_words as words
import wording
from lumbayes import Diary, ImpossibleFindings
from lumbayes.plot import vega

MOST_CAUSES, MOST_LINES, CURVE = 5, 3, 180  # pixels: a curve with its heading and its axis
TOLD = "runs told"


def begin() -> dict[str, Any]:
    """Nothing worked out on a page nobody has touched."""
    return {TOLD: None}


def show(case: Any, with_advice: bool) -> None:
    """How many runs hurt, all of them over time, and, where it is said of one if it hurt, what they
    tell.
    """
    variables, runs = case.variables, st.session_state[keeping.RUNS]
    if not runs:
        return
    told = run_rows.frame(runs, variables)
    outcome = variables.outcome
    known, hurt = (
        int(told[outcome.name].notna().sum()),
        int((told[outcome.name] == outcome.states[-1]).sum()),
    )
    still_open = [words.COUNTED_OPEN.format(len(told) - known)] if known < len(told) else []
    st.markdown(" ".join([words.COUNTED.format(hurt, len(told)), *still_open]))
    _over_time(told, variables)
    if not known:
        st.info(words.SAY_MORE)
        return
    try:
        course, claims = _worked_out(case, runs)
    except ImpossibleFindings:
        st.warning(words.CLASH)
        return
    _together(course, variables)
    verdicts(claims, case, with_advice)


def _over_time(told: Any, variables: Any) -> None:
    read = {
        name: f"{variables[name].label} ({variables[name].unit})"
        for name in run_rows.FROM_FILES
        if name in told
    }
    figures = {run_rows.DISTANCE: words.DISTANCE, **read}
    if told[[*figures]].notna().any(axis=None):
        outcome = variables.outcome
        st.markdown(f"**{words.OVER_TIME}**")
        _draw(vega.runs(told, outcome.name, figures, outcome.states, words.RUNS), "runs over time")


def of_the_body(case: Any) -> Any:
    """The case with what holds in every run: answers about the body, and the tests that read it."""
    variables = case.variables
    still = {v.name for v in variables.still}
    lasting = still | {test.name for test in variables.measurements if test.reads in still}
    return case.retract(*({*case.findings, *case.likelihoods} - lasting))


def _worked_out(case: Any, runs: tuple[run_rows.Row, ...]) -> tuple[Any, Any]:
    """What the diary says, worked out again only when a run, a body answer or a claim has
    changed.
    """
    body = of_the_body(case)
    claims = tuple(claim.id for claim in case.priors.claims)
    asked = (runs, dict(body.findings), dict(body.likelihoods), claims)
    if (st.session_state[TOLD] or (None,))[0] != asked:
        told = run_rows.frame(runs, case.variables).drop(columns=run_rows.DISTANCE)
        diary = Diary(body, told.dropna(axis=1, how="all"))
        st.session_state[TOLD] = (asked, (diary.trajectory(), diary.claims()))
    return st.session_state[TOLD][1]


def _together(course: Any, variables: Any) -> None:
    last = course.iloc[-1].unstack("figure").sort_values("contribution", ascending=False)
    st.markdown(f"**{words.TOGETHER}**")
    st.caption(words.ABOUT_TOGETHER)
    rows = [
        bars.level(
            variables[row.Index].label,
            row.contribution,
            wording.span(row.low, row.high),
            (row.low, row.high),
        )
        for row in last.head(MOST_CAUSES).itertuples()
    ]
    st.html(bars.listed("", rows))
    if len(course) > 1:
        factors = [name for name in last.index if variables[name] in variables.factors][:MOST_LINES]
        st.markdown(f"**{words.SHARPER}**")
        for name in factors:
            drawing = vega.trajectory(course, name, variables[name].label, words.RUNS)
            _draw(drawing, f"runs sharper {name}", CURVE)


def _draw(drawing: vega.Spec, key: str, height: Any = "content") -> None:
    says = drawing.pop("description")  # two of them, and Streamlit warns in its log
    st.vega_lite_chart(drawing, key=key, alt=says, height=height)


def verdicts(table: Any, case: Any, with_advice: bool) -> None:
    """Which claims these runs support, contradict or do not test, each in its own words."""
    for sentence in table.attrs.get("misfits", ()):
        st.warning(sentence)
    if set(table.verdict) == {words.UNTESTED}:
        st.markdown(words.NONE_TESTED)
        return
    shown = {c.id for c in case.priors.claims if with_advice or not wording.advice(c)}
    for verdict, heading in words.VERDICTS.items():
        rows = table[table.verdict == verdict]
        if rows.empty:
            continue
        st.markdown(f"**{heading.format(len(rows))}**")
        if verdict != words.UNTESTED:
            said = [_quote(row, case.variables) for row in rows.itertuples() if row.Index in shown]
            st.html(f'<div class="more">{"".join(said)}</div>')
    st.caption(words.ABOUT_VERDICTS)


def _quote(row: Any, variables: Any) -> str:
    link = words.LINK.format(variables[row.cause].label, variables[row.effect].label)
    return (
        f"<blockquote>“{escape(row.quote)}”"
        f"<footer>{escape(link)} · {escape(row.author)}</footer></blockquote>"
    )
