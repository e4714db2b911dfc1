"""What a runner's runs say together: seen over time, sharpening run by run, and claim by claim."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from components.bars import UNNAMED, bars
from lumbayes import Case, Diary, ImpossibleFindings
from lumbayes.plot import vega
from sections import RUNS
from state import runs
from state.answers import Answers
from state.result_cause import ADVICE
from state.result_names import names
from text import run_words as words
from text.figures import TENS, in_ten

MOST_CAUSES, MOST_LINES, CURVE = 5, 3, 180  # pixels: a curve with its heading and its axis
DIARY, BAND = "diary", "color-mix(in srgb, {} 35%, transparent)"
OF_RUNS = "var(--ink)", "var(--teal)", "var(--quiet)"  # that hurt, that did not, not said


def show(case: Case, now: Answers) -> None:
    """Say how many runs hurt, draw them over time and, where any has an outcome, what they tell."""
    if not now.runs:
        return
    variables, outcome = case.variables, case.variables.outcome
    table = runs.frame(now.runs, variables)
    known = int(table[outcome.name].notna().sum())
    hurt = int((table[outcome.name] == outcome.states[-1]).sum())
    with st.expander(words.MY_RUNS.format(hurt, len(table)), key=RUNS, on_change="rerun") as part:
        if not part.open:
            return
        if known < len(table):
            st.caption(words.COUNTED_OPEN.format(len(table) - known))
        _over_time(table, variables)
        if not known:
            st.info(words.SAY_MORE)
            return
        try:
            course, claims = _diary(case, now.runs)
        except ImpossibleFindings:
            st.warning(words.CLASH)
            return
        _together(course, variables)
        _verdicts(claims, case, now.is_advised)


def of_the_body(case: Case) -> Case:
    """Return the case with what holds in every run: answers about the body, and their tests."""
    variables = case.variables
    still = {v.name for v in variables.still}
    lasting = still | {test.name for test in variables.measurements if test.reads in still}
    entered = {*case.findings, *case.likelihoods, *case.contrasts}
    return case.retract(*(entered - lasting))


def _diary(case: Case, rows: Sequence[Mapping[str, Any]]) -> tuple[Any, Any]:
    """Return what the diary says, computed again only when something that it rests on changes."""
    body = of_the_body(case)
    kept = tuple(claim.id for claim in case.priors.claims)
    key = (repr(rows), dict(body.findings), dict(body.likelihoods), kept)
    if st.session_state.get(DIARY, (None,))[0] != key:
        table = runs.frame(rows, case.variables).drop(columns=runs.DISTANCE)
        diary = Diary(body, table.dropna(axis=1, how="all"))
        course = diary.trajectory()
        try:
            claims = diary.claims()
        except ValueError:  # no draw of the priors fits the runs
            claims = None
        st.session_state[DIARY] = (key, (course, claims))
    return st.session_state[DIARY][1]


def _over_time(table: Any, variables: Any) -> None:
    read = {v.name: f"{v.label} ({v.unit})" for v in runs.readings(variables)}
    figures = {runs.DISTANCE: words.DISTANCE, **read}
    if table[[*figures]].notna().any(axis=None):
        outcome = variables.outcome
        st.markdown(f"**{words.OVER_TIME}**")
        drawing = vega.runs(table, outcome.name, figures, outcome.states, words.RUNS, OF_RUNS)
        _draw(drawing, "runs over time")


def _together(course: Any, variables: Any) -> None:
    last = course.iloc[-1].unstack("figure").sort_values("contribution", ascending=False)
    st.markdown(f"**{words.TOGETHER}**")
    st.caption(words.ABOUT_TOGETHER)
    shown = last.head(MOST_CAUSES)
    called = [names(variables, variables[name]) for name in shown.index]
    figures = shown[["contribution", "low", "high"]].itertuples(index=False)
    st.html(bars((c["label"], *row, c["unnamed"]) for c, row in zip(called, figures, strict=True)))
    if len(course) > 1:
        st.markdown(f"**{words.SHARPER}**")
        for name, cause in [*zip(shown.index, called, strict=True)][:MOST_LINES]:
            line = UNNAMED if cause["unnamed"] else "var(--teal)"
            drawing = vega.trajectory(
                course, name, cause["label"], words.RUNS,
                per=TENS, in_words=in_ten, colours=(line, BAND.format(line)),
            )  # fmt: skip
            _draw(drawing, f"runs sharper {name}", CURVE)


def _draw(drawing: vega.Spec, key: str, height: Any = "content") -> None:
    alt = drawing.pop("description")  # two of them, and Streamlit warns in its log
    drawing["background"] = "transparent"  # the card's
    st.vega_lite_chart(drawing, key=key, alt=alt, height=height)


def _verdicts(table: Any, case: Case, is_advised: bool) -> None:
    """Show which claims these runs support, contradict or do not test, each in its own words."""
    if table is None:
        st.warning(words.NOT_WORKED_OUT)
        return
    for sentence in table.attrs.get("misfits", ()):
        st.warning(sentence)
    if set(table.verdict) == {words.UNTESTED}:
        st.markdown(words.NONE_TESTED)
        return
    shown = {c.id for c in case.priors.claims if is_advised or c.kind not in ADVICE}
    for verdict, heading in words.VERDICTS.items():
        rows = table[table.verdict == verdict]
        if rows.empty:
            continue
        st.markdown(f"**{heading.format(len(rows))}**")
        if verdict != words.UNTESTED:
            quotes = [_quote(r, case.variables) for r in rows.itertuples() if r.Index in shown]
            st.html("".join(quotes) or "<p></p>")
    st.caption(words.ABOUT_VERDICTS)


def _quote(row: Any, variables: Any) -> str:
    ends = (names(variables, variables[end])["label"] for end in (row.cause, row.effect))
    link = words.LINK.format(*ends)
    footer = f"<footer>{escape(link)} · {escape(row.author)}</footer>"
    return f"<blockquote>“{escape(row.quote)}”{footer}</blockquote>"
