"""Why a cause stands where it stands: claim by claim, each with a switch, and answer by answer of the runner's own."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

import bars
import left_out
import phrases
import questions
import wording
from lumbayes import explain, receipt


def claims(now: Any, cause: str, settled: bool, with_advice: bool) -> None:
    """The claims that carry the cause, the strongest first; one that is switched off keeps its place."""
    st.html(f'<div class="more"><h4>{phrases.CARRIED}</h4></div>')
    case = now.case
    left_out.answers(case, cause)
    left_out.notice(case, cause)
    known = {claim.id: claim for claim in left_out.whole(case).network.priors.claims}
    direct = [claim.id for claim in known.values() if claim.cause == cause and left_out.used(claim)]
    if settled:
        st.caption(phrases.NOT_SUMMED)
        order, sizes = direct, {}
    else:
        st.caption(phrases.DECIBANS)
        sizes = now.ask(_sizes, cause)
        order = list(now.ask(_sizes_in_full, cause) if left_out.now() else sizes)
    shown = [name for place, name in enumerate(order) if place < phrases.FEW or name in direct]
    _claims(case, [known[name] for name in shown], sizes, cause, with_advice)
    if rest := [known[name] for name in order if name not in shown]:
        label = phrases.FAINT.format(len(rest))
        with st.expander(label, key=f"faint {cause}", on_change="rerun", type="compact") as more:
            _claims(case, rest if more.open else [], sizes, cause, with_advice)


def _sizes(case: Any, cause: str) -> dict[str, float]:
    """What each claim that still counts adds, in decibans."""
    counting = any(map(left_out.used, case.network.priors.claims))
    return {str(name): db for name, db in receipt(case, cause)["shapley_db"].items()} if counting else {}


def _sizes_in_full(case: Any, cause: str) -> dict[str, float]:
    """The same of all claims, those that are switched off among them."""
    return _sizes(left_out.whole(case), cause)


def _claims(case: Any, shown: list[Any], sizes: dict[str, float], cause: str, with_advice: bool) -> None:
    widest = max([phrases.STRONG, *map(abs, sizes.values())])
    for claim in shown:
        author, said = wording.capital(claim.author), quote(case, claim, with_advice)
        bar = bars.off(author) if claim in left_out.now() else f"<h5>{escape(author)}</h5>"
        if claim.id in sizes:
            bar = bars.pull(author, sizes[claim.id], widest)
        with st.container(key=f"claim {cause} {claim.id}", gap=None):
            st.html(f'<div class="more">{bar}{said}</div>')
            left_out.switch(claim, cause)


def quote(case: Any, claim: Any, with_advice: bool) -> str:
    """The claim's words and how they were read; advice is held back when the safety answers say so."""
    if wording.advice(claim) and not with_advice:
        return f"<p>{escape(wording.HIDDEN)}</p>"
    reading = case.network.priors.words.get(claim.reading)
    read = f"{claim.note} {reading.reason if reading else ''}"
    implied = f"<footer>{wording.capital(wording.IMPLIED)}</footer>" if claim.implied else ""
    return (
        f"<blockquote>“{escape(claim.quote)}”{implied}"
        f"<details><summary>{wording.HOW_READ.format(claim.id)}</summary>{escape(read)}</details></blockquote>"
    )


def own_answers(now: Any, cause: str) -> None:
    """What each of the runner's answers adds, in the order told, and where that leaves the cause."""
    variables = now.case.network.variables
    told = [questions.told(variables[name], variables) for name in now.told]
    if not told:
        st.caption(phrases.NO_ANSWER)
        return
    before, *sizes, after = now.ask(explain, cause)["shapley_db"]
    widest = max([phrases.STRONG, *map(abs, sizes)])
    st.html(bars.listed("", [bars.pull(name, db, widest) for name, db in zip(told, sizes, strict=True)]))
    st.caption(f"{phrases.SUM.format(phrases.figure(before), phrases.figure(after))} {phrases.DECIBANS}")
